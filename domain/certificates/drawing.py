"""Drawing a certificate's document, once, after it was issued: the PDF goes to the object store, a link to the row."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from anyio import CapacityLimiter, to_thread

from domain.accounts.models import Person
from domain.certificates.document import CertificateFacts, render_certificate
from domain.certificates.lifecycle import CERTIFICATE
from domain.certificates.models import Certificate
from domain.core.calls import BY_SYSTEM
from domain.core.errors import Refused
from domain.core.files import StoredFile
from domain.core.lifecycle import Facts
from domain.core.object_store import evidence_key, write
from domain.core.perform import perform
from domain.core.reference import title_series

PDF = "application/pdf"
#: The template's compiler keeps one state for the process.
_ONE = CapacityLimiter(1)


async def draw_document(id: UUID, public_url: str) -> bool:
    """Draws the document unless the certificate has one or no longer holds. Returns whether it did.

    The same certificate gives the same bytes under the same key, so a second worker at the same time overwrites the
    file with itself and is then refused by the row.
    """
    certificate = await Certificate.get(id=id)
    if certificate.document_id is not None or certificate.state not in _drawable():
        return False
    facts = await facts_of(certificate, public_url)
    content = await to_thread.run_sync(render_certificate, facts, limiter=_ONE)
    digest = sha256(content).hexdigest()
    await write(evidence_key(digest), content)
    try:
        await attach_document(certificate, digest, len(content))
    except Refused:
        current = await Certificate.get(id=id)
        if current.document_id is None and current.state in _drawable():
            raise
        return False
    return True


async def attach_document(certificate: Certificate, digest: str, size: int) -> Certificate:
    """Links the document of this digest to its certificate.

    Raises:
        Refused: S-13 where it has one, S-1 where the certificate no longer holds.
    """

    async def act(row: Certificate, facts: Facts) -> None:
        file = await StoredFile.create(
            organisation_id=row.unit_id,
            name=f"{row.number}.pdf",
            media_type=PDF,
            size=size,
            sha256=digest,
            created_at=facts.now,
        )
        row.document_id = file.id

    return await perform(BY_SYSTEM, CERTIFICATE, "attach_document", certificate.id, act=act)


async def facts_of(certificate: Certificate, public_url: str) -> CertificateFacts:
    """What the document shows; the identity number is masked before it comes here."""
    person = await Person.get(id=certificate.person_id)
    series = title_series().get(certificate.series)
    return CertificateFacts(
        number=certificate.number,
        holder_name=certificate.holder_name,
        identity_number_masked=person.identity_mask,
        title=certificate.title,
        series=series.name_zh if series else certificate.series,
        specialty=certificate.specialty,
        level=certificate.level,
        unit=certificate.unit_name,
        committee=certificate.committee_name,
        passed_on=certificate.passed_on,
        issued_on=certificate.issued_on,
        verify_url=f"{public_url.rstrip('/')}/verify/{certificate.number}",
    )


def _drawable() -> frozenset[object]:
    return frozenset(CERTIFICATE.by_event["attach_document"].sources)
