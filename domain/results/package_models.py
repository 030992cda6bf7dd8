"""The results of a round, as the unit hands them in and the municipal bureau accepts them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.accounts.models import Person
from domain.core.access import Jurisdiction, Through, everything, own
from domain.core.constraints import constraint_says
from domain.core.files import StoredFile
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.core.titles import TitleLevel
from domain.results.names import ResultOutcome, ResultPackageState, ResultStanding
from domain.reviews.models import Candidacy, ReviewRound, Sitting
from domain.units.models import Unit

#: Tallies are for the unit and for the bodies that oversee it.
OVERSEEN: Jurisdiction = {
    Role.UNIT: own("unit_id"),
    Role.DISTRICT_BUREAU: own("unit__district_bureau_id"),
    Role.INDUSTRY_AUTHORITY: own("unit__industry_authority_id"),
    Role.MUNICIPAL_BUREAU: everything,
}


class ResultPackage(Aggregate):
    """All results of a round with the work report, handed in for acceptance (Art. 9(6)). | 报请验收的评审结果"""

    round: fields.ForeignKeyRelation[ReviewRound] = fields.ForeignKeyField(
        "models.ReviewRound",
        related_name="result_packages",
        on_delete=OnDelete.RESTRICT,
        description="评审批次 | The review round",
    )
    round_id: UUID
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="result_packages",
        on_delete=OnDelete.RESTRICT,
        description="评审单位 | The unit that held the review",
    )
    unit_id: UUID
    state = fields.CharEnumField(
        ResultPackageState, max_length=24, description="验收状态 | Where the acceptance stands"
    )
    work_report = fields.TextField(
        default="", description="评审工作情况报告 | The report on the review work (Art. 9(6))"
    )
    report_file: fields.ForeignKeyNullableRelation[StoredFile] = fields.ForeignKeyField(
        "models.StoredFile",
        related_name="reports_of_results",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="报告盖章件 | The sealed report as a file",
    )
    report_file_id: UUID | None
    declared_candidates: int | None = fields.IntField(
        null=True, description="报告的申报人数 | How many candidates the unit's report speaks of"
    )
    declared_passed: int | None = fields.IntField(
        null=True, description="报告的通过人数 | How many of them passed, by the report"
    )
    declared_not_passed: int | None = fields.IntField(
        null=True, description="报告的未通过人数 | How many did not pass, by the report"
    )
    last_sitting_on: date = fields.DateField(
        description="最后一次评审会议日期 | The day of the last sitting; the reminder of B-8 counts from it"
    )
    reminded_at: datetime | None = fields.DatetimeField(
        null=True, description="催报时间 | When the unit was reminded to hand the results in (B-8)"
    )
    submitted_at: datetime | None = fields.DatetimeField(
        null=True, description="报送时间 | When it was submitted"
    )
    decided_at: datetime | None = fields.DatetimeField(
        null=True, description="验收决定时间 | When the municipal bureau decided"
    )
    decision_reason = fields.TextField(
        default="",
        description="退回、部分验收或不予验收的理由 | Why it was returned, accepted in part or refused",
    )

    jurisdiction = OVERSEEN

    class Meta:
        table = "result_packages"
        indexes = (Index(fields=("unit_id", "created_at", "id")), Index(fields=("created_at", "id")))
        constraints = (UniqueConstraint(fields=("round_id",), name="one_result_package_per_round"),)


constraint_says(
    "one_result_package_per_round",
    "S-13",
    "该批次的评审结果已汇总，请在已有结果上继续办理。",
    "The results of this round are compiled already; go on with those.",
    field="round",
)


class Result(Row):
    """What the review found of one candidate: outcome and vote counts, frozen when compiled (N-14, N-16). | 评审结果"""

    package: fields.ForeignKeyRelation[ResultPackage] = fields.ForeignKeyField(
        "models.ResultPackage",
        related_name="results",
        on_delete=OnDelete.RESTRICT,
        description="所属结果汇总 | The package it was handed in with",
    )
    package_id: UUID
    candidacy: fields.ForeignKeyRelation[Candidacy] = fields.ForeignKeyField(
        "models.Candidacy",
        related_name="results",
        on_delete=OnDelete.RESTRICT,
        description="申报 | The candidacy it decides",
    )
    candidacy_id: UUID
    sitting: fields.ForeignKeyNullableRelation[Sitting] = fields.ForeignKeyField(
        "models.Sitting",
        related_name="results",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="评审会议 | The sitting that voted; empty where there was no vote",
    )
    sitting_id: UUID | None
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="results",
        on_delete=OnDelete.RESTRICT,
        description="评审单位 | The unit",
    )
    unit_id: UUID
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person",
        related_name="results",
        on_delete=OnDelete.RESTRICT,
        description="申报人 | The person",
    )
    person_id: UUID
    person_name = fields.CharField(60, description="姓名 | The person's name when the results were compiled")
    staff_number = fields.CharField(40, default="", description="工号 | The staff number at the unit")
    year = fields.IntField(description="评审年度 | The year of the review")
    series = fields.CharField(2, description="职称系列代码 | The series, by its two-digit code")
    specialty = fields.CharField(80, description="专业 | The specialty")
    level = fields.CharEnumField(TitleLevel, max_length=20, description="级别 | The level")
    title_name = fields.CharField(40, description="职称名称 | The title applied for")
    outcome = fields.CharEnumField(
        ResultOutcome, max_length=16, description="评审结论 | What the review found"
    )
    standing = fields.CharEnumField(
        ResultStanding,
        max_length=16,
        default=ResultStanding.COMPILED,
        description="结果效力 | How far it has come on its way to the certificate",
    )
    present = fields.IntField(default=0, description="出席专家数 | Experts present")
    recused = fields.IntField(
        default=0, description="回避专家数 | Experts present who stood aside for this candidate"
    )
    members = fields.IntField(
        default=0, description="法定出席基数 | Members counted for the quorum of this vote"
    )
    entitled = fields.IntField(default=0, description="有表决权专家数 | Experts entitled to vote")
    denominator = fields.IntField(
        default=0, description="表决基数 | The number that the yes votes are measured by"
    )
    yes = fields.IntField(default=0, description="同意票 | Votes for")
    no = fields.IntField(default=0, description="不同意票 | Votes against")
    abstain = fields.IntField(default=0, description="弃权票 | Abstentions")
    uncast = fields.IntField(
        default=0, description="未投票数 | Experts who could vote and did not; they count as not in favour"
    )
    accepted = fields.BooleanField(
        null=True,
        description="是否通过验收 | Whether the municipal bureau accepted it; empty before its decision",
    )
    acceptance_reason = fields.CharField(
        2000, default="", description="不予验收的理由 | Why this result was not accepted"
    )
    published_at: datetime | None = fields.DatetimeField(
        null=True, description="公示开始时间 | When the round's results were publicised"
    )

    #: The person sees the own result, passed or not, once publicity has opened (decision D4).
    jurisdiction = {
        **OVERSEEN,
        Role.APPLICANT: Through(
            lambda: Result,
            "id",
            "person_id",
            whose="person_id",
            where=(("published_at__isnull", False),),
            note="the viewer's own, once publicity has opened",
        ),
        Role.MACHINE: own("unit_id", scope="results:read"),
    }
    #: A unit's systems follow what came of it, and count no votes.
    masked = dict.fromkeys(("yes", "no", "abstain", "uncast"), frozenset({*OVERSEEN, Role.APPLICANT}))

    class Meta:
        table = "results"
        indexes = (
            Index(fields=("unit_id", "created_at", "id")),
            Index(fields=("package_id",)),
            Index(fields=("person_id",)),
        )
        constraints = (
            UniqueConstraint(fields=("candidacy_id",), name="one_result_per_candidacy"),
            CheckConstraint(
                check="present >= 0 AND recused >= 0 AND yes >= 0 AND no >= 0 AND abstain >= 0 AND uncast >= 0",
                name="vote_counts_are_not_negative",
            ),
        )


constraint_says(
    "one_result_per_candidacy",
    "S-13",
    "该申报的结果已汇总，不得重复报送。",
    "The result of this candidacy is compiled already.",
)
