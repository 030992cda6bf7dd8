"""Article 10: the municipal bureau issues an electronic certificate to who was publicised without objection. R-10.1."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from domain.certificates import drawing
from domain.certificates.issuing import issue
from domain.certificates.models import Certificate
from domain.certificates.numbers import new_number, parse_number
from domain.core.calls import Call
from domain.core.errors import Refused
from domain.core.files import StoredFile
from domain.core.ledger import OutboxEvent
from domain.core.object_store import read
from domain.core.roles import PUBLIC, Role, Viewer
from domain.publicity import recheck
from domain.units.models import IntegrityRecord
from tests.graphql import act, gql, rules_of
from tests.measures.test_article_09_results import gid, refused
from tests.stages import results as stages
from tests.stages.units import new_unit
from tests.statements import statements

CERTIFICATE = "certificate { id state version number holderName successorNumber }"
STATUS = """query ($number: String!, $holder: String!) { certificateStatus(number: $number, holderName: $holder) {
    number holderNameMasked title series specialty level unit { name } issuedOn state } }"""


def on(row: Certificate) -> dict[str, Any]:
    return {"id": gid("Certificate", row.id), "version": row.version}


def wanted(posted: stages.Posted, *places: int) -> dict[str, Any]:
    candidates = posted.packaged.seated.candidates
    return {"candidacies": [gid("Candidacy", candidates[place].id) for place in places]}


async def status(number: str, holder: str, viewer: Viewer = PUBLIC) -> Any:
    answer = await gql(viewer, STATUS, number=number, holder=holder)
    assert answer["errors"] == []
    return answer["data"]["certificateStatus"]


async def test_everybody_confirmed_gets_a_certificate() -> None:
    """R-10.1: per person, by the municipal bureau, with a number that says nothing about its holder."""
    posted = await stages.closed_publicity(n=2)
    payload = await act(
        posted.stage.municipal,
        "certificateIssue",
        wanted(posted, 0, 1),
        "certificates { number holderName state }",
    )
    made = payload["certificates"]
    assert payload["userErrors"] == []
    assert sorted(each["holderName"] for each in made) == ["申报人0", "申报人1"]
    assert [parse_number(each["number"]) for each in made] == [each["number"] for each in made]
    assert await posted.packaged.states() == ["CERTIFIED", "CERTIFIED"]
    assert [str(each.standing) for each in await posted.packaged.results()] == ["CERTIFIED", "CERTIFIED"]


async def test_no_certificate_before_the_window_has_ended() -> None:
    """R-10.1: issue before the window ends."""
    posted = await stages.open_publicity(n=1)
    assert await refused(posted.stage.municipal, "certificateIssue", wanted(posted, 0)) == [
        ("R-10.1", "RULE_VIOLATION", ["candidacies", "0"])
    ]
    assert await posted.packaged.states() == ["ACCEPTED"]


async def test_no_certificate_over_an_open_lead_and_none_for_the_batch_then() -> None:
    """R-10.1: issue while a lead is open; all of a batch or none, with everybody who stands against it named."""
    posted = await stages.closed_publicity(n=2)
    lead = await stages.filed_lead(posted, 1)
    assert await refused(posted.stage.municipal, "certificateIssue", wanted(posted, 0, 1)) == [
        ("R-10.1", "RULE_VIOLATION", ["candidacies", "1"])
    ]
    assert await posted.packaged.states() == ["CONFIRMED", "CONFIRMED"]
    await recheck.dismiss(Call(posted.stage.municipal), lead.id, lead.version, "无实质内容。")
    assert rules_of(await act(posted.stage.municipal, "certificateIssue", wanted(posted, 0, 1))) == []


async def test_twenty_attempts_at_once_issue_one_certificate() -> None:
    """R-10.1: double issue under concurrency."""
    posted = await stages.closed_publicity(n=1)
    id = posted.packaged.seated.candidates[0].id
    tried = await asyncio.gather(
        *(issue(Call(posted.stage.municipal), [id]) for _ in range(20)), return_exceptions=True
    )
    issued = [each for each in tried if isinstance(each, list)]
    rules = [refusal.rule.id for each in tried if isinstance(each, Refused) for refusal in each.refusals]
    assert (len(issued), rules) == (1, ["R-10.1"] * 19)
    assert await Certificate.filter(candidacy_id=id).count() == 1
    assert await OutboxEvent.filter(event="certificate.issue", subject_id=issued[0][0].id).count() == 1


async def test_admitting_a_lead_and_issuing_at_once_never_certifies_over_an_open_lead() -> None:
    posted = await stages.closed_publicity(n=1)
    lead = await stages.filed_lead(posted)
    id = posted.packaged.seated.candidates[0].id
    bureau = Call(posted.stage.municipal)
    await asyncio.gather(
        recheck.admit(bureau, lead.id, lead.version), issue(bureau, [id]), return_exceptions=True
    )
    assert await posted.packaged.states() == ["ON_HOLD"]
    assert await Certificate.filter(candidacy_id=id).count() == 0


async def test_the_same_key_issues_once_and_answers_the_same() -> None:
    posted = await stages.closed_publicity(n=2)
    given = {**wanted(posted, 0, 1), "idempotencyKey": str(uuid4())}
    selection = "certificates { id number }"
    first = await act(posted.stage.municipal, "certificateIssue", given, selection)
    again = await act(posted.stage.municipal, "certificateIssue", given, selection)
    assert (first, len(first["certificates"])) == (again, 2)


async def test_who_may_not_issue_and_whom_nobody_finds() -> None:
    posted, neighbour = await stages.closed_publicity(n=1), await new_unit()
    for viewer in (posted.stage.office, posted.stage.district, neighbour.office, PUBLIC):
        assert await refused(viewer, "certificateIssue", wanted(posted, 0)) == [("S-11", "FORBIDDEN", None)]
    unknown = {"candidacies": [gid("Candidacy", uuid4())]}
    assert await refused(posted.stage.municipal, "certificateIssue", unknown) == [
        ("S-4", "NOT_FOUND", ["candidacies", "0"])
    ]
    twice = wanted(posted, 0, 0)
    assert await refused(posted.stage.municipal, "certificateIssue", twice) == [
        ("S-13", "INVALID_INPUT", ["candidacies"])
    ]
    assert await refused(posted.stage.municipal, "certificateIssue", {"candidacies": []}) == [
        ("S-7", "INVALID_INPUT", ["candidacies"])
    ]


async def test_anybody_checks_a_certificate_by_number_and_name() -> None:
    """N-22: tolerant of how it is typed; masked; on hold is said to the authorities only."""
    posted, [certificate] = await stages.certificates(1)
    expected = {
        "number": certificate.number,
        "holderNameMasked": "申***",
        "title": certificate.title,
        "series": "05",
        "specialty": certificate.specialty,
        "level": "ASSOCIATE_SENIOR",
        "unit": {"name": certificate.unit_name},
        "issuedOn": certificate.issued_on.isoformat(),
        "state": "ISSUED",
    }
    assert await status(certificate.number, "申报人0") == expected
    typed = certificate.number.replace("-", " ").lower()
    assert await status(f" {typed}", " 申报 人0 ") == expected
    await act(posted.stage.municipal, "certificateHold", {**on(certificate), "reason": "核查。"})
    assert await status(certificate.number, "申报人0") == expected


async def test_a_wrong_number_and_a_wrong_name_get_the_same_answer_for_the_same_work() -> None:
    """N-22: one statement each, whether the number exists, is well formed, or the name is another's or malformed."""
    _, [certificate] = await stages.certificates(1)
    with statements() as sent:
        for number, holder in (
            (certificate.number, "申报人0"),
            (certificate.number, "别人"),
            (certificate.number, "\u200b"),
            (certificate.number, ""),
            (new_number(2026), "申报人0"),
            ("BJ26-00000", "申报人0"),
            ("x" * 5000, "y" * 5000),
        ):
            found = await status(number, holder)
            assert (found is not None) == (number == certificate.number and holder == "申报人0")
    certificate_reads = [each for each in sent if '"certificates"' in each]
    assert (len(sent), len(set(certificate_reads)), len(certificate_reads)) == (7, 1, 7)


async def test_a_clerical_error_is_corrected_by_a_new_certificate() -> None:
    """Regulation 4.8: the old one is SUPERSEDED and points to the new."""
    posted, [old] = await stages.certificates(1)
    given = {**on(old), "reason": "姓名录入有误，见身份证明。", "holderName": "申报人甲"}
    same = await act(posted.stage.municipal, "certificateCorrect", {**given, "holderName": "申报人0"})
    assert rules_of(same) == ["S-13"]
    assert rules_of(await act(posted.stage.office, "certificateCorrect", given)) == ["S-11"]
    keyed = {**given, "idempotencyKey": str(uuid4())}
    payload = await act(posted.stage.municipal, "certificateCorrect", keyed, CERTIFICATE)
    new = payload["certificate"]
    assert await act(posted.stage.municipal, "certificateCorrect", keyed, CERTIFICATE) == payload
    superseded = await Certificate.get(id=old.id)
    assert (new["state"], new["holderName"]) == ("ISSUED", "申报人甲")
    assert (superseded.state, superseded.successor_number) == ("SUPERSEDED", new["number"])
    assert (await status(old.number, "申报人0"))["state"] == "SUPERSEDED"
    assert (await status(new["number"], "申报人甲"))["state"] == "ISSUED"
    assert await status(new["number"], "申报人0") is None


async def test_a_certificate_is_held_released_and_revoked() -> None:
    """Regulation 4.8: revocation needs the decision's number and its basis, and ends it."""
    posted, [certificate] = await stages.certificates(1)
    municipal = posted.stage.municipal
    held = await act(municipal, "certificateHold", {**on(certificate), "reason": "核查。"}, CERTIFICATE)
    assert held["certificate"]["state"] == "ON_HOLD"
    row = await Certificate.get(id=certificate.id)
    released = await act(municipal, "certificateRelease", {**on(row), "reason": "无问题。"}, CERTIFICATE)
    assert released["certificate"]["state"] == "ISSUED"
    row = await Certificate.get(id=certificate.id)
    bare = {**on(row), "decisionNumber": " ", "basis": ""}
    assert [each["field"] for each in (await act(municipal, "certificateRevoke", bare))["userErrors"]] == [
        ["decisionNumber"],
        ["basis"],
    ]
    decided = {**on(row), "decisionNumber": "京人社撤〔2026〕1号", "basis": "弄虚作假。", "fraud": True}
    assert rules_of(await act(posted.stage.office, "certificateRevoke", decided)) == ["S-11"]
    revoked = await act(municipal, "certificateRevoke", decided, CERTIFICATE)
    assert revoked["certificate"]["state"] == "REVOKED"
    assert (await status(certificate.number, "申报人0"))["state"] == "REVOKED"
    assert [str(each.standing) for each in await posted.packaged.results()] == ["REVOKED"]
    assert await IntegrityRecord.filter(person_id=certificate.person_id).count() == 1
    row = await Certificate.get(id=certificate.id)
    again = await act(municipal, "certificateRevoke", {**decided, **on(row)})
    assert [each["code"] for each in again["userErrors"]] == ["INVALID_TRANSITION"]


async def test_a_certificate_is_seen_by_its_holder_its_unit_and_its_overseers() -> None:
    """Who sees what; a machine client needs the scope certificates:read."""
    posted, [certificate] = await stages.certificates(1)
    stage, neighbour = posted.stage, await new_unit()
    holder = Viewer(Role.APPLICANT, person_id=certificate.person_id)
    reader = Viewer(Role.MACHINE, stage.unit.id, client_id="hr", scopes=frozenset({"certificates:read"}))
    other = Viewer(Role.MACHINE, stage.unit.id, client_id="hr", scopes=frozenset({"results:read"}))
    neighbours = Viewer(Role.MACHINE, neighbour.unit.id, client_id="hr2", scopes=reader.scopes)
    query = "query ($id: ID!) { node(id: $id) { id } }"
    id = gid("Certificate", certificate.id)

    async def seen(viewer: Viewer) -> bool:
        return (await gql(viewer, query, id=id))["data"]["node"] is not None

    allowed = (stage.office, stage.district, stage.industry, stage.municipal, holder, reader)
    refused_to = (stage.supervisor, neighbour.office, neighbour.district, other, neighbours, PUBLIC)
    assert [await seen(viewer) for viewer in allowed] == [True] * 6
    assert [await seen(viewer) for viewer in refused_to] == [False] * 6


async def test_its_document_is_drawn_once_though_two_draw_at_once() -> None:
    """Art. 10: the electronic certificate as a PDF, linked once, under its own hash."""
    _, [certificate] = await stages.certificates(1)
    drawn = await asyncio.gather(
        *(drawing.draw_document(certificate.id, "https://api.example.gov.cn") for _ in range(2))
    )
    row = await Certificate.get(id=certificate.id)
    assert sorted(drawn) == [False, True]
    file = await StoredFile.get(id=row.document_id)
    content = await read(file)
    assert (content[:5], len(content), file.name) == (b"%PDF-", file.size, f"{certificate.number}.pdf")
    assert await OutboxEvent.filter(subject_id=row.id, event="certificate.attach_document").count() == 1
    assert await drawing.draw_document(certificate.id, "https://api.example.gov.cn") is False


async def test_no_document_is_drawn_of_a_revoked_certificate() -> None:
    posted, [certificate] = await stages.certificates(1)
    decided = {**on(certificate), "decisionNumber": "京人社撤〔2026〕2号", "basis": "撤销。"}
    await act(posted.stage.municipal, "certificateRevoke", decided)
    assert await drawing.draw_document(certificate.id, "https://api.example.gov.cn") is False


async def test_a_page_of_certificates_costs_the_same_for_one_and_for_three() -> None:
    """Constant statements whatever the page size."""
    query = (
        "query ($u: ID!) { certificates(first: 10, filter: {unit: {eq: $u}}) { nodes { number holderName"
        " unit { name } result { personName yes } availableActions { name } } totalCount } }"
    )
    counts = []
    for n in (1, 3):
        posted, _ = await stages.certificates(n)
        with statements() as sent:
            answer = await gql(posted.stage.municipal, query, u=gid("Unit", posted.stage.unit.id))
        assert answer["errors"] == []
        assert answer["data"]["certificates"]["totalCount"] == n
        counts.append(len(sent))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("number", ["\0", "BJ26-\u0000", "💥" * 40])
async def test_odd_numbers_are_not_found(number: str) -> None:
    assert await status(number, "某某\0") is None
