"""Article 9(7), 12: leads and objections are re-checked by three bodies; only a true one that matters voids. R-9.14-15."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.core import clock
from domain.core.calls import BY_SYSTEM, Call
from domain.core.ledger import AuditEntry
from domain.core.roles import PUBLIC, Role, Viewer
from domain.publicity import commands, recheck
from domain.publicity.models import Lead, Publicity
from domain.publicity.names import RecheckOutcome
from domain.reviews.models import Candidacy
from domain.units.models import IntegrityRecord, Unit
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.measures.test_article_09_results import gid, refused
from tests.stages import results as stages
from tests.stages.committees import earlier
from tests.stages.reviews import NO, YES
from tests.stages.units import new_unit
from tests.statements import statements


def on(row: Publicity | Lead) -> dict[str, Any]:
    return {"id": gid(type(row).__name__, row.id), "version": row.version}


async def file(
    posted: stages.Posted, viewer: Viewer = PUBLIC, place: int = 0, **given: Any
) -> dict[str, Any]:
    entry = global_id("PublicityEntry", (await posted.entry(place)).id)
    base = {"content": "论文署名存在问题。", "entry": str(entry)}
    return await act(viewer, "leadFile", {**base, **given}, "receipt { receiptNumber state kind }")


async def test_anybody_files_a_lead_and_gets_a_receipt() -> None:
    posted = await stages.open_publicity(n=1)
    named = {"reporterName": "李反映", "reporterContact": "13800001234"}
    payload = await file(posted, **named)
    receipt = payload["receipt"]
    lead = await Lead.get(receipt_number=receipt["receiptNumber"])
    assert (payload["userErrors"], receipt["state"], lead.source) == ([], "RECEIVED", "DURING_PUBLICITY")
    query = "query ($n: String!) { leadStatus(receiptNumber: $n) { state kind } }"
    found = await gql(PUBLIC, query, n=receipt["receiptNumber"].lower())
    assert found["data"]["leadStatus"] == {"state": "RECEIVED", "kind": "LEAD"}
    assert (await gql(PUBLIC, query, n="XS2026-000000-000000"))["data"]["leadStatus"] is None
    assert await posted.packaged.states() == ["ACCEPTED"]


async def test_the_same_key_files_a_lead_once() -> None:
    posted = await stages.open_publicity(n=1)
    given = {"reporterName": "甲", "reporterContact": "乙", "idempotencyKey": str(uuid4())}
    first, again = await file(posted, **given), await file(posted, **given)
    assert first == again
    assert await Lead.filter(publicity_id=posted.publicity.id).count() == 1


async def test_an_anonymous_lead_needs_facts_that_can_be_checked() -> None:
    """D8."""
    posted = await stages.open_publicity(n=1)
    bare = await file(posted, anonymous=True)
    assert [(each["rule"]["id"], each["field"]) for each in bare["userErrors"]] == [
        ("R-9.14", ["checkableFacts"])
    ]
    taken = await file(posted, anonymous=True, checkableFacts="2024年第3期论文第二作者。")
    assert taken["userErrors"] == []
    unnamed = await file(posted)
    assert [each["field"] for each in unnamed["userErrors"]] == [["reporterName"], ["reporterContact"]]


async def test_a_lead_comes_in_after_the_publicity_too() -> None:
    """R-12.2: rejecting a lead because the publicity is over would be wrong; at the last second it is still during."""
    posted = await stages.open_publicity(n=1)
    with earlier(clock.now() - posted.publicity.ends_at + timedelta(seconds=5)):
        during = await stages.filed_lead(posted)
    await stages.run_out(posted)
    with earlier(clock.now() - posted.publicity.ends_at - timedelta(days=20)):
        after = await stages.filed_lead(posted)
    assert (during.source, after.source) == ("DURING_PUBLICITY", "AFTER_PUBLICITY")


async def test_the_reporter_is_sealed_and_seen_by_the_municipal_bureau_alone() -> None:
    """Who sees what: the reporter, never by the unit; who looks is recorded with the reason."""
    posted = await stages.open_publicity(n=1)
    lead = await stages.rechecking_lead(posted)
    assert "李反映".encode() not in bytes(lead.reporter_sealed or b"")
    given = {**on(lead), "reason": "核实线索。"}
    for viewer in (posted.stage.industry, posted.stage.district, posted.stage.office):
        assert rules_of(await act(viewer, "leadRevealReporter", given, "reporter { name }")) == ["S-11"]
    seen = await act(posted.stage.municipal, "leadRevealReporter", given, "reporter { name contact }")
    assert seen["reporter"] == {"name": "李反映", "contact": "13800001234"}
    entry = await AuditEntry.get(subject_id=lead.id, event="lead.reveal_reporter")
    assert entry.reason == "核实线索。"
    query = "query ($id: ID!) { node(id: $id) { ... on Lead { state content receiptNumber anonymous } } }"
    shown = await gql(posted.stage.office, query, id=gid("Lead", lead.id))
    assert shown["data"]["node"] == {
        "state": "RECHECKING",
        "content": None,
        "receiptNumber": None,
        "anonymous": None,
    }


async def test_the_unit_neither_sees_a_lead_before_it_is_admitted_nor_closes_it_after() -> None:
    """R-9.14: unit closes its own lead."""
    posted = await stages.open_publicity(n=1)
    lead = await stages.filed_lead(posted)
    dismissal = {**on(lead), "reason": "无实质内容。"}
    assert rules_of(await act(posted.stage.office, "leadDismiss", dismissal)) == ["S-4"]
    heard = await stages.heard_lead(posted)
    conclusion = {**on(heard), "outcome": "UNFOUNDED", "conclusion": "不实。"}
    assert rules_of(await act(posted.stage.office, "leadConclude", conclusion)) == ["S-11"]
    neighbour = await new_unit()
    assert rules_of(await act(neighbour.office, "leadConclude", conclusion)) == ["S-4"]
    assert rules_of(await act(neighbour.district, "leadConclude", conclusion)) == ["S-4"]


async def test_an_admitted_lead_holds_one_person_and_nobody_else() -> None:
    """Art. 10: one person's open lead does not block the others; before admission nobody is held."""
    posted = await stages.open_publicity(n=2)
    lead = await stages.filed_lead(posted)
    assert await posted.packaged.states() == ["ACCEPTED", "ACCEPTED"]
    payload = await act(posted.stage.municipal, "leadAdmit", on(lead), "lead { state }")
    assert payload["lead"] == {"state": "ADMITTED"}
    assert await posted.packaged.states() == ["ON_HOLD", "ACCEPTED"]
    await stages.run_out(posted)
    assert await posted.packaged.states() == ["ON_HOLD", "CONFIRMED"]


async def test_a_lead_not_decided_yet_keeps_its_candidate_unconfirmed_until_it_is() -> None:
    """Regulation 4.5: confirmed when the window is over and no lead is open."""
    posted = await stages.open_publicity(n=1)
    lead = await stages.filed_lead(posted)
    await stages.run_out(posted)
    assert await posted.packaged.states() == ["ACCEPTED"]
    await act(posted.stage.municipal, "leadDismiss", {**on(lead), "reason": "无实质内容。"})
    assert await posted.packaged.states() == ["CONFIRMED"]


async def test_three_bodies_speak_and_the_person_is_heard_before_anything_is_found() -> None:
    """R-9.14, S-23: re-check by the municipal bureau alone without record why."""
    posted = await stages.open_publicity(n=1)
    lead = await stages.rechecking_lead(posted)
    conclusion = {"outcome": "FOUNDED_AFFECTS_RESULT", "conclusion": "属实。"}
    assert await refused(posted.stage.municipal, "leadConclude", {**on(lead), **conclusion}) == [
        ("R-9.14", "RULE_VIOLATION", ["opinions"]),
        ("S-23", "RULE_VIOLATION", ["hearingRecord"]),
    ]
    waiver = {**on(lead), "body": "MUNICIPAL_BUREAU", "reason": "无"}
    assert rules_of(await act(posted.stage.municipal, "leadWaiveOpinion", waiver)) == ["R-9.14"]
    blank = {**on(lead), "body": "INDUSTRY_AUTHORITY", "reason": ""}
    assert rules_of(await act(posted.stage.municipal, "leadWaiveOpinion", blank)) == ["S-10"]
    assert await posted.packaged.states() == ["ON_HOLD"]


async def test_a_body_gives_one_opinion() -> None:
    posted = await stages.open_publicity(n=1)
    lead = await stages.rechecking_lead(posted)
    given = {**on(lead), "finding": "UNFOUNDED", "reason": "不实。"}
    first = await act(posted.stage.district, "leadGiveOpinion", given, "lead { version }")
    again = await act(
        posted.stage.district, "leadGiveOpinion", {**given, "version": first["lead"]["version"]}
    )
    assert rules_of(again) == ["R-9.14"]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (RecheckOutcome.UNFOUNDED, "CONFIRMED"),
        (RecheckOutcome.FOUNDED_NO_EFFECT, "CONFIRMED"),
        (RecheckOutcome.FOUNDED_AFFECTS_RESULT, "NOT_RECOGNISED"),
    ],
)
async def test_only_a_lead_that_is_true_and_affects_the_result_voids_it(
    outcome: RecheckOutcome, state: str
) -> None:
    """R-9.15: the two-part test; a true but harmless lead cancels nothing."""
    posted = await stages.open_publicity(n=2)
    lead = await stages.heard_lead(posted, finding=outcome)
    await stages.run_out(posted)
    given = {**on(lead), "outcome": outcome.value, "conclusion": "经复查。"}
    payload = await act(posted.stage.municipal, "leadConclude", given, "lead { state }")
    assert payload["lead"] == {"state": outcome.value}
    assert await posted.packaged.states() == [state, "CONFIRMED"]
    assert [str(each.standing) for each in await posted.packaged.results()] == [state, "CONFIRMED"]


async def test_a_lead_cleared_while_the_window_runs_leads_back_to_accepted() -> None:
    posted = await stages.open_publicity(n=1)
    lead = await stages.heard_lead(posted)
    given = {**on(lead), "outcome": "UNFOUNDED", "conclusion": "不实。"}
    await act(posted.stage.municipal, "leadConclude", given)
    assert await posted.packaged.states() == ["ACCEPTED"]
    await stages.run_out(posted)
    assert await posted.packaged.states() == ["CONFIRMED"]


async def test_a_second_lead_keeps_the_candidate_on_hold() -> None:
    posted = await stages.open_publicity(n=1)
    await stages.admitted_lead(posted)
    lead = await stages.heard_lead(posted)
    given = {**on(lead), "outcome": "UNFOUNDED", "conclusion": "不实。"}
    await act(posted.stage.municipal, "leadConclude", given)
    assert await posted.packaged.states() == ["ON_HOLD"]


async def test_fraud_goes_into_the_integrity_archive_for_three_years() -> None:
    """N-24; fraud that does not affect the result is no such finding."""
    posted = await stages.open_publicity(n=1)
    lead = await stages.heard_lead(posted, finding=RecheckOutcome.FOUNDED_AFFECTS_RESULT)
    given = {**on(lead), "conclusion": "学历造假。", "fraud": True}
    wrong = await act(posted.stage.municipal, "leadConclude", {**given, "outcome": "FOUNDED_NO_EFFECT"})
    assert rules_of(wrong) == ["R-9.15"]
    await act(posted.stage.municipal, "leadConclude", {**given, "outcome": "FOUNDED_AFFECTS_RESULT"})
    candidate = await Candidacy.get(id=posted.packaged.seated.candidates[0].id)
    record = await IntegrityRecord.get(person_id=candidate.person_id)
    assert record.until_on.year == record.from_on.year + 3
    assert (record.basis, candidate.state) == ("FRAUD", "NOT_RECOGNISED")


async def test_a_candidate_who_failed_objects_to_the_own_result_only() -> None:
    """N-20: an objection is the person's own; about others, one files a lead."""
    packaged = await stages.accepted_package(2, choices=[[YES] * 8, [NO] * 8])
    posted = await stages.open_publicity(packaged)
    failed = await Candidacy.get(id=packaged.seated.candidates[1].id)
    me = Viewer(Role.APPLICANT, person_id=failed.person_id, name="申报人1")
    own, other = (await packaged.results())[1], (await packaged.results())[0]
    given = {"content": "请求复核票数。", "kind": "OBJECTION", "result": gid("Result", own.id)}
    taken = await act(me, "leadFile", given, "receipt { kind state }")
    assert taken["receipt"] == {"kind": "OBJECTION", "state": "RECEIVED"}
    theirs = await act(me, "leadFile", {**given, "result": gid("Result", other.id)})
    assert rules_of(theirs) == ["S-4"]
    entry = str(global_id("PublicityEntry", (await posted.entry(0)).id))
    foreign = {"content": "异议。", "kind": "OBJECTION", "entry": entry}
    assert rules_of(await act(me, "leadFile", foreign)) == ["N-20"]
    lead = await Lead.get(candidacy_id=failed.id)
    await act(posted.stage.municipal, "leadAdmit", on(lead))
    assert await packaged.states() == ["ACCEPTED", "NOT_PASSED"]


async def test_a_unit_without_industry_authority_is_rechecked_with_a_recorded_reason() -> None:
    """R-9.14: a body that is absent is recorded with why."""
    posted = await stages.open_publicity(n=1)
    await Unit.filter(id=posted.stage.unit.id).update(industry_authority_id=None)
    lead = await stages.rechecking_lead(posted)
    assert lead.industry_authority_id is None
    given = {**on(lead), "body": "INDUSTRY_AUTHORITY", "reason": "该单位无行业主管部门。"}
    payload = await act(
        posted.stage.municipal, "leadWaiveOpinion", given, "lead { opinions { body finding } }"
    )
    assert payload["lead"]["opinions"] == [{"body": "INDUSTRY_AUTHORITY", "finding": None}]


async def test_a_page_of_leads_with_their_actions_costs_the_same_for_one_and_for_three() -> None:
    """House rule: a designed, constant number of statements."""
    posted = await stages.open_publicity(n=1)
    query = (
        "query ($u: ID!) { leads(first: 10, filter: {unit: {eq: $u}}) { totalCount nodes { state content"
        " candidacy { name } publicity { title } opinions { body } availableActions { name allowed } } } }"
    )
    counts = []
    for more in (1, 2):
        for _ in range(more):
            await stages.filed_lead(posted)
        with statements() as sent:
            answer = await gql(posted.stage.municipal, query, u=gid("Unit", posted.stage.unit.id))
        assert answer["errors"] == []
        counts.append((answer["data"]["leads"]["totalCount"], len(sent)))
    assert counts == [(1, counts[0][1]), (3, counts[0][1])]


async def test_two_leads_decided_at_once_leave_nobody_behind() -> None:
    """Whichever is decided last confirms the candidate, though both are decided at the same moment."""
    posted = await stages.open_publicity(n=1)
    leads = [await stages.filed_lead(posted) for _ in range(3)]
    await stages.run_out(posted)
    assert await posted.packaged.states() == ["ACCEPTED"]
    bureau = Call(posted.stage.municipal)
    await asyncio.gather(*(recheck.dismiss(bureau, each.id, each.version, "无实质内容。") for each in leads))
    assert await posted.packaged.states() == ["CONFIRMED"]


async def test_closing_and_deciding_at_once_leave_nobody_behind() -> None:
    posted = await stages.open_publicity(n=1)
    lead = await stages.filed_lead(posted)
    with earlier(clock.now() - posted.publicity.ends_at - timedelta(seconds=1)):
        await asyncio.gather(
            commands.close(BY_SYSTEM, posted.publicity.id),
            recheck.dismiss(Call(posted.stage.municipal), lead.id, lead.version, "无实质内容。"),
        )
    assert await posted.packaged.states() == ["CONFIRMED"]
