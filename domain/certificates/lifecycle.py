"""Certificates: issued once per person, corrected, held, revoked (Art. 10)."""

from __future__ import annotations

from domain.certificates.models import Certificate
from domain.certificates.names import CertificateState
from domain.core.errors import Refusal, RuleBroken
from domain.core.lifecycle import Facts, Lifecycle, begins, moves
from domain.core.roles import Role

ISSUED, SUPERSEDED, ON_HOLD, REVOKED = CertificateState
BUREAU = {Role.MUNICIPAL_BUREAU}


def it_has_no_document_yet(certificate: Certificate, facts: Facts) -> Refusal | None:
    """A document is drawn once; two workers at once make one."""
    if certificate.document_id is None:
        return None
    return RuleBroken("S-13", "证书文件已生成。", "The document is drawn already.")


CERTIFICATE: Lifecycle[Certificate] = Lifecycle(
    "certificate",
    Certificate,
    CertificateState,
    (
        begins("issue", ISSUED, by=BUREAU, article="10", zh="发放电子职称证书", en="Issue"),
        begins(
            "reissue",
            ISSUED,
            by={Role.SYSTEM},
            article="10",
            zh="换发更正的证书",
            en="Issue the corrected one",
        ),
        moves("correct", ISSUED, SUPERSEDED, by=BUREAU, article="10", zh="更正证书", en="Correct"),
        moves("hold", ISSUED, ON_HOLD, by=BUREAU, article="12", zh="暂停证书", en="Put on hold"),
        moves("release", ON_HOLD, ISSUED, by=BUREAU, article="12", zh="恢复证书", en="Release"),
        moves("revoke", (ISSUED, ON_HOLD), REVOKED, by=BUREAU, article="12", zh="撤销证书", en="Revoke"),
        moves(
            "attach_document",
            (ISSUED, ON_HOLD),
            None,
            by={Role.SYSTEM},
            when=[it_has_no_document_yet],
            article="10",
            zh="生成证书文件",
            en="Attach the document",
        ),
    ),
    zh="电子职称证书",
    article="10",
)
