"""Writing who sits on a committee. A seat that is given up stays on record; nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from domain.committees.composition import Seat
from domain.committees.models import Committee, CommitteeMember, CommitteeRole, ExpertDraw


async def seat(row: Committee, seats: Sequence[Seat], now: datetime, reason: str = "") -> None:
    """Brings the committee's seats to these. The caller has checked them and holds the committee's lock."""
    current = await CommitteeMember.filter(committee_id=row.id, left_at__isnull=True)
    places = {each.expert_id: (place, each.role) for place, each in enumerate(seats)}
    leaving = [member.id for member in current if member.expert_id not in places]
    await CommitteeMember.filter(id__in=leaving).update(left_at=now, left_reason=reason)
    staying = [member for member in current if member.expert_id in places]
    # Nobody is chair for a moment: two chairs at once, the old and the new, would break the constraint.
    await CommitteeMember.filter(id__in=[member.id for member in staying]).update(role=CommitteeRole.MEMBER)
    for member in staying:
        member.position, member.role = places.pop(member.expert_id)
    if staying:
        await CommitteeMember.bulk_update(staying, ["position", "role"])
    await CommitteeMember.bulk_create(
        CommitteeMember(committee_id=row.id, expert_id=expert_id, role=role, position=place, created_at=now)
        for expert_id, (place, role) in places.items()
    )
    row.member_count = len(seats)
    row.drawn = await _all_drawn(row.id, [each.expert_id for each in seats])


async def _all_drawn(committee_id: UUID, experts: Iterable[UUID]) -> bool:
    """Whether everybody came out of a recorded draw for this committee."""
    draws = await ExpertDraw.filter(committee_id=committee_id)
    drawn = {UUID(expert) for each in draws for expert in each.drawn}
    return bool(drawn) and set(experts) <= drawn
