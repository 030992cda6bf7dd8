"""What the municipal bureau checks before it accepts a result: committee, quorum, ratio, scope, plan, integrity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.core.errors import Refusal, RuleBroken
from domain.plans.models import PlanState
from domain.results.counts import MAX_NAMES
from domain.results.models import Result
from domain.results.names import ResultOutcome
from domain.reviews.counting import QUORUM_SHARE, Share
from domain.reviews.models import ReviewRound, Sitting
from domain.reviews.round_lifecycle import committee_is_filed
from domain.units.models import IntegrityRecord, ScopeItem

#: What each check says when it fails; the rule tells the rest.
FINDINGS: Mapping[str, tuple[str, str]] = {
    "R-9.10": ("评审会议当日评审委员会未在备案有效期内", "the committee's filing was not valid on the day"),
    "N-13": ("出席人数未达三分之二", "fewer than two thirds of the members were present"),
    "N-14": ("同意票未达出席人数三分之二", "fewer than two thirds of those present voted in favour"),
    "R-13.1": ("超出评审权限和范围", "outside the unit's scope"),
    "R-9.11": ("评审不在年度计划时间之内", "held outside the annual plan's window"),
    "N-24": ("申报人在失信记录期内", "the person has an integrity record in force"),
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a result is held against."""

    round: ReviewRound
    sittings: Mapping[UUID, Sitting]
    shares: Mapping[UUID, Share]
    scope: Sequence[ScopeItem]
    records: Sequence[IntegrityRecord]


def findings_of(result: Result, about: Circumstances, today: date) -> list[str]:
    """The rules that stand against accepting this result; none for one that did not pass."""
    if result.outcome != ResultOutcome.PASSED or result.sitting_id is None:
        return []
    day = about.sittings[result.sitting_id].held_on
    checks = {
        "R-9.10": committee_is_filed(about.round.committee, day) is None,
        "N-13": QUORUM_SHARE.reached(result.entitled, result.members),
        "N-14": about.shares[result.candidacy_id].reached(result.yes, result.denominator),
        "R-13.1": any(_covers(item, result, day) for item in about.scope),
        "R-9.11": _inside_plan(about.round, day),
        "N-24": not any(_blocks(record, result.person_id, today) for record in about.records),
    }
    return [rule_id for rule_id, holds in checks.items() if not holds]


def _covers(item: ScopeItem, result: Result, day: date) -> bool:
    same = (item.unit_id, item.series, item.level) == (result.unit_id, result.series, result.level)
    held = item.granted_on <= day and (item.ended_on is None or day <= item.ended_on)
    return same and held and item.specialty in ("", result.specialty)


def _inside_plan(round: ReviewRound, day: date) -> bool:
    valid = round.plan.state in (PlanState.ACTIVE, PlanState.COMPLETED) and round.plan.year == round.year
    return valid and round.plan_group.window_from <= day <= round.plan_group.window_until


def _blocks(record: IntegrityRecord, person_id: UUID, today: date) -> bool:
    return record.person_id == person_id and record.from_on <= today <= record.until_on


def soundness_refusals(
    results: Iterable[Result], findings: Mapping[UUID, Sequence[str]], *, field: str = ""
) -> list[Refusal]:
    """One refusal for each rule broken, naming the people whose results break it."""
    by_rule: dict[str, list[str]] = {}
    for result in results:
        for rule_id in findings.get(result.id, ()):
            by_rule.setdefault(rule_id, []).append(result.person_name)
    return [_finding_refusal(rule_id, names, field) for rule_id, names in by_rule.items()]


def _finding_refusal(rule_id: str, names: Sequence[str], field: str) -> Refusal:
    zh, en = FINDINGS[rule_id]
    who = "、".join(names[:MAX_NAMES])
    return RuleBroken(rule_id, f"{zh}：{who}。", f"{en[0].upper()}{en[1:]}: {who}.", field=field)
