"""Time. Everything that asks for the time asks here, so that a demonstration can move it.

`now()` is aware and in UTC; days are Beijing days (Asia/Shanghai, no daylight saving time). The demo clock is an
offset kept in the database: `load` reads it at the start of a request or job, and production never moves it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


class _Offset:
    value = timedelta(0)


def now() -> datetime:
    """This moment, in UTC, as the (demo) clock shows it."""
    return datetime.now(UTC) + _Offset.value


def today() -> date:
    """The day in Beijing."""
    return now().astimezone(BEIJING).date()


def move_to(offset: timedelta) -> None:
    """Sets this process's offset from real time. Only the demo clock's loader calls this."""
    _Offset.value = offset


def offset() -> timedelta:
    return _Offset.value
