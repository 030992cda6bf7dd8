"""Leads, objections, and what the three bodies say of them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from domain.accounts.models import Organisation
from domain.core.access import everything, own, personal
from domain.core.constraints import constraint_says
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.publicity.names import LeadKind, LeadSource, LeadState, RecheckBody, RecheckOutcome
from domain.publicity.notice_models import Publicity
from domain.reviews.models import Candidacy
from domain.units.models import Unit

#: What the unit may know of a lead about its candidate: that there is one, once it has been admitted.
KNOWN_TO_UNIT = frozenset(LeadState) - {LeadState.RECEIVED, LeadState.DISMISSED}
#: Who reads what was reported; the unit does not, because the words may give the reporter away.
READERS = frozenset({Role.MUNICIPAL_BUREAU, Role.INDUSTRY_AUTHORITY, Role.DISTRICT_BUREAU, Role.APPLICANT})
BUREAU_ONLY = frozenset({Role.MUNICIPAL_BUREAU})


class Lead(Aggregate):
    """A lead about a publicised result, or the candidate's own objection, and its re-check (Art. 9(7), 12). | 问题线索与异议"""

    publicity: fields.ForeignKeyRelation[Publicity] = fields.ForeignKeyField(
        "models.Publicity",
        related_name="leads",
        on_delete=OnDelete.RESTRICT,
        description="所涉公示 | The publicity it concerns",
    )
    publicity_id: UUID
    candidacy: fields.ForeignKeyRelation[Candidacy] = fields.ForeignKeyField(
        "models.Candidacy",
        related_name="leads",
        on_delete=OnDelete.RESTRICT,
        description="所涉申报 | The candidacy it concerns",
    )
    candidacy_id: UUID
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="leads",
        on_delete=OnDelete.RESTRICT,
        description="所涉单位 | The unit concerned",
    )
    unit_id: UUID
    state = fields.CharEnumField(LeadState, max_length=24, description="办理状态 | Where it stands")
    kind = fields.CharEnumField(LeadKind, max_length=16, description="类别 | A lead, or an objection")
    source = fields.CharEnumField(
        LeadSource, max_length=24, description="来源 | Whether it came during the publicity or later"
    )
    receipt_number = fields.CharField(
        24, description="受理编号 | The receipt number, with which the reporter asks how it stands"
    )
    content = fields.TextField(description="反映内容 | What is reported")
    checkable_facts = fields.TextField(
        default="", description="可查证的事实 | Facts that can be checked: when, where, which document"
    )
    anonymous = fields.BooleanField(description="是否匿名 | Whether the reporter stays unnamed")
    reporter_sealed: bytes | None = fields.BinaryField(
        null=True, description="密封的反映人信息 | The reporter's sealed name and contact"
    )
    reporter_person_id: UUID | None = fields.UUIDField(
        null=True, description="异议人 | The person who objects to the own result"
    )
    dismissal_reason = fields.CharField(2000, default="", description="不予受理的理由 | Why it was dismissed")
    industry_authority: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation",
        related_name="leads_of_industry",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="会同复查的行业主管部门 | The industry authority named for the re-check",
    )
    industry_authority_id: UUID | None
    district_bureau: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation",
        related_name="leads_of_district",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="会同复查的区人力资源社会保障局 | The district bureau named for the re-check",
    )
    district_bureau_id: UUID | None
    heard_on: date | None = fields.DateField(
        null=True, description="听取当事人陈述的日期 | When the person was heard"
    )
    hearing_record = fields.TextField(
        default="",
        description="当事人陈述记录 | What the person said, or how the person was asked and kept silent",
    )
    conclusion = fields.TextField(default="", description="复查结论说明 | What the re-check found, and why")
    fraud = fields.BooleanField(
        default=False, description="是否弄虚作假 | Whether the finding is fraud (N-24)"
    )
    concluded_at: datetime | None = fields.DatetimeField(
        null=True, description="复查结束时间 | When the re-check ended"
    )

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.INDUSTRY_AUTHORITY: own("industry_authority_id"),
        Role.DISTRICT_BUREAU: own("district_bureau_id"),
        Role.UNIT: own("unit_id", states=KNOWN_TO_UNIT),
        Role.APPLICANT: personal("reporter_person_id"),
    }
    masked = {
        "content": READERS,
        "checkable_facts": READERS,
        "receipt_number": BUREAU_ONLY | {Role.APPLICANT},
        "anonymous": BUREAU_ONLY | {Role.APPLICANT},
        "dismissal_reason": BUREAU_ONLY | {Role.APPLICANT},
        "hearing_record": READERS - {Role.APPLICANT},
        # It says in which role somebody reported, and why the bureau looked up who it was.
        "timeline": READERS,
    }

    class Meta:
        table = "leads"
        indexes = (
            Index(fields=("unit_id", "created_at", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("candidacy_id", "state")),
        )
        constraints = (UniqueConstraint(fields=("receipt_number",), name="one_lead_per_receipt"),)


constraint_says(
    "one_lead_per_receipt",
    "S-13",
    "受理编号重复，请重新提交。",
    "The receipt number is taken; file it again.",
)


class RecheckOpinion(Row):
    """What one of the three bodies says of a lead, or why it goes without its opinion (Art. 9(7)). | 复查意见"""

    lead: fields.ForeignKeyRelation[Lead] = fields.ForeignKeyField(
        "models.Lead",
        related_name="opinions",
        on_delete=OnDelete.RESTRICT,
        description="线索 | The lead",
    )
    lead_id: UUID
    body = fields.CharEnumField(RecheckBody, max_length=24, description="复查机构 | Which of the bodies")
    organisation_id: UUID | None = fields.UUIDField(
        null=True, description="机构 | The organisation that gave it"
    )
    finding = fields.CharEnumField(
        RecheckOutcome, max_length=24, null=True, description="意见 | What it found; empty where waived"
    )
    reason = fields.TextField(description="理由 | Its reasons, or why it goes without this body")

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.INDUSTRY_AUTHORITY: own("lead__industry_authority_id"),
        Role.DISTRICT_BUREAU: own("lead__district_bureau_id"),
    }

    class Meta:
        table = "recheck_opinions"
        constraints = (UniqueConstraint(fields=("lead_id", "body"), name="one_opinion_per_body"),)


constraint_says(
    "one_opinion_per_body",
    "R-9.14",
    "该机构的复查意见已记录。",
    "The opinion of this body is recorded already.",
    field="body",
)
