"""Article 6: who may apply, how the application is checked, and that the office cannot write for the applicant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.core import clock
from domain.core.calls import BY_SYSTEM, Call
from domain.core.errors import Refused
from domain.core.titles import TitleLevel
from domain.reviews import reads, verification
from domain.reviews.candidacies import DECLARATION_VERSION
from domain.reviews.models import Candidacy, CorrectionPoint
from domain.reviews.states import CandidacyState
from domain.units.models import IntegrityRecord
from domain.units.names import IntegrityBasis, PostType, RelationKind
from schema.core.ids import global_id
from tests.graphql import act, gql, rules_of
from tests.stages import people
from tests.stages.reviews import (
    Rounded,
    applicant_of,
    drafted_candidacy,
    employee,
    open_round,
    submitted_candidacy,
    verified_candidacy,
)
from tests.stages.units import recognised_unit

STATE = "candidacy { id state version }"


def beijing(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.BEIJING)  # type: ignore[misc, arg-type]


def gid(row: Candidacy) -> str:
    return global_id("Candidacy", row.id)


async def start(rounded: Rounded, viewer: Any, **given: Any) -> dict[str, Any]:
    given = {"round": global_id("ReviewRound", rounded.round.id), **given}
    return await act(
        viewer, "candidacyStart", given, "candidacy { id state version name titleName byOffice }"
    )


async def submit(viewer: Any, row: Candidacy, **changed: Any) -> dict[str, Any]:
    given = {"id": gid(row), "version": row.version, "declarationVersion": DECLARATION_VERSION, **changed}
    return await act(viewer, "candidacySubmit", given, STATE)


async def test_an_employee_applies_himself() -> None:
    """Art. 6, N-10: he starts, signs the declaration and submits; series, level and title are the round's."""
    rounded = await open_round()
    viewer = await applicant_of(await employee(rounded.stage, name="赵申报"))
    started = await start(rounded, viewer, statement="主持三项工程。")
    row = started["candidacy"]
    assert (row["state"], row["name"], row["titleName"], row["byOffice"]) == (
        "DRAFT",
        "赵申报",
        "高级工程师",
        False,
    )
    given = {"id": row["id"], "version": 1, "declarationVersion": DECLARATION_VERSION}
    assert (await act(viewer, "candidacySubmit", given, STATE))["candidacy"]["state"] == "SUBMITTED"
    stored = await Candidacy.get(person_id=viewer.person_id)
    assert stored.declared_at is not None and stored.declaration_version == DECLARATION_VERSION


async def test_the_office_writes_only_in_what_it_started() -> None:
    """N-10: it may fill in for somebody on the roster, and may not touch what the applicant wrote."""
    rounded = await open_round()
    someone, other = await employee(rounded.stage), await employee(rounded.stage)
    for_him = await start(rounded, rounded.stage.office, employment=global_id("Employment", someone.id))
    assert for_him["candidacy"]["byOffice"] is True
    viewer = await applicant_of(other)
    started = await start(rounded, viewer)
    given = {"id": started["candidacy"]["id"], "version": 1, "statement": "代写"}
    refused = await act(rounded.stage.office, "candidacyEdit", given, STATE)
    assert [error["code"] for error in refused["userErrors"]] == ["FORBIDDEN"]
    assert (await Candidacy.get(person_id=viewer.person_id)).statement == ""


async def test_nobody_of_another_unit_applies() -> None:
    """R-4.2: a person who is not on this unit's roster; for a stranger the round does not exist."""
    rounded, elsewhere = await open_round(), await recognised_unit()
    stranger = await applicant_of(await employee(elsewhere))
    answer = await start(rounded, stranger)
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_FOUND"]
    foreign = global_id("Employment", (await employee(elsewhere)).id)
    answer = await start(rounded, rounded.stage.office, employment=foreign)
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [("NOT_FOUND", ["employment"])]


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({"ended_on": date(2026, 3, 2)}, ["R-6.1"]),
        ({"relation": RelationKind.DISPATCHED}, ["R-6.1"]),
        ({"insured_in": "河北"}, ["R-6.2"]),
        ({"post_type": PostType.CIVIL_SERVANT}, ["R-6.3"]),
        ({"post_type": PostType.WORKER, "insured_in": "天津"}, ["R-6.2", "R-6.3"]),
        ({"retired_on": date(2026, 3, 3)}, ["N-8"]),
        ({"title_level": TitleLevel.ASSISTANT}, ["N-9"]),
        ({"title_level": TitleLevel.ASSOCIATE_SENIOR}, ["N-9"]),
    ],
)
async def test_whoever_article_6_does_not_mean_is_refused(
    changed: dict[str, Any], rules: list[str], at: Callable[[datetime], None]
) -> None:
    """R-6.1 to R-6.3, N-8, N-9: every rule at once, and the draft stays a draft."""
    at(beijing(2026, 3, 3, 9, 0))
    rounded = await open_round()
    row = await drafted_candidacy(rounded, await employee(rounded.stage, **changed))
    assert rules_of(await submit(rounded.stage.office, row)) == rules
    assert (await Candidacy.get(id=row.id)).state is CandidacyState.DRAFT


async def test_an_integrity_record_bars_from_starting() -> None:
    """N-24: three years after fraud, and the day after the record ends no longer."""
    rounded = await open_round()
    someone = await employee(rounded.stage)
    record = await IntegrityRecord.create(
        person_id=someone.person_id,
        basis=IntegrityBasis.FRAUD,
        from_on=clock.today() - timedelta(days=30),
        until_on=clock.today(),
    )
    viewer = await applicant_of(someone)
    assert rules_of(await start(rounded, viewer)) == ["N-24"]
    record.until_on = clock.today() - timedelta(days=1)
    await record.save()
    assert rules_of(await start(rounded, viewer)) == []


async def test_one_application_a_person_a_year_and_series() -> None:
    """S-15: of two at once exactly one stands; after a withdrawal another may be started."""
    rounded = await open_round()
    viewer = await applicant_of(await employee(rounded.stage))
    answers = await asyncio.gather(*(start(rounded, viewer) for _ in range(5)))
    assert sorted(rules_of(each) for each in answers) == [[], ["S-15"], ["S-15"], ["S-15"], ["S-15"]]
    [made] = [each["candidacy"] for each in answers if each["candidacy"]]
    withdrawn = await act(viewer, "candidacyWithdraw", {"id": made["id"], "version": 1}, STATE)
    assert withdrawn["candidacy"]["state"] == "WITHDRAWN"
    assert rules_of(await start(rounded, viewer)) == []


async def test_the_declaration_is_signed_in_its_present_text() -> None:
    """N-10."""
    rounded = await open_round()
    row = await drafted_candidacy(rounded)
    assert rules_of(await submit(rounded.stage.office, row, declarationVersion="2019-1")) == ["N-10"]
    answer = await gql(rounded.stage.office, "{ truthDeclaration { version } }")
    assert answer["data"]["truthDeclaration"]["version"] == DECLARATION_VERSION


async def test_nothing_is_submitted_after_the_last_day(at: Callable[[datetime], None]) -> None:
    """N-10: the last day counts to its midnight in Beijing."""
    at(beijing(2026, 3, 3, 9, 0))
    rounded = await open_round()
    row = await drafted_candidacy(rounded)
    at(beijing(2027, 1, 1, 0, 0))
    assert rules_of(await submit(rounded.stage.office, row)) == ["N-10"]
    at(beijing(2026, 12, 31, 23, 50))
    assert (await submit(rounded.stage.office, row))["candidacy"]["state"] == "SUBMITTED"


async def test_everything_missing_is_told_once(at: Callable[[datetime], None]) -> None:
    """N-12: one notice with every point and a period in working days; a second return is refused."""
    at(beijing(2026, 9, 28, 9, 0))
    rounded = await open_round()
    row = await submitted_candidacy(rounded)
    office = rounded.stage.office
    points = [{"item": "学历", "reason": "缺学位证书。"}, {"item": "业绩", "reason": "缺合同首页。"}]
    given = {"id": gid(row), "version": row.version, "workingDays": 5}
    assert rules_of(await act(office, "candidacyReturn", {**given, "points": []}, STATE)) == ["N-12"]
    assert rules_of(
        await act(office, "candidacyReturn", {**given, "points": points, "workingDays": 1}, STATE)
    ) == ["N-12"]
    selection = "candidacy { state version correctionDue correctionPoints { item } }"
    returned = (await act(office, "candidacyReturn", {**given, "points": points}, selection))["candidacy"]
    assert returned["state"] == "RETURNED"
    # Five working days after Monday 28 September 2026 end on Saturday 10 October, a make-up workday.
    assert datetime.fromisoformat(returned["correctionDue"]) == beijing(2026, 10, 11)
    assert sorted(point["item"] for point in returned["correctionPoints"]) == ["业绩", "学历"]
    again = await submit(office, await Candidacy.get(id=row.id))
    second = {**given, "version": again["candidacy"]["version"], "points": points}
    assert rules_of(await act(office, "candidacyReturn", second, STATE)) == ["N-12"]
    assert await CorrectionPoint.filter(candidacy_id=row.id).count() == 2


async def test_who_does_not_correct_in_time_has_given_up(at: Callable[[datetime], None]) -> None:
    """N-12: not a second before the period ends, and after it no correction is taken."""
    at(beijing(2026, 9, 28, 9, 0))
    rounded = await open_round()
    row = await submitted_candidacy(rounded)
    point = [verification.PointGiven("学历", "缺学位证书。")]
    row = await verification.return_for_correction(Call(rounded.stage.office), row.id, row.version, point, 5)
    at(beijing(2026, 10, 10, 23, 59, 30))
    with pytest.raises(Refused) as early:
        await verification.abandon(row.id)
    assert [each.rule.id for each in early.value.refusals] == ["N-12"]
    assert row.id not in await reads.corrections_overdue(clock.now())
    at(beijing(2026, 10, 11, 0, 0))
    assert row.id in await reads.corrections_overdue(clock.now())
    assert "N-12" in rules_of(await submit(rounded.stage.office, row))
    assert (await verification.abandon(row.id)).state is CandidacyState.ABANDONED


async def test_verification_looks_at_the_roster_of_that_day() -> None:
    """R-6.1: who has left since the submission is not verified."""
    rounded = await open_round()
    someone = await employee(rounded.stage)
    row = await submitted_candidacy(rounded, someone)
    someone.left_on = clock.today()
    await someone.save()
    answer = await act(
        rounded.stage.office, "candidacyVerify", {"id": gid(row), "version": row.version}, STATE
    )
    assert rules_of(answer) == ["R-6.1"]


async def test_a_rejection_names_its_rules() -> None:
    """R-6.3, S-10, S-21."""
    rounded = await open_round()
    row = await submitted_candidacy(rounded)
    given = {"id": gid(row), "version": row.version}
    wrong = await act(
        rounded.stage.office, "candidacyReject", {**given, "rules": ["R-99.9"], "reason": " "}, STATE
    )
    assert rules_of(wrong) == ["S-10", "S-21"]
    right = {**given, "rules": ["R-6.3"], "reason": "非专业技术岗位。"}
    selection = "candidacy { state rejectedUnder rejectionReason }"
    assert (await act(rounded.stage.office, "candidacyReject", right, selection))["candidacy"] == {
        "state": "INELIGIBLE",
        "rejectedUnder": ["R-6.3"],
        "rejectionReason": "非专业技术岗位。",
    }


async def test_the_exceptional_channel_needs_ground_and_proof() -> None:
    """N-9: a level may be skipped with a reason and a document of the ground."""
    rounded = await open_round()
    viewer = await applicant_of(await employee(rounded.stage, title_level=TitleLevel.ASSISTANT))
    started = await start(rounded, viewer, channel="EXCEPTIONAL", channelReason="获国家级奖项。")
    given = {"id": started["candidacy"]["id"], "version": 1}
    signed = {"declarationVersion": DECLARATION_VERSION}
    assert rules_of(await act(viewer, "candidacySubmit", {**given, **signed}, STATE)) == ["N-9"]
    file = await people.paper(viewer)
    material = {"kind": "EXCEPTIONAL_GROUND", "title": "获奖证书", "file": global_id("StoredFile", file.id)}
    content = {"channel": "EXCEPTIONAL", "channelReason": "获国家级奖项。", "materials": [material]}
    edited = await act(viewer, "candidacyEdit", {**given, **content}, STATE)
    given["version"] = edited["candidacy"]["version"]
    assert (await act(viewer, "candidacySubmit", {**given, **signed}, STATE))["candidacy"][
        "state"
    ] == "SUBMITTED"


async def test_material_is_verified_before_the_candidate_is() -> None:
    """N-10, N-11: the office records where it checked each document."""
    rounded = await open_round()
    viewer = await applicant_of(await employee(rounded.stage))
    file = await people.paper(viewer)
    material = {"kind": "EDUCATION", "title": "学位证书", "file": global_id("StoredFile", file.id)}
    started = await start(rounded, viewer, materials=[material])
    row = await Candidacy.get(person_id=viewer.person_id)
    await submit(viewer, row)
    office, given = rounded.stage.office, {"id": started["candidacy"]["id"], "version": 2}
    assert rules_of(await act(office, "candidacyVerify", given, STATE)) == ["N-11"]
    listed = await gql(
        office, "query ($id: ID!) { node(id: $id) { ... on Candidacy { materials { id } } } }", id=given["id"]
    )
    document = {"material": listed["data"]["node"]["materials"][0]["id"], "source": "学信网"}
    checked = await act(office, "candidacyCheckMaterial", {**given, **document}, STATE)
    given["version"] = checked["candidacy"]["version"]
    assert (await act(office, "candidacyVerify", given, STATE))["candidacy"]["state"] == "VERIFIED"


async def test_in_house_publicity_runs_five_working_days(at: Callable[[datetime], None]) -> None:
    """N-11: several at once; not a second early; an open objection keeps its candidate back."""
    at(beijing(2026, 9, 28, 9, 0))
    rounded = await open_round()
    rows = [await verified_candidacy(rounded) for _ in range(3)]
    office, round = rounded.stage.office, await rounded.fresh()
    given = {
        "id": global_id("ReviewRound", round.id),
        "version": round.version,
        "candidacies": [gid(row) for row in rows],
        "place": "单位内网",
    }
    selection = "reviewRound { version }"
    short = await act(office, "roundOpenInHousePublicity", {**given, "workingDays": 4}, selection)
    assert rules_of(short) == ["N-11"]
    assert (await act(office, "roundOpenInHousePublicity", given, selection))["userErrors"] == []
    row = await Candidacy.get(id=rows[0].id)
    assert (row.state, row.publicity_until) == (CandidacyState.IN_INTERNAL_PUBLICITY, date(2026, 10, 10))
    at(beijing(2026, 10, 10, 23, 59, 30))
    alone = {"id": gid(row), "version": row.version}
    assert rules_of(await act(office, "candidacyCloseInHousePublicity", alone, STATE)) == ["N-11"]
    objected = await act(office, "candidacyObjectInHouse", {**alone, "content": "业绩不实。"}, STATE)
    at(beijing(2026, 10, 11, 0, 0))
    assert row.id in await reads.in_house_publicity_over(clock.today())
    alone["version"] = objected["candidacy"]["version"]
    assert rules_of(await act(office, "candidacyCloseInHousePublicity", alone, STATE)) == ["N-11"]
    closed = await verification.close_in_house_publicity(BY_SYSTEM, rows[1].id)
    assert closed.state is CandidacyState.ADMITTED


async def test_one_that_may_not_be_posted_stops_them_all() -> None:
    """N-11: nothing is posted by halves."""
    rounded = await open_round()
    rows = [await verified_candidacy(rounded), await submitted_candidacy(rounded)]
    round = await rounded.fresh()
    given = {
        "id": global_id("ReviewRound", round.id),
        "version": round.version,
        "candidacies": [gid(row) for row in rows],
        "place": "单位内网",
    }
    answer = await act(rounded.stage.office, "roundOpenInHousePublicity", given, "reviewRound { id }")
    assert [error["code"] for error in answer["userErrors"]] == ["INVALID_TRANSITION"]
    assert (await Candidacy.get(id=rows[0].id)).state is CandidacyState.VERIFIED


async def test_a_candidate_sees_his_own_file_only() -> None:
    """Who sees what: the unit's office and the bureau see it, other staff, other units and the district bureau do not."""
    rounded, neighbour = await open_round(), await recognised_unit()
    someone = await employee(rounded.stage)
    row = await drafted_candidacy(rounded, someone)
    colleague = await applicant_of(await employee(rounded.stage))
    own, stage = await applicant_of(someone), rounded.stage
    viewers = (
        own,
        stage.office,
        stage.municipal,
        colleague,
        neighbour.office,
        stage.district,
        stage.industry,
    )
    document = "query ($id: ID!) { node(id: $id) { id } }"
    seen = [(await gql(viewer, document, id=gid(row)))["data"]["node"] is not None for viewer in viewers]
    assert seen == [True, True, True, False, False, False, False]


async def test_wrong_role_state_and_version_are_told_apart() -> None:
    """S-1, S-2, R-2.2, and the same key gives the first result."""
    rounded = await open_round()
    row = await submitted_candidacy(rounded)
    given = {"id": gid(row), "version": row.version}
    office = rounded.stage.office
    bureau = await act(rounded.stage.municipal, "candidacyVerify", given, STATE)
    stale = await act(office, "candidacyVerify", {**given, "version": 1}, STATE)
    neighbour = await act((await recognised_unit()).office, "candidacyVerify", given, STATE)
    codes = [answer["userErrors"][0]["code"] for answer in (bureau, stale, neighbour)]
    assert codes == ["FORBIDDEN", "CONFLICT", "NOT_FOUND"]
    first = await act(office, "candidacyVerify", {**given, "idempotencyKey": str(row.id)}, STATE)
    second = await act(office, "candidacyVerify", {**given, "idempotencyKey": str(row.id)}, STATE)
    assert first == second
    wrong = await act(office, "candidacyVerify", {**given, "version": row.version + 1}, STATE)
    assert [error["code"] for error in wrong["userErrors"]] == ["INVALID_TRANSITION"]
