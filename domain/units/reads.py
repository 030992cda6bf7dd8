"""What later stages ask about units. These facts are for guards, so they look past the viewer's jurisdiction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from domain.core.titles import TitleLevel
from domain.units.models import IntegrityRecord, ScopeItem
from domain.units.scopes import ReviewScope, Scope


async def scopes_of(unit_ids: Iterable[UUID]) -> Mapping[UUID, ReviewScope]:
    """What each unit may review now, in one query; a unit without any scope has an empty one.

    Index: `one_scope_item_at_a_time`.
    """
    wanted = set(unit_ids)
    found: dict[UUID, set[Scope]] = {unit_id: set() for unit_id in wanted}
    rows = ScopeItem.filter(unit_id__in=list(wanted), ended_on__isnull=True)
    for unit_id, series, specialty, level in await rows.values_list(
        "unit_id", "series", "specialty", "level"
    ):
        found[unit_id].add(Scope(series, specialty, TitleLevel(level)))
    return {unit_id: ReviewScope(frozenset(items)) for unit_id, items in found.items()}


async def scope_allows(unit_id: UUID, series: str, specialty: str, level: TitleLevel) -> bool:
    """Whether the unit may review this series or specialty at this level now (Art. 13, R-13.1)."""
    return (await scopes_of([unit_id]))[unit_id].allows(series, specialty, level)


async def blocked_until(person_ids: Iterable[UUID], on: date) -> Mapping[UUID, date]:
    """The persons whom an integrity record keeps from applying on that day, with the last day of it (N-24).

    Index: `(person_id, until_on)`.
    """
    rows = IntegrityRecord.filter(person_id__in=list(set(person_ids)), from_on__lte=on, until_on__gte=on)
    found: dict[UUID, date] = {}
    for person_id, until_on in await rows.values_list("person_id", "until_on"):
        found[person_id] = max(until_on, found.get(person_id, until_on))
    return found
