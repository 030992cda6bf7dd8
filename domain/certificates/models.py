"""Electronic certificates of professional titles."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from domain.accounts.models import Person
from domain.certificates.names import CertificateState
from domain.core.access import everything, own, personal
from domain.core.constraints import constraint_says
from domain.core.files import StoredFile
from domain.core.roles import Role
from domain.core.rows import Aggregate
from domain.core.titles import TitleLevel
from domain.results.models import Result
from domain.reviews.models import Candidacy
from domain.units.models import Unit


class Certificate(Aggregate):
    """The electronic certificate of one person's title, issued by the municipal bureau (Art. 10). | 电子职称证书"""

    candidacy: fields.ForeignKeyRelation[Candidacy] = fields.ForeignKeyField(
        "models.Candidacy",
        related_name="certificates",
        on_delete=OnDelete.RESTRICT,
        description="申报 | The candidacy it certifies",
    )
    candidacy_id: UUID
    result: fields.ForeignKeyRelation[Result] = fields.ForeignKeyField(
        "models.Result",
        related_name="certificates",
        on_delete=OnDelete.RESTRICT,
        description="评审结果 | The result it rests on",
    )
    result_id: UUID
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="certificates",
        on_delete=OnDelete.RESTRICT,
        description="评审单位 | The unit that held the review",
    )
    unit_id: UUID
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person",
        related_name="certificates",
        on_delete=OnDelete.RESTRICT,
        description="持证人 | The holder",
    )
    person_id: UUID
    state = fields.CharEnumField(CertificateState, max_length=16, description="证书状态 | Whether it holds")
    number = fields.CharField(28, description="证书编号 | The certificate number")
    holder_name = fields.CharField(60, description="持证人姓名 | The holder's name")
    year = fields.IntField(description="评审年度 | The year of the review")
    series = fields.CharField(2, description="职称系列代码 | The series, by its two-digit code")
    specialty = fields.CharField(80, description="专业 | The specialty")
    level = fields.CharEnumField(TitleLevel, max_length=20, description="级别 | The level")
    title = fields.CharField(40, description="职称 | The title")
    committee_name = fields.CharField(120, description="评审委员会 | The committee that reviewed")
    unit_name = fields.CharField(120, description="评审单位名称 | The unit's name when it was issued (N-21)")
    passed_on: date = fields.DateField(description="评审通过日期 | When the committee passed the title")
    issued_on: date = fields.DateField(description="发证日期 | When it was issued")
    batch_id: UUID = fields.UUIDField(description="发证批次 | The batch it was issued in")
    predecessor: fields.ForeignKeyNullableRelation[Certificate] = fields.ForeignKeyField(
        "models.Certificate",
        related_name="successors",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="被更正的证书 | The certificate this one corrects",
    )
    predecessor_id: UUID | None
    successor_number = fields.CharField(
        28, null=True, description="更正后的证书编号 | The number of the certificate that corrects this one"
    )
    correction_reason = fields.CharField(
        2000, default="", description="更正理由 | Which clerical error was corrected, on what evidence"
    )
    hold_reason = fields.CharField(2000, default="", description="暂停理由 | Why it is on hold")
    revocation_number = fields.CharField(
        60, default="", description="撤销决定文号 | The number of the decision that revoked it"
    )
    revocation_basis = fields.CharField(
        2000, default="", description="撤销依据 | The legal basis of the revocation"
    )
    revoked_on: date | None = fields.DateField(null=True, description="撤销日期 | When it was revoked")
    document: fields.ForeignKeyNullableRelation[StoredFile] = fields.ForeignKeyField(
        "models.StoredFile",
        related_name="certificates",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="证书文件 | Its document, as a PDF",
    )
    document_id: UUID | None

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.DISTRICT_BUREAU: own("unit__district_bureau_id"),
        Role.INDUSTRY_AUTHORITY: own("unit__industry_authority_id"),
        Role.UNIT: own("unit_id"),
        Role.APPLICANT: personal("person_id"),
        Role.MACHINE: own("unit_id", scope="certificates:read"),
    }

    class Meta:
        table = "certificates"
        indexes = (
            Index(fields=("unit_id", "created_at", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("unit_id", "issued_on", "id")),
            Index(fields=("person_id",)),
            Index(fields=("batch_id",)),
        )
        constraints = (
            UniqueConstraint(fields=("number",), name="one_certificate_per_number"),
            UniqueConstraint(
                fields=("candidacy_id",),
                name="one_live_certificate_per_candidacy",
                condition="state <> 'SUPERSEDED'",
            ),
            UniqueConstraint(fields=("predecessor_id",), name="one_correction_per_certificate"),
        )


constraint_says(
    "one_live_certificate_per_candidacy",
    "R-10.1",
    "该人员本次评审的电子职称证书已发放，不得重复发放。",
    "The certificate of this candidacy is issued already; it is issued exactly once.",
    field="candidacies",
)
constraint_says(
    "one_certificate_per_number",
    "S-13",
    "证书编号重复，请重试。",
    "The certificate number is taken; try again.",
)
constraint_says(
    "one_correction_per_certificate",
    "S-13",
    "该证书已更正换发。",
    "This certificate was corrected already.",
)
