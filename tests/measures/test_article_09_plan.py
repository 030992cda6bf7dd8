"""Art. 9(3): one annual plan a unit and year, from documents in force, complete and practicable."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.core import clock
from domain.core.calls import BY_SYSTEM, Call
from domain.core.errors import Refused
from domain.core.roles import Role, Viewer
from domain.core.titles import TitleLevel
from domain.plans import commands as plans
from domain.plans.models import AnnualPlan, PlanGroup, PlanRevision
from domain.plans.reads import plans_past_their_time
from domain.policy_documents import approval
from domain.policy_documents.models import PolicySet
from domain.units import commands as units
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.stages import committees as stages
from tests.stages.committees import beijing
from tests.stages.units import Stage, recognised_unit

At = Callable[[datetime], None]
STATE = "plan { id state version }"
SECTIONS = {
    "reviewFrom": "2026-04-01",
    "reviewUntil": "2026-11-30",
    "procedure": "申报、审核、评审。",
    "experts": "随机抽取 11 名。",
    "indicators": "创新能力、质量、实效、贡献。",
}
GROUP = {
    "name": "计算机组",
    "series": "05",
    "specialty": "计算机应用",
    "level": "ASSOCIATE_SENIOR",
    "windowFrom": "2026-05-01",
    "windowUntil": "2026-09-30",
    "expertCount": 11,
}


def on(row: AnnualPlan, **given: Any) -> dict[str, Any]:
    return {"id": global_id("AnnualPlan", row.id), "version": row.version, **given}


async def state_of(row: AnnualPlan) -> str:
    return str((await AnnualPlan.get(id=row.id)).state)


async def drafted(stage: Stage, **content: Any) -> AnnualPlan:
    """A complete plan for 2026 as a draft, but for what is said here."""
    version = await stages.in_force_policy(stage)
    given = {"year": 2026, "policySet": global_id("PolicySet", version.id), "groups": [GROUP]}
    payload = await act(stage.office, "planDraft", {**given, **SECTIONS, **content}, STATE)
    assert payload["userErrors"] == []
    return await AnnualPlan.get(unit_id=stage.unit.id)


@pytest.fixture
async def stage(at: At) -> Stage:
    """An active unit that may review all engineering down to middle level, on 2 March 2026."""
    at(beijing(2026, 3, 2, 9))
    return await recognised_unit()


async def test_a_unit_adopts_its_plan_itself(stage: Stage) -> None:
    """R-9.8: from draft to force without anybody's approval; its bodies can read it and comment."""
    row = await drafted(stage)
    adopted = await act(
        stage.office,
        "planAdopt",
        on(row),
        "plan { state version year revision adoptedOn policySet { number } groups { name level expertCount } }",
    )
    assert adopted["plan"] == {
        "state": "ACTIVE",
        "version": 2,
        "year": 2026,
        "revision": 1,
        "adoptedOn": "2026-03-02",
        "policySet": {"number": 1},
        "groups": [{"name": "计算机组", "level": "ASSOCIATE_SENIOR", "expertCount": 11}],
    }
    row = await AnnualPlan.get(id=row.id)
    said = await act(
        stage.district, "planComment", on(row, text="请提前报送名单。"), "plan { comments { role text } }"
    )
    assert said["plan"]["comments"] == [{"role": "DISTRICT_BUREAU", "text": "请提前报送名单。"}]


async def test_a_plan_rests_on_documents_in_force(stage: Stage) -> None:
    """R-9.6: neither on a submitted version, nor on a revoked one, nor on another unit's."""
    submitted = await stages.submitted_policy(stage)
    given = {"year": 2026, **SECTIONS, "groups": [GROUP]}

    async def refused(viewer: Viewer, version: PolicySet) -> list[tuple[str, list[str]]]:
        asked = {**given, "policySet": global_id("PolicySet", version.id)}
        errors = (await act(viewer, "planDraft", asked))["userErrors"]
        return [(error["rule"]["id"], error["field"]) for error in errors]

    assert await refused(stage.office, submitted) == [("R-9.6", ["policySet"])]
    call = Call(stage.municipal)
    version = await approval.approve(call, submitted.id, submitted.version, "1号", stages.checklist())
    other = await recognised_unit()
    assert await refused(other.office, version) == [("S-4", ["policySet"])]
    await approval.revoke(call, version.id, version.version, "不符合政策。")
    assert await refused(stage.office, version) == [("R-9.6", ["policySet"])]
    assert await AnnualPlan.filter(unit_id__in=[stage.unit.id, other.unit.id]) == []


async def test_a_draft_is_not_adopted_once_its_documents_are_revoked(stage: Stage) -> None:
    """R-9.6: the rule holds again at adoption, and `availableActions` says so before."""
    row = await drafted(stage)
    version = await PolicySet.get(id=row.policy_set_id)
    await approval.revoke(Call(stage.municipal), version.id, version.version, "不符合政策。")
    refused = await act(stage.office, "planAdopt", on(row))
    assert rules_of(refused) == ["R-9.6"]
    seen = await gql(
        stage.office,
        "query($id: ID!) { node(id: $id) { ... on AnnualPlan "
        "{ availableActions { name allowed reasons { rule { id } } } } } }",
        id=global_id("AnnualPlan", row.id),
    )
    assert seen["data"]["node"]["availableActions"] == [
        {"name": "edit", "allowed": True, "reasons": []},
        {"name": "adopt", "allowed": False, "reasons": [{"rule": {"id": "R-9.6"}}]},
        {"name": "cancel", "allowed": True, "reasons": []},
    ]
    assert await state_of(row) == "DRAFT"


@pytest.mark.parametrize(
    "blank",
    [
        {"reviewFrom": None},
        {"procedure": "  "},
        {"experts": ""},
        {"indicators": ""},
        {"groups": []},
    ],
)
async def test_all_five_sections_are_filled(stage: Stage, blank: dict[str, Any]) -> None:
    """R-9.7."""
    row = await drafted(stage, **blank)
    refused = await act(stage.office, "planAdopt", on(row))
    assert rules_of(refused) == ["R-9.7"]
    assert await state_of(row) == "DRAFT"


async def test_every_blank_section_is_named(stage: Stage) -> None:
    """R-9.7: told at once."""
    row = await drafted(stage, reviewFrom=None, procedure="", experts="", indicators="", groups=[])
    refused = await act(stage.office, "planAdopt", on(row))
    assert [error["message"] for error in refused["userErrors"]] == [
        "计划缺少：评审时间、评审程序、专家构成、评审指标、学科或者分组情况。"
    ]


@pytest.mark.parametrize(
    "dates",
    [
        {"reviewFrom": "2025-12-31"},
        {"reviewUntil": "2027-01-01"},
        {"reviewFrom": "2026-12-01"},  # end before start
        {"groups": [GROUP | {"windowFrom": "2026-03-31"}]},
        {"groups": [GROUP | {"windowUntil": "2026-12-01"}]},
    ],
)
async def test_dates_lie_inside_the_year_and_windows_inside_the_time(
    stage: Stage, dates: dict[str, Any]
) -> None:
    """R-9.7."""
    row = await drafted(stage, **dates)
    refused = await act(stage.office, "planAdopt", on(row))
    assert rules_of(refused) == ["R-9.7"]
    assert await state_of(row) == "DRAFT"


@pytest.mark.parametrize("outside", [{"series": "08"}, {"level": "ASSISTANT"}])
async def test_groups_lie_inside_the_units_scope(stage: Stage, outside: dict[str, str]) -> None:
    """R-13.1."""
    row = await drafted(stage, groups=[GROUP, GROUP | {"name": "乙组"} | outside])
    refused = await act(stage.office, "planAdopt", on(row))
    assert [(error["rule"]["id"], error["messageEn"]) for error in refused["userErrors"]] == [
        ("R-13.1", "Outside the unit's scope: 乙组.")
    ]
    assert await state_of(row) == "DRAFT"


async def test_a_group_that_cannot_be_is_refused_in_the_draft(stage: Stage) -> None:
    """B-10, R-9.7, S-7: every fault at its place."""
    version = await stages.in_force_policy(stage)
    groups = [
        GROUP | {"series": "99", "windowUntil": "2026-04-30", "expertCount": 0},
        GROUP | {"quota": 100_000},
    ]
    given = {"year": 2026, "policySet": global_id("PolicySet", version.id), "groups": groups, **SECTIONS}
    refused = await act(stage.office, "planDraft", given)
    assert [(error["rule"]["id"], error["field"]) for error in refused["userErrors"]] == [
        ("B-10", ["groups", "0", "level"]),
        ("R-9.7", ["groups", "0", "windowUntil"]),
        ("S-7", ["groups", "0", "expertCount"]),
        ("S-7", ["groups", "1", "quota"]),
        ("R-9.7", ["groups", "1", "name"]),
    ]


async def test_one_plan_a_year(stage: Stage) -> None:
    """R-9.6: of four at once exactly one comes to be; another year is another plan."""
    version = await stages.in_force_policy(stage)
    call = Call(stage.office)
    answers = await gather(
        *(plans.draft(call, 2026, version.id, stages.content()) for _ in range(4)), return_exceptions=True
    )
    refused = [each for each in answers if isinstance(each, Refused)]
    assert len([each for each in answers if isinstance(each, AnnualPlan)]) == 1
    assert [refusal.rule.id for each in refused for refusal in each.refusals] == ["R-9.6"] * 3
    next_year = await plans.draft(call, 2027, version.id, stages.content())
    assert next_year.year == 2027
    for year in (2025, 2028):
        with pytest.raises(Refused) as wrong:
            await plans.draft(call, year, version.id, stages.content())
        assert [(each.rule.id, each.field) for each in wrong.value.refusals] == [("R-9.6", "year")]


async def test_a_cancelled_plan_makes_room_for_another(stage: Stage) -> None:
    """R-9.6: cancelling says why."""
    row = await drafted(stage)
    blank = await act(stage.office, "planCancel", on(row, reason=""))
    assert rules_of(blank) == ["S-10"]
    await act(stage.office, "planCancel", on(row, reason="重新拟定。"))
    assert await state_of(row) == "CANCELLED"
    again = await plans.draft(Call(stage.office), 2026, row.policy_set_id, stages.content())
    assert str(again.state) == "DRAFT"


async def test_a_suspended_unit_makes_and_adopts_no_plan(stage: Stage) -> None:
    """J-7."""
    row = await drafted(stage)
    unit = (await stage.fresh()).unit
    await units.suspend(Call(stage.municipal), unit.id, unit.version, "整改。")
    adopted = await act(stage.office, "planAdopt", on(row))
    given = {"year": 2027, "policySet": global_id("PolicySet", row.policy_set_id)}
    assert (rules_of(adopted), rules_of(await act(stage.office, "planDraft", given))) == (["J-7"], ["J-7"])
    assert await state_of(row) == "DRAFT"


async def test_an_amendment_is_a_new_revision_and_the_old_one_is_kept(stage: Stage) -> None:
    """R-9.7, R-9.11: groups stay the same objects; one whose round has started stays as it is."""
    row = await drafted(stage, groups=[GROUP, GROUP | {"name": "乙组"}])
    row = await plans.adopt(Call(stage.office), row.id, row.version)
    started, free = await PlanGroup.filter(plan_id=row.id).order_by("position")
    await plans.round_started(BY_SYSTEM, started)
    row = await AnnualPlan.get(id=row.id)
    touching = on(row, reason="调整。", groups=[global_id("PlanGroup", started.id)])
    refused = await act(stage.office, "planAmend", touching)
    assert [(error["rule"]["id"], error["field"]) for error in refused["userErrors"]] == [
        ("R-9.11", ["groups", "0"])
    ]
    await act(stage.office, "planAmend", on(row, reason="调整。", groups=[global_id("PlanGroup", free.id)]))
    row = await AnnualPlan.get(id=row.id)
    assert (str(row.state), row.revision) == ("DRAFT", 2)
    kept = await PlanRevision.get(plan_id=row.id)
    assert (kept.revision, [each["name"] for each in kept.content["groups"]]) == (1, ["计算机组", "乙组"])  # type: ignore[attr-defined]
    first = GROUP | {"id": global_id("PlanGroup", started.id)}
    second = GROUP | {"id": global_id("PlanGroup", free.id), "name": "乙组", "expertCount": 13}
    touched = await act(
        stage.office, "planEdit", on(row, **SECTIONS, groups=[first | {"expertCount": 9}, second])
    )
    assert rules_of(touched) == ["R-9.11"]
    dropped = await act(stage.office, "planEdit", on(row, **SECTIONS, groups=[second]))
    assert rules_of(dropped) == ["R-9.11"]
    edited = await act(stage.office, "planEdit", on(row, **SECTIONS, groups=[first, second]), STATE)
    assert edited["userErrors"] == []
    found = await PlanGroup.filter(plan_id=row.id).order_by("position")
    assert [(each.id, each.expert_count) for each in found] == [(started.id, 11), (free.id, 13)]


async def test_once_reviews_started_only_the_bureau_cancels(stage: Stage) -> None:
    """R-9.11."""
    row = await drafted(stage)
    row = await plans.adopt(Call(stage.office), row.id, row.version)
    group = await PlanGroup.get(plan_id=row.id)
    await plans.round_started(BY_SYSTEM, group)
    row = await AnnualPlan.get(id=row.id)
    refused = await act(stage.office, "planCancel", on(row, reason="取消。"))
    assert (rules_of(refused), await state_of(row)) == (["R-9.11"], "ACTIVE")
    cancelled = await act(stage.municipal, "planCancel", on(row, reason="取消。"), STATE)
    assert cancelled["plan"]["state"] == "CANCELLED"


async def test_a_plan_is_complete_when_its_time_is_over_and_its_rounds_have_ended(
    stage: Stage, at: At
) -> None:
    """R-9.6: the worker completes it, nobody else."""
    row = await drafted(stage)
    row = await plans.adopt(Call(stage.office), row.id, row.version)
    group = await PlanGroup.get(plan_id=row.id)
    await plans.round_started(BY_SYSTEM, group)
    at(beijing(2026, 11, 30, 23, 59, 58))
    assert row.id not in await plans_past_their_time(clock.today())
    at(beijing(2026, 12, 1))
    assert row.id in await plans_past_their_time(clock.today())
    with pytest.raises(Refused) as refused:
        await plans.complete(BY_SYSTEM, row.id)
    assert [each.rule.id for each in refused.value.refusals] == ["R-9.6"]
    with pytest.raises(Refused) as forbidden:
        await plans.complete(Call(stage.municipal), row.id)
    assert [str(each.code) for each in forbidden.value.refusals] == ["FORBIDDEN"]
    await plans.round_ended(BY_SYSTEM, group)
    assert (await plans.complete(BY_SYSTEM, row.id)).state == "COMPLETED"


async def test_who_sees_and_changes_a_plan(stage: Stage) -> None:
    """R-2.2, R-9.8: staff see an adopted plan; a neighbour finds nothing and changes nothing."""
    row = await drafted(stage)
    other = await recognised_unit()
    staff = Viewer(Role.APPLICANT, organisation_id=stage.unit.id, person_id=uuid4())
    document = "query($id: ID!) { node(id: $id) { ... on AnnualPlan { state groups { name } } } }"

    async def seen(viewer: Viewer) -> Any:
        node = (await gql(viewer, document, id=global_id("AnnualPlan", row.id)))["data"]["node"]
        return node and [node["state"], len(node["groups"])]

    assert [await seen(viewer) for viewer in (staff, stage.office, stage.district)] == [
        None,
        ["DRAFT", 1],
        ["DRAFT", 1],
    ]
    codes = [
        [error["code"] for error in (await act(viewer, "planAdopt", on(row)))["userErrors"]]
        for viewer in (other.office, other.district, stage.district, stage.municipal)
    ]
    assert codes == [["NOT_FOUND"], ["NOT_FOUND"], ["FORBIDDEN"], ["FORBIDDEN"]]
    await plans.adopt(Call(stage.office), row.id, row.version)
    assert [await seen(viewer) for viewer in (staff, other.office, other.industry, Viewer(Role.PUBLIC))] == [
        ["ACTIVE", 1],
        None,
        None,
        None,
    ]


async def test_an_expiring_version_still_bears_a_plan_of_its_time(stage: Stage) -> None:
    """R-9.5, R-9.6: until the day its successor takes effect the former version may be planned on."""
    with stages.earlier(timedelta(days=40)):
        first = await stages.in_force_policy(stage)
    second = await stages.submitted_policy(stage)
    day = clock.today() + timedelta(days=5)
    await approval.approve(
        Call(stage.municipal), second.id, second.version, "2号", stages.checklist(), effective_from=day
    )
    call = Call(stage.office)
    with pytest.raises(Refused) as early:
        await plans.draft(call, 2026, second.id, stages.content())
    assert [each.rule.id for each in early.value.refusals] == ["R-9.6"]
    row = await plans.draft(
        call, 2026, first.id, stages.content([stages.group(level=TitleLevel.INTERMEDIATE)])
    )
    assert (row.policy_set_id, row.year, row.review_until) == (first.id, 2026, date(2026, 12, 31))
