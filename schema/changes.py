"""The delta feed for a unit's own systems: which results and certificates changed since it was last asked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from domain.certificates import changes
from domain.certificates.changes import ChangeKind
from schema.core import ID, Info, computed, described, global_id, viewer_of
from schema.core.connections import PageInfo
from schema.core.cursors import make_cursor
from schema.core.enums import graphql_enum
from schema.core.feeds import feed_window

graphql_enum(ChangeKind)
FEED = "changes"
TYPE_OF = {ChangeKind.RESULT: "Result", ChangeKind.CERTIFICATE: "Certificate"}


@strawberry.type
class Change:
    """One change of a result or a certificate; read the object itself for what it is now. | 变更"""

    kind: ChangeKind = described("变更对象类别 | The kind of object")
    subject: ID = described("变更对象标识，用于 node(id) | The object, for node(id)")
    event: str = described("事件 | The event, as the lifecycle names it")
    at: datetime = described("时间 | When it happened")


@strawberry.type
class ChangeEdge:
    """A change with its cursor. | 变更列表项"""

    cursor: str = described("游标 | The place to read on from")
    node: Change = described("变更 | The change")


@strawberry.type
class ChangeConnection:
    """A page of changes, oldest first. Keep `pageInfo.endCursor` even when the page is empty. | 变更列表"""

    edges: list[ChangeEdge] = described("列表项及游标 | Changes with their cursors")
    nodes: list[Change] = described("列表项 | The changes themselves")
    page_info: PageInfo = described("分页信息 | Where the page lies")


@strawberry.type
class ChangesQuery:
    """The delta feed. | 变更查询"""

    @computed(
        "本单位评审结果和证书的变更（机器客户端按令牌范围）；从上次的 endCursor 继续，不漏不乱"
        " | What changed in the unit's results and certificates; go on from the last endCursor, nothing is lost"
    )
    async def changes(
        self,
        info: Info,
        first: Annotated[int, strawberry.argument(description="条数（1-100） | How many, 1 to 100")],
        after: Annotated[
            str | None, strawberry.argument(description="在此游标之后 | After this cursor")
        ] = None,
    ) -> ChangeConnection:
        start = feed_window(FEED, first, after, changes.START)
        return _connection(await changes.changes_after(viewer_of(info), start, first), after)


def _connection(feed: changes.Feed, after: str | None) -> ChangeConnection:
    edges = [ChangeEdge(cursor=make_cursor(FEED, each.position), node=_node(each)) for each in feed.changes]
    return ChangeConnection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(
            has_next_page=feed.more,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else after,
            end_cursor=make_cursor(FEED, feed.end),
        ),
    )


def _node(change: changes.Change) -> Change:
    return Change(
        kind=change.kind,
        subject=ID(global_id(TYPE_OF[change.kind], change.id)),
        event=change.event,
        at=change.at,
    )
