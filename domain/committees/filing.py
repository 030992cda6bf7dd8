"""The filing of a committee: submitted, filed, rejected, ended, taken away, renewed. Art. 9(4), 13; Order 40 (N-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from domain.committees.composition import Seat
from domain.committees.lifecycle import COMMITTEE, CommitteeFacts
from domain.committees.models import Committee
from domain.committees.seats import seat
from domain.core.calls import Call
from domain.core.errors import Refusal, RuleBroken
from domain.core.inputs import reason_refusal, text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin, cascade, perform
from domain.experts.lifecycle import serves_on, years_after

MAX_FILING_YEARS = 3  # Order 40, N-4: valid for at most three years
FARTHEST_YEAR = 2200


async def submit_filing(call: Call, id: UUID, version: int) -> Committee:
    """Submits the committee to the municipal bureau; every rule of its composition is checked again."""

    async def act(row: Committee, facts: Facts) -> None:
        row.filing_submitted_at = facts.now

    return await perform(call, COMMITTEE, "submit_filing", id, version=version, act=act)


async def file(
    call: Call,
    id: UUID,
    version: int,
    filing_number: str,
    valid_until: date,
    *,
    valid_from: date | None = None,
) -> Committee:
    """Puts the committee on file up to and including `valid_until`, from today unless another day is given.

    Raises:
        Refused: N-4 (three years or longer, or over already), S-13 (the filing number is taken), N-5, N-6.
    """

    def check(_row: Committee, facts: Facts) -> Iterator[Refusal | None]:
        yield text_refusal("filing_number", filing_number, 60)
        yield validity_refusal(valid_from or facts.today, valid_until, facts.today)

    async def act(row: Committee, facts: Facts) -> None:
        row.filing_number = filing_number.strip()
        row.filed_on = facts.today
        row.valid_from = valid_from or facts.today
        row.valid_until = valid_until
        row.state_reason = ""

    return await perform(call, COMMITTEE, "file", id, version=version, check=check, act=act)


async def reject_filing(call: Call, id: UUID, version: int, reason: str) -> Committee:
    """Gives the committee back to its unit, with reasons."""
    return await _with_reason(call, "reject_filing", id, version, reason)


async def suspend(call: Call, id: UUID, version: int | None, reason: str) -> Committee:
    """The committee does not meet until resumed (Art. 13)."""
    return await _with_reason(call, "suspend", id, version, reason)


async def resume(call: Call, id: UUID, version: int | None, reason: str) -> Committee:
    """The committee may meet again, while its filing is valid."""
    return await _with_reason(call, "resume", id, version, reason)


async def revoke(call: Call, id: UUID, version: int | None, reason: str) -> Committee:
    """Takes the committee off the file for good (Art. 13, N-23)."""
    return await _with_reason(call, "revoke", id, version, reason)


async def expire(call: Call, id: UUID) -> Committee:
    """The worker's: the last valid day is over in Beijing."""
    return await perform(call, COMMITTEE, "expire", id)


async def renew(call: Call, id: UUID, version: int) -> Committee:
    """Forms the successor of an expired committee, with those members who still serve. Its filing is a new one.

    Returns:
        The successor, which is FORMING.
    """

    async def act(row: Committee, facts: CommitteeFacts) -> None:
        await _successor(call, row, facts)

    await perform(call, COMMITTEE, "renew", id, version=version, act=act)
    return await Committee.get(renews_id=id)


async def meeting_opened(call: Call, committee_id: UUID) -> None:
    """Told by the stage of reviews, inside its own transaction: a meeting of this committee is on.

    Raises:
        Refused: R-9.10, where it is not on file or the filing is not valid today.
    """

    async def act(row: Committee, _facts: Facts) -> None:
        row.open_meetings += 1

    await cascade(call, COMMITTEE, "note_meeting_opened", [committee_id], act=act)


async def meeting_ended(call: Call, committee_id: UUID) -> None:
    """Told by the stage of reviews, inside its own transaction: that meeting was signed or aborted."""

    async def act(row: Committee, _facts: Facts) -> None:
        row.open_meetings = max(0, row.open_meetings - 1)

    await cascade(call, COMMITTEE, "note_meeting_ended", [committee_id], act=act)


def validity_refusal(valid_from: date, valid_until: date, today: date) -> Refusal | None:
    """Why a filing cannot be valid from the one day up to and including the other (N-4)."""
    if valid_from.year > FARTHEST_YEAR or valid_until < max(valid_from, today):
        text = (
            "有效期届满日不得早于起始日和当日。",
            "The last valid day is not before the first, nor before today.",
        )
        return RuleBroken("N-4", *text, field="valid_until")
    if valid_until >= years_after(valid_from, MAX_FILING_YEARS):
        last = years_after(valid_from, MAX_FILING_YEARS)
        zh, en = (
            f"备案有效期不得超过三年，届满日须早于 {last}。",
            f"The last valid day is before {last}: three years.",
        )
        return RuleBroken("N-4", zh, en, field="valid_until")
    return None


async def _successor(call: Call, expired: Committee, facts: CommitteeFacts) -> None:
    async def make(_facts: Facts) -> Committee:
        return Committee(
            unit_id=expired.unit_id,
            name=expired.name,
            basis=expired.basis,
            series=expired.series,
            specialty=expired.specialty,
            level=expired.level,
            renews_id=expired.id,
        )

    async def keep(row: Committee, _facts: Facts) -> None:
        await seat(row, list(_still_serving(facts)), facts.now)
        await row.save(update_fields=["member_count", "drawn"])

    # The key of the call belongs to the renewal; the successor is made inside it, without one of its own.
    await begin(Call(call.viewer, request_id=call.request_id), COMMITTEE, "form", make, act=keep)


def _still_serving(facts: CommitteeFacts) -> Iterator[Seat]:
    composition = facts.composition
    return (
        each for each in composition.seats if serves_on(composition.pool[each.expert_id], composition.day)
    )


async def _with_reason(call: Call, event: str, id: UUID, version: int | None, reason: str) -> Committee:
    def check(_row: Committee, _facts: Facts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)

    async def act(row: Committee, _facts: Facts) -> None:
        row.state_reason = reason.strip()

    return await perform(call, COMMITTEE, event, id, version=version, check=check, act=act, reason=reason)
