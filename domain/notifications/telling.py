"""Turning events into messages: as often as it is tried, each hat is told of each event once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise.transactions import in_transaction

from domain.core import clock
from domain.core.ledger import OutboxEvent
from domain.core.working_calendar import beijing_date
from domain.lifecycles import LIFECYCLES
from domain.notifications.audience import LINES, line
from domain.notifications.models import Message
from domain.notifications.recipients import Seat, Surroundings, grants_of, seats_of, surroundings_of

#: Events after which nothing waits any more: those that move their object on. An edit does not.
SETTLING = sorted(
    cycle.event_name(move.event)
    for cycle in LIFECYCLES
    for move in cycle.moves
    if not move.begins and (move.target is not None or move.outcomes)
)
#: What waits in a unit for something that happens to another object: waiting event -> settling event.
SETTLED_BY = {name: about.settled_by for name, about in LINES.items() if about.settled_by}
_SETTLE_IN_UNIT = """
UPDATE messages m SET settled_at = $1
FROM outbox_events settling
JOIN unnest($3::text[], $4::text[]) AS pair(waiting, settling) ON pair.settling = settling.event
JOIN outbox_events waiting ON waiting.unit_id = settling.unit_id AND waiting.event = pair.waiting
WHERE settling.seq = ANY($2::bigint[]) AND waiting.seq < settling.seq
  AND m.subject_id = waiting.subject_id AND m.event_seq = waiting.seq AND m.awaits AND m.settled_at IS NULL
"""
_SETTLE = """
UPDATE messages m SET settled_at = $1
WHERE m.subject_id = ANY($2::uuid[]) AND m.awaits AND m.settled_at IS NULL AND EXISTS (
    SELECT 1 FROM outbox_events o WHERE o.subject_id = m.subject_id AND o.seq > m.event_seq AND o.event = ANY($3::text[])
)
"""


async def tell(events: Sequence[OutboxEvent]) -> int:
    """Writes the messages of these events and settles what no longer waits. Returns how many hats were addressed.

    Told twice, it changes nothing: one message for each event and hat, by a unique constraint.

    Raises:
        KeyError: an event has no line in the audience table, or its object is of an unknown kind.
    """
    around = await surroundings_of(events)
    seats = {event.seq: list(seats_of(event, around)) for event in events}
    grants = await grants_of(seat for found in seats.values() for seat, _ in found)
    messages = [message for event in events for message in _messages(event, seats[event.seq], grants, around)]
    async with in_transaction() as db:
        if messages:
            await Message.bulk_create(messages, ignore_conflicts=True, using_db=db)
        subjects = list({event.subject_id for event in events})
        await db.execute_query(_SETTLE, [clock.now(), subjects, SETTLING])
        if any(event.event in SETTLED_BY.values() for event in events):
            pairs = list(SETTLED_BY), list(SETTLED_BY.values())
            await db.execute_query(_SETTLE_IN_UNIT, [clock.now(), list(seats), *pairs])
    return len(messages)


def _messages(
    event: OutboxEvent,
    seats: Sequence[tuple[Seat, bool]],
    grants: Mapping[Seat, Sequence[UUID]],
    around: Surroundings,
) -> Iterator[Message]:
    about = line(event.event)
    hats = {grant for seat, _ in seats for grant in grants.get(seat, ())}
    awaited = {grant for seat, awaits in seats if awaits for grant in grants.get(seat, ())}
    for grant in sorted(hats - {event.actor_grant_id}):
        yield Message(
            grant_id=grant,
            event_seq=event.seq,
            event=event.event,
            subject_type=event.subject_type,
            subject_id=event.subject_id,
            unit_id=event.unit_id,
            since=event.at,
            due_on=_due_on(getattr(around.subjects.get(event.subject_id), about.due, None)),
            awaits=grant in awaited,
        )


def _due_on(due: Any) -> date | None:
    """The last day on which something can be done: a period that ends at 24:00 ends on the day before that moment."""
    if isinstance(due, datetime):
        return beijing_date(due - timedelta(microseconds=1))
    return due if isinstance(due, date) else None
