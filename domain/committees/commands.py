"""Forming a committee and choosing its members. Art. 9(4), Order 40 (N-5 to N-7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from domain.committees.composition import MAX_MEMBERS, Composition, Seat, faults, floor_of, may_sit
from domain.committees.draws import draw
from domain.committees.lifecycle import COMMITTEE, CommitteeFacts
from domain.committees.models import Committee, CommitteeBasis
from domain.committees.scope import level_refusal
from domain.committees.seats import seat
from domain.core.access import visible
from domain.core.calls import Call
from domain.core.errors import Invalid, Refusal, RuleBroken, refuse
from domain.core.inputs import reason_refusal, text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin, perform
from domain.core.reference import title_series
from domain.core.roles import Viewer
from domain.core.titles import CommitteeLevel
from domain.experts.models import Expert
from domain.policy_documents.standing import right_refusal, unit_of
from domain.units.reads import scopes_of
from domain.units.scopes import MAX_SPECIALTY_LENGTH, ReviewScope

#: No meeting can discuss and vote below this number; the bureau's adjustment ends here (switch).
SMALLEST_FLOOR = 3


async def form(
    call: Call,
    name: str,
    level: CommitteeLevel,
    *,
    by_series: str | None = None,
    by_specialty: tuple[str, str] | None = None,
) -> Committee:
    """Forms a committee for one series, or for one specialty (of a series), at one level.

    Raises:
        Refused: R-9.9 (both bases, none, or no such series), R-13.1 (outside the scope), R-4.1 or J-7.
    """
    series, specialty = by_specialty or (by_series or "", "")

    async def make(_facts: Facts) -> Committee:
        unit = await unit_of(call.viewer)
        scope = (await scopes_of([unit.id]))[unit.id]
        refuse(
            right_refusal(unit.state),
            text_refusal("name", name, 120),
            *_basis_refusals(by_series, by_specialty, scope, level),
        )
        basis = CommitteeBasis.SPECIALTY if by_specialty else CommitteeBasis.SERIES
        return Committee(
            unit=unit, name=name.strip(), basis=basis, series=series, specialty=specialty.strip(), level=level
        )

    return await begin(call, COMMITTEE, "form", make)


async def set_members(call: Call, id: UUID, version: int, seats: Sequence[Seat]) -> Committee:
    """Sets who sits on the committee, in the place of those who sat.

    Raises:
        Refused: N-5 (odd, floor, one chair, nobody twice), N-6 and B-4 (each expert), R-9.9 (series): all at once.
    """
    pool = await _pool(call.viewer, (each.expert_id for each in seats))

    def check(row: Committee, facts: Facts) -> Iterator[Refusal | None]:
        return faults(Composition(row, seats, pool, facts.today))

    async def act(row: Committee, facts: Facts) -> None:
        await seat(row, seats, facts.now)

    return await perform(call, COMMITTEE, "set_members", id, version=version, check=check, act=act)


async def draw_members(call: Call, id: UUID, version: int, wanted: int) -> Committee:
    """Draws so many experts of the unit's pool who may sit on this committee; the draw is recorded (N-7).

    They become members; who is chair among them is set afterwards.

    Raises:
        Refused: N-5 (even, below the floor), N-7 (fewer in the pool than wanted).
    """
    committee = await visible(Committee, call.viewer).get_or_none(id=id)
    unit_id = committee.unit_id if committee else None
    experts = await visible(Expert, call.viewer).filter(unit_id=unit_id).order_by("id")

    def check(row: Committee, facts: CommitteeFacts) -> Iterator[Refusal | None]:
        yield _wanted_refusal(row, wanted)
        there = sum(may_sit(row, expert, facts.today) for expert in experts)
        if wanted > there:
            zh, en = (
                f"专家库中符合条件的专家仅 {there} 人。",
                f"Only {there} experts of the pool may sit on it.",
            )
            yield RuleBroken("N-7", zh, en, field="wanted")

    async def act(row: Committee, facts: Facts) -> None:
        recorded = draw(row.id, (each.id for each in experts if may_sit(row, each, facts.today)), wanted)
        recorded.created_at = facts.now
        await recorded.save(force_create=True)
        await seat(row, [Seat(UUID(each)) for each in recorded.drawn], facts.now)

    return await perform(call, COMMITTEE, "draw_members", id, version=version, check=check, act=act)


async def adjust_floor(
    call: Call, id: UUID, version: int, floor: int, reason: str, document: str
) -> Committee:
    """The municipal bureau agrees to another least number of members (N-5)."""

    def check(_row: Committee, _facts: Facts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)
        yield text_refusal("document", document, 60)
        if not SMALLEST_FLOOR <= floor <= MAX_MEMBERS:
            zh = f"人数下限为 {SMALLEST_FLOOR} 至 {MAX_MEMBERS}。"
            yield Invalid("floor", zh, f"A floor from {SMALLEST_FLOOR} to {MAX_MEMBERS}.", rule_id="S-7")

    async def act(row: Committee, _facts: Facts) -> None:
        row.floor_override = floor
        row.override_reason = reason.strip()
        row.override_document = document.strip()

    return await perform(
        call, COMMITTEE, "adjust_floor", id, version=version, check=check, act=act, reason=reason
    )


async def _pool(viewer: Viewer, ids: Iterable[UUID]) -> dict[UUID, Expert]:
    """The named experts, as far as they are in the office's own pool."""
    return {each.id: each for each in await visible(Expert, viewer).filter(id__in=list(ids))}


def _basis_refusals(
    by_series: str | None, by_specialty: tuple[str, str] | None, scope: ReviewScope, level: CommitteeLevel
) -> Iterator[Refusal | None]:
    if (by_series is None) == (by_specialty is None):
        text = (
            "按系列或者按专业组建，二者必选其一且只能选其一。",
            "Form it by series or by specialty: exactly one of them.",
        )
        yield RuleBroken("R-9.9", *text, field="by_series")
        return
    series, specialty = by_specialty or (by_series or "", "")
    field = "by_specialty" if by_specialty else "by_series"
    if series not in title_series():
        text = "须为一个职称系列，不得跨系列组建。", "Exactly one title series; no committee across series."
        yield RuleBroken("R-9.9", *text, field=field)
        return
    if by_specialty:
        yield text_refusal("by_specialty.specialty", specialty, MAX_SPECIALTY_LENGTH)
    yield level_refusal(scope, series, specialty.strip(), level)


def _wanted_refusal(row: Committee, wanted: int) -> Refusal | None:
    if wanted % 2 == 0 or not floor_of(row) <= wanted <= MAX_MEMBERS:
        floor = floor_of(row)
        zh = f"抽取人数须为单数，{floor} 至 {MAX_MEMBERS} 人。"
        return RuleBroken("N-5", zh, f"Draw an odd number, {floor} to {MAX_MEMBERS}.", field="wanted")
    return None
