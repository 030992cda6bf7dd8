"""What a unit may review: series or specialty, and level (Art. 8(5), 13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.core.errors import Invalid, Refusal, RuleBroken
from domain.core.reference import title_series
from domain.core.titles import TitleLevel
from domain.units.models import ScopeItem

MAX_SPECIALTY_LENGTH = 60


class Scope(NamedTuple):
    """One line of a scope. An empty specialty means the whole series."""

    series: str
    specialty: str
    level: TitleLevel


@dataclass(frozen=True, slots=True)
class ReviewScope:
    """Everything a unit may review at a moment."""

    items: frozenset[Scope] = frozenset()

    def allows(self, series: str, specialty: str, level: TitleLevel) -> bool:
        """Whether this series or specialty at exactly this level is inside: a whole series holds its specialties."""
        return Scope(series, specialty, level) in self.items or Scope(series, "", level) in self.items

    def __bool__(self) -> bool:
        return bool(self.items)


def title_exists(series: str, level: TitleLevel) -> bool:
    """Whether the State's list has this series, and the series has a title at this level (B-10)."""
    facts = title_series().get(series)
    return facts is not None and level in facts.titles


def scope_refusals(items: Sequence[Scope], field: str) -> Iterator[Refusal]:
    """What is wrong with the lines of a scope, each at its place: unknown series or level, too long, twice."""
    for place, item in enumerate(items):
        if not title_exists(item.series, item.level):
            yield RuleBroken("B-10", field=f"{field}.{place}.{_wrong_part(item)}")
        if len(item.specialty) > MAX_SPECIALTY_LENGTH:
            zh = f"专业名称不能超过{MAX_SPECIALTY_LENGTH}个字符。"
            en = f"A specialty has at most {MAX_SPECIALTY_LENGTH} characters."
            yield Invalid(f"{field}.{place}.specialty", zh, en, rule_id="S-7")
        if item in items[:place]:
            yield Invalid(
                f"{field}.{place}",
                "该系列（专业）和级别重复。",
                "This series or specialty and level is given twice.",
                rule_id="S-13",
            )


def _wrong_part(item: Scope) -> str:
    return "level" if item.series in title_series() else "series"


async def grant_scope(unit_id: UUID, items: Iterable[Scope], granted_by: UUID, on: date) -> None:
    """Adds to what the unit may review; what it holds already stays as it was granted (Art. 8(5))."""
    held = await ScopeItem.filter(unit_id=unit_id, ended_on__isnull=True).values_list(
        "series", "specialty", "level"
    )
    known = {Scope(*line) for line in held}
    await ScopeItem.bulk_create(
        [
            ScopeItem(
                unit_id=unit_id,
                series=item.series,
                specialty=item.specialty,
                level=item.level,
                granted_by_id=granted_by,
                granted_on=on,
            )
            for item in items
            if item not in known
        ]
    )


async def end_scope(unit_id: UUID, on: date) -> None:
    """Ends everything the unit may review (Art. 13: the right is withdrawn)."""
    await ScopeItem.filter(unit_id=unit_id, ended_on__isnull=True).update(ended_on=on)
