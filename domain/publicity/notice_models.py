"""Publicities and the list each of them shows."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.core.access import Jurisdiction, everything, everything_in, own
from domain.core.constraints import constraint_says
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.core.titles import TitleLevel
from domain.publicity.names import PublicityState
from domain.results.models import Result, ResultPackage
from domain.units.models import Unit

#: An annulled notice is taken down; the unit and those who oversee it keep it on file.
SHOWN = frozenset({PublicityState.OPEN, PublicityState.CLOSED})


def _shown(notice: str) -> Jurisdiction:
    """Who sees a notice, and with it its lines; `notice` is the lookup from the row to it."""
    posted = everything_in(SHOWN, f"{notice}state")
    return {
        **dict.fromkeys((role for role in Role if role is not Role.SYSTEM), posted),
        Role.UNIT: (posted, own(f"{notice}unit_id")),
        Role.DISTRICT_BUREAU: (posted, own(f"{notice}unit__district_bureau_id")),
        Role.INDUSTRY_AUTHORITY: (posted, own(f"{notice}unit__industry_authority_id")),
        Role.MUNICIPAL_BUREAU: everything,
    }


class Publicity(Aggregate):
    """A public notice of accepted results for at least five working days (Art. 9(7)). | 评审结果公示"""

    package: fields.ForeignKeyRelation[ResultPackage] = fields.ForeignKeyField(
        "models.ResultPackage",
        related_name="publicities",
        on_delete=OnDelete.RESTRICT,
        description="所公示的评审结果 | The results it publicises",
    )
    package_id: UUID
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="publicities",
        on_delete=OnDelete.RESTRICT,
        description="公示单位 | The unit that publicises",
    )
    unit_id: UUID
    state = fields.CharEnumField(PublicityState, max_length=16, description="公示状态 | Where it stands")
    unit_name = fields.CharField(120, description="公示单位名称 | The unit's name on the notice")
    title = fields.CharField(120, description="公示标题 | The title of the notice")
    text = fields.TextField(description="公示正文 | The text of the notice")
    contact_name = fields.CharField(60, description="受理部门 | Who takes objections")
    contact_phone = fields.CharField(40, default="", description="受理电话 | The phone for objections")
    contact_email = fields.CharField(
        120, default="", description="受理邮箱 | The mail address for objections"
    )
    working_days = fields.IntField(description="公示工作日数 | How many working days it runs")
    starts_on: date = fields.DateField(
        description="公示开始日 | The day it was posted; the day itself is not counted"
    )
    ends_on: date = fields.DateField(description="公示最后一日 | The last day, until 24:00 Beijing time")
    ends_at: datetime = fields.DatetimeField(
        description="公示届满时刻 | The first moment at which it may close"
    )
    calendar_version = fields.CharField(
        16, description="工作日历版本 | The version of the working calendar it was computed with"
    )
    closed_at: datetime | None = fields.DatetimeField(null=True, description="结束时间 | When it was closed")
    annul_reason = fields.CharField(
        2000, default="", description="作废理由 | Why the municipal bureau annulled it"
    )

    jurisdiction = _shown("")

    class Meta:
        table = "publicities"
        indexes = (
            Index(fields=("unit_id", "created_at", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("state", "ends_at")),
        )
        constraints = (
            UniqueConstraint(
                fields=("package_id",),
                name="one_publicity_per_package",
                condition="state <> 'ANNULLED'",
            ),
            CheckConstraint(check="working_days >= 5 AND ends_on > starts_on", name="publicity_has_its_days"),
        )


constraint_says(
    "one_publicity_per_package",
    "S-13",
    "该批次结果已公示，不得重复公示；公示作废后方可重新公示。",
    "These results are publicised already; only after an annulment can they be publicised again.",
    field="package",
)
constraint_says(
    "publicity_has_its_days",
    "R-9.13",
    "公示期不得少于5个工作日。",
    "A publicity runs for at least five working days.",
    field="workingDays",
)


class PublicityEntry(Row):
    """One line of a notice: name, title, specialty and level, never an identity number (S-16). | 公示名单中的一人"""

    publicity: fields.ForeignKeyRelation[Publicity] = fields.ForeignKeyField(
        "models.Publicity",
        related_name="entries",
        on_delete=OnDelete.RESTRICT,
        description="所属公示 | The notice it stands in",
    )
    publicity_id: UUID
    result: fields.ForeignKeyRelation[Result] = fields.ForeignKeyField(
        "models.Result",
        related_name="publicity_entries",
        on_delete=OnDelete.RESTRICT,
        description="评审结果 | The result shown",
    )
    result_id: UUID
    candidacy_id: UUID = fields.UUIDField(description="申报 | The candidacy")
    name = fields.CharField(60, description="姓名 | The name")
    series = fields.CharField(2, description="职称系列代码 | The series, by its two-digit code")
    specialty = fields.CharField(80, description="专业 | The specialty")
    level = fields.CharEnumField(TitleLevel, max_length=20, description="级别 | The level")
    title_name = fields.CharField(40, description="职称名称 | The title")

    jurisdiction = _shown("publicity__")

    class Meta:
        table = "publicity_entries"
        constraints = (
            UniqueConstraint(fields=("publicity_id", "result_id"), name="one_line_per_result_in_a_notice"),
        )
