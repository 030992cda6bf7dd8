"""The one way to write a state.

`perform` moves a row that exists, `begin` makes one, `cascade` moves rows of an earlier stage because a later stage
tells them to. Each is one transaction (or joins the one around it): find within jurisdiction, lock, check the version,
load the facts, admit, act, save, audit row, outbox row. No other code writes a state.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar, cast
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError, ValidationError
from tortoise.expressions import Subquery
from tortoise.transactions import in_transaction

from domain.core import clock
from domain.core.access import visible
from domain.core.calendar_store import current_calendar
from domain.core.calls import Call, earlier_result, remember
from domain.core.constraints import refusal_of
from domain.core.demo_clock import refresh_clock
from domain.core.errors import Forbidden, Invalid, NotFound, Refusal, Refused, Stale
from domain.core.ledger import AuditEntry
from domain.core.lifecycle import Facts, Lifecycle, Move
from domain.core.outbox import publish
from domain.core.roles import SYSTEM, Viewer
from domain.core.rows import Aggregate

A = TypeVar("A", bound=Aggregate)
#: Looks at the input in the light of the row and its facts; returns everything that is wrong with it.
Check = Callable[[Any, Any], Iterable[Refusal | None]]
#: Does what the event does beside the move: sets columns, writes neighbouring rows.
Act = Callable[[Any, Any], Awaitable[None]]


async def base_facts(viewer: Viewer) -> Facts:
    """What every guard may know: who looks, what time it is, which days are working days."""
    await refresh_clock()
    return Facts(viewer=viewer, now=clock.now(), calendar=await current_calendar())


async def perform(
    call: Call,
    lifecycle: Lifecycle[A],
    event: str,
    id: UUID,
    *,
    version: int | None = None,
    check: Check | None = None,
    act: Act | None = None,
    reason: str = "",
    to: StrEnum | None = None,
) -> A:
    """Moves one row, or refuses with everything that stands against it.

    `version` is the one the caller saw; None only for moves that do not depend on what was seen (a worker's).
    `to` chooses among the outcomes of a move whose target is not fixed.

    Raises:
        Refused: with NotFound, Stale, Forbidden, WrongState, or every RuleBroken and Invalid at once.
    """
    try:
        async with in_transaction() as db:
            if earlier := await earlier_result(call, lifecycle.event_name(event), db):
                return await seen(lifecycle, call.viewer, earlier)
            row = await _locked(lifecycle, call.viewer, id)
            facts = await facts_of_one(lifecycle, call.viewer, row)
            admit(lifecycle, event, row, facts, version, check)
            await _move(call, lifecycle, lifecycle.by_event[event], row, facts, act, reason, to, db)
            await remember(call, row.id, db)
            return row
    except IntegrityError as error:
        raise Refused([refusal_of(error)]) from error


async def begin(
    call: Call,
    lifecycle: Lifecycle[A],
    event: str,
    make: Callable[[Facts], Awaitable[A]],
    *,
    act: Act | None = None,
    reason: str = "",
) -> A:
    """Makes a row. `make` builds it unsaved, after checking the input; `act` runs once it is saved.

    Raises:
        Refused: the role may not, the input is refused by `make`, or a constraint of the database says no.
    """
    move = lifecycle.by_event[event]
    try:
        async with in_transaction() as db:
            if earlier := await earlier_result(call, lifecycle.event_name(event), db):
                return await seen(lifecycle, call.viewer, earlier)
            if call.viewer.role not in move.by:
                raise Refused([Forbidden(f"当前角色不能进行“{move.zh}”。", f"This role may not: {move.en}.")])
            facts = await base_facts(call.viewer)
            row = await make(facts)
            row.state = cast(StrEnum, move.target)
            row.created_at = facts.now
            await _saved(row, db, force_create=True)
            if act is not None:
                await act(row, facts)
            await record(call, lifecycle, move, row, None, reason, db)
            await remember(call, row.id, db)
            return row
    except IntegrityError as error:
        raise Refused([refusal_of(error)]) from error


async def cascade(
    call: Call,
    lifecycle: Lifecycle[A],
    event: str,
    rows: Iterable[UUID],
    *,
    act: Act | None = None,
    reason: str = "",
    to: Callable[[A], StrEnum] | None = None,
) -> list[A]:
    """Moves many rows of an earlier stage inside the caller's transaction, as the system, locked in the order of id.

    The caller's right to do this is its own move's; guards of the cascaded move still hold.

    Raises:
        Refused: with every refusal of every row; nothing is moved then, because the transaction is the caller's.
    """
    move = lifecycle.by_event[event]
    async with in_transaction() as db:
        found = (
            await lifecycle.model.filter(id__in=list(rows)).order_by("id").select_for_update().using_db(db)
        )
        facts = await lifecycle.facts(found, await base_facts(SYSTEM))
        refusals = [each for row in found for each in lifecycle.objections(event, row, facts[row.id])]
        if refusals:
            raise Refused(refusals)
        for row in found:
            await _move(call, lifecycle, move, row, facts[row.id], act, reason, to(row) if to else None, db)
        return found


async def find(model: type[A], viewer: Viewer, id: UUID, *, field: str = "id") -> A:
    """A row inside the viewer's jurisdiction, for a command that refers to it.

    Raises:
        Refused: NotFound, whether it is out of jurisdiction or not there.
    """
    row = await visible(model, viewer).get_or_none(id=id)
    if row is None:
        raise Refused([NotFound(field)])
    return row


async def seen(lifecycle: Lifecycle[A], viewer: Viewer, id: UUID) -> A:
    """What the first call with a key made or changed, as the viewer sees it now."""
    return await find(lifecycle.model, viewer, id)


async def _locked(lifecycle: Lifecycle[A], viewer: Viewer, id: UUID) -> A:
    # The scope goes into a subquery: FOR UPDATE over a joined path would lock the joined rows too.
    inside = visible(lifecycle.model, viewer).filter(id=id).values("id")
    row = await lifecycle.model.filter(id__in=Subquery(inside)).select_for_update().first()
    if row is None:
        raise Refused([NotFound()])
    return row


async def facts_of_one(lifecycle: Lifecycle[A], viewer: Viewer, row: A) -> Facts:
    """The facts of one row."""
    return (await lifecycle.facts([row], await base_facts(viewer)))[row.id]


def admit(
    lifecycle: Lifecycle[A], event: str, row: A, facts: Facts, version: int | None, check: Check | None
) -> None:
    """Raises Refused with everything that stands against the event, or with Stale alone."""
    here = {"state": str(row.state), "version": row.version}
    if version is not None and version != row.version:
        raise Refused([Stale(row.version)], **here)  # type: ignore[arg-type]
    refusals = lifecycle.objections(event, row, facts)
    if check is not None and not any(
        refusal.code in {"FORBIDDEN", "INVALID_TRANSITION"} for refusal in refusals
    ):
        refusals += [refusal for refusal in check(row, facts) if refusal is not None]
    if refusals:
        raise Refused(refusals, **here)  # type: ignore[arg-type]


async def _move(
    call: Call,
    lifecycle: Lifecycle[A],
    move: Move,
    row: A,
    facts: Facts,
    act: Act | None,
    reason: str,
    to: StrEnum | None,
    db: BaseDBAsyncClient,
) -> None:
    before = row.state
    if act is not None:
        await act(row, facts)
    row.state = move.target_from(before, to)
    row.version += 1
    await _saved(row, db)
    await record(call, lifecycle, move, row, str(before), reason, db)


async def _saved(row: Aggregate, db: BaseDBAsyncClient, *, force_create: bool = False) -> None:
    try:
        await row.save(using_db=db, force_create=force_create, force_update=not force_create)
    except ValidationError as error:
        # Tortoise names the column before the colon; a column's own bounds are the input's bounds.
        name, _, text = str(error).partition(":")
        raise Refused(
            [Invalid(name, f"内容不合规定：{text.strip()}", text.strip(), rule_id="S-7")]
        ) from error


async def record(
    call: Call,
    lifecycle: Lifecycle[A],
    move: Move,
    row: A,
    before: str | None,
    reason: str,
    db: BaseDBAsyncClient,
) -> None:
    """Writes the audit row and the outbox row of a move."""
    unit_id = await _unit_of(row)
    await AuditEntry.create(
        using_db=db,
        at=clock.now(),
        event=lifecycle.event_name(move.event),
        subject_type=type(row).__name__,
        subject_id=row.id,
        unit_id=unit_id,
        role=call.viewer.role,
        organisation_id=call.viewer.organisation_id,
        account_id=call.viewer.account_id,
        client_id=call.viewer.client_id,
        from_state=before,
        to_state=str(row.state),
        version=row.version,
        article=move.article,
        reason=reason,
        request_id=call.request_id,
    )
    event = lifecycle.event_name(move.event)
    await publish(event, type(row).__name__, row.id, unit_id, call.viewer, db)


async def _unit_of(row: Aggregate) -> UUID | None:
    if not row.unit_path:
        return None
    if "__" not in row.unit_path:
        return cast("UUID | None", getattr(row, row.unit_path))
    found: Sequence[Any] = await type(row).filter(id=row.id).values_list(row.unit_path, flat=True)
    return cast("UUID | None", found[0]) if found else None
