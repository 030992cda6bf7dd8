"""Whether a unit's right to review lets it start something new (Art. 4; a suspended unit starts nothing, J-7)."""

from __future__ import annotations

from domain.core.access import visible
from domain.core.errors import NotFound, Refusal, Refused, RuleBroken
from domain.core.roles import Viewer
from domain.units.models import Unit
from domain.units.names import UnitState


def right_refusal(state: UnitState) -> Refusal | None:
    """Why a unit in this state may start no version, plan or committee; None for an active one."""
    if state == UnitState.ACTIVE:
        return None
    if state == UnitState.CANDIDATE:
        return RuleBroken(
            "R-4.1", "本单位尚未取得自主评审资格。", "The unit does not hold the right to review."
        )
    return RuleBroken("J-7", "本单位的评审权已暂停或者收回。", "The unit's right is suspended or withdrawn.")


async def unit_of(viewer: Viewer) -> Unit:
    """The unit whose office acts.

    Raises:
        Refused: NotFound, where the viewer's organisation is no unit.
    """
    unit = (
        await visible(Unit, viewer).get_or_none(id=viewer.organisation_id) if viewer.organisation_id else None
    )
    if unit is None:
        raise Refused([NotFound("")])
    return unit
