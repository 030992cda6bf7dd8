"""Deadlines: what time brings about happens by itself, once, and one failing row does not stop the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from domain.applications.models import QualificationApplication
from domain.applications.receiver_commands import Correction
from domain.applications.receiver_commands import return_for_correction as return_application
from domain.committees.models import Committee
from domain.core import clock
from domain.core.calls import BY_SYSTEM, Call
from domain.core.ledger import OutboxEvent
from domain.experts.models import Expert
from domain.notifications.reads import inbox
from domain.publicity.commands import close
from domain.publicity.models import Publicity
from domain.reviews import rounds
from domain.reviews.in_house import Posting
from domain.reviews.models import Candidacy
from domain.reviews.verification import PointGiven
from domain.reviews.verification import return_for_correction as return_candidacy
from tests.stages import results as stages
from tests.stages.committees import active_expert, beijing, filed_committee
from tests.stages.reviews import open_round, submitted_candidacy, verified_candidacy
from tests.stages.units import new_unit, receiver_of, recognised_unit, submitted
from tests.workers.test_relay import quiet
from workers.deadlines import DEADLINES, Deadline, keep_deadlines
from workers.relay import relay

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


def named(name: str) -> tuple[Deadline, ...]:
    return tuple(each for each in DEADLINES if each.name == name)


async def test_an_application_that_was_not_corrected_in_time_lapses(at: Callable[[datetime], None]) -> None:
    """N-12; its unit learns it, and the due date stood in the message that asked for the correction."""
    stage = await new_unit()
    row = await submitted(stage)
    receiver = Call(receiver_of(stage, row))
    returned = await return_application(receiver, row.id, row.version, [Correction("补充材料。")], 5)
    await relay(quiet)
    [asked] = await inbox(stage.office).filter(event="application.return_for_correction")
    assert returned.correction_due_at is not None
    assert (
        asked.due_on == (returned.correction_due_at - timedelta(seconds=1)).astimezone(clock.BEIJING).date()
    )
    at(returned.correction_due_at - timedelta(seconds=30))
    await keep_deadlines(named("applications lapse"))
    assert (await QualificationApplication.get(id=row.id)).state == "RETURNED"
    at(returned.correction_due_at + timedelta(seconds=1))
    await keep_deadlines(named("applications lapse"))
    assert (await QualificationApplication.get(id=row.id)).state == "LAPSED"
    await relay(quiet)
    assert await inbox(stage.office).filter(event="application.lapse").count() == 1
    [asked] = await inbox(stage.office).filter(event="application.return_for_correction")
    assert asked.settled_at is not None


async def test_a_candidacy_that_was_not_corrected_in_time_is_abandoned(
    at: Callable[[datetime], None],
) -> None:
    """N-12: late is given up (视为放弃)."""
    rounded = await open_round()
    row = await submitted_candidacy(rounded)
    point = PointGiven("学历证明", "扫描件不清晰。")
    returned = await return_candidacy(Call(rounded.stage.office), row.id, row.version, [point], 5)
    assert returned.correction_due is not None
    for moment, state in ((-timedelta(seconds=30), "RETURNED"), (timedelta(seconds=1), "ABANDONED")):
        at(returned.correction_due + moment)
        await keep_deadlines(named("candidacies are abandoned"))
        assert (await Candidacy.get(id=row.id)).state == state


async def test_an_experts_term_ends_after_its_last_day(at: Callable[[datetime], None]) -> None:
    """N-6, at midnight in Beijing."""
    expert = await active_expert(await recognised_unit())
    last = expert.term_end
    for moment, state in (
        (beijing(last.year, last.month, last.day, 23, 59), "ACTIVE"),
        (beijing(last.year, last.month, last.day) + timedelta(days=1), "TERM_ENDED"),
    ):
        at(moment)
        await keep_deadlines(named("experts' terms end"))
        assert (await Expert.get(id=expert.id)).state == state


async def test_a_committees_filing_expires_after_its_last_day(at: Callable[[datetime], None]) -> None:
    """N-4: expired at midnight Asia/Shanghai."""
    bench = await filed_committee(await recognised_unit())
    last = bench.committee.valid_until
    assert last is not None
    for moment, state in (
        (beijing(last.year, last.month, last.day, 23, 59), "FILED"),
        (beijing(last.year, last.month, last.day) + timedelta(days=1), "EXPIRED"),
    ):
        at(moment)
        await keep_deadlines(named("committees' filings expire"))
        assert (await Committee.get(id=bench.committee.id)).state == state


async def test_an_in_house_publicity_ends_by_itself(at: Callable[[datetime], None]) -> None:
    """N-11."""
    rounded = await open_round()
    row = await verified_candidacy(rounded)
    round = await rounded.fresh()
    office = Call(rounded.stage.office)
    await rounds.open_in_house_publicity(office, round.id, round.version, [row.id], Posting("单位内网"))
    posted = await Candidacy.get(id=row.id)
    last = posted.publicity_until
    for moment, state in (
        (beijing(last.year, last.month, last.day, 23, 59), "IN_INTERNAL_PUBLICITY"),
        (beijing(last.year, last.month, last.day) + timedelta(days=1), "ADMITTED"),
    ):
        at(moment)
        await keep_deadlines(named("in-house publicities end"))
        assert (await Candidacy.get(id=row.id)).state == state
