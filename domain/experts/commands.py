"""Nominating experts, filing them in the pool, and taking them out. Art. 9(4), 14; Order 40 (N-6, N-18, N-25)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from domain.core.calls import Call
from domain.core.errors import Refusal, RuleBroken, refuse
from domain.core.identity import InvalidName, normalise_name
from domain.core.inputs import reason_refusal, text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin, perform
from domain.experts.lifecycle import EXPERT
from domain.experts.models import Expert, ExpertTie, TieKind
from domain.experts.nominations import Nomination, identity_refusal, person_with
from domain.policy_documents.standing import right_refusal, unit_of
from domain.units.models import Employment
from domain.units.names import UnitState


async def nominate(call: Call, identity_number: str, nomination: Nomination) -> Expert:
    """Nominates a person for the unit's pool.

    Raises:
        Refused: R-4.1 or J-7, N-6 (term), B-10 (no such title), S-13 (in the pool already), malformed input.
    """

    async def make(facts: Facts) -> Expert:
        unit = await unit_of(call.viewer)
        # A suspended unit may put its pool in order; it may form no committee from it (J-7).
        standing = None if unit.state == UnitState.SUSPENDED else right_refusal(unit.state)
        refuse(standing, identity_refusal(identity_number, facts.today), *nomination.refusals(facts.today))
        expert = Expert(unit=unit)
        nomination.written_on(expert)
        expert.person_id = await person_with(identity_number, nomination.name, facts.today)
        return expert

    return await begin(call, EXPERT, "nominate", make)


async def edit(call: Call, id: UUID, version: int, nomination: Nomination) -> Expert:
    """Corrects a nomination before it is filed; who is nominated stays."""

    def check(_row: Expert, facts: Facts) -> Iterator[Refusal | None]:
        return nomination.refusals(facts.today)

    async def act(row: Expert, _facts: Facts) -> None:
        nomination.written_on(row)

    return await perform(call, EXPERT, "edit", id, version=version, check=check, act=act)


async def activate(call: Call, id: UUID, version: int) -> Expert:
    """The municipal bureau files the expert in the unit's pool (B-2)."""
    return await perform(call, EXPERT, "activate", id, version=version)


async def declare_tie(
    call: Call, id: UUID, version: int, staff_name: str, kind: TieKind, note: str = ""
) -> Expert:
    """Records that the expert may not judge a member of the unit's staff (N-18).

    The person is named as on the roster. Where several bear the name, each is tied: one recusal too many harms nobody.

    Raises:
        Refused: S-21 (nobody of that name on the roster), S-13 (recorded already).
    """
    people = await _staff_called(id, staff_name)

    def check(_row: Expert, _facts: Facts) -> Iterator[Refusal | None]:
        yield text_refusal("note", note, 200, required=False)
        if not people:
            text = "本单位花名册中没有该人员。", "Nobody of this name is on the unit's roster."
            yield RuleBroken("S-21", *text, field="staff_name")

    async def act(row: Expert, facts: Facts) -> None:
        for person_id in people:
            await ExpertTie.create(
                expert_id=row.id,
                person_id=person_id,
                person_name=normalise_name(staff_name),
                kind=kind,
                note=note.strip(),
                created_at=facts.now,
            )

    return await perform(call, EXPERT, "declare_tie", id, version=version, check=check, act=act)


async def suspend(call: Call, id: UUID, version: int | None, reason: str) -> Expert:
    """The expert sits on no committee until reinstated (Art. 14)."""
    return await _with_reason(call, "suspend", id, version, reason)


async def reinstate(call: Call, id: UUID, version: int | None, reason: str) -> Expert:
    """The expert may sit again, for the rest of the term."""
    return await _with_reason(call, "reinstate", id, version, reason)


async def disqualify(call: Call, id: UUID, version: int | None, reason: str) -> Expert:
    """Takes the expert out of the pool for good; votes cast before stay as they were (N-25)."""
    return await _with_reason(call, "disqualify", id, version, reason)


async def end_term(call: Call, id: UUID) -> Expert:
    """The worker's: the last day of the term is over."""
    return await perform(call, EXPERT, "end_term", id)


async def _with_reason(call: Call, event: str, id: UUID, version: int | None, reason: str) -> Expert:
    def check(_row: Expert, _facts: Facts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)

    async def act(row: Expert, _facts: Facts) -> None:
        row.state_reason = reason.strip()

    return await perform(call, EXPERT, event, id, version=version, check=check, act=act, reason=reason)


async def _staff_called(expert_id: UUID, name: str) -> list[UUID]:
    """The persons of this name on the roster of the expert's unit."""
    try:
        written = normalise_name(name)
    except InvalidName:
        return []
    expert = await Expert.get_or_none(id=expert_id)
    if expert is None:
        return []
    rows = Employment.filter(unit_id=expert.unit_id, name=written, left_on__isnull=True)
    return [person_id for (person_id,) in await rows.order_by("person_id").values_list("person_id")]
