"""The executor, for which rows are values and not promises, and the schema, which leaves logging to its server."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Awaitable
from types import CoroutineType
from typing import Any, TypeGuard

import strawberry
from graphql import GraphQLError
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


def _is_awaitable(value: Any) -> TypeGuard[Awaitable[Any]]:
    return isinstance(value, CoroutineType | Future)


class RowExecutor(StrawberryGraphQLCoreExecutionContext):
    """Every Tortoise row defines `__await__`, so that the library's test takes each one for a promise and gathers it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_awaitable = _is_awaitable


class SilentSchema(strawberry.Schema):
    """The library logs each error with its trace and its text, and the text of a wrong variable is its value: a name, an
    identity number. Our own faults are logged where they are answered; what a client got wrong it is told, not the log."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        return None
