"""Telling candidacies what became of their results, and keeping the result's own standing in step with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from uuid import UUID

from domain.core.calls import Call
from domain.core.perform import cascade
from domain.results.models import Result
from domain.results.names import ResultStanding
from domain.reviews.candidacy_lifecycle import CANDIDACY
from domain.reviews.models import Candidacy
from domain.reviews.states import CandidacyState


async def tell_candidacies(
    call: Call,
    event: str,
    candidacies: Iterable[UUID],
    *,
    reason: str = "",
    to: Callable[[Candidacy], StrEnum] | None = None,
) -> list[Candidacy]:
    """Moves candidacies, and in the same transaction the standing that a unit's own systems read on the result.

    Raises:
        Refused: a candidacy cannot take this step from where it is; then none does.
    """
    moved = await cascade(call, CANDIDACY, event, candidacies, reason=reason, to=to)
    for state in {candidacy.state for candidacy in moved}:
        ids = [candidacy.id for candidacy in moved if candidacy.state == state]
        await Result.filter(candidacy_id__in=ids).update(standing=_standing(state))
    return moved


def _standing(state: CandidacyState) -> ResultStanding:
    """The candidacy's state has the same name as the result's standing from acceptance on."""
    return ResultStanding(state.value)
