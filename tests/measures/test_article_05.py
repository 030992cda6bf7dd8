"""Art. 5: which units may apply, and what a unit says of itself (with R-0.1, R-2.2, N-27)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.applications.models import QualificationApplication
from domain.applications.names import AttachmentKind
from domain.units.models import Unit
from domain.units.names import Ownership, UnitCategory
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.measures.test_article_04 import on, profile_of
from tests.stages import people, units

UNIT = "unit { id state version category categoryNote }"
SUBMIT = "application { state }"


def faults(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """Rule and field of every refusal."""
    return [(error["rule"]["id"], ".".join(error["field"])) for error in payload["userErrors"]]


async def submit(stage: units.Stage, row: QualificationApplication) -> dict[str, Any]:
    return await act(stage.office, "applicationSubmit", on(row), SUBMIT)


async def test_an_enterprise_below_scale_cannot_apply() -> None:
    """R-5.1: the flag and its proof are both needed."""
    stage = await units.new_unit(above_scale=False)
    assert faults(await submit(stage, await units.drafted(stage))) == [("R-5.1", "aboveScale")]
    stage = await units.new_unit()
    without_proof = [kind for kind in AttachmentKind if kind is not AttachmentKind.ABOVE_SCALE_PROOF]
    row = await units.drafted(stage, attachments=without_proof)
    assert faults(await submit(stage, row)) == [("R-5.1", "aboveScale")]


async def test_an_institution_managed_as_civil_service_cannot_apply() -> None:
    """R-5.2: 参照公务员法管理 is refused at submission, another institution passes."""
    stage = await units.new_unit(category=UnitCategory.PUBLIC_INSTITUTION, civil_servant_law_managed=True)
    row = await units.drafted(stage)
    assert faults(await submit(stage, row)) == [("R-5.2", "civilServantLawManaged")]
    assert (await QualificationApplication.get(id=row.id)).state == "DRAFT"
    other = await units.new_unit(category=UnitCategory.PUBLIC_INSTITUTION)
    assert (await submit(other, await units.drafted(other)))["application"] == {"state": "SUBMITTED"}


async def test_a_category_is_chosen_from_the_list() -> None:
    """R-5.3: a free-text category is no category."""
    stage = await units.new_unit()
    document = "mutation ($input: UnitRegisterInput!) { unitRegister(input: $input) { userErrors { code } } }"
    given = {**await profile_of(stage, category="事业单位"), "idempotencyKey": "k"}
    answer = await gql(stage.municipal, document, input=given)
    assert answer["data"] is None and len(answer["errors"]) == 1


async def test_only_the_bureau_admits_another_category() -> None:
    """R-5.3: the list ends with 等; the bureau admits with a note, the unit keeps what was admitted."""
    stage = await units.new_unit()
    other = await profile_of(stage, category="OTHER", creditCode=stage.unit.credit_code)
    assert faults(await act(stage.office, "unitEditProfile", on(stage.unit, **other), UNIT)) == [
        ("R-5.3", "category")
    ]
    assert faults(await act(stage.municipal, "unitEditProfile", on(stage.unit, **other), UNIT)) == [
        ("R-5.3", "categoryNote")
    ]
    noted = {**other, "categoryNote": "经市局研究认定"}
    admitted = await act(stage.municipal, "unitEditProfile", on(stage.unit, **noted), UNIT)
    assert admitted["unit"]["category"] == "OTHER"
    unit = await Unit.get(id=stage.unit.id)
    kept = await act(stage.office, "unitEditProfile", on(unit, **{**noted, "totalStaffCount": 1100}), UNIT)
    assert (rules_of(kept), kept["unit"]["categoryNote"]) == ([], "经市局研究认定")


async def test_a_national_laboratory_is_a_new_rd_institution() -> None:
    """R-5.3."""
    stage = await units.new_unit()
    given = await profile_of(stage, nationalLaboratory=True)
    assert faults(await act(stage.municipal, "unitRegister", given, UNIT)) == [
        ("R-5.3", "nationalLaboratory")
    ]
    given = await profile_of(stage, nationalLaboratory=True, category="NEW_RD_INSTITUTION")
    assert rules_of(await act(stage.municipal, "unitRegister", given, UNIT)) == []


async def test_everything_wrong_with_a_profile_is_told_at_once() -> None:
    """R-0.1, R-5.3, R-7.1, R-7.2, N-27: 一次性告知."""
    stage = await units.new_unit()
    given = await profile_of(
        stage,
        name=" ",
        creditCode="91110108MA01C8JQ0X",
        category="OTHER",
        totalStaffCount=10,
        technicalStaffCount=11,
        districtBureau=global_id("Organisation", stage.agency.id),
        industryAuthority=global_id("Organisation", stage.unit.district_bureau_id),
        classified=True,
    )
    assert faults(await act(stage.office, "unitEditProfile", on(stage.unit, **given), UNIT)) == [
        ("S-7", "name"),
        ("R-7.1", "creditCode"),
        ("R-7.2", "technicalStaffCount"),
        ("R-5.3", "category"),
        ("R-0.1", "districtBureau"),
        ("S-21", "industryAuthority"),
        ("N-27", "classified"),
    ]


@pytest.mark.parametrize(
    ("total", "technical", "field"),
    [(0, 0, "totalStaffCount"), (10, 11, "technicalStaffCount"), (10, -1, "technicalStaffCount")],
)
async def test_impossible_head_counts_are_refused(total: int, technical: int, field: str) -> None:
    """R-7.2."""
    stage = await units.new_unit()
    given = await profile_of(stage, totalStaffCount=total, technicalStaffCount=technical)
    assert faults(await act(stage.municipal, "unitRegister", given, UNIT)) == [("R-7.2", field)]


async def test_a_code_with_a_wrong_check_digit_is_refused() -> None:
    """R-7.1."""
    stage = await units.new_unit()
    code = people.credit_code()
    wrong = code[:-1] + ("1" if code[-1] == "0" else "0")
    refused = await act(stage.municipal, "unitRegister", await profile_of(stage, creditCode=wrong), UNIT)
    assert faults(refused) == [("R-7.1", "creditCode")]


async def test_the_economic_technological_development_area_has_its_district_bureau() -> None:
    """R-0.1: a unit without a district bureau to go to cannot be registered."""
    stage = await units.new_unit()
    nowhere = await profile_of(stage, districtBureau=global_id("Organisation", uuid4()))
    assert faults(await act(stage.municipal, "unitRegister", nowhere, UNIT)) == [("R-0.1", "districtBureau")]


async def test_the_profile_stands_still_while_an_application_is_under_way() -> None:
    """R-8.7: it opens again when the application ends or is returned; other districts never get to it (R-2.2)."""
    stage, neighbour = await units.new_unit(), await units.new_unit()
    row = await units.submitted(stage)
    stage = await stage.fresh()
    given = await profile_of(stage, creditCode=stage.unit.credit_code)
    assert rules_of(await act(stage.office, "unitEditProfile", on(stage.unit, **given), UNIT)) == ["R-8.7"]
    hidden = await act(neighbour.district, "unitEditProfile", on(stage.unit, **given), UNIT)
    assert [error["code"] for error in hidden["userErrors"]] == ["NOT_FOUND"]
    await act(stage.office, "applicationWithdraw", on(row), SUBMIT)
    stage = await stage.fresh()
    assert rules_of(await act(stage.office, "unitEditProfile", on(stage.unit, **given), UNIT)) == []
    assert (await Unit.get(id=stage.unit.id)).ownership is Ownership.DISTRICT


async def test_a_recognised_unit_changes_its_figures_but_not_its_profile() -> None:
    """R-7.2: a change of scope is a new application on new figures."""
    stage = await units.recognised_unit()
    given = await profile_of(stage, creditCode=stage.unit.credit_code)
    assert rules_of(await act(stage.office, "unitEditProfile", on(stage.unit, **given), UNIT)) == ["S-1"]
    figures = {"totalStaffCount": 2000, "technicalStaffCount": 2001}
    assert faults(await act(stage.office, "unitUpdateStaffFigures", on(stage.unit, **figures), UNIT)) == [
        ("R-7.2", "technicalStaffCount")
    ]
    figures = {"totalStaffCount": 2000, "technicalStaffCount": 1500}
    shown = "unit { technicalShare }"
    updated = await act(stage.office, "unitUpdateStaffFigures", on(stage.unit, **figures), shown)
    assert updated["unit"] == {"technicalShare": "75"}
