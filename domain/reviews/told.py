"""What applicants are told of their own candidacy: that it is under review, until its results are publicised (D4).

The office, the bureau and the experts of the sitting know at the signature who has passed; the applicant learns it from
the notice, whichever way it went. Until then state, version, timeline and refusals say the same to both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.core.calls import Call
from domain.core.errors import Refused, WrongState
from domain.core.ledger import AuditEntry
from domain.core.perform import perform
from domain.core.roles import Role, Viewer
from domain.reviews.candidacy_lifecycle import CANDIDACY
from domain.reviews.models import Candidacy
from domain.reviews.states import CandidacyState

#: What the committee or the acceptance made of it, before the notice.
DECIDED = frozenset({CandidacyState.PASSED, CandidacyState.NOT_PASSED, CandidacyState.ACCEPTED})
#: What the applicant reads instead.
TOLD = CandidacyState.ASSIGNED
_SECRET = frozenset(CANDIDACY.event_name(event) for event in ("pass", "not_pass", "accept"))


def may_be_untold(viewer: Viewer, row: Candidacy) -> bool:
    """Whether it must be asked if this viewer knows the outcome; decided without a query for everybody else."""
    return viewer.role is Role.APPLICANT and row.state in DECIDED


async def announced(ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the candidacies whose results have been publicised; one query."""
    found = Candidacy.filter(id__in=ids, results__published_at__isnull=False).only("id")
    return frozenset(row.id for row in await found)


def as_told(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """A timeline, oldest first, up to what the applicant has been told."""
    secret = next((place for place, each in enumerate(entries) if each.event in _SECRET), len(entries))
    return list(entries[:secret])


async def perform_as_told(call: Call, event: str, id: UUID, **given: Any) -> Candidacy:
    """`perform` for what applicants do: a refusal tells nothing that the applicant has not been told."""
    try:
        return await perform(call, CANDIDACY, event, id, **given)
    except Refused as refused:
        if call.viewer.role is not Role.APPLICANT or refused.state not in DECIDED or await announced([id]):
            raise
        move = CANDIDACY.by_event[event]
        raise Refused([WrongState(move.zh, move.en, TOLD)], state=TOLD) from None
