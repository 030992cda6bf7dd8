"""Reads of plans that are more than `visible`."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.plans.models import AnnualPlan, PlanState


async def plans_past_their_time(today: date) -> list[UUID]:
    """Plans in force whose time of reviews is over: the worker tries to complete them; index (state, review_until)."""
    due = AnnualPlan.filter(state=PlanState.ACTIVE, review_until__lt=today)
    return [id for (id,) in await due.order_by("id").values_list("id")]
