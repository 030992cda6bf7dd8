"""Which members may not judge whom, found before anybody asks (N-18): the same person, a declared tie, the same department."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.committees.models import CommitteeMember
from domain.experts.models import Expert, ExpertTie
from domain.reviews.models import Candidacy
from domain.reviews.recusal_models import Recusal
from domain.reviews.sitting_models import Sitting
from domain.reviews.states import RecusalGround
from domain.units.models import Employment, Unit


@dataclass(frozen=True, slots=True)
class Conflict:
    """An expert who leaves the vote on a candidate, and why. There is one reason at most for each pair."""

    candidacy_id: UUID
    expert_id: UUID
    ground: RecusalGround
    reason: str = ""


async def recuse_those_in_conflict(sitting: Sitting, candidacies: Sequence[Candidacy]) -> None:
    """Recuses every member in conflict who is not recused yet: when candidates are assigned, and again at the opening.

    Members may have been replaced, and ties declared, between the two. Who left the vote on a candidate at an earlier
    sitting, which was aborted, leaves it here too.
    """
    left = await Recusal.filter(candidacy_id__in=[row.id for row in candidacies]).order_by("created_at", "id")
    earlier = [Conflict(each.candidacy_id, each.expert_id, each.ground, each.reason) for each in left]
    known = {(each.candidacy_id, each.expert_id) for each in left if each.sitting_id == sitting.id}
    wanted: dict[tuple[UUID, UUID], Conflict] = {}
    for each in (*earlier, *await conflicts_of(sitting.committee_id, candidacies)):
        wanted.setdefault((each.candidacy_id, each.expert_id), each)
    await Recusal.bulk_create([_recusal(sitting, each) for pair, each in wanted.items() if pair not in known])


def _recusal(sitting: Sitting, conflict: Conflict) -> Recusal:
    return Recusal(
        sitting_id=sitting.id,
        candidacy_id=conflict.candidacy_id,
        expert_id=conflict.expert_id,
        ground=conflict.ground,
        reason=conflict.reason,
    )


async def conflicts_of(committee_id: UUID, candidacies: Sequence[Candidacy]) -> list[Conflict]:
    """Every conflict between the committee's members and these candidates, in five queries."""
    seats = CommitteeMember.filter(committee_id=committee_id, left_at__isnull=True)
    experts = await Expert.filter(id__in=[seat.expert_id for seat in await seats.only("expert_id")])
    people = await Employment.in_bulk({row.employment_id for row in candidacies}, "id")
    units = await Unit.in_bulk({row.unit_id for row in candidacies}, "id")
    tied = await ExpertTie.filter(
        expert_id__in=[each.id for each in experts], person_id__in=[row.person_id for row in candidacies]
    )
    ties = {(each.expert_id, each.person_id) for each in tied}
    return list(_conflicts(experts, candidacies, people, {id: unit.name for id, unit in units.items()}, ties))


def _conflicts(
    experts: Sequence[Expert],
    candidacies: Sequence[Candidacy],
    people: Mapping[UUID, Employment],
    unit_names: Mapping[UUID, str],
    ties: set[tuple[UUID, UUID]],
) -> Iterator[Conflict]:
    for row in candidacies:
        department = people[row.employment_id].department.strip()
        for expert in experts:
            if expert.person_id == row.person_id:
                yield Conflict(row.id, expert.id, RecusalGround.SAME_PERSON)
            elif (expert.id, row.person_id) in ties:
                yield Conflict(row.id, expert.id, RecusalGround.DECLARED_TIE)
            elif same_department(expert, unit_names[row.unit_id], department):
                yield Conflict(row.id, expert.id, RecusalGround.SAME_DEPARTMENT)


def same_department(expert: Expert, unit_name: str, department: str) -> bool:
    """Whether the expert works in this department of this unit; a department left blank is nobody's."""
    return bool(department) and expert.employer_name == unit_name and expert.department.strip() == department
