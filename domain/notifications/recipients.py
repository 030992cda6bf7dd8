"""From an audience to the hats that it means, for many events in as many queries as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.accounts.models import RoleGrant
from domain.committees.models import CommitteeMember
from domain.core.access import visible
from domain.core.ledger import OutboxEvent
from domain.core.roles import SYSTEM, Role
from domain.core.rows import Aggregate
from domain.lifecycles import LIFECYCLES
from domain.notifications.audience import Audience, line
from domain.reviews.models import SittingTrustee
from domain.units.models import Unit

MODELS: Mapping[str, type[Aggregate]] = {cycle.model.__name__: cycle.model for cycle in LIFECYCLES}
#: Audiences that are a body in a relation to the unit: which relation, and under which hat.
OF_UNIT = {
    Audience.UNIT: ("id", Role.UNIT),
    Audience.SUPERVISING: ("supervising_department_id", Role.SUPERVISING_DEPARTMENT),
    Audience.DISTRICT: ("district_bureau_id", Role.DISTRICT_BUREAU),
    Audience.INDUSTRY: ("industry_authority_id", Role.INDUSTRY_AUTHORITY),
}
RECEIVING = (Role.SUPERVISING_DEPARTMENT, Role.DISTRICT_BUREAU, Role.MUNICIPAL_BUREAU)
HOLDING_KEYS = (*RECEIVING, Role.INDUSTRY_AUTHORITY)
#: Audiences that are a person named by the object: in which column, and under which hat.
OF_PERSON = {
    Audience.APPLICANT: ("person_id", Role.APPLICANT),
    Audience.EXPERT: ("person_id", Role.EXPERT),
    Audience.OBJECTOR: ("reporter_person_id", Role.APPLICANT),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """Whoever wears this hat at this organisation, as this person, or anywhere (the one municipal bureau)."""

    role: Role
    organisation_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The objects of a batch of events, their units, and who sits or holds a key where."""

    subjects: Mapping[UUID, Aggregate]
    units: Mapping[UUID, Unit]
    experts: Mapping[UUID, Sequence[UUID]]
    trustees: Mapping[UUID, Sequence[UUID]]


async def surroundings_of(events: Sequence[OutboxEvent]) -> Surroundings:
    """One query for each kind of object, and three more."""
    by_type: dict[str, set[UUID]] = defaultdict(set)
    for event in events:
        if line(event.event).to:
            by_type[event.subject_type].add(event.subject_id)
    subjects: dict[UUID, Aggregate] = {}
    for type_name, ids in by_type.items():
        subjects |= {row.id: row for row in await visible(MODELS[type_name], SYSTEM).filter(id__in=ids)}
    units = await Unit.filter(id__in={event.unit_id for event in events if event.unit_id})
    return Surroundings(
        subjects=subjects,
        units={unit.id: unit for unit in units},
        experts=await _experts(
            {row.committee_id for row in subjects.values() if hasattr(row, "committee_id")}
        ),
        trustees=await _trustees({row.sitting_id for row in subjects.values() if hasattr(row, "sitting_id")}),
    )


async def _experts(committees: set[UUID]) -> Mapping[UUID, Sequence[UUID]]:
    """The persons with a seat, by committee."""
    seats = CommitteeMember.filter(committee_id__in=committees, left_at__isnull=True)
    return _grouped(await seats.values_list("committee_id", "expert__person_id")) if committees else {}


async def _trustees(sittings: set[UUID | None]) -> Mapping[UUID, Sequence[UUID]]:
    """The bodies that hold a key, by sitting."""
    wanted = {id for id in sittings if id}
    held = SittingTrustee.filter(sitting_id__in=wanted, organisation_id__isnull=False)
    return _grouped(await held.values_list("sitting_id", "organisation_id")) if wanted else {}


def _grouped(pairs: Iterable[tuple[UUID, UUID]]) -> Mapping[UUID, Sequence[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def seats_of(event: OutboxEvent, around: Surroundings) -> Iterator[tuple[Seat, bool]]:
    """Whom this event's line means, and whether they are expected to act."""
    subject = around.subjects.get(event.subject_id)
    unit = around.units.get(event.unit_id) if event.unit_id else None
    about = line(event.event)
    for audience in about.to:
        awaited = about.awaits and audience is about.to[0]
        yield from ((seat, awaited) for seat in _seats(audience, subject, unit, around))


def _seats(audience: Audience, subject: Any, unit: Unit | None, around: Surroundings) -> Iterator[Seat]:
    if audience is Audience.MUNICIPAL:
        yield Seat(Role.MUNICIPAL_BUREAU)
    elif audience in OF_UNIT:
        column, role = OF_UNIT[audience]
        yield from _at([getattr(unit, column, None)], role)
    elif audience in OF_PERSON:
        column, role = OF_PERSON[audience]
        person = getattr(subject, column, None)
        if person is not None:
            yield Seat(role, person_id=person)
    else:
        yield from _special(audience, subject, around)


def _special(audience: Audience, subject: Any, around: Surroundings) -> Iterator[Seat]:
    if audience is Audience.RECEIVER:
        yield from _at([getattr(subject, "receiver_id", None)], *RECEIVING)
    elif audience is Audience.SITTING_EXPERTS:
        for person in around.experts.get(getattr(subject, "committee_id", None), ()):  # type: ignore[arg-type]
            yield Seat(Role.EXPERT, person_id=person)
    elif audience is Audience.TRUSTEES:
        bodies = around.trustees.get(getattr(subject, "sitting_id", None), ())  # type: ignore[arg-type]
        yield from _at(bodies, *HOLDING_KEYS)
    elif audience is Audience.RECHECK_BODIES:
        yield from _at([getattr(subject, "industry_authority_id", None)], Role.INDUSTRY_AUTHORITY)
        yield from _at([getattr(subject, "district_bureau_id", None)], Role.DISTRICT_BUREAU)


def _at(bodies: Iterable[UUID | None], *roles: Role) -> Iterator[Seat]:
    for body in bodies:
        if body is not None:
            yield from (Seat(role, organisation_id=body) for role in roles)


async def grants_of(seats: Iterable[Seat]) -> Mapping[Seat, Sequence[UUID]]:
    """The open accounts' grants behind each seat: three queries."""
    wanted = set(seats)
    bodies = [seat.organisation_id for seat in wanted if seat.organisation_id]
    people = [seat.person_id for seat in wanted if seat.person_id]
    everywhere = [seat.role for seat in wanted if not seat.organisation_id and not seat.person_id]
    open_accounts = RoleGrant.filter(account__disabled=False)
    columns = ("id", "role", "organisation_id", "account__person_id")
    found: dict[Seat, set[UUID]] = defaultdict(set)
    rows = [
        *await open_accounts.filter(organisation_id__in=bodies).values_list(*columns),
        *await open_accounts.filter(account__person_id__in=people).values_list(*columns),
        *await open_accounts.filter(role__in=everywhere).values_list(*columns),
    ]
    for id, role, organisation, person in rows:
        for seat in (Seat(role, organisation), Seat(role, person_id=person), Seat(role)):
            if seat in wanted:
                found[seat].add(id)
    return {seat: sorted(ids) for seat, ids in found.items()}
