"""What no answer may hold: from every object in sight, everything around it two levels deep, timelines and actions too.

N-17 (experts' identity), N-14 (ballots, credentials, sums before the signature), Art. 9(7) (who reported a lead), identity
numbers. The documents are made from the schema, so that a field added tomorrow is read here tomorrow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from stdnum.cn import ric

from domain.accounts.models import Person
from domain.applications.models import SeniorExpertListing
from domain.core.access import visible
from domain.core.roles import Role, Viewer
from domain.experts.models import Expert
from domain.reviews.ballot_models import BallotCredential, PartialDecryption, StoredBallot
from domain.reviews.states import BallotBoxState
from schema.core import global_id
from schema.core.nodes import NODES
from tests.access.sides import LOOKED_UP, Side
from tests.access.walk import leaves, objects_with, read_nodes
from tests.access.world import World, keys_of

#: Whoever is never told who sits on a committee.
WITHOUT_EXPERTS = (
    "APPLICANT",
    "APPLICANT (failed)",
    "APPLICANT (waiting)",
    "SUPERVISING_DEPARTMENT",
    "DISTRICT_BUREAU",
    "INDUSTRY_AUTHORITY",
    "MACHINE",
    "BARE_MACHINE",
    "PUBLIC",
)
#: Section "role x data": these are given no sums at all.
WITHOUT_TALLIES = ("SUPERVISING_DEPARTMENT", "MACHINE", "BARE_MACHINE", "PUBLIC")
LABELS = ("UNIT", "EXPERT", "EXPERT (recused)", "MUNICIPAL_BUREAU", *WITHOUT_EXPERTS)
SUMS = ("yes", "no", "abstain", "uncast", "cast", "passed")
_IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
_ANSWERS: dict[str, dict[str, list[Any]]] = {}


async def _answers(world: World, label: str) -> dict[str, list[Any]]:
    """By type, every object of the world that this viewer of side A sees, with what is around it; read once."""
    if label not in _ANSWERS:
        viewer = world.a.viewers()[label]
        found: dict[str, list[Any]] = {}
        for name, spec in NODES.items():
            rows = world.rows_a[spec.model.__name__] | world.rows_b[spec.model.__name__]
            seen = sorted(rows & await keys_of(visible(spec.model, viewer)))
            found[name] = await read_nodes(viewer, name, seen)
        _ANSWERS[label] = found
    return _ANSWERS[label]


async def _text(world: World, label: str) -> str:
    return json.dumps(await _answers(world, label), ensure_ascii=False)


async def _identities(side: Side, but: Viewer | None = None) -> set[str]:
    """Whatever tells one of the side's experts: ids, name, employer, masked number."""
    experts = await Expert.filter(unit_id=side.unit_id)
    people = await Person.in_bulk([each.person_id for each in experts], "id")
    listed = set(await SeniorExpertListing.all().values_list("identity_mask", flat=True))
    found: set[str] = set()
    for each in experts:
        if but is not None and each.person_id == but.person_id:
            continue
        keys = {global_id("Expert", each.id), global_id("Person", each.person_id), str(each.id)}
        found |= keys | {str(each.person_id), each.name, people[each.person_id].identity_mask} - listed
    return found


def _in(secrets: set[str], text: str) -> set[str]:
    return {each for each in secrets if each and each in text}


@pytest.mark.parametrize("label", WITHOUT_EXPERTS)
async def test_no_answer_tells_an_expert(world: World, label: str) -> None:
    """N-17."""
    text = await _text(world, label)
    assert _in(await _identities(world.a) | await _identities(world.b), text) == set()


@pytest.mark.parametrize("label", ["EXPERT", "EXPERT (recused)"])
async def test_an_expert_reads_the_own_membership_only(world: World, label: str) -> None:
    """Section "role x data"; the one who signs the minutes may read them, with the names in them (N-16)."""
    viewer = world.a.viewers()[label]
    answers = await _answers(world, label)
    sittings = [each for name in answers for each in objects_with(answers[name], "minutesSha256")]
    held = {bool(each["minutes"]) for each in sittings if each.get("minutesSha256")}
    assert held == {label == "EXPERT"}
    without = json.dumps(
        [{**each, "minutes": None} for each in _without_minutes(answers)], ensure_ascii=False
    )
    assert _in(await _identities(world.a, but=viewer) | await _identities(world.b), without) == set()


def _without_minutes(answers: Any) -> Iterator[dict[str, Any]]:
    for path, leaf in leaves(answers):
        if path[-1] != "minutes":
            yield {".".join(path): leaf}


async def test_the_office_and_the_bureau_know_their_experts(world: World) -> None:
    """The search above finds them where they may be read, so that finding nothing means something."""
    for label in ("UNIT", "MUNICIPAL_BUREAU"):
        text = await _text(world, label)
        names = {each.name for each in world.a.bench.experts}
        ids = {global_id("Expert", each.id) for each in world.a.bench.experts}
        assert _in(names | ids, text) == names | ids
    assert _in(await _identities(world.b), await _text(world, "UNIT")) == set()


@pytest.mark.parametrize("label", LABELS)
async def test_no_answer_tells_who_reported(world: World, label: str) -> None:
    """Art. 9(7): the bureau asks for it in a command of its own, on record; what it wrote then goes no further than
    the bodies that re-check."""
    text = await _text(world, label)
    assert "13800001234" not in text
    if label not in ("MUNICIPAL_BUREAU", "DISTRICT_BUREAU", "INDUSTRY_AUTHORITY"):
        assert "李反映" not in text
        assert LOOKED_UP not in text
    if label != "MUNICIPAL_BUREAU":
        assert world.a.lead.receipt_number not in text


async def test_the_unit_does_not_learn_in_which_role_somebody_reported(world: World) -> None:
    """Art. 9(7): an expert of the committee reported it; the role would be as good as the name."""
    (lead,) = (await _answers(world, "UNIT"))["Lead"]
    assert lead["timeline"] == []
    by_bureau = next(
        each for each in (await _answers(world, "MUNICIPAL_BUREAU"))["Lead"] if each["id"] == lead["id"]
    )
    assert by_bureau["timeline"][0]["role"] == "EXPERT"


@pytest.mark.parametrize("label", LABELS)
async def test_no_sum_is_told_before_the_signature(world: World, label: str) -> None:
    """N-14, also to the municipal bureau: the counted box of the running sitting keeps silent."""
    for answers in (await _answers(world, label)).values():
        for box in objects_with(answers, "turnout"):
            assert (box["tally"] is not None) == (box["state"] == BallotBoxState.SIGNED), box


@pytest.mark.parametrize("label", WITHOUT_TALLIES)
async def test_who_is_given_no_sums_finds_none(world: World, label: str) -> None:
    """Section "role x data": neither a client of the unit nor its supervising department counts votes."""
    answers = await _answers(world, label)
    told = {(path[-1], leaf) for path, leaf in leaves(answers) if path[-1] in SUMS and leaf is not None}
    assert told == set()


@pytest.mark.parametrize("label", LABELS)
async def test_credentials_and_ballots_are_nobodys_to_read(world: World, label: str) -> None:
    """N-14: an expert has the own credential while the ballot is open, and nobody else has any."""
    answers = await _answers(world, label)
    viewer = world.a.viewers()[label]
    held = {each["id"] for each in objects_with(answers["BallotBox"], "myCredential") if each["myCredential"]}
    own = BallotCredential.filter(expert__person_id=viewer.person_id, box__state=BallotBoxState.OPEN)
    entitled = await own.values_list("box_id", flat=True) if viewer.role is Role.EXPERT else []
    assert held == {global_id("BallotBox", each) for each in entitled}
    assert bool(held) == (viewer.role is Role.EXPERT)
    cast = await StoredBallot.all().values_list("tracker", "text")
    shares = await PartialDecryption.all().values_list("text", flat=True)
    secrets = {each for pair in cast for each in pair} | set(shares)
    assert _in(secrets, await _text(world, label)) == set()


@pytest.mark.parametrize("label", LABELS)
async def test_no_identity_number_stands_in_any_answer(world: World, label: str) -> None:
    for path, leaf in leaves(await _answers(world, label)):
        found = _IDENTITY_NUMBER.findall(leaf) if isinstance(leaf, str) else []
        assert [each for each in found if ric.is_valid(each.upper())] == [], path
