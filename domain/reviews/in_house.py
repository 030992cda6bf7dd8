"""The in-house publicity of candidacies (N-11): at least five working days, its first day not counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.core.errors import Invalid, Refusal, RuleBroken
from domain.core.inputs import text_refusal
from domain.core.lifecycle import Facts
from domain.core.working_calendar import YearNotLoaded
from domain.reviews.candidacy_guards import MIN_IN_HOUSE_WORKING_DAYS
from domain.reviews.models import Candidacy

MAX_IN_HOUSE_WORKING_DAYS = 60


@dataclass(frozen=True, slots=True)
class Posting:
    """Where candidacies are posted, and for how many working days."""

    place: str
    working_days: int = MIN_IN_HOUSE_WORKING_DAYS

    def refusals(self, facts: Facts) -> Iterator[Refusal | None]:
        """N-11 (too short), S-7 (too long), S-6 (the calendar of a year is not loaded)."""
        yield text_refusal("place", self.place, 200)
        yield length_refusal(self.working_days)
        yield calendar_refusal(facts, self.working_days, "working_days")

    def last_day(self, facts: Facts) -> date:
        return facts.calendar.add_working_days(facts.today, self.working_days)


def length_refusal(working_days: int) -> Refusal | None:
    if working_days < MIN_IN_HOUSE_WORKING_DAYS:
        least = MIN_IN_HOUSE_WORKING_DAYS
        text = f"内部公示不少于{least}个工作日。", f"In-house publicity lasts at least {least} working days."
        return RuleBroken("N-11", *text, field="working_days")
    if working_days > MAX_IN_HOUSE_WORKING_DAYS:
        most = MAX_IN_HOUSE_WORKING_DAYS
        text = f"内部公示最长{most}个工作日。", f"In-house publicity lasts at most {most} working days."
        return Invalid("working_days", *text, rule_id="S-7")
    return None


def calendar_refusal(facts: Facts, working_days: int, field: str) -> Refusal | None:
    """S-6, where so many working days from today reach a year that nobody has loaded."""
    if not 0 < working_days <= MAX_IN_HOUSE_WORKING_DAYS:
        return None
    try:
        facts.calendar.add_working_days(facts.today, working_days)
    except YearNotLoaded as fault:
        return RuleBroken("S-6", fault.zh, str(fault), field=field)
    return None


def posting(given: Posting) -> Callable[[Candidacy, Facts], Awaitable[None]]:
    """What posting does to a candidacy."""

    async def act(row: Candidacy, facts: Facts) -> None:
        row.publicity_from = facts.today
        row.publicity_until = given.last_day(facts)
        row.publicity_place = given.place.strip()

    return act
