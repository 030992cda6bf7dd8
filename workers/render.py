"""Documents: a certificate's PDF is drawn after it was issued, once, whoever is asked and however often."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from arq.connections import ArqRedis

from domain.certificates.drawing import draw_document
from domain.certificates.lifecycle import CERTIFICATE
from domain.certificates.models import Certificate
from domain.core.access import visible
from domain.core.demo_clock import refresh_clock
from domain.core.ledger import OutboxEvent
from domain.core.roles import SYSTEM

log = logging.getLogger(__name__)

DRAWN_AFTER = frozenset({"certificate.issue", "certificate.reissue"})
MAX_FOUND = 200
JOB = "render_certificate"


async def ring_for_documents(queue: ArqRedis, events: Sequence[OutboxEvent]) -> None:
    """Asks for the documents of certificates just issued; the same one is in the queue only once."""
    for event in events:
        if event.event in DRAWN_AFTER:
            await queue.enqueue_job(JOB, str(event.subject_id), _job_id=f"{JOB}:{event.subject_id}")


async def render_certificate(ctx: dict[str, Any], id: str) -> bool:
    """The job: draws one certificate's document. Returns whether it did; a second time it does not."""
    await refresh_clock()
    return await draw_document(UUID(id), ctx["public_url"])


async def draw_missing(public_url: str) -> int:
    """Draws what a lost doorbell left out. Returns how many were drawn; one that fails does not stop the others."""
    sources = CERTIFICATE.by_event["attach_document"].sources
    missing = visible(Certificate, SYSTEM).filter(document_id__isnull=True, state__in=sorted(sources))
    drawn = 0
    for (id,) in await missing.order_by("created_at", "id").limit(MAX_FOUND).values_list("id"):
        try:
            drawn += await draw_document(id, public_url)
        except Exception:
            log.exception("render.certificate_failed", extra={"certificate_id": str(id)})
    return drawn
