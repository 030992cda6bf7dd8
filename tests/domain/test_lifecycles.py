"""Generated from the state tables: every action x state x role is admitted exactly as the table says."""

from __future__ import annotations

from typing import Any

import pytest

from domain.core.errors import Forbidden, WrongState
from domain.core.lifecycle import Facts, Lifecycle
from domain.core.roles import Role, Viewer
from domain.core.rules import RULES
from domain.core.working_calendar import WorkingCalendar
from domain.lifecycles import LIFECYCLES
from tests.conftest import MORNING

NAMES = [lifecycle.name for lifecycle in LIFECYCLES]
CALENDAR = WorkingCalendar("test", frozenset({2026}), {})


def _by_name(name: str) -> Lifecycle[Any]:
    return next(lifecycle for lifecycle in LIFECYCLES if lifecycle.name == name)


def _row(lifecycle: Lifecycle[Any], state: Any) -> Any:
    row = lifecycle.model()
    row.state = state
    return row


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_refused_outside_its_roles_and_states(name: str) -> None:
    lifecycle = _by_name(name)
    for move in lifecycle.moves:
        for state in lifecycle.states:
            for role in Role:
                admitted = role in move.by and state in move.sources
                if admitted:
                    continue
                facts = Facts(viewer=Viewer(role), now=MORNING, calendar=CALENDAR)
                found = lifecycle.objections(move.event, _row(lifecycle, state), facts)
                expected = Forbidden if role not in move.by else WrongState
                assert [type(each) for each in found] == [expected], (move.event, state, role)


@pytest.mark.parametrize("name", NAMES)
def test_every_state_can_be_reached(name: str) -> None:
    lifecycle = _by_name(name)
    reached = {move.target for move in lifecycle.moves if move.begins}
    before: set[Any] = set()
    while before != reached:
        before = set(reached)
        reached |= {
            target
            for move in lifecycle.moves
            for source in move.sources & before
            for target in move.goes_to(source)
        }
    assert set(lifecycle.states) - reached == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_move_has_an_article_and_both_labels(name: str) -> None:
    silent = [
        move.event
        for move in _by_name(name).moves
        if not (move.article and move.zh and move.en.isascii() and move.en)
    ]
    assert silent == []


def test_names_are_unique_and_rules_exist() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert len(RULES) >= 100
