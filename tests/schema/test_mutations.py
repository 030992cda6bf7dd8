"""No mutation, by no role, with no input, fails on our side: it acts, or says what is wrong with the request.

Inputs are made from the schema itself, so that a new mutation is under this test from its first day.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any
from zlib import crc32

import pytest
from graphql import GraphQLError
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from domain.accounts.models import Person
from domain.core.access import Guarded
from domain.core.errors import Refused
from domain.core.roles import PUBLIC, Role, Viewer
from domain.experts.models import Expert
from domain.publicity.models import PublicityEntry
from schema.core import global_id
from schema.core.context import Context
from schema.core.ids import parse_id
from schema.core.nodes import NODES
from schema.root import schema
from tests.schema.hostile_inputs import MUTATIONS, Corner, Inventor, own_type
from tests.stages import committees, people, results, reviews, units
from tests.stages.reviews import applicant_of, employee
from tests.stages.units import Stage

#: Who acts in each corner, in this order.
ROLES = (
    Role.UNIT,
    Role.DISTRICT_BUREAU,
    Role.SUPERVISING_DEPARTMENT,
    Role.INDUSTRY_AUTHORITY,
    Role.MUNICIPAL_BUREAU,
    Role.APPLICANT,
    Role.EXPERT,
    Role.MACHINE,
    Role.PUBLIC,
)
#: How many more inputs they try who get past the door, and which shares of the leaves are hostile.
TRIES = 2
SHARES = (0.04, 0.12, 0.3)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one attempt: the codes of its refusals, and what went wrong on our side."""

    codes: set[str]
    faults: list[Exception]
    given: dict[str, Any]


@pytest.fixture(scope="module")
async def corners(database: str) -> list[Corner]:
    """Five units: two still apply, one reviews, one waits for acceptance, one has certified somebody."""
    applying = await units.new_unit()
    await units.drafted(applying)
    evaluated = await units.new_unit()
    await units.examined(evaluated)
    preparing = await units.recognised_unit()
    rounded = await reviews.open_round(preparing, members=11)
    await reviews.verified_candidacy(rounded)
    await reviews.drafted_candidacy(rounded)
    await reviews.opened_ballot(await reviews.opened_sitting(await reviews.scheduled_sitting(rounded)))
    await committees.drafted_policy(await preparing.fresh())
    await committees.forming_committee(preparing)
    waiting = await results.submitted_package(1)
    done, _ = await results.certificates(1)
    await results.heard_lead(done)
    await results.filed_lead(done)
    return [await _corner(each) for each in (applying, evaluated, preparing, waiting.stage, done.stage)]


async def _corner(stage: Stage) -> Corner:
    candidate = await applicant_of(await employee(stage))
    pooled = await Expert.filter(unit_id=stage.unit.id).prefetch_related("person").first()
    person = pooled.person if pooled else await Person.create(name="专家")
    expert = await people.officer(Role.EXPERT, stage.unit.id, "专家", person)
    machine = Viewer(Role.MACHINE, organisation_id=stage.unit.id, client_id="hr", name="人事系统")
    await people.paper(stage.office)
    bodies = [stage.office, stage.district, stage.supervisor, stage.industry, stage.municipal]
    viewers = [*bodies, candidate, expert, machine, PUBLIC]
    assert tuple(viewer.role for viewer in viewers) == ROLES
    return Corner(viewers, await _objects(stage))


async def _objects(stage: Stage) -> dict[str, list[tuple[str, int]]]:
    models: dict[str, type[Guarded]] = {name: spec.model for name, spec in NODES.items()}
    models["PublicityEntry"] = PublicityEntry
    found = {}
    for name, model in models.items():
        if (path := _path_to_unit(model)) is not None:
            rows = await model.filter(**{path: stage.unit.id}).limit(40)
            found[name] = [(global_id(name, row.pk), getattr(row, "version", 1)) for row in rows]
    bodies = (stage.unit.district_bureau_id, stage.unit.supervising_department_id, stage.agency.id)
    found["Organisation"] = [(global_id("Organisation", id), 1) for id in bodies if id is not None]
    return found


def _path_to_unit(model: type[Guarded]) -> str | None:
    """How a model leads to its unit: by its own column, or by the first of its foreign keys that does."""
    if model.__name__ == "StoredFile":
        return "organisation_id"
    if path := getattr(model, "unit_path", None) or ("unit_id" if "unit" in model._meta.fk_fields else None):
        return str(path)
    for name in sorted(model._meta.fk_fields):
        field: Any = model._meta.fields_map[name]
        if name != "file" and (path := _path_to_unit(field.related_model)) is not None:
            return f"{name}__{path}"
    return None


async def _tried(viewer: Viewer, mutation: str, given: dict[str, Any], state: Any = None) -> Tried:
    """Runs a mutation and takes back whatever it did, so that the next meets the same world."""
    kind = mutation[0].upper() + mutation[1:]
    document = (
        f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {{ userErrors {{ code field }} }} }}"
    )
    async with in_transaction() as db:
        if state is not None:
            await _put(given.get("id"), state)
        context = Context(viewer=viewer, request_id="test")
        answer = await schema.execute(document, variable_values={"input": given}, context_value=context)
        await db.rollback()
    originals = [error.original_error for error in answer.errors or []]
    faults = [each for each in originals if each is not None and not isinstance(each, Refused | GraphQLError)]
    payload = (answer.data or {}).get(mutation) or {}
    return Tried({each["code"] for each in payload.get("userErrors", ())}, faults, given)


async def _put(id: Any, state: Any) -> None:
    """Puts a row into a state of its lifecycle, whatever else it holds."""
    found = parse_id(id) if isinstance(id, str) else None
    spec = NODES.get(found[0]) if found else None
    if found and spec and spec.lifecycle and isinstance(state, spec.lifecycle.states):
        # Where only one row may be in that state (a policy in force), this one stays where it was.
        with suppress(IntegrityError):
            async with in_transaction():
                await spec.model.filter(id=found[1]).update(state=state)


def _states(mutation: str) -> list[Any]:
    """The states that the mutation's object may be put in. A box stays: its secrets go with its sitting's state."""
    spec = NODES.get(own_type(mutation))
    forced = spec is not None and spec.lifecycle is not None and own_type(mutation) != "BallotBox"
    return list(spec.lifecycle.states) if forced else [None] * 5  # type: ignore[union-attr]


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_no_input_breaks_a_mutation(mutation: str, corners: list[Corner]) -> None:
    """Every role tries; who finds the object and may act on it tries more, with the object in other states too."""
    random = Random(crc32(mutation.encode()))
    tried: list[tuple[Role, Tried]] = []
    for place in range(len(ROLES)):
        for corner in corners:
            viewer = corner.viewers[place]
            given = Inventor(random, corner, SHARES[0]).input_of(mutation)
            tried.append((viewer.role, await _tried(viewer, mutation, given)))
            if "FORBIDDEN" in tried[-1][1].codes:
                break
            if "NOT_FOUND" in tried[-1][1].codes:
                continue
            for state in random.sample(_states(mutation), k=TRIES):
                given = Inventor(random, corner, random.choice(SHARES)).input_of(mutation)
                tried.append((viewer.role, await _tried(viewer, mutation, given, state)))
    assert {role for role, _ in tried} == set(ROLES)
    assert [(role, repr(fault), each.given) for role, each in tried for fault in each.faults] == []


async def test_what_a_client_got_wrong_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Its values may be a name or an identity number; the answer says what is wrong, and nobody else learns it."""
    number = "110000199001010015"
    document = "query ($n: Int) { units(first: $n) { totalCount } }"
    context = Context(viewer=PUBLIC, request_id="test")
    for given in (number, 0, None):
        answer = await schema.execute(document, variable_values={"n": given}, context_value=context)
        assert len(answer.errors or []) == 1
    assert [each.getMessage() for each in caplog.records if each.name.startswith("strawberry")] == []
