"""Counting the statements that a piece of work sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tortoise import connections


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent outside transactions inside the block, in their order."""
    database: Any = connections.get("default")
    seen: list[str] = []

    plain = database.execute_query

    async def counting(query: str, values: Any = None) -> Any:
        seen.append(query)
        return await plain(query, values)

    database.execute_query = counting
    try:
        yield seen
    finally:
        del database.execute_query
