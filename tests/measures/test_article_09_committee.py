"""Art. 9(4): committees by series or specialty and by level, of the right composition, and on file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from domain.committees import commands as committees
from domain.committees import filing
from domain.committees.draws import replay
from domain.committees.models import Committee, CommitteeBasis, CommitteeMember, ExpertDraw
from domain.core.calls import Call
from domain.core.roles import Role, Viewer
from domain.core.titles import CommitteeLevel, TitleLevel
from domain.experts import commands as pool
from domain.experts.models import Expert
from domain.units import commands as units
from domain.units.scopes import Scope
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.stages import committees as stages
from tests.stages.committees import beijing
from tests.stages.units import Stage, new_unit, recognised_unit

At = Callable[[datetime], None]
STATE = "committee { id state version memberCount drawn }"
COMPUTING = {"series": "05", "specialty": "计算机应用"}


def on(row: Committee, **given: Any) -> dict[str, Any]:
    return {"id": global_id("Committee", row.id), "version": row.version, **given}


def seat(expert: Expert, role: str = "MEMBER") -> dict[str, str]:
    return {"expert": global_id("Expert", expert.id), "role": role}


def seats(experts: list[Expert]) -> list[dict[str, str]]:
    return [seat(each, "MEMBER" if place else "CHAIR") for place, each in enumerate(experts)]


async def state_of(row: Committee) -> str:
    return str((await Committee.get(id=row.id)).state)


async def experts(stage: Stage, how_many: int, **changes: Any) -> list[Expert]:
    return [await stages.active_expert(stage, name=f"专家{n}", **changes) for n in range(how_many)]


@pytest.fixture
async def stage(at: At) -> Stage:
    at(beijing(2026, 3, 2, 9))
    return await recognised_unit()


async def test_a_committee_is_formed_filled_submitted_and_filed(stage: Stage) -> None:
    """R-9.9, R-9.10: the whole way."""
    form = {"name": "计算机专业高级评委会", "level": "SENIOR", "bySpecialty": COMPUTING}
    formed = await act(
        stage.office, "committeeForm", form, "committee { basis series specialty level floor state }"
    )
    assert formed["committee"] == {
        "basis": "SPECIALTY",
        "series": "05",
        "specialty": "计算机应用",
        "level": "SENIOR",
        "floor": 11,
        "state": "FORMING",
    }
    row = await Committee.get(unit_id=stage.unit.id)
    members = seats(await experts(stage, 11))
    await act(stage.office, "committeeSetMembers", on(row, members=members))
    row = await Committee.get(id=row.id)
    await act(stage.office, "committeeSubmitFiling", on(row))
    row = await Committee.get(id=row.id)
    filed = await act(
        stage.municipal,
        "committeeFile",
        on(row, filingNumber="京职评备2026-001", validUntil="2029-03-01"),
        "committee { state memberCount drawn filingNumber validFrom validUntil members { role expert { name } } }",
    )
    assert filed["userErrors"] == []
    committee = filed["committee"]
    assert [each["expert"]["name"] for each in committee.pop("members")] == [f"专家{n}" for n in range(11)]
    assert committee == {
        "state": "FILED",
        "memberCount": 11,
        "drawn": False,
        "filingNumber": "京职评备2026-001",
        "validFrom": "2026-03-02",
        "validUntil": "2029-03-01",
    }


@pytest.mark.parametrize(
    ("basis", "field"),
    [
        ({}, ["bySeries"]),
        ({"bySeries": "05", "bySpecialty": COMPUTING}, ["bySeries"]),
        ({"bySeries": "*"}, ["bySeries"]),
        ({"bySeries": ""}, ["bySeries"]),
        ({"bySeries": "05,08"}, ["bySeries"]),
        ({"bySpecialty": {"series": "", "specialty": "计算机应用"}}, ["bySpecialty"]),
    ],
)
async def test_a_committee_has_exactly_one_basis(
    stage: Stage, basis: dict[str, Any], field: list[str]
) -> None:
    """R-9.9: neither both, nor none, nor all series at once."""
    refused = await act(stage.office, "committeeForm", {"name": "评委会", "level": "SENIOR", **basis})
    assert [(error["rule"]["id"], error["field"]) for error in refused["userErrors"]] == [("R-9.9", field)]
    assert await Committee.filter(unit_id=stage.unit.id) == []


async def test_a_committee_lies_inside_the_units_scope(at: At) -> None:
    """R-13.1: neither another series, nor a level above, nor a whole series for one specialty."""
    at(beijing(2026, 3, 2, 9))
    stage = await recognised_unit([Scope("05", "计算机应用", TitleLevel.INTERMEDIATE)])
    answers = [
        rules_of(await act(stage.office, "committeeForm", {"name": "评委会", "level": level, **basis}))
        for level, basis in (
            ("MIDDLE", {"bySpecialty": {"series": "08", "specialty": "编辑"}}),
            ("SENIOR", {"bySpecialty": COMPUTING}),
            ("MIDDLE", {"bySeries": "05"}),
            ("MIDDLE", {"bySpecialty": COMPUTING}),
        )
    ]
    assert answers == [["R-13.1"], ["R-13.1"], ["R-13.1"], []]


async def test_who_may_not_review_forms_no_committee(stage: Stage) -> None:
    """R-4.1, J-7."""
    candidate = await new_unit()
    unit = stage.unit
    row = await stages.forming_committee(stage, await experts(stage, 11))
    await units.suspend(Call(stage.municipal), unit.id, unit.version, "整改。")
    form = {"name": "评委会", "level": "SENIOR", "bySpecialty": COMPUTING}
    assert rules_of(await act(stage.office, "committeeForm", form)) == ["J-7"]
    assert rules_of(await act(stage.office, "committeeSubmitFiling", on(row))) == ["J-7"]
    assert "R-4.1" in rules_of(await act(candidate.office, "committeeForm", form))
    assert await state_of(row) == "FORMING"


async def test_every_fault_of_the_members_is_told_at_once(stage: Stage) -> None:
    """N-5, N-6, R-9.9: even, too few, no chair, one twice, one suspended, one too low, one of another series."""
    good, low, other = (
        await stages.active_expert(stage),
        await stages.active_expert(stage, title_level=TitleLevel.INTERMEDIATE, title_name="工程师"),
        await stages.active_expert(stage, series="08", title_name="编审"),
    )
    away = await stages.active_expert(stage)
    await pool.suspend(Call(stage.municipal), away.id, away.version, "核查。")
    stranger = await stages.active_expert(await recognised_unit())
    row = await stages.forming_committee(stage)
    members = [seat(each) for each in (good, low, other, away, good, stranger)]
    refused = await act(stage.office, "committeeSetMembers", on(row, members=members))
    assert [(error["code"], error["rule"]["id"], error["field"]) for error in refused["userErrors"]] == [
        ("RULE_VIOLATION", "N-5", ["members"]),
        ("RULE_VIOLATION", "N-5", ["members"]),
        ("RULE_VIOLATION", "N-5", ["members"]),
        ("RULE_VIOLATION", "N-5", ["members", "4", "expert"]),
        ("NOT_FOUND", "S-4", ["members", "5", "expert"]),
        ("RULE_VIOLATION", "N-6", ["members", "3", "expert"]),
        ("RULE_VIOLATION", "N-6", ["members", "1", "expert"]),
        ("RULE_VIOLATION", "R-9.9", ["members", "2", "expert"]),
    ]
    assert await CommitteeMember.filter(committee_id=row.id) == []


async def test_the_bureau_agrees_to_fewer_members(stage: Stage) -> None:
    """N-5: nine are refused until the municipal bureau says so, with a number and a reason."""
    nine = await experts(stage, 9)
    row = await stages.forming_committee(stage)
    refused = await act(stage.office, "committeeSetMembers", on(row, members=seats(nine)))
    assert rules_of(refused) == ["N-5"]
    given = on(row, floor=9, reason="本专业专家不足。", document="京人社函〔2026〕9号")
    own = await act(stage.office, "committeeAdjustFloor", given)
    assert [error["code"] for error in own["userErrors"]] == ["FORBIDDEN"]
    blank = await act(
        stage.municipal, "committeeAdjustFloor", given | {"floor": 1, "reason": "", "document": ""}
    )
    assert rules_of(blank) == ["S-10", "S-5", "S-7"]
    await act(stage.municipal, "committeeAdjustFloor", given)
    row = await Committee.get(id=row.id)
    members = await act(stage.office, "committeeSetMembers", on(row, members=seats(nine)), STATE)
    assert members["committee"]["memberCount"] == 9


async def test_members_are_checked_again_when_they_are_submitted_and_filed(stage: Stage) -> None:
    """R-9.10: an expert suspended meanwhile stops both, and `availableActions` says why."""
    eleven = await experts(stage, 11)
    row = await stages.forming_committee(stage, eleven)
    call = Call(stage.municipal)
    away = await pool.suspend(call, eleven[4].id, eleven[4].version, "核查。")
    assert rules_of(await act(stage.office, "committeeSubmitFiling", on(row))) == ["N-6"]
    seen = await gql(
        stage.office,
        "query($id: ID!) { node(id: $id) { ... on Committee "
        "{ availableActions { name allowed reasons { rule { id } } } } } }",
        id=global_id("Committee", row.id),
    )
    actions = {each["name"]: each for each in seen["data"]["node"]["availableActions"]}
    assert actions["submit_filing"] == {
        "name": "submit_filing",
        "allowed": False,
        "reasons": [{"rule": {"id": "N-6"}}],
    }
    away = await pool.reinstate(call, away.id, away.version, "查无问题。")
    row = await filing.submit_filing(Call(stage.office), row.id, row.version)
    await pool.disqualify(call, away.id, away.version, "泄密。")
    refused = await act(stage.municipal, "committeeFile", on(row, filingNumber="9", validUntil="2027-03-01"))
    assert (rules_of(refused), await state_of(row)) == (["N-6"], "FILING_SUBMITTED")


async def test_a_filing_lasts_less_than_three_years(stage: Stage) -> None:
    """N-4: ..2028-12-31 is filed, ..2029-01-01 is refused."""
    row = await stages.forming_committee(stage, await experts(stage, 11))
    row = await filing.submit_filing(Call(stage.office), row.id, row.version)
    given = {"filingNumber": "京职评备2026-004", "validFrom": "2026-01-01"}
    long = await act(stage.municipal, "committeeFile", on(row, **given, validUntil="2029-01-01"))
    short = await act(stage.municipal, "committeeFile", on(row, **given, validUntil="2026-03-01"))
    blank = await act(stage.municipal, "committeeFile", on(row, filingNumber=" ", validUntil="2027-01-01"))
    assert (rules_of(long), rules_of(short), rules_of(blank)) == (["N-4"], ["N-4"], ["S-5"])
    assert await state_of(row) == "FILING_SUBMITTED"
    filed = await act(stage.municipal, "committeeFile", on(row, **given, validUntil="2028-12-31"), STATE)
    assert filed["committee"]["state"] == "FILED"


async def test_a_rejected_filing_goes_back_with_reasons(stage: Stage) -> None:
    """R-9.10: and a filing number is used once."""
    row = await stages.forming_committee(stage, await experts(stage, 11))
    row = await filing.submit_filing(Call(stage.office), row.id, row.version)
    assert rules_of(await act(stage.municipal, "committeeRejectFiling", on(row, reason=""))) == ["S-10"]
    back = await act(
        stage.municipal,
        "committeeRejectFiling",
        on(row, reason="请补充外单位专家。"),
        "committee { state stateReason }",
    )
    assert back["committee"] == {"state": "FORMING", "stateReason": "请补充外单位专家。"}
    other = await stages.filed_committee(await recognised_unit())
    row = await Committee.get(id=row.id)
    row = await filing.submit_filing(Call(stage.office), row.id, row.version)
    taken = await act(
        stage.municipal,
        "committeeFile",
        on(row, filingNumber=other.committee.filing_number, validUntil="2027-01-01"),
    )
    assert rules_of(taken) == ["S-13"]


async def test_members_are_drawn_at_random_and_the_draw_can_be_replayed(stage: Stage) -> None:
    """N-7: from those of the pool who may sit; seed, list and result are on record."""
    fit = await experts(stage, 14)
    unfit = await stages.active_expert(stage, series="08", title_name="编审")
    row = await stages.forming_committee(stage)
    even = await act(stage.office, "committeeDrawMembers", on(row, wanted=12))
    few = await act(stage.office, "committeeDrawMembers", on(row, wanted=9))
    many = await act(stage.office, "committeeDrawMembers", on(row, wanted=15))
    assert (rules_of(even), rules_of(few), rules_of(many)) == (["N-5"], ["N-5"], ["N-7"])
    drawn = await act(
        stage.office,
        "committeeDrawMembers",
        on(row, wanted=11),
        "committee { memberCount drawn members { expert { id } } draws { wanted pool drawn seed replays } }",
    )
    assert drawn["userErrors"] == []
    recorded = await ExpertDraw.get(committee_id=row.id)
    assert replay(recorded) == recorded.drawn
    assert recorded.pool == sorted(str(each.id) for each in fit)
    assert str(unfit.id) not in recorded.pool
    committee = drawn["committee"]
    assert {each["expert"]["id"] for each in committee["members"]} == {
        global_id("Expert", each.id) for each in fit if str(each.id) in recorded.drawn
    }
    assert [(each["wanted"], each["replays"], each["seed"]) for each in committee["draws"]] == [
        (11, True, recorded.seed)
    ]
    row = await Committee.get(id=row.id)
    chosen = [each for each in fit if str(each.id) in recorded.drawn]
    named = await act(stage.office, "committeeSetMembers", on(row, members=seats(chosen)), STATE)
    assert (named["committee"]["memberCount"], named["committee"]["drawn"]) == (11, True)
    row = await Committee.get(id=row.id)
    others = [next(each for each in fit if each not in chosen), *chosen[1:]]
    swapped = await act(stage.office, "committeeSetMembers", on(row, members=seats(others)), STATE)
    assert swapped["committee"]["drawn"] is False


async def test_a_committee_by_series_needs_twenty_five(stage: Stage) -> None:
    """N-5: 25 are enough, 23 are not, the chair may change among them."""
    many = await experts(stage, 25)
    row = await stages.forming_committee(stage, basis=CommitteeBasis.SERIES)
    refused = await act(stage.office, "committeeSetMembers", on(row, members=seats(many[:23])))
    assert rules_of(refused) == ["N-5"]
    row = await committees.set_members(Call(stage.office), row.id, row.version, stages.seats(many))
    row = await committees.set_members(Call(stage.office), row.id, row.version, stages.seats(many[::-1]))
    [chair] = await CommitteeMember.filter(committee_id=row.id, role="CHAIR", left_at__isnull=True)
    assert (chair.expert_id, row.member_count) == (many[-1].id, 25)


async def test_a_junior_committee_takes_middle_titles(at: At) -> None:
    """N-3, N-5, N-6: seven by specialty, each with a title of the level or above."""
    at(beijing(2026, 3, 2, 9))
    stage = await recognised_unit([Scope("05", "", TitleLevel.ASSISTANT)])
    seven = await experts(stage, 7, title_level=TitleLevel.INTERMEDIATE, title_name="工程师")
    row = await stages.forming_committee(stage, level=CommitteeLevel.JUNIOR)
    row = await committees.set_members(Call(stage.office), row.id, row.version, stages.seats(seven))
    assert row.member_count == 7


async def test_who_learns_who_sits_on_a_committee(stage: Stage) -> None:
    """N-17: the office and the bureau see all members, an expert his own seat, the other bodies a number."""
    bench = await stages.filed_committee(stage)
    other = await recognised_unit()
    document = (
        "query($id: ID!) { node(id: $id) { ... on Committee "
        "{ memberCount members { role expert { name } } draws { seed } } } }"
    )

    async def seen(viewer: Viewer) -> Any:
        answer = await gql(viewer, document, id=global_id("Committee", bench.committee.id))
        assert answer["errors"] == []
        node = answer["data"]["node"]
        return node and (node["memberCount"], len([each for each in node["members"] if each["expert"]]))

    everybody = {
        "office": stage.office,
        "municipal": stage.municipal,
        "expert": bench.viewers[3],
        "district": stage.district,
        "industry": stage.industry,
        "supervisor": stage.supervisor,
        "neighbour": other.office,
        "other district": other.district,
        "applicant": Viewer(Role.APPLICANT, organisation_id=stage.unit.id, person_id=stage.unit.id),
        "public": Viewer(Role.PUBLIC),
    }
    assert {name: await seen(viewer) for name, viewer in everybody.items()} == {
        "office": (11, 11),
        "municipal": (11, 11),
        "expert": (11, 1),
        "district": (11, 0),
        "industry": (11, 0),
        "supervisor": None,
        "neighbour": None,
        "other district": None,
        "applicant": None,
        "public": None,
    }
