"""Reads of experts that are more than `visible`."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.experts.models import Expert, ExpertState


async def terms_to_end(today: date) -> list[UUID]:
    """Experts whose term is over; index (state, term_end)."""
    due = Expert.filter(state__in=[ExpertState.ACTIVE, ExpertState.SUSPENDED], term_end__lt=today)
    return [id for (id,) in await due.order_by("id").values_list("id")]
