"""`node` and `nodes`: any object by its global id, under the same `visible()` as every other read."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.core.errors import Invalid, Refused
from schema.core import loaders
from schema.core.context import ID, Info
from schema.core.ids import parse_id
from schema.core.nodes import NODES, Node
from schema.core.texts import computed

MAX_NODES = 100
GlobalId = Annotated[ID, strawberry.argument(description="全局标识 | The global id")]
GlobalIds = Annotated[
    list[ID], strawberry.argument(description="全局标识，至多100个 | Global ids, at most 100")
]


async def _find(info: Info, id: str) -> Any:
    parsed = parse_id(id)
    spec = NODES.get(parsed[0]) if parsed else None
    if parsed is None or spec is None:
        return None
    return await loaders.one(info.context, spec.model, parsed[1])


@strawberry.type
class LookupQuery:
    """Objects by their global ids. | 按全局标识查找"""

    @computed("按全局标识查找；不可见与不存在相同 | One object; out of sight and absent are the same")
    async def node(self, info: Info, id: GlobalId) -> Node | None:
        found: Node | None = await _find(info, id)
        return found

    @computed("批量查找，顺序同输入 | Several objects, in the order asked")
    async def nodes(self, info: Info, ids: GlobalIds) -> list[Node | None]:
        if len(ids) > MAX_NODES:
            text = f"一次最多 {MAX_NODES} 个。", f"At most {MAX_NODES} at once."
            raise Refused([Invalid("ids", *text, rule_id="S-7")])
        return [await _find(info, id) for id in ids]
