"""Article 9(2) to 9(4): policy documents, the annual plan, experts, the committee; and the roster of Article 6."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.demo import expert_identity_number, expert_name
from api.tour.evidence import evidence_pdf
from api.tour.journey import Journey
from api.tour.qualification import SERIES, SPECIALTY
from domain.core.clock import BEIJING
from domain.core.reference import FAULTY_SAMPLE_ROSTER, SAMPLE_ROSTER

CHECKLIST = (
    "NOT_BELOW_NATIONAL_STANDARD",
    "NOT_BELOW_BEIJING_STANDARD",
    "COMPLIES_WITH_POLICY",
    "FITS_THE_UNIT",
    "CRITERIA_WEIGH_CONTRIBUTION",
)
MEMBERS = 11
GROUP = "人工智能副高级组"


async def policy_documents(journey: Journey) -> None:
    """Art. 9(2): drafted, decided collectively, publicised for five working days, approved."""
    await _decide(journey)
    ends = await _post(journey)
    await _approve(journey)
    journey.article("9(2)", f"documents decided, publicised until {ends:%Y-%m-%d %H:%M}, approved")


async def _decide(journey: Journey) -> None:
    documents = [
        {"kind": kind, "title": title, "file": await _paper(journey, title, "正式文本。")}
        for kind, title in (("WORK_PLAN", "职称自主评审工作方案"), ("CRITERIA", "人工智能专业职称评价标准"))
    ]
    minutes = await _paper(journey, "总经理办公会纪要", "应到9人，实到9人，一致通过。")
    await journey.act("unit", "policySetDraft", "policySet", {"title": "2026年版", "documents": documents})
    undecided = journey.on("policySet", place="单位公告栏")
    tried = "publicity before the collective decision"
    await journey["unit"].refused("9(2)", tried, "policySetOpenPublicity", undecided, "S-1")
    decision: dict[str, Any] = {
        "body": "总经理办公会",
        "decidedOn": "2026-03-02",
        "present": 9,
        "entitled": 9,
        "passed": True,
    }
    given = decision | {"minutes": minutes}
    await journey.step("unit", "policySetRecordCollectiveDecision", "policySet", **given)


async def _paper(journey: Journey, title: str, text: str) -> str:
    pdf = evidence_pdf(title, journey.known["unit"]["name"], text)
    return await journey["unit"].upload(f"{title}.pdf", pdf)


async def _post(journey: Journey) -> datetime:
    """Publicises the documents and waits for the end, which the worker brings about."""
    await journey.step("unit", "policySetOpenPublicity", "policySet", "publicityEndsAt", place="单位公告栏")
    early = journey.on("policySet")
    await journey["unit"].refused(
        "9(2)", "closing the publicity early", "policySetClosePublicity", early, "R-9.4"
    )
    ends = datetime.fromisoformat(journey.known["policySet"]["publicityEndsAt"]).astimezone(BEIJING)
    await journey.move_clock(ends)
    await journey.until("unit", "policySet", "PUBLICISED")
    return ends


async def _approve(journey: Journey) -> None:
    await journey.step("unit", "policySetSubmitForApproval", "policySet")
    draft = {"year": 2026, "policySet": journey.id("policySet")}
    tried = "a plan on documents that are not approved"
    await journey["unit"].refused("9(3)", tried, "planDraft", draft, "R-9.6")
    approval: dict[str, Any] = {
        "approvalNumber": "京职审〔2026〕1号",
        "checklist": [{"item": item, "met": True} for item in CHECKLIST],
    }
    partial = journey.on("policySet", **approval | {"checklist": approval["checklist"][1:]})
    tried = "approval without the whole checklist"
    await journey["municipal"].refused("9(2)", tried, "policySetApprove", partial, "R-9.2", "N-1")
    await journey.step("municipal", "policySetApprove", "policySet", **approval)


async def annual_plan(journey: Journey) -> None:
    """Art. 9(3): one complete plan for the year, inside the scope."""
    office = journey["unit"]
    group = {
        "name": GROUP,
        "series": SERIES,
        "specialty": SPECIALTY,
        "level": "ASSOCIATE_SENIOR",
        "windowFrom": "2026-03-01",
        "windowUntil": "2026-06-30",
        "expertCount": MEMBERS,
        "quota": 20,
    }
    sections = {
        "reviewFrom": "2026-03-01",
        "reviewUntil": "2026-06-30",
        "procedure": "个人申报、单位审核与内部公示、评委会评审、验收、公示、发证。",
        "experts": "按专业组建高级评委会，11人。",
        "indicators": "创新能力、质量、实效、贡献。",
    }
    draft = {
        "year": 2026,
        "policySet": journey.id("policySet"),
        **sections,
        "procedure": "",
        "groups": [group],
    }
    await journey.act("unit", "planDraft", "plan", draft)
    await office.refused(
        "9(3)", "adopting a plan with a blank section", "planAdopt", journey.on("plan"), "R-9.7"
    )
    await journey.step("unit", "planEdit", "plan", **sections, groups=[group])
    await journey.step("unit", "planAdopt", "plan", "groups { id name }")
    second = {"year": 2026, "policySet": journey.id("policySet"), **sections, "groups": [group]}
    await office.refused("9(3)", "a second plan for the same year", "planDraft", second, "R-9.6")
    journey.article("9(3)", "the plan of 2026 adopted: five sections, one group of the unit's scope")


async def committee(journey: Journey) -> None:
    """Art. 9(4): eleven experts of the pool, a specialty committee, its filing."""
    office = journey["unit"]
    experts = [await _expert(journey, number) for number in range(1, MEMBERS + 2)]
    too_long = _nomination(20) | {"termEnd": "2029-03-31"}
    await office.refused(
        "9(4)", "an expert's term of more than three years", "expertNominate", too_long, "N-6"
    )
    form = {"name": "人工智能专业高级职称评审委员会", "level": "SENIOR"}
    both = form | {"bySeries": SERIES, "bySpecialty": {"series": SERIES, "specialty": SPECIALTY}}
    await office.refused("9(4)", "a committee by series and by specialty", "committeeForm", both, "R-9.9")
    by_specialty = form | {"bySpecialty": {"series": SERIES, "specialty": SPECIALTY}}
    await journey.act("unit", "committeeForm", "committee", by_specialty)
    seats = [{"expert": id, "role": "CHAIR" if place == 0 else "MEMBER"} for place, id in enumerate(experts)]
    even = journey.on("committee", members=seats)
    await office.refused("9(4)", "a committee of twelve", "committeeSetMembers", even, "N-5")
    await journey.step("unit", "committeeSetMembers", "committee", members=seats[:MEMBERS])
    await journey.step("unit", "committeeSubmitFiling", "committee")
    filing = {"filingNumber": "京职评备〔2026〕7号", "validFrom": "2026-03-09"}
    too_valid = journey.on("committee", **filing, validUntil="2029-03-09")
    await journey["municipal"].refused(
        "9(4)", "a filing of three years and a day", "committeeFile", too_valid, "N-4"
    )
    await journey.step("municipal", "committeeFile", "committee", **filing, validUntil="2029-03-08")
    journey.article("9(4)", f"a specialty committee of {MEMBERS} formed and filed")


async def _expert(journey: Journey, number: int) -> str:
    thing = f"expert{number:02}"
    await journey.act("unit", "expertNominate", f"pool {thing}", _nomination(number))
    await journey.step("municipal", "expertActivate", f"pool {thing}")
    return journey.id(f"pool {thing}")


def _nomination(number: int) -> dict[str, Any]:
    return {
        "identityNumber": expert_identity_number(number),
        "name": expert_name(number),
        "series": SERIES,
        "specialty": SPECIALTY,
        "titleLevel": "SENIOR",
        "titleName": "正高级工程师",
        "titleObtainedOn": "2015-12-31",
        "employerName": "北京智能研究院" if number % 2 else "北京理工研究所",
        "department": "学术委员会",
        "termStart": "2026-03-09",
        "termEnd": "2029-03-08",
    }


async def roster(journey: Journey) -> None:
    """Art. 6: the roster, previewed with all its faults, then imported from a real .xlsx."""
    office = journey["unit"]
    await journey.refresh("unit", "unit")
    faulty = await office.upload("花名册-有误.xlsx", FAULTY_SAMPLE_ROSTER.read_bytes())
    preview = await _preview(journey, faulty)
    cells = " ".join(fault["cell"] for fault in preview["faults"])
    await office.refused(
        "6", "importing a roster with faults", "rosterImport", journey.on("unit", file=faulty), "R-6.2"
    )
    file = await office.upload("花名册.xlsx", SAMPLE_ROSTER.read_bytes())
    selection = "rosterImport { rows added changed unchanged }"
    first = await office.act("rosterImport", journey.on("unit", file=file), selection)
    await journey.refresh("unit", "unit")
    again = await office.act("rosterImport", journey.on("unit", file=file), selection)
    journey.article(
        "6",
        f"roster: faults named at {cells}; {first['added']} imported, the same again changed {again['added'] + again['changed']}",
    )


async def _preview(journey: Journey, file: str) -> dict[str, Any]:
    document = (
        "query ($unit: ID!, $file: ID!) { rosterPreview(unit: $unit, file: $file) "
        "{ importable rows faults { cell rule message } } }"
    )
    data = await journey["unit"].ask(document, unit=journey.id("unit"), file=file)
    found: dict[str, Any] = data["rosterPreview"]
    return found
