"""A version of a unit's policy documents, its documents, the opinions on it, and what the bureau checked."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.core.access import Jurisdiction, Through, everything, own
from domain.core.constraints import constraint_says
from domain.core.files import StoredFile
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.units.models import Unit


class PolicySetState(StrEnum):
    """Where a version stands in the cycle of Art. 9(2). | 制度文件状态"""

    DRAFT = "DRAFT"
    DECIDED = "DECIDED"
    IN_PUBLICITY = "IN_PUBLICITY"
    PUBLICISED = "PUBLICISED"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"


class PolicyDocumentKind(StrEnum):
    """What a document is for. A version needs a work plan and criteria (R-9.2). | 制度文件类别"""

    WORK_PLAN = "WORK_PLAN"
    CRITERIA = "CRITERIA"
    OTHER = "OTHER"


class ComplianceItem(StrEnum):
    """What the municipal bureau checks before it approves a version (R-9.2, N-1, R-3.1). | 审定核查事项"""

    NOT_BELOW_NATIONAL_STANDARD = "NOT_BELOW_NATIONAL_STANDARD"
    NOT_BELOW_BEIJING_STANDARD = "NOT_BELOW_BEIJING_STANDARD"
    COMPLIES_WITH_POLICY = "COMPLIES_WITH_POLICY"
    FITS_THE_UNIT = "FITS_THE_UNIT"
    CRITERIA_WEIGH_CONTRIBUTION = "CRITERIA_WEIGH_CONTRIBUTION"


#: Staff of the unit may read a version from its publicity on; what is being drafted is the office's.
SHOWN_TO_STAFF = frozenset(PolicySetState) - {PolicySetState.DRAFT, PolicySetState.DECIDED}


class PolicySet(Aggregate):
    """One numbered version of a unit's policy documents. | 单位评审制度文件的一个版本"""

    state = fields.CharEnumField(PolicySetState, max_length=16, description="状态 | The state")
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="policy_sets",
        on_delete=OnDelete.RESTRICT,
        description="所属单位 | The unit",
    )
    unit_id: UUID
    number = fields.IntField(description="本单位版本序号 | The version's number in the unit")
    title = fields.CharField(120, description="版本名称 | The version's title")

    decision_body = fields.CharField(
        120, default="", description="集体决策机构 | The body that decided collectively"
    )
    decided_on: date | None = fields.DateField(
        null=True, description="集体决策日期 | The day of the decision"
    )
    decision_present: int | None = fields.IntField(null=True, description="出席人数 | How many attended")
    decision_entitled: int | None = fields.IntField(
        null=True, description="应到人数 | How many belong to the body"
    )
    decision_passed = fields.BooleanField(null=True, description="是否通过 | Whether it passed")
    decision_minutes: fields.ForeignKeyNullableRelation[StoredFile] = fields.ForeignKeyField(
        "models.StoredFile",
        related_name="decided_policy_sets",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="集体决策会议纪要 | The minutes of the decision",
    )
    decision_minutes_id: UUID | None
    content_hash = fields.CharField(
        64, default="", description="决策文本内容散列 | The hash of what was decided on"
    )

    publicity_from: date | None = fields.DateField(
        null=True, description="公示起始日 | The day publicity started"
    )
    publicity_working_days: int | None = fields.IntField(
        null=True, description="公示工作日数 | The publicity's working days"
    )
    publicity_ends_at: datetime | None = fields.DatetimeField(
        null=True, description="公示届满时间 | When the publicity may be closed"
    )
    publicity_place = fields.CharField(200, default="", description="公示方式 | Where it is publicised")
    publicity_closed_at: datetime | None = fields.DatetimeField(
        null=True, description="公示结束时间 | When the publicity was closed"
    )

    submitted_at: datetime | None = fields.DatetimeField(
        null=True, description="报审时间 | When it was submitted for approval"
    )
    sent_back_reason = fields.TextField(
        default="", description="最近一次退回理由 | Why it was last sent back"
    )
    approval_number = fields.CharField(
        60, default="", description="审定文号 | The approval's document number"
    )
    approved_on: date | None = fields.DateField(null=True, description="审定日期 | The day of the approval")
    effective_from: date | None = fields.DateField(null=True, description="施行日期 | In force from this day")
    effective_until: date | None = fields.DateField(
        null=True, description="被替代日期（当日起不再施行） | From this day a later version holds"
    )
    revoked_reason = fields.TextField(default="", description="撤销理由 | Why it was revoked")

    jurisdiction = {
        Role.UNIT: own("unit_id"),
        Role.APPLICANT: own("unit_id", states=SHOWN_TO_STAFF),
        Role.DISTRICT_BUREAU: own("unit__district_bureau_id"),
        Role.INDUSTRY_AUTHORITY: own("unit__industry_authority_id"),
        Role.MUNICIPAL_BUREAU: everything,
    }

    class Meta:
        table = "policy_sets"
        indexes = (Index(fields=("unit_id", "created_at", "id")), Index(fields=("state", "effective_from")))
        constraints = (
            UniqueConstraint(fields=("unit_id", "number"), name="one_policy_set_per_number"),
            UniqueConstraint(
                fields=("unit_id",),
                name="one_policy_set_under_way",
                condition="state IN ('DRAFT', 'DECIDED', 'IN_PUBLICITY', 'PUBLICISED', 'SUBMITTED')",
            ),
            UniqueConstraint(
                fields=("unit_id", "effective_from"),
                name="one_policy_set_per_effective_day",
                condition="state = 'APPROVED'",
            ),
            CheckConstraint(
                check="publicity_from IS NULL OR publicity_from >= decided_on",
                name="policy_publicity_after_decision",
            ),
        )


constraint_says(
    "one_policy_set_per_number",
    "R-9.5",
    "该版本序号已存在，请刷新后重试。",
    "This version number is taken; reload and try again.",
)
constraint_says(
    "one_policy_set_under_way",
    "R-9.5",
    "本单位已有一个办理中的制度文件版本，请先办结该版本。",
    "Another version of this unit is under way; finish it first.",
)
constraint_says(
    "one_policy_set_per_effective_day",
    "R-9.5",
    "本单位已有同日施行的版本，请另定施行日期。",
    "Another version takes effect on this day; choose another day.",
    field="effectiveFrom",
)
constraint_says(
    "policy_publicity_after_decision",
    "R-9.3",
    "公示不得早于集体决策。",
    "Publicity may not start before the collective decision.",
    field="startsOn",
)

_AS_SEEN_BY_OFFICES: Jurisdiction = {
    Role.UNIT: own("policy_set__unit_id"),
    Role.DISTRICT_BUREAU: own("policy_set__unit__district_bureau_id"),
    Role.INDUSTRY_AUTHORITY: own("policy_set__unit__industry_authority_id"),
    Role.MUNICIPAL_BUREAU: everything,
}


class PolicyDocument(Row):
    """One document of a version. | 制度文件"""

    policy_set: fields.ForeignKeyRelation[PolicySet] = fields.ForeignKeyField(
        "models.PolicySet",
        related_name="documents",
        on_delete=OnDelete.RESTRICT,
        description="所属版本 | The version",
    )
    policy_set_id: UUID
    kind = fields.CharEnumField(
        PolicyDocumentKind, max_length=16, description="文件类别 | The kind of document"
    )
    title = fields.CharField(120, description="文件名称 | The document's title")
    file: fields.ForeignKeyRelation[StoredFile] = fields.ForeignKeyField(
        "models.StoredFile",
        related_name="policy_documents",
        on_delete=OnDelete.RESTRICT,
        description="文件正文 | The document itself",
    )
    file_id: UUID
    sha256 = fields.CharField(64, description="正文散列 | The hash of its content")
    position = fields.IntField(description="顺序 | Its place in the set")

    jurisdiction = {
        **_AS_SEEN_BY_OFFICES,
        Role.APPLICANT: Through(
            lambda: PolicySet,
            "id",
            "unit_id",
            key="policy_set_id",
            where=(("state__in", sorted(SHOWN_TO_STAFF)),),
            note="documents of a version shown to the unit's staff",
        ),
    }

    class Meta:
        table = "policy_documents"
        indexes = (Index(fields=("policy_set_id", "position")),)


class PolicyOpinion(Row):
    """What somebody said during the publicity, and the office's answer. | 公示期间的意见与答复"""

    policy_set: fields.ForeignKeyRelation[PolicySet] = fields.ForeignKeyField(
        "models.PolicySet",
        related_name="opinions",
        on_delete=OnDelete.RESTRICT,
        description="所属版本 | The version",
    )
    policy_set_id: UUID
    text = fields.TextField(description="意见内容 | What was said")
    answer = fields.TextField(default="", description="答复内容 | The answer")
    answered_at: datetime | None = fields.DatetimeField(
        null=True, description="答复时间 | When it was answered"
    )

    jurisdiction = _AS_SEEN_BY_OFFICES

    class Meta:
        table = "policy_opinions"
        indexes = (Index(fields=("policy_set_id", "created_at", "id")),)


class ComplianceCheck(Row):
    """The municipal bureau's finding on one item of its checklist. | 审定核查结论"""

    policy_set: fields.ForeignKeyRelation[PolicySet] = fields.ForeignKeyField(
        "models.PolicySet",
        related_name="checks",
        on_delete=OnDelete.RESTRICT,
        description="所属版本 | The version",
    )
    policy_set_id: UUID
    item = fields.CharEnumField(ComplianceItem, max_length=40, description="核查事项 | The item")
    met = fields.BooleanField(description="是否符合 | Whether it is met")
    note = fields.TextField(default="", description="说明 | A note")

    jurisdiction = _AS_SEEN_BY_OFFICES

    class Meta:
        table = "policy_compliance_checks"
        constraints = (UniqueConstraint(fields=("policy_set_id", "item"), name="one_check_per_item"),)


class PolicyReturn(Row):
    """A cycle that ended in a return: the decision and publicity that no longer count, frozen. | 退回记录"""

    policy_set: fields.ForeignKeyRelation[PolicySet] = fields.ForeignKeyField(
        "models.PolicySet",
        related_name="returns",
        on_delete=OnDelete.RESTRICT,
        description="所属版本 | The version",
    )
    policy_set_id: UUID
    reason = fields.TextField(description="退回理由 | Why it was sent back")
    content_hash = fields.CharField(64, description="当时文本散列 | The hash of what had been decided on")
    cycle: dict[str, object] = fields.JSONField(
        description="当时的决策与公示记录 | The decision and publicity of that cycle"
    )

    jurisdiction = _AS_SEEN_BY_OFFICES

    class Meta:
        table = "policy_returns"
        indexes = (Index(fields=("policy_set_id", "created_at", "id")),)


constraint_says(
    "one_check_per_item",
    "S-13",
    "同一核查事项只能有一个结论。",
    "An item of the checklist has one finding.",
    field="checklist",
)
