"""The working calendar as data: versioned rows that the municipal bureau loads from the State Council's notice."""

from __future__ import annotations

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

from domain.core import clock
from domain.core.access import Guarded, everything
from domain.core.roles import Role
from domain.core.working_calendar import DayKind, WorkingCalendar


class CalendarYear(Guarded):
    """A year whose exceptions are loaded. A computation across a year that is not here is refused. | 已载入的年度日历"""

    id = fields.IntField(primary_key=True, generated=True)
    year = fields.IntField(unique=True, description="年度 | The year")
    version = fields.IntField(description="日历版本 | The calendar version that loaded it")
    loaded_at = fields.DatetimeField(default=clock.now, description="载入时间 | When it was loaded")

    jurisdiction = dict.fromkeys(Role, everything)

    class Meta:
        table = "calendar_years"


class CalendarDay(Guarded):
    """A day that differs from Monday to Friday: a weekday holiday, or a weekend make-up workday. | 节假日与调休"""

    id = fields.IntField(primary_key=True, generated=True)
    day = fields.DateField(description="日期 | The day")
    kind = fields.CharEnumField(DayKind, max_length=16, description="类别 | The kind of day")

    jurisdiction = dict.fromkeys(Role, everything)

    class Meta:
        table = "calendar_days"
        constraints = (UniqueConstraint(fields=("day",), name="one_kind_per_day"),)


class _Cache:
    calendar: WorkingCalendar | None = None


async def current_calendar() -> WorkingCalendar:
    """The calendar in force. Its version is asked each time, its days only when the version has moved."""
    years = await CalendarYear.all().order_by("year").values_list("year", "version")
    version = max((version for _, version in years), default=0)
    if _Cache.calendar is None or _Cache.calendar.version != str(version):
        days = await CalendarDay.all().values_list("day", "kind")
        loaded = frozenset(year for year, _ in years)
        _Cache.calendar = WorkingCalendar(str(version), loaded, {day: DayKind(kind) for day, kind in days})
    return _Cache.calendar
