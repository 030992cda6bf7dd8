"""Whether a committee's basis and level lie inside what its unit may review (Art. 9(4), 13)."""

from __future__ import annotations

from domain.core.errors import Refusal, RuleBroken
from domain.core.titles import CommitteeLevel, TitleLevel, can_review
from domain.units.scopes import ReviewScope

_BELOW = {CommitteeLevel.SENIOR: CommitteeLevel.MIDDLE, CommitteeLevel.MIDDLE: CommitteeLevel.JUNIOR}


def own_levels(level: CommitteeLevel) -> list[TitleLevel]:
    """The titles that need a committee of this level: it reviews them, the next lower one does not (N-3)."""
    below = _BELOW.get(level)
    return [
        title for title in TitleLevel if can_review(level, title) and not (below and can_review(below, title))
    ]


def level_refusal(
    scope: ReviewScope, series: str, specialty: str, level: CommitteeLevel, *, field: str = "level"
) -> Refusal | None:
    """R-13.1: a committee of this level is for titles that the unit may review, or it is refused."""
    if any(scope.allows(series, specialty, title) for title in own_levels(level)):
        return None
    text = (
        "评委会的系列（专业）或者级别超出本单位评审范围。",
        "Its series, specialty or level is outside the unit's scope.",
    )
    return RuleBroken("R-13.1", *text, field=field)
