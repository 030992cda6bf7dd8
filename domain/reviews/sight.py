"""Who sees what of a review: the jurisdictions that rounds, candidacies, sittings and boxes have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tortoise.expressions import Q, Subquery

from domain.committees.models import CommitteeMember
from domain.core.access import Guarded, Jurisdiction, Through, everything, own
from domain.core.roles import Role, Viewer
from domain.units.models import Employment

#: Whoever guides and supervises the unit sees what it does (R-2.3), and never who its experts are (N-17). The supervising
#: department is none of them: Art. 8 gives it the application, and votes are not its business.
OVERSEERS: Jurisdiction = {
    Role.MUNICIPAL_BUREAU: everything,
    Role.DISTRICT_BUREAU: own("unit__district_bureau_id"),
    Role.INDUSTRY_AUTHORITY: own("unit__industry_authority_id"),
}


PART_OF_SITTING: Jurisdiction = {
    Role.MUNICIPAL_BUREAU: everything,
    Role.UNIT: own("sitting__unit_id"),
}


def own_committees(key: str) -> Through:
    """Rows whose `key` is a committee on which the viewer has a seat."""
    return Through(
        lambda: CommitteeMember,
        "committee_id",
        "expert__person_id",
        whose="person_id",
        key=key,
        where=(("left_at__isnull", True),),
        note="of a committee on which the viewer has a seat",
    )


def own_employers(key: str) -> Through:
    """Rows whose `key` is a unit that employs the viewer."""
    return Through(
        lambda: Employment,
        "unit_id",
        "person_id",
        whose="person_id",
        key=key,
        where=(("left_on__isnull", True),),
        note="of a unit that employs the viewer",
    )


@dataclass(frozen=True)
class NotRecused(Through):
    """Of the expert's committees, less the candidates whom this expert is recused from (N-18)."""

    recusals: type[Guarded] | None = None
    candidacy: str = "id"

    def q(self, viewer: Viewer) -> Q:
        inside = Through.q(self, viewer)
        if self.recusals is None or viewer.person_id is None:
            return inside
        recused = Subquery(self.recusals.filter(expert__person_id=viewer.person_id).values("candidacy_id"))
        from_them: dict[str, Any] = {f"{self.candidacy}__in": recused}
        return inside & ~Q(**from_them)


def assigned_and_not_recused(recusals: type[Guarded], committee: str, candidacy: str) -> NotRecused:
    """Rows about candidates who are assigned to the viewer's committee and from whom the viewer is not recused.

    `committee` and `candidacy` are the lookups from the row to the committee's and to the candidacy's id.
    """
    return NotRecused(
        lambda: CommitteeMember,
        "committee_id",
        "expert__person_id",
        whose="person_id",
        key=committee,
        where=(("left_at__isnull", True),),
        note="assigned to a committee on which the viewer has a seat, unless recused from the candidate",
        recusals=recusals,
        candidacy=candidacy,
    )
