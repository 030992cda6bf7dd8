"""Who asks: the public, and somebody with a hat."""

from __future__ import annotations

from domain.core.roles import PUBLIC, Role, Viewer
from tests.graphql import act, gql, rules_of


async def test_without_a_token_the_viewer_is_the_public() -> None:
    answer = await gql(PUBLIC, "{ viewer { role name grants { id } organisationId grantId } }")
    assert answer["errors"] == []
    expected = {"role": "PUBLIC", "name": "", "grants": [], "organisationId": None, "grantId": None}
    assert answer["data"]["viewer"] == expected


async def test_the_demo_clock_is_refused_where_it_is_not_switched_on() -> None:
    bureau = Viewer(Role.MUNICIPAL_BUREAU)
    payload = await act(bureau, "demoClockMove", {"to": "2026-12-01T09:00:00+08:00"}, "now")
    assert rules_of(payload) == ["S-11"]


async def test_enum_values_have_labels_in_both_languages() -> None:
    answer = await gql(PUBLIC, "{ enumCatalogue { name values { value labelZh labelEn } } }")
    roles = next(enum for enum in answer["data"]["enumCatalogue"] if enum["name"] == "Role")
    assert roles["values"][0] == {"value": "UNIT", "labelZh": "自主评审单位", "labelEn": "Unit"}
