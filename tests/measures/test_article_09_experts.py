"""Art. 9(4), Order 40: the filed pool of experts, their terms, and who may know who they are."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest

from domain.accounts.models import Person
from domain.core import clock
from domain.core.calls import BY_SYSTEM, Call
from domain.core.errors import Refused
from domain.core.roles import Role, Viewer
from domain.experts import commands as pool
from domain.experts.models import Expert, ExpertTie
from domain.experts.nominations import Nomination
from domain.experts.reads import terms_to_end
from domain.units.models import Employment
from domain.units.names import PostType, RelationKind
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.stages import committees as stages
from tests.stages import people
from tests.stages.committees import beijing
from tests.stages.units import Stage, new_unit, recognised_unit

At = Callable[[datetime], None]
STATE = "expert { id state version name }"
PARTICULARS = {
    "name": "王 小明",
    "series": "05",
    "specialty": "计算机应用",
    "titleLevel": "SENIOR",
    "titleName": "正高级工程师",
    "titleObtainedOn": "2015-06-30",
    "employerName": "北京示例科技有限公司",
    "termStart": "2026-01-01",
    "termEnd": "2028-12-31",
}


def on(row: Expert, **given: Any) -> dict[str, Any]:
    return {"id": global_id("Expert", row.id), "version": row.version, **given}


async def state_of(row: Expert) -> str:
    return str((await Expert.get(id=row.id)).state)


@pytest.fixture
async def stage(at: At) -> Stage:
    at(beijing(2026, 3, 2, 9))
    return await recognised_unit()


async def test_the_unit_nominates_and_the_bureau_files(stage: Stage) -> None:
    """N-6, B-2: nobody files his own nominee."""
    number = people.identity_number()
    made = await act(stage.office, "expertNominate", {**PARTICULARS, "identityNumber": number}, STATE)
    assert (made["expert"]["state"], made["expert"]["name"]) == ("NOMINATED", "王小明")
    row = await Expert.get(unit_id=stage.unit.id)
    refused = await act(stage.office, "expertActivate", on(row))
    assert [error["code"] for error in refused["userErrors"]] == ["FORBIDDEN"]
    filed = await act(stage.municipal, "expertActivate", on(row), STATE)
    assert filed["expert"]["state"] == "ACTIVE"
    person = await Person.get(id=row.person_id)
    assert (person.identity_mask[-4:], number.encode() in bytes(person.identity_sealed or b"")) == (
        number[-4:],
        False,
    )


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"termEnd": "2029-01-01"}, []),  # three years to the day
        ({"termEnd": "2029-01-02"}, [("N-6", ["termEnd"])]),
        ({"termEnd": "2025-12-31"}, [("N-6", ["termEnd"])]),
        ({"termEnd": "2026-03-01"}, [("N-6", ["termEnd"])]),  # over before it is filed
        ({"termStart": "9999-01-01", "termEnd": "9999-12-31"}, [("S-7", ["termStart"])]),
        ({"titleLevel": "TECHNICIAN", "series": "01"}, [("B-10", ["titleLevel"])]),
        ({"titleObtainedOn": "2026-03-03"}, [("S-5", ["titleObtainedOn"])]),
        ({"identityNumber": "110000195001010010"}, [("S-5", ["identityNumber"])]),
        (
            {"name": " ", "specialty": "", "termEnd": "2030-01-01"},
            [("S-5", ["name"]), ("S-5", ["specialty"]), ("N-6", ["termEnd"])],
        ),
    ],
)
async def test_a_nomination_is_checked_all_at_once(
    stage: Stage, wrong: dict[str, str], told: list[tuple[str, list[str]]]
) -> None:
    """N-6: a term of three years at most; B-10: a title that exists."""
    given = {**PARTICULARS, "identityNumber": people.identity_number(), **wrong}
    payload = await act(stage.office, "expertNominate", given)
    assert [(error["rule"]["id"], error["field"]) for error in payload["userErrors"]] == told
    assert await Expert.filter(unit_id=stage.unit.id).count() == (0 if told else 1)


async def test_a_person_is_in_the_pool_once(stage: Stage) -> None:
    """S-13: of three nominations at once, one; another unit may nominate the same person."""
    number, given = people.identity_number(), Nomination(**stages.nomination())
    answers = await gather(
        *(pool.nominate(Call(stage.office), number, given) for _ in range(3)), return_exceptions=True
    )
    refused = [each for each in answers if isinstance(each, Refused)]
    assert len([each for each in answers if isinstance(each, Expert)]) == 1
    assert [refusal.rule.id for each in refused for refusal in each.refusals] == ["S-13"] * 2
    other = await recognised_unit()
    elsewhere = await pool.nominate(Call(other.office), number, given)
    row = await Expert.get(unit_id=stage.unit.id)
    assert (elsewhere.person_id, elsewhere.id) == (row.person_id, elsewhere.id)


async def test_a_unit_without_the_right_has_no_pool(at: At) -> None:
    """R-4.1."""
    at(beijing(2026, 3, 2, 9))
    candidate = await new_unit()
    given = {**PARTICULARS, "identityNumber": people.identity_number()}
    assert rules_of(await act(candidate.office, "expertNominate", given)) == ["R-4.1"]


async def test_a_term_ends_with_its_last_day(stage: Stage, at: At) -> None:
    """N-6: at 24:00 in Beijing, by the worker."""
    row = await stages.active_expert(stage, term_start=date(2026, 1, 1), term_end=date(2026, 6, 30))
    at(beijing(2026, 6, 30, 23, 59, 58))
    assert row.id not in await terms_to_end(clock.today())
    with pytest.raises(Refused) as refused:
        await pool.end_term(BY_SYSTEM, row.id)
    assert [each.rule.id for each in refused.value.refusals] == ["N-6"]
    at(beijing(2026, 7, 1))
    assert row.id in await terms_to_end(clock.today())
    assert (await pool.end_term(BY_SYSTEM, row.id)).state == "TERM_ENDED"


async def test_a_nominee_whose_term_is_over_is_not_filed(stage: Stage, at: At) -> None:
    """N-6."""
    row = await stages.nominated_expert(stage, term_start=date(2026, 1, 1), term_end=date(2026, 6, 30))
    at(beijing(2026, 7, 1))
    assert rules_of(await act(stage.municipal, "expertActivate", on(row))) == ["N-6"]
    assert await state_of(row) == "NOMINATED"


async def test_only_the_bureau_suspends_and_disqualifies(stage: Stage) -> None:
    """N-25: with a reason; a disqualified expert does not come back."""
    row = await stages.active_expert(stage)
    for name in ("expertSuspend", "expertDisqualify"):
        refused = await act(stage.office, name, on(row, reason="违规。"))
        assert [error["code"] for error in refused["userErrors"]] == ["FORBIDDEN"]
    assert rules_of(await act(stage.municipal, "expertSuspend", on(row, reason=" "))) == ["S-10"]
    suspended = await act(stage.municipal, "expertSuspend", on(row, reason="核查。"), STATE)
    assert suspended["expert"]["state"] == "SUSPENDED"
    row = await Expert.get(id=row.id)
    back = await act(stage.municipal, "expertReinstate", on(row, reason="查无问题。"), STATE)
    assert back["expert"]["state"] == "ACTIVE"
    row = await Expert.get(id=row.id)
    out = await act(stage.municipal, "expertDisqualify", on(row, reason="泄露评审信息。"), STATE)
    assert out["expert"]["state"] == "DISQUALIFIED"
    row = await Expert.get(id=row.id)
    again = await act(stage.municipal, "expertReinstate", on(row, reason="恢复。"))
    assert [error["code"] for error in again["userErrors"]] == ["INVALID_TRANSITION"]


async def test_an_expert_is_known_to_the_office_himself_and_the_bureau(stage: Stage) -> None:
    """N-17: by id, in lists and in counts, nobody else learns who is an expert."""
    row = await stages.active_expert(stage)
    himself, colleague = (
        await stages.expert_viewer(row),
        await stages.expert_viewer(await stages.active_expert(stage)),
    )
    other = await recognised_unit()
    applicant = Viewer(Role.APPLICANT, organisation_id=stage.unit.id, person_id=uuid4())
    document = (
        "query($id: ID!, $unit: ID!) { node(id: $id) { ... on Expert { name } } "
        "experts(first: 10, filter: {unit: {eq: $unit}}) { totalCount nodes { id } } }"
    )

    async def seen(viewer: Viewer) -> tuple[bool, int]:
        unit = global_id("Unit", stage.unit.id)
        answer = await gql(viewer, document, id=global_id("Expert", row.id), unit=unit)
        assert answer["errors"] == []
        experts = answer["data"]["experts"]
        assert len(experts["nodes"]) == experts["totalCount"]
        return answer["data"]["node"] is not None, experts["totalCount"]

    insiders = (stage.office, himself, stage.municipal)
    assert [await seen(viewer) for viewer in insiders] == [(True, 2), (True, 1), (True, 2)]
    assert await seen(colleague) == (False, 1)
    outsiders = (
        applicant,
        stage.district,
        stage.industry,
        stage.supervisor,
        other.office,
        Viewer(Role.PUBLIC),
        Viewer(Role.MACHINE, organisation_id=stage.unit.id, client_id="hr"),
    )
    assert [await seen(viewer) for viewer in outsiders] == [(False, 0)] * len(outsiders)


async def employed(stage: Stage, name: str) -> Employment:
    person = await Person.create(name=name)
    return await Employment.create(
        unit_id=stage.unit.id,
        person=person,
        name=name,
        post_type=PostType.PROFESSIONAL_TECHNICAL,
        relation=RelationKind.LABOUR_CONTRACT,
        started_on=date(2020, 1, 1),
    )


async def test_ties_are_declared_by_the_expert_or_the_office(stage: Stage) -> None:
    """N-18: by the name on the roster; where two bear it, both are tied."""
    row = await stages.active_expert(stage)
    first, second = await employed(stage, "李同名"), await employed(stage, "李同名")
    himself = await stages.expert_viewer(row)
    given = {"kind": "RELATIVE", "note": "表兄弟"}
    nobody = await act(himself, "expertDeclareTie", on(row, staffName="查无此人", **given))
    assert [(error["rule"]["id"], error["field"]) for error in nobody["userErrors"]] == [
        ("S-21", ["staffName"])
    ]
    declared = await act(
        himself,
        "expertDeclareTie",
        on(row, staffName="李 同名", **given),
        "expert { version ties { personName kind note } }",
    )
    assert declared["expert"]["ties"] == [{"personName": "李同名", "kind": "RELATIVE", "note": "表兄弟"}] * 2
    assert {each.person_id for each in await ExpertTie.filter(expert_id=row.id)} == {
        first.person_id,
        second.person_id,
    }
    row = await Expert.get(id=row.id)
    again = await act(stage.office, "expertDeclareTie", on(row, staffName="李同名", **given))
    assert rules_of(again) == ["S-13"]
