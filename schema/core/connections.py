"""Keyset connections: every unbounded list is one. `first` or `last` is required, 1 to 100, never both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from strawberry import UNSET
from tortoise.queryset import QuerySet

from domain.core.access import Guarded, may_read, visible
from domain.core.errors import Invalid, Refused
from domain.core.paging import MAX_PAGE, Order, Page, Window, page
from domain.core.roles import Viewer
from schema.core.context import Info
from schema.core.cursors import make_cursor, read_cursor
from schema.core.filters import make_filter, make_order, order_of
from schema.core.nodes import spec_of
from schema.core.texts import computed, described

T = TypeVar("T")
NEWEST_FIRST = Order()


@strawberry.type
class PageInfo:
    """Where a page lies in its list. | 分页信息"""

    has_next_page: bool = described("后面是否还有 | Whether there is more after this page")
    has_previous_page: bool = described("前面是否还有 | Whether there is more before this page")
    start_cursor: str | None = described("首项游标 | The cursor of the first item")
    end_cursor: str | None = described("末项游标 | The cursor of the last item")


@strawberry.type
class Edge(Generic[T]):
    """An item of a list with its cursor. | 列表项"""

    cursor: str = described("游标 | The item's place in the list")
    node: T = described("对象 | The item")


@strawberry.type
class Connection(Generic[T]):
    """A page of a list. | 分页列表"""

    edges: list[Edge[T]] = described("列表项及游标 | Items with their cursors")
    nodes: list[T] = described("列表项 | The items themselves")
    page_info: PageInfo = described("分页信息 | Where the page lies")
    counted: strawberry.Private[QuerySet[Any]]

    @computed("总数（选取时才计算） | How many there are in all; counted only when asked")
    async def total_count(self) -> int:
        return await self.counted.count()


@dataclass(frozen=True, slots=True)
class _Listing:
    """One connection field: its name scopes its cursors to it."""

    name: str
    rows: Callable[[Viewer], QuerySet[Any]]
    default: Order

    async def read(self, window: Window, order: Order, narrowed: QuerySet[Any]) -> Connection[Any]:
        found: Page[Any] = await page(narrowed, window, order)
        scope = self.scope(order)
        edges = [Edge(cursor=make_cursor(scope, order.position(row)), node=row) for row in found.rows]
        return Connection(
            edges=edges,
            nodes=list(found.rows),
            page_info=PageInfo(
                has_next_page=found.has_next,
                has_previous_page=found.has_previous,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
            counted=narrowed,
        )

    def scope(self, order: Order) -> str:
        return f"{self.name}|{order.column}|{order.descending}"

    def window(
        self, order: Order, first: int | None, after: str | None, last: int | None, before: str | None
    ) -> Window:
        """Reads the four paging arguments.

        Raises:
            Refused: neither or both of first and last, a size out of bounds, or a cursor of another list.
        """
        if (first is None) == (last is None):
            text = "first 与 last 必须且只能给出一个。", "Give exactly one of first and last."
            raise Refused([Invalid("first", *text)])
        size = first if first is not None else last
        assert size is not None
        if not 1 <= size <= MAX_PAGE:
            text = f"每页 1 至 {MAX_PAGE} 项。", f"A page has 1 to {MAX_PAGE} items."
            raise Refused([Invalid("first" if first is not None else "last", *text, rule_id="S-7")])
        return Window(
            size,
            backwards=last is not None,
            after=self._position("after", after, order),
            before=self._position("before", before, order),
        )

    def _position(self, argument: str, cursor: str | None, order: Order) -> tuple[Any, Any] | None:
        if cursor is None:
            return None
        try:
            return read_cursor(self.scope(order), cursor)
        except (ValueError, KeyError, TypeError) as error:
            text = (
                "游标无效，请使用同一列表返回的游标。",
                "Not a cursor of this list; use one that this list returned.",
            )
            raise Refused([Invalid(argument, *text)]) from error


_PAGING: dict[str, Any] = {
    "first": Annotated[
        int | None, strawberry.argument(description="前若干项（1-100） | The first so many, 1 to 100")
    ],
    "after": Annotated[str | None, strawberry.argument(description="在此游标之后 | After this cursor")],
    "last": Annotated[
        int | None, strawberry.argument(description="后若干项（1-100） | The last so many, 1 to 100")
    ],
    "before": Annotated[str | None, strawberry.argument(description="在此游标之前 | Before this cursor")],
}


def connection(
    type_: type,
    *,
    filters: Sequence[str] = (),
    orders: Sequence[str] = ("created_at",),
    default: Order = NEWEST_FIRST,
    rows: Callable[[Viewer], QuerySet[Any]] | None = None,
    name: str | None = None,
    description: str | None = None,
) -> Any:
    """A root list of a node type: paged, filtered and ordered, over what the viewer may see.

    `rows` narrows the start (it must itself begin at `visible`); `name` is needed where a type has two lists.
    """
    spec = spec_of(type_)
    concept = name or type_.__name__
    listing = _Listing(concept, rows or (lambda viewer: visible(spec.model, viewer)), default)
    filter_spec = make_filter(concept, spec.model, filters) if filters else None
    order_type: Any = make_order(concept, orders)

    async def resolve(
        info: Info,
        first: int | None = UNSET,
        after: str | None = UNSET,
        last: int | None = UNSET,
        before: str | None = UNSET,
        filter: Any = UNSET,
        order_by: Any = UNSET,
    ) -> Any:
        order = order_of(order_by or None, default)
        _readable(spec.model, order, info.context.viewer)
        window = listing.window(order, _given(first), _given(after), _given(last), _given(before))
        narrowed = listing.rows(info.context.viewer)
        if filter and filter_spec is not None:
            narrowed = narrowed.filter(filter_spec.q(filter, info.context.viewer))
        return await listing.read(window, order, narrowed)

    resolve.__annotations__.update(_PAGING, **{"return": Connection[type_]})  # type: ignore[valid-type]
    chosen: Any = Annotated[order_type | None, strawberry.argument(description="排序 | The order")]
    resolve.__annotations__["order_by"] = chosen
    if filter_spec is not None:
        narrowing = strawberry.argument(description="筛选 | Which to list")
        resolve.__annotations__["filter"] = Annotated[filter_spec.input_type | None, narrowing]
    else:
        del resolve.__annotations__["filter"]
    text = description or f"Lists of {type_.__name__} that the viewer may see. | 可见的列表"
    return strawberry.field(
        resolver=_without_filter(resolve) if filter_spec is None else resolve, description=text
    )


def _readable(model: type[Guarded], order: Order, viewer: Viewer) -> None:
    """The order of a list would give away what a masked column holds.

    Raises:
        Refused: this viewer may not read the column.
    """
    if not may_read(model, order.column, viewer):
        raise Refused([Invalid("orderBy", "不能按该字段排序。", "This field cannot be ordered by.")])


def _given(value: Any) -> Any:
    return None if value is UNSET else value


def _without_filter(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """The same resolver without the filter argument, for lists that have none."""

    async def plain(
        info: Info,
        first: int | None = UNSET,
        after: str | None = UNSET,
        last: int | None = UNSET,
        before: str | None = UNSET,
        order_by: Any = UNSET,
    ) -> Any:
        return await resolve(info, first, after, last, before, UNSET, order_by)

    plain.__annotations__.update(resolve.__annotations__)
    return plain
