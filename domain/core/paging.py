"""Keyset pages: stable while rows come and go, and as cheap at any depth as on the first page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

M = TypeVar("M", bound=Model)
MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class Order:
    """The column a list is ordered by; `id` breaks ties, so that the order is total."""

    column: str = "created_at"
    descending: bool = True
    tie: str = "id"

    def terms(self, backwards: bool) -> tuple[str, str]:
        sign = "-" if self.descending != backwards else ""
        return f"{sign}{self.column}", f"{sign}{self.tie}"

    def beyond(self, position: tuple[Any, Any], backwards: bool) -> Q:
        """Rows that come after the position (before it, when paging backwards)."""
        way = "lt" if self.descending != backwards else "gt"
        value, tie = position
        later = Q(**{f"{self.column}__{way}": value})
        return later | Q(**{self.column: value, f"{self.tie}__{way}": tie})

    def position(self, row: Model) -> tuple[Any, Any]:
        return getattr(row, self.column), getattr(row, self.tie)


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list: `first` after a position, or `last` before one."""

    size: int
    backwards: bool = False
    after: tuple[Any, Any] | None = None
    before: tuple[Any, Any] | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page, in the list's own order."""

    rows: Sequence[M]
    has_next: bool
    has_previous: bool


async def page(rows: QuerySet[M], window: Window, order: Order) -> Page[M]:
    """Reads one page with one query: one row more than asked tells whether there is more."""
    if window.after is not None:
        rows = rows.filter(order.beyond(window.after, backwards=False))
    if window.before is not None:
        rows = rows.filter(order.beyond(window.before, backwards=True))
    found = await rows.order_by(*order.terms(window.backwards)).limit(window.size + 1)
    more = len(found) > window.size
    kept = found[: window.size]
    if window.backwards:
        return Page(kept[::-1], has_next=window.before is not None, has_previous=more)
    return Page(kept, has_next=more, has_previous=window.after is not None)
