"""What time brings about: windows that close, periods that lapse, filings and terms that run out.

Each is a command of the domain, done as the system; a row whose rules say "not yet" is left, one that fails is logged,
and neither stops the others. Two workers at once have one effect, because each command locks its row and checks again.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.applications.lifecycle import APPLICATION
from domain.applications.receiver_commands import lapse
from domain.committees.filing import expire
from domain.committees.reads import filings_run_out
from domain.core import clock
from domain.core.calls import BY_SYSTEM, Call
from domain.core.demo_clock import refresh_clock
from domain.core.errors import Refused
from domain.experts.commands import end_term
from domain.experts.reads import terms_to_end
from domain.plans.commands import complete as complete_plan
from domain.plans.reads import plans_past_their_time
from domain.policy_documents.approval import supersede
from domain.policy_documents.commands import close_publicity as close_policy_publicity
from domain.policy_documents.reads import publicities_to_close, versions_to_supersede
from domain.publicity.commands import close as close_publicity
from domain.publicity.reads import windows_that_ended
from domain.results.commands import remind
from domain.results.reads import packages_to_remind_of
from domain.reviews.reads import corrections_overdue, in_house_publicity_over
from domain.reviews.verification import abandon, close_in_house_publicity

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deadline:
    """Which rows are due, and the command that each is due for."""

    name: str
    due: Callable[[datetime, date], Awaitable[Sequence[UUID]]]
    act: Callable[[UUID], Awaitable[Any]]


def _as_system(command: Callable[[Call, UUID], Awaitable[Any]]) -> Callable[[UUID], Awaitable[Any]]:
    return lambda id: command(BY_SYSTEM, id)


async def _applications_to_lapse(now: datetime) -> list[UUID]:
    """Returned applications whose period for correction has passed (N-12)."""
    sources = APPLICATION.by_event["lapse"].sources
    due = APPLICATION.model.filter(state__in=sorted(sources), correction_due_at__lte=now)
    return [id for (id,) in await due.order_by("id").values_list("id")]


#: In the order of the procedure.
DEADLINES: tuple[Deadline, ...] = (
    Deadline("applications lapse", lambda now, _day: _applications_to_lapse(now), lapse),
    Deadline(
        "policy publicities end",
        lambda now, _day: publicities_to_close(now),
        _as_system(close_policy_publicity),
    ),
    Deadline(
        "policy versions are superseded", lambda _now, day: versions_to_supersede(day), _as_system(supersede)
    ),
    Deadline("plans are completed", lambda _now, day: plans_past_their_time(day), _as_system(complete_plan)),
    Deadline("experts' terms end", lambda _now, day: terms_to_end(day), _as_system(end_term)),
    Deadline("committees' filings expire", lambda _now, day: filings_run_out(day), _as_system(expire)),
    Deadline("candidacies are abandoned", lambda now, _day: corrections_overdue(now), abandon),
    Deadline(
        "in-house publicities end",
        lambda _now, day: in_house_publicity_over(day),
        _as_system(close_in_house_publicity),
    ),
    Deadline(
        "units are reminded of results", lambda _now, day: packages_to_remind_of(day), _as_system(remind)
    ),
    Deadline("publicities end", lambda now, _day: windows_that_ended(now), _as_system(close_publicity)),
)


async def keep_deadlines(deadlines: Sequence[Deadline] = DEADLINES) -> dict[str, int]:
    """Does everything that is due now. Returns how many rows each deadline moved."""
    await refresh_clock()
    return {deadline.name: await _keep(deadline) for deadline in deadlines}


async def _keep(deadline: Deadline) -> int:
    try:
        due = await deadline.due(clock.now(), clock.today())
    except Exception:
        log.exception("deadline.search_failed", extra={"deadline": deadline.name})
        return 0
    return sum([await _done(deadline, id) for id in due])


async def _done(deadline: Deadline, id: UUID) -> bool:
    try:
        await deadline.act(id)
    except Refused as refused:
        rules = [refusal.rule.id for refusal in refused.refusals]
        log.info("deadline.not_yet", extra={"deadline": deadline.name, "row": str(id), "rules": rules})
        return False
    except Exception:
        log.exception("deadline.failed", extra={"deadline": deadline.name, "row": str(id)})
        return False
    return True
