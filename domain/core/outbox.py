"""Publishing: an outbox row in the transaction of the change, and a doorbell that rings when it commits."""

from __future__ import annotations

from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.core import clock
from domain.core.ledger import OutboxEvent
from domain.core.roles import Viewer

#: The PostgreSQL channel on which the relay listens; NOTIFY is delivered at commit, and not at all on rollback.
CHANNEL = "outbox"


async def publish(
    event: str, subject_type: str, subject_id: UUID, unit_id: UUID | None, by: Viewer, db: BaseDBAsyncClient
) -> None:
    """Records that something happened. Carries ids only; audiences and texts are found when it is delivered."""
    await OutboxEvent.create(
        using_db=db,
        at=clock.now(),
        event=event,
        subject_type=subject_type,
        subject_id=subject_id,
        unit_id=unit_id,
        actor_grant_id=by.grant_id,
    )
    await db.execute_query("SELECT pg_notify($1, '')", [CHANNEL])
