"""Writing who sits on a committee. A seat that is given up stays on record; nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from domain.committees.composition import Seat
from domain.committees.models import Committee, CommitteeMember, CommitteeRole, ExpertDraw


async def seat(row: Committee, seats: Sequence[Seat], now: datetime, reason: str = "") -> None:
    """Brings the committee's seats to these. The caller has checked them and holds the committee's lock."""
    current = CommitteeMember.filter(committee_id=row.id, left_at__isnull=True)
    there = {member.expert_id for member in await current}
    wanted = {each.expert_id: each.role for each in seats}
    await current.filter(expert_id__in=list(there - wanted.keys())).update(left_at=now, left_reason=reason)
    # Nobody is chair for a moment: two chairs at once, the old and the new, would break the constraint.
    await CommitteeMember.filter(committee_id=row.id, left_at__isnull=True).update(role=CommitteeRole.MEMBER)
    for role in (CommitteeRole.CHAIR, CommitteeRole.VICE_CHAIR):
        chosen = [expert for expert, office in wanted.items() if office == role and expert in there]
        staying = CommitteeMember.filter(committee_id=row.id, left_at__isnull=True, expert_id__in=chosen)
        await staying.update(role=role)
    await CommitteeMember.bulk_create(
        CommitteeMember(committee_id=row.id, expert_id=expert, role=role, created_at=now)
        for expert, role in wanted.items()
        if expert not in there
    )
    row.member_count = len(wanted)
    row.drawn = await _all_drawn(row.id, wanted.keys())


async def _all_drawn(committee_id: UUID, experts: Iterable[UUID]) -> bool:
    """Whether everybody came out of a recorded draw for this committee."""
    draws = await ExpertDraw.filter(committee_id=committee_id)
    drawn = {UUID(expert) for each in draws for expert in each.drawn}
    return bool(drawn) and set(experts) <= drawn
