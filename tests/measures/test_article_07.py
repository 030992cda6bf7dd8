"""Art. 7: the conditions of an application, and their relaxation."""

from __future__ import annotations

from typing import Any

import pytest

from domain.applications.drafts import Draft, RelaxationLine, ScopeLine
from domain.applications.guards import is_technical_enough
from domain.applications.models import (
    ApplicationScopeItem,
    ConditionRelaxation,
    QualificationApplication,
    SeniorExpertListing,
)
from domain.applications.names import AttachmentKind, QualificationCondition
from domain.core import clock
from domain.core.titles import TitleLevel
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.measures.test_article_04 import on
from tests.measures.test_article_05 import faults, submit
from tests.stages import people, units

APPLICATION = "application { id state version }"
SCOPE = [ScopeLine("05", "", TitleLevel.SENIOR, "具有重要影响力。")]


def draft(**changes: Any) -> Draft:
    complete = {
        "four_centres_statement": "服务国际科技创新中心。",
        "scope": SCOPE,
        "senior_experts": units.experts(11),
    }
    return Draft(**{**complete, **changes})


async def relaxation(stage: units.Stage, condition: QualificationCondition) -> RelaxationLine:
    evidence = await people.paper(stage.office)
    return RelaxationLine(condition, "在关键技术领域取得重大突破。", evidence.id)


@pytest.mark.parametrize(
    ("technical", "total", "enough"),
    [
        (700, 1000, True),
        (6999, 10000, False),
        (7, 10, True),
        (69, 99, False),
        (0, 0, False),
        (11, 10, False),
        (-1, 10, False),
        (1, 1, True),
    ],
)
def test_exactly_70_percent_is_enough(technical: int, total: int, enough: bool) -> None:
    """R-7.2: compared in integers, the number itself included."""
    assert is_technical_enough(technical, total) is enough


@pytest.mark.parametrize(("technical", "expected"), [(7000, []), (6999, [("R-7.2", "technicalStaffCount")])])
async def test_the_share_of_technical_staff(technical: int, expected: list[tuple[str, str]]) -> None:
    """R-7.2: 70.00% passes, 69.99% does not."""
    stage = await units.new_unit(total_staff_count=10_000, technical_staff_count=technical)
    assert faults(await submit(stage, await units.drafted(stage))) == expected


async def test_a_branch_without_legal_personality_cannot_apply() -> None:
    """R-7.1."""
    stage = await units.new_unit(independent_legal_person=False)
    assert faults(await submit(stage, await units.drafted(stage))) == [("R-7.1", "independentLegalPerson")]


async def test_everything_missing_is_told_at_once() -> None:
    """R-5.1, R-7.2 to R-7.5, R-7.7: an empty application names every condition; the same are its reasons why not yet."""
    stage = await units.new_unit(technical_staff_count=10)
    row = await units.drafted(stage, draft=Draft(), attachments=())
    expected = ["R-5.1", "R-7.2", "R-7.3", "R-7.4", "R-7.5", "R-7.7"]
    assert rules_of(await submit(stage, row)) == expected
    assert (await QualificationApplication.get(id=row.id)).state == "DRAFT"
    document = (
        "query ($id: ID!) { node(id: $id) { ... on QualificationApplication "
        "{ availableActions { name allowed reasons { rule { id } } } } } }"
    )
    answer = await gql(stage.office, document, id=global_id("QualificationApplication", row.id))
    actions = {each["name"]: each for each in answer["data"]["node"]["availableActions"]}
    assert not actions["submit"]["allowed"] and actions["edit"]["allowed"]
    assert [each["rule"]["id"] for each in actions["submit"]["reasons"]] == expected


async def test_ten_senior_experts_are_too_few() -> None:
    """R-7.3: eleven are enough for one specialty committee (decision D12)."""
    stage = await units.new_unit()
    row = await units.drafted(stage, draft=draft(senior_experts=units.experts(10)))
    assert faults(await submit(stage, row)) == [("R-7.3", "seniorExperts")]


async def test_an_expert_counts_once_and_with_a_senior_title_only() -> None:
    """R-7.3: listed twice under two spellings, a middle title, a wrong number; B-10: a level the series has not."""
    stage = await units.new_unit()
    row = await units.drafted(stage)
    number = people.identity_number()
    lines = [
        {"name": "欧阳锋", "identityNumber": number, "series": "05", "titleLevel": "SENIOR"},
        {
            "name": "欧 阳 锋",
            "identityNumber": f"{number[:6]} {number[6:]}",
            "series": "05",
            "titleLevel": "SENIOR",
        },
        {
            "name": "张三",
            "identityNumber": people.identity_number(),
            "series": "05",
            "titleLevel": "INTERMEDIATE",
        },
        {"name": "李四", "identityNumber": "110000199001011234", "series": "05", "titleLevel": "SENIOR"},
        {"name": "王五", "identityNumber": people.identity_number(), "series": "99", "titleLevel": "SENIOR"},
    ]
    refused = await act(stage.office, "applicationEdit", on(row, seniorExperts=lines), APPLICATION)
    assert faults(refused) == [
        ("R-7.3", "seniorExperts.1.identityNumber"),
        ("R-7.3", "seniorExperts.2.titleLevel"),
        ("S-5", "seniorExperts.3.identityNumber"),
        ("B-10", "seniorExperts.4.series"),
    ]
    assert await SeniorExpertListing.filter(application_id=row.id).count() == 11


async def test_a_scope_names_titles_that_exist() -> None:
    """R-7.4, B-10: series 02 has no technician level, series 28 does not exist, nothing is asked for twice."""
    stage = await units.new_unit()
    row = await units.drafted(stage)
    lines = [
        {"series": "02", "level": "TECHNICIAN"},
        {"series": "28", "level": "SENIOR"},
        {"series": "05", "level": "SENIOR", "specialty": "人工智能"},
        {"series": "05", "level": "SENIOR", "specialty": "人工智能"},
    ]
    refused = await act(stage.office, "applicationEdit", on(row, scope=lines), APPLICATION)
    assert faults(refused) == [("B-10", "scope.0.level"), ("B-10", "scope.1.series"), ("S-13", "scope.3")]
    assert await ApplicationScopeItem.filter(application_id=row.id).count() == 3


async def test_every_specialty_shows_its_influence() -> None:
    """R-7.4."""
    stage = await units.new_unit()
    silent = [*SCOPE, ScopeLine("05", "人工智能", TitleLevel.SENIOR, "")]
    row = await units.drafted(stage, draft=draft(scope=silent))
    assert faults(await submit(stage, row)) == [("R-7.4", "scope.1.influence")]


@pytest.mark.parametrize("missing", [AttachmentKind.CRITERIA, AttachmentKind.WORK_PLAN])
async def test_work_plan_and_criteria_are_both_attached(missing: AttachmentKind) -> None:
    """R-7.5."""
    stage = await units.new_unit()
    row = await units.drafted(stage, attachments=[kind for kind in AttachmentKind if kind is not missing])
    assert faults(await submit(stage, row)) == [("R-7.5", "attachments")]


async def test_the_four_centres_are_spoken_of() -> None:
    """R-7.7: blank is not said."""
    stage = await units.new_unit()
    row = await units.drafted(stage, draft=draft(four_centres_statement="  "))
    assert faults(await submit(stage, row)) == [("R-7.7", "fourCentresStatement")]


async def test_only_files_of_the_unit_are_attached() -> None:
    """S-21: another unit's file is no evidence of ours; S-13: nor twice the same."""
    stage, neighbour = await units.new_unit(), await units.new_unit()
    row = await units.drafted(stage)
    theirs = await people.paper(neighbour.office)
    given = {"kind": "OTHER", "file": global_id("StoredFile", theirs.id)}
    assert faults(await act(stage.office, "applicationAttach", on(row, **given), APPLICATION)) == [
        ("S-21", "file")
    ]
    ours = await people.paper(stage.office)
    given = {"kind": "OTHER", "file": global_id("StoredFile", ours.id)}
    assert rules_of(await act(stage.office, "applicationAttach", on(row, **given), APPLICATION)) == []
    row = await QualificationApplication.get(id=row.id)
    assert faults(await act(stage.office, "applicationAttach", on(row, **given), APPLICATION)) == [
        ("S-13", "attachments")
    ]


async def test_a_relaxation_stands_in_for_its_condition_until_the_bureau_decides() -> None:
    """R-7.6: size and experts may be relaxed; ordinary units never need one."""
    stage = await units.new_unit(technical_staff_count=500)
    asked = [
        await relaxation(stage, QualificationCondition.TECHNICAL_TEAM),
        await relaxation(stage, QualificationCondition.SENIOR_EXPERTS),
    ]
    row = await units.drafted(stage, draft=draft(senior_experts=units.experts(3), relaxations=asked))
    assert (await submit(stage, row))["application"] == {"state": "SUBMITTED"}


async def test_relaxations_without_evidence_or_of_other_conditions_are_refused() -> None:
    """R-7.6: no evidence, another unit's evidence, legal personality, a category, twice."""
    stage, neighbour = await units.new_unit(), await units.new_unit()
    row = await units.drafted(stage)
    ours = global_id("StoredFile", (await people.paper(stage.office)).id)
    theirs = global_id("StoredFile", (await people.paper(neighbour.office)).id)
    lines = [
        {"condition": "TECHNICAL_TEAM", "justification": "重大突破"},
        {"condition": "SENIOR_EXPERTS", "justification": " ", "evidence": theirs},
        {"condition": "LEGAL_PERSON", "justification": "重大突破", "evidence": ours},
        {"condition": "CATEGORY", "justification": "重大突破", "evidence": ours},
        {"condition": "TECHNICAL_TEAM", "justification": "重大突破", "evidence": ours},
    ]
    refused = await act(stage.office, "applicationEdit", on(row, relaxations=lines), APPLICATION)
    assert faults(refused) == [
        ("R-7.6", "relaxations.0.evidence"),
        ("R-7.6", "relaxations.1.justification"),
        ("R-7.6", "relaxations.1.evidence"),
        ("R-7.6", "relaxations.2.condition"),
        ("R-7.6", "relaxations.3.condition"),
        ("S-13", "relaxations.4.condition"),
    ]
    assert await ConditionRelaxation.filter(application_id=row.id).count() == 0


async def test_only_the_bureau_decides_on_a_relaxation_and_recognition_waits_for_it() -> None:
    """R-7.6, R-7.2: undecided bars the conclusion, refused bars the recognition, granted by a district is nothing."""
    stage = await units.new_unit(technical_staff_count=500)
    asked = [await relaxation(stage, QualificationCondition.TECHNICAL_TEAM)]
    row = await units.filed(stage, draft=draft(relaxations=asked))
    line = await ConditionRelaxation.get(application_id=row.id)
    decision = {
        "relaxation": global_id("ConditionRelaxation", line.id),
        "granted": False,
        "reason": "突破不足",
    }
    for viewer in (stage.district, stage.office):
        refused = await act(viewer, "applicationDecideRelaxation", on(row, **decision), APPLICATION)
        assert [error["code"] for error in refused["userErrors"]] == ["FORBIDDEN"]
    evaluation = await units.examined(stage, await units.evaluated(stage, row))
    signed = [global_id("TeamMember", id) for id in await units.member_ids(evaluation)]
    conclusion = on(evaluation, conclusion="符合条件。", signedBy=signed)
    early = await act(stage.municipal, "evaluationConclude", conclusion, "evaluation { state }")
    assert rules_of(early) == ["R-7.6"]
    row = await QualificationApplication.get(id=row.id)
    decided = await act(stage.municipal2, "applicationDecideRelaxation", on(row, **decision), APPLICATION)
    assert rules_of(decided) == []
    row = await QualificationApplication.get(id=row.id)
    again = await act(stage.municipal2, "applicationDecideRelaxation", on(row, **decision), APPLICATION)
    assert faults(again) == [("S-13", "relaxation")]
    ended = await act(stage.municipal, "evaluationConclude", conclusion, "evaluation { id version }")
    given = {
        "id": ended["evaluation"]["id"],
        "version": ended["evaluation"]["version"],
        "scope": [{"series": "05", "level": "SENIOR"}],
        "decidedOn": str(clock.today()),
    }
    barred = await act(stage.municipal2, "evaluationRecognise", given, "evaluation { state }")
    assert faults(barred) == [("R-7.2", "technicalStaffCount")]
    assert (await stage.fresh()).unit.state == "CANDIDATE"
