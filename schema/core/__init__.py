"""The machinery of the schema: nodes, connections, payloads and user errors, loaders, available actions."""

from domain.core.calls import Call
from schema.core.connections import Connection, connection
from schema.core.context import ID, Context, Info, viewer_of
from schema.core.ids import global_id, key, keys
from schema.core.mutations import New, OnVersion, WithReason, mutation
from schema.core.nodes import Node, children, node, row_type
from schema.core.texts import computed, described

__all__ = [
    "ID",
    "Call",
    "Connection",
    "Context",
    "Info",
    "New",
    "Node",
    "OnVersion",
    "WithReason",
    "children",
    "computed",
    "connection",
    "described",
    "global_id",
    "key",
    "keys",
    "mutation",
    "node",
    "row_type",
    "viewer_of",
]
