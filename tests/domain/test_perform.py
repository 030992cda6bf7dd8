"""The one way to write: all of a change or nothing of it, once for a key, and never over somebody else's change.

The unit of Art. 4 serves as the row: what holds for one lifecycle holds for all, because all go through `perform`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from tortoise import connections
from tortoise.transactions import in_transaction

from domain.core.calls import BY_SYSTEM, Call
from domain.core.errors import Refused
from domain.core.ledger import AuditEntry, IdempotencyKey, OutboxEvent
from domain.core.outbox import CHANNEL
from domain.core.perform import begin, cascade, perform
from domain.core.roles import PUBLIC
from domain.evaluations.lifecycle import EVALUATION
from domain.reviews import candidacies
from domain.reviews.lifecycle import CANDIDACY
from domain.reviews.models import Candidacy
from domain.units import commands as units
from domain.units.lifecycle import UNIT
from domain.units.models import ScopeItem, Unit
from tests.stages import reviews
from tests.stages.units import Stage, new_unit, recognised_unit


class Crash(Exception):
    """Something that nobody foresaw."""


async def crash(_row: Any, _facts: Any) -> None:
    raise Crash


async def trail(id: UUID) -> tuple[int, int]:
    """How many audit rows and outbox rows a subject has."""
    return (
        await AuditEntry.filter(subject_id=id).count(),
        await OutboxEvent.filter(subject_id=id).count(),
    )


async def suspend(stage: Stage, *, key: str | None = None, reason: str = "整改。", **more: Any) -> Unit:
    """What `unitSuspend` does, with the fingerprint that its input would have."""
    version = more.pop("version", stage.unit.version)
    call = Call(more.pop("viewer", stage.municipal), key, f"suspend {reason} {version}".encode())
    return await units.suspend(call, stage.unit.id, version, reason)


def refusals(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str, str]]:
    return [(each.rule.id, str(each.code), each.field) for each in refused.value.refusals]


# --- One key, one effect (S-3)


async def test_the_same_key_and_input_act_once_and_answer_the_same() -> None:
    stage, key = await recognised_unit(), str(uuid4())
    before = await trail(stage.unit.id)
    first = await suspend(stage, key=key)
    again = await suspend(stage, key=key)
    assert (again.id, again.version, again.state) == (first.id, first.version, first.state)
    assert await trail(stage.unit.id) == (before[0] + 1, before[1] + 1)


async def test_a_key_that_was_used_for_something_else_is_refused() -> None:
    """Other input, another event, another actor: in no case does anything happen."""
    stage, key = await recognised_unit(), str(uuid4())
    done = await suspend(stage, key=key)
    before = await trail(done.id)
    fingerprint = f"suspend 整改。 {stage.unit.version}".encode()
    attempts = (
        suspend(stage, key=key, reason="别的理由。"),
        suspend(stage, key=key, viewer=stage.municipal2),
        units.resume(Call(stage.municipal, key, fingerprint), done.id, done.version, "整改完成。"),
    )
    for attempt in attempts:
        with pytest.raises(Refused) as wrong:
            await attempt
        assert refusals(wrong) == [("S-3", "INVALID_INPUT", "idempotencyKey")]
    assert await trail(done.id) == before


async def test_twenty_at_once_with_one_key_have_one_effect() -> None:
    stage, key = await recognised_unit(), str(uuid4())
    before = await trail(stage.unit.id)
    answers = await asyncio.gather(*(suspend(stage, key=key) for _ in range(20)))
    assert {(each.id, each.version, str(each.state)) for each in answers} == {
        (stage.unit.id, stage.unit.version + 1, "SUSPENDED")
    }
    assert await trail(stage.unit.id) == (before[0] + 1, before[1] + 1)


async def test_a_refused_call_may_come_again_with_its_key() -> None:
    """A refusal leaves no trace of the key, so that the corrected call goes through."""
    stage, key = await recognised_unit(), str(uuid4())
    with pytest.raises(Refused) as wrong:
        await suspend(stage, key=key, reason=" ")
    assert refusals(wrong) == [("S-10", "RULE_VIOLATION", "reason")]
    assert await IdempotencyKey.filter(key=key).count() == 0
    assert (await suspend(stage, key=key)).state == "SUSPENDED"


@pytest.mark.parametrize("key", ["", "k" * 129])
async def test_a_key_has_1_to_128_characters(key: str) -> None:
    stage = await new_unit()
    with pytest.raises(Refused) as wrong:
        await suspend(stage, key=key)
    assert refusals(wrong) == [("S-7", "INVALID_INPUT", "idempotencyKey")]


async def test_what_a_key_made_is_found_only_by_those_who_may_see_it() -> None:
    """The key answers with the row as its caller may see it now, never with more."""
    stage, key = await recognised_unit(), str(uuid4())
    call = Call(stage.office, key, b"same")
    made = await units.record_office(
        call, stage.unit.id, stage.unit.version, "办公室", stage.unit.created_at.date(), 2
    )
    again = await units.record_office(call, made.id, 1, "", stage.unit.created_at.date(), 0)
    assert (again.id, again.version, again.office_name) == (made.id, made.version, "办公室")


# --- Versions, roles, jurisdiction (S-2, S-4, S-11)


async def test_a_stale_version_is_a_conflict_that_names_the_present_one() -> None:
    stage = await recognised_unit()
    before = await trail(stage.unit.id)
    for version in (stage.unit.version - 1, stage.unit.version + 1, 0, -1, 2**31 - 1):
        with pytest.raises(Refused) as wrong:
            await suspend(stage, version=version)
        assert refusals(wrong) == [("S-2", "CONFLICT", "version")]
        assert (wrong.value.state, wrong.value.version) == ("ACTIVE", stage.unit.version)
    assert await trail(stage.unit.id) == before


async def test_out_of_jurisdiction_is_not_found_and_inside_it_is_forbidden() -> None:
    """The neighbour and the public learn nothing, not even from a right version; the unit itself sees, and may not."""
    stage, neighbour = await recognised_unit(), await new_unit()
    seen = {}
    for name, viewer in (
        ("office", stage.office),
        ("district", stage.district),
        ("neighbour", neighbour.office),
        ("their district", neighbour.district),
        ("public", PUBLIC),
    ):
        with pytest.raises(Refused) as wrong:
            await suspend(stage, viewer=viewer)
        seen[name] = refusals(wrong)
        with pytest.raises(Refused) as absent:
            await units.suspend(Call(viewer), uuid4(), 1, "整改。")
        assert refusals(absent) == [("S-4", "NOT_FOUND", "id")]
    hidden, forbidden = [("S-4", "NOT_FOUND", "id")], [("S-11", "FORBIDDEN", "")]
    assert seen == {
        "office": forbidden,
        "district": forbidden,
        "neighbour": hidden,
        "their district": hidden,
        "public": hidden,
    }


# --- All or nothing


async def test_a_crash_inside_a_change_leaves_nothing() -> None:
    """Neither the row, nor what the act wrote beside it, nor audit, outbox or key: nobody is told of what is not."""
    stage, key = await recognised_unit(), str(uuid4())
    before = await trail(stage.unit.id)
    scope = await ScopeItem.filter(unit_id=stage.unit.id).count()

    async def write_and_crash(row: Unit, facts: Any) -> None:
        row.name = "改名"
        await row.save()
        await ScopeItem.filter(unit_id=row.id).delete()
        raise Crash

    with pytest.raises(Crash):
        await perform(Call(stage.municipal, key), UNIT, "suspend", stage.unit.id, act=write_and_crash)
    row = await Unit.get(id=stage.unit.id)
    assert (row.name, row.version, str(row.state)) == (stage.unit.name, stage.unit.version, "ACTIVE")
    assert await ScopeItem.filter(unit_id=stage.unit.id).count() == scope == 3
    assert await trail(stage.unit.id) == before
    assert await IdempotencyKey.filter(key=key).count() == 0
    assert (await suspend(stage, key=key)).state == "SUSPENDED"


async def test_a_crash_after_a_row_is_made_leaves_no_row() -> None:
    stage = await recognised_unit()
    ids: list[UUID] = []

    async def make(_facts: Any) -> Candidacy:
        row = await _unsaved_candidacy(rounded)
        ids.append(row.id)
        return row

    rounded = await reviews.open_round(stage)
    with pytest.raises(Crash):
        await begin(Call(stage.office), CANDIDACY, "start", make, act=crash)
    assert (await Candidacy.filter(id=ids[0]).count(), await trail(ids[0])) == (0, (0, 0))


async def _unsaved_candidacy(rounded: reviews.Rounded) -> Candidacy:
    """A copy of a real one, for another person."""
    row = await reviews.drafted_candidacy(rounded)
    someone = await reviews.employee(rounded.stage)
    return row.clone(pk=uuid4()).update_from_dict(
        {"person_id": someone.person_id, "employment_id": someone.id}
    )


@asynccontextmanager
async def listening(database: str) -> AsyncIterator[asyncio.Queue[str]]:
    """What a listener on the outbox's channel hears."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    connection = await asyncpg.connect(database)
    await connection.add_listener(CHANNEL, lambda *_: heard.put_nowait("outbox"))
    try:
        yield heard
    finally:
        await connection.close()


async def test_the_bell_rings_at_commit_and_not_on_rollback(database: str) -> None:
    """Another bell, rung last, comes after every earlier one: what was not heard before it was not rung."""
    stage = await recognised_unit()
    async with listening(database) as heard:
        with pytest.raises(Crash):
            await perform(Call(stage.municipal), UNIT, "suspend", stage.unit.id, act=crash)
        async with in_transaction() as outer:
            await suspend(stage)
            await _flush(database)
            assert heard.empty()
            await outer.rollback()
        await _flush(database)
        assert heard.empty()
        await suspend(stage)
        assert await asyncio.wait_for(heard.get(), 5) == "outbox"


async def _flush(database: str) -> None:
    """Waits until everything notified so far has been delivered to those who listen."""
    marks: asyncio.Queue[str] = asyncio.Queue()
    connection = await asyncpg.connect(database)
    await connection.add_listener("mark", lambda *_: marks.put_nowait("mark"))
    await connection.execute("NOTIFY mark")
    await asyncio.wait_for(marks.get(), 5)
    await connection.close()


async def test_a_cascade_moves_all_rows_or_none() -> None:
    """One of three cannot take the step: the two that could stay where they were, and so does the row above."""
    rounded = await reviews.open_round()
    good = [await reviews.submitted_candidacy(rounded) for _ in range(2)]
    bad = await reviews.drafted_candidacy(rounded)
    bad = await candidacies.withdraw(Call(rounded.stage.office), bad.id, bad.version)
    unit = await Unit.get(id=rounded.stage.unit.id)
    ids = [row.id for row in (*good, bad)]
    before = [await trail(id) for id in (*ids, unit.id)]

    async def tell(_row: Any, _facts: Any) -> None:
        await cascade(BY_SYSTEM, CANDIDACY, "void", ids, reason="撤销。")

    with pytest.raises(Refused) as wrong:
        await perform(Call(rounded.stage.municipal), UNIT, "suspend", unit.id, act=tell)
    assert refusals(wrong) == [("S-1", "INVALID_TRANSITION", "")]
    assert [str((await Candidacy.get(id=id)).state) for id in ids] == ["SUBMITTED", "SUBMITTED", "WITHDRAWN"]
    assert [await trail(id) for id in (*ids, unit.id)] == before
    assert (await Unit.get(id=unit.id)).state == "ACTIVE"


# --- What the database says becomes a refusal


async def test_a_value_that_its_column_does_not_take_is_refused_by_name() -> None:
    stage = await recognised_unit()

    async def too_long(row: Unit, _facts: Any) -> None:
        row.office_name = "办" * 5000

    with pytest.raises(Refused) as wrong:
        await perform(Call(stage.municipal), UNIT, "suspend", stage.unit.id, act=too_long)
    assert refusals(wrong) == [("S-7", "INVALID_INPUT", "office_name")]
    assert (await Unit.get(id=stage.unit.id)).version == stage.unit.version


async def test_a_constraint_that_is_violated_speaks_its_rule() -> None:
    """R-7.1: the credit code of another unit."""
    stage, other = await recognised_unit(), await new_unit()

    async def same_code(row: Unit, _facts: Any) -> None:
        row.credit_code = other.unit.credit_code

    with pytest.raises(Refused) as wrong:
        await perform(Call(stage.municipal), UNIT, "suspend", stage.unit.id, act=same_code)
    assert refusals(wrong) == [("R-7.1", "RULE_VIOLATION", "creditCode")]
    assert (await Unit.get(id=stage.unit.id)).state == "ACTIVE"


async def test_an_event_of_many_outcomes_needs_one_of_them() -> None:
    """A fault of ours is not dressed up as a refusal."""
    with pytest.raises(ValueError, match="does not lead to"):
        UNIT.by_event["suspend"].target_from(UNIT.states("ACTIVE"), UNIT.states("CANDIDATE"))
    assert EVALUATION.by_event["conclude"].target_from(EVALUATION.states("UNDER_WAY"), None) == "CONCLUDED"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET reason = 'x' WHERE subject_id = $1",
        "DELETE FROM audit_entries WHERE subject_id = $1",
        "TRUNCATE audit_entries",
    ],
)
async def test_the_audit_trail_cannot_be_changed(statement: str) -> None:
    """S-12 holds for whoever holds the application's own connection."""
    stage = await new_unit()
    given = [stage.unit.id] if "$1" in statement else None
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await connections.get("default").execute_query(statement, given)
    kept = await AuditEntry.filter(subject_id=stage.unit.id).order_by("seq").first()
    assert kept is not None and (kept.event, kept.reason) == ("unit.register", "")


async def test_every_change_has_its_audit_row_and_its_event_in_one_transaction() -> None:
    stage = await recognised_unit()
    row = await suspend(stage, reason="整改。")
    entry = await AuditEntry.filter(subject_id=row.id).order_by("-seq").first()
    event = await OutboxEvent.filter(subject_id=row.id).order_by("-seq").first()
    assert entry is not None and event is not None
    assert (entry.event, entry.from_state, entry.to_state, entry.version, entry.reason, entry.role) == (
        "unit.suspend",
        "ACTIVE",
        "SUSPENDED",
        row.version,
        "整改。",
        "MUNICIPAL_BUREAU",
    )
    assert (event.event, event.subject_type, event.unit_id) == ("unit.suspend", "Unit", row.id)
    assert (entry.account_id, event.actor_grant_id) == (stage.municipal.account_id, stage.municipal.grant_id)
