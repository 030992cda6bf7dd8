"""Art. 9(1), 9(2): policy documents pass a collective decision, a publicity and the bureau's approval, in this order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.core import clock
from domain.core.calls import BY_SYSTEM, Call
from domain.core.errors import Refused
from domain.core.roles import Role, Viewer
from domain.policy_documents import commands as policy
from domain.policy_documents.models import ComplianceItem, PolicyDocumentKind, PolicySet
from domain.policy_documents.reads import publicities_to_close, version_in_force
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.stages import committees as stages
from tests.stages import people
from tests.stages.committees import beijing
from tests.stages.units import Stage, recognised_unit

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


async def test_documents_come_into_force_after_decision_publicity_and_approval(at: At) -> None:
    """R-9.3: the whole cycle, and what is in force only at its end."""
    at(beijing(2026, 9, 28, 10))
    stage = await recognised_unit()
    drafted = await act(
        stage.office,
        "policySetDraft",
        {"title": "评审制度", "documents": await papers(stage)},
        "policySet { id version number state unit { name } documents { kind title file { name } } }",
    )
    row = drafted["policySet"]
    assert (row["number"], row["state"], row["unit"]) == (1, "DRAFT", {"name": stage.unit.name})
    assert row["documents"] == [
        {"kind": "WORK_PLAN", "title": "文件1", "file": {"name": "材料.pdf"}},
        {"kind": "CRITERIA", "title": "文件2", "file": {"name": "材料.pdf"}},
    ]
    minutes = await people.paper(stage.office)
    given = {"body": "党委会", "decidedOn": "2026-09-28", "present": 9, "entitled": 11, "passed": True}
    decided = await act(
        stage.office,
        "policySetRecordCollectiveDecision",
        {
            "id": row["id"],
            "version": row["version"],
            "minutes": global_id("StoredFile", minutes.id),
            **given,
        },
        STATE,
    )
    opened = await act(
        stage.office,
        "policySetOpenPublicity",
        {"id": row["id"], "version": decided["policySet"]["version"], "place": "单位内网"},
        "policySet { state version publicityEndsAt publicityWorkingDays }",
    )
    # Five working days after Mon 2026-09-28 end with Sat 2026-10-10: a golden week, then a make-up workday.
    ends = datetime.fromisoformat(opened["policySet"]["publicityEndsAt"])
    assert ends == beijing(2026, 10, 11)
    at(beijing(2026, 10, 11))
    version = opened["policySet"]["version"]
    closed = await act(stage.office, "policySetClosePublicity", {"id": row["id"], "version": version}, STATE)
    version = closed["policySet"]["version"]
    sent = await act(stage.office, "policySetSubmitForApproval", {"id": row["id"], "version": version}, STATE)
    assert await version_in_force(stage.unit.id, clock.today()) is None
    approved = await act(
        stage.municipal,
        "policySetApprove",
        {
            "id": row["id"],
            "version": sent["policySet"]["version"],
            "approvalNumber": "京人社审〔2026〕7号",
            "checklist": checklist(),
        },
        "policySet { state version effectiveFrom approvedOn checks { item met } }",
    )
    assert approved["policySet"] == {
        "state": "APPROVED",
        "version": 6,
        "effectiveFrom": "2026-10-11",
        "approvedOn": "2026-10-11",
        "checks": [{"item": item.value, "met": True} for item in ComplianceItem],
    }
    in_force = await version_in_force(stage.unit.id, clock.today())
    assert in_force is not None and global_id("PolicySet", in_force.id) == row["id"]


async def test_a_step_of_the_cycle_cannot_be_skipped() -> None:
    """R-9.3: publicity needs the decision, submission the publicity, approval the submission."""
    stage = await recognised_unit()
    row = await stages.drafted_policy(stage)
    for viewer, name, given in (
        (stage.office, "policySetOpenPublicity", {"place": "内网"}),
        (stage.office, "policySetClosePublicity", {}),
        (stage.office, "policySetSubmitForApproval", {}),
        (stage.municipal, "policySetApprove", {"approvalNumber": "1", "checklist": checklist()}),
        (stage.municipal, "policySetSendBack", {"reason": "退回"}),
        (stage.municipal, "policySetRevoke", {"reason": "撤销"}),
    ):
        refused = await act(viewer, name, on(row, **given))
        assert [error["code"] for error in refused["userErrors"]] == ["INVALID_TRANSITION"], name
    assert await state_of(row) == ("DRAFT", 1)


async def test_publicity_does_not_start_before_the_decision(at: At) -> None:
    """R-9.3."""
    at(beijing(2026, 3, 10, 9))
    stage = await recognised_unit()
    row = await stages.decided_policy(stage)
    refused = await act(stage.office, "policySetOpenPublicity", on(row, place="内网", startsOn="2026-03-09"))
    assert rules_of(refused) == ["R-9.3"]
    assert refused["userErrors"][0]["field"] == ["startsOn"]
    assert await state_of(row) == ("DECIDED", 2)


async def test_publicity_is_neither_short_nor_backdated(at: At) -> None:
    """R-9.4: five working days by default; a start in the past would shorten them."""
    at(beijing(2026, 3, 10, 9))
    stage = await recognised_unit()
    row = await stages.decided_policy(stage)
    at(beijing(2026, 3, 12, 9))
    short = await act(stage.office, "policySetOpenPublicity", on(row, place="内网", workingDays=4))
    past = await act(stage.office, "policySetOpenPublicity", on(row, place="内网", startsOn="2026-03-11"))
    long = await act(stage.office, "policySetOpenPublicity", on(row, place=" ", workingDays=61))
    assert (rules_of(short), rules_of(past), rules_of(long)) == (["R-9.4"], ["R-9.4"], ["S-5", "S-7"])
    assert await state_of(row) == ("DECIDED", 2)


async def test_publicity_needs_a_loaded_calendar(at: At) -> None:
    """S-6: the end would lie in a year whose holidays nobody has loaded."""
    at(beijing(2026, 12, 25, 9))
    stage = await recognised_unit()
    row = await stages.decided_policy(stage)
    refused = await act(stage.office, "policySetOpenPublicity", on(row, place="内网"))
    assert [(error["rule"]["id"], error["messageEn"]) for error in refused["userErrors"]] == [
        ("S-6", "calendar 2027 not loaded")
    ]
    assert await state_of(row) == ("DECIDED", 2)


async def test_publicity_ends_at_midnight_in_beijing_and_not_a_second_earlier(at: At) -> None:
    """R-9.4: the worker closes it too, and finds it only then."""
    at(beijing(2026, 3, 2, 9))
    stage = await recognised_unit()
    row = await stages.decided_policy(stage)
    row = await policy.open_publicity(Call(stage.office), row.id, row.version, "内网")
    at(beijing(2026, 3, 9, 23, 59, 58))
    refused = await act(stage.office, "policySetClosePublicity", on(row))
    assert rules_of(refused) == ["R-9.4"]
    assert row.id not in await publicities_to_close(clock.now())
    at(beijing(2026, 3, 10))
    assert row.id in await publicities_to_close(clock.now())
    assert (await policy.close_publicity(BY_SYSTEM, row.id)).state == "PUBLICISED"


async def test_opinions_are_answered_before_the_publicity_closes(at: At) -> None:
    """R-9.3: staff give an opinion, the office answers it."""
    at(beijing(2026, 3, 2, 9))
    stage = await recognised_unit()
    staff = Viewer(Role.APPLICANT, organisation_id=stage.unit.id, person_id=uuid4())
    row = await stages.decided_policy(stage)
    row = await policy.open_publicity(Call(stage.office), row.id, row.version, "内网")
    given = await act(staff, "policySetRecordOpinion", on(row, text="业绩权重偏低。"), STATE)
    assert given["policySet"]["version"] == 4
    at(beijing(2026, 3, 11))
    row = await PolicySet.get(id=row.id)
    assert row.id not in await publicities_to_close(clock.now())
    refused = await act(stage.office, "policySetClosePublicity", on(row))
    assert rules_of(refused) == ["R-9.3"]
    seen = await gql(
        stage.office,
        "query($id: ID!) { node(id: $id) { ... on PolicySet { opinions { id text answer } } } }",
        id=global_id("PolicySet", row.id),
    )
    [opinion] = seen["data"]["node"]["opinions"]
    assert (opinion["text"], opinion["answer"]) == ("业绩权重偏低。", "")
    answered = await act(
        stage.office, "policySetAnswerOpinion", on(row, opinion=opinion["id"], answer="已采纳。"), STATE
    )
    closed = await act(
        stage.office,
        "policySetClosePublicity",
        {"id": on(row)["id"], "version": answered["policySet"]["version"]},
        STATE,
    )
    assert closed["policySet"]["state"] == "PUBLICISED"


@pytest.mark.parametrize("kind", [PolicyDocumentKind.WORK_PLAN, PolicyDocumentKind.CRITERIA])
async def test_work_plan_and_criteria_are_both_needed(kind: PolicyDocumentKind) -> None:
    """R-9.2: what lacks one of them is not even decided on."""
    stage = await recognised_unit()
    documents = await stages.documents(stage, kind, PolicyDocumentKind.OTHER)
    row = await policy.draft(Call(stage.office), "评审制度", documents)
    given = await stages.decision(stage)
    with pytest.raises(Refused) as refused:
        await policy.record_collective_decision(Call(stage.office), row.id, row.version, given)
    assert [each.rule.id for each in refused.value.refusals] == ["R-9.2"]
    assert await state_of(row) == ("DRAFT", 1)


async def test_a_decision_needs_date_attendance_and_a_majority_that_passed_it() -> None:
    """R-9.3: everything that is wrong is told at once."""
    stage = await recognised_unit()
    row = await stages.drafted_policy(stage)
    tomorrow = clock.today() + timedelta(days=1)
    given = await stages.decision(stage, body=" ", passed=False, decided_on=tomorrow, present=12)
    with pytest.raises(Refused) as refused:
        await policy.record_collective_decision(
            Call(stage.office), row.id, row.version, replace(given, minutes_id=uuid4())
        )
    assert [(each.rule.id, each.field) for each in refused.value.refusals] == [
        ("S-4", "minutes"),
        ("S-5", "body"),
        ("R-9.3", "passed"),
        ("R-9.3", "decided_on"),
        ("R-9.3", "present"),
    ]
    assert await state_of(row) == ("DRAFT", 1)


async def test_a_decided_version_is_never_edited() -> None:
    """R-9.5: its content is fixed by a hash at the decision."""
    stage = await recognised_unit()
    row = await stages.decided_policy(stage)
    assert len(row.content_hash) == 64
    refused = await act(stage.office, "policySetEdit", on(row, title="改动", documents=await papers(stage)))
    assert [error["code"] for error in refused["userErrors"]] == ["INVALID_TRANSITION"]
    now = await PolicySet.get(id=row.id)
    assert (now.title, now.content_hash) == (row.title, row.content_hash)
