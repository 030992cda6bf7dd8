"""Article 9(5): rounds and sittings under the plan, with a filed committee, two thirds present and the right presider."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from domain.committees import filing
from domain.core import clock
from domain.core.calls import Call
from domain.core.ledger import AuditEntry
from domain.core.roles import Viewer
from domain.core.titles import CommitteeLevel, TitleLevel
from domain.experts import commands as pool
from domain.experts.models import TieKind
from domain.plans.models import PlanGroup
from domain.reviews import conclusion
from domain.reviews.ballots import encrypted_tally, make_trustee_key, partial_decryption, read_election
from domain.reviews.models import (
    BallotBox,
    BallotCredential,
    Candidacy,
    Recusal,
    ReviewRound,
    Sitting,
    SittingTrustee,
)
from domain.reviews.states import BallotBoxState, CandidacyState, RecusalGround, SittingState
from domain.reviews.tallying import stored_ballots
from domain.units import commands as units
from domain.units.models import Employment, ScopeItem
from schema.core.ids import global_id, key
from tests.graphql import act, gql, rules_of
from tests.stages import committees
from tests.stages.reviews import (
    ABSTAIN,
    NO,
    YES,
    Rounded,
    Seated,
    admitted_candidacies,
    applicant_of,
    cast,
    check_in,
    open_round,
    opened_ballot,
    opened_sitting,
    scheduled_sitting,
    signed_sitting,
    verified_candidacy,
    voted,
)
from tests.stages.units import Stage, recognised_unit
from tests.statements import statements

ROUND = "reviewRound { id state version }"
SITTING = "sitting { id state version }"


def beijing(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.BEIJING)  # type: ignore[misc, arg-type]


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


async def round_input(stage: Stage, bench: committees.Bench, **changed: Any) -> dict[str, Any]:
    group = await PlanGroup.filter(plan__unit_id=stage.unit.id).order_by("position").first()
    assert group is not None
    return {
        "planGroup": global_id("PlanGroup", group.id),
        "committee": global_id("Committee", bench.committee.id),
        "name": "计算机专业副高级评审",
        "submissionsFrom": str(group.window_from),
        "submissionsUntil": str(group.window_until),
        **changed,
    }


async def test_a_round_opens_under_the_plan_and_pins_its_documents() -> None:
    """R-9.11, R-9.5."""
    stage = await recognised_unit()
    plan = await committees.active_plan(stage)
    bench = await committees.filed_committee(stage)
    selection = "reviewRound { state series level policySet { id } committee { id } }"
    made = (await act(stage.office, "roundOpen", await round_input(stage, bench), selection))["reviewRound"]
    assert made == {
        "state": "OPEN",
        "series": "05",
        "level": "ASSOCIATE_SENIOR",
        "policySet": {"id": global_id("PolicySet", plan.policy_set_id)},
        "committee": {"id": global_id("Committee", bench.committee.id)},
    }
    assert (await PlanGroup.get(plan_id=plan.id)).rounds_started == 1


async def test_rounds_of_one_plan_may_be_opened_at_the_same_time() -> None:
    """Two committees of a unit do not wait for each other in vain."""
    rounded = await open_round()
    given = await round_input(rounded.stage, rounded.bench)
    answers = await asyncio.gather(*(act(rounded.stage.office, "roundOpen", given, ROUND) for _ in range(4)))
    assert [each["userErrors"] for each in answers] == [[]] * 4
    assert (await PlanGroup.get(id=rounded.round.plan_group_id)).rounds_started == 5


async def test_an_attempt_outside_the_scope_is_refused_and_stays_on_record() -> None:
    """R-13.1: the scope was withdrawn in part after the plan was adopted."""
    rounded = await open_round()
    stage = rounded.stage
    await ScopeItem.filter(unit_id=stage.unit.id, level=TitleLevel.ASSOCIATE_SENIOR).update(
        ended_on=clock.today()
    )
    answer = await act(stage.office, "roundOpen", await round_input(stage, rounded.bench), ROUND)
    assert rules_of(answer) == ["R-13.1"]
    kept = await AuditEntry.filter(event="round.refused_out_of_scope", unit_id=stage.unit.id)
    assert [(each.reason, each.account_id) for each in kept] == [("R-13.1", stage.office.account_id)]
    assert await ReviewRound.filter(unit_id=stage.unit.id).count() == 1


async def test_everything_wrong_with_a_round_is_told_at_once(at: Callable[[datetime], None]) -> None:
    """R-9.6 (the plan of another year), R-9.10 (an expired filing) and R-9.11 (outside the plan's window)."""
    at(beijing(2026, 3, 3, 9))
    rounded = await open_round()
    at(beijing(2027, 3, 3, 9))
    given = await round_input(
        rounded.stage, rounded.bench, submissionsFrom="2027-03-03", submissionsUntil="2027-03-01"
    )
    answer = await act(rounded.stage.office, "roundOpen", given, ROUND)
    assert rules_of(answer) == ["R-9.6", "R-9.10", "R-9.11"]


async def test_a_committee_below_the_level_or_short_of_experts_may_not_review() -> None:
    """N-3, R-9.11: a middle committee of seven, an associate senior title, and eleven experts planned."""
    stage = await recognised_unit()
    await committees.active_plan(stage)
    bench = await committees.filed_committee(stage, 7, level=CommitteeLevel.MIDDLE)
    answer = await act(stage.office, "roundOpen", await round_input(stage, bench), ROUND)
    assert rules_of(answer) == ["R-9.11", "N-3"]


async def test_a_committee_of_another_specialty_and_a_group_of_another_unit() -> None:
    """R-9.9, and what lies in another unit's plan is not found."""
    stage, other = await recognised_unit(), await open_round()
    await committees.active_plan(stage, [committees.group(specialty="机械工程")])
    bench = await committees.filed_committee(stage)
    answer = await act(stage.office, "roundOpen", await round_input(stage, bench), ROUND)
    assert rules_of(answer) == ["R-9.9"]
    foreign = await round_input(stage, bench, planGroup=global_id("PlanGroup", other.round.plan_group_id))
    assert codes(await act(stage.office, "roundOpen", foreign, ROUND)) == ["NOT_FOUND"]
    assert await ReviewRound.filter(unit_id=stage.unit.id).count() == 0


async def test_a_suspended_unit_starts_nothing() -> None:
    """J-7: neither a round nor a sitting."""
    rounded = await open_round()
    stage = rounded.stage
    unit = (await stage.fresh()).unit
    await units.suspend(Call(stage.municipal), unit.id, unit.version, "立案调查。")
    assert rules_of(await act(stage.office, "roundOpen", await round_input(stage, rounded.bench), ROUND)) == [
        "J-7"
    ]
    assert rules_of(await schedule(rounded)) == ["J-7"]


async def schedule(rounded: Rounded, **changed: Any) -> dict[str, Any]:
    given = {
        "round": global_id("ReviewRound", rounded.round.id),
        "name": "第一次评审会议",
        "heldOn": str(clock.today()),
        "place": "三层会议室",
        **changed,
    }
    return await act(rounded.stage.office, "sittingSchedule", given, SITTING)


async def test_a_sitting_needs_a_committee_valid_on_its_day_inside_the_plan() -> None:
    """R-9.10, R-9.11, S-12."""
    rounded = await open_round()
    last = rounded.bench.committee.valid_until
    assert last is not None
    assert rules_of(await schedule(rounded, heldOn=str(last + timedelta(days=1)))) == ["R-9.11", "R-9.10"]
    assert rules_of(await schedule(rounded, heldOn=str(clock.today() - timedelta(days=1)))) == [
        "R-9.11",
        "R-9.10",
        "S-12",
    ]
    committee = rounded.bench.committee
    await filing.suspend(Call(rounded.stage.municipal), committee.id, committee.version, "核查。")
    assert rules_of(await schedule(rounded)) == ["R-9.10"]
    assert await Sitting.filter(round_id=rounded.round.id).count() == 0


async def test_only_admitted_candidates_of_the_round_are_assigned() -> None:
    """R-9.11: one who is not admitted stops the sitting; another round's candidate does not exist here."""
    rounded = await open_round()
    early = await verified_candidacy(rounded)
    answer = await schedule(rounded, candidacies=[global_id("Candidacy", early.id)])
    assert codes(answer) == ["INVALID_TRANSITION"]
    [foreign] = await admitted_candidacies(await open_round())
    answer = await schedule(rounded, candidacies=[global_id("Candidacy", foreign.id)])
    assert codes(answer) == ["NOT_FOUND"]
    assert await Sitting.filter(round_id=rounded.round.id).count() == 0


async def test_members_in_conflict_are_recused_when_a_candidate_is_assigned() -> None:
    """N-18: a declared tie and the same department; they no longer see the file, and the others do."""
    rounded = await open_round()
    experts = rounded.bench.experts
    [row] = await admitted_candidacies(rounded)
    tied = experts[2]
    await pool.declare_tie(
        Call(rounded.stage.office), tied.id, tied.version, row.name, TieKind.CO_AUTHOR, "合著论文"
    )
    neighbour = experts[3]
    neighbour.department, neighbour.employer_name = "研发部", rounded.stage.unit.name
    await neighbour.save()
    assert codes(await schedule(rounded, candidacies=[global_id("Candidacy", row.id)])) == []
    found = await Recusal.filter(candidacy_id=row.id).values_list("expert_id", "ground")
    assert set(found) == {
        (tied.id, RecusalGround.DECLARED_TIE),
        (neighbour.id, RecusalGround.SAME_DEPARTMENT),
    }
    document = "query ($id: ID!) { node(id: $id) { id } }"
    id = global_id("Candidacy", row.id)
    seen = [
        (await gql(each, document, id=id))["data"]["node"] is not None for each in rounded.bench.viewers[:5]
    ]
    assert seen == [True, True, False, False, True]


def on(seated: Seated, version: int, **more: Any) -> dict[str, Any]:
    return {"id": global_id("Sitting", seated.sitting.id), "version": version, **more}


async def open_it(seated: Seated, viewer: Viewer) -> dict[str, Any]:
    row = await seated.fresh()
    return await act(viewer, "sittingOpen", on(seated, row.version), SITTING)


async def test_eight_of_eleven_make_a_quorum_and_seven_do_not() -> None:
    """N-13: 3 * present >= 2 * members; who is present is frozen as whole numbers."""
    seated = await scheduled_sitting()
    await check_in(seated, 7)
    assert rules_of(await open_it(seated, seated.bench.chair)) == ["N-13"]
    given = {"id": global_id("Sitting", seated.sitting.id)}
    assert (await act(seated.bench.viewers[7], "sittingCheckIn", given, SITTING))["userErrors"] == []
    assert (await open_it(seated, seated.bench.chair))["sitting"]["state"] == "IN_SESSION"
    row = await seated.fresh()
    frozen = (row.members, row.present, row.pass_numerator, row.pass_denominator, row.recused_leave)
    assert frozen == (11, 8, 2, 3, True)
    late = await act(seated.bench.viewers[8], "sittingCheckIn", given, SITTING)
    assert codes(late) == ["INVALID_TRANSITION"]


async def test_only_members_check_in_on_the_day_and_once(at: Callable[[datetime], None]) -> None:
    """N-14, S-12, S-13: no stranger, no day before, no second time - and nobody for another."""
    seated, other = await scheduled_sitting(), await open_round()
    given = {"id": global_id("Sitting", seated.sitting.id)}
    assert codes(await act(other.bench.chair, "sittingCheckIn", given, SITTING)) == ["NOT_FOUND"]
    assert codes(await act(seated.rounded.stage.office, "sittingCheckIn", given, SITTING)) == ["FORBIDDEN"]
    chair = seated.bench.chair
    answers = await asyncio.gather(*(act(chair, "sittingCheckIn", given, SITTING) for _ in range(3)))
    assert sorted(rules_of(each) for each in answers) == [[], ["S-13"], ["S-13"]]
    at(clock.now() + timedelta(days=1))
    assert rules_of(await act(seated.bench.viewers[1], "sittingCheckIn", given, SITTING)) == ["S-12"]


async def test_the_chair_or_a_vice_chair_opens() -> None:
    """N-13: not a member, not somebody who has not checked in; of two at once exactly one."""
    seated = await scheduled_sitting()
    for viewer in seated.bench.viewers[1:9]:
        await act(viewer, "sittingCheckIn", {"id": global_id("Sitting", seated.sitting.id)}, SITTING)
    assert rules_of(await open_it(seated, seated.bench.viewers[2])) == ["N-13"]
    assert rules_of(await open_it(seated, seated.bench.chair)) == ["N-13"]
    row = await seated.fresh()
    vice = seated.bench.viewers[1]
    answers = await asyncio.gather(
        *(act(vice, "sittingOpen", on(seated, row.version), SITTING) for _ in range(2))
    )
    assert sorted(codes(each) for each in answers) == [[], ["CONFLICT"]]
    assert (await seated.fresh()).presider_id == seated.bench.experts[1].id


async def test_a_committee_whose_filing_ends_may_not_open(at: Callable[[datetime], None]) -> None:
    """R-9.10: the filing's last day counts to its midnight in Beijing, and the sitting is only on its day."""
    seated = await scheduled_sitting()
    await check_in(seated, 8)
    committee = seated.bench.committee
    committee.valid_until = clock.today()
    await committee.save(update_fields=["valid_until"])
    day = clock.today()
    at(beijing(day.year, day.month, day.day, 23, 59, 30) + timedelta(minutes=1))
    assert rules_of(await open_it(seated, seated.bench.chair)) == ["R-9.10", "S-12"]
    at(beijing(day.year, day.month, day.day, 23, 50))
    assert rules_of(await open_it(seated, seated.bench.chair)) == []


async def opinion(
    seated: Seated, viewer: Viewer, authors: list[int], text: str = "业绩突出。"
) -> dict[str, Any]:
    given = {
        "id": global_id("Sitting", seated.sitting.id),
        "candidacy": global_id("Candidacy", seated.candidates[0].id),
        "authors": [global_id("Expert", seated.bench.experts[place].id) for place in authors],
        "text": text,
    }
    return await act(viewer, "sittingRecordOpinion", given, "sitting { opinions { text } }")


async def test_a_group_of_three_present_experts_writes_an_opinion_before_the_ballot() -> None:
    """N-15, N-18: not two, not one twice, nobody absent or recused, and not once the ballot is open."""
    seated = await opened_sitting()
    office = seated.rounded.stage.office
    assert rules_of(await opinion(seated, office, [0, 1])) == ["N-15"]
    assert rules_of(await opinion(seated, office, [0, 1, 1])) == ["N-15"]
    assert rules_of(await opinion(seated, office, [0, 1, 9])) == ["N-15"]
    assert rules_of(await opinion(seated, seated.bench.viewers[3], [0, 1, 2])) == ["N-15"]
    await recuse(seated, seated.bench.viewers[2])
    assert rules_of(await opinion(seated, office, [0, 1, 2])) == ["N-18"]
    done = await opinion(seated, seated.bench.viewers[3], [0, 1, 3])
    assert done["sitting"]["opinions"] == [{"text": "业绩突出。"}]
    await opened_ballot(seated)
    assert rules_of(await opinion(seated, office, [0, 1, 3])) == ["N-15"]


async def recuse(seated: Seated, viewer: Viewer, place: int = 0, **more: Any) -> dict[str, Any]:
    given = {
        "id": global_id("Sitting", seated.sitting.id),
        "candidacy": global_id("Candidacy", seated.candidates[place].id),
        "reason": "合作项目。",
        **more,
    }
    return await act(viewer, "sittingRecuse", given, SITTING)


async def test_an_expert_is_recused_on_own_motion_or_by_the_office() -> None:
    """N-18: once; the office names a member; nothing after the ballot has opened."""
    seated = await opened_sitting()
    office, experts = seated.rounded.stage.office, seated.bench.experts
    assert (await recuse(seated, seated.bench.viewers[4]))["userErrors"] == []
    assert rules_of(await recuse(seated, seated.bench.viewers[4])) == ["S-13"]
    assert rules_of(await recuse(seated, office)) == ["N-18"]
    assert (await recuse(seated, office, expert=global_id("Expert", experts[5].id)))["userErrors"] == []
    grounds = (
        await Recusal.filter(sitting_id=seated.sitting.id)
        .order_by("created_at")
        .values_list("ground", flat=True)
    )
    assert grounds == [RecusalGround.OWN_MOTION, RecusalGround.BY_OFFICE]
    await opened_ballot(seated)
    assert rules_of(await recuse(seated, seated.bench.viewers[6])) == ["N-18"]


async def test_the_quorum_is_asked_again_for_each_candidate() -> None:
    """N-13, D3: with three of eight present recused, 5 of 8 are less than two thirds; the other candidate is voted on."""
    seated = await opened_sitting(n=2)
    for viewer in seated.bench.viewers[1:4]:
        await recuse(seated, viewer, 0)
    row = await seated.fresh()
    given = on(seated, row.version, candidacy=global_id("Candidacy", seated.candidates[0].id))
    assert rules_of(await act(seated.bench.chair, "ballotOpen", given, "ballotBox { id }")) == ["N-13"]
    given["candidacy"] = global_id("Candidacy", seated.candidates[1].id)
    opened = await act(seated.bench.chair, "ballotOpen", given, "ballotBox { entitled denominator }")
    assert opened["ballotBox"] == {"entitled": 8, "denominator": 8}


async def test_recused_experts_leave_the_denominator() -> None:
    """D3, N-14: two of eight are recused, so four of six pass where four of eight would not."""
    seated = await opened_sitting()
    for viewer in seated.bench.viewers[6:8]:
        await recuse(seated, viewer)
    box = await voted(seated, [YES] * 4 + [NO, ABSTAIN])
    assert (box.entitled, box.denominator, box.yes, box.no, box.abstain, box.passed) == (6, 6, 4, 1, 1, True)


async def test_whoever_does_not_vote_has_not_said_yes() -> None:
    """N-14: five yes of eight present is no pass, though nobody said no."""
    seated = await opened_sitting()
    box = await voted(seated, [YES] * 5)
    assert (box.cast, box.yes, box.denominator, box.passed) == (5, 5, 8, False)


async def test_the_result_is_shown_when_it_is_signed_and_not_before() -> None:
    """N-16, who sees what: turnout only, then the sums; the minutes are sealed; candidates are told."""
    seated = await opened_sitting(n=2)
    await voted(seated, [YES] * 6 + [NO] * 2, 0)
    chair, row = seated.bench.chair, await seated.fresh()
    assert rules_of(await act(chair, "sittingSign", on(seated, row.version), SITTING)) == ["N-16"]
    await voted(seated, [YES] * 5 + [NO] * 3, 1)
    shown = (
        "query ($id: ID!) { node(id: $id) { ... on Sitting { boxes { turnout tally { yes no passed } } } } }"
    )
    before = (await gql(chair, shown, id=global_id("Sitting", row.id)))["data"]["node"]["boxes"]
    assert before == [{"turnout": 8, "tally": None}] * 2
    row = await seated.fresh()
    assert rules_of(await act(seated.bench.viewers[1], "sittingSign", on(seated, row.version), SITTING)) == [
        "N-13"
    ]
    signed = await act(
        chair, "sittingSign", on(seated, row.version), "sitting { state minutes minutesSha256 }"
    )
    assert signed["sitting"]["state"] == "SIGNED"
    assert signed["sitting"]["minutesSha256"] == sha256(signed["sitting"]["minutes"].encode()).hexdigest()
    after = (await gql(chair, shown, id=global_id("Sitting", row.id)))["data"]["node"]["boxes"]
    assert [box["tally"] for box in after] == [
        {"yes": 6, "no": 2, "passed": True},
        {"yes": 5, "no": 3, "passed": False},
    ]
    states = [(await Candidacy.get(id=each.id)).state for each in seated.candidates]
    assert states == [CandidacyState.PASSED, CandidacyState.NOT_PASSED]


async def test_names_of_experts_reach_neither_district_nor_applicant() -> None:
    """N-17: the district bureau sees the sitting and its sums, and no expert; the applicant does not see the sitting."""
    seated = await signed_sitting()
    stage = seated.rounded.stage
    document = (
        "query ($id: ID!) { node(id: $id) { ... on Sitting { state presider { name } minutes "
        "attendances { expert { name } } recusals { reason } boxes { tally { yes } } } } }"
    )
    id = global_id("Sitting", seated.sitting.id)
    assert (await gql(stage.district, document, id=id))["data"]["node"] == {
        "state": "SIGNED",
        "presider": None,
        "minutes": None,
        "attendances": [],
        "recusals": [],
        "boxes": [{"tally": {"yes": 8}}],
    }
    office = (await gql(stage.office, document, id=id))["data"]["node"]
    assert (office["presider"]["name"], len(office["attendances"])) == ("专家0", 8)
    employment = await Employment.get(id=seated.candidates[0].employment_id)
    own = await applicant_of(employment)
    assert (await gql(own, document, id=id))["data"]["node"] is None
    assert (await gql((await recognised_unit()).district, document, id=id))["data"]["node"] is None


async def test_an_aborted_sitting_voids_its_ballots_and_frees_its_candidates() -> None:
    """the ballots are kept and can never be opened; the candidates may be assigned again."""
    seated = await opened_sitting(n=2)
    await voted(seated, [YES] * 8, 0)
    box = await opened_ballot(seated, 1)
    await cast(seated.bench.viewers[3], box, YES)
    row = await seated.fresh()
    given = on(seated, row.version, reason="设备故障。")
    assert rules_of(await act(seated.bench.viewers[2], "sittingAbort", given, SITTING)) == ["N-13"]
    assert rules_of(await act(seated.bench.chair, "sittingAbort", {**given, "reason": " "}, SITTING)) == [
        "S-10"
    ]
    aborted = await act(seated.rounded.stage.municipal, "sittingAbort", given, SITTING)
    assert aborted["sitting"]["state"] == "ABORTED"
    assert set(await BallotBox.filter(sitting_id=row.id).values_list("state", flat=True)) == {"VOIDED"}
    assert len(await stored_ballots(box)) == 1
    assert not await SittingTrustee.filter(sitting_id=row.id, secret_sealed__isnull=False).exists()
    assert not await BallotCredential.filter(box__sitting_id=row.id, secret_sealed__isnull=False).exists()
    again = await schedule(
        seated.rounded, candidacies=[global_id("Candidacy", each.id) for each in seated.candidates]
    )
    assert again["userErrors"] == []


async def test_who_left_a_vote_leaves_it_at_the_next_sitting_too() -> None:
    """N-18: the sitting was aborted, its candidate comes before the same committee again."""
    seated = await opened_sitting()
    await recuse(seated, seated.bench.viewers[4])
    row = await seated.fresh()
    await conclusion.abort(Call(seated.bench.chair), row.id, row.version, "设备故障。")
    again = await schedule(seated.rounded, candidacies=[global_id("Candidacy", seated.candidates[0].id)])
    second = Seated(seated.rounded, await Sitting.get(id=key(again["sitting"]["id"])), seated.candidates)
    await opened_sitting(second)
    box = await opened_ballot(second)
    assert (box.entitled, box.recused, box.members, box.denominator) == (7, 1, 10, 7)


async def test_an_outside_trustee_keeps_the_sums_shut_until_its_share_comes() -> None:
    """N-14: the bureau holds a key; nothing opens without its share, and a false share is refused."""
    rounded = await open_round()
    municipal = rounded.stage.municipal
    seated = await scheduled_sitting(rounded, trustees=[municipal.organisation_id])
    await check_in(seated, 8)
    assert rules_of(await open_it(seated, seated.bench.chair)) == ["N-14"]
    trustee = make_trustee_key()
    row = await seated.fresh()
    given = on(seated, row.version, publicKey=trustee.public)
    assert rules_of(await act(rounded.stage.industry, "sittingHandInKey", given, SITTING)) == ["N-14"]
    assert rules_of(await act(municipal, "sittingHandInKey", {**given, "publicKey": "{}"}, SITTING)) == [
        "S-5"
    ]
    assert (await act(municipal, "sittingHandInKey", given, SITTING))["userErrors"] == []
    await open_it(seated, seated.bench.chair)
    box = await voted(seated, [YES] * 7 + [NO])
    assert (box.state, box.yes) == ("CLOSED", None)
    election = read_election(box.election, box.trustees)
    sums = encrypted_tally(await stored_ballots(box))
    on_box = {"id": global_id("BallotBox", box.id), "version": box.version}
    false = partial_decryption(election, sums, make_trustee_key())
    refused = await act(municipal, "ballotGiveShare", {**on_box, "share": false}, "ballotBox { state }")
    assert rules_of(refused) == ["N-14"]
    share = partial_decryption(election, sums, trustee)
    counted = await act(municipal, "ballotGiveShare", {**on_box, "share": share}, "ballotBox { state }")
    assert counted["ballotBox"] == {"state": "TALLIED"}
    assert (await BallotBox.get(id=box.id)).yes == 7
    assert (await seated.fresh()).server_key_only is False


async def test_a_voided_round_takes_its_results_with_it() -> None:
    """N-23, Art. 13."""
    seated = await signed_sitting()
    round = await seated.rounded.fresh()
    given = {"id": global_id("ReviewRound", round.id), "version": round.version, "reason": "超越范围。"}
    office = await act(seated.rounded.stage.office, "roundVoid", given, ROUND)
    assert codes(office) == ["FORBIDDEN"]
    voided = await act(seated.rounded.stage.municipal, "roundVoid", given, ROUND)
    assert voided["reviewRound"]["state"] == "VOIDED"
    assert (await Candidacy.get(id=seated.candidates[0].id)).state is CandidacyState.VOIDED


async def test_a_round_voided_in_the_middle_of_a_sitting_stops_it() -> None:
    """N-23: the sitting is aborted, its ballot void, its candidate's result void."""
    seated = await opened_sitting()
    box = await opened_ballot(seated)
    round = await seated.rounded.fresh()
    given = {"id": global_id("ReviewRound", round.id), "version": round.version, "reason": "超越范围。"}
    assert (await act(seated.rounded.stage.municipal, "roundVoid", given, ROUND))["userErrors"] == []
    stopped = (await seated.fresh()).state, (await BallotBox.get(id=box.id)).state
    assert stopped == (SittingState.ABORTED, BallotBoxState.VOIDED)
    assert (await Candidacy.get(id=seated.candidates[0].id)).state is CandidacyState.VOIDED


async def test_a_candidate_is_assigned_to_one_sitting() -> None:
    """R-9.11: of two sittings that want the same candidate at once exactly one gets him."""
    rounded = await open_round()
    [row] = await admitted_candidacies(rounded)
    wanted = [global_id("Candidacy", row.id)]
    answers = await asyncio.gather(*(schedule(rounded, candidacies=wanted) for _ in range(3)))
    assert sorted(codes(each) for each in answers) == [[], ["INVALID_TRANSITION"], ["INVALID_TRANSITION"]]
    assert await Sitting.filter(round_id=rounded.round.id).count() == 1


async def test_a_page_costs_what_one_row_costs() -> None:
    """House: facts of actions and the secrecy of boxes are loaded for a page, whatever its length."""
    one, three = await opened_sitting(n=1), await opened_sitting(n=3)
    for seated, n in ((one, 1), (three, 3)):
        for place in range(n):
            await opened_ballot(seated, place)
    document = """query ($id: ID!) { node(id: $id) { ... on Sitting {
        availableActions { name allowed }
        candidacies { name availableActions { name } materials { title } }
        boxes { turnout voted myCredential availableActions { name allowed } candidacy { name } }
        attendances { expert { name } } } } }"""
    counts = []
    for seated in (one, three):
        with statements() as sent:
            answer = await gql(seated.bench.chair, document, id=global_id("Sitting", seated.sitting.id))
        assert answer["errors"] == []
        counts.append(len(sent))
    assert counts[0] == counts[1] > 0
