"""Replacing a member of a filed committee: named, and filed again; or drawn from the filed pool (Order 40, N-7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from domain.committees.composition import Composition, Seat, faults, may_sit
from domain.committees.draws import draw
from domain.committees.lifecycle import COMMITTEE, CommitteeFacts
from domain.committees.models import Committee, CommitteeRole
from domain.committees.seats import seat
from domain.core.access import visible
from domain.core.calls import Call
from domain.core.errors import NotFound, Refusal, RuleBroken
from domain.core.inputs import reason_refusal
from domain.core.perform import perform
from domain.experts.models import Expert


async def replace_member(
    call: Call, id: UUID, version: int, leaving_id: UUID, joining_id: UUID, reason: str
) -> Committee:
    """One named expert takes another's seat and office; the committee goes to the bureau to be filed again.

    Raises:
        Refused: R-9.10 (a meeting is on), N-5, N-6, B-4, R-9.9 (the committee as it would be), S-10.
    """
    joining = {each.id: each for each in await visible(Expert, call.viewer).filter(id=joining_id)}

    def check(row: Committee, facts: CommitteeFacts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)
        yield _seated_refusal(facts, leaving_id)
        yield None if joining else NotFound("joining")
        if joining and _seat_of(facts, leaving_id):
            yield from _joining_faults(row, facts, leaving_id, joining[joining_id])

    async def act(row: Committee, facts: CommitteeFacts) -> None:
        await seat(row, _changed(facts, leaving_id, joining_id), facts.now, reason.strip()[:200])
        row.filing_submitted_at = facts.now

    # The reason stays with the seat: the timeline is read by bodies that may not know who sits (N-17).
    return await perform(call, COMMITTEE, "replace_member", id, version=version, check=check, act=act)


async def replace_by_draw(call: Call, id: UUID, version: int, leaving_id: UUID, reason: str) -> Committee:
    """An expert drawn from the filed pool takes an ordinary member's seat; no new filing is needed (N-7).

    Raises:
        Refused: R-9.10 (a meeting is on), N-5 (the chair's seat is not drawn), N-7 (nobody left to draw), S-10.
    """
    committee = await visible(Committee, call.viewer).get_or_none(id=id)
    unit_id = committee.unit_id if committee else None
    experts = await visible(Expert, call.viewer).filter(unit_id=unit_id).order_by("id")

    def check(row: Committee, facts: CommitteeFacts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)
        yield _seated_refusal(facts, leaving_id)
        yield _office_refusal(facts, leaving_id)
        if not _others(row, facts, experts):
            text = "专家库中没有其他符合条件的专家。", "Nobody else of the pool may sit on it."
            yield RuleBroken("N-7", *text)

    async def act(row: Committee, facts: CommitteeFacts) -> None:
        recorded = draw(row.id, _others(row, facts, experts), 1)
        recorded.created_at = facts.now
        await recorded.save(force_create=True)
        joining_id = UUID(recorded.drawn[0])
        await seat(row, _changed(facts, leaving_id, joining_id), facts.now, reason.strip()[:200])

    return await perform(call, COMMITTEE, "replace_by_draw", id, version=version, check=check, act=act)


def _others(row: Committee, facts: CommitteeFacts, experts: Sequence[Expert]) -> list[UUID]:
    """Who may be drawn: everybody of the pool who may sit and does not yet."""
    seated = {each.expert_id for each in facts.composition.seats}
    return [each.id for each in experts if each.id not in seated and may_sit(row, each, facts.today)]


def _changed(facts: CommitteeFacts, leaving_id: UUID, joining_id: UUID) -> list[Seat]:
    return [
        Seat(joining_id, each.role) if each.expert_id == leaving_id else each
        for each in facts.composition.seats
    ]


def _joining_faults(
    row: Committee, facts: CommitteeFacts, leaving_id: UUID, joining: Expert
) -> list[Refusal]:
    """What is wrong with the number and with the new member. Others who no longer serve are replaced in their turn."""
    seats = _changed(facts, leaving_id, joining.id)
    pool = {**facts.composition.pool, joining.id: joining}
    places = {f"members.{place}.expert" for place, each in enumerate(seats) if each.expert_id == joining.id}
    found = faults(Composition(row, seats, pool, facts.today))
    return [each for each in found if each.field in places | {"members"}]


def _seat_of(facts: CommitteeFacts, expert_id: UUID) -> Seat | None:
    return next((each for each in facts.composition.seats if each.expert_id == expert_id), None)


def _seated_refusal(facts: CommitteeFacts, leaving_id: UUID) -> Refusal | None:
    return None if _seat_of(facts, leaving_id) else NotFound("leaving")


def _office_refusal(facts: CommitteeFacts, leaving_id: UUID) -> Refusal | None:
    leaving = _seat_of(facts, leaving_id)
    if leaving is None or leaving.role != CommitteeRole.CHAIR:
        return None
    text = (
        "主任委员离任须指定接任人并重新备案。",
        "A chair's successor is named, and the committee filed again.",
    )
    return RuleBroken("N-5", *text, field="leaving")
