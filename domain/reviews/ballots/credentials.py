"""Credentials: what entitles one expert to one ballot on one candidate (specification, section 4.8).

The private credential signs the ballot; the published list holds the public ones. A recused expert simply
has no credential for that candidate. A credential does not open a ballot: whoever issued it still cannot
read the choice.
"""

import hashlib
import secrets
from dataclasses import dataclass, field

from . import group

DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RANDOM_DIGITS = 14  # 82 bits
CHECKSUM_MODULUS = 53
DERIVATION_ROUNDS = 1000
WEIGHT = 1  # one expert, one vote


@dataclass(frozen=True)
class Credential:
    """`secret` (XXX-XXX-XXX-XXX-XXX) goes to the expert, `public` onto the election's list."""

    secret: str = field(repr=False)
    public: str


def random_token() -> str:
    """Fourteen random Base58 characters: an election's uuid, or a credential before its checksum."""
    return "".join(secrets.choice(DIGITS) for _ in range(RANDOM_DIGITS))


def _value(token: str) -> int:
    value = 0
    for character in token:
        value = value * len(DIGITS) + DIGITS.index(character)
    return value


def _with_dashes(characters: str) -> str:
    return "-".join(characters[start : start + 3] for start in range(0, len(characters), 3))


def is_well_formed(secret: str) -> bool:
    """Whether the text is a private credential with a right checksum, so typing errors show at once."""
    characters = secret.replace("-", "")
    if _with_dashes(characters) != secret or len(characters) != RANDOM_DIGITS + 1:
        return False
    if any(character not in DIGITS for character in characters):
        return False
    return (_value(characters[:-1]) + DIGITS.index(characters[-1])) % CHECKSUM_MODULUS == 0


def exponent(secret: str, election_uuid: str) -> int:
    """The signing exponent. The private credential is hashed *with* its dashes, salted by the election.

    Raises ValueError for a credential that is not well formed.
    """
    if not is_well_formed(secret):
        raise ValueError("a private credential is XXX-XXX-XXX-XXX-XXX with a right last character")
    salt = election_uuid.encode()
    derived = hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, DERIVATION_ROUNDS, 32)
    return int.from_bytes(derived, "big") % group.Q


def public_credential(secret: str, election_uuid: str) -> str:
    """The public credential, a decimal number, of this private one in this election."""
    return str(group.secret_power(group.G, exponent(secret, election_uuid)))


def make_credential(election_uuid: str) -> Credential:
    """A fresh credential for one election."""
    token = random_token()
    checksum = CHECKSUM_MODULUS - _value(token) % CHECKSUM_MODULUS
    secret = _with_dashes(token + DIGITS[checksum])
    return Credential(secret, public_credential(secret, election_uuid))


def make_credentials(election_uuid: str, count: int) -> tuple[Credential, ...]:
    """Fresh credentials for the experts entitled to vote: those present less those recused."""
    return tuple(make_credential(election_uuid) for _ in range(count))


def public_creds_entry(public: str, login: str) -> str:
    """The line `credential,weight,login` of Belenios' setup file public_creds.json.

    The login is for the setup only: archives publish `credential,weight` (see `archive`), never who holds it.
    Raises ValueError for a login with a comma or a line break, which would forge a field or a line.
    """
    if not login or any(sign in login for sign in ",\r\n"):
        raise ValueError("a login is not empty and has no comma and no line break")
    return f"{public},{WEIGHT},{login}"
