"""Reference data that ships with the system: the working calendar, Beijing's districts, the 27 title series.

The files beside this module are what a fresh database is filled from; afterwards the database is the truth,
because the bureau may correct it. `samples/` holds rosters (花名册) as units send them, for the tour and the
tests.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.core.titles import TitleLevel
from domain.core.working_calendar import WorkingCalendar, read_calendar_csv

_FOLDER = Path(__file__).parent
SAMPLE_ROSTER = _FOLDER / "samples" / "roster-240.xlsx"
FAULTY_SAMPLE_ROSTER = _FOLDER / "samples" / "roster-faulty.xlsx"


@dataclass(frozen=True, slots=True)
class DistrictFacts:
    """A district and the bureau that acts for it; `gb2260` is None for the Economic-Technological Development
    Area.
    """

    gb2260: str | None
    name_zh: str
    name_en: str
    bureau_zh: str


@dataclass(frozen=True, slots=True)
class TitleSeriesFacts:
    """One of the 27 title series (职称系列); a level the series does not have is absent from `titles`."""

    code: str
    name_zh: str
    name_en: str
    titles: Mapping[TitleLevel, str]


@cache
def districts() -> tuple[DistrictFacts, ...]:
    """The 16 districts and, last, the Development Area, whose Social Affairs Bureau acts as the district
    bureau.
    """
    return tuple(
        DistrictFacts(line["gb2260"] or None, line["name_zh"], line["name_en"], line["bureau_zh"])
        for line in _lines("districts.csv")
    )


@cache
def title_series() -> Mapping[str, TitleSeriesFacts]:
    """The 27 series by their two-digit code ("05" is engineering)."""
    return MappingProxyType({line["series"]: _series(line) for line in _lines("title-series.csv")})


@cache
def working_calendar() -> WorkingCalendar:
    """The calendar of 2024 to 2026 as the State Council published it."""
    text = (_FOLDER / "working-calendar.csv").read_text(encoding="utf-8")
    return read_calendar_csv(text, version="2024-2026")


def _series(line: dict[str, str]) -> TitleSeriesFacts:
    titles = {level: line[level.lower()] for level in TitleLevel if line[level.lower()]}
    return TitleSeriesFacts(line["series"], line["name_zh"], line["name_en"], MappingProxyType(titles))


def _lines(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
