"""Article 6 and 9(5): ten candidacies, a sitting of eleven, a secret ballot on every candidate."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from typing import Any

from anyio import to_thread

from api.tour.browser import Browser
from api.tour.evidence import evidence_pdf
from api.tour.groundwork import GROUP, MEMBERS
from api.tour.journey import NODE, Journey
from api.tour.qualification import SPECIALTY
from domain.core.clock import BEIJING
from domain.reviews.ballots import BallotChoice, make_ballot, read_election

APPLICANTS = tuple(f"applicant{number:02}" for number in range(1, 11))
PRESENT = tuple(f"expert{number:02}" for number in range(1, MEMBERS))
CHAIR, ABSENT, OUTSIDER = "expert01", f"expert{MEMBERS:02}", f"expert{MEMBERS + 1:02}"
RECUSED, RELATIVE = "expert03", "applicant01"
#: The last candidate does not reach two thirds: six of ten present.
FAILING, YES_FOR_FAILING = APPLICANTS[-1], 6


async def open_round(journey: Journey) -> None:
    """The round: a group of the plan, the filed committee, dates inside the plan's window."""
    groups = {group["name"]: group["id"] for group in journey.known["plan"]["groups"]}
    given = {
        "planGroup": groups[GROUP],
        "committee": journey.id("committee"),
        "name": "2026年人工智能专业副高级评审",
        "submissionsFrom": journey.today.isoformat(),
        "submissionsUntil": (journey.today + timedelta(days=3)).isoformat(),
    }
    late = given | {"submissionsUntil": "2026-07-31"}
    await journey["unit"].refused(
        "9(5)", "a round that outlasts the plan's window", "roundOpen", late, "R-9.11"
    )
    await journey.act("unit", "roundOpen", "round", given)


async def apply(journey: Journey) -> None:
    """Each applicant hands in his own application and declares that it is true."""
    data = await journey["unit"].ask("{ truthDeclaration { version } }")
    version = data["truthDeclaration"]["version"]
    first = journey[APPLICANTS[0]]
    for login in APPLICANTS:
        await _start(journey, login)
    unsigned = journey.on(APPLICANTS[0], declarationVersion="none")
    await first.refused("6", "submitting without the declaration", "candidacySubmit", unsigned, "N-10")
    for login in APPLICANTS:
        await journey.step(login, "candidacySubmit", login, "name titleName", declarationVersion=version)
    again = {"round": journey.id("round"), "specialty": SPECIALTY, "statement": "再次申报"}
    await first.refused("6", "a second application in one year and series", "candidacyStart", again, "S-15")


async def _start(journey: Journey, login: str) -> None:
    pdf = evidence_pdf("代表性业绩", login, "主持完成关键技术攻关项目两项，授权发明专利三件。")
    file = await journey[login].upload("代表性业绩.pdf", pdf)
    content = {
        "round": journey.id("round"),
        "specialty": SPECIALTY,
        "statement": "任现职以来主持完成关键技术攻关。",
        "materials": [{"kind": "ACHIEVEMENT", "title": "代表性业绩", "file": file}],
    }
    await journey.act(login, "candidacyStart", login, content, "materials { id }")


async def verify_and_publicise(journey: Journey) -> None:
    """The office checks each document and posts the applicants in-house for five working days."""
    office = journey["unit"]
    await office.refused(
        "6",
        "verifying before the documents are checked",
        "candidacyVerify",
        journey.on(APPLICANTS[0]),
        "N-11",
    )
    for login in APPLICANTS:
        (material,) = journey.known[login]["materials"]
        await journey.step(
            "unit",
            "candidacyCheckMaterial",
            login,
            material=material["id"],
            source="单位科研管理系统",
        )
        await journey.step("unit", "candidacyVerify", login)
    chosen = [journey.id(login) for login in APPLICANTS]
    await journey.refresh("unit", "round")
    short = journey.on("round", candidacies=chosen, place="单位内网", workingDays=4)
    await office.refused(
        "6", "an in-house publicity of four working days", "roundOpenInHousePublicity", short, "N-11"
    )
    await journey.step(
        "unit",
        "roundOpenInHousePublicity",
        "round",
        candidacies=chosen,
        place="单位内网",
        workingDays=5,
    )
    await journey.refresh("unit", *APPLICANTS)
    early = journey.on("round", candidacies=chosen)
    await office.refused("6", "ending it early", "roundCloseInHousePublicity", early, "N-11")
    data = await office.ask(
        "query ($id: ID!) { node(id: $id) { ... on Candidacy { publicityUntil } } }", id=chosen[0]
    )
    last = datetime.fromisoformat(data["node"]["publicityUntil"]).date()
    await journey.move_clock(datetime.combine(last + timedelta(days=1), time(), BEIJING))
    for login in APPLICANTS:
        await journey.until("unit", login, "ADMITTED")
    journey.article("6", f"ten applied, were verified, and posted in-house until {last}")


async def sit(journey: Journey) -> None:
    """The sitting: scheduled, checked in, opened with its quorum."""
    office, day = journey["unit"], journey.today
    given = {
        "round": journey.id("round"),
        "name": "2026年第一次会议",
        "heldOn": day.isoformat(),
        "place": "评审室",
        "candidacies": [journey.id(login) for login in APPLICANTS],
    }
    outside = given | {"heldOn": "2026-07-01"}
    await office.refused("9(5)", "a sitting outside the plan's window", "sittingSchedule", outside, "R-9.11")
    await journey.act("unit", "sittingSchedule", "sitting", given)
    await journey.move_clock(datetime.combine(day, time(9), BEIJING))
    here = {"id": journey.id("sitting")}
    await journey[OUTSIDER].refused(
        "9(5)", "an expert of another committee checks in", "sittingCheckIn", here, "S-4", "N-14"
    )
    for login in PRESENT[:2]:
        await journey.act(login, "sittingCheckIn", "sitting", here)
    await journey[CHAIR].refused(
        "9(5)", "opening with two of eleven present", "sittingOpen", journey.on("sitting"), "N-13"
    )
    for login in PRESENT[2:]:
        await journey.act(login, "sittingCheckIn", "sitting", here)
    await journey.act(
        RECUSED,
        "sittingRecuse",
        "sitting",
        here | {"candidacy": journey.id(RELATIVE), "reason": "与申报人有亲属关系"},
    )
    await journey["expert02"].refused(
        "9(5)", "a member opens who does not preside", "sittingOpen", journey.on("sitting"), "N-13"
    )
    await journey.step(CHAIR, "sittingOpen", "sitting", "members present serverKeyOnly")


async def vote(journey: Journey) -> None:
    """An opinion and an encrypted ballot on every candidate; then the signature."""
    data = await journey["unit"].ask("{ experts(first: 100) { nodes { id name } } }")
    pool = {journey.id(f"pool {login}"): login for login in PRESENT}
    group = [
        each["id"]
        for each in data["experts"]["nodes"]
        if pool.get(each["id"]) in ("expert04", "expert05", "expert06")
    ]
    for applicant in APPLICANTS:
        await _vote_on(journey, applicant, group)
    await journey.refresh(CHAIR, "sitting")
    signed = await journey.step(
        CHAIR,
        "sittingSign",
        "sitting",
        "members present minutesSha256 boxes { candidacy { name } entitled turnout tally { yes no abstain passed } }",
    )
    passed = sum(box["tally"]["passed"] for box in signed["boxes"])
    journey.article(
        "9(5)",
        f"{signed['present']} of {signed['members']} present; {len(signed['boxes'])} secret ballots, {passed} passed; "
        f"minutes {signed['minutesSha256'][:12]}",
    )


async def _vote_on(journey: Journey, applicant: str, group: list[str]) -> None:
    candidacy = journey.id(applicant)
    await journey.refresh(CHAIR, "sitting")
    opinion = {
        "id": journey.id("sitting"),
        "candidacy": candidacy,
        "authors": group,
        "text": "业绩突出，同意提交表决。",
    }
    if applicant == APPLICANTS[0]:
        pair = opinion | {"authors": group[:2]}
        await journey[CHAIR].refused(
            "9(5)", "an opinion of two experts", "sittingRecordOpinion", pair, "N-15"
        )
    await journey.act(CHAIR, "sittingRecordOpinion", "sitting", opinion)
    await journey.act(CHAIR, "ballotOpen", "box", journey.on("sitting", candidacy=candidacy))
    if applicant == FAILING:
        await journey.refresh(CHAIR, "sitting")
        early = journey.on("sitting")
        await journey[CHAIR].refused("9(5)", "signing while a ballot is open", "sittingSign", early, "N-16")
    voters = [login for login in PRESENT if (login, applicant) != (RECUSED, RELATIVE)]
    choices = {login: _choice(applicant, place) for place, login in enumerate(voters)}
    ballots = await asyncio.gather(*(_cast(journey, login, choices[login]) for login in voters))
    if applicant == APPLICANTS[0]:
        again = {"id": journey.id("box"), "ballot": ballots[0]}
        await journey[voters[0]].refused("9(5)", "a second vote", "ballotCast", again, "N-14")
        for login, who in ((RECUSED, "a recused expert votes"), (ABSENT, "an absent member votes")):
            await journey[login].refused("9(5)", who, "ballotCast", again, "N-14", "N-18", "S-4")
    await journey.refresh(CHAIR, "box")
    await journey.step(CHAIR, "ballotClose", "box")
    if applicant == APPLICANTS[0]:
        late = {"id": journey.id("box"), "ballot": ballots[0]}
        await journey[voters[1]].refused("9(5)", "a vote after the close", "ballotCast", late, "S-1")


def _choice(applicant: str, place: int) -> BallotChoice:
    if applicant == FAILING:
        return BallotChoice.YES if place < YES_FOR_FAILING else BallotChoice.NO
    return BallotChoice.ABSTAIN if place == 0 else BallotChoice.YES


async def _cast(journey: Journey, login: str, choice: BallotChoice) -> str:
    """The expert's device: it fetches the election and its own credential, and sends only what it encrypted."""
    expert: Browser = journey[login]
    document = "query ($id: ID!) { node(id: $id) { ... on BallotBox { election trustees myCredential } } }"
    box: dict[str, Any] = (await expert.ask(document, id=journey.id("box")))["node"]
    election = read_election(box["election"], box["trustees"])
    ballot = await to_thread.run_sync(make_ballot, election, box["myCredential"], choice)
    await expert.act(
        "ballotCast", {"id": journey.id("box"), "ballot": ballot}, f"ballotBox {{ {NODE} turnout }}"
    )
    return ballot
