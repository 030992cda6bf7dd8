"""The vote on each candidate: opened, cast, closed, its sums opened (N-13, N-14).

A ballot is made on the expert's own device and arrives encrypted; it is checked in full before it is stored, and no
row, no event and no refusal depends on what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from tortoise.transactions import in_transaction

from domain.core.calls import Call
from domain.core.errors import Invalid, NotFound, Refusal, RuleBroken
from domain.core.lifecycle import Facts
from domain.core.perform import begin, perform
from domain.core.perform_shared import perform_shared
from domain.core.secrets import sealer
from domain.reviews import keys, tallying
from domain.reviews.ballot_models import BallotBox, BallotCredential, StoredBallot, VoterSlip
from domain.reviews.ballots import (
    BallotRejected,
    build_election,
    check_ballot,
    make_credential,
    new_uuid,
    read_election,
    tracker,
)
from domain.reviews.box_lifecycle import BALLOT_BOX
from domain.reviews.counting import Counted, Share, counted
from domain.reviews.sitting_facts import BoxFacts, SittingFacts
from domain.reviews.sitting_lifecycle import SITTING
from domain.reviews.sitting_models import Sitting, SittingTrustee


def keyless(call: Call) -> Call:
    """The same call for what it entails: its idempotency key belongs to the command itself."""
    return Call(call.viewer, request_id=call.request_id)


async def open_ballot(call: Call, id: UUID, version: int, candidacy_id: UUID) -> BallotBox:
    """The presiding member opens the ballot on one candidate: an election for the present less the recused.

    Raises:
        Refused: N-13 (not the presiding member; no quorum after recusals), N-14 (opened before), NotFound.
    """

    def check(row: Sitting, facts: SittingFacts) -> Iterator[Refusal | None]:
        if candidacy_id not in facts.candidacies:
            yield NotFound("candidacy")
        if candidacy_id in facts.boxes:
            text = "该申报人的投票已经开放过。", "The ballot on this candidate has been opened before."
            yield RuleBroken("N-14", *text, field="candidacy")
        yield _quorum_refusal(row, _counted(row, facts, candidacy_id))

    async def act(row: Sitting, facts: SittingFacts) -> None:
        await _open_box(call, row, facts, candidacy_id)

    await perform(call, SITTING, "open_ballot", id, version=version, check=check, act=act)
    return await BallotBox.get(sitting_id=id, candidacy_id=candidacy_id)


def _counted(row: Sitting, facts: SittingFacts, candidacy_id: UUID) -> Counted:
    recused = facts.recused_from(candidacy_id)
    members = {seat.expert_id for seat in facts.seats}
    present = members & facts.checked_in
    return counted(
        members=row.members or 0,
        present=row.present or 0,
        recused=len(members & recused),
        recused_present=len(present & recused),
        recused_leave=bool(row.recused_leave),
    )


def _quorum_refusal(row: Sitting, numbers: Counted) -> Refusal | None:
    assert row.quorum_numerator is not None and row.quorum_denominator is not None
    if numbers.quorate(Share(row.quorum_numerator, row.quorum_denominator)):
        return None
    return RuleBroken(
        "N-13",
        f"回避后出席{numbers.present}人，不足{numbers.members}人的三分之二。",
        f"After recusals {numbers.present} of {numbers.members} are present: less than the quorum.",
        field="candidacy",
    )


async def _open_box(call: Call, row: Sitting, facts: SittingFacts, candidacy_id: UUID) -> None:
    recused = facts.recused_from(candidacy_id)
    numbers = _counted(row, facts, candidacy_id)
    trustees = await SittingTrustee.filter(sitting_id=row.id).order_by("place")
    election = build_election(
        uuid=new_uuid(),
        name=f"{row.name} {candidacy_id}",
        description="",
        trustee_keys=[each.public_key for each in trustees],
    )
    entitled = sorted(({seat.expert_id for seat in facts.seats} & facts.checked_in) - recused)

    async def make(_facts: Facts) -> BallotBox:
        return BallotBox(
            unit_id=row.unit_id,
            sitting_id=row.id,
            candidacy_id=candidacy_id,
            election=election.text,
            trustees=election.trustees,
            entitled=numbers.entitled,
            recused=(row.present or 0) - numbers.entitled,
            members=numbers.members,
            denominator=numbers.denominator,
            pass_numerator=row.pass_numerator,
            pass_denominator=row.pass_denominator,
        )

    async def act(box: BallotBox, _facts: Facts) -> None:
        await BallotCredential.bulk_create([_credential(box, election.uuid, each) for each in entitled])

    await begin(keyless(call), BALLOT_BOX, "open", make, act=act)


def _credential(box: BallotBox, election_uuid: str, expert_id: UUID) -> BallotCredential:
    made = make_credential(election_uuid)
    row = BallotCredential(box_id=box.id, expert_id=expert_id, public=made.public)
    row.secret_sealed = sealer().seal(made.secret, keys.credential_context(row))
    return row


async def cast_ballot(call: Call, id: UUID, ballot: str) -> BallotBox:
    """Puts the viewer's own encrypted ballot into the box: once, while it is open, checked in full before.

    Raises:
        Refused: N-14 (not entitled, voted before, the ballot closed or rejected); no text depends on the choice.
    """

    def check(row: BallotBox, facts: BoxFacts) -> Iterator[Refusal | None]:
        if facts.own_credential is not None and not facts.has_voted:
            yield _ballot_refusal(row, facts.own_credential, ballot)

    async def act(row: BallotBox, facts: BoxFacts) -> None:
        assert facts.own_credential is not None
        # The slip first: its UNIQUE decides between two attempts before either leaves a ballot.
        await VoterSlip.create(box_id=row.id, expert_id=facts.own_credential.expert_id)
        await StoredBallot.create(box_id=row.id, text=ballot, tracker=tracker(ballot))

    return await perform_shared(call, BALLOT_BOX, "cast", id, check=check, act=act)


def _ballot_refusal(row: BallotBox, credential: BallotCredential, ballot: str) -> Refusal | None:
    """Allowed is the expert's own credential only: with another's, nobody votes for somebody else (no proxy)."""
    try:
        check_ballot(read_election(row.election, row.trustees), {credential.public}, ballot)
    except BallotRejected as rejected:
        return Invalid("ballot", rejected.message.zh, rejected.message.en, rule_id="N-14")
    return None


async def close_ballot(call: Call, id: UUID, version: int) -> BallotBox:
    """The presiding member closes the ballot; who has not voted has not said yes. Then the sums are opened.

    With outside trustees the sums wait for their shares.
    """

    async def act(row: BallotBox, facts: BoxFacts) -> None:
        row.closed_at = facts.now
        row.cast = facts.cast
        await BallotCredential.filter(box_id=row.id).update(secret_sealed=None)
        await tallying.give_own_share(row, facts)

    async with in_transaction():
        row = await perform(call, BALLOT_BOX, "close", id, version=version, act=act)
        return await tallying.count_if_complete(call, row)


async def give_share(call: Call, id: UUID, version: int, share: str) -> BallotBox:
    """An outside trustee gives its share of the decryption of the sums, with its proof.

    Raises:
        Refused: N-14 (not a trustee, given before, or the share is not proved).
    """

    async def act(row: BallotBox, facts: BoxFacts) -> None:
        assert facts.own_trustee is not None
        await tallying.take_share(row, facts.own_trustee, share)

    async with in_transaction():
        row = await perform(call, BALLOT_BOX, "give_share", id, version=version, act=act)
        return await tallying.count_if_complete(call, row)
