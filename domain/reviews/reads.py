"""Reads of reviews that are more than `visible`: what the worker has to do, and the expert's own way to the ballot."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from domain.core.access import visible
from domain.core.errors import NotFound, Refused
from domain.core.roles import Role, Viewer
from domain.core.secrets import sealer
from domain.reviews import keys
from domain.reviews.ballot_models import BallotBox, BallotCredential, VoterSlip
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


async def own_credential(viewer: Viewer, box_id: UUID) -> str | None:
    """The viewer's private credential for an open box; none for anybody else, and none after the close."""
    if viewer.role is not Role.EXPERT:
        return None
    found = await visible(BallotCredential, viewer).get_or_none(box_id=box_id, box__state=BallotBoxState.OPEN)
    if found is None or found.secret_sealed is None:
        return None
    return sealer().open(bytes(found.secret_sealed), keys.credential_context(found))


async def has_voted(viewer: Viewer, box_id: UUID) -> bool:
    """Whether the viewer's own ballot is in the box."""
    return await visible(VoterSlip, viewer).filter(box_id=box_id).exists()


async def turnout(box_id: UUID) -> int:
    """How many ballots are in the box: all that anybody learns before the result is announced."""
    return await VoterSlip.filter(box_id=box_id).count()


async def box_in_sight(viewer: Viewer, id: UUID) -> BallotBox:
    """A box that the viewer may see.

    Raises:
        Refused: NotFound.
    """
    box = await visible(BallotBox, viewer).get_or_none(id=id)
    if box is None:
        raise Refused([NotFound()])
    return box
