"""Votes on one candidate to try things on, and what a dishonest voter can do to a ballot."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.reviews.ballots import (
    BallotChoice,
    BallotRejected,
    Credential,
    Election,
    Rejection,
    Tally,
    TrusteeKey,
    build_election,
    check_ballot,
    encrypted_tally,
    group,
    make_ballot,
    make_credentials,
    make_trustee_key,
    new_uuid,
    partial_decryption,
    proofs,
    tallied_archive,
    tally,
    wire,
)
from domain.reviews.ballots import credentials as crediting

YES, NO, ABSTAIN = BallotChoice
CLOSED_AT = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)
TOOL_MADE = json.loads((Path(__file__).parent / "belenios_tool_election.json").read_text())


@dataclass(frozen=True)
class Vote:
    """One candidate's vote: its election, trustees, credentials and the ballots cast."""

    election: Election
    keys: tuple[TrusteeKey, ...]
    credentials: tuple[Credential, ...]
    ballots: tuple[str, ...] = ()

    @property
    def allowed(self) -> frozenset[str]:
        return frozenset(credential.public for credential in self.credentials)

    @property
    def shares(self) -> list[str]:
        sums = encrypted_tally(self.ballots)
        return [partial_decryption(self.election, sums, key) for key in self.keys]

    def count(self) -> Tally:
        return tally(self.election, self.ballots, self.shares, allowed=self.allowed)

    def cast(self, *choices: BallotChoice) -> "Vote":
        made = zip(self.credentials, choices, strict=False)
        texts = tuple(make_ballot(self.election, one.secret, choice) for one, choice in made)
        return Vote(self.election, self.keys, self.credentials, texts)


def new_vote(keys: tuple[TrusteeKey, ...], voters: int) -> Vote:
    uuid = new_uuid()
    election = build_election(
        uuid=uuid, name="申报人 甲", description="高级工程师", trustee_keys=[key.public for key in keys]
    )
    return Vote(election, keys, make_credentials(uuid, voters))


KEYS = (make_trustee_key(), make_trustee_key(), make_trustee_key())
VOTE = new_vote(KEYS, 5).cast(YES, NO, YES, ABSTAIN)
OTHER = new_vote(KEYS, 2).cast(YES)
VALID = VOTE.ballots[0]
VOTER = VOTE.credentials[0]


def reason(text: str, vote: Vote = VOTE) -> Rejection:
    with pytest.raises(BallotRejected) as refused:
        check_ballot(vote.election, vote.allowed, text)
    return refused.value.reason


def signed(answer: wire.Answer, voter: Credential = VOTER) -> str:
    """What a dishonest voter can send: any answer, rightly signed with their own credential."""
    election = VOTE.election
    secret = crediting.exponent(voter.secret, election.uuid)
    unsigned = wire.UnsignedBallot(election.uuid, election.hash, voter.public, (answer,))
    digest = group.digest(wire.write(unsigned))
    signature = wire.Signature(digest, proofs.prove_knowledge(f"sig|{digest}", secret))
    return wire.write(wire.Ballot(election.uuid, election.hash, voter.public, (answer,), signature))


def edited(text: str, edit: Callable[[dict[str, Any]], object]) -> str:
    value = json.loads(text)
    edit(value)
    return wire.write(value)


def answer_edited(edit: Callable[[dict[str, Any]], object]) -> str:
    value = json.loads(VALID)["answers"][0]
    edit(value)
    return signed(msgspec.convert(value, wire.Answer))


def complete(vote: Vote, result: Tally) -> bytes:
    return tallied_archive(vote.election, vote.allowed, vote.ballots, CLOSED_AT, vote.shares, result)
