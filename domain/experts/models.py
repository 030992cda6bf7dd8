"""Experts of a unit's pool, and the ties they have declared."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.accounts.models import Person
from domain.core.access import everything, own, personal
from domain.core.constraints import constraint_says
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.core.titles import TitleLevel
from domain.units.models import Unit


class ExpertState(StrEnum):
    """Where an expert of the pool stands. | 专家状态"""

    NOMINATED = "NOMINATED"
    ACTIVE = "ACTIVE"
    TERM_ENDED = "TERM_ENDED"
    SUSPENDED = "SUSPENDED"
    DISQUALIFIED = "DISQUALIFIED"


class TieKind(StrEnum):
    """Why an expert may not judge somebody (N-18). | 回避关系类别"""

    RELATIVE = "RELATIVE"
    SAME_DEPARTMENT = "SAME_DEPARTMENT"
    SUPERVISOR = "SUPERVISOR"
    CO_AUTHOR = "CO_AUTHOR"
    OTHER_INTEREST = "OTHER_INTEREST"


class Expert(Aggregate):
    """A person in a unit's expert pool, for one series and one term. | 单位评审专家库中的专家"""

    state = fields.CharEnumField(ExpertState, max_length=16, description="状态 | The state")
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="experts",
        on_delete=OnDelete.RESTRICT,
        description="提名单位 | The nominating unit",
    )
    unit_id: UUID
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person",
        related_name="expertises",
        on_delete=OnDelete.RESTRICT,
        description="专家本人 | The person",
    )
    person_id: UUID
    name = fields.CharField(60, description="姓名 | The expert's name")
    series = fields.CharField(2, description="职称系列代码 | The code of the title series")
    specialty = fields.CharField(80, description="从事专业 | The specialty the expert works in")
    title_level = fields.CharEnumField(
        TitleLevel, max_length=16, description="职称级别 | The level of the title"
    )
    title_name = fields.CharField(60, description="职称名称 | The name of the title")
    title_obtained_on = fields.DateField(description="职称取得日期 | The day the title was obtained")
    employer_name = fields.CharField(120, description="工作单位 | The employer")
    department = fields.CharField(120, default="", description="所在部门 | The department")
    term_start = fields.DateField(description="聘期开始 | The term's first day")
    term_end = fields.DateField(description="聘期结束（含当日） | The term's last day")
    state_reason = fields.TextField(
        default="", description="暂停或者取消资格的理由 | Why the expert was suspended or disqualified"
    )

    jurisdiction = {
        Role.UNIT: own("unit_id"),
        Role.EXPERT: personal("person_id"),
        Role.MUNICIPAL_BUREAU: everything,
    }

    class Meta:
        table = "experts"
        indexes = (
            Index(fields=("unit_id", "created_at", "id")),
            Index(fields=("person_id",)),
            Index(fields=("state", "term_end")),
        )
        constraints = (
            UniqueConstraint(
                fields=("unit_id", "person_id", "series"),
                name="one_term_per_expert",
                condition="state IN ('NOMINATED', 'ACTIVE', 'SUSPENDED')",
            ),
            CheckConstraint(
                check="term_start <= term_end AND term_end <= term_start + interval '3 years'",
                name="expert_term_at_most_three_years",
            ),
        )


constraint_says(
    "one_term_per_expert",
    "S-13",
    "该专家在本单位该系列已有提名或者在聘记录。",
    "This person is nominated or in the pool already, for this series.",
    field="identityNumber",
)
constraint_says(
    "expert_term_at_most_three_years",
    "N-6",
    "聘期最长三年，且结束日期不得早于开始日期。",
    "A term lasts three years at most and does not end before it starts.",
    field="termEnd",
)


class ExpertTie(Row):
    """A tie between an expert and a member of the unit's staff: the expert may not judge that person. | 回避关系"""

    expert: fields.ForeignKeyRelation[Expert] = fields.ForeignKeyField(
        "models.Expert", related_name="ties", on_delete=OnDelete.RESTRICT, description="专家 | The expert"
    )
    expert_id: UUID
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person",
        related_name="expert_ties",
        on_delete=OnDelete.RESTRICT,
        description="相关人员 | The person",
    )
    person_id: UUID
    person_name = fields.CharField(60, description="相关人员姓名 | The person's name, as on the roster")
    kind = fields.CharEnumField(TieKind, max_length=16, description="关系类别 | The kind of tie")
    note = fields.CharField(200, default="", description="说明 | A note")

    jurisdiction = {
        Role.UNIT: own("expert__unit_id"),
        Role.EXPERT: personal("expert__person_id"),
        Role.MUNICIPAL_BUREAU: everything,
    }

    class Meta:
        table = "expert_ties"
        indexes = (Index(fields=("person_id",)),)
        constraints = (UniqueConstraint(fields=("expert_id", "person_id", "kind"), name="one_tie_of_a_kind"),)


constraint_says(
    "one_tie_of_a_kind", "S-13", "该回避关系已登记。", "This tie is recorded already.", field="kind"
)
