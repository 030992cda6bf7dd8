"""Art. 4: an employer that applies and obtains the municipal bureau's agreement may hold title reviews."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

from domain.accounts.models import Organisation, OrganisationKind
from domain.applications.models import QualificationApplication
from domain.core.roles import PUBLIC, Role, Viewer
from domain.core.rows import Aggregate
from domain.core.titles import TitleLevel
from domain.units.models import ScopeItem, Unit
from domain.units.reads import scope_allows, scopes_of
from domain.units.scopes import Scope
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.stages import people, units

UNIT = "unit { id state version creditCode }"
APPLICATION = "application { id state version }"


async def profile_of(stage: units.Stage, **changes: Any) -> dict[str, Any]:
    district = global_id("Organisation", stage.unit.district_bureau_id)
    given = {
        "name": "北京另一家科技有限公司",
        "creditCode": people.credit_code(),
        "category": "ABOVE_SCALE_ENTERPRISE",
        "aboveScale": True,
        "ownership": "DISTRICT",
        "totalStaffCount": 1000,
        "technicalStaffCount": 700,
        "districtBureau": district,
    }
    return {**given, **changes}


def on(row: Aggregate, **more: Any) -> dict[str, Any]:
    return {"id": global_id(type(row).__name__, row.id), "version": row.version, **more}


async def test_the_bureau_registers_a_unit_as_a_candidate() -> None:
    """R-4.1: registration gives no right yet."""
    stage = await units.new_unit()
    given = await profile_of(stage)
    payload = await act(stage.municipal, "unitRegister", given, UNIT)
    assert rules_of(payload) == []
    assert payload["unit"]["state"] == "CANDIDATE"
    made = await Unit.get(credit_code=given["creditCode"])
    organisation = await Organisation.get(id=made.id)
    assert (organisation.kind, organisation.code) == (OrganisationKind.UNIT, given["creditCode"])


async def test_a_unit_registers_itself_under_its_own_credit_code() -> None:
    """R-4.1, R-7.1: an organisation registers itself, once, and under no other code than its own."""
    stage = await units.new_unit()
    code = people.credit_code()
    own = await Organisation.create(kind=OrganisationKind.UNIT, code=code, name="自行登记单位")
    office = await people.officer(Role.UNIT, own.id)
    other = await act(office, "unitRegister", await profile_of(stage), UNIT)
    assert rules_of(other) == ["R-7.1"]
    payload = await act(office, "unitRegister", await profile_of(stage, creditCode=code), UNIT)
    assert payload["unit"]["id"] == global_id("Unit", own.id)
    twice = await act(office, "unitRegister", await profile_of(stage, creditCode=code), UNIT)
    assert rules_of(twice) == ["R-7.1"]


async def test_the_bureau_registers_an_employer_that_has_an_account_already() -> None:
    """R-4.1, R-7.1: its officers find their unit; the code of a body that is no employer is refused."""
    stage = await units.new_unit()
    code = people.credit_code()
    own = await Organisation.create(kind=OrganisationKind.UNIT, code=code, name="已开户单位")
    payload = await act(stage.municipal, "unitRegister", await profile_of(stage, creditCode=code), UNIT)
    assert payload["unit"]["id"] == global_id("Unit", own.id)
    twice = await act(stage.municipal, "unitRegister", await profile_of(stage, creditCode=code), UNIT)
    assert rules_of(twice) == ["R-7.1"]
    code = people.credit_code()
    await Organisation.create(kind=OrganisationKind.AUTHORITY, code=code, name="主管部门")
    refused = await act(stage.municipal, "unitRegister", await profile_of(stage, creditCode=code), UNIT)
    assert rules_of(refused) == ["R-7.1"]
    assert not await Unit.filter(credit_code=code).exists()


async def test_a_credit_code_is_registered_once_even_by_two_at_once() -> None:
    """R-7.1: same code twice."""
    stage = await units.new_unit()
    given = await profile_of(stage)
    payloads = await asyncio.gather(*(act(stage.municipal, "unitRegister", given, UNIT) for _ in range(2)))
    assert sorted(rules_of(each) for each in payloads) == [[], ["R-7.1"]]
    assert await Unit.filter(credit_code=given["creditCode"]).count() == 1


async def test_the_same_idempotency_key_registers_once() -> None:
    stage = await units.new_unit()
    given = {**await profile_of(stage), "idempotencyKey": str(uuid4())}
    first = await act(stage.municipal, "unitRegister", given, UNIT)
    assert await act(stage.municipal, "unitRegister", given, UNIT) == first
    changed = await act(stage.municipal, "unitRegister", {**given, "name": "改名"}, UNIT)
    assert rules_of(changed) == ["S-3"]


async def test_nobody_but_unit_and_bureau_registers() -> None:
    stage = await units.new_unit()
    for viewer in (stage.district, stage.supervisor, stage.industry, PUBLIC):
        payload = await act(viewer, "unitRegister", await profile_of(stage), UNIT)
        assert [error["code"] for error in payload["userErrors"]] == ["FORBIDDEN"]


async def test_a_unit_under_evaluation_holds_no_right_yet() -> None:
    """R-4.1: only the decision gives the right; until then nothing may be reviewed."""
    stage = await units.new_unit()
    await units.concluded(stage)
    assert (await stage.fresh()).unit.state == "CANDIDATE"
    assert not await scope_allows(stage.unit.id, "05", "", TitleLevel.SENIOR)


async def test_a_recognised_unit_may_review_what_it_was_granted() -> None:
    """R-8.11, R-13.1: a whole series holds its specialties, at exactly the levels granted."""
    stage = await units.recognised_unit(
        scope=(Scope("05", "人工智能", TitleLevel.SENIOR), Scope("03", "", TitleLevel.INTERMEDIATE))
    )
    candidate = await units.new_unit()
    scopes = await scopes_of([stage.unit.id, candidate.unit.id])
    granted = scopes[stage.unit.id]
    questions = (
        ("05", "人工智能", TitleLevel.SENIOR),
        ("05", "集成电路", TitleLevel.SENIOR),
        ("05", "", TitleLevel.SENIOR),
        ("05", "人工智能", TitleLevel.ASSOCIATE_SENIOR),
        ("03", "物理", TitleLevel.INTERMEDIATE),
    )
    assert [granted.allows(*each) for each in questions] == [True, False, False, False, True]
    assert not scopes[candidate.unit.id]


async def test_one_application_is_open_at_a_time_even_by_two_at_once() -> None:
    """S-14: exactly one of two simultaneous applications begins; after a withdrawal another may."""
    stage = await units.new_unit()
    payloads = await asyncio.gather(
        *(act(stage.office, "applicationCreate", {}, APPLICATION) for _ in range(2))
    )
    assert sorted(rules_of(each) for each in payloads) == [[], ["S-14"]]
    row = await QualificationApplication.get(unit_id=stage.unit.id)
    withdrawn = await act(stage.office, "applicationWithdraw", on(row), APPLICATION)
    assert withdrawn["application"]["state"] == "WITHDRAWN"
    again = await act(stage.office, "applicationCreate", {}, APPLICATION)
    assert again["application"]["state"] == "DRAFT"


async def test_an_organisation_that_is_no_unit_applies_for_nothing() -> None:
    own = await people.organisation(OrganisationKind.UNIT)
    office = await people.officer(Role.UNIT, own.id)
    assert rules_of(await act(office, "applicationCreate", {}, APPLICATION)) == ["S-21"]


async def test_suspending_resuming_and_withdrawing_the_right() -> None:
    """R-13.2: by the municipal bureau, with a reason; withdrawing ends the scope."""
    stage = await units.recognised_unit()
    no_reason = await act(stage.municipal, "unitSuspend", on(stage.unit, reason=" "), UNIT)
    assert rules_of(no_reason) == ["S-10"]
    for viewer in (stage.office, stage.district, stage.industry):
        refused = await act(viewer, "unitSuspend", on(stage.unit, reason="核查"), UNIT)
        assert [error["code"] for error in refused["userErrors"]] == ["FORBIDDEN"]
    suspended = await act(stage.municipal, "unitSuspend", on(stage.unit, reason="核查"), UNIT)
    assert suspended["unit"]["state"] == "SUSPENDED"
    stale = await act(stage.municipal, "unitResume", on(stage.unit, reason="核查结束"), UNIT)
    assert [(each["code"], each["currentState"]) for each in stale["userErrors"]] == [
        ("CONFLICT", "SUSPENDED")
    ]
    stage = await stage.fresh()
    resumed = await act(stage.municipal, "unitResume", on(stage.unit, reason="核查结束"), UNIT)
    assert resumed["unit"]["state"] == "ACTIVE"
    stage = await stage.fresh()
    twice = await act(stage.municipal, "unitResume", on(stage.unit, reason="再次"), UNIT)
    assert rules_of(twice) == ["S-1"]
    withdrawn = await act(stage.municipal, "unitWithdrawRight", on(stage.unit, reason="超越权限"), UNIT)
    assert withdrawn["unit"]["state"] == "WITHDRAWN"
    ended = await ScopeItem.filter(unit_id=stage.unit.id).values_list("ended_on", flat=True)
    assert len(ended) == 3 and None not in ended
    assert not (await scopes_of([stage.unit.id]))[stage.unit.id]


async def test_a_unit_is_seen_inside_its_jurisdiction_only() -> None:
    """R-2.2: the district bureau sees its own district, the industry authority its own industry."""
    stage, neighbour = await units.new_unit(), await units.new_unit()
    id = global_id("Unit", stage.unit.id)
    document = "query ($id: ID!) { node(id: $id) { ... on Unit { creditCode technicalShare } } }"
    expected = {"node": {"creditCode": stage.unit.credit_code, "technicalShare": "80"}}
    for viewer in (stage.office, stage.district, stage.supervisor, stage.industry, neighbour.municipal):
        assert (await gql(viewer, document, id=id))["data"] == expected
    strangers: tuple[Viewer, ...] = (
        neighbour.office,
        neighbour.district,
        neighbour.supervisor,
        neighbour.industry,
    )
    for viewer in (*strangers, PUBLIC):
        assert (await gql(viewer, document, id=id))["data"] == {"node": None}
    refused = await act(neighbour.office, "unitEditProfile", on(stage.unit, **await profile_of(stage)), UNIT)
    assert [error["code"] for error in refused["userErrors"]] == ["NOT_FOUND"]


async def test_the_office_is_recorded_with_full_time_staff() -> None:
    """R-9.1: a dedicated office with full-time staff; 0 full-time staff is refused."""
    stage = await units.new_unit()
    office = {"officeName": "职称办", "establishedOn": str(date(2026, 1, 5)), "fullTimeStaffCount": 0}
    refused = await act(stage.office, "unitRecordOffice", on(stage.unit, **office), UNIT)
    assert [(each["rule"]["id"], each["field"]) for each in refused["userErrors"]] == [
        ("R-9.1", ["fullTimeStaffCount"])
    ]
    future = {"officeName": " ", "establishedOn": "2099-01-01", "fullTimeStaffCount": 2}
    assert (
        rules_of(await act(stage.office, "unitRecordOffice", on(stage.unit, **future), UNIT)) == ["R-9.1"] * 2
    )
    recorded = await act(
        stage.office,
        "unitRecordOffice",
        on(stage.unit, **{**office, "fullTimeStaffCount": 2}),
        "unit { officeName fullTimeStaffCount officeEstablishedOn }",
    )
    assert recorded["unit"] == {
        "officeName": "职称办",
        "fullTimeStaffCount": 2,
        "officeEstablishedOn": "2026-01-05",
    }
