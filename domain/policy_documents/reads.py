"""Reads of policy documents that are more than `visible`."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tortoise.expressions import Q, Subquery

from domain.policy_documents.models import PolicyOpinion, PolicySet, PolicySetState


async def version_in_force(unit_id: UUID, day: date) -> PolicySet | None:
    """The version that a plan or a round of that day rests on (R-9.3); index (unit_id, created_at, id)."""
    holding = Q(effective_until__isnull=True) | Q(effective_until__gt=day)
    found = PolicySet.filter(holding, unit_id=unit_id, state=PolicySetState.APPROVED, effective_from__lte=day)
    return await found.order_by("-effective_from").first()


async def publicities_to_close(now: datetime) -> list[UUID]:
    """Versions whose publicity has ended and whose opinions are all answered; index (state, effective_from)."""
    ended = PolicySet.filter(state=PolicySetState.IN_PUBLICITY, publicity_ends_at__lte=now)
    open_opinions = PolicyOpinion.filter(
        policy_set_id__in=Subquery(ended.values("id")), answered_at__isnull=True
    )
    waiting = {set_id for (set_id,) in await open_opinions.values_list("policy_set_id")}
    return [id for (id,) in await ended.order_by("id").values_list("id") if id not in waiting]


async def versions_to_supersede(today: date) -> list[UUID]:
    """Versions whose successor takes effect today or took effect before; index (state, effective_from)."""
    due = PolicySet.filter(state=PolicySetState.APPROVED, effective_until__lte=today)
    return [id for (id,) in await due.order_by("id").values_list("id")]
