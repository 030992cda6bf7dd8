"""The application."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from domain.accounts.models import Organisation
from domain.applications.names import (
    ENDED,
    FROM_FILING_ON,
    ApplicationRoute,
    ApplicationState,
    AttachmentKind,
    QualificationCondition,
)
from domain.core.access import Jurisdiction, Through, everything, own
from domain.core.constraints import constraint_says
from domain.core.files import StoredFile
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.core.titles import TitleLevel
from domain.units.models import Unit
from domain.units.names import Ownership, UnitCategory


class QualificationApplication(Aggregate):
    """A unit's application for the right of autonomous review (Art. 4 to 8). | 职称自主评审单位申请"""

    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="applications",
        on_delete=OnDelete.RESTRICT,
        description="申请单位 | The unit",
    )
    unit_id: UUID
    state = fields.CharEnumField(
        ApplicationState, max_length=20, description="状态 | Where the application stands"
    )
    route = fields.CharEnumField(
        ApplicationRoute,
        max_length=24,
        null=True,
        description="申请途径，提交时确定 | The route of Art. 8(1), fixed when it is submitted",
    )
    route_reason = fields.CharField(
        500, default="", description="指定途径的理由 | Why the municipal bureau set the route"
    )
    receiver: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation",
        related_name="received_applications",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="受理机构 | Who receives and reviews it",
    )
    receiver_id: UUID | None
    four_centres_statement = fields.TextField(
        default="", description="服务首都四个中心建设的说明 | How the unit serves the Four Centres (Art. 7)"
    )
    team_statement = fields.TextField(
        default="", description="人才队伍可持续成长的说明 | How the technical team keeps growing (Art. 7(2))"
    )
    unit_category = fields.CharEnumField(
        UnitCategory,
        max_length=24,
        null=True,
        description="提交时的单位类别 | The unit's category when it was submitted",
    )
    unit_ownership = fields.CharEnumField(
        Ownership,
        max_length=16,
        null=True,
        description="提交时的隶属关系 | The ownership when it was submitted",
    )
    total_staff_count: int | None = fields.IntField(
        null=True, description="提交时的职工总数 | All staff when it was submitted"
    )
    technical_staff_count: int | None = fields.IntField(
        null=True, description="提交时的专业技术人员数 | Technical personnel when it was submitted"
    )
    submitted_at: datetime | None = fields.DatetimeField(
        null=True, description="提交时间 | When it was last submitted"
    )
    correction_round = fields.IntField(
        default=0, description="退回补正次数 | How often it was returned for correction"
    )
    correction_due_at: datetime | None = fields.DatetimeField(
        null=True, description="补正期限 | Until when it may be corrected"
    )
    recommended_by_id: UUID | None = fields.UUIDField(
        null=True, description="推荐或预审人员账号 | The account that recommended or pre-reviewed it"
    )
    recommended_at: datetime | None = fields.DatetimeField(
        null=True, description="推荐时间 | When it was recommended"
    )
    recommendation = fields.TextField(default="", description="推荐意见 | The recommendation")
    declined_reason = fields.TextField(default="", description="不予推荐的理由 | Why it was declined")
    filed_at: datetime | None = fields.DatetimeField(
        null=True, description="网上申报时间 | When it was filed online (Art. 8(3))"
    )
    representative_name = fields.CharField(
        60, default="", description="法定代表人姓名 | The legal representative who commits the unit"
    )
    commitment_text = fields.TextField(
        default="", description="法定代表人承诺内容 | What the legal representative commits to"
    )
    decided_at: datetime | None = fields.DatetimeField(
        null=True, description="决定时间 | When the municipal bureau decided (Art. 8(5))"
    )
    decision_reason = fields.TextField(default="", description="决定理由 | The reasons of the decision")

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.INDUSTRY_AUTHORITY: own("unit__industry_authority_id", states=FROM_FILING_ON),
        Role.DISTRICT_BUREAU: own("unit__district_bureau_id"),
        Role.SUPERVISING_DEPARTMENT: own("unit__supervising_department_id"),
        Role.UNIT: own("unit_id"),
    }

    class Meta:
        table = "qualification_applications"
        indexes = (
            Index(fields=("unit_id", "created_at", "id")),
            Index(fields=("state", "created_at", "id")),
            Index(fields=("receiver_id", "created_at", "id")),
        )
        constraints = (
            UniqueConstraint(
                fields=("unit_id",),
                name="one_open_application_per_unit",
                condition="state NOT IN ({})".format(", ".join(f"'{state}'" for state in sorted(ENDED))),
            ),
        )


constraint_says("one_open_application_per_unit", "S-14", "", "")


#: A part is seen by those who see its application.
PARTS: Jurisdiction = {
    Role.MUNICIPAL_BUREAU: everything,
    Role.INDUSTRY_AUTHORITY: Through(
        lambda: QualificationApplication,
        "id",
        "unit__industry_authority_id",
        key="application_id",
        where=(("state__in", sorted(FROM_FILING_ON)),),
        note="with the application, from its filing on",
    ),
    Role.DISTRICT_BUREAU: own("application__unit__district_bureau_id"),
    Role.SUPERVISING_DEPARTMENT: own("application__unit__supervising_department_id"),
    Role.UNIT: own("application__unit_id"),
}


def _application(related_name: str) -> fields.ForeignKeyRelation[QualificationApplication]:
    return fields.ForeignKeyField(
        "models.QualificationApplication",
        related_name=related_name,
        on_delete=OnDelete.RESTRICT,
        description="所属申请 | The application it belongs to",
    )


def _file(related_name: str, zh: str, en: str) -> fields.ForeignKeyRelation[StoredFile]:
    return fields.ForeignKeyField(
        "models.StoredFile",
        related_name=related_name,
        on_delete=OnDelete.RESTRICT,
        description=f"{zh} | {en}",
    )


class ApplicationScopeItem(Row):
    """A series or specialty at a level that the unit asks to review (Art. 7(4)). | 申请评审的系列（专业）和级别"""

    application = _application("scope_items")
    application_id: UUID
    series = fields.CharField(2, description="职称系列代码 | The series, by its two-digit code")
    specialty = fields.CharField(
        60, default="", description="专业，空为全系列 | The specialty; empty means the whole series"
    )
    level = fields.CharEnumField(TitleLevel, max_length=20, description="级别 | The level")
    influence = fields.TextField(
        default="", description="行业影响力说明 | Its influence in the industry (Art. 7(4))"
    )

    jurisdiction = PARTS

    class Meta:
        table = "application_scope_items"
        constraints = (
            UniqueConstraint(
                fields=("application_id", "series", "specialty", "level"),
                name="asked_for_once_in_an_application",
            ),
        )


class SeniorExpertListing(Row):
    """A senior review expert whom the unit names (Art. 7(3)). The identity number is kept as a blind index. | 高级职称评审专家"""

    application = _application("senior_experts")
    application_id: UUID
    name = fields.CharField(60, description="姓名 | The expert's name")
    identity_index = fields.BinaryField(description="证件号码盲索引 | The identity number's blind index")
    identity_mask = fields.CharField(24, description="遮盖后的证件号码 | The masked identity number")
    employer_name = fields.CharField(120, default="", description="工作单位 | The expert's employer")
    series = fields.CharField(2, description="职称系列代码 | The series of the title")
    specialty = fields.CharField(60, default="", description="专业 | The specialty")
    title_level = fields.CharEnumField(
        TitleLevel, max_length=20, description="职称等级 | The level of the title"
    )

    jurisdiction = PARTS

    class Meta:
        table = "senior_expert_listings"
        constraints = (
            UniqueConstraint(fields=("application_id", "identity_index"), name="expert_listed_once"),
        )


class ConditionRelaxation(Row):
    """A condition that the unit asks to be relaxed (Art. 7(6)); only the municipal bureau decides. | 放宽申请条件"""

    application = _application("relaxations")
    application_id: UUID
    condition = fields.CharEnumField(
        QualificationCondition, max_length=24, description="放宽的条件 | The condition to relax"
    )
    justification = fields.TextField(
        description="重大突破或重大贡献的说明 | The breakthrough or contribution that justifies it"
    )
    evidence: fields.ForeignKeyRelation[StoredFile] = _file("relaxations", "证明材料", "The evidence")
    evidence_id: UUID
    granted = fields.BooleanField(
        null=True, description="是否同意放宽，空为未决定 | Whether it was granted; empty while undecided"
    )
    decided_by_id: UUID | None = fields.UUIDField(
        null=True, description="决定人账号 | The account that decided"
    )
    decided_at: datetime | None = fields.DatetimeField(
        null=True, description="决定时间 | When it was decided"
    )
    decision_reason = fields.TextField(default="", description="决定理由 | The reason of the decision")

    jurisdiction = PARTS

    class Meta:
        table = "condition_relaxations"
        constraints = (
            UniqueConstraint(fields=("application_id", "condition"), name="one_relaxation_per_condition"),
        )


class ConditionOpinion(Row):
    """The recommender's opinion on one condition of Art. 5 and 7 (Art. 8(2)). | 推荐单位逐项审核意见"""

    application = _application("opinions")
    application_id: UUID
    condition = fields.CharEnumField(
        QualificationCondition, max_length=24, description="申请条件 | The condition"
    )
    met = fields.BooleanField(description="是否符合 | Whether it is met")
    opinion = fields.TextField(description="审核意见 | The opinion")

    jurisdiction = PARTS

    class Meta:
        table = "condition_opinions"
        constraints = (
            UniqueConstraint(fields=("application_id", "condition"), name="one_opinion_per_condition"),
        )


class Attachment(Row):
    """A document handed in with the application. | 申请附件"""

    application = _application("attachments")
    application_id: UUID
    kind = fields.CharEnumField(AttachmentKind, max_length=32, description="附件类别 | What the document is")
    file: fields.ForeignKeyRelation[StoredFile] = _file("application_attachments", "文件", "The file")
    file_id: UUID

    jurisdiction = PARTS

    class Meta:
        table = "application_attachments"
        constraints = (
            UniqueConstraint(fields=("application_id", "kind", "file_id"), name="attached_once_as_a_kind"),
        )


class CorrectionItem(Row):
    """One thing to correct; all of a return are told at once (Order 40, N-12). | 补正事项"""

    application = _application("corrections")
    application_id: UUID
    round = fields.IntField(description="第几次退回 | Which return it belongs to")
    place = fields.IntField(description="序号 | Its place in the list")
    field = fields.CharField(80, default="", description="所涉内容 | What it is about")
    rule_id = fields.CharField(8, default="", description="所依据的规则 | The rule it rests on")
    text = fields.CharField(500, description="需要补正的内容 | What has to be corrected")

    jurisdiction = PARTS

    class Meta:
        table = "correction_items"
        constraints = (
            UniqueConstraint(fields=("application_id", "round", "place"), name="one_correction_per_place"),
        )


constraint_says("asked_for_once_in_an_application", "S-13", "", "", field="scope")
constraint_says("expert_listed_once", "R-7.3", "", "", field="seniorExperts")
constraint_says("one_relaxation_per_condition", "S-13", "", "", field="relaxations")
constraint_says("one_opinion_per_condition", "S-13", "", "", field="opinions")
constraint_says("attached_once_as_a_kind", "S-13", "", "", field="attachments")
constraint_says("one_correction_per_place", "S-13", "", "", field="reasons")
