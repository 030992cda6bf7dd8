"""The life of an annual plan. Art. 9(3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.core.errors import Refusal, RuleBroken
from domain.core.lifecycle import Facts, Lifecycle, begins, moves
from domain.core.roles import Role
from domain.plans.models import AnnualPlan, PlanGroup, PlanSection, PlanState
from domain.policy_documents.lifecycle import in_force
from domain.policy_documents.models import PolicySet
from domain.policy_documents.standing import right_refusal
from domain.units.models import Unit
from domain.units.names import UnitState
from domain.units.reads import scopes_of
from domain.units.scopes import ReviewScope

OFFICE = frozenset({Role.UNIT})
SYSTEM = frozenset({Role.SYSTEM})
READERS = frozenset({Role.MUNICIPAL_BUREAU, Role.INDUSTRY_AUTHORITY, Role.DISTRICT_BUREAU})
S = PlanState

_SECTION_WORDS = {
    PlanSection.TIME: "评审时间",
    PlanSection.PROCEDURE: "评审程序",
    PlanSection.EXPERTS: "专家构成",
    PlanSection.INDICATORS: "评审指标",
    PlanSection.GROUPS: "学科或者分组情况",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts(Facts):
    """What guards know of a plan beside its row."""

    unit_state: UnitState
    scope: ReviewScope
    documents_in_force: bool
    groups: tuple[PlanGroup, ...] = ()

    @property
    def rounds_started(self) -> int:
        return sum(group.rounds_started for group in self.groups)

    @property
    def rounds_running(self) -> int:
        return sum(group.rounds_started - group.rounds_ended for group in self.groups)


async def load_facts(rows: Sequence[AnnualPlan], base: Facts) -> dict[UUID, PlanFacts]:
    """Four queries whatever the number of rows."""
    unit_ids = list({row.unit_id for row in rows})
    states = dict(await Unit.filter(id__in=unit_ids).values_list("id", "state"))
    scopes = await scopes_of(unit_ids)
    versions = {each.id: each for each in await PolicySet.filter(id__in=[row.policy_set_id for row in rows])}
    groups = await PlanGroup.filter(plan_id__in=[row.id for row in rows]).order_by("position", "id")
    return {
        row.id: PlanFacts(
            viewer=base.viewer,
            now=base.now,
            calendar=base.calendar,
            unit_state=UnitState(states[row.unit_id]),
            scope=scopes[row.unit_id],
            documents_in_force=in_force(versions[row.policy_set_id], base.today),
            groups=tuple(group for group in groups if group.plan_id == row.id),
        )
        for row in rows
    }


def unit_holds_the_right(_row: AnnualPlan, facts: PlanFacts) -> Refusal | None:
    """R-4.1, J-7: a suspended unit adopts no plan."""
    return right_refusal(facts.unit_state)


def documents_are_in_force(_row: AnnualPlan, facts: PlanFacts) -> Refusal | None:
    """Art. 9(3), R-9.6."""
    if facts.documents_in_force:
        return None
    text = "计划依据的制度文件未经审定或者已不再施行。", "The policy documents it rests on are not in force."
    return RuleBroken("R-9.6", *text)


def five_sections_are_filled(row: AnnualPlan, facts: PlanFacts) -> Refusal | None:
    """Art. 9(3), R-9.7: every section that is blank is named."""
    blank = list(_blank_sections(row, facts))
    if not blank:
        return None
    zh = "、".join(_SECTION_WORDS[section] for section in blank)
    return RuleBroken("R-9.7", f"计划缺少：{zh}。", f"The plan lacks: {', '.join(blank)}.")


def dates_lie_inside_the_year(row: AnnualPlan, facts: PlanFacts) -> Refusal | None:
    """Art. 9(3), R-9.7: reviews inside the year, each group's window inside the time of reviews."""
    first, last = row.review_from, row.review_until
    if first is None or last is None:
        return None
    if not first <= last or {first.year, last.year} != {row.year}:
        text = (
            "评审时间应当在计划年度内，且结束不早于开始。",
            "Reviews start and end, in this order, inside the year.",
        )
        return RuleBroken("R-9.7", *text, field="review_from")
    for group in facts.groups:
        if not first <= group.window_from <= group.window_until <= last:
            zh = f"分组“{group.name}”的评审窗口应当在评审时间内。"
            return RuleBroken("R-9.7", zh, f"The window of {group.name} lies outside the time of reviews.")
    return None


def groups_lie_inside_the_scope(_row: AnnualPlan, facts: PlanFacts) -> Refusal | None:
    """Art. 13, R-13.1."""
    outside = [
        group.name
        for group in facts.groups
        if not facts.scope.allows(group.series, group.specialty, group.level)
    ]
    if not outside:
        return None
    names = "、".join(outside)
    return RuleBroken("R-13.1", f"分组超出本单位评审范围：{names}。", f"Outside the unit's scope: {names}.")


def unit_cancels_only_before_a_round(_row: AnnualPlan, facts: PlanFacts) -> Refusal | None:
    """Art. 9(5), R-9.11: once reviews have started, only the municipal bureau may cancel."""
    if facts.viewer.role != Role.UNIT or facts.rounds_started == 0:
        return None
    text = (
        "评审已经开始，只能由市局取消计划。",
        "Reviews have started: only the municipal bureau may cancel the plan.",
    )
    return RuleBroken("R-9.11", *text)


def time_is_over_and_rounds_have_ended(row: AnnualPlan, facts: PlanFacts) -> Refusal | None:
    """Art. 9(3), R-9.6."""
    if facts.rounds_running:
        return RuleBroken("R-9.6", "尚有未结束的评审。", "A round has not ended.")
    if row.review_until is None or facts.today <= row.review_until:
        return RuleBroken("R-9.6", "计划的评审时间尚未结束。", "The plan's time of reviews is not over.")
    return None


def _blank_sections(row: AnnualPlan, facts: PlanFacts) -> Iterator[PlanSection]:
    filled = {
        PlanSection.TIME: row.review_from is not None and row.review_until is not None,
        PlanSection.PROCEDURE: bool(row.procedure.strip()),
        PlanSection.EXPERTS: bool(row.experts.strip()),
        PlanSection.INDICATORS: bool(row.indicators.strip()),
        PlanSection.GROUPS: bool(facts.groups),
    }
    return (section for section, is_filled in filled.items() if not is_filled)


PLAN = Lifecycle(
    "plan",
    AnnualPlan,
    PlanState,
    (
        begins("draft", S.DRAFT, by=OFFICE, article="9(3)", zh="拟定年度计划", en="draft an annual plan"),
        moves("edit", S.DRAFT, None, by=OFFICE, article="9(3)", zh="修改计划草稿", en="edit the draft"),
        moves(
            "adopt",
            S.DRAFT,
            S.ACTIVE,
            by=OFFICE,
            when=[
                unit_holds_the_right,
                documents_are_in_force,
                five_sections_are_filled,
                dates_lie_inside_the_year,
                groups_lie_inside_the_scope,
            ],
            article="9(3)",
            zh="确定计划",
            en="adopt the plan",
        ),
        moves("amend", S.ACTIVE, S.DRAFT, by=OFFICE, article="9(3)", zh="修订计划", en="amend the plan"),
        moves("comment", S.ACTIVE, None, by=READERS, article="9(3)", zh="提出意见", en="comment on the plan"),
        moves(
            "cancel",
            (S.DRAFT, S.ACTIVE),
            S.CANCELLED,
            by=OFFICE | SYSTEM | {Role.MUNICIPAL_BUREAU},
            when=[unit_cancels_only_before_a_round],
            article="9(3)",
            zh="取消计划",
            en="cancel the plan",
        ),
        moves(
            "note_round_started",
            S.ACTIVE,
            None,
            by=SYSTEM,
            article="9(5)",
            zh="评审轮次开始",
            en="note that a round started",
        ),
        moves(
            "note_round_ended",
            tuple(S),
            None,
            by=SYSTEM,
            article="9(5)",
            zh="评审轮次结束",
            en="note that a round ended",
        ),
        moves(
            "complete",
            S.ACTIVE,
            S.COMPLETED,
            by=SYSTEM,
            when=[time_is_over_and_rounds_have_ended],
            article="9(3)",
            zh="计划完成",
            en="complete the plan",
        ),
    ),
    zh="年度评审工作计划",
    article="9(3)",
    load_facts=load_facts,
)
