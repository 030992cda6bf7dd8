"""Article 9(6): after the review the unit submits all results and its work report for acceptance. R-9.12, R-13.2."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

from domain.core import clock
from domain.core.calls import Call
from domain.core.errors import Refused
from domain.core.ledger import OutboxEvent
from domain.core.roles import Role, Viewer
from domain.plans.models import PlanGroup
from domain.results import commands
from domain.results.models import MinutesRecord, Result, ResultFiling, ResultPackage
from domain.reviews.models import Candidacy, ReviewRound, Sitting
from domain.units.models import IntegrityRecord, ScopeItem
from domain.units.names import IntegrityBasis
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.stages import results as stages
from tests.stages.reviews import (
    ABSTAIN,
    NO,
    YES,
    opened_sitting,
    signed_sitting,
    submitted_candidacy,
)
from tests.stages.units import new_unit
from tests.statements import statements

PACKAGE = "resultPackage { id state version workReport filings { number acceptedCount refusedCount } }"
PASS, FAIL = [YES] * 8, [YES] * 5 + [NO] * 2 + [ABSTAIN]


def gid(kind: str, id: UUID) -> str:
    return str(global_id(kind, id))


async def on(packaged: stages.Packaged) -> dict[str, Any]:
    row = await packaged.fresh()
    return {"id": gid("ResultPackage", row.id), "version": row.version}


async def refused(
    viewer: Viewer, mutation: str, input: dict[str, Any]
) -> list[tuple[str, str, list[str] | None]]:
    """What a refused mutation cites: rule, code and field."""
    payload = await act(viewer, mutation, input)
    return [(each["rule"]["id"], each["code"], each["field"]) for each in payload["userErrors"]]


async def test_results_of_every_candidate_are_compiled_with_their_counts() -> None:
    """R-9.12: all results, passed or not, with votes that add up; the minutes come with their hash (N-16)."""
    seated = await signed_sitting(n=2, choices=[PASS, FAIL])
    office = seated.rounded.stage.office
    payload = await act(
        office,
        "resultPackageCompile",
        {"round": gid("ReviewRound", seated.rounded.round.id)},
        "resultPackage { id state minutes { present minutesHash } }",
    )
    made = payload["resultPackage"]
    assert payload["userErrors"] == []
    assert made["state"] == "DRAFT"
    assert made["minutes"] == [{"present": 8, "minutesHash": seated.sitting.minutes_sha256}]
    answer = await gql(
        office,
        "query ($id: ID!) { results(first: 10, orderBy: PERSON_NAME_ASC, filter: {package: {eq: $id}}) { nodes {"
        " personName outcome standing present recused entitled yes no abstain uncast accepted } } }",
        id=made["id"],
    )
    common = {
        "standing": "COMPILED",
        "present": 8,
        "recused": 0,
        "entitled": 8,
        "uncast": 0,
        "accepted": None,
    }
    assert answer["data"]["results"]["nodes"] == [
        {"personName": "申报人0", "outcome": "PASSED", "yes": 8, "no": 0, "abstain": 0, **common},
        {"personName": "申报人1", "outcome": "NOT_PASSED", "yes": 5, "no": 2, "abstain": 1, **common},
    ]
    assert (await ReviewRound.get(id=seated.rounded.round.id)).state == "COMPLETED"


async def test_an_expert_who_did_not_vote_is_counted_as_not_cast() -> None:
    """R-9.12: present = for + against + abstained + not cast."""
    made = await stages.compiled_package(1, choices=[[YES] * 6])
    [result] = await made.results()
    assert (result.present, result.yes, result.uncast, result.outcome) == (8, 6, 2, "PASSED")


async def test_nothing_is_compiled_before_every_sitting_is_signed() -> None:
    """R-9.12, N-16: a sitting in session and a candidate who is not decided, told at once."""
    seated = await opened_sitting(n=1)
    await submitted_candidacy(seated.rounded)
    found = await refused(
        seated.rounded.stage.office,
        "resultPackageCompile",
        {"round": gid("ReviewRound", seated.rounded.round.id)},
    )
    assert found == [
        ("R-9.12", "RULE_VIOLATION", ["round"]),
        ("N-16", "RULE_VIOLATION", ["round"]),
        ("R-9.12", "RULE_VIOLATION", ["round"]),
    ]
    assert await ResultPackage.filter(round_id=seated.rounded.round.id).count() == 0


async def test_a_round_is_compiled_once_though_two_try_at_once() -> None:
    seated = await signed_sitting(n=1)
    office, round = seated.rounded.stage.office, seated.rounded.round
    tried = await asyncio.gather(
        *(commands.compile_results(Call(office), round.id) for _ in range(4)), return_exceptions=True
    )
    made = [each for each in tried if isinstance(each, ResultPackage)]
    rules = {refusal.rule.id for each in tried if isinstance(each, Refused) for refusal in each.refusals}
    assert (len(made), rules) == (1, {"S-13"})
    assert await Result.filter(package_id=made[0].id).count() == 1


async def test_who_may_not_compile() -> None:
    """Another unit does not find the round; the bureau finds it and may not."""
    seated = await signed_sitting(n=1)
    stage, neighbour = seated.rounded.stage, await new_unit()
    given = {"round": gid("ReviewRound", seated.rounded.round.id)}
    assert await refused(neighbour.office, "resultPackageCompile", given) == [("S-4", "NOT_FOUND", ["round"])]
    assert await refused(stage.municipal, "resultPackageCompile", given) == [("S-11", "FORBIDDEN", None)]


async def test_results_go_in_with_the_report_only() -> None:
    """R-9.12: results *and* work report; what the report says must be what the results say."""
    made = await stages.compiled_package(1)
    assert await refused(made.stage.office, "resultPackageSubmit", await on(made)) == [
        ("R-9.12", "RULE_VIOLATION", ["workReport"]),
        ("R-9.12", "RULE_VIOLATION", ["declaredCandidates"]),
        ("R-9.12", "RULE_VIOLATION", ["declaredPassed"]),
        ("R-9.12", "RULE_VIOLATION", ["declaredNotPassed"]),
    ]
    assert (await made.fresh()).state == "DRAFT"


async def test_a_report_of_those_who_passed_only_is_refused() -> None:
    """R-9.12: only passes reported."""
    made = await stages.compiled_package(2, choices=[PASS, FAIL])
    office = made.stage.office
    numbers = {"declaredCandidates": 1, "declaredPassed": 1, "declaredNotPassed": 0}
    report = {**await on(made), "workReport": "只报通过人员。", **numbers}
    assert rules_of(await act(office, "resultPackageEditReport", report)) == []
    assert await refused(office, "resultPackageSubmit", await on(made)) == [
        ("R-9.12", "RULE_VIOLATION", ["declaredCandidates"]),
        ("R-9.12", "RULE_VIOLATION", ["declaredNotPassed"]),
    ]


async def test_counts_that_do_not_add_up_are_refused_by_name() -> None:
    """R-9.12: against themselves, and against the ballot box."""
    made = await stages.reported_package(2)
    first, second = await made.results()
    await Result.filter(id=first.id).update(uncast=1)
    await Result.filter(id=second.id).update(yes=7, no=1)
    payload = await act(made.stage.office, "resultPackageSubmit", await on(made))
    assert [each["messageEn"] for each in payload["userErrors"]] == [
        "Counts do not agree: 申报人0: the votes do not add up to the number entitled;"
        " 申报人1: the votes differ from the ballot box."
    ]
    assert rules_of(payload) == ["R-9.12"]
    assert (await made.fresh()).state == "DRAFT"


async def test_a_result_left_out_and_minutes_that_changed_are_noticed() -> None:
    """R-9.12, N-16."""
    made = await stages.reported_package(2)
    _, second = await made.results()
    await Result.filter(id=second.id).delete()
    await MinutesRecord.filter(package_id=made.package.id).update(minutes_hash="0" * 64)
    found = await refused(made.stage.office, "resultPackageSubmit", await on(made))
    assert [rule for rule, _, _ in found] == ["R-9.12", "N-16", "R-9.12", "R-9.12"]


async def test_results_are_submitted_returned_and_submitted_again() -> None:
    made = await stages.reported_package(1)
    stage = made.stage
    assert (await act(stage.office, "resultPackageSubmit", await on(made), PACKAGE))["resultPackage"][
        "state"
    ] == ("SUBMITTED")
    assert await refused(stage.municipal, "resultPackageReturn", {**await on(made), "reason": " "}) == [
        ("S-10", "RULE_VIOLATION", ["reason"])
    ]
    returned = await act(
        stage.municipal, "resultPackageReturn", {**await on(made), "reason": "请补充评审纪律情况。"}, PACKAGE
    )
    assert returned["resultPackage"]["state"] == "RETURNED"
    again = await act(stage.office, "resultPackageSubmit", await on(made), PACKAGE)
    assert again["resultPackage"]["state"] == "SUBMITTED"


async def test_accepted_results_are_filed_and_their_candidates_told() -> None:
    """R-9.12, R-13.2: acceptance and filing are two records, made in one step."""
    made = await stages.submitted_package(2, choices=[PASS, FAIL])
    payload = await act(made.stage.municipal, "resultPackageAccept", await on(made), PACKAGE)
    accepted = payload["resultPackage"]
    filing = await ResultFiling.get(package_id=made.package.id)
    assert payload["userErrors"] == []
    assert (accepted["state"], accepted["filings"]) == (
        "ACCEPTED",
        [{"number": filing.number, "acceptedCount": 2, "refusedCount": 0}],
    )
    assert await made.states() == ["ACCEPTED", "NOT_PASSED"]
    assert [(each.accepted, each.standing) for each in await made.results()] == [
        (True, "ACCEPTED"),
        (True, "COMPILED"),
    ]


async def test_the_unit_and_the_district_do_not_accept_results() -> None:
    """Art. 9(6): the municipal bureau does."""
    made = await stages.submitted_package(1)
    neighbour = await new_unit()
    for viewer, expected in (
        (made.stage.office, ("S-11", "FORBIDDEN", None)),
        (made.stage.district, ("S-11", "FORBIDDEN", None)),
        (made.stage.industry, ("S-11", "FORBIDDEN", None)),
        (made.stage.supervisor, ("S-4", "NOT_FOUND", ["id"])),
        (neighbour.office, ("S-4", "NOT_FOUND", ["id"])),
        (neighbour.district, ("S-4", "NOT_FOUND", ["id"])),
    ):
        assert await refused(viewer, "resultPackageAccept", await on(made)) == [expected]
    assert (await made.fresh()).state == "SUBMITTED"


async def test_acceptance_asks_for_committee_plan_and_scope() -> None:
    """R-9.10, R-13.1, R-9.11: every rule that a result breaks, at once, with who breaks it."""
    made = await stages.submitted_package(1)
    round = made.seated.rounded.round
    await ScopeItem.filter(unit_id=made.stage.unit.id).delete()
    await PlanGroup.filter(id=round.plan_group_id).update(window_from="2026-01-01", window_until="2026-01-02")
    await Sitting.filter(id=made.seated.sitting.id).update(held_on="2025-12-31")
    found = await refused(made.stage.municipal, "resultPackageAccept", await on(made))
    assert [rule for rule, _, _ in found] == ["R-9.10", "R-13.1", "R-9.11"]
    assert (await made.fresh()).state == "SUBMITTED"


async def test_a_part_is_accepted_with_a_reason_for_each_result_left_out() -> None:
    """D9: partial acceptance; who is left out is VOIDED, the others go on."""
    made = await stages.submitted_package(3, choices=[PASS, PASS, FAIL])
    first, second, failed = await made.results()
    municipal = made.stage.municipal

    def excluding(*pairs: tuple[Result, str]) -> list[dict[str, str]]:
        return [{"result": gid("Result", result.id), "reason": reason} for result, reason in pairs]

    for exclusions, fields in (
        (excluding(), [["exclusions"]]),
        (excluding((second, " ")), [["exclusions", "0", "reason"]]),
        (excluding((failed, "理由")), [["exclusions", "0", "result"]]),
        (excluding((first, "一"), (second, "二")), [["exclusions"]]),
    ):
        payload = await act(
            municipal, "resultPackageAcceptInPart", {**await on(made), "exclusions": exclusions}
        )
        assert [each["field"] for each in payload["userErrors"]] == fields
    given = {**await on(made), "exclusions": excluding((second, "申报材料不实。"))}
    payload = await act(municipal, "resultPackageAcceptInPart", given, PACKAGE)
    assert payload["resultPackage"]["state"] == "PARTIALLY_ACCEPTED"
    assert await made.states() == ["ACCEPTED", "VOIDED", "NOT_PASSED"]
    assert [(each.accepted, each.acceptance_reason) for each in await made.results()] == [
        (True, ""),
        (False, "申报材料不实。"),
        (True, ""),
    ]


async def test_refused_results_are_void() -> None:
    made = await stages.submitted_package(2, choices=[PASS, FAIL])
    municipal = made.stage.municipal
    bad = {**await on(made), "rules": ["R-99"], "reason": ""}
    assert await refused(municipal, "resultPackageRefuse", bad) == [
        ("S-10", "RULE_VIOLATION", ["reason"]),
        ("S-21", "INVALID_INPUT", ["rules", "0"]),
    ]
    given = {**await on(made), "rules": ["R-13.1"], "reason": "超出评审范围。"}
    payload = await act(municipal, "resultPackageRefuse", given, PACKAGE)
    assert payload["resultPackage"]["state"] == "REFUSED"
    assert await made.states() == ["VOIDED", "NOT_PASSED"]
    assert await ResultFiling.filter(package_id=made.package.id).count() == 0


async def test_a_stale_version_and_a_wrong_state_are_told() -> None:
    made = await stages.submitted_package(1)
    stale = {**await on(made), "version": 1}
    payload = await act(made.stage.municipal, "resultPackageAccept", stale)
    assert [(each["code"], each["currentVersion"]) for each in payload["userErrors"]] == [("CONFLICT", 3)]
    payload = await act(made.stage.office, "resultPackageSubmit", await on(made))
    assert [(each["code"], each["currentState"]) for each in payload["userErrors"]] == [
        ("INVALID_TRANSITION", "SUBMITTED")
    ]


async def test_the_same_key_accepts_once() -> None:
    made = await stages.submitted_package(1)
    given = {**await on(made), "idempotencyKey": str(uuid4())}
    first = await act(made.stage.municipal, "resultPackageAccept", given, PACKAGE)
    again = await act(made.stage.municipal, "resultPackageAccept", given, PACKAGE)
    assert (first, first["resultPackage"]["version"]) == (again, 4)
    assert await OutboxEvent.filter(subject_id=made.package.id, event="result_package.accept").count() == 1


async def test_a_result_is_seen_by_its_unit_its_overseers_and_after_publicity_by_its_person() -> None:
    """Who sees what: tallies; a machine client needs the scope results:read."""
    made = await stages.accepted_package(1)
    stage, neighbour = made.stage, await new_unit()
    candidate = await Candidacy.get(id=made.seated.candidates[0].id)
    person = Viewer(Role.APPLICANT, person_id=candidate.person_id)
    reader = Viewer(Role.MACHINE, stage.unit.id, client_id="hr", scopes=frozenset({"results:read"}))
    other = Viewer(Role.MACHINE, stage.unit.id, client_id="hr", scopes=frozenset({"certificates:read"}))
    chair = made.seated.bench.chair

    async def seen(viewer: Viewer) -> int:
        query = "query ($u: ID!) { results(first: 5, filter: {unit: {eq: $u}}) { totalCount } }"
        answer = await gql(viewer, query, u=gid("Unit", stage.unit.id))
        return int(answer["data"]["results"]["totalCount"])

    for viewer in (stage.office, stage.municipal, stage.district, stage.industry, reader):
        assert await seen(viewer) == 1
    for viewer in (stage.supervisor, neighbour.office, neighbour.district, other, chair, person):
        assert await seen(viewer) == 0
    await stages.open_publicity(made)
    assert await seen(person) == 1


async def test_acceptance_asks_for_quorum_ratio_and_a_clean_record() -> None:
    """N-13, N-14, N-24, and only of those who passed."""
    made = await stages.submitted_package(2, choices=[PASS, FAIL])
    passed, failed = await made.results()
    await Result.filter(id__in=[passed.id, failed.id]).update(members=20, denominator=13)
    for result in (passed, failed):
        await IntegrityRecord.create(
            person_id=result.person_id,
            basis=IntegrityBasis.FRAUD,
            from_on=clock.today(),
            until_on=clock.today(),
        )
    payload = await act(made.stage.municipal, "resultPackageAccept", await on(made))
    assert rules_of(payload) == ["N-13", "N-14", "N-24"]
    assert {each["messageEn"].rpartition(": ")[2] for each in payload["userErrors"]} == {"申报人0."}


async def test_what_may_be_done_with_a_package_is_listed_with_why_not_yet() -> None:
    """availableActions: the unit sees that it may submit, and everything that is missing."""
    made = await stages.compiled_package(1)
    query = (
        "query ($id: ID!) { node(id: $id) { ... on ResultPackage {"
        " availableActions { name allowed reasons { rule { id } } } } } }"
    )
    answer = await gql(made.stage.office, query, id=gid("ResultPackage", made.package.id))
    assert answer["data"]["node"]["availableActions"] == [
        {"name": "edit_report", "allowed": True, "reasons": []},
        {"name": "submit", "allowed": False, "reasons": [{"rule": {"id": "R-9.12"}}]},
    ]


async def test_a_page_of_packages_with_their_actions_costs_the_same_for_one_and_for_three() -> None:
    """House rule: a designed, constant number of statements."""
    query = (
        "query ($ids: [ID!]) { resultPackages(first: 10, filter: {unit: {in: $ids}}) { totalCount nodes { state"
        " unit { name } minutes { minutesHash } filings { number } availableActions { name allowed } } } }"
    )
    made = [await stages.submitted_package(1) for _ in range(3)]
    counts = []
    for several in (made[:1], made):
        with statements() as seen:
            units = [gid("Unit", each.stage.unit.id) for each in several]
            answer = await gql(made[0].stage.municipal, query, ids=units)
        assert answer["data"]["resultPackages"]["totalCount"] == len(several)
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_voiding_a_round_voids_its_results() -> None:
    """N-23, Art. 13: what the unit's systems read says so in the same transaction."""
    made = await stages.accepted_package(2, choices=[PASS, FAIL])
    round = await ReviewRound.get(id=made.seated.rounded.round.id)
    given = {"id": gid("ReviewRound", round.id), "version": round.version, "reason": "超越评审权限。"}
    payload = await act(made.stage.municipal, "roundVoid", given, "reviewRound { state }")
    assert payload["userErrors"] == []
    assert await made.states() == ["VOIDED", "VOIDED"]
    assert [str(each.standing) for each in await made.results()] == ["VOIDED", "VOIDED"]
