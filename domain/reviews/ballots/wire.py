"""The JSON forms of Belenios 2.0, exactly: field order, decimal strings, lengths (section 4).

`parse` accepts a text only when writing the parsed value again gives the same characters. So spaces, repeated
keys, leading zeros, escapes and reordered fields are all refused, and a text has one hash and one meaning.
"""

from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

# \Z and not $, which would let a final line break through. 617 digits hold 2048 bits, 78 hold 256.
GroupNumber = Annotated[str, Meta(pattern=r"\A(0|[1-9][0-9]{0,616})\Z")]
Exponent = Annotated[str, Meta(pattern=r"\A(0|[1-9][0-9]{0,77})\Z")]
Uuid = Annotated[str, Meta(pattern=r"\A[1-9A-HJ-NP-Za-km-z]{14,32}\Z")]
CompactHash = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]{43}\Z")]


class Form(Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON object whose fields are these and no others, in this order."""


class Proof(Form, frozen=True):
    challenge: Exponent
    response: Exponent


class Ciphertext(Form, frozen=True):
    alpha: GroupNumber
    beta: GroupNumber


class Answer(Form, frozen=True):
    """Three encrypted bits (yes, no, abstain), each proved 0 or 1, and their sum proved 1."""

    choices: tuple[Ciphertext, Ciphertext, Ciphertext]
    individual_proofs: tuple[tuple[Proof, Proof], tuple[Proof, Proof], tuple[Proof, Proof]]
    overall_proof: tuple[Proof]


class UnsignedBallot(Form, frozen=True):
    election_uuid: Uuid
    election_hash: CompactHash
    credential: GroupNumber
    answers: tuple[Answer]


class Signature(Form, frozen=True):
    hash: CompactHash
    proof: Proof


class Ballot(Form, frozen=True):
    election_uuid: Uuid
    election_hash: CompactHash
    credential: GroupNumber
    answers: tuple[Answer]
    signature: Signature


class TrusteeKey(Form, frozen=True):
    pok: Proof
    public_key: GroupNumber


Trustees = tuple[tuple[Literal["Single"], TrusteeKey], ...]


class PartialDecryption(Form, frozen=True):
    decryption_factors: tuple[tuple[GroupNumber, GroupNumber, GroupNumber]]
    decryption_proofs: tuple[tuple[Proof, Proof, Proof]]


class Question(Form, frozen=True):
    answers: tuple[str, str, str]
    min: Literal[1]
    max: Literal[1]
    question: str


class Election(Form, frozen=True, omit_defaults=True):
    version: Literal[1]
    description: str
    name: str
    group: Literal["BELENIOS-2048"]
    public_key: GroupNumber
    questions: tuple[Question]
    uuid: Uuid
    administrator: str | None = None
    credential_authority: str | None = None


class NotCanonical(ValueError):
    """The text is JSON of the right shape, but not written in the one canonical way."""


T = TypeVar("T")


def write(value: object) -> str:
    """The canonical JSON text: no spaces, fields in the order of the form, UTF-8 unescaped."""
    return msgspec.json.encode(value).decode()


def parse(text: str, form: type[T]) -> T:
    """Read a canonical text of the form.

    Raises `NotCanonical` if only the way of writing is wrong, any other ValueError if the text has not the
    form.
    """
    try:
        encoded = text.encode()
        value = msgspec.json.decode(encoded, type=form)
    except (msgspec.MsgspecError, RecursionError, AttributeError) as error:
        # AttributeError: what came is no string. The cause may quote hostile input, so it is not passed on.
        raise ValueError(f"not a {form}") from error
    if msgspec.json.encode(value) != encoded:
        raise NotCanonical("the text is not written canonically")
    return value
