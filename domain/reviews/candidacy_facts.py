"""What the guards of a candidacy look at, loaded for many rows in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from domain.core.lifecycle import Facts
from domain.reviews.models import Candidacy, CandidacyMaterial, InHouseObjection, ReviewRound
from domain.reviews.states import MaterialKind
from domain.units.models import Employment, Unit
from domain.units.names import UnitCategory
from domain.units.reads import blocked_until


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidacyFacts(Facts):
    """The round, the person as the roster has them, and what is still open."""

    round: ReviewRound
    employment: Employment
    category: UnitCategory
    record_until: date | None = None
    unverified: int = 0
    exceptional_grounds: int = 0
    open_objections: int = 0


async def load_facts(rows: Sequence[Candidacy], base: Facts) -> Mapping[UUID, CandidacyFacts]:
    """Six queries, whatever the number of candidacies."""
    ids = [row.id for row in rows]
    rounds = await ReviewRound.in_bulk({row.round_id for row in rows}, "id")
    people = await Employment.in_bulk({row.employment_id for row in rows}, "id")
    units = await Unit.in_bulk({row.unit_id for row in rows}, "id")
    records = await blocked_until([row.person_id for row in rows], base.today)
    materials = await CandidacyMaterial.filter(candidacy_id__in=ids).values(
        "candidacy_id", "kind", "verified_by"
    )
    objections = await InHouseObjection.filter(candidacy_id__in=ids, answered_at__isnull=True).values_list(
        "candidacy_id", flat=True
    )
    common = {each.name: getattr(base, each.name) for each in fields(Facts)}
    return {
        row.id: CandidacyFacts(
            **common,
            round=rounds[row.round_id],
            employment=people[row.employment_id],
            category=units[row.unit_id].category,
            record_until=records.get(row.person_id),
            unverified=sum(each["candidacy_id"] == row.id and not each["verified_by"] for each in materials),
            exceptional_grounds=sum(
                each["candidacy_id"] == row.id and each["kind"] == MaterialKind.EXCEPTIONAL_GROUND
                for each in materials
            ),
            open_objections=sum(each == row.id for each in objections),
        )
        for row in rows
    }
