"""To whom an application goes (Art. 8(1)): derived from ownership and category, never asked."""

from __future__ import annotations

from uuid import UUID

from domain.applications.names import ApplicationRoute
from domain.units.models import Unit
from domain.units.names import Ownership, UnitCategory

_BY_OWNERSHIP = {
    Ownership.MUNICIPAL: ApplicationRoute.MUNICIPAL_OWNED,
    Ownership.DISTRICT: ApplicationRoute.DISTRICT_OR_NON_PUBLIC,
    Ownership.NON_PUBLIC: ApplicationRoute.DISTRICT_OR_NON_PUBLIC,
}


def route_of(unit: Unit) -> ApplicationRoute | None:
    """The route of Art. 8(1), or None for a unit it does not name: a central unit in Beijing (R-8.4, decision D2).

    A new-type R&D institution goes to the municipal bureau whoever owns it (R-8.3).
    """
    if unit.category is UnitCategory.NEW_RD_INSTITUTION:
        return ApplicationRoute.NEW_RD
    return _BY_OWNERSHIP.get(unit.ownership)


def receiver_of(route: ApplicationRoute, unit: Unit, municipal_bureau: UUID | None) -> UUID | None:
    """The body that receives and reviews the application on this route; None where the unit has not named it."""
    match route:
        case ApplicationRoute.MUNICIPAL_OWNED:
            return unit.supervising_department_id
        case ApplicationRoute.DISTRICT_OR_NON_PUBLIC:
            return unit.district_bureau_id
        case _:
            return municipal_bureau
