"""A committee, its members past and present, and the draws that chose them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.core.access import Jurisdiction, Through, everything, own, personal
from domain.core.constraints import constraint_says
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.core.titles import CommitteeLevel
from domain.experts.models import Expert
from domain.units.models import Unit


class CommitteeState(StrEnum):
    """Where a committee and its filing stand. | 评委会状态"""

    FORMING = "FORMING"
    FILING_SUBMITTED = "FILING_SUBMITTED"
    FILED = "FILED"
    EXPIRED = "EXPIRED"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"


class CommitteeBasis(StrEnum):
    """What a committee is formed for: one whole series, or one specialty (R-9.9). | 组建依据"""

    SERIES = "SERIES"
    SPECIALTY = "SPECIALTY"


class CommitteeRole(StrEnum):
    """A member's office. | 评委会职务"""

    CHAIR = "CHAIR"
    VICE_CHAIR = "VICE_CHAIR"
    MEMBER = "MEMBER"


class Committee(Aggregate):
    """A unit's review committee for one basis and one level. | 职称评审委员会"""

    state = fields.CharEnumField(CommitteeState, max_length=16, description="状态 | The state")
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="committees",
        on_delete=OnDelete.RESTRICT,
        description="组建单位 | The unit",
    )
    unit_id: UUID
    name = fields.CharField(120, description="评委会名称 | The committee's name")
    basis = fields.CharEnumField(
        CommitteeBasis, max_length=16, description="组建依据 | Formed by series or specialty"
    )
    series = fields.CharField(2, description="职称系列代码 | The code of the title series")
    specialty = fields.CharField(80, default="", description="专业 | The specialty, when formed for one")
    level = fields.CharEnumField(
        CommitteeLevel, max_length=16, description="评委会级别 | The committee's level"
    )
    member_count = fields.IntField(default=0, description="组成人数 | How many members it has")
    drawn = fields.BooleanField(
        default=False, description="是否从专家库随机抽取 | Whether its members were drawn from the pool"
    )

    floor_override: int | None = fields.IntField(
        null=True, description="经同意调整的人数下限 | The floor as adjusted by the municipal bureau"
    )
    override_reason = fields.TextField(default="", description="调整理由 | Why the floor was adjusted")
    override_document = fields.CharField(
        60, default="", description="调整文号 | The adjustment's document number"
    )

    filing_submitted_at: datetime | None = fields.DatetimeField(
        null=True, description="报备时间 | When its filing was submitted"
    )
    filing_number = fields.CharField(60, null=True, description="备案编号 | The filing number")
    filed_on: date | None = fields.DateField(null=True, description="备案日期 | The day it was filed")
    valid_from: date | None = fields.DateField(
        null=True, description="备案有效期开始 | The filing's first valid day"
    )
    valid_until: date | None = fields.DateField(
        null=True, description="备案有效期届满日（含当日） | The filing's last valid day"
    )
    state_reason = fields.TextField(
        default="", description="退回、暂停或者撤销的理由 | Why it was rejected, suspended or revoked"
    )
    renews: fields.ForeignKeyNullableRelation[Committee] = fields.ForeignKeyField(
        "models.Committee",
        related_name="renewals",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="续接的评委会 | The committee it renews",
    )
    renews_id: UUID | None
    open_meetings = fields.IntField(default=0, description="未结束的评审会议 | Meetings that have not ended")

    jurisdiction = {
        Role.UNIT: own("unit_id"),
        Role.EXPERT: Through(
            lambda: CommitteeMember,
            "committee_id",
            "expert__person_id",
            whose="person_id",
            note="own membership",
        ),
        Role.DISTRICT_BUREAU: own("unit__district_bureau_id"),
        Role.INDUSTRY_AUTHORITY: own("unit__industry_authority_id"),
        Role.MUNICIPAL_BUREAU: everything,
    }

    class Meta:
        table = "committees"
        indexes = (Index(fields=("unit_id", "created_at", "id")), Index(fields=("state", "valid_until")))
        constraints = (
            UniqueConstraint(fields=("filing_number",), name="one_committee_per_filing_number"),
            UniqueConstraint(
                fields=("renews_id",), name="one_renewal_under_way", condition="renews_id IS NOT NULL"
            ),
            CheckConstraint(
                check="(basis = 'SERIES') = (specialty = '')", name="committee_has_exactly_one_basis"
            ),
            CheckConstraint(
                check="valid_from <= valid_until AND valid_until < valid_from + interval '3 years'",
                name="filing_valid_less_than_three_years",
            ),
        )


constraint_says(
    "one_committee_per_filing_number",
    "S-13",
    "该备案编号已被使用。",
    "This filing number is taken.",
    field="filingNumber",
)
constraint_says(
    "one_renewal_under_way",
    "S-13",
    "该评委会已在换届续备。",
    "This committee is being renewed already.",
)
constraint_says(
    "committee_has_exactly_one_basis",
    "R-9.9",
    "评委会应当按系列或者按专业组建，二者只取其一。",
    "A committee is formed for one series or for one specialty, never for both.",
    field="bySeries",
)
constraint_says(
    "filing_valid_less_than_three_years",
    "N-4",
    "备案有效期不得超过三年。",
    "A filing is valid for less than three years.",
    field="validUntil",
)

_MEMBERSHIP: Jurisdiction = {
    Role.UNIT: own("committee__unit_id"),
    Role.EXPERT: personal("expert__person_id"),
    Role.MUNICIPAL_BUREAU: everything,
}


class CommitteeMember(Row):
    """An expert's seat on a committee; a seat that was given up stays on record. | 评委会组成人员"""

    committee: fields.ForeignKeyRelation[Committee] = fields.ForeignKeyField(
        "models.Committee",
        related_name="members",
        on_delete=OnDelete.RESTRICT,
        description="评委会 | The committee",
    )
    committee_id: UUID
    expert: fields.ForeignKeyRelation[Expert] = fields.ForeignKeyField(
        "models.Expert",
        related_name="memberships",
        on_delete=OnDelete.RESTRICT,
        description="专家 | The expert",
    )
    expert_id: UUID
    role = fields.CharEnumField(CommitteeRole, max_length=16, description="职务 | The member's office")
    position = fields.IntField(description="顺序 | The seat's place on the list")
    left_at: datetime | None = fields.DatetimeField(
        null=True, description="离任时间 | When the seat was given up"
    )
    left_reason = fields.CharField(200, default="", description="离任理由 | Why the seat was given up")

    jurisdiction = _MEMBERSHIP

    class Meta:
        table = "committee_members"
        indexes = (Index(fields=("committee_id",)), Index(fields=("expert_id",)))
        constraints = (
            UniqueConstraint(
                fields=("committee_id", "expert_id"), name="one_seat_per_expert", condition="left_at IS NULL"
            ),
            UniqueConstraint(
                fields=("committee_id",),
                name="one_chair_per_committee",
                condition="left_at IS NULL AND role = 'CHAIR'",
            ),
        )


constraint_says(
    "one_seat_per_expert", "N-5", "同一专家不得重复列入。", "An expert has one seat.", field="members"
)
constraint_says(
    "one_chair_per_committee",
    "N-5",
    "评委会只设一名主任委员。",
    "A committee has one chair.",
    field="members",
)


class ExpertDraw(Row):
    """A random draw from the pool, frozen with all that is needed to replay it. | 专家随机抽取记录"""

    committee: fields.ForeignKeyRelation[Committee] = fields.ForeignKeyField(
        "models.Committee",
        related_name="draws",
        on_delete=OnDelete.RESTRICT,
        description="评委会 | The committee",
    )
    committee_id: UUID
    method = fields.CharField(40, description="抽取算法 | The algorithm")
    seed = fields.CharField(64, description="随机种子 | The seed")
    wanted = fields.IntField(description="抽取人数 | How many were drawn")
    pool: list[str] = fields.JSONField(description="备选专家名单 | The experts it was drawn from")
    drawn: list[str] = fields.JSONField(description="抽取结果 | The experts drawn, in order")

    jurisdiction = {Role.UNIT: own("committee__unit_id"), Role.MUNICIPAL_BUREAU: everything}

    class Meta:
        table = "expert_draws"
        indexes = (Index(fields=("committee_id", "created_at", "id")),)
