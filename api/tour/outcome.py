"""Article 9(6) to 10: acceptance, publicity, certificates, and a check that anybody can make."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any

import httpx

from api.tour.browser import TourFailed
from api.tour.journey import WAIT, Journey
from api.tour.review import APPLICANTS, FAILING

NOTICE = {
    "title": "2026年人工智能专业副高级职称评审结果公示",
    "contactName": "职称评审工作办公室",
    "contactPhone": "010-12345678",
}


async def accept(journey: Journey) -> None:
    """Art. 9(6): every result and a report that agrees with them, handed in and accepted."""
    office = journey["unit"]
    compiled = {"round": journey.id("round")}
    await journey.act("unit", "resultPackageCompile", "package", compiled)
    early = {"package": journey.id("package"), **NOTICE, "text": "现将评审结果予以公示。"}
    await office.refused("9(7)", "publicity before acceptance", "publicityOpen", early, "R-9.13")
    report = "本次评审应到委员11人，实到10人，申报10人，通过9人，未通过1人，程序规范。"
    wrong: dict[str, Any] = {
        "workReport": report,
        "declaredCandidates": 10,
        "declaredPassed": 10,
        "declaredNotPassed": 0,
    }
    await journey.step("unit", "resultPackageEditReport", "package", **wrong)
    submit = journey.on("package")
    await office.refused(
        "9(6)", "a report that does not add up with the ballots", "resultPackageSubmit", submit, "R-9.12"
    )
    right = wrong | {"declaredPassed": 9, "declaredNotPassed": 1}
    await journey.step("unit", "resultPackageEditReport", "package", **right)
    await journey.step("unit", "resultPackageSubmit", "package")
    await office.refused(
        "9(6)", "the unit accepts its own results", "resultPackageAccept", journey.on("package"), "S-11"
    )
    accepted = await journey.step("municipal", "resultPackageAccept", "package", "filings { number }")
    journey.article("9(6)", f"ten results and the report accepted; filing {accepted['filings'][0]['number']}")


async def publicise(journey: Journey) -> None:
    """Art. 9(7): five working days, a masked list, an end that nobody can bring forward."""
    office = journey["unit"]
    given = {"package": journey.id("package"), **NOTICE}
    leaking = given | {"text": "公示人员身份证号110000199312150937。"}
    await office.refused("9(7)", "a notice with an identity number", "publicityOpen", leaking, "S-16")
    short = given | {"text": "现将评审结果予以公示。", "workingDays": 4}
    await office.refused("9(7)", "a publicity of four working days", "publicityOpen", short, "R-9.13")
    opened = given | {"text": "现将通过验收的评审结果予以公示，如有异议请在公示期内反映。"}
    await journey.act("unit", "publicityOpen", "publicity", opened, "startsOn endsOn endsAt")
    passed = [journey.id(login) for login in APPLICANTS if login != FAILING]
    await journey["municipal"].refused(
        "10",
        "certificates before the publicity has ended",
        "certificateIssue",
        {"candidacies": passed},
        "R-10.1",
    )
    public = await _anonymous(
        journey, "{ publicityNotices(first: 100) { nodes { id entries { name title: titleName } } } }"
    )
    notices = {notice["id"]: notice for notice in public["publicityNotices"]["nodes"]}
    names = [entry["name"] for entry in notices[journey.id("publicity")]["entries"]]
    ends = datetime.fromisoformat(journey.known["publicity"]["endsAt"])
    await journey.move_clock(ends - timedelta(minutes=1))
    await journey.refresh("unit", "publicity")
    if journey.known["publicity"]["state"] != "OPEN":
        raise TourFailed("the publicity closed a minute before its end")
    await journey.move_clock(ends)
    await journey.until("unit", "publicity", "CLOSED")
    await journey.refresh("unit", *APPLICANTS)
    journey.article(
        "9(7)",
        f"{len(names)} names publicised, {names[0]} first, until {journey.known['publicity']['endsOn']} 24:00",
    )


async def certify(journey: Journey) -> dict[str, Any]:
    """Art. 10: one certificate a person, checked by anybody, drawn as a PDF for its holder."""
    bureau = journey["municipal"]
    failed = {"candidacies": [journey.id(FAILING)]}
    await bureau.refused(
        "10", "a certificate for somebody who did not pass", "certificateIssue", failed, "R-10.1", "S-1"
    )
    passed = [journey.id(login) for login in APPLICANTS if login != FAILING]
    selection = "certificates { id number holderName title }"
    await bureau.act("certificateIssue", {"candidacies": passed}, selection)
    await bureau.refused(
        "10", "issuing twice", "certificateIssue", {"candidacies": passed[:1]}, "R-10.1", "S-1"
    )
    mine = await journey[APPLICANTS[0]].ask(
        "{ certificates(first: 1) { nodes { id number holderName title } } }"
    )
    certificate: dict[str, Any] = mine["certificates"]["nodes"][0]
    found = await check(journey, certificate["number"], certificate["holderName"])
    wrong = await check(journey, certificate["number"], "李四")
    if found is None or found["state"] != "ISSUED" or wrong is not None:
        raise TourFailed(f"the anonymous check answered {found} and, for a wrong name, {wrong}")
    pdf = await _document(journey, certificate["id"])
    journey.article(
        "10",
        f"{len(passed)} certificates issued; {certificate['number']} of {found['holderNameMasked']} is {found['state']}",
    )
    return {
        "certificateNumber": certificate["number"],
        "holderName": certificate["holderName"],
        "verifyUrl": f"{journey.api}/verify/{certificate['number']}",
        "pdf": pdf,
    }


async def check(journey: Journey, number: str, name: str) -> dict[str, Any] | None:
    """The anonymous look-up, as an applicant makes it on a phone."""
    document = (
        "query ($number: String!, $name: String!) { certificateStatus(number: $number, holderName: $name) "
        "{ number holderNameMasked title series specialty level unit { name } issuedOn state } }"
    )
    data = await _anonymous(journey, document, number=number, name=name)
    found: dict[str, Any] | None = data["certificateStatus"]
    return found


async def _anonymous(journey: Journey, document: str, **variables: Any) -> dict[str, Any]:
    async with httpx.AsyncClient() as http:
        response = await http.post(f"{journey.api}/graphql", json={"query": document, "variables": variables})
    answer = response.json()
    if response.status_code != 200 or answer.get("errors"):
        raise TourFailed(f"anonymous: {answer}")
    data: dict[str, Any] = answer["data"]
    return data


async def _document(journey: Journey, id: str) -> str:
    """The holder's link to the PDF, once the worker has drawn it; downloads it to be sure."""
    document = "query ($id: ID!) { node(id: $id) { ... on Certificate { document { url } } } }"
    holder = journey[APPLICANTS[0]]
    deadline = time.monotonic() + WAIT
    while (found := (await holder.ask(document, id=id))["node"]["document"]) is None:
        if time.monotonic() > deadline:
            raise TourFailed("the certificate was not drawn")
        await asyncio.sleep(0.2)
    url = f"{journey.gateway}{found['url']}"
    response = await holder.http.get(url)
    if response.status_code != 200 or not response.content.startswith(b"%PDF-"):
        raise TourFailed(f"{url} answered {response.status_code}, not a PDF")
    return url
