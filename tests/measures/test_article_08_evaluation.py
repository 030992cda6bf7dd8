"""Art. 8(4), 8(5) and 16: the evaluation team, its activities and findings, and the bureau's decision."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.accounts.models import Account, Person, RoleGrant
from domain.applications.models import QualificationApplication
from domain.core import clock
from domain.core.access import visible
from domain.core.clock import BEIJING
from domain.core.roles import Role
from domain.core.titles import TitleLevel
from domain.evaluations.models import AbsentBody, Evaluation, EvaluationFinding, TeamMember
from domain.evaluations.names import EvaluationDimension
from domain.units.models import Employment, ScopeItem, Unit
from domain.units.names import UnitCategory
from domain.units.scopes import Scope
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.measures.test_article_04 import on
from tests.measures.test_article_05 import faults
from tests.measures.test_article_08 import codes
from tests.stages import units

EVALUATION = "evaluation { id state version }"


async def team_input(stage: units.Stage) -> list[dict[str, Any]]:
    """The team of the stage as input, in the order municipal, industry, district, agency."""
    return [
        {
            "body": str(member.body),
            "organisation": global_id("Organisation", member.organisation_id),
            "name": member.name,
            "login": member.login,
            "isLead": member.is_lead,
        }
        for member in (await units.team(stage)).members
    ]


async def fresh(row: Evaluation) -> Evaluation:
    return await Evaluation.get(id=row.id)


async def state_of(row: Evaluation) -> str:
    return str((await QualificationApplication.get(id=row.application_id)).state)


async def test_the_team_is_formed_of_the_four_bodies() -> None:
    """R-8.8: the application is under evaluation then; exactly one of two acceptances at once stands."""
    stage = await units.new_unit()
    row = await units.filed(stage)
    given = on(row, members=await team_input(stage))
    payloads = await asyncio.gather(
        *(act(stage.municipal, "evaluationAccept", given, EVALUATION) for _ in range(2))
    )
    assert sorted(rules_of(each) for each in payloads) == [[], ["S-2"]]
    made = await Evaluation.get(application_id=row.id)
    assert (made.state, await state_of(made)) == ("UNDER_WAY", "UNDER_EVALUATION")
    team = await TeamMember.filter(evaluation_id=made.id).order_by("body").values_list("body", "is_lead")
    assert [(str(body), lead) for body, lead in team] == [
        ("DISTRICT_BUREAU", False),
        ("INDUSTRY_AUTHORITY", False),
        ("MUNICIPAL_BUREAU", True),
        ("SERVICE_AGENCY", False),
    ]


async def test_a_team_without_the_bureau_or_with_unexplained_absences_is_refused() -> None:
    """R-8.8: no member of the bureau, so no lead; a body that is absent has its reason on record."""
    stage = await units.new_unit()
    row = await units.filed(stage)
    municipal, industry, district, agency = await team_input(stage)
    refused = await act(
        stage.municipal, "evaluationAccept", on(row, members=[industry, district]), EVALUATION
    )
    assert faults(refused) == [
        ("R-8.8", "members"),
        ("R-8.8", "absentBodies"),
        ("R-8.8", "members"),
    ]
    excused = {"body": "SERVICE_AGENCY", "reason": "该系列暂无评审服务机构"}
    blank = {"body": "INDUSTRY_AUTHORITY", "reason": " "}
    given = on(row, members=[municipal, district], absentBodies=[excused, blank])
    assert faults(await act(stage.municipal, "evaluationAccept", given, EVALUATION)) == [
        ("S-5", "absentBodies.1.reason")
    ]
    present_and_absent = on(row, members=[municipal, industry, district, agency], absentBodies=[excused])
    assert faults(await act(stage.municipal, "evaluationAccept", present_and_absent, EVALUATION)) == [
        ("R-8.8", "absentBodies")
    ]
    given = on(row, members=[municipal, industry, district], absentBodies=[excused])
    assert rules_of(await act(stage.municipal, "evaluationAccept", given, EVALUATION)) == []
    absent = await AbsentBody.filter(evaluation__application_id=row.id)
    assert [each.reason for each in absent] == ["该系列暂无评审服务机构"]


async def test_nobody_with_ties_to_the_unit_joins_the_team() -> None:
    """R-8.8: the unit's own people, officers who also work there or wear its hat, and declared ties."""
    stage, neighbour = await units.new_unit(), await units.new_unit()
    row = await units.filed(stage)
    municipal, industry, district, agency = await team_input(stage)
    employee = await Person.create(name="兼职人员")
    await Employment.create(
        unit_id=stage.unit.id,
        person_id=employee.id,
        name="兼职人员",
        post_type="PROFESSIONAL_TECHNICAL",
        relation="LABOUR_CONTRACT",
        started_on=clock.today(),
    )
    await Account.filter(id=stage.industry.account_id).update(person_id=employee.id)
    await RoleGrant.create(
        account_id=stage.district.account_id, role=Role.UNIT, organisation_id=stage.unit.id
    )
    members = [
        municipal,
        industry,
        district,
        {**agency, "declaredTie": "配偶在该单位任职"},
        {**agency, "organisation": global_id("Organisation", stage.unit.id), "name": "单位职工"},
    ]
    refused = await act(stage.municipal, "evaluationAccept", on(row, members=members), EVALUATION)
    assert faults(refused) == [("R-8.8", f"members.{place}") for place in (1, 2, 3, 4)]
    strange = {
        **district,
        "organisation": global_id("Organisation", neighbour.unit.district_bureau_id),
        "login": "",
    }
    wrong_kind = {**agency, "organisation": global_id("Organisation", stage.unit.district_bureau_id)}
    members = [{**municipal, "login": ""}, strange, wrong_kind]
    given = on(
        row, members=members, absentBodies=[{"body": "INDUSTRY_AUTHORITY", "reason": "来函说明不参加"}]
    )
    assert faults(await act(stage.municipal, "evaluationAccept", given, EVALUATION)) == [
        ("R-8.8", "members.0.login"),
        ("R-8.8", "members.1.organisation"),
        ("R-8.8", "members.2.organisation"),
    ]
    assert (await QualificationApplication.get(id=row.id)).state == "FILED"


async def test_a_team_changes_before_its_first_activity_only() -> None:
    """R-8.8: when a tie comes to light the member is replaced; who took part in an activity stays on record."""
    stage = await units.new_unit()
    row = await units.evaluated(stage)
    municipal, industry, district, _agency = await team_input(stage)
    tied = [municipal, {**industry, "declaredTie": "持有股份"}, district]
    excused = [{"body": "SERVICE_AGENCY", "reason": "成员回避"}]
    given = on(row, members=tied, absentBodies=excused)
    assert faults(await act(stage.municipal, "evaluationChangeTeam", given, EVALUATION)) == [
        ("R-8.8", "members.1")
    ]
    assert await TeamMember.filter(evaluation_id=row.id).count() == 4
    given = on(row, members=[municipal, industry, district], absentBodies=excused)
    assert codes(await act(stage.district, "evaluationChangeTeam", given, EVALUATION)) == ["FORBIDDEN"]
    assert rules_of(await act(stage.municipal, "evaluationChangeTeam", given, EVALUATION)) == []
    assert await TeamMember.filter(evaluation_id=row.id).count() == 3
    row = await units.examined(stage, await fresh(row))
    late = on(row, members=[municipal, industry, district], absentBodies=excused)
    assert rules_of(await act(stage.municipal, "evaluationChangeTeam", late, EVALUATION)) == ["R-8.8"]


async def test_only_the_bureau_accepts_and_only_filed_applications() -> None:
    """R-8.7, R-8.8."""
    stage = await units.new_unit()
    row = await units.recommended(stage)
    given = on(row, members=await team_input(stage))
    assert rules_of(await act(stage.municipal, "evaluationAccept", given, EVALUATION)) == ["S-1"]
    assert codes(await act(stage.district, "evaluationAccept", given, EVALUATION)) == ["FORBIDDEN"]


async def test_an_activity_has_a_method_a_past_date_and_participants() -> None:
    """R-8.9: in the future, before the evaluation, without anybody of the team."""
    stage = await units.new_unit()
    row = await units.evaluated(stage)
    members = [global_id("TeamMember", id) for id in await units.member_ids(row)]
    today = clock.today()
    given = on(row, method="SITE_VISIT", heldOn=str(today), summary="实地考察", participants=members)
    tomorrow = {**given, "heldOn": str(today + timedelta(days=1)), "participants": []}
    assert faults(await act(stage.municipal, "evaluationRecordActivity", tomorrow, EVALUATION)) == [
        ("R-8.9", "heldOn"),
        ("R-8.9", "participants"),
    ]
    before = {
        **given,
        "heldOn": str(today - timedelta(days=1)),
        "participants": [global_id("TeamMember", row.id)],
    }
    assert faults(await act(stage.municipal, "evaluationRecordActivity", before, EVALUATION)) == [
        ("R-8.9", "heldOn"),
        ("R-8.9", "participants"),
    ]
    shown = "evaluation { state activities { method heldOn participants { name } } }"
    recorded = await act(stage.industry, "evaluationRecordActivity", given, shown)
    assert [
        (each["method"], each["heldOn"], len(each["participants"]))
        for each in recorded["evaluation"]["activities"]
    ] == [("SITE_VISIT", str(today), 4)]


async def test_each_dimension_has_its_finding_exactly_once() -> None:
    """R-8.10: a dimension twice, also by two at once."""
    stage = await units.new_unit()
    row = await units.evaluated(stage)
    given = on(row, dimension="QUALIFICATION", satisfied=True, opinion="符合")
    payloads = await asyncio.gather(
        *(
            act(each, "evaluationRecordFinding", given, EVALUATION)
            for each in (stage.municipal, stage.district)
        )
    )
    assert sorted(rules_of(each) for each in payloads) == [[], ["S-2"]]
    again = on(await fresh(row), dimension="QUALIFICATION", satisfied=False, opinion="改")
    assert faults(await act(stage.municipal, "evaluationRecordFinding", again, EVALUATION)) == [
        ("R-8.10", "dimension")
    ]
    assert [each.satisfied for each in await EvaluationFinding.filter(evaluation_id=row.id)] == [True]


async def test_the_lead_concludes_on_four_dimensions_an_activity_and_all_signatures() -> None:
    """R-8.8 to R-8.10."""
    stage = await units.new_unit()
    row = await units.evaluated(stage)
    signed = [global_id("TeamMember", id) for id in await units.member_ids(row)]
    early = on(row, conclusion="符合", signedBy=signed[:-1])
    assert rules_of(await act(stage.municipal, "evaluationConclude", early, EVALUATION)) == [
        "R-8.9",
        "R-8.10",
        "R-8.8",
    ]
    row = await units.examined(stage, row)
    given = on(row, conclusion="符合", signedBy=signed)
    for viewer in (stage.municipal2, stage.district):
        assert rules_of(await act(viewer, "evaluationConclude", given, EVALUATION)) == ["R-8.8"]
    payload = await act(stage.municipal, "evaluationConclude", given, EVALUATION)
    assert payload["evaluation"]["state"] == "CONCLUDED"
    assert await state_of(row) == "EVALUATED"
    assert await TeamMember.filter(evaluation_id=row.id, signed_on=clock.today()).count() == 4


async def test_three_dimensions_are_not_four() -> None:
    """R-8.10."""
    stage = await units.new_unit()
    row = await units.examined(stage)
    await EvaluationFinding.filter(evaluation_id=row.id, dimension=EvaluationDimension.QUALIFICATION).delete()
    signed = [global_id("TeamMember", id) for id in await units.member_ids(row)]
    given = on(row, conclusion="符合", signedBy=signed)
    assert rules_of(await act(stage.municipal, "evaluationConclude", given, EVALUATION)) == ["R-8.10"]


def decision(row: Evaluation, *scope: tuple[str, str, str], on_day: str | None = None) -> dict[str, Any]:
    lines = [{"series": series, "specialty": specialty, "level": level} for series, specialty, level in scope]
    return on(row, scope=lines, decidedOn=on_day or str(clock.today()))


async def test_recognition_needs_a_scope_inside_what_was_asked() -> None:
    """R-8.11, B-10: no scope, beyond the application, a title that does not exist; a part of what was asked is fine."""
    stage = await units.new_unit()
    asked = (Scope("05", "", TitleLevel.SENIOR), Scope("03", "物理", TitleLevel.INTERMEDIATE))
    row = await units.concluded(stage, await units.filed(stage, scope=asked))
    none = await act(stage.municipal2, "evaluationRecognise", decision(row), EVALUATION)
    assert faults(none) == [("R-8.11", "scope")]
    beyond = decision(row, ("05", "", "INTERMEDIATE"), ("03", "", "INTERMEDIATE"), ("02", "", "TECHNICIAN"))
    assert faults(await act(stage.municipal2, "evaluationRecognise", beyond, EVALUATION)) == [
        ("B-10", "scope.2.level"),
        ("R-8.11", "scope.0"),
        ("R-8.11", "scope.1"),
        ("R-8.11", "scope.2"),
    ]
    assert (await stage.fresh()).unit.state == "CANDIDATE"
    inside = decision(row, ("05", "人工智能", "SENIOR"), ("03", "物理", "INTERMEDIATE"))
    payload = await act(stage.municipal2, "evaluationRecognise", inside, EVALUATION)
    assert payload["evaluation"]["state"] == "RECOGNISED"
    assert (await state_of(row), (await stage.fresh()).unit.state) == ("RECOGNISED", "ACTIVE")
    granted = await ScopeItem.filter(unit_id=stage.unit.id, ended_on__isnull=True).order_by("series")
    assert [(item.series, item.specialty, item.granted_by_id) for item in granted] == [
        ("03", "物理", row.id),
        ("05", "人工智能", row.id),
    ]


async def test_there_is_no_decision_without_a_concluded_evaluation() -> None:
    """R-8.11: recognise against no evaluation."""
    stage = await units.new_unit()
    row = await units.examined(stage)
    given = decision(row, ("05", "", "SENIOR"))
    assert "S-1" in rules_of(await act(stage.municipal2, "evaluationRecognise", given, EVALUATION))
    refusal = on(row, reason="不符合", decidedOn=str(clock.today()))
    assert "S-1" in rules_of(await act(stage.municipal2, "evaluationRefuse", refusal, EVALUATION))
    for viewer in (stage.district, stage.industry):
        assert codes(await act(viewer, "evaluationRecognise", given, EVALUATION)) == ["FORBIDDEN"]


async def test_no_decision_is_dated_before_the_measures(at: Callable[[datetime], None]) -> None:
    """R-16.1: not before 2025-12-01, not before the conclusion, not in the future."""
    at(datetime(2026, 3, 2, 10, tzinfo=BEIJING))
    stage = await units.new_unit()
    row = await units.concluded(stage)
    for day, expected in (
        ("2025-11-30", [("R-16.1", "decidedOn")]),
        ("2026-03-01", [("R-8.11", "decidedOn")]),
        ("2026-03-03", [("R-8.11", "decidedOn")]),
        ("2026-03-02", []),
    ):
        given = decision(row, ("05", "", "SENIOR"), on_day=day)
        assert faults(await act(stage.municipal2, "evaluationRecognise", given, EVALUATION)) == expected
    assert (await fresh(row)).policy_basis.startswith("《北京市职称自主评审管理办法（试行）》")


async def test_nothing_is_decided_before_the_measures_are_in_force(at: Callable[[datetime], None]) -> None:
    """R-16.1: the clock itself."""
    at(datetime(2025, 11, 30, 23, 59, tzinfo=BEIJING))
    stage = await units.new_unit()
    row = await units.concluded(stage)
    given = decision(row, ("05", "", "SENIOR"))
    assert rules_of(await act(stage.municipal2, "evaluationRecognise", given, EVALUATION)) == ["R-16.1"] * 2
    at(datetime(2025, 12, 1, tzinfo=BEIJING))
    given = decision(row, ("05", "", "SENIOR"))
    assert rules_of(await act(stage.municipal2, "evaluationRecognise", given, EVALUATION)) == []


@pytest.mark.parametrize("mutation", ["evaluationRecognise", "evaluationRefuse"])
async def test_on_route_3_the_pre_reviewer_does_not_decide(mutation: str) -> None:
    """R-8.6: another officer of the bureau does."""
    stage = await units.new_unit(category=UnitCategory.NEW_RD_INSTITUTION)
    application = await units.filed(stage)
    assert application.recommended_by_id == stage.municipal2.account_id
    row = await units.concluded(stage, application)
    given = decision(row, ("05", "", "SENIOR"))
    if mutation == "evaluationRefuse":
        given = on(row, reason="能力不足", decidedOn=str(clock.today()))
    assert rules_of(await act(stage.municipal2, mutation, given, EVALUATION)) == ["R-8.6"]
    assert rules_of(await act(stage.municipal, mutation, given, EVALUATION)) == []


async def test_a_refusal_has_reasons_that_the_unit_reads() -> None:
    """R-8.11: both outcomes are told; the evaluation itself stays inside; the unit may apply again."""
    stage = await units.new_unit()
    row = await units.concluded(stage)
    blank = on(row, reason=" ", decidedOn=str(clock.today()))
    assert rules_of(await act(stage.municipal2, "evaluationRefuse", blank, EVALUATION)) == ["S-10"]
    given = on(row, reason="专家队伍不足", decidedOn=str(clock.today()))
    payload = await act(stage.municipal2, "evaluationRefuse", given, EVALUATION)
    assert payload["evaluation"]["state"] == "REFUSED"
    document = (
        "query ($a: ID!, $e: ID!) { a: node(id: $a) { ... on QualificationApplication { state decisionReason } } "
        "e: node(id: $e) { id } }"
    )
    ids = {
        "a": global_id("QualificationApplication", row.application_id),
        "e": global_id("Evaluation", row.id),
    }
    assert (await gql(stage.office, document, **ids))["data"] == {
        "a": {"state": "REFUSED", "decisionReason": "专家队伍不足"},
        "e": None,
    }
    unit = await Unit.get(id=stage.unit.id)
    assert (unit.state, unit.profile_locked) == ("CANDIDATE", False)
    again = await act(stage.office, "applicationCreate", {}, "application { state }")
    assert again["application"] == {"state": "DRAFT"}


async def test_an_evaluation_is_seen_by_the_bodies_on_its_team_only() -> None:
    """Who sees what: evaluation internals to the bureau and, if on the team, to district bureau and industry authority."""
    stage, other = await units.new_unit(), await units.new_unit()
    row = await units.evaluated(stage)
    seers = (stage.municipal, stage.district, stage.industry, stage.supervisor, stage.office, other.district)
    seen = [await visible(Evaluation, each).filter(id=row.id).exists() for each in seers]
    assert seen == [True, True, True, False, False, False]
    members = [await visible(TeamMember, each).filter(evaluation_id=row.id).count() for each in seers]
    assert members == [4, 4, 4, 0, 0, 0]


async def test_a_recognised_unit_widens_its_scope_by_a_new_application() -> None:
    """R-13.1: what it holds stays as granted, the new is added."""
    stage = await units.recognised_unit(scope=(Scope("05", "", TitleLevel.SENIOR),))
    wider = (Scope("05", "", TitleLevel.SENIOR), Scope("03", "", TitleLevel.SENIOR))
    row = await units.concluded(stage, await units.filed(stage, scope=wider))
    given = decision(row, ("05", "", "SENIOR"), ("03", "", "SENIOR"))
    assert rules_of(await act(stage.municipal2, "evaluationRecognise", given, EVALUATION)) == []
    held = (
        await ScopeItem.filter(unit_id=stage.unit.id)
        .order_by("created_at")
        .values_list("series", "granted_by_id")
    )
    assert [series for series, _ in held] == ["05", "03"]
    assert [by == row.id for _, by in held] == [False, True]
