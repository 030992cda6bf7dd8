"""Every event of every lifecycle says who hears of it."""

import pytest

from domain.lifecycles import LIFECYCLES
from domain.notifications.audience import LINES, Audience, AudienceFault, Line, read_lines

EVENTS = {lifecycle.event_name(move.event): lifecycle for lifecycle in LIFECYCLES for move in lifecycle.moves}


def test_every_event_has_a_line_and_every_line_an_event() -> None:
    assert sorted(EVENTS) == sorted(LINES)


@pytest.mark.parametrize("event", [name for name, each in LINES.items() if each.due])
def test_a_due_date_is_a_column_of_the_object(event: str) -> None:
    assert LINES[event].due in EVENTS[event].model._meta.fields_map


@pytest.mark.parametrize(
    ("audience", "column"),
    [
        (Audience.APPLICANT, "person_id"),
        (Audience.RECEIVER, "receiver_id"),
        (Audience.EXPERT, "person_id"),
        (Audience.OBJECTOR, "reporter_person_id"),
        (Audience.RECHECK_BODIES, "district_bureau_id"),
    ],
)
def test_the_object_knows_the_person_or_body_that_its_audience_means(audience: Audience, column: str) -> None:
    models = {EVENTS[name].model for name, each in LINES.items() if audience in each.to}
    known = {model: {name.removesuffix("_id") for name in model._meta.fields_map} for model in models}
    assert [model.__name__ for model in models if column.removesuffix("_id") not in known[model]] == []


def test_what_settles_an_event_is_an_event() -> None:
    settling = {each.settled_by for each in LINES.values() if each.settled_by}
    assert settling == {"result_package.compile", "publicity.open", "committee.renew"}
    assert settling - set(EVENTS) == set()


def test_an_awaited_event_has_readers() -> None:
    assert [name for name, each in LINES.items() if each.awaits and not each.to] == []


def test_what_the_committee_decided_is_told_to_nobody_before_the_publicity() -> None:
    assert [LINES[f"candidacy.{event}"] for event in ("pass", "not_pass", "accept")] == [Line(())] * 3


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            '[lead]\nfile = { to = ["everybody"], zh = "一", en = "a" }',
            "lead.file: 'everybody' is not a valid Audience",
        ),
        ('[lead]\nfile = { to = ["unit"], zh = "一" }', "lead.file: has readers and no words"),
        ('[lead]\nfile = { to = [], whom = "unit" }', "lead.file: unknown keys ['whom']"),
        ('[lead]\nfile = { zh = "一", en = "a" }', "lead.file: needs a list `to` and texts"),
    ],
)
def test_a_wrong_line_is_named(text: str, fault: str) -> None:
    with pytest.raises(AudienceFault) as refused:
        read_lines(text)
    assert str(refused.value) == fault
