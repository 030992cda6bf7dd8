"""What experts do at a sitting before the ballots: check in, leave the vote on somebody, open it, write opinions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from domain.committees.filing import meeting_opened
from domain.core.calls import Call
from domain.core.errors import NotFound, Refusal, RuleBroken
from domain.core.inputs import text_refusal
from domain.core.perform import perform
from domain.core.roles import Role
from domain.reviews.conflicts import recuse_those_in_conflict
from domain.reviews.counting import PASS_SHARE, QUORUM_SHARE, RECUSED_LEAVE
from domain.reviews.models import Candidacy
from domain.reviews.recusal_models import Recusal
from domain.reviews.sitting_facts import SittingFacts
from domain.reviews.sitting_lifecycle import MIN_GROUP, SITTING
from domain.reviews.sitting_models import Attendance, PanelOpinion, PanelOpinionAuthor, Sitting
from domain.reviews.states import RecusalGround


async def check_in(call: Call, id: UUID) -> Sitting:
    """The expert checks in, himself, on the day. Members come at the same time, so no version is asked for."""

    async def act(row: Sitting, facts: SittingFacts) -> None:
        assert facts.own_seat is not None
        await Attendance.create(sitting_id=row.id, expert_id=facts.own_seat.expert_id)

    return await perform(call, SITTING, "check_in", id, act=act)


async def recuse(
    call: Call, id: UUID, candidacy_id: UUID, reason: str, *, expert_id: UUID | None = None
) -> Sitting:
    """An expert leaves the vote on one candidate: on own motion, or because the office says so (N-18).

    Raises:
        Refused: N-18 (not a member; the ballot on that candidate has been opened), S-13 (recused already).
    """

    def check(_row: Sitting, facts: SittingFacts) -> Iterator[Refusal | None]:
        yield text_refusal("reason", reason, 500)
        yield _candidate_refusal(facts, candidacy_id)
        if candidacy_id in facts.boxes:
            text = "该申报人的投票已经开放。", "The ballot on this candidate has been opened."
            yield RuleBroken("N-18", *text, field="candidacy")
        if _who_leaves(facts, expert_id) is None:
            text = "该专家不是本评审委员会的成员。", "The expert is not a member of this committee."
            yield RuleBroken("N-18", *text, field="expert")

    async def act(row: Sitting, facts: SittingFacts) -> None:
        own = facts.viewer.role is Role.EXPERT
        await Recusal.create(
            sitting_id=row.id,
            candidacy_id=candidacy_id,
            expert_id=_who_leaves(facts, expert_id),
            ground=RecusalGround.OWN_MOTION if own else RecusalGround.BY_OFFICE,
            reason=reason.strip(),
        )

    return await perform(call, SITTING, "recuse", id, check=check, act=act)


def _who_leaves(facts: SittingFacts, expert_id: UUID | None) -> UUID | None:
    """The member concerned: an expert speaks for himself only, the office names one."""
    if facts.viewer.role is Role.EXPERT:
        return facts.own_seat.expert_id if facts.own_seat else None
    return expert_id if expert_id in {seat.expert_id for seat in facts.seats} else None


def _candidate_refusal(facts: SittingFacts, candidacy_id: UUID) -> Refusal | None:
    return None if candidacy_id in facts.candidacies else NotFound("candidacy")


async def open_sitting(call: Call, id: UUID, version: int) -> Sitting:
    """The chair or a vice chair opens: who is present, quorum and pass share are frozen, as whole numbers (N-13)."""

    async def act(row: Sitting, facts: SittingFacts) -> None:
        assert facts.own_seat is not None
        row.presider_id = facts.own_seat.expert_id
        row.opened_at = facts.now
        row.members = len(facts.seats)
        row.present = sum(seat.expert_id in facts.checked_in for seat in facts.seats)
        row.quorum_numerator, row.quorum_denominator = QUORUM_SHARE.numerator, QUORUM_SHARE.denominator
        row.pass_numerator, row.pass_denominator = PASS_SHARE.numerator, PASS_SHARE.denominator
        row.recused_leave = RECUSED_LEAVE
        await recuse_those_in_conflict(row, await Candidacy.filter(sitting_id=row.id))
        await meeting_opened(call, row.committee_id)

    return await perform(call, SITTING, "open", id, version=version, act=act)


async def record_opinion(
    call: Call, id: UUID, candidacy_id: UUID, authors: Sequence[UUID], text: str
) -> Sitting:
    """Writes down what a group of at least three present experts thinks of a candidate, before the ballot (N-15)."""

    def check(row: Sitting, facts: SittingFacts) -> Iterator[Refusal | None]:
        yield text_refusal("text", text, 4000)
        yield _candidate_refusal(facts, candidacy_id)
        if candidacy_id in facts.boxes:
            said = "评议意见须在该申报人投票开放前记录。", "Opinions are recorded before the ballot opens."
            yield RuleBroken("N-15", *said, field="candidacy")
        yield from _group_refusals(row, facts, authors, facts.recused_from(candidacy_id))

    async def act(row: Sitting, _facts: SittingFacts) -> None:
        opinion = await PanelOpinion.create(sitting_id=row.id, candidacy_id=candidacy_id, text=text.strip())
        await PanelOpinionAuthor.bulk_create(
            [PanelOpinionAuthor(opinion_id=opinion.id, expert_id=each) for each in authors]
        )

    return await perform(call, SITTING, "record_opinion", id, check=check, act=act)


def _group_refusals(
    row: Sitting, facts: SittingFacts, authors: Sequence[UUID], recused: frozenset[UUID]
) -> Iterator[Refusal | None]:
    present = {seat.expert_id for seat in facts.seats} & facts.checked_in
    if len(authors) != len(set(authors)) or len(authors) < MIN_GROUP:
        text = (
            f"评议组须有{MIN_GROUP}名以上不同的专家。",
            f"A group has at least {MIN_GROUP} different experts.",
        )
        yield RuleBroken("N-15", *text, field="authors")
    for place, each in enumerate(authors):
        if each not in present:
            yield RuleBroken(
                "N-15", "该专家未出席。", "This expert is not present.", field=f"authors.{place}"
            )
        elif each in recused:
            yield RuleBroken("N-18", "该专家已回避。", "This expert is recused.", field=f"authors.{place}")
    own = facts.own_seat
    if facts.viewer.role is Role.EXPERT and (own is None or own.expert_id not in (*authors, row.presider_id)):
        text = (
            "评议意见由评议组成员或者会议主持人记录。",
            "A member of the group, or the presiding member, records it.",
        )
        yield RuleBroken("N-15", *text, field="authors")
