"""Rounds and candidacies: who stands for which title, with what, and how far that has come (Art. 6, 9(5))."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.accounts.models import Person
from domain.committees.models import Committee
from domain.core.access import Jurisdiction, everything, own, personal
from domain.core.constraints import constraint_says
from domain.core.files import StoredFile
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.core.titles import TitleLevel
from domain.plans.models import AnnualPlan, PlanGroup
from domain.policy_documents.models import PolicySet
from domain.reviews.recusal_models import Recusal
from domain.reviews.sight import OVERSEERS, assigned_and_not_recused, own_committees, own_employers
from domain.reviews.states import ApplicationChannel, CandidacyState, MaterialKind, RoundState
from domain.units.models import Employment, Unit

if TYPE_CHECKING:  # a sitting is of a round, and a candidacy is assigned to a sitting
    from domain.reviews.sitting_models import Sitting


class ReviewRound(Aggregate):
    """A round of reviews under one group of the annual plan, with the policy set of its first day. | 评审批次"""

    state = fields.CharEnumField(
        RoundState, max_length=16, default=RoundState.OPEN, description="状态 | The state"
    )
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="review_rounds",
        on_delete=OnDelete.RESTRICT,
        description="自主评审单位 | The unit that reviews",
    )
    unit_id: UUID
    plan: fields.ForeignKeyRelation[AnnualPlan] = fields.ForeignKeyField(
        "models.AnnualPlan",
        related_name="review_rounds",
        on_delete=OnDelete.RESTRICT,
        description="年度评审工作计划 | The annual plan it runs under",
    )
    plan_id: UUID
    plan_group: fields.ForeignKeyRelation[PlanGroup] = fields.ForeignKeyField(
        "models.PlanGroup",
        related_name="review_rounds",
        on_delete=OnDelete.RESTRICT,
        description="计划中的学科或分组 | The group of the plan",
    )
    plan_group_id: UUID
    policy_set: fields.ForeignKeyRelation[PolicySet] = fields.ForeignKeyField(
        "models.PolicySet",
        related_name="review_rounds",
        on_delete=OnDelete.RESTRICT,
        description="固定适用的制度文件版本 | The version of the policy documents it keeps to the end (R-9.5)",
    )
    policy_set_id: UUID
    committee: fields.ForeignKeyRelation[Committee] = fields.ForeignKeyField(
        "models.Committee",
        related_name="review_rounds",
        on_delete=OnDelete.RESTRICT,
        description="评审委员会 | The review committee",
    )
    committee_id: UUID
    name = fields.CharField(120, description="批次名称 | The round's name")
    year = fields.IntField(description="年度 | The year of the plan")
    series = fields.CharField(2, description="职称系列代码 | The code of the title series")
    specialty = fields.CharField(
        80, default="", description="专业 | The specialty; empty means the whole series"
    )
    level = fields.CharEnumField(TitleLevel, max_length=16, description="评审级别 | The level under review")
    submissions_from = fields.DateField(description="申报开始日 | The first day of submission")
    submissions_until = fields.DateField(
        description="申报截止日（含当日） | The last day of submission, inclusive"
    )

    jurisdiction = {
        **OVERSEERS,
        Role.UNIT: own("unit_id"),
        Role.EXPERT: own_committees("committee_id"),
        Role.APPLICANT: own_employers("unit_id"),
    }

    class Meta:
        table = "review_rounds"
        indexes = (Index(fields=("unit_id", "created_at", "id")), Index(fields=("plan_group_id",)))
        constraints = (
            CheckConstraint(check="submissions_from <= submissions_until", name="round_window_in_order"),
        )


constraint_says(
    "round_window_in_order",
    "R-9.11",
    "申报截止日不得早于开始日。",
    "The last day of submission may not lie before the first.",
    field="submissions_until",
)


class Candidacy(Aggregate):
    """A person's application for one title in a round: what Order 40 calls the applicant's submission. | 职称申报"""

    state = fields.CharEnumField(
        CandidacyState, max_length=24, default=CandidacyState.DRAFT, description="状态 | The state"
    )
    round: fields.ForeignKeyRelation[ReviewRound] = fields.ForeignKeyField(
        "models.ReviewRound",
        related_name="candidacies",
        on_delete=OnDelete.RESTRICT,
        description="评审批次 | The round",
    )
    round_id: UUID
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="candidacies",
        on_delete=OnDelete.RESTRICT,
        description="用人单位 | The employer",
    )
    unit_id: UUID
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person",
        related_name="candidacies",
        on_delete=OnDelete.RESTRICT,
        description="申报人 | The applicant",
    )
    person_id: UUID
    employment: fields.ForeignKeyRelation[Employment] = fields.ForeignKeyField(
        "models.Employment",
        related_name="candidacies",
        on_delete=OnDelete.RESTRICT,
        description="劳动人事关系 | The employment it rests on (Art. 6)",
    )
    employment_id: UUID
    sitting: fields.ForeignKeyNullableRelation[Sitting] = fields.ForeignKeyField(
        "models.Sitting",
        related_name="candidacies",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="所分配的评审会议 | The sitting it is assigned to",
    )
    sitting_id: UUID | None
    name = fields.CharField(60, description="申报人姓名 | The applicant's name")
    year = fields.IntField(description="年度 | The year")
    series = fields.CharField(2, description="职称系列代码 | The code of the title series")
    specialty = fields.CharField(80, default="", description="专业 | The specialty")
    level = fields.CharEnumField(TitleLevel, max_length=16, description="申报级别 | The level applied for")
    title_name = fields.CharField(40, description="申报职称名称 | The title applied for")
    channel = fields.CharEnumField(
        ApplicationChannel,
        max_length=16,
        default=ApplicationChannel.NORMAL,
        description="申报渠道 | The channel (N-9)",
    )
    channel_reason = fields.CharField(
        2000, default="", description="破格理由 | Why the exceptional channel is asked for"
    )
    statement = fields.TextField(
        default="", description="业绩自述 | The applicant's own account of the work done"
    )
    by_office = fields.BooleanField(
        default=False,
        description="是否由专职机构代为填报 | Whether the unit's office fills it in for the applicant",
    )
    declaration_version = fields.CharField(
        20, default="", description="诚信承诺文本版本 | The version of the declaration that was signed (N-10)"
    )
    declared_at = fields.DatetimeField(null=True, description="承诺时间 | When the declaration was signed")
    submitted_at = fields.DatetimeField(null=True, description="提交时间 | When it was submitted last")
    returned_times = fields.IntField(default=0, description="退回补正次数 | How often it was returned")
    correction_due = fields.DatetimeField(
        null=True, description="补正期限届满时间 | When the period for corrections ends (N-12)"
    )
    rejected_under: fields.JSONField[list[str]] = fields.JSONField(
        default=list, description="不符合的规则编号 | The rules it was rejected under"
    )
    rejection_reason = fields.CharField(2000, default="", description="不予通过的理由 | Why it was rejected")
    publicity_from = fields.DateField(
        null=True, description="内部公示开始日 | The first day of the in-house publicity"
    )
    publicity_until = fields.DateField(
        null=True, description="内部公示截止日（含当日） | Its last day, inclusive (N-11)"
    )
    publicity_place = fields.CharField(200, default="", description="内部公示地点或网址 | Where it is posted")

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.UNIT: own("unit_id"),
        Role.APPLICANT: personal("person_id"),
        Role.EXPERT: assigned_and_not_recused(Recusal, "sitting__committee_id", "id"),
    }
    #: Applicants read it as `told` says; to filter by it would tell more (D4).
    masked = {"state": frozenset({Role.MUNICIPAL_BUREAU, Role.UNIT, Role.EXPERT})}

    class Meta:
        table = "candidacies"
        indexes = (
            Index(fields=("unit_id", "created_at", "id")),
            Index(fields=("round_id", "state")),
            Index(fields=("sitting_id",)),
            Index(fields=("person_id",)),
        )
        constraints = (
            UniqueConstraint(
                fields=("person_id", "year", "series"),
                name="one_candidacy_per_person_year_series",
                condition="state NOT IN ('WITHDRAWN', 'ABANDONED')",
            ),
        )


constraint_says(
    "one_candidacy_per_person_year_series",
    "S-15",
    "该申报人本年度在本职称系列已有申报。",
    "This person already has an application in this series this year.",
    field="person",
)

PART_OF_CANDIDACY: Jurisdiction = {
    Role.MUNICIPAL_BUREAU: everything,
    Role.UNIT: own("candidacy__unit_id"),
    Role.APPLICANT: personal("candidacy__person_id"),
}


class CandidacyMaterial(Row):
    """A document of the candidate. What the authority can check itself is checked there, not asked for (N-10). | 申报材料"""

    candidacy: fields.ForeignKeyRelation[Candidacy] = fields.ForeignKeyField(
        "models.Candidacy",
        related_name="materials",
        on_delete=OnDelete.RESTRICT,
        description="申报 | The candidacy",
    )
    candidacy_id: UUID
    kind = fields.CharEnumField(MaterialKind, max_length=24, description="材料类别 | The kind of document")
    title = fields.CharField(200, description="材料名称 | What the document is called")
    file: fields.ForeignKeyRelation[StoredFile] = fields.ForeignKeyField(
        "models.StoredFile",
        related_name="candidacy_materials",
        on_delete=OnDelete.RESTRICT,
        description="文件 | The file",
    )
    file_id: UUID
    verified_by = fields.CharField(
        120, default="", description="核验来源 | Where the unit verified it, empty until it has"
    )

    jurisdiction = {
        **PART_OF_CANDIDACY,
        Role.EXPERT: assigned_and_not_recused(Recusal, "candidacy__sitting__committee_id", "candidacy_id"),
    }

    class Meta:
        table = "candidacy_materials"
        indexes = (Index(fields=("candidacy_id",)),)
        constraints = (UniqueConstraint(fields=("candidacy_id", "file_id"), name="material_named_once"),)


constraint_says(
    "material_named_once", "S-13", "同一文件已在申报材料中。", "The file is among the material already."
)


class CorrectionPoint(Row):
    """One thing to correct; all of them are told at once (一次性告知, N-12). | 补正事项"""

    candidacy: fields.ForeignKeyRelation[Candidacy] = fields.ForeignKeyField(
        "models.Candidacy",
        related_name="correction_points",
        on_delete=OnDelete.RESTRICT,
        description="申报 | The candidacy",
    )
    candidacy_id: UUID
    item = fields.CharField(80, description="需补正的项目 | The field or document to correct")
    reason = fields.CharField(1000, description="问题和要求 | What is wrong, and what to do")

    jurisdiction = PART_OF_CANDIDACY

    class Meta:
        table = "correction_points"
        indexes = (Index(fields=("candidacy_id",)),)


class InHouseObjection(Row):
    """An objection raised while the candidacy is posted in-house; open until the unit answers it (N-11). | 内部公示异议"""

    candidacy: fields.ForeignKeyRelation[Candidacy] = fields.ForeignKeyField(
        "models.Candidacy",
        related_name="objections",
        on_delete=OnDelete.RESTRICT,
        description="申报 | The candidacy",
    )
    candidacy_id: UUID
    content = fields.CharField(2000, description="异议内容 | What is objected")
    answer = fields.CharField(
        2000, default="", description="核查结论 | What the unit found; empty while open"
    )
    answered_at = fields.DatetimeField(null=True, description="办结时间 | When it was answered")

    jurisdiction = {Role.MUNICIPAL_BUREAU: everything, Role.UNIT: own("candidacy__unit_id")}

    class Meta:
        table = "in_house_objections"
        indexes = (Index(fields=("candidacy_id",)),)
