"""The executor: rows are values, not promises."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Awaitable
from types import CoroutineType
from typing import Any, TypeGuard

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


def _is_awaitable(value: Any) -> TypeGuard[Awaitable[Any]]:
    return isinstance(value, CoroutineType | Future)


class RowExecutor(StrawberryGraphQLCoreExecutionContext):
    """Every Tortoise row defines `__await__`, so that the library's test takes each one for a promise and gathers it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_awaitable = _is_awaitable
