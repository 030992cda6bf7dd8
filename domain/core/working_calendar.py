"""Working days (工作日) with holidays and make-up workdays (调休), as the State Council publishes them year
by year.

Periods such as the publicity of Art. 9(7) ("at least five working days") are counted with this calendar. The
day a period starts is not counted (Civil Code Art. 201), and a period ends at 24:00 Beijing time of its last
day. A year that nobody has loaded is refused, because a guess would end a period on the wrong day.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from domain.core.bilingual import BilingualError
from domain.core.clock import BEIJING

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class DayKind(StrEnum):
    """How an exception differs from Monday to Friday; the values are the words of the calendar file."""

    HOLIDAY = "holiday"
    MAKE_UP_WORKDAY = "make-up workday"


class YearNotLoaded(BilingualError):
    """The computation needs a year that the calendar does not hold."""

    def __init__(self, year: int) -> None:
        zh = f"{year}年工作日历尚未载入，请先载入国务院公布的{year}年放假安排"
        super().__init__("CALENDAR_YEAR_NOT_LOADED", zh, f"calendar {year} not loaded")
        self.year = year


class CalendarFileFault(BilingualError):
    """A line of a calendar file is wrong; the text names the line."""

    def __init__(self, line: int, zh: str, en: str) -> None:
        super().__init__(
            "CALENDAR_FILE_FAULT", f"工作日历文件第{line}行：{zh}", f"calendar file line {line}: {en}"
        )
        self.line = line


def beijing_date(moment: datetime) -> date:
    """The calendar day in Beijing at that moment. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone before it has a date in Beijing")
    return moment.astimezone(BEIJING).date()


@dataclass(frozen=True)
class WorkingCalendar:
    """One version of the calendar: the years it holds, and the days that differ from Monday to Friday."""

    version: str
    years: frozenset[int]
    exceptions: Mapping[date, DayKind]

    def is_working_day(self, day: date) -> bool:
        """Raises YearNotLoaded."""
        if day.year not in self.years:
            raise YearNotLoaded(day.year)
        kind = self.exceptions.get(day)
        if kind is None:
            return day.weekday() < _SATURDAY
        return kind is DayKind.MAKE_UP_WORKDAY

    def add_working_days(self, start: date, days: int) -> date:
        """The day on which a period of so many working days ends; `start` itself is not counted (N = 0 gives
        `start`).

        Raises YearNotLoaded when the period reaches a year that is not loaded, ValueError for a negative
        number.
        """
        if days < 0:
            raise ValueError("a period cannot have a negative number of working days")
        day = start
        while days:
            day += _ONE_DAY
            days -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`: the inverse of `add_working_days`.

        Raises YearNotLoaded, and ValueError when `end` lies before `start`.
        """
        if end < start:
            raise ValueError("a period cannot end before it starts")
        return sum(self.is_working_day(day) for day in _days_after(start, end))

    @staticmethod
    def last_instant(day: date) -> datetime:
        """24:00 Beijing time of that day, in UTC: the first instant that no longer belongs to it."""
        return datetime.combine(day + _ONE_DAY, time(), BEIJING).astimezone(UTC)

    def publicity_end(self, start_day: date, days: int) -> datetime:
        """When a publicity (公示) posted on `start_day` for so many working days may be closed, in UTC
        (Art. 9(7)).
        """
        return self.last_instant(self.add_working_days(start_day, days))


def _days_after(start: date, end: date) -> Iterator[date]:
    return (start + _ONE_DAY * offset for offset in range(1, (end - start).days + 1))


def read_calendar_csv(text: str, version: str) -> WorkingCalendar:
    """Reads `date,kind` lines; a year counts as loaded when the file holds at least one of its exceptions.

    Raises CalendarFileFault for a wrong header, date or kind, a repeated date, and an exception that is none
    (a holiday on a weekend, a make-up workday on a weekday), which betrays a mistyped date.
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    if next(lines, None) != ["date", "kind"]:
        raise CalendarFileFault(1, "表头应为 date,kind", "the header must be date,kind")
    exceptions: dict[date, DayKind] = {}
    for number, line in enumerate(lines, start=2):
        if not line:
            continue
        day, kind = _exception(number, line)
        if day in exceptions:
            raise CalendarFileFault(number, f"日期 {day} 重复", f"{day} appears twice")
        exceptions[day] = kind
    return WorkingCalendar(version, frozenset(day.year for day in exceptions), exceptions)


def _exception(number: int, line: list[str]) -> tuple[date, DayKind]:
    try:
        day_text, kind_text = line
        day, kind = date.fromisoformat(day_text), DayKind(kind_text)
    except ValueError as error:
        zh = "应为“YYYY-MM-DD,holiday”或“YYYY-MM-DD,make-up workday”"
        en = "must be 'YYYY-MM-DD,holiday' or 'YYYY-MM-DD,make-up workday'"
        raise CalendarFileFault(number, zh, en) from error
    if (kind is DayKind.HOLIDAY) != (day.weekday() < _SATURDAY):
        raise CalendarFileFault(
            number,
            "放假日应在周一至周五，补班日应在周末，请核对日期",
            "a holiday falls on Monday to Friday, a make-up workday on a weekend; check the date",
        )
    return day, kind
