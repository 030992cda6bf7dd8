"""From the outbox to those who must know: leases events in their order, tells, rings for documents, marks as relayed.

The outbox is the truth and the queue only a doorbell: whatever is lost on the way is found again by the next round.
Several workers may relay at once; each leases what no other holds. An event that cannot be relayed is counted, tried
again with growing pauses, and then left for a person, while the others go on.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from tortoise.expressions import Q, Subquery
from tortoise.transactions import in_transaction

from domain.core import clock
from domain.core.demo_clock import refresh_clock
from domain.core.ledger import OutboxEvent
from domain.notifications.models import RelayTrouble
from domain.notifications.telling import tell

log = logging.getLogger(__name__)

BATCH = 500
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=24)
#: Called once the events are relayed for certain, for what follows from them outside the database.
Ring = Callable[[Sequence[OutboxEvent]], Awaitable[None]]


async def relay(ring: Ring) -> int:
    """Relays until nothing is left that can be. Returns how many events were relayed."""
    await refresh_clock()
    total = 0
    while True:
        relayed, leased = await relay_batch(ring)
        total += relayed
        if leased < BATCH:
            return total


async def relay_batch(ring: Ring) -> tuple[int, int]:
    """Relays one batch; a batch that fails is taken apart. Returns how many were relayed, of how many leased."""
    leased: list[OutboxEvent] = []
    try:
        async with in_transaction():
            leased = await _lease()
            await _relay(leased)
    except Exception:
        log.warning("relay.batch_failed", extra={"events": len(leased)}, exc_info=True)
        return sum([await _relay_one(event.seq, ring) for event in leased]), len(leased)
    await ring(leased)
    return len(leased), len(leased)


async def _lease(seq: int | None = None) -> list[OutboxEvent]:
    """Events in their order that no other worker holds, less those that pause or were given up."""
    later = Q(retry_at__isnull=True) | Q(retry_at__gt=clock.now())
    pausing = Subquery(RelayTrouble.filter(later).values("event_seq"))
    waiting = OutboxEvent.filter(relayed_at__isnull=True).filter(~Q(seq__in=pausing))
    if seq is not None:
        waiting = waiting.filter(seq=seq)
    return await waiting.order_by("seq").limit(BATCH).select_for_update(skip_locked=True)


async def _relay(events: Sequence[OutboxEvent]) -> None:
    if events:
        await tell(events)
        seqs = [event.seq for event in events]
        await OutboxEvent.filter(seq__in=seqs).update(relayed_at=clock.now())
        await RelayTrouble.filter(event_seq__in=seqs).delete()


async def _relay_one(seq: int, ring: Ring) -> int:
    """Relays one event of a failed batch; its failure is its own."""
    try:
        async with in_transaction():
            events = await _lease(seq)
            await _relay(events)
    except Exception as error:
        await _note_trouble(seq, error)
        return 0
    await ring(events)
    return len(events)


async def _note_trouble(seq: int, error: Exception) -> None:
    """Counts the failure; the log has the trace, the row only the kind of error, because texts may hold names."""
    trouble = await RelayTrouble.get_or_none(event_seq=seq) or RelayTrouble(event_seq=seq, attempts=0)
    trouble.attempts += 1
    trouble.error = f"{type(error).__name__}"
    given_up = trouble.attempts >= MAX_ATTEMPTS
    trouble.retry_at = None if given_up else clock.now() + pause_after(trouble.attempts)
    await trouble.save()
    extra = {"event_seq": seq, "attempts": trouble.attempts, "given_up": given_up}
    log.error("relay.event_failed", extra=extra, exc_info=error)


def pause_after(attempts: int) -> timedelta:
    """Five seconds, doubled with every failure up to a day, with a quarter of jitter."""
    pause = min(FIRST_PAUSE * float(2 ** min(attempts - 1, 15)), LONGEST_PAUSE)
    return pause * random.uniform(0.75, 1.25)
