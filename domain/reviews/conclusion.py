"""How a sitting ends: signed, with its result, or stopped, without one (N-16)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from uuid import UUID

from domain.committees.filing import meeting_ended
from domain.core.calls import Call
from domain.core.errors import Refusal
from domain.core.inputs import reason_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import cascade, perform
from domain.core.rows import ids
from domain.reviews import keys
from domain.reviews.ballot_models import BallotBox
from domain.reviews.box_lifecycle import BALLOT_BOX
from domain.reviews.candidacy_lifecycle import CANDIDACY
from domain.reviews.minutes import write_minutes
from domain.reviews.models import Candidacy
from domain.reviews.sitting_facts import SittingFacts
from domain.reviews.sitting_lifecycle import SITTING
from domain.reviews.sitting_models import Sitting
from domain.reviews.states import BallotBoxState, SittingState


async def sign(call: Call, id: UUID, version: int) -> Sitting:
    """The presiding member signs: minutes written and sealed, results announced, candidates told (N-16)."""

    async def act(row: Sitting, facts: SittingFacts) -> None:
        row.signed_at = facts.now
        row.minutes, row.minutes_sha256 = await write_minutes(row, facts)
        boxes = await BallotBox.filter(sitting_id=row.id)
        await cascade(call, BALLOT_BOX, "announce", ids(boxes))
        passed = [box.candidacy_id for box in boxes if box.passed]
        await cascade(call, CANDIDACY, "pass", passed)
        await cascade(call, CANDIDACY, "not_pass", facts.candidacies - set(passed))
        await meeting_ended(call, row.committee_id)
        await keys.erase(row)

    return await perform(call, SITTING, "sign", id, version=version, act=act)


async def abort(call: Call, id: UUID, version: int, reason: str) -> Sitting:
    """Stops a sitting: its ballots are void and kept, and nobody will open them; its candidates are free again."""

    def check(_row: Sitting, _facts: SittingFacts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)

    act = stopping(call, reason)
    return await perform(
        call, SITTING, "abort", id, version=version, check=check, act=act, reason=reason.strip()
    )


async def abort_sittings_of(call: Call, round_id: UUID, reason: str) -> None:
    """Told by the round that it is void: no sitting of it goes on."""
    running = (SittingState.SCHEDULED, SittingState.IN_SESSION)
    sittings = await Sitting.filter(round_id=round_id, state__in=running).only("id")
    await cascade(call, SITTING, "abort", ids(sittings), act=stopping(call, reason), reason=reason)


def stopping(call: Call, reason: str) -> Callable[[Sitting, SittingFacts], Awaitable[None]]:
    """What an abortion does beside the move."""

    async def act(row: Sitting, facts: SittingFacts) -> None:
        row.abort_reason = reason.strip()
        boxes = await BallotBox.filter(sitting_id=row.id).exclude(state=BallotBoxState.VOIDED).only("id")
        await cascade(call, BALLOT_BOX, "void", ids(boxes))
        await cascade(call, CANDIDACY, "release", facts.candidacies, act=_leave)
        if row.state == SittingState.IN_SESSION:
            await meeting_ended(call, row.committee_id)
        await keys.erase(row)

    return act


async def _leave(row: Candidacy, _facts: Facts) -> None:
    row.sitting_id = None
