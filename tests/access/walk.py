"""Documents made from the schema itself, so that a new field, relation or list is walked without being named here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)

from domain.core.roles import Viewer
from schema.core import global_id
from schema.root import schema
from tests.graphql import gql

SCHEMA = schema._schema
#: How many ids `nodes` takes at once.
BATCH = 100
_VALUES: Mapping[str, Any] = {
    "String": "文字",
    "Int": 3,
    "Boolean": True,
    "Date": "2026-03-03",
    "DateTime": "2026-03-03T09:00:00+08:00",
    "Decimal": "1",
}


def selection(type_name: str, depth: int = 2) -> str:
    """Everything that a type has, with its relations this many levels deep; fields that need arguments are left out."""
    type_: Any = SCHEMA.type_map[type_name]
    return " ".join(_fields(type_, depth))


def _fields(type_: Any, depth: int) -> Iterator[str]:
    for name, field in type_.fields.items():
        if any(is_required_argument(each) for each in field.args.values()):
            continue
        inner = get_named_type(field.type)
        if not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            yield name
        elif depth > 0 and (found := " ".join(_fields(inner, depth - 1))):
            yield f"{name} {{ {found} }}"


async def read_nodes(viewer: Viewer, type_name: str, keys: list[UUID], depth: int = 2) -> list[Any]:
    """These objects as the viewer sees them, with everything around them; None for those out of sight."""
    text = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {type_name} {{ {selection(type_name, depth)} }} }} }}"
    found: list[Any] = []
    for start in range(0, len(keys), BATCH):
        ids = [global_id(type_name, each) for each in keys[start : start + BATCH]]
        answer = await gql(viewer, text, ids=ids)
        assert answer["errors"] == [], (type_name, answer["errors"])
        found += answer["data"]["nodes"]
    return found


@dataclass(frozen=True, slots=True)
class Listing:
    """A root list of a node type: its field, and its filter input if there is one."""

    field: str
    node: str
    filter: GraphQLInputObjectType | None


#: Narrower than the type's own list: what is posted now.
_NARROWER = {"publicityNotices"}


def listings() -> list[Listing]:
    """Every root list that shows all the viewer may see of a node type."""
    query = SCHEMA.query_type
    assert query is not None
    return [
        Listing(name, get_named_type(nodes.type).name, _filter_of(field))
        for name, field in query.fields.items()
        if name not in _NARROWER and (nodes := _nodes_of(field)) is not None
    ]


def _nodes_of(field: GraphQLField) -> GraphQLField | None:
    page = get_named_type(field.type)
    if not isinstance(page, GraphQLObjectType) or "totalCount" not in page.fields:
        return None
    return page.fields["nodes"]


def _filter_of(field: GraphQLField) -> GraphQLInputObjectType | None:
    given = field.args.get("filter")
    found = get_named_type(given.type) if given else None
    return found if isinstance(found, GraphQLInputObjectType) else None


async def read_list(viewer: Viewer, listing: Listing) -> tuple[list[str], int]:
    """All ids of a list, page by page, and what it says there are."""
    text = (
        f"query ($after: String) {{ {listing.field}(first: 100, after: $after) "
        "{ nodes { id } totalCount pageInfo { hasNextPage endCursor } } }"
    )
    found: list[str] = []
    after: str | None = None
    while True:
        answer = await gql(viewer, text, after=after)
        assert answer["errors"] == [], (listing.field, answer["errors"])
        page = answer["data"][listing.field]
        found += [each["id"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found, page["totalCount"]


@dataclass(frozen=True, slots=True)
class Command:
    """A mutation on an object that exists: its name, the object's type, and a well-formed input for it."""

    name: str
    node: str
    input: Mapping[str, Any]


def commands() -> list[Command]:
    """Every mutation whose input names one object by `id` and whose payload shows a node of that type."""
    mutation = SCHEMA.mutation_type
    assert mutation is not None
    return [made for name, field in mutation.fields.items() if (made := _command(name, field)) is not None]


def _command(name: str, field: GraphQLField) -> Command | None:
    given, payload = get_named_type(field.args["input"].type), get_named_type(field.type)
    assert isinstance(given, GraphQLInputObjectType)
    assert isinstance(payload, GraphQLObjectType)
    shown = [get_named_type(each.type) for key, each in payload.fields.items() if key != "userErrors"]
    node = next((each for each in shown if "id" in getattr(each, "fields", {})), None)
    if "id" not in given.fields or node is None:
        return None
    return Command(name, node.name, _value(given))


def _value(type_: Any) -> Any:
    """Some well-formed value of an input type, with what is required only."""
    if isinstance(type_, GraphQLNonNull):
        return _value(type_.of_type)
    if isinstance(type_, GraphQLList):
        return [_value(type_.of_type)]
    if isinstance(type_, GraphQLInputObjectType):
        required = {name: each for name, each in type_.fields.items() if is_required_input_field(each)}
        return {name: _value(each.type) for name, each in required.items()}
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    return global_id("Organisation", uuid4()) if type_.name == "ID" else _VALUES[type_.name]


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every leaf of an answer with the names that lead to it."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, path)
    else:
        yield path, value


def objects_with(value: Any, name: str) -> Iterator[dict[str, Any]]:
    """Every object of an answer that has a field of this name."""
    if isinstance(value, dict):
        if name in value:
            yield value
        for each in value.values():
            yield from objects_with(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from objects_with(each, name)
