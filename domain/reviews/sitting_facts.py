"""What the guards of sittings and ballot boxes look at, loaded for many rows in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from uuid import UUID

from domain.committees.models import Committee, CommitteeMember, CommitteeRole
from domain.core.lifecycle import Facts
from domain.core.roles import Viewer
from domain.reviews.ballot_models import BallotBox, BallotCredential, PartialDecryption, VoterSlip
from domain.reviews.models import Candidacy, ReviewRound
from domain.reviews.recusal_models import Recusal
from domain.reviews.sitting_models import Attendance, Sitting, SittingTrustee
from domain.reviews.states import BallotBoxState, RoundState
from domain.units.models import Unit
from domain.units.names import UnitState


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's seat on the committee."""

    expert_id: UUID
    person_id: UUID
    name: str
    role: CommitteeRole

    @property
    def presides(self) -> bool:
        return self.role in (CommitteeRole.CHAIR, CommitteeRole.VICE_CHAIR)


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingFacts(Facts):
    """The committee and who came; the candidates and how far their votes are."""

    unit_state: UnitState
    round_state: RoundState
    committee: Committee
    seats: tuple[Seat, ...] = ()
    checked_in: frozenset[UUID] = frozenset()
    candidacies: frozenset[UUID] = frozenset()
    boxes: Mapping[UUID, BallotBoxState] = field(default_factory=dict)
    recusals: frozenset[tuple[UUID, UUID]] = frozenset()
    keys_missing: int = 0
    organisations_to_give_keys: frozenset[UUID] = frozenset()

    @property
    def own_seat(self) -> Seat | None:
        """The viewer's own seat: nobody acts for another (N-14)."""
        return next((seat for seat in self.seats if seat.person_id == self.viewer.person_id), None)

    def recused_from(self, candidacy_id: UUID) -> frozenset[UUID]:
        """The experts who have left the vote on this candidate."""
        return frozenset(expert for candidacy, expert in self.recusals if candidacy == candidacy_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxFacts(Facts):
    """The presiding member; what the viewer may do here; who still owes a share of the decryption."""

    presider_person_id: UUID | None = None
    own_credential: BallotCredential | None = None
    has_voted: bool = False
    cast: int = 0
    trustees: tuple[SittingTrustee, ...] = ()
    shares: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def own_trustee(self) -> SittingTrustee | None:
        """The trustee that the viewer's body is, if it is one."""
        mine = self.viewer.organisation_id
        return next((each for each in self.trustees if mine and each.organisation_id == mine), None)


async def load_sitting_facts(rows: Sequence[Sitting], base: Facts) -> Mapping[UUID, SittingFacts]:
    """Nine queries, whatever the number of sittings."""
    ids = [row.id for row in rows]
    units = await Unit.in_bulk({row.unit_id for row in rows}, "id")
    rounds = await ReviewRound.in_bulk({row.round_id for row in rows}, "id")
    committees = await Committee.in_bulk({row.committee_id for row in rows}, "id")
    seats = await seats_of(committees)
    came = _by_first(await Attendance.filter(sitting_id__in=ids).values_list("sitting_id", "expert_id"))
    assigned = _by_first(await Candidacy.filter(sitting_id__in=ids).values_list("sitting_id", "id"))
    boxes = await BallotBox.filter(sitting_id__in=ids).values_list("sitting_id", "candidacy_id", "state")
    recusals = await Recusal.filter(sitting_id__in=ids).values_list("sitting_id", "candidacy_id", "expert_id")
    trustees = await SittingTrustee.filter(sitting_id__in=ids)
    common = {each.name: getattr(base, each.name) for each in fields(Facts)}
    return {
        row.id: SittingFacts(
            **common,
            unit_state=units[row.unit_id].state,
            round_state=rounds[row.round_id].state,
            committee=committees[row.committee_id],
            seats=tuple(seats.get(row.committee_id, ())),
            checked_in=frozenset(came.get(row.id, ())),
            candidacies=frozenset(assigned.get(row.id, ())),
            boxes={candidacy: state for sitting, candidacy, state in boxes if sitting == row.id},
            recusals=frozenset(
                (candidacy, expert) for sitting, candidacy, expert in recusals if sitting == row.id
            ),
            keys_missing=sum(each.sitting_id == row.id and not each.public_key for each in trustees),
            organisations_to_give_keys=frozenset(
                each.organisation_id
                for each in trustees
                if each.sitting_id == row.id and each.organisation_id and not each.public_key
            ),
        )
        for row in rows
    }


async def seats_of(committees: Iterable[UUID]) -> Mapping[UUID, list[Seat]]:
    """The present members of each committee, by seniority of their office and then by name."""
    found = await CommitteeMember.filter(committee_id__in=list(committees), left_at__isnull=True).values_list(
        "committee_id", "expert_id", "expert__person_id", "expert__name", "role"
    )
    offices = list(CommitteeRole)
    seats: dict[UUID, list[Seat]] = {}
    for committee, *rest in sorted(found, key=lambda line: (offices.index(line[4]), line[3], line[1])):
        seats.setdefault(committee, []).append(Seat(*rest))
    return seats


async def load_box_facts(rows: Sequence[BallotBox], base: Facts) -> Mapping[UUID, BoxFacts]:
    """Six queries, whatever the number of boxes."""
    ids = [row.id for row in rows]
    sittings = {row.sitting_id for row in rows}
    presiders = dict(await Sitting.filter(id__in=sittings).values_list("id", "presider__person_id"))
    trustees = await SittingTrustee.filter(sitting_id__in=sittings).order_by("place")
    shares = await PartialDecryption.filter(box_id__in=ids).values_list("box_id", "trustee_id", "text")
    slips = await VoterSlip.filter(box_id__in=ids).values_list("box_id", "expert_id")
    own = await _own_credentials(ids, base.viewer)
    common = {each.name: getattr(base, each.name) for each in fields(Facts)}
    return {
        row.id: BoxFacts(
            **common,
            presider_person_id=presiders[row.sitting_id],
            own_credential=own.get(row.id),
            has_voted=row.id in own and (row.id, own[row.id].expert_id) in slips,
            cast=sum(box == row.id for box, _ in slips),
            trustees=tuple(each for each in trustees if each.sitting_id == row.sitting_id),
            shares={trustee: text for box, trustee, text in shares if box == row.id},
        )
        for row in rows
    }


async def _own_credentials(boxes: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, BallotCredential]:
    if viewer.person_id is None:
        return {}
    mine = await BallotCredential.filter(box_id__in=boxes, expert__person_id=viewer.person_id)
    return {each.box_id: each for each in mine}


def _by_first(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for first, second in pairs:
        found.setdefault(first, []).append(second)
    return found
