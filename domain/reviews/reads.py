"""Reads of reviews that are more than `visible`: what the worker has to do, and the expert's own way to the ballot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from domain.core.access import visible
from domain.core.roles import Role, Viewer
from domain.core.secrets import sealer
from domain.reviews import keys
from domain.reviews.ballot_models import BallotCredential, VoterSlip
from domain.reviews.models import Candidacy
from domain.reviews.states import BallotBoxState, CandidacyState


async def corrections_overdue(now: datetime) -> list[UUID]:
    """Returned candidacies whose period for corrections has passed: the worker abandons them (N-12)."""
    due = Candidacy.filter(state=CandidacyState.RETURNED, correction_due__lte=now)
    return [row.id for row in await due.order_by("id").only("id")]


async def in_house_publicity_over(today: date) -> list[UUID]:
    """Posted candidacies whose last day is over: the worker closes those without an open objection (N-11)."""
    due = Candidacy.filter(state=CandidacyState.IN_INTERNAL_PUBLICITY, publicity_until__lt=today)
    return [row.id for row in await due.order_by("id").only("id")]


async def own_credentials(viewer: Viewer, boxes: Sequence[UUID]) -> Mapping[UUID, str]:
    """The viewer's own private credentials for those of the boxes that are open; nobody else ever gets them."""
    if viewer.role is not Role.EXPERT:
        return {}
    open_boxes = visible(BallotCredential, viewer).filter(box_id__in=boxes, box__state=BallotBoxState.OPEN)
    return {
        each.box_id: sealer().open(bytes(each.secret_sealed), keys.credential_context(each))
        for each in await open_boxes
        if each.secret_sealed is not None
    }


async def boxes_voted_in(viewer: Viewer, boxes: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the boxes that hold the viewer's own ballot."""
    found = await visible(VoterSlip, viewer).filter(box_id__in=boxes).only("box_id")
    return frozenset(each.box_id for each in found)


async def turnouts(boxes: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many ballots are in each box: all that anybody learns before the result is announced."""
    found = await VoterSlip.filter(box_id__in=boxes).only("box_id")
    return Counter(each.box_id for each in found)
