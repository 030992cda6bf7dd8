"""An applicant learns the outcome from the notice and from nothing before it, passed or not (decision D4)."""

from __future__ import annotations

from typing import Any

from domain.accounts.models import Person
from domain.core.calls import Call
from domain.core.roles import Role, Viewer
from domain.results import acceptance, commands
from schema.core import global_id
from tests.graphql import act, gql
from tests.stages import people
from tests.stages.results import Packaged, open_publicity
from tests.stages.reviews import NO, YES, Seated, signed_sitting


async def _read(seated: Seated, place: int) -> Any:
    """Everything that the candidate at this place reads of the own candidacy, less what names it."""
    viewer, id = await _viewer(seated, place), global_id("Candidacy", seated.candidates[place].id)
    answer = await gql(
        viewer,
        "query ($id: ID!) { node(id: $id) { ... on Candidacy { state version availableActions { name } "
        "timeline { event toState role } } } results(first: 1) { nodes { outcome } totalCount } }",
        id=id,
    )
    refused = await act(viewer, "candidacyWithdraw", {"id": id, "version": 99})
    errors = refused["userErrors"] if answer["data"]["node"]["state"] == "ASSIGNED" else []
    return answer, errors


async def _viewer(seated: Seated, place: int) -> Viewer:
    candidate = seated.candidates[place]
    person = await Person.get(id=candidate.person_id)
    return await people.officer(Role.APPLICANT, candidate.unit_id, "申报人", person)


async def _packaged(seated: Seated) -> Packaged:
    office = Call(seated.rounded.stage.office)
    row = await commands.compile_results(office, seated.rounded.round.id)
    report = commands.Report("评审工作依照年度计划进行。", 2, 1, 1)
    row = await commands.edit_report(office, row.id, row.version, report)
    row = await commands.submit(office, row.id, row.version)
    return Packaged(
        seated, await acceptance.accept(Call(seated.rounded.stage.municipal), row.id, row.version)
    )


async def test_until_the_notice_both_read_the_same() -> None:
    """D4: after the signature, and after the acceptance, which moves on only who has passed."""
    seated = await signed_sitting(n=2, choices=[[YES] * 8, [NO] * 8])
    await _read_alike(seated)
    packaged = await _packaged(seated)
    await _read_alike(seated)
    await open_publicity(packaged)
    found = [(await _read(seated, place))[0]["data"] for place in range(2)]
    assert [each["node"]["state"] for each in found] == ["ACCEPTED", "NOT_PASSED"]
    assert [each["results"]["nodes"] for each in found] == [
        [{"outcome": "PASSED"}],
        [{"outcome": "NOT_PASSED"}],
    ]
    assert [each["node"]["timeline"][-1]["event"] for each in found] == ["accept", "not_pass"]


async def _read_alike(seated: Seated) -> None:
    passed, failed = [await _read(seated, place) for place in range(2)]
    assert passed == failed
    (answer, errors) = passed
    assert answer["errors"] == []
    assert answer["data"]["node"]["state"] == "ASSIGNED"
    assert answer["data"]["node"]["timeline"][-1]["event"] == "assign"
    assert answer["data"]["results"] == {"nodes": [], "totalCount": 0}
    assert [each["code"] for each in errors] == ["INVALID_TRANSITION"]
    assert [each["currentState"] for each in errors] == ["ASSIGNED"]


async def test_no_applicant_filters_by_the_state() -> None:
    seated = await signed_sitting(n=1)
    text = "{ candidacies(first: 1, filter: { state: { eq: PASSED } }) { totalCount } }"
    answer = await gql(await _viewer(seated, 0), text)
    assert answer["data"] is None
    assert len(answer["errors"]) == 1
    office = await gql(seated.rounded.stage.office, text)
    assert office["data"]["candidacies"]["totalCount"] == 1
