"""Files read with the rows they are attached to: one query for all the files of a page."""

from __future__ import annotations

from collections.abc import Awaitable
from uuid import UUID

from strawberry.dataloader import DataLoader

from domain.core.files import StoredFile
from schema.core.context import Context

_KEY = "attached files"


def attached_file(context: Context, id: UUID) -> Awaitable[StoredFile | None]:
    """The file, whoever handed it in: the caller has seen the row that it is attached to."""

    async def load(ids: list[UUID]) -> list[StoredFile | None]:
        found = {row.id: row for row in await StoredFile.filter(id__in=ids)}
        return [found.get(id) for id in ids]

    if _KEY not in context.loaders:
        context.loaders[_KEY] = DataLoader(load_fn=load)
    loader: DataLoader[UUID, StoredFile | None] = context.loaders[_KEY]
    return loader.load(id)
