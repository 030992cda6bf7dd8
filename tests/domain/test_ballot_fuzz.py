"""Hostile ballots are refused as rejections: no input makes the check crash."""

import json
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.reviews.ballots import Rejection, group, wire
from tests.domain.ballot_examples import VALID, reason, signed

NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NUMBERS = st.integers(min_value=-1, max_value=2**2100).map(str) | st.sampled_from(
    ["0", "1", str(group.P), str(group.Q), str(group.P - 1), "1" * 5000]
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) within a JSON value."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


@st.composite
def spoilt_values(draw: st.DrawFn) -> str:
    value = json.loads(VALID)
    container, key = draw(st.sampled_from(places(value)))
    container[key] = draw(NUMBERS | NESTED)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=draw(st.booleans()))


@st.composite
def spoilt_texts(draw: st.DrawFn) -> str:
    start = draw(st.integers(0, len(VALID)))
    end = min(len(VALID), start + draw(st.integers(0, 60)))
    return VALID[:start] + draw(st.text(max_size=8) | NUMBERS) + VALID[end:]


@settings(max_examples=400, deadline=None, database=None)
@given(spoilt_values() | spoilt_texts() | st.text() | NESTED.map(json.dumps))
def test_hostile_input_is_refused_and_never_crashes(text: str):
    if text != VALID:
        assert reason(text) in Rejection


@settings(max_examples=60, deadline=None, database=None)
@given(st.data())
def test_hostile_answers_rightly_signed_are_refused(data: st.DataObject):
    answer = json.loads(VALID)["answers"][0]
    leaves = [(box, key) for box, key in places(answer) if isinstance(box[key], str)]
    container, key = data.draw(st.sampled_from(leaves))
    number = data.draw(st.integers(min_value=0, max_value=2**256 - 1).map(str))
    if number != container[key]:
        container[key] = number
        assert reason(signed(msgspec.convert(answer, wire.Answer))) in (
            Rejection.NOT_IN_GROUP,
            Rejection.BAD_PROOF,
        )
