"""What a unit's office does with a version before it goes to the municipal bureau. Art. 9(1), 9(2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.core.access import visible
from domain.core.calls import Call
from domain.core.errors import Invalid, NotFound, Refusal, RuleBroken, refuse
from domain.core.files import StoredFile
from domain.core.inputs import text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin, perform
from domain.core.working_calendar import YearNotLoaded
from domain.policy_documents.documents import (
    DocumentGiven,
    content_hash,
    given,
    write_documents,
)
from domain.policy_documents.lifecycle import (
    DEFAULT_PUBLICITY_WORKING_DAYS,
    LONGEST_PUBLICITY_WORKING_DAYS,
    POLICY_SET,
)
from domain.policy_documents.models import PolicyOpinion, PolicySet
from domain.policy_documents.standing import right_refusal, unit_of
from domain.units.models import Unit

LARGEST_BODY = 10_000


@dataclass(frozen=True, slots=True)
class DecisionGiven:
    """A collective decision under the unit's major-matters rules (集体决策)."""

    body: str
    decided_on: date
    present: int
    entitled: int
    passed: bool
    minutes_id: UUID


async def draft(call: Call, title: str, documents: Sequence[DocumentGiven]) -> PolicySet:
    """Starts the unit's next version.

    Raises:
        Refused: R-4.1 or J-7 (no right to review), R-9.1 (no office or full-time staff), R-9.5 (another is under way).
    """
    content = await given(call.viewer, title, documents)

    async def make(_facts: Facts) -> PolicySet:
        unit = await unit_of(call.viewer)
        refuse(right_refusal(unit.state), _office_refusal(unit), *content.refusals())
        return PolicySet(unit=unit, number=await _next_number(unit.id), title=title.strip())

    async def act(row: PolicySet, _facts: Facts) -> None:
        await write_documents(row.id, content)

    return await begin(call, POLICY_SET, "draft", make, act=act)


async def edit(
    call: Call, id: UUID, version: int, title: str, documents: Sequence[DocumentGiven]
) -> PolicySet:
    """Replaces the title and the documents of a draft; a decided version is never edited (R-9.5)."""
    content = await given(call.viewer, title, documents)

    def check(_row: PolicySet, _facts: Facts) -> Iterator[Refusal | None]:
        return content.refusals()

    async def act(row: PolicySet, _facts: Facts) -> None:
        row.title = title.strip()
        await write_documents(row.id, content)

    return await perform(call, POLICY_SET, "edit", id, version=version, check=check, act=act)


async def record_collective_decision(
    call: Call, id: UUID, version: int, decision: DecisionGiven
) -> PolicySet:
    """Records that the unit's body agreed to exactly these documents: their hash is taken here.

    Raises:
        Refused: R-9.3 (not passed, not dated, no attendance), R-9.2 (a document is missing).
    """
    minutes = await visible(StoredFile, call.viewer).get_or_none(id=decision.minutes_id)

    def check(_row: PolicySet, facts: Facts) -> Iterator[Refusal | None]:
        yield None if minutes else NotFound("minutes")
        yield from _decision_refusals(decision, facts.today)

    async def act(row: PolicySet, _facts: Facts) -> None:
        row.decision_body = decision.body.strip()
        row.decided_on = decision.decided_on
        row.decision_present = decision.present
        row.decision_entitled = decision.entitled
        row.decision_passed = True
        row.decision_minutes_id = decision.minutes_id
        row.content_hash = await content_hash(row.id, row.title)

    return await perform(
        call, POLICY_SET, "record_collective_decision", id, version=version, check=check, act=act
    )


async def open_publicity(
    call: Call,
    id: UUID,
    version: int,
    place: str,
    *,
    starts_on: date | None = None,
    working_days: int = DEFAULT_PUBLICITY_WORKING_DAYS,
) -> PolicySet:
    """Opens the publicity; its end is computed with the working calendar, the first day not counted.

    Raises:
        Refused: R-9.3 (before the decision), R-9.4 (too short), S-6 (the calendar of a year is not loaded).
    """

    def check(row: PolicySet, facts: Facts) -> Iterator[Refusal | None]:
        start = starts_on or facts.today
        yield text_refusal("place", place, 200)
        yield _start_refusal(start, row.decided_on, facts.today)
        yield _length_refusal(working_days)
        yield _calendar_refusal(facts, start, working_days)

    async def act(row: PolicySet, facts: Facts) -> None:
        row.publicity_from = starts_on or facts.today
        row.publicity_working_days = working_days
        row.publicity_ends_at = facts.calendar.publicity_end(row.publicity_from, working_days)
        row.publicity_place = place.strip()

    return await perform(call, POLICY_SET, "open_publicity", id, version=version, check=check, act=act)


async def record_opinion(call: Call, id: UUID, version: int, text: str) -> PolicySet:
    """What somebody of the unit says about a version in its publicity. Whose opinion it is, is not stored."""

    def check(_row: PolicySet, _facts: Facts) -> Iterator[Refusal | None]:
        yield text_refusal("text", text, 2000)

    async def act(row: PolicySet, facts: Facts) -> None:
        await PolicyOpinion.create(policy_set_id=row.id, text=text.strip(), created_at=facts.now)

    return await perform(call, POLICY_SET, "record_opinion", id, version=version, check=check, act=act)


async def answer_opinion(call: Call, id: UUID, version: int, opinion_id: UUID, answer: str) -> PolicySet:
    """The office answers an opinion; an answer may be improved while the publicity runs."""
    opinion = await PolicyOpinion.get_or_none(id=opinion_id, policy_set_id=id)

    def check(_row: PolicySet, _facts: Facts) -> Iterator[Refusal | None]:
        yield text_refusal("answer", answer, 2000)
        yield None if opinion else NotFound("opinion")

    async def act(_row: PolicySet, facts: Facts) -> None:
        await PolicyOpinion.filter(id=opinion_id).update(answer=answer.strip(), answered_at=facts.now)

    return await perform(call, POLICY_SET, "answer_opinion", id, version=version, check=check, act=act)


async def close_publicity(call: Call, id: UUID, version: int | None = None) -> PolicySet:
    """Closes the publicity once its last day is over and every opinion is answered; the office or the worker does it."""

    async def act(row: PolicySet, facts: Facts) -> None:
        row.publicity_closed_at = facts.now

    return await perform(call, POLICY_SET, "close_publicity", id, version=version, act=act)


async def submit_for_approval(call: Call, id: UUID, version: int) -> PolicySet:
    """Submits the publicised version to the municipal bureau."""

    async def act(row: PolicySet, facts: Facts) -> None:
        row.submitted_at = facts.now

    return await perform(call, POLICY_SET, "submit_for_approval", id, version=version, act=act)


async def _next_number(unit_id: UUID) -> int:
    """The number of the unit's next version; a race for it is decided by the constraint."""
    latest = await PolicySet.filter(unit_id=unit_id).order_by("-number").first()
    return latest.number + 1 if latest else 1


def _office_refusal(unit: Unit) -> Refusal | None:
    if unit.office_name.strip() and unit.full_time_staff_count >= 1:
        return None
    text = "本单位尚未登记专职机构和专职工作人员。", "The unit has no office with full-time staff on record."
    return RuleBroken("R-9.1", *text)


def _decision_refusals(decision: DecisionGiven, today: date) -> Iterator[Refusal | None]:
    yield text_refusal("body", decision.body, 120)
    if not decision.passed:
        text = "未经集体决策通过的文件不得公示。", "Documents that were not passed go no further."
        yield RuleBroken("R-9.3", *text, field="passed")
    if decision.decided_on > today:
        text = "集体决策日期不得晚于当日。", "The decision cannot be dated in the future."
        yield RuleBroken("R-9.3", *text, field="decided_on")
    if not 1 <= decision.entitled <= LARGEST_BODY:
        text = f"应到人数为 1 至 {LARGEST_BODY}。", f"A body has 1 to {LARGEST_BODY} members."
        yield Invalid("entitled", *text, rule_id="S-7")
    if not 1 <= decision.present <= decision.entitled:
        text = (
            "出席人数至少 1 人，且不超过应到人数。",
            "At least one attends, and no more than belong to the body.",
        )
        yield RuleBroken("R-9.3", *text, field="present")


def _start_refusal(start: date, decided_on: date | None, today: date) -> Refusal | None:
    if decided_on is None or start < decided_on:
        text = "公示不得早于集体决策。", "Publicity may not start before the collective decision."
        return RuleBroken("R-9.3", *text, field="starts_on")
    if start < today:
        text = "公示起始日不得早于当日。", "Publicity cannot start in the past."
        return RuleBroken("R-9.4", *text, field="starts_on")
    return None


def _length_refusal(working_days: int) -> Refusal | None:
    if working_days < DEFAULT_PUBLICITY_WORKING_DAYS:
        least = DEFAULT_PUBLICITY_WORKING_DAYS
        text = f"公示期不少于 {least} 个工作日。", f"The publicity lasts at least {least} working days."
        return RuleBroken("R-9.4", *text, field="working_days")
    if working_days > LONGEST_PUBLICITY_WORKING_DAYS:
        most = LONGEST_PUBLICITY_WORKING_DAYS
        text = f"公示期最长 {most} 个工作日。", f"The publicity lasts at most {most} working days."
        return Invalid("working_days", *text, rule_id="S-7")
    return None


def _calendar_refusal(facts: Facts, start: date, working_days: int) -> Refusal | None:
    if _length_refusal(working_days) is not None:
        return None
    try:
        _end: datetime = facts.calendar.publicity_end(start, working_days)
    except (YearNotLoaded, OverflowError) as fault:
        zh, en = (fault.zh, str(fault)) if isinstance(fault, YearNotLoaded) else ("", "")
        return RuleBroken("S-6", zh, en, field="starts_on")
    return None
