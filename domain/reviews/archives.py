"""The public archives of a sitting's ballots: anybody with one verifies it with `belenios-tool`, without this system.

They hold no expert's name. After the signature they hold the result; after the close and before it, trustees outside
this system take the encrypted ballots from here, check them, and give their share of the decryption.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.core.access import visible
from domain.core.perform import find
from domain.core.roles import Role, Viewer
from domain.reviews import ballots
from domain.reviews.ballot_models import BallotBox, PartialDecryption
from domain.reviews.sitting_models import Sitting, SittingTrustee
from domain.reviews.states import BallotBoxState
from domain.reviews.tallying import public_credentials, stored_ballots

_READERS = frozenset({Role.UNIT, Role.MUNICIPAL_BUREAU, Role.EXPERT})
_SHOWN = (BallotBoxState.CLOSED, BallotBoxState.TALLIED, BallotBoxState.SIGNED)


@dataclass(frozen=True, slots=True)
class Archive:
    """One candidate's election as a file: `<uuid>.bel`."""

    box: BallotBox
    name: str
    content: bytes


async def archives_of(viewer: Viewer, sitting_id: UUID) -> list[Archive]:
    """The archives of a sitting's closed boxes that this viewer may have.

    The office, the municipal bureau and the committee's experts have them all; another body only where it is a
    trustee of the sitting.

    Raises:
        Refused: NotFound.
    """
    sitting = await find(Sitting, viewer, sitting_id)
    if viewer.role not in _READERS and not await _is_trustee(viewer, sitting):
        return []
    boxes = visible(BallotBox, viewer).filter(sitting_id=sitting.id, state__in=_SHOWN)
    trustees = await SittingTrustee.filter(sitting_id=sitting.id).order_by("place")
    return [await _archive(box, trustees) for box in await boxes.order_by("created_at", "id")]


async def _is_trustee(viewer: Viewer, sitting: Sitting) -> bool:
    organisation = viewer.organisation_id
    return organisation is not None and await SittingTrustee.exists(
        sitting_id=sitting.id, organisation_id=organisation
    )


async def _archive(box: BallotBox, trustees: Sequence[SittingTrustee]) -> Archive:
    assert box.closed_at is not None
    election = ballots.read_election(box.election, box.trustees)
    listed, cast = await public_credentials(box), await stored_ballots(box)
    if box.state == BallotBoxState.SIGNED:
        shares = {each.trustee_id: each.text for each in await PartialDecryption.filter(box_id=box.id)}
        ordered = [shares[each.id] for each in trustees]
        content = ballots.tallied_archive(election, listed, cast, box.closed_at, ordered, _result(box))
    else:
        content = ballots.closed_archive(election, listed, cast, box.closed_at)
    return Archive(box, f"{election.uuid}.bel", content)


def _result(box: BallotBox) -> ballots.Tally:
    assert box.yes is not None and box.no is not None and box.abstain is not None and box.cast is not None
    return ballots.Tally(box.yes, box.no, box.abstain, box.cast)
