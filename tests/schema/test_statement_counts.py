"""House rule: a list costs a designed number of statements, the same for one row as for three.

The documents are made from the schema: every list with every column, every to-one relation, every list of parts, the
available actions and the timeline. A new field that asks the database once a row fails here.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from re import sub
from typing import Any

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
)

from domain.certificates.models import Certificate
from domain.core import clock
from domain.core.roles import PUBLIC, Viewer
from domain.units.models import IntegrityRecord
from domain.units.names import IntegrityBasis
from tests.graphql import gql
from tests.schema.hostile_inputs import SCHEMA
from tests.stages import results, reviews
from tests.statements import statements

assert SCHEMA.query_type is not None
FIELDS = SCHEMA.query_type.fields
LISTS = [name for name, field in FIELDS.items() if "last" in field.args]
#: How deep a document follows relations below the row of the list.
DEPTH = 1


def selection(type_: Any, depth: int) -> str:
    """Every field that needs no argument, relations down to `depth`."""
    parts = ["__typename"] if isinstance(type_, GraphQLUnionType | GraphQLInterfaceType) else []
    for name, field in getattr(type_, "fields", {}).items():
        if any(is_required_argument(each) for each in field.args.values()):
            continue
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            if depth > 0:
                parts.append(f"{name} {selection(inner, depth - 1)}")
        else:
            parts.append(name)
    return "{ " + " ".join(parts or ["__typename"]) + " }"


def row_type(name: str) -> GraphQLObjectType:
    connection: Any = get_named_type(FIELDS[name].type)
    found: GraphQLObjectType = get_named_type(connection.fields["nodes"].type)
    return found


@pytest.fixture(scope="module")
async def bureau(database: str) -> Viewer:
    """An officer before whom three units went all the way, so that every list has three rows alike."""
    viewer: Viewer | None = None
    for _ in range(3):
        posted, _certificates = await results.certificates(1)
        await results.filed_lead(posted)
        await results.open_publicity(n=1)
        someone = await reviews.employee(posted.stage)
        await IntegrityRecord.create(
            person_id=someone.person_id,
            unit_id=posted.stage.unit.id,
            basis=IntegrityBasis.FRAUD,
            from_on=clock.today(),
            until_on=clock.today() + timedelta(days=365),
        )
        viewer = posted.stage.municipal
    assert viewer is not None
    return viewer


async def sent_for(viewer: Viewer, name: str, first: int) -> tuple[int, list[str]]:
    """How many rows a list gave with everything in it, and the statements it took, whatever their values."""
    document = f"{{ {name}(first: {first}) {{ totalCount nodes {selection(row_type(name), DEPTH)} }} }}"
    with statements() as sent:
        answer = await gql(viewer, document)
    assert answer["errors"] == []
    return len(answer["data"][name]["nodes"]), [sub(r"\(\$\d+(,\$\d+)*\)", "(…)", each) for each in sent]


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_asks_nothing_once_a_row(name: str, bureau: Viewer) -> None:
    """Three rows may lead to a relation that one row leaves empty, but none is asked for more often than once."""
    rows, one = await sent_for(bureau, name, 1)
    more, three = await sent_for(bureau, name, 3)
    assert (rows, more) == (1, 3)
    often, before = Counter(three), Counter(one)
    assert {each: n for each, n in often.items() if n > max(1, before[each])} == {}


async def count(viewer: Viewer, document: str) -> int:
    with statements() as sent:
        answer = await gql(viewer, document)
    assert answer["errors"] == []
    return len(sent)


async def test_a_certificate_is_checked_with_one_statement(bureau: Viewer) -> None:
    """The busiest read of all is open to everybody; a wrong name costs no more than the right one."""
    row = await Certificate.all().order_by("-created_at").first()
    assert row is not None
    ask = '{{ certificateStatus(number: "{}", holderName: "{}") {{ __typename }} }}'
    for name in (row.holder_name, "某某"):
        assert await count(PUBLIC, ask.format(row.number, name)) == 1


@pytest.mark.parametrize("first", [1, 3])
async def test_what_the_two_busiest_pages_cost(bureau: Viewer, first: int) -> None:
    """Units with actions and history: rows, bureaus, facts, audit. Results: rows, units, candidacies."""
    units = (
        "nodes { name state districtBureau { name } availableActions { name allowed } timeline { event } }"
    )
    results = "nodes { personName outcome unit { name } candidacy { name } }"
    await count(bureau, f"{{ units(first: {first}) {{ {units} }} }}")
    assert await count(bureau, f"{{ units(first: {first}) {{ {units} }} }}") == 4
    assert await count(bureau, f"{{ results(first: {first}) {{ {results} }} }}") == 3
