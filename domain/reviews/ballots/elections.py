"""One election for one candidate: a single question answered 同意, 不同意 or 弃权 (section 4.10).

The list of credentials differs from candidate to candidate (recusals), so each candidate has an election of
their own. Its hash is part of every proof: a ballot for one candidate is worthless in the election of
another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from . import group, trustees, wire
from .credentials import random_token

QUESTION = "是否同意通过评审？"
ANSWERS = ("同意", "不同意", "弃权")


class BallotChoice(StrEnum):
    """The three answers, in the order of the question."""

    YES = "YES"
    NO = "NO"
    ABSTAIN = "ABSTAIN"


class ElectionInvalid(ValueError):
    """A stored election is not of the form of this package, or its key is not its trustees' product."""


@dataclass(frozen=True)
class Election:
    """`text` and `trustees` are what is stored and published; the rest follows from them."""

    text: str
    trustees: str
    uuid: str
    hash: str
    public_key: int
    trustee_keys: tuple[int, ...]


def new_uuid() -> str:
    """A random election identifier of Belenios' form."""
    return random_token()


def build_election(*, uuid: str, name: str, description: str, trustee_keys: Sequence[str]) -> Election:
    """The election of one candidate under the public keys handed in by the trustees.

    `name` is published in the archive. Raises `TrusteeKeyInvalid`, or `ElectionInvalid` for a malformed
    uuid or name.
    """
    public_key, trustees_text = trustees.combine(trustee_keys)
    question = wire.Question(ANSWERS, 1, 1, QUESTION)
    form = wire.Election(1, description, name, "BELENIOS-2048", str(public_key), (question,), uuid)
    try:
        text = wire.write(form)
    except UnicodeEncodeError:
        raise ElectionInvalid("name and description are valid Unicode") from None
    return read_election(text, trustees_text)


def read_election(text: str, trustees_text: str) -> Election:
    """An election from its two stored texts; raises `ElectionInvalid`."""
    try:
        form = wire.parse(text, wire.Election)
        members: wire.Trustees = wire.parse(trustees_text, wire.Trustees)
        public_key, _ = trustees.combine([wire.write(key) for _, key in members])
    except ValueError as error:
        raise ElectionInvalid("the election or its trustees are malformed") from error
    if public_key != int(form.public_key):
        raise ElectionInvalid("the election's public key is not the product of its trustees' keys")
    keys = tuple(int(key.public_key) for _, key in members)
    return Election(text, trustees_text, form.uuid, group.digest(text), public_key, keys)
