"""Trustees: key pairs, the common key, and partial decryptions (specification, sections 4.5, 4.7, 4.18).

All trustees together decrypt, and none can be left out (n of n). Each keeps a secret; the product of the
public keys encrypts. The proof of knowledge stops a trustee from choosing a key that cancels the others'
keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from . import group, proofs, wire


class TrusteeKeyInvalid(ValueError):
    """A trustee's public or stored secret key is malformed, unproved or given twice."""


@dataclass(frozen=True)
class TrusteeKey:
    """A trustee's pair. `stored` is the secret as its owner keeps it, like a Belenios .privkey file."""

    secret: int = field(repr=False)
    public: str

    @property
    def stored(self) -> str:
        return wire.write(str(self.secret))


def _context(public_key: int) -> str:
    return f"pok|{group.NAME}|{public_key}"


def _pair_of(secret: int) -> TrusteeKey:
    public_key = group.secret_power(group.G, secret)
    proof = proofs.prove_knowledge(_context(public_key), secret)
    return TrusteeKey(secret, wire.write(wire.TrusteeKey(proof, str(public_key))))


def make_trustee_key() -> TrusteeKey:
    """A fresh key pair; `public` is the JSON text to hand in at the key ceremony."""
    return _pair_of(group.random_exponent())


def read_trustee_key(stored: str) -> TrusteeKey:
    """The pair of a stored secret, with a new proof of knowledge.

    Raises `TrusteeKeyInvalid` if the text is no decimal string in 1..Q-1, without quoting it.
    """
    try:
        secret = int(wire.parse(stored, wire.Exponent))
    except ValueError:
        raise TrusteeKeyInvalid("a stored secret key is a decimal number in double quotes") from None
    if not 0 < secret < group.Q:
        raise TrusteeKeyInvalid("a stored secret key is in 1..Q-1")
    return _pair_of(secret)


def read_public_key(text: str) -> wire.TrusteeKey:
    """Check one trustee's public key with its proof of knowledge; raises `TrusteeKeyInvalid`."""
    try:
        key = wire.parse(text, wire.TrusteeKey)
    except ValueError as error:
        raise TrusteeKeyInvalid("a trustee's public key is canonical JSON with pok and public_key") from error
    number = int(key.public_key)
    if not group.is_member(number):
        raise TrusteeKeyInvalid("the trustee's public key is not in the group")
    if not proofs.check_knowledge(_context(number), number, key.pok):
        raise TrusteeKeyInvalid("the proof that the trustee knows the secret key is wrong")
    return key


def combine(public_keys: Sequence[str]) -> tuple[int, str]:
    """The common key and the text of `trustees.json` for these trustees, in this order.

    Raises `TrusteeKeyInvalid` for a wrong key, for none at all, or for the same key twice.
    """
    keys = [read_public_key(text) for text in public_keys]
    numbers = [int(key.public_key) for key in keys]
    if not numbers or len(set(numbers)) != len(numbers):
        raise TrusteeKeyInvalid("an election has at least one trustee, and each of them once")
    return group.product(*numbers), wire.write([("Single", key) for key in keys])
