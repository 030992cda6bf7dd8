"""Deadlines: what time brings about happens by itself, once, and one failing row does not stop the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from domain.core import clock
from domain.core.calls import BY_SYSTEM
from domain.core.ledger import OutboxEvent
from domain.publicity.commands import close
from domain.publicity.models import Publicity
from tests.stages import results as stages
from tests.stages.committees import beijing
from workers.deadlines import DEADLINES, Deadline, keep_deadlines

PUBLICITIES = tuple(each for each in DEADLINES if each.name == "publicities end")
REMINDERS = tuple(each for each in DEADLINES if each.name == "units are reminded of results")


async def test_a_publicity_closes_at_its_end_and_not_a_second_before(at: Callable[[datetime], None]) -> None:
    posted = await stages.open_publicity(n=1)
    at(posted.publicity.ends_at - timedelta(seconds=30))
    await keep_deadlines(PUBLICITIES)
    assert (await posted.fresh()).state == "OPEN"
    at(posted.publicity.ends_at + timedelta(seconds=1))
    await keep_deadlines(PUBLICITIES)
    assert (await posted.fresh()).state == "CLOSED"
    assert await posted.packaged.states() == ["CONFIRMED"]


async def test_three_workers_at_once_close_it_once(at: Callable[[datetime], None]) -> None:
    posted = await stages.open_publicity(n=1)
    at(posted.publicity.ends_at + timedelta(seconds=1))
    await asyncio.gather(*(keep_deadlines(PUBLICITIES) for _ in range(3)))
    assert await OutboxEvent.filter(subject_id=posted.publicity.id, event="publicity.close").count() == 1
    assert (await posted.fresh()).version == 2


async def test_one_failing_row_and_one_refused_row_do_not_stop_the_others(
    at: Callable[[datetime], None],
) -> None:
    posted = await stages.open_publicity(n=1)
    running = await stages.open_publicity(n=1)
    at(posted.publicity.ends_at + timedelta(seconds=1))
    await Publicity.filter(id=running.publicity.id).update(ends_at=clock.now() + timedelta(days=1))
    broken = uuid4()

    async def due(_now: object, _day: object) -> list[UUID]:
        return [broken, running.publicity.id, posted.publicity.id]

    async def act(id: UUID) -> object:
        if id == broken:
            raise ZeroDivisionError
        return await close(BY_SYSTEM, id)

    async def unsearchable(_now: object, _day: object) -> list[UUID]:
        raise LookupError

    done = await keep_deadlines([Deadline("broken", unsearchable, act), Deadline("mixed", due, act)])
    assert done == {"broken": 0, "mixed": 1}
    assert ((await posted.fresh()).state, (await running.fresh()).state) == ("CLOSED", "OPEN")


async def test_a_unit_is_reminded_once_after_ten_working_days(at: Callable[[datetime], None]) -> None:
    """B-8: a reminder, never a refusal; counted in working days."""
    made = await stages.compiled_package(1)
    held = made.package.last_sitting_on
    calendar_days = [held + timedelta(days=11), held + timedelta(days=25)]
    for day, reminded in zip(calendar_days, (False, True), strict=True):
        at(beijing(day.year, day.month, day.day, 9))
        await keep_deadlines(REMINDERS)
        await keep_deadlines(REMINDERS)
        assert ((await made.fresh()).reminded_at is not None) == reminded
    assert await OutboxEvent.filter(subject_id=made.package.id, event="result_package.remind").count() == 1


async def test_everything_due_is_kept_in_one_round() -> None:
    """Each deadline's search and command fit together; nothing raises."""
    done = await keep_deadlines()
    assert list(done) == [each.name for each in DEADLINES]
