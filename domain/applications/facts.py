"""What the guards of an application look at beside its row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar
from uuid import UUID

from domain.accounts.reads import municipal_bureau
from domain.applications.models import (
    ApplicationScopeItem,
    Attachment,
    ConditionRelaxation,
    QualificationApplication,
    SeniorExpertListing,
)
from domain.applications.names import AttachmentKind, QualificationCondition
from domain.core.lifecycle import Facts
from domain.core.rows import Row
from domain.units.models import Unit

P = TypeVar("P", bound=Row)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts(Facts):
    """The unit as it is now, and the parts of the application."""

    unit: Unit
    scope: Sequence[ApplicationScopeItem] = ()
    experts: int = 0
    relaxations: Sequence[ConditionRelaxation] = ()
    attached: frozenset[AttachmentKind] = frozenset()
    municipal_bureau_id: UUID | None = None

    def relaxation_of(self, condition: QualificationCondition) -> ConditionRelaxation | None:
        return next((each for each in self.relaxations if each.condition is condition), None)


async def application_facts(
    rows: Sequence[QualificationApplication], base: Facts
) -> Mapping[UUID, ApplicationFacts]:
    """Six queries, however many applications there are."""
    ids = [row.id for row in rows]
    units = await Unit.in_bulk({row.unit_id for row in rows}, "id")
    scope = grouped(await ApplicationScopeItem.filter(application_id__in=ids).order_by("created_at", "id"))
    experts = grouped(await SeniorExpertListing.filter(application_id__in=ids))
    relaxations = grouped(await ConditionRelaxation.filter(application_id__in=ids).order_by("condition"))
    attached = grouped(await Attachment.filter(application_id__in=ids))
    bureau = await municipal_bureau()
    common: dict[str, Any] = {field.name: getattr(base, field.name) for field in fields(Facts)}
    return {
        row.id: ApplicationFacts(
            **common,
            unit=units[row.unit_id],
            scope=scope[row.id],
            experts=len(experts[row.id]),
            relaxations=relaxations[row.id],
            attached=frozenset(each.kind for each in attached[row.id]),
            municipal_bureau_id=bureau.id if bureau else None,
        )
        for row in rows
    }


def grouped(parts: Iterable[P], column: str = "application_id") -> Mapping[UUID, list[P]]:
    """Parts by what they belong to; what has none has an empty list."""
    found: dict[UUID, list[P]] = defaultdict(list)
    for part in parts:
        found[getattr(part, column)].append(part)
    return found
