"""The relay: every event once to every hat that must know, whatever fails and however many relay at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.core import clock
from domain.core.ledger import OutboxEvent
from domain.core.roles import Viewer
from domain.notifications.models import Message, RelayTrouble
from domain.notifications.reads import inbox
from tests.graphql import act, gql
from tests.measures.test_article_09_results import gid
from tests.stages.people import officer
from tests.stages.units import Stage, new_unit
from workers import relay as relaying
from workers.relay import BATCH, pause_after, relay, relay_batch


async def quiet(_events: Sequence[OutboxEvent]) -> None:
    """No document follows from what is relayed here."""


async def happened(stage: Stage, event: str = "unit.suspend", **changes: Any) -> OutboxEvent:
    """An event about the unit itself, as `perform` writes it."""
    given: dict[str, Any] = {
        "event": event,
        "subject_type": "Unit",
        "subject_id": stage.unit.id,
        "unit_id": stage.unit.id,
        "actor_grant_id": stage.municipal.grant_id,
    }
    return await OutboxEvent.create(**{**given, **changes})


async def told(viewer: Viewer, event: OutboxEvent) -> int:
    return await inbox(viewer).filter(event_seq=event.seq).count()


async def test_an_event_reaches_exactly_the_hats_of_its_line() -> None:
    """unit.suspend: the unit, its district bureau, its industry authority, its supervising department; nobody else."""
    stage, neighbour = await new_unit(), await new_unit()
    event = await happened(stage)
    await relay(quiet)
    reached = (stage.office, stage.district, stage.industry, stage.supervisor)
    others = (stage.municipal, stage.municipal2, neighbour.office, neighbour.district, neighbour.industry)
    assert [await told(viewer, event) for viewer in reached] == [1, 1, 1, 1]
    assert [await told(viewer, event) for viewer in others] == [0] * 5
    assert await Message.filter(event_seq=event.seq).count() == 4
    assert (await OutboxEvent.get(seq=event.seq)).relayed_at is not None


async def test_who_acted_is_not_told() -> None:
    stage = await new_unit()
    event = await happened(stage, actor_grant_id=stage.office.grant_id)
    await relay(quiet)
    assert await told(stage.office, event) == 0
    assert await told(stage.district, event) == 1


async def test_an_event_relayed_twice_tells_once() -> None:
    """At least once on the way, once in the inbox."""
    stage = await new_unit()
    event = await happened(stage)
    await relay(quiet)
    await OutboxEvent.filter(seq=event.seq).update(relayed_at=None)
    await relay(quiet)
    assert await Message.filter(event_seq=event.seq).count() == 4


async def test_four_workers_at_once_have_one_effect() -> None:
    stage = await new_unit()
    events = [await happened(stage) for _ in range(60)]
    await asyncio.gather(*(relay(quiet) for _ in range(4)))
    await relay(quiet)
    seqs = [event.seq for event in events]
    assert await Message.filter(event_seq__in=seqs).count() == 4 * 60
    assert await OutboxEvent.filter(seq__in=seqs, relayed_at__isnull=True).count() == 0


async def test_an_event_that_fails_is_counted_and_the_others_go_on(at: Callable[[datetime], None]) -> None:
    """Poison is skipped with a visible error, tried again with growing pauses, and given up in the end."""
    stage = await new_unit()
    await relay(quiet)
    before = await happened(stage)
    poison = await happened(stage, event="unit.unheard_of")
    after = await happened(stage)
    assert await relay(quiet) == 2
    assert [await told(stage.office, event) for event in (before, poison, after)] == [1, 0, 1]
    trouble = await RelayTrouble.get(event_seq=poison.seq)
    assert (trouble.attempts, trouble.error) == (1, "KeyError")
    assert await relay(quiet) == 0
    assert (await RelayTrouble.get(event_seq=poison.seq)).attempts == 1
    moment = clock.now()
    for attempt in range(2, relaying.MAX_ATTEMPTS + 1):
        moment += timedelta(hours=25)
        at(moment)
        assert await relay(quiet) == 0
        assert (await RelayTrouble.get(event_seq=poison.seq)).attempts == attempt
    given_up = await RelayTrouble.get(event_seq=poison.seq)
    assert given_up.retry_at is None
    at(moment + timedelta(days=30))
    await relay(quiet)
    assert (await RelayTrouble.get(event_seq=poison.seq)).attempts == relaying.MAX_ATTEMPTS
    await OutboxEvent.filter(seq=poison.seq).delete()


async def test_an_event_that_recovers_leaves_no_trouble(
    at: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = await new_unit()
    await relay(quiet)
    event = await happened(stage)

    async def broken(_events: Sequence[OutboxEvent]) -> int:
        raise ConnectionError("down")

    with monkeypatch.context() as patched:
        patched.setattr(relaying, "tell", broken)
        assert await relay(quiet) == 0
    assert await RelayTrouble.filter(event_seq=event.seq).count() == 1
    at(clock.now() + timedelta(minutes=1))
    assert await relay(quiet) == 1
    assert await RelayTrouble.filter(event_seq=event.seq).count() == 0
    assert await told(stage.office, event) == 1


def test_pauses_double_up_to_a_day() -> None:
    assert timedelta(seconds=3.7) < pause_after(1) < timedelta(seconds=6.3)
    assert timedelta(seconds=15) <= pause_after(3) <= timedelta(seconds=25)
    assert timedelta(hours=18) <= pause_after(60) <= timedelta(hours=30)


async def test_documents_are_rung_for_once_what_was_relayed_is_certain() -> None:
    stage = await new_unit()
    await relay(quiet)
    event = await happened(stage)
    rung: list[int] = []

    async def ring(events: Sequence[OutboxEvent]) -> None:
        assert await OutboxEvent.filter(seq=event.seq, relayed_at__isnull=False).count() == 1
        rung.extend(each.seq for each in events)

    assert await relay_batch(ring) == (1, 1)
    assert rung == [event.seq]


async def test_something_waits_until_its_object_moves_on() -> None:
    """A lead waits for the municipal bureau until it is decided; an edit in between settles nothing."""
    stage = await new_unit()
    subject = {"subject_type": "ResultPackage", "subject_id": uuid4(), "actor_grant_id": None}
    submitted = await happened(stage, "result_package.submit", **subject)
    await relay(quiet)

    async def waiting(event: OutboxEvent) -> list[bool]:
        return [
            message.settled_at is None for message in await inbox(stage.municipal).filter(event_seq=event.seq)
        ]

    assert await waiting(submitted) == [True]
    await happened(stage, "result_package.edit_report", **subject)
    await relay(quiet)
    assert await waiting(submitted) == [True]
    await happened(stage, "result_package.return", **subject)
    await relay(quiet)
    assert await waiting(submitted) == [False]


async def test_something_waits_for_those_who_act_until_another_object_of_the_unit_settles_it() -> None:
    """Accepted results wait for the unit, not for the bureaus that are told too, until they are publicised."""
    stage, neighbour = await new_unit(), await new_unit()
    subject = {"subject_type": "ResultPackage", "subject_id": uuid4(), "actor_grant_id": None}
    accepted = await happened(stage, "result_package.accept", **subject)
    await relay(quiet)

    async def waits(viewer: Viewer) -> list[bool]:
        found = await inbox(viewer).filter(event_seq=accepted.seq)
        return [message.awaits and message.settled_at is None for message in found]

    assert [await waits(viewer) for viewer in (stage.office, stage.district)] == [[True], [False]]
    posted = {"subject_type": "Publicity", "subject_id": uuid4()}
    await happened(neighbour, "publicity.open", **posted)
    await relay(quiet)
    assert await waits(stage.office) == [True]
    await happened(stage, "publicity.open", **posted)
    await relay(quiet)
    assert await waits(stage.office) == [False]


async def test_a_message_is_read_by_its_hat_in_the_language_asked_for() -> None:
    """Texts are made when read; they name nobody. Another hat does not find it."""
    stage = await new_unit()
    event = await happened(stage)
    await relay(quiet)
    [message] = await inbox(stage.office).filter(event_seq=event.seq)
    query = (
        "query ($id: ID!) { node(id: $id) { ... on Message { event text subject readAt waitsForMe dueOn } } }"
    )
    id = gid("Message", message.id)
    zh, en = [(await gql(stage.office, query, language=each, id=id))["data"]["node"] for each in ("zh", "en")]
    assert (zh["text"], en["text"]) == ("单位的职称自主评审已暂停", "The unit's reviews are suspended")
    assert (zh["event"], zh["subject"], zh["readAt"], zh["waitsForMe"]) == (
        "unit.suspend",
        gid("Unit", stage.unit.id),
        None,
        False,
    )
    assert (await gql(stage.district, query, id=id))["data"]["node"] is None
    read = await act(stage.office, "messageMarkRead", {"id": id}, "message { readAt }")
    assert read["message"]["readAt"] is not None
    again = await act(stage.office, "messageMarkRead", {"id": id}, "message { readAt }")
    assert again["message"] == read["message"]
    theirs = await act(stage.district, "messageMarkRead", {"id": id})
    assert [each["code"] for each in theirs["userErrors"]] == ["NOT_FOUND"]


async def test_a_thousand_events_a_second_are_relayed() -> None:
    """Measured at 2,000 a second, four messages each, on two busy cores; the floor leaves room for a slow machine."""
    stage = await new_unit()
    await relay(quiet)
    await OutboxEvent.bulk_create(
        [
            OutboxEvent(
                event="unit.resume", subject_type="Unit", subject_id=stage.unit.id, unit_id=stage.unit.id
            )
            for _ in range(2 * BATCH)
        ]
    )
    began = perf_counter()
    assert await relay(quiet) == 2 * BATCH
    rate = 2 * BATCH / (perf_counter() - began)
    assert rate > 300, f"{rate:.0f} events a second"


async def test_another_officer_of_the_same_body_is_told_too() -> None:
    stage = await new_unit()
    colleague = await officer(stage.office.role, UUID(str(stage.unit.id)), "另一经办人")
    event = await happened(stage)
    await relay(quiet)
    assert [await told(viewer, event) for viewer in (stage.office, colleague)] == [1, 1]
