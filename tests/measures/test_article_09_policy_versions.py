"""Art. 9(2): who approves policy documents, how one version follows another, and who sees them."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.core import clock
from domain.core.calls import BY_SYSTEM, Call
from domain.core.errors import Refused
from domain.core.roles import Role, Viewer
from domain.policy_documents import approval
from domain.policy_documents import commands as policy
from domain.policy_documents.models import ComplianceItem, PolicyDocumentKind, PolicyReturn, PolicySet
from domain.policy_documents.reads import version_in_force, versions_to_supersede
from domain.units import commands as units
from domain.units.models import Unit
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.stages import committees as stages
from tests.stages.committees import beijing
from tests.stages.units import Stage, new_unit, recognised_unit

At = Callable[[datetime], None]
STATE = "policySet { id state version }"


def on(row: PolicySet, **given: Any) -> dict[str, Any]:
    return {"id": global_id("PolicySet", row.id), "version": row.version, **given}


async def state_of(row: PolicySet) -> tuple[str, int]:
    now = await PolicySet.get(id=row.id)
    return str(now.state), now.version


async def papers(stage: Stage, *kinds: PolicyDocumentKind) -> list[dict[str, str]]:
    return [
        {"kind": each.kind, "title": each.title, "file": global_id("StoredFile", each.file_id)}
        for each in await stages.documents(stage, *kinds)
    ]


def checklist(*unmet: ComplianceItem) -> list[dict[str, Any]]:
    return [{"item": item.value, "met": item not in unmet} for item in ComplianceItem]


async def test_a_standard_below_the_national_one_is_not_approved() -> None:
    """N-1, and R-3.1: each item of the checklist is answered once, and met."""
    stage = await recognised_unit()
    row = await stages.submitted_policy(stage)
    unmet = checklist(ComplianceItem.NOT_BELOW_NATIONAL_STANDARD, ComplianceItem.CRITERIA_WEIGH_CONTRIBUTION)
    refused = await act(stage.municipal, "policySetApprove", on(row, approvalNumber="1", checklist=unmet))
    assert [(error["rule"]["id"], error["field"]) for error in refused["userErrors"]] == [
        ("N-1", ["checklist", "0", "met"]),
        ("R-3.1", ["checklist", "4", "met"]),
    ]
    partial = [*checklist()[1:], checklist()[1]]
    refused = await act(stage.municipal, "policySetApprove", on(row, approvalNumber="1", checklist=partial))
    assert rules_of(refused) == ["N-1", "S-13"]
    assert (await state_of(row))[0] == "SUBMITTED"


async def test_an_approval_is_not_backdated() -> None:
    """R-9.3: nothing takes effect before it is approved."""
    stage = await recognised_unit()
    row = await stages.submitted_policy(stage)
    yesterday = str(clock.today() - timedelta(days=1))
    refused = await act(
        stage.municipal,
        "policySetApprove",
        on(row, approvalNumber="1", checklist=checklist(), effectiveFrom=yesterday),
    )
    assert rules_of(refused) == ["R-9.3"]
    assert (await state_of(row))[0] == "SUBMITTED"


async def test_only_the_municipal_bureau_approves() -> None:
    """R-2.1: the district's own bureau is forbidden, another district's does not find it."""
    stage, other = await recognised_unit(), await recognised_unit()
    row = await stages.submitted_policy(stage)
    given = on(row, approvalNumber="1", checklist=checklist())
    answers = {
        name: [error["code"] for error in (await act(viewer, "policySetApprove", given))["userErrors"]]
        for name, viewer in (
            ("office", stage.office),
            ("district", stage.district),
            ("industry", stage.industry),
            ("neighbour", other.office),
            ("other district", other.district),
            ("supervisor", stage.supervisor),
        )
    }
    assert answers == {
        "office": ["FORBIDDEN"],
        "district": ["FORBIDDEN"],
        "industry": ["FORBIDDEN"],
        "neighbour": ["NOT_FOUND"],
        "other district": ["NOT_FOUND"],
        "supervisor": ["NOT_FOUND"],
    }
    assert (await state_of(row))[0] == "SUBMITTED"


async def test_a_new_version_takes_the_place_of_the_former_on_its_day() -> None:
    """R-9.5: an amendment goes through the whole cycle; the former version holds until the day the new one does."""
    stage = await recognised_unit()
    with stages.earlier(timedelta(days=40)):
        first = await stages.in_force_policy(stage)
    second = await stages.submitted_policy(stage)
    assert second.number == 2
    day = clock.today() + timedelta(days=3)
    call = Call(stage.municipal)
    second = await approval.approve(
        call, second.id, second.version, "2号", stages.checklist(), effective_from=day
    )
    assert await state_of(first) == ("APPROVED", first.version + 1)
    before, after = (
        await version_in_force(stage.unit.id, clock.today()),
        await version_in_force(stage.unit.id, day),
    )
    assert (before and before.id, after and after.id) == (first.id, second.id)
    with pytest.raises(Refused) as refused:
        await approval.supersede(BY_SYSTEM, first.id)
    assert [each.rule.id for each in refused.value.refusals] == ["R-9.5"]
    assert first.id in await versions_to_supersede(day)
    with stages.earlier(-timedelta(days=3)):
        await approval.supersede(BY_SYSTEM, first.id)
    assert await state_of(first) == ("SUPERSEDED", first.version + 2)


async def test_a_version_in_force_at_once_ends_the_former_at_once() -> None:
    """R-9.5: both in one transaction."""
    stage = await recognised_unit()
    with stages.earlier(timedelta(days=40)):
        first = await stages.in_force_policy(stage)
    second = await stages.in_force_policy(stage)
    former = await PolicySet.get(id=first.id)
    assert (str(former.state), former.effective_until) == ("SUPERSEDED", clock.today())
    assert await state_of(second) == ("APPROVED", 6)


async def test_what_is_sent_back_is_decided_and_publicised_again() -> None:
    """R-9.3: back in DRAFT nothing of the old cycle counts, and it is kept on record."""
    stage = await recognised_unit()
    row = await stages.submitted_policy(stage)
    blank = await act(stage.municipal, "policySetSendBack", on(row, reason="  "))
    assert rules_of(blank) == ["S-10"]
    sent = await act(
        stage.municipal,
        "policySetSendBack",
        on(row, reason="评价标准未体现实效。"),
        "policySet { state decidedOn publicityFrom publicityEndsAt contentHash decisionPassed returns { reason contentHash } }",
    )
    assert sent["policySet"] == {
        "state": "DRAFT",
        "decidedOn": None,
        "publicityFrom": None,
        "publicityEndsAt": None,
        "contentHash": "",
        "decisionPassed": None,
        "returns": [{"reason": "评价标准未体现实效。", "contentHash": row.content_hash}],
    }
    kept = await PolicyReturn.get(policy_set_id=row.id)
    assert (kept.cycle["decision_body"], kept.cycle["decided_on"]) == ("党委会", str(row.decided_on))


async def test_a_unit_without_the_right_or_without_an_office_drafts_nothing() -> None:
    """R-4.1, J-7, R-9.1."""
    candidate, suspended, officeless = await new_unit(), await recognised_unit(), await recognised_unit()
    unit = suspended.unit
    await units.suspend(Call(suspended.municipal), unit.id, unit.version, "整改。")
    await Unit.filter(id=officeless.unit.id).update(full_time_staff_count=0)
    answers = []
    for stage in (candidate, suspended, officeless):
        given = {"title": "评审制度", "documents": await papers(stage)}
        answers.append(rules_of(await act(stage.office, "policySetDraft", given)))
    assert answers == [["R-4.1", "R-9.1"], ["J-7"], ["R-9.1"]]
    made = await PolicySet.filter(unit_id__in=[each.unit.id for each in (candidate, suspended, officeless)])
    assert made == []


async def test_another_units_file_is_not_found() -> None:
    """R-2.2: a document is the unit's own; a file that is not a file is no file either."""
    stage, other = await recognised_unit(), await recognised_unit()
    refused = await act(stage.office, "policySetDraft", {"title": "", "documents": await papers(other)})
    assert [(error["code"], error["field"]) for error in refused["userErrors"]] == [
        ("INVALID_INPUT", ["title"]),
        ("NOT_FOUND", ["documents", "0", "file"]),
        ("NOT_FOUND", ["documents", "1", "file"]),
    ]


async def test_one_version_at_a_time_is_under_way() -> None:
    """R-9.5: two drafts at once, and exactly one comes to be."""
    stage = await recognised_unit()
    documents = await stages.documents(stage)
    answers = await gather(
        *(policy.draft(Call(stage.office), f"版本{n}", documents) for n in range(4)), return_exceptions=True
    )
    made = [each for each in answers if isinstance(each, PolicySet)]
    refused = [each for each in answers if isinstance(each, Refused)]
    assert (len(made), len(refused)) == (1, 3)
    assert {refusal.rule.id for each in refused for refusal in each.refusals} == {"R-9.5"}


async def test_the_same_key_drafts_once_and_a_stale_version_is_a_conflict() -> None:
    """S-2, S-3."""
    stage = await recognised_unit()
    given = {"idempotencyKey": str(uuid4()), "title": "评审制度", "documents": await papers(stage)}
    first = await act(stage.office, "policySetDraft", given, STATE)
    again = await act(stage.office, "policySetDraft", given, STATE)
    other = await act(stage.office, "policySetDraft", {**given, "title": "另一版本"})
    assert first["policySet"] == again["policySet"]
    assert rules_of(other) == ["S-3"]
    row = await PolicySet.get(unit_id=stage.unit.id)
    documents = await papers(stage)
    edited = await act(stage.office, "policySetEdit", on(row, title="改", documents=documents), STATE)
    stale = await act(stage.office, "policySetEdit", on(row, title="再改", documents=documents))
    assert edited["policySet"]["version"] == 2
    assert [(error["code"], error["currentVersion"]) for error in stale["userErrors"]] == [("CONFLICT", 2)]
    assert (await PolicySet.get(id=row.id)).title == "改"


async def test_staff_read_a_version_from_its_publicity_on(at: At) -> None:
    """R-2.3: the unit's bodies see every step, its staff what is publicised, the public nothing."""
    at(beijing(2026, 3, 2, 9))
    stage, other = await recognised_unit(), await recognised_unit()
    staff = Viewer(Role.APPLICANT, organisation_id=stage.unit.id, person_id=uuid4())
    row = await stages.decided_policy(stage)
    document = "query($id: ID!) { node(id: $id) { ... on PolicySet { state documents { kind } } } }"

    async def seen(viewer: Viewer) -> Any:
        answer = await gql(viewer, document, id=global_id("PolicySet", row.id))
        assert answer["errors"] == []
        return answer["data"]["node"] and len(answer["data"]["node"]["documents"])

    viewers = (staff, stage.office, stage.district, stage.industry, stage.municipal)
    outsiders = (other.office, other.district, stage.supervisor, Viewer(Role.PUBLIC))
    assert [await seen(viewer) for viewer in viewers] == [None, 2, 2, 2, 2]
    await policy.open_publicity(Call(stage.office), row.id, row.version, "内网")
    assert [await seen(viewer) for viewer in viewers] == [2, 2, 2, 2, 2]
    assert [await seen(viewer) for viewer in outsiders] == [None] * 4


async def test_a_version_superseded_before_its_successors_day_is_refused_to_approve() -> None:
    """R-9.5: versions take effect in their order, never two on one day."""
    stage = await recognised_unit()
    with stages.earlier(timedelta(days=40)):
        await stages.in_force_policy(stage)
    second = await stages.submitted_policy(stage)
    call, day = Call(stage.municipal), clock.today() + timedelta(days=30)
    await approval.approve(call, second.id, second.version, "2号", stages.checklist(), effective_from=day)
    third = await stages.submitted_policy(stage)
    for effective in (clock.today(), day):
        refused = await act(
            stage.municipal,
            "policySetApprove",
            on(third, approvalNumber="3号", checklist=checklist(), effectiveFrom=str(effective)),
        )
        assert rules_of(refused) == ["R-9.5"]
    assert (await state_of(third))[0] == "SUBMITTED"
