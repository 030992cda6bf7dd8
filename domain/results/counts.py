"""Do the numbers agree? Every expert present is a vote for, against or abstained, one not cast, or one recused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.core.errors import Refusal, RuleBroken
from domain.results.models import Result, ResultPackage
from domain.results.names import ResultOutcome
from domain.reviews.models import BallotBox

VOTED = frozenset({ResultOutcome.PASSED, ResultOutcome.NOT_PASSED})
MAX_NAMES = 10


@dataclass(frozen=True, slots=True)
class Breach:
    """One result whose numbers do not agree: who, and which numbers."""

    name: str
    zh: str
    en: str


def breaches_of(result: Result, box: BallotBox | None) -> Iterator[Breach]:
    """Everything that does not add up in one result, against itself and against its ballot box (R-9.12)."""
    if result.outcome not in VOTED:
        return
    if result.present - result.recused != result.entitled:
        yield _breach(result, "出席减回避≠有表决权", "present less recused is not the number entitled")
    if result.yes + result.no + result.abstain + result.uncast != result.entitled:
        yield _breach(result, "各项票数之和≠有表决权", "the votes do not add up to the number entitled")
    if box is None:
        yield _breach(result, "没有已签署的投票箱", "there is no signed ballot box")
    elif (result.yes, result.no, result.abstain) != (box.yes, box.no, box.abstain):
        yield _breach(result, "票数与投票箱不一致", "the votes differ from the ballot box")
    elif box.passed != (result.outcome == ResultOutcome.PASSED):
        yield _breach(result, "结论与投票箱不一致", "the outcome differs from the ballot box")


def _breach(result: Result, zh: str, en: str) -> Breach:
    return Breach(result.person_name, zh, en)


def counts_refusal(breaches: Sequence[Breach]) -> Refusal | None:
    """One refusal that names every result whose numbers do not agree."""
    if not breaches:
        return None
    zh = "；".join(f"{each.name}：{each.zh}" for each in breaches[:MAX_NAMES])
    en = "; ".join(f"{each.name}: {each.en}" for each in breaches[:MAX_NAMES])
    return RuleBroken("R-9.12", f"票数不一致：{zh}。", f"Counts do not agree: {en}.", field="results")


def declared_refusals(package: ResultPackage, results: Iterable[Result]) -> Iterator[Refusal]:
    """Where the report's own numbers differ from the results: "only those who passed" is the usual fault (R-9.12)."""
    outcomes = [result.outcome for result in results]
    found = {
        "declaredCandidates": (package.declared_candidates, len(outcomes)),
        "declaredPassed": (package.declared_passed, outcomes.count(ResultOutcome.PASSED)),
        "declaredNotPassed": (package.declared_not_passed, outcomes.count(ResultOutcome.NOT_PASSED)),
    }
    for field, (declared, counted) in found.items():
        if declared != counted:
            zh = f"报告数（{'未填' if declared is None else declared}）与评审结果（{counted}）不一致。"
            en = f"The report says {'nothing' if declared is None else declared}, the results say {counted}."
            yield RuleBroken("R-9.12", zh, en, field=field)
