"""Reads of committees that are more than `visible`."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from domain.committees.models import Committee, CommitteeState

# Switch: how many days before the end of a filing its unit is warned.
WARNED_BEFORE = (90, 30)


async def filings_run_out(today: date) -> list[UUID]:
    """Committees whose last valid day is over; index (state, valid_until)."""
    due = Committee.filter(state__in=[CommitteeState.FILED, CommitteeState.SUSPENDED], valid_until__lt=today)
    return [id for (id,) in await due.order_by("id").values_list("id")]


async def filings_to_warn_of(today: date) -> list[UUID]:
    """Filed committees whose filing ends in exactly 90 or 30 days; index (state, valid_until)."""
    days = [today + timedelta(days=ahead) for ahead in WARNED_BEFORE]
    due = Committee.filter(state=CommitteeState.FILED, valid_until__in=days)
    return [id for (id,) in await due.order_by("id").values_list("id")]
