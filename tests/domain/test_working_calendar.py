"""Working days, holidays and make-up workdays: the vectors of the rule book, and what must be refused."""

from datetime import UTC, date, datetime

import pytest

from domain.core.reference import working_calendar
from domain.core.working_calendar import (
    CalendarFileFault,
    DayKind,
    WorkingCalendar,
    YearNotLoaded,
    beijing_date,
    read_calendar_csv,
)

FIVE_WORKING_DAYS = [
    ("2025-12-25", "2026-01-04"),  # a Sunday that is a make-up workday
    ("2025-12-29", "2026-01-06"),
    ("2026-02-11", "2026-02-25"),  # across the Spring Festival, Sat 02-14 worked
    ("2026-02-13", "2026-02-27"),
    ("2026-04-01", "2026-04-09"),
    ("2026-09-18", "2026-09-24"),
    ("2026-09-28", "2026-10-10"),  # ends on a Saturday; Mon-Fri only would say 10-05
    ("2026-09-30", "2026-10-13"),
    ("2026-11-23", "2026-11-30"),
]
MAKE_UP_2026 = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
HOLIDAYS_2026 = [
    *["01-01", "01-02", "02-16", "02-17", "02-18", "02-19", "02-20", "02-23", "04-06", "05-01", "05-04"],
    *["05-05", "06-19", "09-25", "10-01", "10-02", "10-05", "10-06", "10-07"],
]


@pytest.mark.parametrize(("start", "end"), FIVE_WORKING_DAYS)
def test_five_working_days_end_on_the_published_day(start: str, end: str) -> None:
    calendar = working_calendar()
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert calendar.add_working_days(first, 5) == last
    assert calendar.working_days_between(first, last) == 5


def test_the_exceptions_of_2026_are_exactly_those_published() -> None:
    found = {day: kind for day, kind in working_calendar().exceptions.items() if day.year == 2026}
    expected = {date.fromisoformat(f"2026-{day}"): DayKind.MAKE_UP_WORKDAY for day in MAKE_UP_2026}
    expected |= {date.fromisoformat(f"2026-{day}"): DayKind.HOLIDAY for day in HOLIDAYS_2026}
    assert found == expected
    assert [working_calendar().is_working_day(day) for day in expected] == [True] * 6 + [False] * 19


def test_a_year_that_is_not_loaded_is_refused_clearly() -> None:
    with pytest.raises(YearNotLoaded) as refused:
        working_calendar().add_working_days(date(2026, 12, 25), 5)
    assert (refused.value.year, str(refused.value)) == (2027, "calendar 2027 not loaded")
    assert refused.value.zh == "2027年工作日历尚未载入，请先载入国务院公布的2027年放假安排"
    assert isinstance(refused.value, ValueError)
    with pytest.raises(YearNotLoaded):
        working_calendar().working_days_between(date(2026, 12, 30), date(2027, 1, 1))
    with pytest.raises(YearNotLoaded):
        working_calendar().is_working_day(date(2023, 12, 29))


def test_the_last_loaded_working_day_can_still_be_reached() -> None:
    assert working_calendar().add_working_days(date(2026, 12, 24), 5) == date(2026, 12, 31)


def test_a_period_of_no_days_ends_where_it_starts_and_negative_ones_are_refused() -> None:
    calendar = working_calendar()
    assert calendar.add_working_days(date(2026, 10, 3), 0) == date(2026, 10, 3)
    assert calendar.working_days_between(date(2026, 10, 3), date(2026, 10, 3)) == 0
    with pytest.raises(ValueError, match="negative"):
        calendar.add_working_days(date(2026, 10, 3), -1)
    with pytest.raises(ValueError, match="before it starts"):
        calendar.working_days_between(date(2026, 10, 3), date(2026, 10, 2))


def test_a_publicity_ends_at_midnight_in_beijing() -> None:
    end = working_calendar().publicity_end(date(2026, 9, 28), 5)
    assert end == datetime(2026, 10, 10, 16, 0, tzinfo=UTC)
    assert end.tzinfo is UTC
    assert WorkingCalendar.last_instant(date(2026, 12, 31)) == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_the_beijing_date_changes_at_sixteen_hours_utc() -> None:
    assert beijing_date(datetime(2026, 10, 10, 15, 59, 59, 999999, UTC)) == date(2026, 10, 10)
    assert beijing_date(datetime(2026, 10, 10, 16, 0, tzinfo=UTC)) == date(2026, 10, 11)
    with pytest.raises(ValueError, match="time zone"):
        beijing_date(datetime(2026, 10, 10))  # noqa: DTZ001 - the naive value is what is refused


def test_a_calendar_file_gives_the_years_it_speaks_of() -> None:
    read = read_calendar_csv(
        "\ufeffdate,kind\r\n2027-01-01,holiday\r\n\r\n2027-01-03,make-up workday\r\n", "v2"
    )
    assert read == WorkingCalendar(
        "v2",
        frozenset({2027}),
        {date(2027, 1, 1): DayKind.HOLIDAY, date(2027, 1, 3): DayKind.MAKE_UP_WORKDAY},
    )
    assert working_calendar().years == frozenset({2024, 2025, 2026})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("day,kind\n", 1),
        ("date,kind\n2027-13-01,holiday\n", 2),
        ("date,kind\n2027-01-01,festival\n", 2),
        ("date,kind\n2027-01-01\n", 2),
        ("date,kind\n2027-01-01,holiday\n2027-01-01,holiday\n", 3),
        ("date,kind\n2027-01-02,holiday\n", 2),  # a Saturday
        ("date,kind\n2027-01-01,make-up workday\n", 2),  # a Friday
    ],
)
def test_a_wrong_calendar_file_is_refused_by_line(text: str, line: int) -> None:
    with pytest.raises(CalendarFileFault) as refused:
        read_calendar_csv(text, "v")
    assert refused.value.line == line
