"""The unit opens a publicity; the bureau extends or annuls it; the system alone closes it (Art. 9(7))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from domain.core.calls import Call
from domain.core.errors import Refusal, RuleBroken, refuse
from domain.core.inputs import reason_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin, find, perform
from domain.core.working_calendar import WorkingCalendar, YearNotLoaded
from domain.publicity.facts import PublicityFacts
from domain.publicity.lifecycle import PUBLICITY
from domain.publicity.models import Publicity, PublicityEntry
from domain.publicity.notices import Notice, length_refusal, notice_refusals
from domain.results.models import Result, ResultPackage
from domain.results.names import ResultOutcome, ResultPackageState, ResultStanding
from domain.results.standing import tell_candidacies
from domain.units.models import Unit

PUBLICISABLE = frozenset({ResultPackageState.ACCEPTED, ResultPackageState.PARTIALLY_ACCEPTED})
#: Who stands on the list: accepted, whether or not a lead from an annulled publicity holds the person back.
LISTED = (ResultStanding.ACCEPTED, ResultStanding.ON_HOLD)


async def open_publicity(call: Call, package_id: UUID, notice: Notice) -> Publicity:
    """Posts the accepted results for at least five working days; the day of posting is not counted.

    Raises:
        Refused: R-9.13 before acceptance or for a short window, S-16 for an identity number, S-6 where the calendar
            of a year is not loaded, S-13 while the results are publicised already.
    """
    package = await find(ResultPackage, call.viewer, package_id, field="package")
    unit = await Unit.get(id=package.unit_id)

    async def make(facts: Facts) -> Publicity:
        end = window_end(facts.calendar, facts.today, notice.working_days)
        bad_end = end if isinstance(end, Refusal) else None
        refuse(results_are_accepted(package), *notice_refusals(notice), bad_end)
        publicity = _written(Publicity(package_id=package.id, unit_id=unit.id, unit_name=unit.name), notice)
        publicity.starts_on = facts.today
        _set_window(publicity, facts, notice.working_days)
        return publicity

    async def act(publicity: Publicity, facts: Facts) -> None:
        await PublicityEntry.bulk_create(await _entries(publicity))
        await Result.filter(package_id=package.id).update(published_at=facts.now)

    return await begin(call, PUBLICITY, "open", make, act=act)


async def extend(call: Call, id: UUID, version: int, working_days: int, reason: str) -> Publicity:
    """Lengthens the window to so many working days in all, counted from the day it was posted.

    Raises:
        Refused: S-17 where it would not be longer, S-12 after its end, S-10 without a reason.
    """

    def check(publicity: Publicity, facts: PublicityFacts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)
        if working_days <= publicity.working_days:
            yield RuleBroken("S-17", field="workingDays")
        else:
            yield length_refusal(working_days)
            end = window_end(facts.calendar, publicity.starts_on, working_days)
            yield end if isinstance(end, Refusal) else None

    async def act(publicity: Publicity, facts: PublicityFacts) -> None:
        _set_window(publicity, facts, working_days)

    return await perform(call, PUBLICITY, "extend", id, version=version, check=check, act=act, reason=reason)


async def close(call: Call, id: UUID) -> Publicity:
    """Ends the publicity and confirms everybody on it who has no open lead or objection. Only the system may.

    Raises:
        Refused: R-9.13 before the window has ended.
    """

    async def act(publicity: Publicity, facts: PublicityFacts) -> None:
        publicity.closed_at = facts.now
        await tell_candidacies(call, "confirm", facts.free)

    return await perform(call, PUBLICITY, "close", id, act=act)


async def annul(call: Call, id: UUID, version: int, reason: str) -> Publicity:
    """Takes a defective notice down; the results must then be publicised again, for the full length.

    Raises:
        Refused: S-10 without a reason.
    """

    async def act(publicity: Publicity, _facts: PublicityFacts) -> None:
        publicity.annul_reason = reason.strip()

    return await perform(
        call,
        PUBLICITY,
        "annul",
        id,
        version=version,
        check=lambda _publicity, _facts: [reason_refusal(reason)],
        act=act,
        reason=reason,
    )


def results_are_accepted(package: ResultPackage) -> Refusal | None:
    """R-9.13: publicity comes after acceptance, never before."""
    if package.state in PUBLICISABLE:
        return None
    zh, en = (
        "评审结果尚未通过验收，不得公示。",
        "The results are not accepted; they cannot be publicised yet.",
    )
    return RuleBroken("R-9.13", zh, en, field="package")


def window_end(calendar: WorkingCalendar, first: date, days: int) -> datetime | Refusal:
    """When such a window ends, or S-6 where the calendar does not reach so far."""
    try:
        return calendar.publicity_end(first, max(days, 0))
    except YearNotLoaded as missing:
        return RuleBroken("S-6", f"{missing.zh}。", f"{missing.en}.", field="workingDays")


def _set_window(publicity: Publicity, facts: Facts, days: int) -> None:
    publicity.working_days = days
    publicity.ends_on = facts.calendar.add_working_days(publicity.starts_on, days)
    publicity.ends_at = facts.calendar.publicity_end(publicity.starts_on, days)
    publicity.calendar_version = facts.calendar.version


def _written(publicity: Publicity, notice: Notice) -> Publicity:
    publicity.title, publicity.text = notice.title.strip(), notice.text.strip()
    publicity.contact_name = notice.contact_name.strip()
    publicity.contact_phone = notice.contact_phone.strip()
    publicity.contact_email = notice.contact_email.strip()
    return publicity


async def _entries(publicity: Publicity) -> list[PublicityEntry]:
    accepted = Result.filter(
        package_id=publicity.package_id,
        accepted=True,
        outcome=ResultOutcome.PASSED,
        standing__in=LISTED,
    )
    return [
        PublicityEntry(
            publicity_id=publicity.id,
            result_id=result.id,
            candidacy_id=result.candidacy_id,
            name=result.person_name,
            series=result.series,
            specialty=result.specialty,
            level=result.level,
            title_name=result.title_name,
            created_at=publicity.created_at,
        )
        for result in await accepted.order_by("created_at", "id")
    ]
