"""What the receiver and the municipal bureau do with an application before its evaluation (Art. 7(6), 8(2), 8(3))."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.applications.facts import ApplicationFacts
from domain.applications.lifecycle import APPLICATION
from domain.applications.models import (
    ConditionOpinion,
    ConditionRelaxation,
    CorrectionItem,
    QualificationApplication,
)
from domain.applications.names import QualificationCondition
from domain.core.calls import BY_SYSTEM, Call
from domain.core.errors import Invalid, Refusal, RuleBroken
from domain.core.inputs import reason_refusal, text_refusal
from domain.core.labels import label
from domain.core.lifecycle import Facts
from domain.core.perform import perform
from domain.core.rules import RULES
from domain.core.working_calendar import WorkingCalendar, YearNotLoaded
from domain.units.commands import unlock_profile

Application = QualificationApplication
MAX_OPINION = 5000
MAX_REASONS = 100
#: How long a unit may be given to correct: a design reading, Art. 8 sets no period.
MIN_CORRECTION_WORKING_DAYS = 1
MAX_CORRECTION_WORKING_DAYS = 60


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing to correct: what, by which rule, about which part. All of a return are told at once (N-12)."""

    text: str
    rule_id: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """The receiver's opinion on one condition of Art. 5 and 7."""

    condition: QualificationCondition
    met: bool
    opinion: str


async def return_for_correction(
    call: Call, id: UUID, version: int, reasons: Sequence[Correction], working_days: int
) -> Application:
    """Returns a submitted application with everything that has to be corrected, and a deadline in working days (N-12).

    Raises:
        Refused: R-8.5 by anybody but the route's receiver, S-10 without reasons, S-6 where the calendar ends, S-7.
    """

    def check(_row: Application, facts: Facts) -> Iterator[Refusal | None]:
        yield from _correction_refusals(reasons)
        yield from _period_refusals(working_days, facts)

    async def act(row: Application, facts: Facts) -> None:
        await _write_corrections(row, reasons)
        last_day = facts.calendar.add_working_days(facts.today, working_days)
        row.correction_due_at = WorkingCalendar.last_instant(last_day)
        await unlock_profile(call, row.unit_id)

    reason = "；".join(each.text for each in reasons)
    return await perform(
        call, APPLICATION, "return_for_correction", id, version=version, check=check, act=act, reason=reason
    )


async def return_filing(call: Call, id: UUID, version: int, reasons: Sequence[Correction]) -> Application:
    """The municipal bureau returns an online filing; the recommendation stands, the attachments open again (Art. 8(3)).

    Raises:
        Refused: S-10 without reasons.
    """

    async def act(row: Application, _facts: Facts) -> None:
        await _write_corrections(row, reasons)

    reason = "；".join(each.text for each in reasons)
    return await perform(
        call,
        APPLICATION,
        "return_filing",
        id,
        version=version,
        check=lambda _row, _facts: _correction_refusals(reasons),
        act=act,
        reason=reason,
    )


async def decline(call: Call, id: UUID, version: int, reason: str) -> Application:
    """Declines to recommend, with reasons (Art. 8(2)).

    Raises:
        Refused: R-8.5 by anybody but the route's receiver, S-10 without a reason.
    """

    async def act(row: Application, _facts: Facts) -> None:
        row.declined_reason = reason.strip()
        await unlock_profile(call, row.unit_id)

    return await perform(
        call,
        APPLICATION,
        "decline",
        id,
        version=version,
        check=lambda _row, _facts: [reason_refusal(reason)],
        act=act,
        reason=reason,
    )


async def recommend(
    call: Call, id: UUID, version: int, opinions: Sequence[Opinion], recommendation: str
) -> Application:
    """Recommends, with an opinion on every condition of Art. 5 and 7 (Art. 8(2)).

    On route 3, which names no recommender, this is the municipal bureau's pre-review: its officer may not take the
    final decision (R-8.6, decision D1).

    Raises:
        Refused: R-8.5 by anybody but the route's receiver, without an opinion on a condition, or where a condition is
            not met and no relaxation of it was asked for.
    """

    def check(_row: Application, facts: ApplicationFacts) -> Iterator[Refusal | None]:
        yield text_refusal("recommendation", recommendation, MAX_OPINION)
        yield from _opinion_refusals(opinions, facts)

    async def act(row: Application, facts: Facts) -> None:
        await ConditionOpinion.bulk_create(
            [
                ConditionOpinion(
                    application_id=row.id,
                    condition=each.condition,
                    met=each.met,
                    opinion=each.opinion.strip(),
                )
                for each in opinions
            ]
        )
        row.recommended_by_id, row.recommended_at = facts.viewer.account_id, facts.now
        row.recommendation = recommendation.strip()

    return await perform(call, APPLICATION, "recommend", id, version=version, check=check, act=act)


async def decide_relaxation(
    call: Call, id: UUID, version: int, relaxation_id: UUID, granted: bool, reason: str
) -> Application:
    """The municipal bureau grants or refuses a relaxation that the unit asked for (Art. 7(6)).

    Raises:
        Refused: S-21 where none of that id was asked for, S-13 where it was decided already, S-10 without a reason.
    """

    def check(_row: Application, facts: ApplicationFacts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)
        asked = next((each for each in facts.relaxations if each.id == relaxation_id), None)
        if asked is None:
            zh, en = "申请中没有该项放宽。", "No such relaxation was asked for."
            yield Invalid("relaxation", zh, en, rule_id="S-21")
        elif asked.granted is not None:
            zh, en = "该项放宽已作出决定。", "This relaxation has been decided."
            yield Invalid("relaxation", zh, en, rule_id="S-13")

    async def act(_row: Application, facts: Facts) -> None:
        await ConditionRelaxation.filter(id=relaxation_id).update(
            granted=granted,
            decided_by_id=facts.viewer.account_id,
            decided_at=facts.now,
            decision_reason=reason.strip(),
        )

    return await perform(
        call, APPLICATION, "decide_relaxation", id, version=version, check=check, act=act, reason=reason
    )


async def lapse(id: UUID) -> Application:
    """Ends an application whose period for correction has passed (N-12). Called by the worker.

    Raises:
        Refused: S-12 while the period runs.
    """

    async def act(row: Application, _facts: Facts) -> None:
        await unlock_profile(BY_SYSTEM, row.unit_id)

    return await perform(BY_SYSTEM, APPLICATION, "lapse", id, act=act)


async def _write_corrections(row: Application, reasons: Sequence[Correction]) -> None:
    row.correction_round += 1
    await CorrectionItem.bulk_create(
        [
            CorrectionItem(
                application_id=row.id,
                round=row.correction_round,
                place=place,
                field=each.field,
                rule_id=each.rule_id,
                text=each.text.strip(),
            )
            for place, each in enumerate(reasons, start=1)
        ]
    )


def _correction_refusals(reasons: Sequence[Correction]) -> Iterator[Refusal | None]:
    if not reasons:
        yield RuleBroken(
            "S-10", "请一次性列明全部需要补正的内容。", "List everything to correct.", field="reasons"
        )
    if len(reasons) > MAX_REASONS:
        yield Invalid("reasons", f"最多{MAX_REASONS}条。", f"At most {MAX_REASONS} reasons.", rule_id="S-7")
    for place, each in enumerate(reasons):
        yield text_refusal(f"reasons.{place}.text", each.text, 500)
        yield text_refusal(f"reasons.{place}.field", each.field, 80, required=False)
        if each.rule_id and each.rule_id not in RULES:
            zh, en = "规则编号不存在。", "There is no rule of this id."
            yield Invalid(f"reasons.{place}.rule", zh, en, rule_id="S-21")


def _period_refusals(working_days: int, facts: Facts) -> Iterator[Refusal]:
    if not MIN_CORRECTION_WORKING_DAYS <= working_days <= MAX_CORRECTION_WORKING_DAYS:
        zh = f"补正期限须为{MIN_CORRECTION_WORKING_DAYS}至{MAX_CORRECTION_WORKING_DAYS}个工作日。"
        en = f"A period has {MIN_CORRECTION_WORKING_DAYS} to {MAX_CORRECTION_WORKING_DAYS} working days."
        yield Invalid("workingDays", zh, en, rule_id="S-7")
        return
    try:
        facts.calendar.add_working_days(facts.today, working_days)
    except YearNotLoaded as error:
        yield Invalid("workingDays", error.zh, error.en, rule_id="S-6")


def _opinion_refusals(opinions: Sequence[Opinion], facts: ApplicationFacts) -> Iterator[Refusal | None]:
    given = [each.condition for each in opinions]
    for condition in QualificationCondition:
        if condition not in given:
            named = label(condition)
            zh, en = f"缺少对“{named.zh}”的审核意见。", f"There is no opinion on: {named.en}."
            yield RuleBroken("R-8.5", zh, en, field="opinions")
    for place, each in enumerate(opinions):
        at = f"opinions.{place}"
        if each.condition in given[:place]:
            yield Invalid(
                f"{at}.condition", "该条件的意见重复。", "An opinion is given twice.", rule_id="S-13"
            )
        yield text_refusal(f"{at}.opinion", each.opinion, MAX_OPINION)
        if not each.met and facts.relaxation_of(each.condition) is None:
            zh, en = (
                "条件不符合且未申请放宽的，不得推荐。",
                "A condition that is not met bars a recommendation.",
            )
            yield RuleBroken("R-8.5", zh, en, field=f"{at}.met")
