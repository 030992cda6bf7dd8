"""What the municipal bureau does with results handed in: return, accept whole or in part, refuse; and the filing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.core.calls import Call
from domain.core.errors import Invalid, Refusal, RuleBroken
from domain.core.inputs import reason_refusal
from domain.core.perform import perform
from domain.core.rules import RULES
from domain.results.facts import PackageFacts
from domain.results.lifecycle import RESULT_PACKAGE
from domain.results.models import Result, ResultFiling, ResultPackage
from domain.results.names import ResultOutcome
from domain.results.soundness import soundness_refusals
from domain.results.standing import tell_candidacies

MAX_RULES = 20


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A result that is not accepted, and why."""

    result_id: UUID
    reason: str


async def return_for_correction(call: Call, id: UUID, version: int, reason: str) -> ResultPackage:
    """Gives the results back, with everything that is to be mended.

    Raises:
        Refused: S-10 without a reason.
    """

    async def act(package: ResultPackage, _facts: PackageFacts) -> None:
        package.decision_reason = reason.strip()

    return await perform(
        call,
        RESULT_PACKAGE,
        "return",
        id,
        version=version,
        check=lambda _package, _facts: [reason_refusal(reason)],
        act=act,
        reason=reason,
    )


async def accept(call: Call, id: UUID, version: int) -> ResultPackage:
    """Accepts all results and files them; whoever passed is ACCEPTED.

    Raises:
        Refused: with every rule that a passed result breaks: R-9.10, N-13, N-14, R-13.1, R-9.11, N-24.
    """

    async def act(package: ResultPackage, facts: PackageFacts) -> None:
        await _accept(call, package, facts, ())

    return await perform(call, RESULT_PACKAGE, "accept", id, version=version, act=act)


async def accept_in_part(
    call: Call, id: UUID, version: int, exclusions: Sequence[Exclusion]
) -> ResultPackage:
    """Accepts the results except those named, each with its reason (decision D9); the named candidacies are VOIDED.

    Raises:
        Refused: no exclusion, one without reason or of a result that did not pass, all of them, or an accepted result
            that breaks a rule.
    """

    def check(_package: ResultPackage, facts: PackageFacts) -> Iterator[Refusal | None]:
        yield from _exclusion_refusals(exclusions, facts)
        excluded = {each.result_id for each in exclusions}
        kept = [result for result in facts.results if result.id not in excluded]
        yield from soundness_refusals(kept, facts.findings, field="exclusions")

    async def act(package: ResultPackage, facts: PackageFacts) -> None:
        package.decision_reason = "\n".join(each.reason.strip() for each in exclusions)
        await _accept(call, package, facts, exclusions)

    return await perform(call, RESULT_PACKAGE, "accept_in_part", id, version=version, check=check, act=act)


async def refuse_results(
    call: Call, id: UUID, version: int, rule_ids: Sequence[str], reason: str
) -> ResultPackage:
    """Refuses all results under the rules named; whoever passed is VOIDED.

    Raises:
        Refused: no rule, an unknown one, or no reason.
    """

    def check(_package: ResultPackage, _facts: PackageFacts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)
        yield from _rule_refusals(rule_ids)

    async def act(package: ResultPackage, facts: PackageFacts) -> None:
        package.decided_at = facts.now
        package.decision_reason = f"{'、'.join(rule_ids)}：{reason.strip()}"
        passed = _passed(facts.results)
        await Result.filter(package_id=package.id).update(accepted=False)
        await tell_candidacies(call, "void", [each.candidacy_id for each in passed], reason=reason)

    return await perform(
        call, RESULT_PACKAGE, "refuse", id, version=version, check=check, act=act, reason=reason
    )


async def _accept(
    call: Call, package: ResultPackage, facts: PackageFacts, exclusions: Sequence[Exclusion]
) -> None:
    package.decided_at = facts.now
    excluded = {each.result_id: each.reason for each in exclusions}
    kept = [each for each in facts.results if each.id not in excluded]
    await Result.filter(id__in=[each.id for each in kept]).update(accepted=True)
    for id, reason in excluded.items():
        await Result.filter(id=id).update(accepted=False, acceptance_reason=reason.strip())
    left = [each.candidacy_id for each in facts.results if each.id in excluded]
    await tell_candidacies(call, "accept", [each.candidacy_id for each in _passed(kept)])
    await tell_candidacies(call, "void", left, reason="；".join(excluded.values()))
    await _file(package, facts, len(kept), len(excluded))


async def _file(package: ResultPackage, facts: PackageFacts, accepted: int, refused: int) -> None:
    """Acceptance is the decision, filing the record (R-13.2): both, in one transaction."""
    await ResultFiling.create(
        package_id=package.id,
        number=f"BA{facts.today.year}-{package.id.hex[:12].upper()}",
        filed_on=facts.today,
        accepted_count=accepted,
        refused_count=refused,
        created_at=facts.now,
    )


def _passed(results: Iterable[Result]) -> list[Result]:
    return [result for result in results if result.outcome == ResultOutcome.PASSED]


def _exclusion_refusals(exclusions: Sequence[Exclusion], facts: PackageFacts) -> Iterator[Refusal | None]:
    passed = {result.id for result in _passed(facts.results)}
    named = [each.result_id for each in exclusions]
    for index, each in enumerate(exclusions):
        yield reason_refusal(each.reason, field=f"exclusions.{index}.reason")
        if each.result_id not in passed or each.result_id in named[:index]:
            text = "须为本次通过人员的结果，且不得重复。", "A result of somebody who passed, named once."
            yield Invalid(f"exclusions.{index}.result", *text)
    if not named:
        yield RuleBroken(
            "R-9.12",
            "部分验收须列明不予验收的结果及理由。",
            "Name the results not accepted, each with its reason.",
            field="exclusions",
        )
    elif passed <= set(named):
        zh, en = "全部结果均不予验收的，应作不予验收决定。", "To accept none of them, refuse the results."
        yield RuleBroken("R-9.12", zh, en, field="exclusions")


def _rule_refusals(rule_ids: Sequence[str]) -> Iterator[Refusal]:
    if not 1 <= len(rule_ids) <= MAX_RULES:
        text = f"须列明1至{MAX_RULES}条依据。", f"Name 1 to {MAX_RULES} rules."
        yield Invalid("rules", *text, rule_id="S-10")
    for index, rule_id in enumerate(rule_ids):
        if rule_id not in RULES:
            yield Invalid(f"rules.{index}", "没有这条规则。", "There is no such rule.", rule_id="S-21")
