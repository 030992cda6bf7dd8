"""Every way to an object gives the same answer: `node`, `nodes`, its list, its count, a filter, a command.

Out of jurisdiction and not there are the same, to the letter.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from tortoise import fields

from domain.core.access import visible
from domain.core.roles import Viewer
from schema.core import global_id
from schema.core.nodes import NODES
from tests.access.walk import Command, Listing, commands, listings, read_list, read_nodes
from tests.access.world import Keys, World, keys_of
from tests.graphql import gql

NODE_TYPES = sorted(NODES)
LISTINGS = {each.field: each for each in listings()}
COMMANDS = {each.name: each for each in commands()}
#: One list hangs from the viewer: everybody's own inbox.
UNLISTED_BUT_INBOX = "Message"


def _rows(world: World, name: str) -> Keys:
    model = NODES[name].model.__name__
    return world.rows_a[model] | world.rows_b[model]


@pytest.mark.parametrize("name", NODE_TYPES)
async def test_nodes_shows_what_is_visible_and_nothing_else(world: World, name: str) -> None:
    rows = sorted(_rows(world, name))
    for label, viewer in world.a.viewers().items():
        seen = await keys_of(visible(NODES[name].model, viewer))
        found = await read_nodes(viewer, name, [*rows, uuid4()], depth=0)
        shown = {id for id, each in zip(rows, found, strict=False) if each is not None}
        assert (label, shown, found[-1]) == (label, seen & set(rows), None)


@pytest.mark.parametrize("name", NODE_TYPES)
async def test_node_answers_for_a_hidden_id_as_for_one_that_is_not_there(world: World, name: str) -> None:
    text = "query ($id: ID!) { node(id: $id) { id } }"
    for label, viewer in world.a.viewers().items():
        seen = await keys_of(visible(NODES[name].model, viewer))
        absent = await gql(viewer, text, id=global_id(name, uuid4()))
        assert absent == {"data": {"node": None}, "errors": []}
        for hidden in sorted(_rows(world, name) - seen)[:1]:
            assert (label, await gql(viewer, text, id=global_id(name, hidden))) == (label, absent)
        for shown in sorted(_rows(world, name) & seen)[:1]:
            id = global_id(name, shown)
            assert (await gql(viewer, text, id=id))["data"] == {"node": {"id": id}}


@pytest.mark.parametrize("field", LISTINGS)
async def test_a_list_and_its_count_hold_what_is_visible(world: World, field: str) -> None:
    listing = LISTINGS[field]
    for label, viewer in world.a.viewers().items():
        seen = await keys_of(visible(NODES[listing.node].model, viewer))
        found, count = await read_list(viewer, listing)
        assert (label, set(found)) == (label, {global_id(listing.node, each) for each in seen})
        assert (label, len(found), count) == (label, len(seen), len(seen))


async def test_the_inbox_holds_what_was_said_to_this_hat(world: World) -> None:
    for label, viewer in world.a.viewers().items():
        seen = await keys_of(visible(NODES["Message"].model, viewer))
        answer = await gql(viewer, "{ viewer { inbox(first: 100) { nodes { id } totalCount } } }")
        page = answer["data"]["viewer"]["inbox"]
        shown = {each["id"] for each in page["nodes"]}
        assert (label, shown) == (label, {global_id("Message", each) for each in seen})
        assert page["totalCount"] == len(seen)


def test_every_list_of_a_node_type_is_walked() -> None:
    assert {each.node for each in LISTINGS.values()} <= set(NODES) - {UNLISTED_BUT_INBOX}


@pytest.mark.parametrize("field", [each.field for each in LISTINGS.values() if each.filter is not None])
async def test_a_filter_by_a_hidden_value_finds_what_no_filter_would(world: World, field: str) -> None:
    """For each column: the value of a row out of sight is found as often as among the rows in sight."""
    listing = LISTINGS[field]
    model = NODES[listing.node].model
    assert listing.filter is not None
    names = [name for name in listing.filter.fields if name not in ("and", "or", "not")]
    for label, viewer in world.a.viewers().items():
        seen = await keys_of(visible(model, viewer))
        hidden = await model.get_or_none(id__in=sorted(_rows(world, listing.node) - seen)[:1])
        for name in names if hidden is not None else ():
            column = _column(name)
            condition, where = _condition(hidden, column)
            if condition is None:
                continue
            expected = await visible(model, viewer).filter(**where).count()
            assert (label, name, await _counted(viewer, listing, name, condition)) == (label, name, expected)


def _column(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name)


def _condition(row: Any, column: str) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """What asks for the row's own value of this column, in the filter and in the domain."""
    if column in row._meta.fk_fields:
        target = row._meta.fields_map[column].related_model
        key = getattr(row, f"{column}_id")
        names = [name for name, spec in NODES.items() if spec.model is target]
        return ({"eq": global_id(names[0], key)}, {f"{column}_id": key}) if key and names else (None, {})
    value = getattr(row, column)
    if not isinstance(row._meta.fields_map[column], fields.CharField) or hasattr(value, "value") or not value:
        return None, {}
    return {"eq": value}, {column: value}


async def _counted(viewer: Viewer, listing: Listing, name: str, condition: dict[str, Any]) -> Any:
    assert listing.filter is not None
    text = f"query ($filter: {listing.filter.name}) {{ {listing.field}(first: 1, filter: $filter) {{ totalCount }} }}"
    answer = await gql(viewer, text, filter={name: condition})
    return answer["errors"] or answer["data"][listing.field]["totalCount"]


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_command_on_a_hidden_object_is_refused_as_on_one_that_is_not_there(
    world: World, name: str
) -> None:
    """Code, words, field, state and version are the same, and the code is NOT_FOUND."""
    command = COMMANDS[name]
    viewers = world.b.viewers()
    for label in (
        "UNIT",
        "EXPERT",
        "APPLICANT",
        "DISTRICT_BUREAU",
        "SUPERVISING_DEPARTMENT",
        "MACHINE",
        "PUBLIC",
    ):
        model = NODES[command.node].model
        seen = await keys_of(visible(model, viewers[label]))
        for hidden in sorted(world.rows_a[model.__name__] - seen)[:1]:
            refused = await _refusals(viewers[label], command, hidden)
            assert (label, refused) == (label, await _refusals(viewers[label], command, uuid4()))
            assert "NOT_FOUND" in [each["code"] for each in refused]


async def _refusals(viewer: Viewer, command: Command, id: UUID) -> Any:
    text = (
        f"mutation ($input: {command.name[0].upper()}{command.name[1:]}Input!) {{ {command.name}(input: $input) "
        "{ userErrors { code message messageZh messageEn field rule { id } currentState currentVersion } } }"
    )
    given = {**command.input, "id": global_id(command.node, id), "idempotencyKey": str(uuid4())}
    answer = await gql(viewer, text, input=given)
    assert answer["errors"] == [], answer["errors"]
    return answer["data"][command.name]["userErrors"]
