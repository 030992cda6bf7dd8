"""Voiding a whole round after its results were compiled: what the round's stage does, and the standing of its results."""

from __future__ import annotations

from uuid import UUID

from tortoise.transactions import in_transaction

from domain.core.calls import Call
from domain.results.models import Result
from domain.results.names import ResultStanding
from domain.reviews import rounds
from domain.reviews.models import ReviewRound
from domain.reviews.states import CandidacyState


async def void_round(call: Call, id: UUID, version: int, reason: str) -> ReviewRound:
    """Voids a round held beyond authority or scope (Art. 13, N-23), and says so on the results that units' systems read.

    Raises:
        Refused: S-10 without a reason.
    """
    async with in_transaction():
        row = await rounds.void(call, id, version, reason)
        void = Result.filter(package__round_id=id, candidacy__state=CandidacyState.VOIDED)
        ids = [id for (id,) in await void.values_list("id")]
        await Result.filter(id__in=ids).update(standing=ResultStanding.VOIDED)
        return row
