"""Every model under every role: exactly the rows that the rules give it (section "role x data"; N-17, N-18, R-2.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.committees.models import CommitteeMember
from domain.core.access import visible
from domain.core.roles import Role, Viewer
from domain.publicity.names import LeadState, PublicityState
from domain.reviews.models import Recusal
from tests.access.expectation import CANDIDACY, COMMITTEE, EXPECTED, LEAD, NOTICE, PERSON
from tests.access.sides import Side
from tests.access.world import Keys, Rows, World, keys_of, models

NONE: Keys = frozenset()
#: Tables that the world does not fill: nobody sees them, or they come with the reference data.
EMPTY = {
    "IdempotencyKey",
    "DemoClock",
    "CalendarDay",
    "CalendarYear",
    "OAuthClient",
    "LoginSession",
    "TokenFamily",
    "RefreshToken",
    "AuthorizationCode",
}


async def _selected(name: str, **where: Any) -> Keys:
    return await keys_of(models()[name].filter(**where))


async def _person(name: str, _side: Side, viewer: Viewer) -> Keys:
    return await _selected(name, **{PERSON[name]: viewer.person_id})


async def _seat(name: str, _side: Side, viewer: Viewer) -> Keys:
    seats = CommitteeMember.filter(expert__person_id=viewer.person_id)
    return await _selected(
        name, **{f"{COMMITTEE[name]}__in": await seats.values_list("committee_id", flat=True)}
    )


async def _assigned(name: str, side: Side, viewer: Viewer) -> Keys:
    left = await Recusal.filter(expert__person_id=viewer.person_id).values_list("candidacy_id", flat=True)
    return await _seat(name, side, viewer) - await _selected(name, **{f"{CANDIDACY[name]}__in": left})


async def _shown(name: str, side: Side, viewer: Viewer) -> Keys:
    posted = (PublicityState.OPEN, PublicityState.CLOSED)
    found = await _selected(name, **{f"{NOTICE[name]}state__in": posted})
    if viewer.role not in (Role.UNIT, Role.DISTRICT_BUREAU, Role.INDUSTRY_AUTHORITY):
        return found
    return found | await _selected(name, **{f"{NOTICE[name]}unit_id": side.unit_id})


async def _known(name: str, side: Side, _viewer: Viewer) -> Keys:
    unread = await _selected(name, state__in=(LeadState.RECEIVED, LeadState.DISMISSED))
    return await _selected(name, unit_id=side.unit_id) - unread


async def _named(name: str, _side: Side, viewer: Viewer) -> Keys:
    column = {Role.DISTRICT_BUREAU: "district_bureau_id", Role.INDUSTRY_AUTHORITY: "industry_authority_id"}
    return await _selected(name, **{LEAD[name] + column[viewer.role]: viewer.organisation_id})


async def _org(name: str, _side: Side, viewer: Viewer) -> Keys:
    if viewer.role in (Role.EXPERT, Role.APPLICANT):
        return await _selected(name, uploaded_by_id=viewer.account_id)
    return await _selected(name, organisation_id=viewer.organisation_id)


async def _grant(name: str, _side: Side, viewer: Viewer) -> Keys:
    return await _selected(name, grant_id=viewer.grant_id)


SOME: dict[str, Callable[[str, Side, Viewer], Awaitable[Keys]]] = {
    "person": _person,
    "seat": _seat,
    "assigned": _assigned,
    "shown": _shown,
    "known": _known,
    "named": _named,
    "org": _org,
    "grant": _grant,
}


async def _expected(word: str, name: str, side: Side, rows: Rows, viewer: Viewer) -> Keys:
    if word == "-":
        return NONE
    if word == "all":
        return await keys_of(models()[name].all())
    return rows[name] if word == "own" else await SOME[word](name, side, viewer)


async def test_every_model_has_its_line(world: World) -> None:
    """A new model needs one: who sees it is decided by a person, from the rules."""
    assert sorted(EXPECTED) == sorted(models())


async def test_the_world_has_rows_of_every_model(world: World) -> None:
    """An expectation about no rows at all would hold whatever the code does."""
    for rows in (world.rows_a, world.rows_b):
        assert {name for name in rows if not rows[name]} == EMPTY


@pytest.mark.parametrize("name", EXPECTED)
async def test_each_role_sees_its_own(world: World, name: str) -> None:
    """R-2.2: the same line holds for both sides, and neither sees a row of the other."""
    wrong = {}
    for side, rows in ((world.a, world.rows_a), (world.b, world.rows_b)):
        for label, viewer in side.viewers().items():
            word = EXPECTED[name][label.partition(" ")[0]]
            expected = await _expected(word, name, side, rows, viewer)
            found = await keys_of(visible(models()[name], viewer))
            if found != expected:
                wrong[side.mark, label, word] = {"more": found - expected, "less": expected - found}
    assert wrong == {}


@pytest.mark.parametrize("name", EXPECTED)
async def test_who_has_no_part_in_it_sees_nothing_of_either(world: World, name: str) -> None:
    """Organisations, an expert and a person who own nothing: only what is everybody's."""
    theirs = world.rows_a[name] | world.rows_b[name]
    seen = set()
    for role, viewer in world.nobody.items():
        column = "BARE_MACHINE" if role is Role.MACHINE else str(role)
        found = await keys_of(visible(models()[name], viewer)) & theirs
        if found and EXPECTED[name][column] not in ("all", "shown"):
            seen.add(role)
    assert seen == set()
