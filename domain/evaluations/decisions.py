"""The municipal bureau decides on the evaluation's result and tells the unit, yes or no (Art. 8(5), 16)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from domain.applications.lifecycle import APPLICATION
from domain.applications.models import QualificationApplication
from domain.core.calls import Call
from domain.core.clock import BEIJING
from domain.core.errors import Refusal, RuleBroken
from domain.core.inputs import reason_refusal, text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import Act, cascade, perform
from domain.evaluations.facts import EvaluationFacts
from domain.evaluations.lifecycle import EVALUATION, IN_FORCE_SINCE
from domain.evaluations.models import Evaluation
from domain.units.commands import unlock_profile
from domain.units.lifecycle import UNIT
from domain.units.models import Unit
from domain.units.scopes import Scope, grant_scope, scope_refusals

#: The document a decision rests on where the bureau names no other (Art. 1, R-1.1).
MEASURES = "《北京市职称自主评审管理办法（试行）》（京人社事业发〔2025〕13号，2025-12-01）"
MAX_SCOPE = 500


async def recognise(
    call: Call,
    id: UUID,
    version: int,
    scope: Sequence[Scope],
    decided_on: date,
    *,
    reason: str = "",
    policy_basis: str = MEASURES,
) -> Evaluation:
    """Recognises the unit as an autonomous review unit with a scope inside what it asked for (Art. 8(5)).

    Raises:
        Refused: R-8.11 without a scope or beyond what was asked, B-10, R-16.1 for a date before the Measures, R-8.6 by
            the pre-reviewer, R-7.2 or R-7.3 where a condition neither holds nor was relaxed.
    """

    def check(row: Evaluation, facts: EvaluationFacts) -> Iterator[Refusal | None]:
        yield from _scope_refusals(scope, facts)
        yield from _date_refusals(row, decided_on, facts)
        yield text_refusal("policyBasis", policy_basis, 300)
        yield text_refusal("reason", reason, 2000, required=False)

    async def act(row: Evaluation, facts: Facts) -> None:
        _write(row, facts, decided_on, reason, policy_basis)

        async def grant(unit: Unit, _facts: Facts) -> None:
            await grant_scope(unit.id, scope, row.id, decided_on)

        await cascade(call, APPLICATION, "recognise", [row.application_id], act=_told(reason))
        await unlock_profile(call, row.unit_id)
        await cascade(call, UNIT, "recognise", [row.unit_id], act=grant)

    return await perform(
        call, EVALUATION, "recognise", id, version=version, check=check, act=act, reason=reason
    )


async def refuse_recognition(
    call: Call, id: UUID, version: int, reason: str, decided_on: date, *, policy_basis: str = MEASURES
) -> Evaluation:
    """Refuses, with reasons that the unit is told (Art. 8(5)); the unit may apply again.

    Raises:
        Refused: S-10 without reasons, R-16.1, R-8.6 by the pre-reviewer.
    """

    def check(row: Evaluation, facts: EvaluationFacts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)
        yield from _date_refusals(row, decided_on, facts)
        yield text_refusal("policyBasis", policy_basis, 300)

    async def act(row: Evaluation, facts: Facts) -> None:
        _write(row, facts, decided_on, reason, policy_basis)
        await cascade(call, APPLICATION, "refuse", [row.application_id], act=_told(reason))
        await unlock_profile(call, row.unit_id)

    return await perform(call, EVALUATION, "refuse", id, version=version, check=check, act=act, reason=reason)


def _write(row: Evaluation, facts: Facts, decided_on: date, reason: str, policy_basis: str) -> None:
    row.decided_on, row.decided_by_id = decided_on, facts.viewer.account_id
    row.decision_reason, row.policy_basis = reason.strip(), policy_basis.strip()


def _told(reason: str) -> Act:
    """The unit sees the decision on its application; the evaluation itself stays inside the authorities."""

    async def write(application: QualificationApplication, facts: Facts) -> None:
        application.decided_at, application.decision_reason = facts.now, reason.strip()

    return write


def _scope_refusals(scope: Sequence[Scope], facts: EvaluationFacts) -> Iterator[Refusal]:
    if not 1 <= len(scope) <= MAX_SCOPE:
        zh, en = "请确定评审系列（专业）和级别。", "Grant at least one series or specialty and level."
        yield RuleBroken("R-8.11", zh, en, field="scope")
    yield from scope_refusals(scope, "scope")
    for place, item in enumerate(scope):
        if not facts.asked.allows(*item):
            zh, en = "不得超出申请的系列（专业）和级别。", "This goes beyond what the unit asked for."
            yield RuleBroken("R-8.11", zh, en, field=f"scope.{place}")


def _date_refusals(row: Evaluation, decided_on: date, facts: EvaluationFacts) -> Iterator[Refusal]:
    if decided_on < IN_FORCE_SINCE:
        yield RuleBroken("R-16.1", field="decidedOn")
    elif row.concluded_at is not None and decided_on < row.concluded_at.astimezone(BEIJING).date():
        zh, en = "决定日期不得早于评估结论。", "The decision cannot be dated before the conclusion."
        yield RuleBroken("R-8.11", zh, en, field="decidedOn")
    if decided_on > facts.today:
        zh, en = "决定日期不得晚于今天。", "The decision cannot be dated in the future."
        yield RuleBroken("R-8.11", zh, en, field="decidedOn")
