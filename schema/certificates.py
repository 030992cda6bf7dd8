"""Electronic certificates: issue, correction, hold, revocation, and the public check (Art. 10; N-22)."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from domain.certificates import commands, issuing, models, reads
from domain.certificates.lifecycle import CERTIFICATE
from domain.certificates.names import CertificateState
from domain.core.titles import TitleLevel
from schema.core import (
    ID,
    Call,
    New,
    Node,
    OnVersion,
    WithReason,
    computed,
    connection,
    described,
    key,
    keys,
    mutation,
    node,
)
from schema.core.scalars import CertificateNumber
from schema.files import StoredFile, attached
from schema.results import Result
from schema.units import Unit


@node(models.Certificate, lifecycle=CERTIFICATE)
class Certificate(Node):
    """The electronic certificate of one person's title, issued by the municipal bureau (Art. 10). | 电子职称证书"""

    result: Result | None
    unit: Unit | None
    number: CertificateNumber
    holder_name: str
    year: int
    series: str
    specialty: str
    level: TitleLevel
    title: str
    committee_name: str
    unit_name: str
    passed_on: date
    issued_on: date
    successor_number: CertificateNumber | None
    correction_reason: str
    hold_reason: str
    revocation_number: str
    revocation_basis: str
    revoked_on: date | None
    document: StoredFile | None = attached("document_id", "证书文件（PDF） | Its document, as a PDF")


@strawberry.type
class IssuingUnit:
    """The unit that held the review. | 评审单位"""

    name: str = described("单位名称 | The unit's name when the certificate was issued")


@strawberry.type
class CertificateStatus:
    """What anybody learns of a certificate by its number and its holder's name (N-22). | 证书查验结果"""

    number: CertificateNumber = described("证书编号 | The certificate number")
    holder_name_masked: str = described("遮盖后的持证人姓名 | The holder's name, masked")
    title: str = described("职称 | The title")
    series: str = described("职称系列代码 | The series, by its two-digit code")
    specialty: str = described("专业 | The specialty")
    level: TitleLevel = described("级别 | The level")
    unit: IssuingUnit = described("评审单位 | The unit that held the review")
    issued_on: date = described("发证日期 | When it was issued")
    state: CertificateState = described("证书状态 | Whether it holds")


@strawberry.type
class CertificatesQuery:
    """Certificates. | 证书查询"""

    certificates = connection(
        Certificate,
        filters=("state", "number", "holder_name", "unit", "year", "series", "level", "issued_on"),
        orders=("created_at", "issued_on", "number"),
        description="可见的证书（机器客户端须有 certificates:read） | The certificates that the viewer may see",
    )

    @computed(
        "凭证书编号和持证人姓名查验；编号或姓名不符均为空（无需登录）"
        " | Checks a certificate by number and holder; null where either does not fit"
    )
    async def certificate_status(
        self,
        number: Annotated[str, strawberry.argument(description="证书编号 | The certificate number")],
        holder_name: Annotated[str, strawberry.argument(description="持证人姓名 | The holder's name")],
    ) -> CertificateStatus | None:
        found = await reads.certificate_status(number, holder_name)
        return _status(found) if found else None


@strawberry.input
class CertificateIssueInput(New):
    """Whom to issue a certificate to: all of them or none. | 发放电子职称证书"""

    candidacies: list[ID] = described("公示无异议的申报标识 | The confirmed candidacies")


@strawberry.input
class CertificateCorrectInput(WithReason):
    """What a clerical error has to become; what is not given stays. | 更正证书"""

    holder_name: str | None = described("更正后的姓名 | The holder's name", default=None)
    title: str | None = described("更正后的职称 | The title", default=None)
    specialty: str | None = described("更正后的专业 | The specialty", default=None)


@strawberry.input
class CertificateRevokeInput(OnVersion):
    """The decision that revokes it. | 撤销证书"""

    decision_number: str = described("撤销决定文号 | The number of the decision")
    basis: str = described("撤销依据 | Its legal basis")
    fraud: bool = described("是否弄虚作假 | Whether it is for fraud (N-24)", default=False)


@strawberry.type
class CertificatesMutation:
    """What is done with certificates. | 证书操作"""

    @mutation("certificates", list[Certificate])
    async def certificate_issue(call: Call, input: CertificateIssueInput) -> list[models.Certificate]:
        """Issues certificates to people whose results are confirmed, once each (Art. 10). | 发放电子职称证书"""
        return await issuing.issue(call, keys(input.candidacies, "Candidacy", field="candidacies"))

    @mutation("certificate", Certificate)
    async def certificate_correct(call: Call, input: CertificateCorrectInput) -> models.Certificate:
        """Replaces a certificate that has a clerical error; the old one names the new. | 更正证书"""
        correction = commands.Correction(
            reason=input.reason,
            holder_name=input.holder_name,
            title=input.title,
            specialty=input.specialty,
        )
        return await commands.correct(call, _certificate(input), input.version, correction)

    @mutation("certificate", Certificate)
    async def certificate_hold(call: Call, input: WithReason) -> models.Certificate:
        """Puts a certificate on hold while a case is open. | 暂停证书"""
        return await commands.hold(call, _certificate(input), input.version, input.reason)

    @mutation("certificate", Certificate)
    async def certificate_release(call: Call, input: WithReason) -> models.Certificate:
        """Ends a hold. | 恢复证书"""
        return await commands.release(call, _certificate(input), input.version, input.reason)

    @mutation("certificate", Certificate)
    async def certificate_revoke(call: Call, input: CertificateRevokeInput) -> models.Certificate:
        """Revokes a certificate by a numbered decision on a legal basis. | 撤销证书"""
        return await commands.revoke(
            call, _certificate(input), input.version, input.decision_number, input.basis, fraud=input.fraud
        )


def _certificate(input: OnVersion) -> UUID:
    return key(input.id, "Certificate")


def _status(found: reads.Status) -> CertificateStatus:
    return CertificateStatus(
        number=CertificateNumber(found.number),
        holder_name_masked=found.holder_name_masked,
        title=found.title,
        series=found.series,
        specialty=found.specialty,
        level=found.level,
        unit=IssuingUnit(name=found.unit_name),
        issued_on=found.issued_on,
        state=found.state,
    )
