"""The two kinds of rows: plain rows, and aggregates that live through a lifecycle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from tortoise import fields

from domain.core import clock
from domain.core.access import Guarded


class Row(Guarded):
    """A row with a random id and the moment of its making, in Beijing's legal time (stored in UTC)."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    created_at = fields.DatetimeField(default=clock.now, description="记录建立时间 | When this was recorded")

    class Meta:
        abstract = True


class Aggregate(Row):
    """A row with a state and a version. Only `perform` writes either; a stale version is a conflict."""

    state: Any
    version = fields.IntField(
        default=1, description="版本号，更新时须带上所见版本 | The version an update must have seen"
    )

    #: The unit this row belongs to, as a path: audit and outbox rows carry it, so that audiences can be found.
    unit_path: ClassVar[str] = "unit_id"

    class Meta:
        abstract = True


def ids(rows: Sequence[Row]) -> list[UUID]:
    return [row.id for row in rows]


def latest(*moments: datetime | None) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return max(known) if known else None
