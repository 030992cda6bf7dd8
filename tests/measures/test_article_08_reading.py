"""Lists of Art. 4 to 8 cost the same number of statements for one row and for three; bad input never breaks them."""

from __future__ import annotations

import logging

import pytest

from domain.core.roles import Viewer
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.measures.test_article_04 import on, profile_of
from tests.stages import units

APPLICATIONS = (
    "query ($first: Int!) { qualificationApplications(first: $first) { totalCount nodes { state version unit { name "
    "districtBureau { name } scopeItems { series } } receiver { name } scopeItems { series } seniorExperts { name } "
    "relaxations { granted } opinions { met } attachments { file { name } } corrections { text } "
    "availableActions { name reasons { message } } timeline { at } } } }"
)
EVALUATIONS = (
    "query ($first: Int!) { evaluations(first: $first) { nodes { state application { state } unit { name } "
    "team { name organisation { name } } absentBodies { reason } activities { summary participants { name } } "
    "findings { opinion } availableActions { name } timeline { at } } } }"
)


async def statements(
    caplog: pytest.LogCaptureFixture, viewer: Viewer, document: str, first: int
) -> tuple[int, int]:
    """How many rows a list gave, and how many statements it took."""
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="tortoise.db_client"):
        answer = await gql(viewer, document, first=first)
    assert answer["errors"] == []
    (listed,) = answer["data"].values()
    return len(listed["nodes"]), len([each for each in caplog.records if each.name == "tortoise.db_client"])


async def three_of_one_district() -> units.Stage:
    """Three units of one district, under evaluation with its bureau on each team."""
    stage = await units.new_unit()
    await units.examined(stage)
    for _ in range(2):
        await units.examined(await units.new_unit(district_bureau_id=stage.unit.district_bureau_id))
    return stage


@pytest.mark.parametrize(("document", "expected"), [(APPLICATIONS, 20), (EVALUATIONS, 16)])
async def test_a_page_costs_what_a_row_costs(
    caplog: pytest.LogCaptureFixture, document: str, expected: int
) -> None:
    """Relations, parts, actions with their reasons and timelines are read in one query each, for the whole page."""
    stage = await three_of_one_district()
    assert await statements(caplog, stage.district, document, 1) == (1, expected)
    assert await statements(caplog, stage.district, document, 10) == (3, expected)


async def test_bad_texts_and_figures_are_refused_by_field() -> None:
    """S-5, S-7: NUL, texts too long, numbers too large, identifiers of other things: never a fault of ours."""
    stage = await units.new_unit()
    nul = await act(
        stage.municipal, "unitRegister", await profile_of(stage, name="北京\0公司"), "unit { id }"
    )
    assert [(each["rule"]["id"], each["field"]) for each in nul["userErrors"]] == [("S-5", ["name"])]
    many = await profile_of(stage, totalStaffCount=2_147_483_647, name="长" * 121, categoryNote="长" * 501)
    assert rules_of(await act(stage.municipal, "unitRegister", many, "unit { id }")) == ["S-7", "S-7", "S-7"]
    other = {"id": global_id("Organisation", stage.unit.id), "version": 1, "reason": "理由"}
    assert rules_of(await act(stage.municipal, "unitSuspend", other, "unit { id }")) == ["S-4"]
    row = await units.drafted(stage)
    lines = [{"series": "05", "level": "SENIOR", "specialty": "长" * 61}] * 501
    long = await act(stage.office, "applicationEdit", on(row, scope=lines), "application { id }")
    assert set(rules_of(long)) == {"S-7", "S-13"}
    text = on(row, fourCentresStatement="长" * 10_001)
    assert rules_of(await act(stage.office, "applicationEdit", text, "application { id }")) == ["S-7"]
