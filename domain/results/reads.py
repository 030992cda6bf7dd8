"""Reads of results that are more than `visible`."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from domain.results.lifecycle import REMINDER_WORKING_DAYS, RESULT_PACKAGE
from domain.results.models import ResultPackage


async def packages_to_remind_of(today: date) -> list[UUID]:
    """Packages that may be late: ten working days are never fewer calendar days; the guard counts exactly (B-8)."""
    sources = RESULT_PACKAGE.by_event["remind"].sources
    early = today - timedelta(days=REMINDER_WORKING_DAYS)
    due = ResultPackage.filter(state__in=sorted(sources), reminded_at__isnull=True, last_sitting_on__lt=early)
    return [id for (id,) in await due.order_by("id").values_list("id")]
