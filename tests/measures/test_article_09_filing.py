"""Art. 9(4), 13: a filing that runs out, is suspended or revoked, a member who is replaced, a committee renewed."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.committees import filing
from domain.committees.lifecycle import meeting_refusal
from domain.committees.models import Committee, CommitteeMember, ExpertDraw
from domain.committees.reads import filings_run_out, filings_to_warn_of
from domain.core import clock
from domain.core.calls import BY_SYSTEM, Call
from domain.core.errors import Refused
from domain.experts import commands as pool
from schema.core import global_id
from tests.graphql import act, rules_of
from tests.stages import committees as stages
from tests.stages.committees import Bench, beijing
from tests.stages.units import Stage, recognised_unit

At = Callable[[datetime], None]
STATE = "committee { id state version memberCount drawn }"


def on(row: Committee, **given: Any) -> dict[str, Any]:
    return {"id": global_id("Committee", row.id), "version": row.version, **given}


async def state_of(row: Committee) -> str:
    return str((await Committee.get(id=row.id)).state)


@pytest.fixture
async def stage(at: At) -> Stage:
    at(beijing(2026, 3, 2, 9))
    return await recognised_unit()


@pytest.fixture
async def bench(stage: Stage) -> Bench:
    """Eleven on file from 2026-03-02 up to and including 2027-03-01."""
    return await stages.filed_committee(stage)


async def test_a_filing_expires_at_midnight_in_beijing(bench: Bench, at: At) -> None:
    """N-4, R-9.10: it may meet until 24:00 of the last valid day, and is warned of 90 and 30 days before."""
    row = bench.committee
    at(beijing(2026, 12, 1, 12))
    assert row.id in await filings_to_warn_of(clock.today())
    at(beijing(2026, 12, 2, 12))
    assert row.id not in await filings_to_warn_of(clock.today())
    at(beijing(2027, 3, 1, 23, 59, 58))
    assert row.id not in await filings_run_out(clock.today())
    assert meeting_refusal(row, clock.today()) is None
    with pytest.raises(Refused) as early:
        await filing.expire(BY_SYSTEM, row.id)
    assert [each.rule.id for each in early.value.refusals] == ["N-4"]
    at(beijing(2027, 3, 2))
    with pytest.raises(Refused) as late:
        await filing.meeting_opened(BY_SYSTEM, row.id)
    assert [each.rule.id for each in late.value.refusals] == ["R-9.10"]
    assert row.id in await filings_run_out(clock.today())
    assert (await filing.expire(BY_SYSTEM, row.id)).state == "EXPIRED"


async def test_a_committee_off_the_file_does_not_meet(stage: Stage, bench: Bench) -> None:
    """R-9.10, Art. 13: the bureau suspends, resumes and revokes, each with a reason, and nobody else."""
    row = bench.committee
    for viewer, code in ((stage.office, "FORBIDDEN"), (stage.district, "FORBIDDEN")):
        refused = await act(viewer, "committeeSuspend", on(row, reason="核查。"))
        assert [error["code"] for error in refused["userErrors"]] == [code]
    assert rules_of(await act(stage.municipal, "committeeRevoke", on(row, reason=" "))) == ["S-10"]
    for name, state in (
        ("committeeSuspend", "SUSPENDED"),
        ("committeeResume", "FILED"),
        ("committeeRevoke", "REVOKED"),
    ):
        row = await Committee.get(id=row.id)
        moved = await act(stage.municipal, name, on(row, reason="核查。"), STATE)
        assert moved["committee"]["state"] == state
        row = await Committee.get(id=row.id)
        assert (meeting_refusal(row, clock.today()) is None) == (state == "FILED")
    resumed = await act(stage.municipal, "committeeResume", on(row, reason="恢复。"))
    assert [error["code"] for error in resumed["userErrors"]] == ["INVALID_TRANSITION"]


async def test_a_suspended_committee_is_not_resumed_after_its_filing_ran_out(
    stage: Stage, bench: Bench, at: At
) -> None:
    """N-4."""
    row = await filing.suspend(Call(stage.municipal), bench.committee.id, None, "核查。")
    at(beijing(2027, 3, 2))
    refused = await act(stage.municipal, "committeeResume", on(row, reason="恢复。"))
    assert (rules_of(refused), await state_of(row)) == (["N-4"], "SUSPENDED")


async def test_a_named_successor_needs_a_new_filing(stage: Stage, bench: Bench) -> None:
    """N-7: the seat keeps its office, the former member stays on record, the bureau files anew."""
    joining, low = (
        await stages.active_expert(stage, name="接任"),
        await stages.active_expert(stage, series="08"),
    )
    row, chair = bench.committee, bench.experts[0]
    given = {"leaving": global_id("Expert", chair.id), "reason": "调离。"}
    wrong = await act(
        stage.office, "committeeReplaceMember", on(row, **given, joining=global_id("Expert", low.id))
    )
    seated = await act(
        stage.office,
        "committeeReplaceMember",
        on(row, **given, joining=global_id("Expert", bench.experts[1].id)),
    )
    assert (rules_of(wrong), rules_of(seated)) == (["R-9.9"], ["N-5"])
    moved = await act(
        stage.office,
        "committeeReplaceMember",
        on(row, **given, joining=global_id("Expert", joining.id)),
        "committee { state memberCount timeline { event reason } }",
    )
    committee = moved["committee"]
    assert (committee["state"], committee["memberCount"]) == ("FILING_SUBMITTED", 11)
    assert committee["timeline"][-1] == {"event": "replace_member", "reason": None}
    former = await CommitteeMember.get(committee_id=row.id, expert_id=chair.id)
    assert (former.left_at, former.left_reason) == (former.left_at, "调离。") and former.left_at is not None
    new = await CommitteeMember.get(committee_id=row.id, expert_id=joining.id)
    assert (str(new.role), new.left_at) == ("CHAIR", None)


async def test_a_drawn_successor_needs_no_new_filing(stage: Stage, bench: Bench) -> None:
    """N-7: drawn from the filed pool, on record; the chair's seat is not drawn."""
    row, leaving = bench.committee, bench.experts[5]
    given = {"leaving": global_id("Expert", leaving.id), "reason": "聘期将满。"}
    nobody = await act(stage.office, "committeeReplaceByDraw", on(row, **given))
    chair = await act(
        stage.office,
        "committeeReplaceByDraw",
        on(row, leaving=global_id("Expert", bench.experts[0].id), reason="调离。"),
    )
    assert (rules_of(nobody), rules_of(chair)) == (["N-7"], ["N-5", "N-7"])
    joining = await stages.active_expert(stage, name="候补")
    drawn = await act(stage.office, "committeeReplaceByDraw", on(row, **given), STATE)
    assert (drawn["committee"]["state"], drawn["committee"]["memberCount"]) == ("FILED", 11)
    recorded = await ExpertDraw.get(committee_id=row.id)
    assert (recorded.pool, recorded.drawn, recorded.wanted) == ([str(joining.id)], [str(joining.id)], 1)


async def test_no_member_is_replaced_while_a_meeting_is_on(stage: Stage, bench: Bench) -> None:
    """R-9.10."""
    row, joining = bench.committee, await stages.active_expert(stage, name="接任")
    await filing.meeting_opened(BY_SYSTEM, row.id)
    row = await Committee.get(id=row.id)
    given = {"leaving": global_id("Expert", bench.experts[5].id), "reason": "调离。"}
    named = await act(
        stage.office, "committeeReplaceMember", on(row, **given, joining=global_id("Expert", joining.id))
    )
    drawn = await act(stage.office, "committeeReplaceByDraw", on(row, **given))
    assert (rules_of(named), rules_of(drawn), await state_of(row)) == (["R-9.10"], ["R-9.10"], "FILED")
    await filing.meeting_ended(BY_SYSTEM, row.id)
    row = await Committee.get(id=row.id)
    assert (await act(stage.office, "committeeReplaceByDraw", on(row, **given)))["userErrors"] == []


async def test_members_who_fell_out_are_replaced_one_by_one(stage: Stage, bench: Bench) -> None:
    """N-25, N-7: two are disqualified; replacing the first is not refused because of the second."""
    row, call = bench.committee, Call(stage.municipal)
    for expert in bench.experts[3:5]:
        await pool.disqualify(call, expert.id, expert.version, "泄密。")
    for _ in range(2):
        await stages.active_expert(stage, name="候补")
    for expert in bench.experts[3:5]:
        row = await Committee.get(id=row.id)
        given = {"leaving": global_id("Expert", expert.id), "reason": "取消资格。"}
        assert (await act(stage.office, "committeeReplaceByDraw", on(row, **given)))["userErrors"] == []
    assert await ExpertDraw.filter(committee_id=row.id).count() == 2
    seated = await CommitteeMember.filter(committee_id=row.id, left_at__isnull=True)
    assert {each.id for each in bench.experts[3:5]} & {each.expert_id for each in seated} == set()


async def test_an_expired_committee_is_renewed_by_a_new_filing(stage: Stage, bench: Bench, at: At) -> None:
    """N-4: the successor starts with those who still serve; one committee is renewed once."""
    early = await act(stage.office, "committeeRenew", on(bench.committee))
    assert [error["code"] for error in early["userErrors"]] == ["INVALID_TRANSITION"]
    gone = bench.experts[4]
    await pool.disqualify(Call(stage.municipal), gone.id, gone.version, "泄密。")
    at(beijing(2027, 3, 2))
    old = await filing.expire(BY_SYSTEM, bench.committee.id)
    answers = await gather(
        *(filing.renew(Call(stage.office), old.id, old.version) for _ in range(3)), return_exceptions=True
    )
    made = [each for each in answers if isinstance(each, Committee)]
    assert (len(made), len([each for each in answers if isinstance(each, Refused)])) == (1, 2)
    [new] = made
    assert (str(new.state), new.renews_id, new.member_count, new.filing_number) == (
        "FORMING",
        old.id,
        10,
        None,
    )
    old = await Committee.get(id=old.id)
    again = await act(stage.office, "committeeRenew", on(old))
    assert (rules_of(again), str(old.state)) == (["S-13"], "EXPIRED")


async def test_the_same_key_files_once_and_a_stale_version_is_a_conflict(stage: Stage) -> None:
    """S-2, S-3: a lost answer is asked again without harm."""
    experts = [await stages.active_expert(stage) for _ in range(11)]
    row = await stages.forming_committee(stage, experts)
    row = await filing.submit_filing(Call(stage.office), row.id, row.version)
    last = str(date(2026, 3, 2) + timedelta(days=300))
    given = on(row, filingNumber=f"备{row.id.hex[:8]}", validUntil=last, idempotencyKey=f"file {row.id}")
    first = await act(stage.municipal, "committeeFile", given, STATE)
    again = await act(stage.municipal, "committeeFile", given, STATE)
    assert first["userErrors"] == [] and first["committee"] == again["committee"]
    stale = await act(stage.municipal, "committeeRevoke", on(row, reason="撤销。"))
    assert [error["code"] for error in stale["userErrors"]] == ["CONFLICT"]
    assert await state_of(row) == "FILED"
