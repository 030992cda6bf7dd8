"""An annual plan, its groups, and the revisions it went through."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.core.access import Through, everything, own
from domain.core.constraints import constraint_says
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.core.titles import TitleLevel
from domain.policy_documents.models import PolicySet
from domain.units.models import Unit


class PlanState(StrEnum):
    """Where an annual plan stands. | 年度计划状态"""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class PlanSection(StrEnum):
    """The five contents of a plan that Art. 9(3) names. | 年度计划内容"""

    TIME = "TIME"
    PROCEDURE = "PROCEDURE"
    EXPERTS = "EXPERTS"
    INDICATORS = "INDICATORS"
    GROUPS = "GROUPS"


#: Staff of the unit may read a plan once it is adopted.
SHOWN_TO_STAFF = frozenset({PlanState.ACTIVE, PlanState.COMPLETED})


class AnnualPlan(Aggregate):
    """A unit's plan for the reviews of one year. | 单位年度评审工作计划"""

    state = fields.CharEnumField(PlanState, max_length=16, description="状态 | The state")
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="plans", on_delete=OnDelete.RESTRICT, description="所属单位 | The unit"
    )
    unit_id: UUID
    year = fields.IntField(description="年度 | The year")
    revision = fields.IntField(default=1, description="修订次数 | Which revision of the plan this is")
    policy_set: fields.ForeignKeyRelation[PolicySet] = fields.ForeignKeyField(
        "models.PolicySet",
        related_name="plans",
        on_delete=OnDelete.RESTRICT,
        description="依据的制度文件版本 | The version of policy documents it rests on",
    )
    policy_set_id: UUID
    review_from: date | None = fields.DateField(
        null=True, description="评审开始日期 | Reviews start on this day"
    )
    review_until: date | None = fields.DateField(
        null=True, description="评审结束日期 | Reviews end on this day"
    )
    procedure = fields.TextField(default="", description="评审程序 | The procedure")
    experts = fields.TextField(default="", description="专家构成 | The composition of experts")
    indicators = fields.TextField(default="", description="评审指标 | The review indicators")
    adopted_on: date | None = fields.DateField(null=True, description="确定日期 | The day it was adopted")
    cancelled_reason = fields.TextField(default="", description="取消理由 | Why it was cancelled")

    jurisdiction = {
        Role.UNIT: own("unit_id"),
        Role.APPLICANT: own("unit_id", states=SHOWN_TO_STAFF),
        Role.DISTRICT_BUREAU: own("unit__district_bureau_id"),
        Role.INDUSTRY_AUTHORITY: own("unit__industry_authority_id"),
        Role.MUNICIPAL_BUREAU: everything,
    }

    class Meta:
        table = "annual_plans"
        indexes = (Index(fields=("unit_id", "created_at", "id")), Index(fields=("state", "review_until")))
        constraints = (
            UniqueConstraint(
                fields=("unit_id", "year"), name="one_plan_per_year", condition="state IN ('DRAFT', 'ACTIVE')"
            ),
        )


constraint_says(
    "one_plan_per_year",
    "R-9.6",
    "本单位该年度已有拟定中或者执行中的计划。",
    "The unit has a plan for this year, drafted or in force.",
    field="year",
)


class PlanGroup(Row):
    """A discipline group of a plan: what is reviewed, when, by how many experts. | 学科或者评审分组"""

    plan: fields.ForeignKeyRelation[AnnualPlan] = fields.ForeignKeyField(
        "models.AnnualPlan",
        related_name="groups",
        on_delete=OnDelete.RESTRICT,
        description="所属计划 | The plan",
    )
    plan_id: UUID
    name = fields.CharField(80, description="分组名称 | The group's name")
    series = fields.CharField(2, description="职称系列代码 | The code of the title series")
    specialty = fields.CharField(
        80, default="", description="专业 | The specialty; empty means the whole series"
    )
    level = fields.CharEnumField(TitleLevel, max_length=16, description="评审级别 | The level reviewed")
    window_from = fields.DateField(description="评审窗口开始 | Its window starts on this day")
    window_until = fields.DateField(description="评审窗口结束 | Its window ends on this day")
    expert_count = fields.IntField(description="计划专家人数 | How many experts are planned")
    quota: int | None = fields.IntField(
        null=True, description="评审指标数（可不设） | A quota, where there is one"
    )
    position = fields.IntField(description="顺序 | Its place in the plan")
    rounds_started = fields.IntField(default=0, description="已开始的评审轮次 | How many rounds have started")
    rounds_ended = fields.IntField(default=0, description="已结束的评审轮次 | How many rounds have ended")

    jurisdiction = {
        Role.UNIT: own("plan__unit_id"),
        Role.APPLICANT: Through(
            lambda: AnnualPlan,
            "id",
            "unit_id",
            key="plan_id",
            where=(("state__in", sorted(SHOWN_TO_STAFF)),),
            note="groups of a plan shown to the unit's staff",
        ),
        Role.DISTRICT_BUREAU: own("plan__unit__district_bureau_id"),
        Role.INDUSTRY_AUTHORITY: own("plan__unit__industry_authority_id"),
        Role.MUNICIPAL_BUREAU: everything,
    }

    class Meta:
        table = "plan_groups"
        indexes = (Index(fields=("plan_id", "position")),)
        constraints = (
            UniqueConstraint(fields=("plan_id", "name"), name="one_plan_group_per_name"),
            CheckConstraint(check="window_from <= window_until", name="plan_group_window_in_order"),
        )


constraint_says(
    "one_plan_group_per_name",
    "R-9.7",
    "同一计划内分组名称不得重复。",
    "Groups of a plan have different names.",
    field="groups",
)
constraint_says(
    "plan_group_window_in_order",
    "R-9.7",
    "分组的结束日期不得早于开始日期。",
    "A group's window may not end before it starts.",
    field="groups",
)


class PlanRevision(Row):
    """What a plan said before it was amended, frozen. | 修订前的计划内容"""

    plan: fields.ForeignKeyRelation[AnnualPlan] = fields.ForeignKeyField(
        "models.AnnualPlan",
        related_name="revisions",
        on_delete=OnDelete.RESTRICT,
        description="所属计划 | The plan",
    )
    plan_id: UUID
    revision = fields.IntField(description="修订次数 | Which revision it was")
    reason = fields.TextField(description="修订理由 | Why it was amended")
    content: dict[str, object] = fields.JSONField(description="当时的内容 | What it said")

    jurisdiction = {
        Role.UNIT: own("plan__unit_id"),
        Role.DISTRICT_BUREAU: own("plan__unit__district_bureau_id"),
        Role.INDUSTRY_AUTHORITY: own("plan__unit__industry_authority_id"),
        Role.MUNICIPAL_BUREAU: everything,
    }

    class Meta:
        table = "plan_revisions"
        constraints = (UniqueConstraint(fields=("plan_id", "revision"), name="one_row_per_plan_revision"),)


constraint_says(
    "one_row_per_plan_revision", "S-13", "该修订已有记录。", "This revision has been recorded already."
)


class PlanComment(Row):
    """What an authority says about a plan; the unit decides what follows from it (R-9.8). | 主管机关对计划的意见"""

    plan: fields.ForeignKeyRelation[AnnualPlan] = fields.ForeignKeyField(
        "models.AnnualPlan",
        related_name="comments",
        on_delete=OnDelete.RESTRICT,
        description="所属计划 | The plan",
    )
    plan_id: UUID
    role = fields.CharEnumField(Role, max_length=24, description="意见方角色 | The role that commented")
    text = fields.TextField(description="意见内容 | What was said")

    jurisdiction = {
        Role.UNIT: own("plan__unit_id"),
        Role.DISTRICT_BUREAU: own("plan__unit__district_bureau_id"),
        Role.INDUSTRY_AUTHORITY: own("plan__unit__industry_authority_id"),
        Role.MUNICIPAL_BUREAU: everything,
    }

    class Meta:
        table = "plan_comments"
        indexes = (Index(fields=("plan_id", "created_at", "id")),)
