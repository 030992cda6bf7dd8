"""Annual review plans: their sections, groups and revisions. Art. 9(3)."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from domain.core.roles import Role
from domain.core.titles import TitleLevel
from domain.plans import commands, models
from domain.plans.content import GroupGiven, PlanGiven
from domain.plans.lifecycle import PLAN
from schema.core import (
    ID,
    Call,
    New,
    Node,
    OnVersion,
    WithReason,
    children,
    connection,
    described,
    key,
    mutation,
    node,
    row_type,
)
from schema.policy_documents import PolicySet
from schema.units import Unit


@node(models.PlanGroup)
class PlanGroup(Node):
    """A discipline group: what is reviewed, when, and by how many experts (Art. 9(3)). | 学科或者评审分组"""

    name: str
    series: str
    specialty: str
    level: TitleLevel
    window_from: date
    window_until: date
    expert_count: int
    quota: int | None
    rounds_started: int
    rounds_ended: int


@row_type(models.PlanRevision)
class PlanRevision:
    """That a plan was amended, when and why; what it said before is kept. | 计划修订记录"""

    revision: int
    reason: str
    created_at: datetime


@row_type(models.PlanComment)
class PlanComment:
    """What an authority says about a plan (R-9.8). | 主管机关对计划的意见"""

    role: Role
    text: str
    created_at: datetime


@node(models.AnnualPlan, lifecycle=PLAN)
class AnnualPlan(Node):
    """A unit's plan for the reviews of one year (Art. 9(3)). | 单位年度评审工作计划"""

    unit: Unit | None
    year: int
    revision: int
    policy_set: PolicySet | None
    review_from: date | None
    review_until: date | None
    procedure: str
    experts: str
    indicators: str
    adopted_on: date | None
    cancelled_reason: str
    groups: list[PlanGroup] = children(models.PlanGroup, "plan_id", order="position")
    revisions: list[PlanRevision] = children(models.PlanRevision, "plan_id")
    comments: list[PlanComment] = children(models.PlanComment, "plan_id")


@strawberry.type
class PlansQuery:
    """Annual plans. | 年度评审工作计划"""

    annual_plans = connection(
        AnnualPlan,
        filters=("state", "unit", "year"),
        orders=("created_at", "year"),
        description="Annual plans that the viewer may see. | 可见的年度评审工作计划",
    )


@strawberry.input(description="A group of a plan. | 计划分组")
class PlanGroupInput:
    id: ID | None = described(
        "已有分组的标识，新增时不填 | The group's id, where the plan has it", default=None
    )
    name: str = described("分组名称 | The group's name")
    series: str = described("职称系列代码 | The code of the title series")
    specialty: str = described("专业，空为全系列 | The specialty; empty means the whole series", default="")
    level: TitleLevel = described("评审级别 | The level reviewed")
    window_from: date = described("评审窗口开始 | Its window starts on this day")
    window_until: date = described("评审窗口结束 | Its window ends on this day")
    expert_count: int = described("计划专家人数 | How many experts are planned")
    quota: int | None = described("评审指标数（可不设） | A quota, where there is one", default=None)


@strawberry.input(description="The five sections of a plan (R-9.7); a draft may leave them blank. | 计划内容")
class PlanContent:
    review_from: date | None = described("评审开始日期 | Reviews start on this day", default=None)
    review_until: date | None = described("评审结束日期 | Reviews end on this day", default=None)
    procedure: str = described("评审程序 | The procedure", default="")
    experts: str = described("专家构成 | The composition of experts", default="")
    indicators: str = described("评审指标 | The review indicators", default="")
    groups: list[PlanGroupInput] = described("学科或者分组 | Discipline groups", default_factory=list)


@strawberry.input(description="A new plan. | 拟定计划")
class PlanDraftInput(New, PlanContent):
    year: int = described("年度 | The year")
    policy_set: ID = described("依据的制度文件版本 | The version of policy documents it rests on")


@strawberry.input(description="A draft, edited: all five sections, in place of the former. | 修改计划草稿")
class PlanEditInput(OnVersion, PlanContent):
    pass


@strawberry.input(description="An amendment. | 修订计划")
class PlanAmendInput(WithReason):
    groups: list[ID] = described("拟修改的分组 | The groups to be changed", default_factory=list)
    policy_set: ID | None = described("改为依据的制度文件版本 | Another version to rest on", default=None)


@strawberry.input(description="A comment. | 意见")
class PlanCommentInput(OnVersion):
    text: str = described("意见内容 | What is said")


@strawberry.type
class PlansMutation:
    """The life of an annual plan (Art. 9(3)). | 年度评审工作计划"""

    @mutation("plan", AnnualPlan)
    async def plan_draft(call: Call, input: PlanDraftInput) -> models.AnnualPlan:
        """Drafts the unit's plan for a year, on documents in force (R-9.6). | 拟定年度计划"""
        documents = key(input.policy_set, "PolicySet", field="policy_set")
        return await commands.draft(call, input.year, documents, _content(input))

    @mutation("plan", AnnualPlan)
    async def plan_edit(call: Call, input: PlanEditInput) -> models.AnnualPlan:
        """Edits a draft. | 修改计划草稿"""
        return await commands.edit(call, key(input.id), input.version, _content(input))

    @mutation("plan", AnnualPlan)
    async def plan_adopt(call: Call, input: OnVersion) -> models.AnnualPlan:
        """Adopts the plan: five sections, dates inside the year, groups inside the scope (R-9.7). | 确定计划"""
        return await commands.adopt(call, key(input.id), input.version)

    @mutation("plan", AnnualPlan)
    async def plan_amend(call: Call, input: PlanAmendInput) -> models.AnnualPlan:
        """Opens a new revision; what the plan said is kept. | 修订计划"""
        groups = [key(each, "PlanGroup", field=f"groups.{place}") for place, each in enumerate(input.groups)]
        other = input.policy_set
        documents = key(other, "PolicySet", field="policy_set") if other else None
        return await commands.amend(
            call, key(input.id), input.version, input.reason, groups, policy_set_id=documents
        )

    @mutation("plan", AnnualPlan)
    async def plan_comment(call: Call, input: PlanCommentInput) -> models.AnnualPlan:
        """Comments on a plan in force (R-9.8). | 对计划提出意见"""
        return await commands.comment(call, key(input.id), input.version, input.text)

    @mutation("plan", AnnualPlan)
    async def plan_cancel(call: Call, input: WithReason) -> models.AnnualPlan:
        """Cancels a plan: the unit only before a round has started. | 取消计划"""
        return await commands.cancel(call, key(input.id), input.version, input.reason)


def _content(given: PlanContent) -> PlanGiven:
    return PlanGiven(
        given.review_from,
        given.review_until,
        given.procedure,
        given.experts,
        given.indicators,
        [_group(each, f"groups.{place}.id") for place, each in enumerate(given.groups)],
    )


def _group(given: PlanGroupInput, path: str) -> GroupGiven:
    return GroupGiven(
        given.name,
        given.series,
        given.specialty.strip(),
        given.level,
        given.window_from,
        given.window_until,
        given.expert_count,
        given.quota,
        key(given.id, "PlanGroup", field=path) if given.id else None,
    )
