"""Sealing of personal data at rest: identity numbers and phones are stored only as `seal` makes them.

Envelope encryption: every value has its own random data key, the data key is wrapped by a key of the
deployment that has a version name, and rotation rewraps the data key without touching the value. The context
(table, column and row) is authenticated, so a sealed value copied into another row does not open there. Exact
search goes over a blind index.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# Layout of a sealed value: format, length of the key's name, the name, then two nonce+ciphertext+tag parts:
# the wrapped data key (always 60 bytes) and the value.
_FORMAT = 1
_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_WRAPPED_BYTES = _NONCE_BYTES + _KEY_BYTES + _TAG_BYTES


class CryptoProvider(Protocol):
    """What the domain asks of cryptography, so that a deployment may plug SM4, SM3 and SM2 hardware instead.

    A provider writes its own format byte into what it seals, so that values of two providers can be told
    apart.
    """

    def seal(self, plain: str, aad: str) -> bytes:
        """Encrypts a text; the same text never gives the same bytes twice."""

    def open(self, sealed: bytes, aad: str) -> str:
        """The text again. Raises SealBroken for changed bytes or another context, UnknownSealingKey."""

    def rewrap(self, sealed: bytes) -> bytes:
        """The same value under the current key. Raises SealBroken, UnknownSealingKey."""

    def blind_index(self, normalised: str) -> bytes:
        """32 bytes, the same for the same text: for exact search and uniqueness without opening anything."""


class SealBroken(Exception):
    """The bytes were changed, belong to another row or column, or were never sealed by this provider."""


class UnknownSealingKey(Exception):
    """The value was sealed under a key that this process was not given; the text names the key's version."""


def sealing_context(table: str, column: str, row_id: object) -> str:
    """The `aad` of a stored value: table|column|row id. Raises ValueError if a part holds the separator."""
    parts = (table, column, str(row_id))
    if not all(parts) or any("|" in part for part in parts):
        raise ValueError("table, column and row id must be given and hold no |")
    return "|".join(parts)


@dataclass(frozen=True)
class Sealer:
    """AES-256-GCM and HMAC-SHA-256. `keys` maps a version name to 32 bytes, `current` names the one that
    wraps.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    current: str
    blind_index_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise ValueError(f"the current sealing key {self.current!r} is not among the keys")
        if any(len(key) != _KEY_BYTES for key in (*self.keys.values(), self.blind_index_key)):
            raise ValueError("every sealing key and the blind index key must have 32 bytes")
        if any(not 1 <= len(name.encode()) <= 255 for name in self.keys):
            raise ValueError("the name of a sealing key must have 1 to 255 bytes")
        if self.blind_index_key in self.keys.values():
            raise ValueError("the blind index key must not be a sealing key as well")

    def seal(self, plain: str, aad: str) -> bytes:
        data_key = AESGCM.generate_key(8 * _KEY_BYTES)
        return self._wrapped(data_key) + _encrypt(data_key, plain.encode(), aad.encode())

    def open(self, sealed: bytes, aad: str) -> str:
        header, value = _split(sealed)
        return _decrypt(self._data_key(header), value, aad.encode()).decode()

    def rewrap(self, sealed: bytes) -> bytes:
        header, value = _split(sealed)
        return self._wrapped(self._data_key(header)) + value

    def blind_index(self, normalised: str) -> bytes:
        return hmac.digest(self.blind_index_key, normalised.encode(), sha256)

    def _wrapped(self, data_key: bytes) -> bytes:
        name = self.current.encode()
        prefix = bytes((_FORMAT, len(name))) + name
        return prefix + _encrypt(self.keys[self.current], data_key, prefix)

    def _data_key(self, header: bytes) -> bytes:
        prefix, wrapped = header[:-_WRAPPED_BYTES], header[-_WRAPPED_BYTES:]
        version = prefix[2:].decode(errors="replace")
        if version not in self.keys:
            raise UnknownSealingKey(
                f"sealed under the key version {version!r}, which this process does not have"
            )
        return _decrypt(self.keys[version], wrapped, prefix)


def _split(sealed: bytes) -> tuple[bytes, bytes]:
    """The header (format, key name, wrapped data key) and the encrypted value."""
    if len(sealed) < 2 or sealed[0] != _FORMAT:
        raise SealBroken("not a sealed value of this provider")
    end = 2 + sealed[1] + _WRAPPED_BYTES
    if len(sealed) < end + _NONCE_BYTES + _TAG_BYTES:
        raise SealBroken("the sealed value is cut short")
    return sealed[:end], sealed[end:]


def _encrypt(key: bytes, plain: bytes, aad: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, aad)


def _decrypt(key: bytes, part: bytes, aad: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(part[:_NONCE_BYTES], part[_NONCE_BYTES:], aad)
    except InvalidTag:
        raise SealBroken("changed, or sealed for another row or column") from None
