"""The demonstration's clock: one row that moves time for every process at once. Production never switches it on."""

from __future__ import annotations

from datetime import datetime, timedelta

from tortoise import fields

from domain.core import clock
from domain.core.access import Guarded
from domain.core.errors import Forbidden, Invalid, Refused
from domain.core.roles import Role, Viewer

THE_CLOCK = "demo"


class DemoClock(Guarded):
    """How far the demonstration's time is ahead of real time. | 演示时钟"""

    name = fields.CharField(16, primary_key=True, description="时钟名 | The one clock's name")
    offset_seconds = fields.BigIntField(
        default=0, description="相对真实时间的偏移秒数 | Seconds ahead of real time"
    )

    jurisdiction = {}

    class Meta:
        table = "demo_clock"


class _Switch:
    on = False


def allow_demo_clock() -> None:
    """Called at the start of a process whose settings say DEMO_CLOCK=1."""
    _Switch.on = True


async def refresh_clock() -> None:
    """Takes over the demonstration's offset; costs nothing where the clock is not switched on."""
    if _Switch.on:
        row = await DemoClock.get_or_none(name=THE_CLOCK)
        clock.move_to(timedelta(seconds=row.offset_seconds if row else 0))


async def move_demo_clock(viewer: Viewer, to: datetime) -> datetime:
    """Moves the demonstration's time forward, for every process.

    Raises:
        Refused: the clock is not switched on here, the viewer is not the municipal bureau, or `to` lies in the past.
    """
    if not _Switch.on or viewer.role is not Role.MUNICIPAL_BUREAU:
        raise Refused(
            [Forbidden("演示时钟只在演示环境由市局调整。", "Only the municipal bureau moves the demo clock.")]
        )
    await refresh_clock()
    ahead = to - clock.now()
    if ahead < timedelta(0):
        raise Refused([Invalid("to", "演示时钟只能向前调整。", "The demo clock only moves forward.")])
    seconds = round((clock.offset() + ahead).total_seconds())
    await DemoClock.update_or_create(defaults={"offset_seconds": seconds}, name=THE_CLOCK)
    await refresh_clock()
    return clock.now()
