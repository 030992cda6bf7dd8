"""What a plan says: how it is given, what is wrong with it, and how it is written and frozen. Art. 9(3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.core.errors import Invalid, NotFound, Refusal, RuleBroken
from domain.core.inputs import text_refusal
from domain.core.titles import TitleLevel
from domain.plans.models import AnnualPlan, PlanGroup
from domain.units.scopes import MAX_SPECIALTY_LENGTH, title_exists

MAX_GROUPS = 60
MAX_SECTION = 10_000
LARGEST_NUMBER = 10_000


@dataclass(frozen=True, slots=True)
class GroupGiven:
    """A group as the office gives it; `id` is that of a group the plan has already."""

    name: str
    series: str
    specialty: str
    level: TitleLevel
    window_from: date
    window_until: date
    expert_count: int
    quota: int | None = None
    id: UUID | None = None

    def refusals(self, path: str) -> Iterator[Refusal | None]:
        """Everything that is wrong with the group by itself."""
        yield text_refusal(f"{path}.name", self.name, 80)
        yield text_refusal(f"{path}.specialty", self.specialty, MAX_SPECIALTY_LENGTH, required=False)
        if not title_exists(self.series, self.level):
            yield RuleBroken("B-10", field=f"{path}.level")
        if self.window_until < self.window_from:
            text = "分组的结束日期不得早于开始日期。", "A group's window may not end before it starts."
            yield RuleBroken("R-9.7", *text, field=f"{path}.window_until")
        for name, number in (("expert_count", self.expert_count), ("quota", self.quota)):
            if number is not None and not 1 <= number <= LARGEST_NUMBER:
                text = f"数值为 1 至 {LARGEST_NUMBER}。", f"A number from 1 to {LARGEST_NUMBER}."
                yield Invalid(f"{path}.{name}", *text, rule_id="S-7")

    def same_as(self, group: PlanGroup) -> bool:
        """Whether it leaves the group as it is."""
        return replace(self, id=group.id) == _as_given(group)


@dataclass(frozen=True, slots=True)
class PlanGiven:
    """A plan's five sections as the office gives them; a draft may leave them blank."""

    review_from: date | None
    review_until: date | None
    procedure: str
    experts: str
    indicators: str
    groups: Sequence[GroupGiven]

    def refusals(self, there: Sequence[PlanGroup]) -> Iterator[Refusal | None]:
        """Everything that is wrong with it, beside a plan that has the groups `there` already."""
        yield text_refusal("procedure", self.procedure, MAX_SECTION, required=False)
        yield text_refusal("experts", self.experts, MAX_SECTION, required=False)
        yield text_refusal("indicators", self.indicators, MAX_SECTION, required=False)
        if len(self.groups) > MAX_GROUPS:
            text = f"分组最多 {MAX_GROUPS} 个。", f"A plan has at most {MAX_GROUPS} groups."
            yield Invalid("groups", *text, rule_id="S-7")
        for place, group in enumerate(self.groups):
            yield from group.refusals(f"groups.{place}")
        yield from self._identity_refusals(there)
        yield from self._started_group_refusals(there)

    def _identity_refusals(self, there: Sequence[PlanGroup]) -> Iterator[Refusal | None]:
        known, ids, names = {group.id for group in there}, set[UUID](), set[str]()
        for place, group in enumerate(self.groups):
            if group.id is not None and (group.id not in known or group.id in ids):
                yield NotFound(f"groups.{place}.id")
            if group.name.strip() in names:
                text = "同一计划内分组名称不得重复。", "Groups of a plan have different names."
                yield RuleBroken("R-9.7", *text, field=f"groups.{place}.name")
            ids |= {group.id} if group.id else set()
            names.add(group.name.strip())

    def _started_group_refusals(self, there: Sequence[PlanGroup]) -> Iterator[Refusal | None]:
        """A group whose round has started stays as it was planned (Art. 9(5))."""
        given = {group.id: group for group in self.groups}
        for group in there:
            if group.rounds_started and not (group.id in given and given[group.id].same_as(group)):
                zh = f"分组“{group.name}”的评审已经开始，不得修改。"
                en = f"Reviews of {group.name} have started; it stays as it is."
                yield RuleBroken("R-9.11", zh, en, field="groups")


def write_sections(plan: AnnualPlan, given: PlanGiven) -> None:
    plan.review_from, plan.review_until = given.review_from, given.review_until
    plan.procedure, plan.experts, plan.indicators = given.procedure, given.experts, given.indicators


async def write_groups(plan_id: UUID, given: Sequence[GroupGiven]) -> None:
    """Keeps the groups that are given again, drops the others, adds the new: later stages point at groups."""
    kept = [group.id for group in given if group.id is not None]
    await PlanGroup.filter(plan_id=plan_id).exclude(id__in=kept).delete()
    for place, group in enumerate(given):
        columns: dict[str, Any] = {
            "name": group.name.strip(),
            "series": group.series,
            "specialty": group.specialty.strip(),
            "level": group.level,
            "window_from": group.window_from,
            "window_until": group.window_until,
            "expert_count": group.expert_count,
            "quota": group.quota,
            "position": place,
        }
        if group.id is None:
            await PlanGroup.create(plan_id=plan_id, **columns)
        else:
            await PlanGroup.filter(id=group.id).update(**columns)


def frozen(plan: AnnualPlan, groups: Sequence[PlanGroup]) -> dict[str, object]:
    """What the plan says now, as plain data."""
    return {
        "policy_set": str(plan.policy_set_id),
        "review_from": str(plan.review_from),
        "review_until": str(plan.review_until),
        "procedure": plan.procedure,
        "experts": plan.experts,
        "indicators": plan.indicators,
        "groups": [
            {
                "name": group.name,
                "series": group.series,
                "specialty": group.specialty,
                "level": str(group.level),
                "window": [str(group.window_from), str(group.window_until)],
                "expert_count": group.expert_count,
                "quota": group.quota,
            }
            for group in groups
        ],
    }


def _as_given(group: PlanGroup) -> GroupGiven:
    return GroupGiven(
        group.name,
        group.series,
        group.specialty,
        group.level,
        group.window_from,
        group.window_until,
        group.expert_count,
        group.quota,
        group.id,
    )
