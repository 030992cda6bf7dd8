"""When a round may open, and where it goes (Art. 9(5), R-9.11, R-13.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.committees.models import Committee, CommitteeBasis, CommitteeState
from domain.core.errors import Refusal, RuleBroken
from domain.core.lifecycle import Lifecycle, begins, moves
from domain.core.roles import Role
from domain.core.titles import TitleLevel, can_review
from domain.plans.models import AnnualPlan, PlanGroup, PlanState
from domain.policy_documents.lifecycle import in_force
from domain.policy_documents.models import PolicySet
from domain.policy_documents.standing import right_refusal
from domain.reviews.models import ReviewRound
from domain.reviews.states import RoundState
from domain.units.models import Unit
from domain.units.scopes import ReviewScope, title_exists


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything that decides whether a round may open."""

    unit: Unit
    plan: AnnualPlan
    group: PlanGroup
    policy_set: PolicySet
    committee: Committee
    scope: ReviewScope
    submissions_from: date
    submissions_until: date
    today: date


def plan_is_in_force(opening: Opening) -> Refusal | None:
    """R-9.6: the plan is ACTIVE and of this year."""
    if opening.plan.state == PlanState.ACTIVE and opening.plan.year == opening.today.year:
        return None
    return RuleBroken(
        "R-9.6",
        f"{opening.today.year}年度没有与该分组对应的执行中计划。",
        f"The group is not of a plan in force for {opening.today.year}.",
        field="plan_group",
    )


def policy_set_is_in_force(opening: Opening) -> Refusal | None:
    """R-9.11: reviews follow the unit's approved documents."""
    if in_force(opening.policy_set, opening.today):
        return None
    return RuleBroken(
        "R-9.11",
        "计划所依据的制度文件版本当前不在施行，请先修订年度计划。",
        "The policy documents that the plan rests on are not in force; amend the plan first.",
        field="plan_group",
    )


def committee_is_filed(committee: Committee, day: date, field: str = "committee") -> Refusal | None:
    """R-9.10: filed, and valid on that day (both ends included)."""
    filed = committee.state == CommitteeState.FILED
    if filed and committee.valid_from and committee.valid_until:
        if committee.valid_from <= day <= committee.valid_until:
            return None
        return RuleBroken(
            "R-9.10",
            f"评审委员会备案有效期为{committee.valid_from}至{committee.valid_until}。",
            f"The committee's filing is valid from {committee.valid_from} to {committee.valid_until}.",
            field=field,
        )
    return RuleBroken(
        "R-9.10", "该评审委员会尚未备案或者备案已失效。", "The committee is not filed.", field=field
    )


def committee_fits_the_group(committee: Committee, group: PlanGroup) -> Refusal | None:
    """R-9.9: the committee's series, and its specialty where it was formed for one."""
    own_specialty = committee.basis == CommitteeBasis.SERIES or committee.specialty == group.specialty
    if committee.series == group.series and own_specialty:
        return None
    return RuleBroken(
        "R-9.9",
        "评审委员会的系列或者专业与分组不一致。",
        "The committee was formed for another series or specialty than the group's.",
        field="committee",
    )


def committee_has_the_planned_experts(committee: Committee, group: PlanGroup) -> Refusal | None:
    """R-9.11: the composition of experts is part of the plan (Art. 9(3)); more experts than planned do no harm."""
    if committee.member_count >= group.expert_count:
        return None
    return RuleBroken(
        "R-9.11",
        f"评审委员会{committee.member_count}人，少于计划的{group.expert_count}人。",
        f"The committee has {committee.member_count} experts; the plan has {group.expert_count}.",
        field="committee",
    )


def committee_may_review_the_level(committee: Committee, level: TitleLevel) -> Refusal | None:
    """N-3: its own level and below."""
    if can_review(committee.level, level):
        return None
    return RuleBroken(
        "N-3",
        f"该评审委员会的级别不能评审{level.zh}职称。",
        f"The committee's level does not reach {level.en}.",
        field="committee",
    )


def within_scope(scope: ReviewScope, group: PlanGroup) -> Refusal | None:
    """R-13.1: only what the municipal bureau has agreed to. A whole series covers its specialties, never above."""
    if scope.allows(group.series, group.specialty, group.level):
        return None
    return RuleBroken(
        "R-13.1",
        f"本单位的评审范围不含该系列（专业）的{group.level.zh}。",
        f"The unit's scope does not hold this series or specialty at {group.level.en}.",
        field="plan_group",
    )


def level_exists(series: str, level: TitleLevel, field: str = "plan_group") -> Refusal | None:
    """B-10: not every series has every level."""
    if title_exists(series, level):
        return None
    return RuleBroken(
        "B-10", f"该职称系列没有{level.zh}。", f"This series has no level {level.en}.", field=field
    )


def window_inside_the_plan(
    group: PlanGroup, first: date, last: date, field: str = "submissions_until"
) -> Refusal | None:
    """R-9.11: submissions lie inside the group's window."""
    if group.window_from <= first <= last <= group.window_until:
        return None
    return RuleBroken(
        "R-9.11",
        f"申报时间须在计划的{group.window_from}至{group.window_until}之内，且先后顺序正确。",
        f"Submissions lie inside the plan's {group.window_from} to {group.window_until}, the first day first.",
        field=field,
    )


def what_stands_against(opening: Opening) -> Iterator[Refusal | None]:
    """Every reason why this round may not open, at once."""
    yield right_refusal(opening.unit.state)
    yield plan_is_in_force(opening)
    yield policy_set_is_in_force(opening)
    yield within_scope(opening.scope, opening.group)
    yield level_exists(opening.group.series, opening.group.level)
    yield committee_is_filed(opening.committee, opening.today)
    yield committee_fits_the_group(opening.committee, opening.group)
    yield committee_has_the_planned_experts(opening.committee, opening.group)
    yield committee_may_review_the_level(opening.committee, opening.group.level)
    yield window_inside_the_plan(opening.group, opening.submissions_from, opening.submissions_until)


RUNNING = (RoundState.OPEN, RoundState.IN_REVIEW)

ROUND = Lifecycle(
    name="round",
    model=ReviewRound,
    states=RoundState,
    zh="评审批次",
    article="9(5)",
    moves=(
        begins(
            "open", RoundState.OPEN, by={Role.UNIT}, article="9(5)", zh="开启评审批次", en="open the round"
        ),
        moves(
            "extend",
            RUNNING,
            None,
            by={Role.UNIT},
            article="9(5)",
            zh="延长申报时间",
            en="extend the submissions",
        ),
        moves(
            "open_in_house_publicity",
            RUNNING,
            None,
            by={Role.UNIT},
            article="9(5)",
            zh="批量开启内部公示",
            en="post candidacies in-house",
        ),
        moves(
            "close_in_house_publicity",
            RUNNING,
            None,
            by={Role.UNIT},
            article="9(5)",
            zh="批量结束内部公示",
            en="end in-house publicity of candidacies",
        ),
        moves(
            "start_review",
            RUNNING,
            RoundState.IN_REVIEW,
            by={Role.SYSTEM},
            article="9(5)",
            zh="进入评审",
            en="start reviewing",
        ),
        moves(
            "complete",
            RoundState.IN_REVIEW,
            RoundState.COMPLETED,
            by={Role.SYSTEM},
            article="9(6)",
            zh="完成评审",
            en="complete the round",
        ),
        moves(
            "void",
            (*RUNNING, RoundState.COMPLETED),
            RoundState.VOIDED,
            by={Role.MUNICIPAL_BUREAU, Role.SYSTEM},
            article="13",
            zh="作废评审批次",
            en="void the round",
        ),
    ),
)
