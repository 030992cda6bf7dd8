"""Article 9(7): accepted results are publicised for five working days; leads are re-checked by three bodies. R-9.13-15."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.core import clock
from domain.core.calendar_store import current_calendar
from domain.core.calls import BY_SYSTEM, Call
from domain.core.errors import Refused
from domain.core.roles import PUBLIC
from domain.publicity import commands
from domain.publicity.models import Lead, Publicity
from domain.publicity.notices import no_identity_number
from tests.graphql import act, gql, rules_of
from tests.measures.test_article_09_results import gid, refused
from tests.stages import results as stages
from tests.stages.committees import beijing, earlier

NOTICE = {
    "title": "评审结果公示",
    "text": "现予公示。",
    "contactName": "人力资源部",
    "contactPhone": "010-12345678",
}
PUBLICITY = "publicity { id state version workingDays startsOn endsOn endsAt entries { id name level } }"


async def notice(packaged: stages.Packaged, **changes: Any) -> dict[str, Any]:
    return {"package": gid("ResultPackage", packaged.package.id), **NOTICE, **changes}


def on(row: Publicity | Lead) -> dict[str, Any]:
    return {"id": gid(type(row).__name__, row.id), "version": row.version}


async def close_refused(id: UUID) -> list[str]:
    with pytest.raises(Refused) as refusal:
        await commands.close(BY_SYSTEM, id)
    return [each.rule.id for each in refusal.value.refusals]


async def test_only_accepted_results_are_publicised() -> None:
    """R-9.13: publicity comes after acceptance, never before."""
    made = await stages.submitted_package(1)
    assert await refused(made.stage.office, "publicityOpen", await notice(made)) == [
        ("R-9.13", "RULE_VIOLATION", ["package"])
    ]
    assert await Publicity.filter(package_id=made.package.id).count() == 0


async def test_a_notice_is_posted_for_five_working_days() -> None:
    """R-9.13: the day of posting is not counted; it ends at 24:00 Beijing time."""
    made = await stages.accepted_package(2)
    payload = await act(made.stage.office, "publicityOpen", await notice(made), PUBLICITY)
    posted = payload["publicity"]
    end = (await current_calendar()).publicity_end(clock.today(), 5)
    assert (posted["state"], posted["workingDays"], posted["startsOn"]) == ("OPEN", 5, str(clock.today()))
    assert datetime.fromisoformat(posted["endsAt"]) == end
    assert [each["name"] for each in posted["entries"]] == ["申报人0", "申报人1"]


@pytest.mark.parametrize(
    ("posted", "ends"),
    [
        (beijing(2026, 9, 28, 10), date(2026, 10, 10)),
        (beijing(2026, 2, 11, 10), date(2026, 2, 25)),
        (beijing(2026, 9, 18, 23, 59), date(2026, 9, 24)),
    ],
)
async def test_holidays_and_make_up_days_count(
    at: Callable[[datetime], None], posted: datetime, ends: date
) -> None:
    """R-9.13: 2026-09-28 ends on Saturday 2026-10-10, a make-up workday."""
    made = await stages.accepted_package(1)
    at(posted)
    row = await commands.open_publicity(Call(made.stage.office), made.package.id, stages.NOTICE)
    assert row.ends_on == ends
    midnight = ends + timedelta(days=1)
    assert row.ends_at == beijing(midnight.year, midnight.month, midnight.day)


async def test_a_window_into_a_year_without_calendar_is_refused(at: Callable[[datetime], None]) -> None:
    """S-6: a publicity opened on 2026-12-25 needs the calendar of 2027."""
    made = await stages.accepted_package(1)
    at(beijing(2026, 12, 25, 10))
    payload = await act(made.stage.office, "publicityOpen", await notice(made))
    assert rules_of(payload) == ["S-6"]
    assert payload["userErrors"][0]["messageEn"] == "calendar 2027 not loaded."


async def test_a_short_window_and_a_notice_without_contact_are_refused_together() -> None:
    made = await stages.accepted_package(1)
    given = await notice(made, workingDays=4, contactPhone="", text="身份证号 11010519491231002X")
    assert await refused(made.stage.office, "publicityOpen", given) == [
        ("S-16", "RULE_VIOLATION", ["text"]),
        ("R-9.13", "RULE_VIOLATION", ["contactPhone"]),
        ("R-9.13", "RULE_VIOLATION", ["workingDays"]),
    ]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("110105194912310021", True),
        ("张三 110105 19491231 002x", True),
        ("１１０１０５１９４９１２３１００２Ｘ", True),
        ("110105491231002", True),
        ("咨询电话 010-12345678、13800001234", False),
        ("文号 京人社事业发〔2025〕13号 20251201", False),
        ("订单 1101051949123100211", False),
    ],
)
def test_an_identity_number_is_found_however_it_is_written(text: str, held: bool) -> None:
    """S-16."""
    assert (no_identity_number("text", text) is not None) == held


async def test_results_are_publicised_once_at_a_time() -> None:
    posted = await stages.open_publicity(n=1)
    assert await refused(posted.stage.office, "publicityOpen", await notice(posted.packaged)) == [
        ("S-13", "RULE_VIOLATION", ["package"])
    ]


async def test_nobody_closes_early_not_even_by_a_second() -> None:
    """R-9.13: closing early is refused; at the end the free candidates are confirmed."""
    posted = await stages.open_publicity(n=1)
    with earlier(clock.now() - posted.publicity.ends_at + timedelta(seconds=1)):
        assert await close_refused(posted.publicity.id) == ["R-9.13"]
        assert await posted.packaged.states() == ["ACCEPTED"]
    await stages.run_out(posted)
    assert ((await posted.fresh()).state, await posted.packaged.states()) == ("CLOSED", ["CONFIRMED"])


async def test_no_person_closes_a_publicity() -> None:
    """There is no such mutation, and no role but the system has the step."""
    answer = await gql(PUBLIC, "mutation { publicityClose(input: {}) { userErrors { code } } }")
    assert answer["errors"] != []
    posted = await stages.open_publicity(n=1)
    for viewer in (posted.stage.office, posted.stage.municipal):
        with pytest.raises(Refused) as refusal:
            await commands.close(Call(viewer), posted.publicity.id)
        assert [each.code for each in refusal.value.refusals] == ["FORBIDDEN"]


async def test_the_bureau_only_ever_lengthens_the_window() -> None:
    """S-17: extending is for the municipal bureau, and only to a longer window."""
    posted = await stages.open_publicity(n=1)
    given = {**on(posted.publicity), "reason": "增加公示时间。"}
    for days, expected in ((5, ["S-17"]), (4, ["S-17"]), (61, ["S-7"])):
        payload = await act(posted.stage.municipal, "publicityExtend", {**given, "workingDays": days})
        assert rules_of(payload) == expected
    assert rules_of(await act(posted.stage.office, "publicityExtend", {**given, "workingDays": 6})) == [
        "S-11"
    ]
    longer = await act(posted.stage.municipal, "publicityExtend", {**given, "workingDays": 6}, PUBLICITY)
    assert longer["publicity"]["workingDays"] == 6
    assert (await posted.fresh()).ends_at > posted.publicity.ends_at


async def test_an_annulled_publicity_is_posted_again_for_the_full_length() -> None:
    posted = await stages.open_publicity(n=1)
    given = {**on(posted.publicity), "reason": "公示内容有误。"}
    assert rules_of(await act(posted.stage.office, "publicityAnnul", given)) == ["S-11"]
    gone = await act(posted.stage.municipal, "publicityAnnul", given, PUBLICITY)
    assert gone["publicity"]["state"] == "ANNULLED"
    with earlier(-timedelta(days=1)):
        again = await stages.open_publicity(posted.packaged)
        assert again.publicity.starts_on == clock.today()
        assert again.publicity.working_days == 5
    with earlier(clock.now() - posted.publicity.ends_at - timedelta(days=30)):
        with pytest.raises(Refused) as refusal:
            await commands.close(BY_SYSTEM, posted.publicity.id)
        assert [each.code for each in refusal.value.refusals] == ["INVALID_TRANSITION"]


async def test_everybody_reads_notices_and_nobody_reads_an_identity_number() -> None:
    """Who sees what: the masked list; an annulled notice is taken down."""
    posted = await stages.open_publicity(n=1)
    query = (
        "query { publicityNotices(first: 100) { nodes { id unitName title entries { name series specialty level"
        " titleName } package { id } unit { name } } } }"
    )
    answer = await gql(PUBLIC, query)
    [mine] = [
        each
        for each in answer["data"]["publicityNotices"]["nodes"]
        if each["id"] == gid("Publicity", posted.publicity.id)
    ]
    [entry] = mine["entries"]
    assert (entry["name"], entry["level"], mine["package"], mine["unit"]) == (
        "申报人0",
        "ASSOCIATE_SENIOR",
        None,
        None,
    )
    await commands.annul(Call(posted.stage.municipal), posted.publicity.id, 1, "有误。")
    one = "query ($id: ID!) { node(id: $id) { id } }"
    assert (await gql(PUBLIC, one, id=mine["id"]))["data"]["node"] is None
    assert (await gql(posted.stage.office, one, id=mine["id"]))["data"]["node"] == {"id": mine["id"]}
