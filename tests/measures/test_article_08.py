"""Art. 8(1) to 8(3): the route of an application, its recommendation, and the online filing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from domain.applications.models import ConditionOpinion, CorrectionItem, QualificationApplication
from domain.applications.names import AttachmentKind, QualificationCondition
from domain.applications.receiver_commands import lapse
from domain.core.access import visible
from domain.core.clock import BEIJING
from domain.core.errors import Refused
from domain.core.roles import Role, Viewer
from domain.units.models import Unit
from domain.units.names import Ownership, UnitCategory
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.measures.test_article_04 import on, profile_of
from tests.measures.test_article_05 import faults
from tests.stages import people, units

APPLICATION = "application { id state version route receiver { id } }"
OPINIONS = [{"condition": str(each), "met": True, "opinion": "符合。"} for each in QualificationCondition]
RECOMMENDATION = {"opinions": OPINIONS, "recommendation": "同意推荐。"}
CORRECTIONS = {
    "reasons": [
        {"text": "补充评价标准", "rule": "R-7.5", "field": "attachments"},
        {"text": "四个中心说明过于简略", "rule": "R-7.7", "field": "fourCentresStatement"},
    ],
    "workingDays": 5,
}
FILING = {"representativeName": "王法人", "committed": True}


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


async def now(row: QualificationApplication) -> QualificationApplication:
    return await QualificationApplication.get(id=row.id)


@pytest.mark.parametrize(
    ("profile", "route", "receiver"),
    [
        ({"ownership": Ownership.MUNICIPAL}, "MUNICIPAL_OWNED", "supervisor"),
        (
            {"ownership": Ownership.MUNICIPAL, "category": UnitCategory.PUBLIC_INSTITUTION},
            "MUNICIPAL_OWNED",
            "supervisor",
        ),
        ({"ownership": Ownership.DISTRICT}, "DISTRICT_OR_NON_PUBLIC", "district"),
        ({"ownership": Ownership.NON_PUBLIC}, "DISTRICT_OR_NON_PUBLIC", "district"),
        ({"category": UnitCategory.NEW_RD_INSTITUTION}, "NEW_RD", "municipal"),
        (
            {
                "category": UnitCategory.NEW_RD_INSTITUTION,
                "national_laboratory": True,
                "ownership": Ownership.CENTRAL,
            },
            "NEW_RD",
            "municipal",
        ),
    ],
)
async def test_the_route_follows_from_the_unit(profile: dict[str, Any], route: str, receiver: str) -> None:
    """R-8.1 to R-8.4: derived from ownership and category, never asked; each goes to its own receiver."""
    stage = await units.new_unit(**profile)
    row = await units.drafted(stage)
    payload = await act(stage.office, "applicationSubmit", on(row), APPLICATION)
    officer: Viewer = getattr(stage, receiver)
    assert officer.organisation_id is not None
    assert payload["application"] == {
        "id": global_id("QualificationApplication", row.id),
        "state": "SUBMITTED",
        "version": row.version + 1,
        "route": route,
        "receiver": {"id": global_id("Organisation", officer.organisation_id)},
    }


async def test_a_municipal_unit_without_supervising_department_has_nobody_to_go_to() -> None:
    """R-8.1."""
    stage = await units.new_unit(ownership=Ownership.MUNICIPAL, supervising_department_id=None)
    payload = await act(stage.office, "applicationSubmit", on(await units.drafted(stage)), APPLICATION)
    assert faults(payload) == [("R-8.1", "supervisingDepartment")]


async def test_a_central_unit_applies_once_the_bureau_has_set_its_route() -> None:
    """R-8.4: refused unless the bureau opens the route, with its reason."""
    stage = await units.new_unit(ownership=Ownership.CENTRAL)
    row = await units.drafted(stage)
    assert faults(await act(stage.office, "applicationSubmit", on(row), APPLICATION)) == [("R-8.4", "route")]
    own = await act(stage.office, "applicationSetRoute", on(row, route="OTHER", reason="自选"), APPLICATION)
    assert codes(own) == ["FORBIDDEN"]
    silent = await act(stage.municipal, "applicationSetRoute", on(row, route="OTHER", reason=""), APPLICATION)
    assert rules_of(silent) == ["S-10"]
    opened = on(row, route="OTHER", reason="中央在京单位，经研究同意受理。")
    assert rules_of(await act(stage.municipal, "applicationSetRoute", opened, APPLICATION)) == []
    payload = await act(stage.office, "applicationSubmit", on(await now(row)), APPLICATION)
    assert (payload["application"]["state"], payload["application"]["route"]) == ("SUBMITTED", "OTHER")


async def test_only_the_receiver_recommends() -> None:
    """R-8.5: not another body that may see it, not a neighbour's, not the unit itself."""
    stage, neighbour = await units.new_unit(), await units.new_unit()
    row = await units.submitted(stage)
    given = on(row, **RECOMMENDATION)
    for viewer in (stage.supervisor, stage.municipal):
        assert rules_of(await act(viewer, "applicationRecommend", given, APPLICATION)) == ["R-8.5"]
    for viewer in (neighbour.district, neighbour.supervisor):
        assert codes(await act(viewer, "applicationRecommend", given, APPLICATION)) == ["NOT_FOUND"]
    assert codes(await act(stage.office, "applicationRecommend", given, APPLICATION)) == ["FORBIDDEN"]
    assert codes(await act(stage.industry, "applicationRecommend", given, APPLICATION)) == ["NOT_FOUND"]
    assert (await now(row)).state == "SUBMITTED"
    payload = await act(stage.district, "applicationRecommend", given, APPLICATION)
    assert payload["application"]["state"] == "RECOMMENDED"


async def test_a_recommendation_has_an_opinion_on_every_condition() -> None:
    """R-8.5: without 7(2), twice on 7(3), or with a condition that is not met and not asked to be relaxed."""
    stage = await units.new_unit()
    row = await units.submitted(stage)
    without = [each for each in OPINIONS if each["condition"] != "TECHNICAL_TEAM"]
    given = on(row, opinions=without, recommendation="同意")
    assert faults(await act(stage.district, "applicationRecommend", given, APPLICATION)) == [
        ("R-8.5", "opinions")
    ]
    unmet = [{**each, "met": each["condition"] != "INFLUENCE"} for each in OPINIONS]
    given = on(row, opinions=[*unmet, OPINIONS[3]], recommendation=" ")
    assert faults(await act(stage.district, "applicationRecommend", given, APPLICATION)) == [
        ("S-5", "recommendation"),
        ("R-8.5", "opinions.4.met"),
        ("S-13", "opinions.7.condition"),
    ]
    assert await ConditionOpinion.filter(application_id=row.id).count() == 0


async def test_a_return_tells_everything_at_once_with_a_deadline(at: Callable[[datetime], None]) -> None:
    """N-12: five working days after Monday 2026-09-28 end on Saturday 2026-10-10 at 24:00."""
    at(datetime(2026, 9, 28, 10, tzinfo=BEIJING))
    stage = await units.new_unit()
    row = await units.submitted(stage)
    empty = on(row, reasons=[], workingDays=0)
    assert faults(await act(stage.district, "applicationReturnForCorrection", empty, APPLICATION)) == [
        ("S-10", "reasons"),
        ("S-7", "workingDays"),
    ]
    shown = "application { state correctionDueAt corrections { round place field rule { id } text } }"
    payload = await act(stage.district, "applicationReturnForCorrection", on(row, **CORRECTIONS), shown)
    assert payload["application"] == {
        "state": "RETURNED",
        "correctionDueAt": "2026-10-10T16:00:00+00:00",
        "corrections": [
            {"round": 1, "place": 1, "field": "attachments", "rule": {"id": "R-7.5"}, "text": "补充评价标准"},
            {
                "round": 1,
                "place": 2,
                "field": "fourCentresStatement",
                "rule": {"id": "R-7.7"},
                "text": "四个中心说明过于简略",
            },
        ],
    }
    row = await now(row)
    at(datetime(2026, 10, 10, 23, 59, 59, tzinfo=BEIJING))
    with pytest.raises(Refused, match="S-12"):
        await lapse(row.id)
    edited = on(row, fourCentresStatement="详细说明。")
    assert rules_of(await act(stage.office, "applicationEdit", edited, APPLICATION)) == []
    payload = await act(stage.office, "applicationSubmit", on(await now(row)), APPLICATION)
    assert payload["application"]["state"] == "SUBMITTED"


async def test_an_application_not_corrected_in_time_lapses(at: Callable[[datetime], None]) -> None:
    """N-12: from the deadline on it cannot be submitted, and the worker ends it; another may be started then."""
    at(datetime(2026, 9, 28, 10, tzinfo=BEIJING))
    stage = await units.new_unit()
    row = await units.submitted(stage)
    await act(stage.district, "applicationReturnForCorrection", on(row, **CORRECTIONS), APPLICATION)
    at(datetime(2026, 10, 11, 0, 0, 0, tzinfo=BEIJING))
    late = await act(stage.office, "applicationSubmit", on(await now(row)), APPLICATION)
    assert rules_of(late) == ["N-12"]
    assert (await lapse(row.id)).state == "LAPSED"
    assert not (await stage.fresh()).unit.profile_locked
    again = await act(stage.office, "applicationCreate", {}, APPLICATION)
    assert again["application"]["state"] == "DRAFT"


async def test_a_deadline_beyond_the_loaded_calendar_is_refused(at: Callable[[datetime], None]) -> None:
    """S-6: 2027 is not published, so the system does not guess."""
    at(datetime(2026, 12, 25, 10, tzinfo=BEIJING))
    stage = await units.new_unit()
    row = await units.submitted(stage)
    given = on(row, **CORRECTIONS)
    payload = await act(stage.district, "applicationReturnForCorrection", given, APPLICATION)
    assert faults(payload) == [("S-6", "workingDays")]


async def test_declining_needs_a_reason_and_ends_the_application() -> None:
    """R-8.5, R-8.7: declined is declined; it cannot be filed."""
    stage = await units.new_unit()
    row = await units.submitted(stage)
    assert rules_of(await act(stage.district, "applicationDecline", on(row, reason=""), APPLICATION)) == [
        "S-10"
    ]
    declined = await act(stage.district, "applicationDecline", on(row, reason="不密集"), APPLICATION)
    assert declined["application"]["state"] == "DECLINED"
    payload = await act(stage.office, "applicationFileOnline", on(await now(row), **FILING), APPLICATION)
    assert rules_of(payload) == ["S-1"]


async def test_only_recommended_applications_are_filed_once_and_whole() -> None:
    """R-8.7: not before the recommendation, not without documents or commitment, not twice, not changed afterwards."""
    stage = await units.new_unit()
    policy = [AttachmentKind.WORK_PLAN, AttachmentKind.CRITERIA, AttachmentKind.ABOVE_SCALE_PROOF]
    row = await units.submitted(stage, attachments=policy)
    assert rules_of(await act(stage.office, "applicationFileOnline", on(row, **FILING), APPLICATION)) == [
        "S-1"
    ]
    await act(stage.district, "applicationRecommend", on(row, **RECOMMENDATION), APPLICATION)
    bare = on(await now(row), representativeName=" ", committed=False)
    assert faults(await act(stage.office, "applicationFileOnline", bare, APPLICATION)) == [
        ("R-8.7", "attachments"),
        ("R-8.7", "representativeName"),
        ("R-8.7", "committed"),
    ]
    for kind in (AttachmentKind.LEGAL_PERSON_CERTIFICATE, AttachmentKind.STAFF_STATISTICS):
        file = global_id("StoredFile", (await people.paper(stage.office)).id)
        given = on(await now(row), kind=str(kind), file=file)
        assert rules_of(await act(stage.office, "applicationAttach", given, APPLICATION)) == []
    ready = on(await now(row), **FILING)
    twice = await asyncio.gather(
        *(act(stage.office, "applicationFileOnline", ready, APPLICATION) for _ in range(2))
    )
    assert sorted(rules_of(each) for each in twice) == [[], ["S-2"]]
    row = await now(row)
    assert row.state == "FILED" and "真实" in row.commitment_text
    for mutation, more in (
        ("applicationEdit", {"fourCentresStatement": "改"}),
        ("applicationAttach", {"kind": "OTHER", "file": global_id("StoredFile", row.id)}),
        ("applicationWithdraw", {}),
        ("applicationFileOnline", FILING),
    ):
        refused = await act(stage.office, mutation, on(row, **more), APPLICATION)
        assert "S-1" in rules_of(refused), mutation


async def test_a_returned_filing_is_completed_and_filed_again() -> None:
    """R-8.7: the recommendation stands, the attachments open again."""
    stage = await units.new_unit()
    row = await units.filed(stage)
    given = on(row, reasons=[{"text": "法人证书已过期"}])
    assert codes(await act(stage.district, "applicationReturnFiling", given, APPLICATION)) == ["FORBIDDEN"]
    returned = await act(stage.municipal, "applicationReturnFiling", given, APPLICATION)
    assert returned["application"]["state"] == "RECOMMENDED"
    assert [each.text for each in await CorrectionItem.filter(application_id=row.id)] == ["法人证书已过期"]
    payload = await act(stage.office, "applicationFileOnline", on(await now(row), **FILING), APPLICATION)
    assert payload["application"]["state"] == "FILED"


async def test_an_industry_authority_sees_applications_from_their_filing_on() -> None:
    """Who sees what: unit own, department and district from the start, industry from FILED, neighbours and others never."""
    stage, neighbour = await units.new_unit(), await units.new_unit()
    submitted = await units.submitted(stage)
    seers = (
        stage.office,
        stage.district,
        stage.supervisor,
        stage.municipal,
        stage.industry,
        neighbour.district,
    )

    async def seen() -> list[bool]:
        return [
            await visible(QualificationApplication, each).filter(id=submitted.id).exists() for each in seers
        ]

    assert await seen() == [True, True, True, True, False, False]
    given = on(submitted, **RECOMMENDATION)
    await act(stage.district, "applicationRecommend", given, APPLICATION)
    await act(stage.office, "applicationFileOnline", on(await now(submitted), **FILING), APPLICATION)
    assert await seen() == [True, True, True, True, True, False]
    document = (
        "query { qualificationApplications(first: 10) { totalCount nodes { scopeItems { series } "
        "seniorExperts { name } opinions { condition } attachments { kind file { name } } } } }"
    )
    listed = (await gql(stage.industry, document))["data"]["qualificationApplications"]
    assert listed["totalCount"] == 1
    assert {name: len(listed["nodes"][0][name]) for name in listed["nodes"][0]} == {
        "scopeItems": 3,
        "seniorExperts": 11,
        "opinions": len(QualificationCondition),
        "attachments": len(AttachmentKind),
    }
    assert {each["file"]["name"] for each in listed["nodes"][0]["attachments"]} == {"材料.pdf"}
    applicant = Viewer(Role.APPLICANT, organisation_id=stage.unit.id)
    assert (await gql(applicant, document))["data"]["qualificationApplications"]["totalCount"] == 0


async def test_the_figures_of_a_submitted_application_do_not_move() -> None:
    """R-8.2, R-8.7: what was submitted is what the receiver reviews; the unit cannot slip into another district."""
    stage, neighbour = await units.new_unit(ownership=Ownership.NON_PUBLIC), await units.new_unit()
    row = await units.submitted(stage)
    assert (row.total_staff_count, row.technical_staff_count) == (1000, 800)
    elsewhere = await profile_of(
        stage,
        creditCode=stage.unit.credit_code,
        districtBureau=global_id("Organisation", neighbour.unit.district_bureau_id),
    )
    unit = await Unit.get(id=stage.unit.id)
    assert rules_of(await act(stage.office, "unitEditProfile", on(unit, **elsewhere), "unit { id }")) == [
        "R-8.7"
    ]
    assert (await now(row)).receiver_id == stage.unit.district_bureau_id
