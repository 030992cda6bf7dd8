"""Lists: every page in its place, whichever way one walks, and nothing that a client sends breaks one."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLInputObjectType, get_named_type

from domain.core.clock import BEIJING
from domain.core.errors import Refused
from domain.core.roles import PUBLIC
from schema.core import global_id
from schema.core.context import Context
from schema.root import schema
from tests.graphql import gql
from tests.schema.hostile_inputs import HOSTILE, SCHEMA
from tests.stages import reviews
from tests.stages.units import Stage, new_unit

ROWS = 25
PAGE = """
query ($u: ID!, $first: Int, $after: String, $last: Int, $before: String, $by: EmploymentOrder,
       $and: [EmploymentFilter!]) {
  employments(first: $first, after: $after, last: $last, before: $before, orderBy: $by,
              filter: {unit: {eq: $u}, and: $and}) {
    totalCount edges { cursor node { id staffNumber } } nodes { staffNumber }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
"""


@pytest.fixture(scope="module")
async def roster(database: str) -> Stage:
    """Twenty-five people; several share a moment, a name and a day, so that only the tie-break orders them."""
    stage = await new_unit()
    for place in range(ROWS):
        await reviews.employee(
            stage,
            name=f"职工{place:02}",
            staff_number=f"S{place:02}",
            created_at=datetime(2026, 1, 1 + place // 5, tzinfo=BEIJING),
            started_on=date(2018, 7, 1 + place % 3),
        )
    await reviews.employee(await new_unit(), name="某某", staff_number="S99")
    return stage


async def page(stage: Stage, **arguments: Any) -> dict[str, Any]:
    answer = await gql(stage.office, PAGE, u=global_id("Unit", stage.unit.id), **arguments)
    assert answer["errors"] == []
    found: dict[str, Any] = answer["data"]["employments"]
    return found


async def refusal(stage: Stage, **arguments: Any) -> tuple[str, str]:
    """The rule and field of the one refusal that a wrong list call meets."""
    given = {"u": global_id("Unit", stage.unit.id), **arguments}
    context = Context(viewer=stage.office, request_id="test")
    result = await schema.execute(PAGE, variable_values=given, context_value=context)
    [error] = result.errors or []
    assert isinstance(error.original_error, Refused), error
    [found] = error.original_error.refusals
    return found.rule.id, found.field


def numbers(found: dict[str, Any]) -> list[str]:
    return [edge["node"]["staffNumber"] for edge in found["edges"]]


def orders() -> list[str | None]:
    order: Any = SCHEMA.type_map["EmploymentOrder"]
    return [None, *order.values]


# --- Paging


@pytest.mark.parametrize("size", [1, 4, 5, 24, 25, 26])
@pytest.mark.parametrize("by", orders())
async def test_the_pages_put_together_are_the_whole(roster: Stage, by: str | None, size: int) -> None:
    """In each order and in both directions: nobody twice, nobody missing, and the flags say where it ends."""
    whole = numbers(await page(roster, first=100, by=by))
    assert sorted(whole) == [f"S{place:02}" for place in range(ROWS)]
    forwards: list[str] = []
    cursor, more = None, True
    while more:
        found = await page(roster, first=size, after=cursor, by=by)
        assert found["pageInfo"]["hasPreviousPage"] is (cursor is not None)
        forwards += numbers(found)
        cursor, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    backwards: list[str] = []
    cursor, more = None, True
    while more:
        found = await page(roster, last=size, before=cursor, by=by)
        assert found["pageInfo"]["hasNextPage"] is (cursor is not None)
        backwards = numbers(found) + backwards
        cursor, more = found["pageInfo"]["startCursor"], found["pageInfo"]["hasPreviousPage"]
    assert (forwards, backwards) == (whole, whole)


async def test_between_two_cursors_lies_what_lies_between(roster: Stage) -> None:
    whole = (await page(roster, first=100))["edges"]
    between = {"after": whole[3]["cursor"], "before": whole[9]["cursor"]}
    expected = [edge["node"]["staffNumber"] for edge in whole[4:9]]
    assert numbers(await page(roster, first=100, **between)) == expected
    assert numbers(await page(roster, last=2, **between)) == expected[-2:]
    assert numbers(await page(roster, first=2, **between)) == expected[:2]


async def test_the_count_is_of_the_list_and_not_of_the_page(roster: Stage) -> None:
    found = await page(roster, first=2)
    assert (found["totalCount"], len(found["nodes"]), len(found["edges"])) == (ROWS, 2, 2)
    empty = await page(roster, first=2, **{"and": [{"name": {"eq": "某某"}}]})
    nowhere = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert (empty["totalCount"], empty["edges"], empty["pageInfo"]) == (0, [], nowhere)


async def test_rows_that_come_between_pages_move_nobody(roster: Stage) -> None:
    """A keyset page begins after a row, and not after a number of rows."""
    stage = await new_unit()
    for place in range(4):
        await reviews.employee(stage, name=f"N{place}", staff_number=f"S{place}")
    first = await page(stage, first=2, by="NAME_ASC")
    await reviews.employee(stage, name="M9", staff_number="R9")
    second = await page(stage, first=2, after=first["pageInfo"]["endCursor"], by="NAME_ASC")
    assert (numbers(first), numbers(second)) == (["S0", "S1"], ["S2", "S3"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, ("S-5", "first")),
        ({"first": 1, "last": 1}, ("S-5", "first")),
        ({"first": None, "last": None}, ("S-5", "first")),
        ({"first": 0}, ("S-7", "first")),
        ({"first": -1}, ("S-7", "first")),
        ({"first": 101}, ("S-7", "first")),
        ({"first": 2**31 - 1}, ("S-7", "first")),
        ({"last": 0}, ("S-7", "last")),
        ({"last": 101}, ("S-7", "last")),
    ],
)
async def test_a_page_has_one_size_of_1_to_100(
    roster: Stage, arguments: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert await refusal(roster, **arguments) == expected


# --- Cursors


def flipped(cursor: str, place: int) -> str:
    """The cursor with one bit of one byte turned."""
    raw = bytearray(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[place % len(raw)] ^= 1
    return urlsafe_b64encode(raw).decode().rstrip("=")


async def test_a_cursor_with_any_byte_changed_is_refused(roster: Stage) -> None:
    cursor = (await page(roster, first=1))["pageInfo"]["endCursor"]
    size = len(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    for place in range(size):
        assert await refusal(roster, first=1, after=flipped(cursor, place)) == ("S-5", "after")


@pytest.mark.parametrize("cursor", ["", "x", "=", "游标", "\0", "\ud800", "A" * 512, "A" * 100_000, "e30"])
async def test_a_made_up_cursor_is_refused(roster: Stage, cursor: str) -> None:
    assert await refusal(roster, first=1, after=cursor) == ("S-5", "after")
    assert await refusal(roster, last=1, before=cursor) == ("S-5", "before")


async def test_a_cursor_belongs_to_its_list_and_order(roster: Stage) -> None:
    cursor = (await page(roster, first=1, by="NAME_ASC"))["pageInfo"]["endCursor"]
    assert await refusal(roster, first=1, after=cursor) == ("S-5", "after")
    assert await refusal(roster, first=1, after=cursor, by="NAME_DESC") == ("S-5", "after")
    assert len(numbers(await page(roster, first=1, after=cursor, by="NAME_ASC"))) == 1
    other = "{ units(first: 1) { pageInfo { endCursor } } }"
    foreign = (await gql(roster.office, other))["data"]["units"]["pageInfo"]["endCursor"]
    assert await refusal(roster, first=1, after=foreign) == ("S-5", "after")


# --- Filters


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, ROWS),
        ({"name": {"in": ["职工01", "职工02", "某某"]}}, 2),
        ({"name": {"in": []}}, 0),
        ({"name": {"contains": "职工"}}, ROWS),
        ({"name": {"contains": "%"}}, 0),
        ({"name": {"contains": "_"}}, 0),
        ({"name": {"contains": "\\"}}, 0),
        ({"name": {"contains": "工0"}}, 10),
        ({"or": [{"name": {"eq": "职工01"}}, {"name": {"eq": "职工02"}}]}, 2),
        ({"and": [{"name": {"eq": "职工01"}}, {"name": {"eq": "职工02"}}]}, 0),
        ({"not": {"name": {"in": ["职工01", "职工02"]}}}, ROWS - 2),
        ({"not": {"or": [{"name": {"eq": "职工01"}}, {"name": {"contains": "工1"}}]}}, ROWS - 11),
        ({"or": []}, ROWS),
        ({"and": []}, ROWS),
        ({"not": {}}, ROWS),
        ({"name": {}}, ROWS),
        ({"name": None}, ROWS),
        ({"name": {"eq": None}}, ROWS),
    ],
)
async def test_what_a_filter_means(roster: Stage, condition: dict[str, Any], expected: int) -> None:
    found = await page(roster, first=100, **{"and": [condition]})
    assert (found["totalCount"], len(found["nodes"])) == (expected, expected)


@pytest.mark.parametrize("lookup", ["eq", "contains"])
@pytest.mark.parametrize("text", ["x" * 10_000, "职" * 10_000, "职工01" + " " * 60])
async def test_a_value_longer_than_its_column_matches_nothing(roster: Stage, lookup: str, text: str) -> None:
    found = await page(roster, first=100, **{"and": [{"name": {lookup: text}}]})
    assert found["totalCount"] == 0
    among = await page(roster, first=100, **{"and": [{"name": {"in": [text, "职工01"]}}]})
    assert numbers(among) == ["S01"]
    others = await page(roster, first=100, **{"and": [{"not": {"name": {lookup: text}}}]})
    assert others["totalCount"] == ROWS


@pytest.mark.parametrize("lookup", ["eq", "contains"])
@pytest.mark.parametrize("text", ["\0", "职工01\0", "\ud800", "职\udfff"])
async def test_a_value_that_is_no_text_is_refused(roster: Stage, lookup: str, text: str) -> None:
    wrong = {"and": [{"name": {lookup: text}}]}
    assert await refusal(roster, first=1, **wrong) == ("S-5", "filter.name")
    among = {"and": [{"name": {"in": ["职工01", text]}}]}
    assert await refusal(roster, first=1, **among) == ("S-5", "filter.name")


async def test_a_filter_has_bounds(roster: Stage) -> None:
    """At most 100 choices and alternatives, and no deeper than anybody writes by hand."""
    hundred = [{"name": {"in": [f"职工{place:02}" for place in range(100)]}}]
    assert (await page(roster, first=1, **{"and": hundred}))["totalCount"] == ROWS
    more = [{"name": {"in": ["职"] * 101}}]
    assert await refusal(roster, first=1, **{"and": more}) == ("S-7", "filter.name")
    for word in ("and", "or"):
        wide = [{word: [{"name": {"eq": "职工01"}}] * 101}]
        assert await refusal(roster, first=1, **{"and": wide}) == ("S-7", f"filter.{word}")
    deep: dict[str, Any] = {"name": {"eq": "职工01"}}
    for _ in range(4):
        deep = {"not": deep}
    assert (await page(roster, first=1, **{"and": [deep]}))["totalCount"] == 1
    assert await refusal(roster, first=1, **{"and": [{"not": {"not": deep}}]}) == ("S-7", "filter")


# --- Every list, with everything that a client may send


LISTS = [name for name, field in SCHEMA.query_type.fields.items() if "last" in field.args]  # type: ignore[union-attr]


def hostile_filters(list_name: str) -> list[dict[str, Any]]:
    """Each column of a list with each hostile value under each lookup."""
    arguments = SCHEMA.query_type.fields[list_name].args  # type: ignore[union-attr]
    if "filter" not in arguments:
        return []
    made = []
    condition_type: Any = get_named_type(arguments["filter"].type)
    for column, field in condition_type.fields.items():
        inner = get_named_type(field.type)
        if column in {"and", "or", "not"} or not isinstance(inner, GraphQLInputObjectType):
            continue
        for lookup, each in inner.fields.items():
            leaf = get_named_type(each.type).name
            for value in HOSTILE.get(leaf, ["GARBAGE", "", None]):
                made.append({column: {lookup: [value] if lookup == "in" else value}})
    return made


@pytest.mark.parametrize("name", LISTS)
async def test_no_filter_breaks_a_list(name: str, roster: Stage) -> None:
    field = SCHEMA.query_type.fields[name]  # type: ignore[union-attr]
    given = hostile_filters(name)
    if not given:
        assert "filter" not in field.args
        return
    kind = get_named_type(field.args["filter"].type).name
    document = f"query ($f: {kind}) {{ {name}(first: 2, filter: $f) {{ totalCount nodes {{ id }} }} }}"
    faults = []
    for viewer in (roster.office, roster.municipal, PUBLIC):
        for condition in given:
            context = Context(viewer=viewer, request_id="test")
            answer = await schema.execute(document, variable_values={"f": condition}, context_value=context)
            for error in answer.errors or []:
                if not isinstance(error.original_error, Refused | GraphQLError | None):
                    faults.append((condition, repr(error.original_error)))
    assert faults == []
