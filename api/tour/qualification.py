"""Articles 4 to 8: from a unit's application to its recognition."""

from __future__ import annotations

from typing import Any

from api.tour.evidence import evidence_pdf
from api.tour.journey import Journey

UNIT = "id version state name profileLocked districtBureau { id } supervisingDepartment { id } industryAuthority { id }"
CONDITIONS = (
    "CATEGORY",
    "LEGAL_PERSON",
    "TECHNICAL_TEAM",
    "SENIOR_EXPERTS",
    "INFLUENCE",
    "POLICY_DOCUMENTS",
    "FOUR_CENTRES",
)
DIMENSIONS = ("QUALIFICATION", "SYSTEM_AND_STANDARDS", "EXPERTS_AND_CAPACITY", "SOCIAL_CONTRIBUTION")
METHODS = {"DOCUMENT_REVIEW": "查阅制度草案和佐证材料。", "SITE_VISIT": "实地查看研发场所。"}
SERIES, SPECIALTY = "05", "人工智能"
DOCUMENTS = {
    "LEGAL_PERSON_CERTIFICATE": "营业执照（独立法人）",
    "ABOVE_SCALE_PROOF": "规模以上企业证明",
    "STAFF_STATISTICS": "职工与专业技术人员统计表",
    "WORK_PLAN": "职称自主评审工作方案（草案）",
    "CRITERIA": "人工智能专业职称评价标准（草案）",
}


async def find_unit(journey: Journey) -> None:
    data = await journey["unit"].ask(f"{{ units(first: 2) {{ nodes {{ {UNIT} }} }} }}")
    journey.known["unit"] = data["units"]["nodes"][0]


async def apply(journey: Journey) -> None:
    """Art. 4, 5, 7, 8(1): the unit applies, with real evidence files, and submits to its supervising department."""
    office = journey["unit"]
    await journey.act("unit", "applicationCreate", "application", {})
    await office.refused("4", "a second open application", "applicationCreate", {}, "S-14")
    await office.refused(
        "5", "submitting without any proof", "applicationSubmit", journey.on("application"), "R-5.1"
    )
    scope = [
        {
            "series": SERIES,
            "specialty": SPECIALTY,
            "level": level,
            "influence": "参与制定三项国家标准，市场份额居前",
        }
        for level in ("ASSOCIATE_SENIOR", "INTERMEDIATE")
    ]
    await journey.step(
        "unit",
        "applicationEdit",
        "application",
        fourCentresStatement="围绕国际科技创新中心建设，承担人工智能关键技术攻关。",
        teamStatement="专业技术人员240人，占职工总数75%，近三年持续增长。",
        scope=scope,
        seniorExperts=[_expert(number) for number in range(1, 12)],
    )
    for kind, title in DOCUMENTS.items():
        await _attach(journey, kind, title)
    submitted = await journey.step("unit", "applicationSubmit", "application", "route")
    await journey["district"].refused(
        "8(1)",
        "the district receives what goes to the supervising department",
        "applicationDecline",
        journey.on("application", reason="不属于本区受理"),
        "S-4",
        "R-8.5",
        "S-11",
    )
    journey.article(
        "7",
        f"applied with {len(DOCUMENTS)} evidence files and 11 senior experts; 240 of 320 staff are technical",
    )
    journey.article("8(1)", f"submitted; the route follows from the ownership: {submitted['route']}")


async def _attach(journey: Journey, kind: str, title: str) -> None:
    pdf = evidence_pdf(title, journey.known["unit"]["name"], "本材料用于职称自主评审申请。", kind)
    file = await journey["unit"].upload(f"{title}.pdf", pdf)
    await journey.step("unit", "applicationAttach", "application", kind=kind, file=file)


def _expert(number: int) -> dict[str, Any]:
    return {
        "name": f"王专家{'一二三四五六七八九十百'[number - 1]}",
        "identityNumber": identity_number(1960 + number, number),
        "series": SERIES,
        "titleLevel": "SENIOR",
        "specialty": SPECIALTY,
        "employerName": "北京智程集成技术有限公司",
    }


def identity_number(year: int, serial: int) -> str:
    """An invented number of the unassigned area 110000 with a valid check character (GB 11643)."""
    body = f"110000{year}0615{serial:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return (
        body
        + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
    )


async def recommend(journey: Journey) -> None:
    """Art. 8(2), 8(3): an opinion on every condition, then the online filing."""
    supervisor = journey["supervisor"]
    opinions = [{"condition": name, "met": True, "opinion": "经审核，符合条件。"} for name in CONDITIONS]
    await journey["unit"].refused(
        "8(3)",
        "filing before the recommendation",
        "applicationFileOnline",
        journey.on("application", representativeName="李法人", committed=True),
        "S-1",
    )
    incomplete = journey.on("application", opinions=opinions[:-1], recommendation="同意推荐。")
    await supervisor.refused(
        "8(2)", "no opinion on one condition", "applicationRecommend", incomplete, "R-8.5"
    )
    await journey.step(
        "supervisor",
        "applicationRecommend",
        "application",
        opinions=opinions,
        recommendation="该单位技术实力较强、管理规范，同意推荐。",
    )
    journey.article(
        "8(2)", "the supervising department recommended, with an opinion on each of seven conditions"
    )
    await journey.step(
        "unit",
        "applicationFileOnline",
        "application",
        representativeName="李法人",
        committed=True,
    )
    journey.article("8(3)", "filed online with the legal representative's commitment")


async def evaluate(journey: Journey) -> None:
    """Art. 8(4): the team, an activity, the four dimensions, the conclusion."""
    await _form_team(journey)
    team = [member["id"] for member in journey.known["evaluation"]["team"]]
    early = journey.on("evaluation", conclusion="拟同意。", signedBy=team)
    tried = "a conclusion without activity and findings"
    await journey["municipal"].refused("8(4)", tried, "evaluationConclude", early, "R-8.9", "R-8.10")
    for method, summary in METHODS.items():
        activity: dict[str, Any] = {
            "method": method,
            "heldOn": "2026-03-02",
            "summary": summary,
            "participants": team,
        }
        await journey.step("municipal", "evaluationRecordActivity", "evaluation", **activity)
    for dimension in DIMENSIONS:
        finding: dict[str, Any] = {"dimension": dimension, "satisfied": True, "opinion": "达到要求。"}
        await journey.step("municipal", "evaluationRecordFinding", "evaluation", **finding)
    conclusion: dict[str, Any] = {"conclusion": "综合评估达到要求。", "signedBy": team}
    await journey.step("municipal", "evaluationConclude", "evaluation", **conclusion)
    journey.article(
        "8(4)", "evaluated: team of three bodies, two methods, four dimensions, signed by all members"
    )


async def _form_team(journey: Journey) -> None:
    bureau, unit = journey["municipal"], journey.known["unit"]
    data = await bureau.ask("{ organisations(first: 100) { nodes { id code } } }")
    bodies = {each["code"]: each["id"] for each in data["organisations"]["nodes"]}
    industry = _member("INDUSTRY_AUTHORITY", unit["industryAuthority"]["id"], "周行业")
    alone = journey.on("application", members=[industry])
    await bureau.refused("8(4)", "a team without the municipal bureau", "evaluationAccept", alone, "R-8.8")
    members = [
        _member("MUNICIPAL_BUREAU", bodies["beijing"], "陈市局") | {"login": "municipal", "isLead": True},
        industry,
        _member("DISTRICT_BUREAU", unit["districtBureau"]["id"], "吴海淀"),
    ]
    absent = [{"body": "SERVICE_AGENCY", "reason": "该专业暂无对应评审服务机构。"}]
    given = journey.on("application", members=members, absentBodies=absent)
    await journey.act("municipal", "evaluationAccept", "evaluation", given, "team { id }")


def _member(body: str, organisation: str, name: str) -> dict[str, Any]:
    return {"body": body, "organisation": organisation, "name": name}


async def recognise(journey: Journey) -> None:
    """Art. 8(5): the decision, with a scope, told to the unit."""
    granted = [
        {"series": SERIES, "specialty": SPECIALTY, "level": level}
        for level in ("ASSOCIATE_SENIOR", "INTERMEDIATE")
    ]
    bureau = journey["municipal2"]
    none = journey.on("evaluation", scope=[], decidedOn="2026-03-02", reason="符合条件")
    await bureau.refused("8(5)", "recognition without a scope", "evaluationRecognise", none, "R-8.11")
    backdated = journey.on("evaluation", scope=granted, decidedOn="2025-11-30", reason="符合条件")
    await bureau.refused(
        "16", "a decision before the Measures were in force", "evaluationRecognise", backdated, "R-16.1"
    )
    await journey.step(
        "municipal2",
        "evaluationRecognise",
        "evaluation",
        scope=granted,
        decidedOn="2026-03-02",
        reason="综合评估达到要求，确定为自主评审单位。",
    )
    await journey.refresh("unit", "unit")
    journey.article(
        "8(5)", f"recognised for {SPECIALTY} at two levels; the unit is {journey.known['unit']['state']}"
    )


async def open_office(journey: Journey) -> None:
    """Art. 9(1): the dedicated office and its full-time staff."""
    office = {"officeName": "职称评审工作办公室", "establishedOn": "2026-03-02"}
    nobody = journey.on("unit", **office, fullTimeStaffCount=0)
    await journey["unit"].refused(
        "9(1)", "an office without full-time staff", "unitRecordOffice", nobody, "R-9.1"
    )
    await journey.step("unit", "unitRecordOffice", "unit", **office, fullTimeStaffCount=3)
    journey.article("9(1)", "a dedicated office with three full-time staff")
