"""A sealed value opens only unchanged, in its own row, under a key that is still held; rotation keeps it
readable.
"""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.core.sealing import CryptoProvider, SealBroken, Sealer, UnknownSealingKey, sealing_context

OLD, NEW, INDEX = b"o" * 32, b"n" * 32, b"i" * 32
NUMBER = "110000199312150937"
HERE = sealing_context("people", "identity_number", 7)


def sealer(current: str = "2026-1", **keys: bytes) -> Sealer:
    return Sealer({"2026-1": OLD, **keys}, current, INDEX)


def test_a_value_opens_in_its_own_row_only() -> None:
    provider: CryptoProvider = sealer()
    sealed = provider.seal(NUMBER, HERE)
    assert provider.open(sealed, HERE) == NUMBER
    for elsewhere in (
        sealing_context("people", "identity_number", 8),
        sealing_context("people", "phone", 7),
        sealing_context("units", "identity_number", 7),
    ):
        with pytest.raises(SealBroken):
            provider.open(sealed, elsewhere)


def test_the_same_value_never_looks_the_same() -> None:
    first, second = sealer().seal(NUMBER, HERE), sealer().seal(NUMBER, HERE)
    assert first != second
    assert len(first) == len(second) == 2 + len("2026-1") + 60 + 28 + len(NUMBER)
    assert NUMBER.encode() not in first


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    assert sealer().open(sealer().seal(text, HERE), HERE) == text


def test_every_changed_bit_and_every_cut_is_noticed() -> None:
    sealed = sealer().seal(NUMBER, HERE)
    for position in range(len(sealed)):
        for bit in (1, 128):
            broken = bytearray(sealed)
            broken[position] ^= bit
            with pytest.raises((SealBroken, UnknownSealingKey)):
                sealer().open(bytes(broken), HERE)
        with pytest.raises(SealBroken):
            sealer().open(sealed[:position], HERE)


def test_rotation_rewraps_without_reading_the_value() -> None:
    sealed = sealer().seal(NUMBER, HERE)
    rotating = sealer("2026-2", **{"2026-2": NEW})
    rewrapped = rotating.rewrap(sealed)
    assert rewrapped[-(28 + len(NUMBER)) :] == sealed[-(28 + len(NUMBER)) :]
    assert rotating.open(sealed, HERE) == rotating.open(rewrapped, HERE) == NUMBER
    after_rotation = Sealer({"2026-2": NEW}, "2026-2", INDEX)
    assert after_rotation.open(rewrapped, HERE) == NUMBER
    with pytest.raises(UnknownSealingKey, match="'2026-1'"):
        after_rotation.open(sealed, HERE)


def test_the_blind_index_is_keyed_and_repeatable() -> None:
    assert sealer().blind_index(NUMBER) == hmac.digest(INDEX, NUMBER.encode(), hashlib.sha256)
    assert sealer().blind_index(NUMBER) != Sealer({"2026-1": OLD}, "2026-1", b"j" * 32).blind_index(NUMBER)
    assert sealer().blind_index(NUMBER) != sealer().blind_index("110000199312150938")


def test_no_repr_shows_a_key() -> None:
    assert repr(sealer()) == "Sealer(current='2026-1')"


@pytest.mark.parametrize(
    ("keys", "current", "index"),
    [
        ({"a": OLD}, "b", INDEX),
        ({"a": b"short"}, "a", INDEX),
        ({"a": OLD}, "a", b"short"),
        ({"": OLD}, "", INDEX),
        ({"a": OLD}, "a", OLD),
    ],
)
def test_unusable_keys_are_refused_at_the_start(keys: dict[str, bytes], current: str, index: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        Sealer(keys, current, index)


def test_a_context_cannot_be_ambiguous() -> None:
    assert HERE == "people|identity_number|7"
    for parts in (("a|b", "c", 1), ("a", "b|c", 1), ("a", "b", "1|2"), ("", "b", 1)):
        with pytest.raises(ValueError, match="row id"):
            sealing_context(*parts)
