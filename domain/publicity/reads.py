"""Reads of publicity that are more than `visible`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tortoise.queryset import QuerySet

from domain.core.access import visible
from domain.core.roles import Viewer
from domain.publicity.models import Lead, Publicity
from domain.publicity.names import PublicityState


async def windows_that_ended(now: datetime) -> list[UUID]:
    """Open publicities whose window has ended: the worker closes them; index (state, ends_at)."""
    due = Publicity.filter(state=PublicityState.OPEN, ends_at__lte=now)
    return [id for (id,) in await due.order_by("id").values_list("id")]


async def lead_by_receipt(receipt_number: str) -> Lead | None:
    """The lead of a receipt: whoever holds the number may ask how it stands (R-9.14); unique index on the number."""
    return await Lead.get_or_none(receipt_number=receipt_number.strip().upper()[:24])


def open_notices(viewer: Viewer) -> QuerySet[Publicity]:
    """The notices posted now, as everybody sees them; index (created_at, id)."""
    return visible(Publicity, viewer).filter(state=PublicityState.OPEN)
