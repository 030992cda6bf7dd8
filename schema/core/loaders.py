"""Loaders: every relation, list of parts, action list and timeline of a page is read in one query, under `visible()`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Sequence
from typing import Any
from uuid import UUID

from strawberry.dataloader import DataLoader

from domain.core.access import Guarded, visible
from domain.core.ledger import AuditEntry
from domain.core.lifecycle import Action, Lifecycle
from domain.core.rows import Aggregate
from schema.core.context import Context


def one(context: Context, model: type[Guarded], id: UUID) -> Awaitable[Any]:
    """A row by its key, or None where it is out of the viewer's jurisdiction."""

    async def load(ids: list[UUID]) -> list[Guarded | None]:
        found = {row.pk: row for row in await visible(model, context.viewer).filter(pk__in=ids)}
        return [found.get(id) for id in ids]

    return _loader(context, ("one", model), load).load(id)


def parts(context: Context, model: type[Guarded], column: str, id: UUID, order: str) -> Awaitable[Any]:
    """The rows of `model` whose `column` is this row's key, in order, as far as the viewer sees them."""

    async def load(ids: list[UUID]) -> list[list[Guarded]]:
        found: dict[UUID, list[Guarded]] = defaultdict(list)
        for row in (
            await visible(model, context.viewer).filter(**{f"{column}__in": ids}).order_by(order, "id")
        ):
            found[getattr(row, column)].append(row)
        return [found[id] for id in ids]

    return _loader(context, ("parts", model, column, order), load).load(id)


def actions(context: Context, lifecycle: Lifecycle[Any], row: Aggregate) -> Awaitable[Any]:
    """What this viewer may do with the row, and why not yet; facts of a whole page in as many queries as of one row."""

    async def load(ids: list[UUID]) -> list[list[Action]]:
        rows = [_known[id] for id in ids]
        facts = await lifecycle.facts(rows, await context.facts())
        return [lifecycle.available(row, facts[row.id]) for row in rows]

    _known = context.loaders.setdefault(("rows", lifecycle.name), {})
    _known[row.id] = row
    return _loader(context, ("actions", lifecycle.name), load).load(row.id)


def timeline(context: Context, row: Aggregate) -> Awaitable[Any]:
    """The audit entries of a row that the viewer sees, oldest first."""

    async def load(ids: list[UUID]) -> Sequence[list[AuditEntry]]:
        found: dict[UUID, list[AuditEntry]] = defaultdict(list)
        for entry in await AuditEntry.filter(subject_id__in=ids).order_by("seq"):
            found[entry.subject_id].append(entry)
        return [found[id] for id in ids]

    return _loader(context, ("timeline",), load).load(row.id)


def _loader(context: Context, key: Any, load: Any) -> DataLoader[Any, Any]:
    loader: DataLoader[Any, Any] | None = context.loaders.get(key)
    if loader is None:
        loader = context.loaders[key] = DataLoader(load_fn=load)
    return loader
