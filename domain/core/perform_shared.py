"""Beside `perform`: many at once into one open row, none after it is closed.

`perform` takes the row FOR UPDATE and gives it a new version, which is right where one act excludes another. Experts
vote at the same time, and the box they vote into does not change: with `perform` they would queue, and each but the
first would find the version stale. Here the row is taken FOR SHARE, so any number may act together, while whoever
closes it with `perform` (FOR UPDATE) waits for those under way: an act precedes the close, or is refused because the
row is closed. What must happen once is decided by a UNIQUE constraint, not by this lock.

The rest is as in `perform`: jurisdiction, guards, audit row, outbox row, idempotency key, in one transaction.
"""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from domain.core.access import visible
from domain.core.calls import Call, earlier_result, remember
from domain.core.constraints import refusal_of
from domain.core.errors import NotFound, Refused
from domain.core.lifecycle import Lifecycle
from domain.core.perform import Act, Check, admit, facts_of_one, record, seen
from domain.core.roles import Viewer
from domain.core.rows import Aggregate

A = TypeVar("A", bound=Aggregate)


async def perform_shared(
    call: Call, lifecycle: Lifecycle[A], event: str, id: UUID, *, check: Check, act: Act
) -> A:
    """Acts in the row without changing it: its state and version stay, `act` writes neighbouring rows.

    Raises:
        Refused: as `perform` does.
        ValueError: the move would change the state, which needs `perform`.
    """
    move = lifecycle.by_event[event]
    if move.target is not None:
        raise ValueError(f"{lifecycle.event_name(event)} changes the state: use perform")
    try:
        async with in_transaction() as db:
            if earlier := await earlier_result(call, lifecycle.event_name(event), db):
                return await seen(lifecycle, call.viewer, earlier)
            row = await _shared(lifecycle, call.viewer, id, db)
            facts = await facts_of_one(lifecycle, call.viewer, row)
            admit(lifecycle, event, row, facts, None, check)
            await act(row, facts)
            await record(call, lifecycle, move, row, str(row.state), "", db)
            await remember(call, row.id, db)
            return row
    except IntegrityError as error:
        raise Refused([refusal_of(error)]) from error


async def _shared(lifecycle: Lifecycle[A], viewer: Viewer, id: UUID, db: BaseDBAsyncClient) -> A:
    if not await visible(lifecycle.model, viewer).filter(id=id).exists():
        raise Refused([NotFound()])
    # Tortoise has no FOR SHARE. The row is read again under the lock: who waited here sees what the close left.
    await db.execute_query(f'SELECT 1 FROM "{lifecycle.model._meta.db_table}" WHERE id = $1 FOR SHARE', [id])
    return await lifecycle.model.get(id=id)
