"""Who may apply (Art. 4 and 6; Order 40, N-8, N-9, N-24). Sentences of law over the roster; the day comes in as a fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from domain.core.errors import Refusal, RuleBroken
from domain.core.reference import title_series
from domain.core.titles import TitleLevel
from domain.reviews.states import ApplicationChannel
from domain.units.models import Employment
from domain.units.names import PostType, RelationKind, UnitCategory

BEIJING = frozenset({"北京", "北京市"})
#: Up to this level a person without any title may apply in the normal channel. [D]
HIGHEST_FIRST_TITLE = TitleLevel.INTERMEDIATE


def employed_by_the_unit(person: Employment, today: date) -> Refusal | None:
    """R-6.1: the relation covers the day; a dispatched worker's is with the agency."""
    covers = person.started_on <= today and (person.ended_on is None or today <= person.ended_on)
    if covers and person.left_on is None and person.relation != RelationKind.DISPATCHED:
        return None
    return RuleBroken("R-6.1", field="employment")


def insured_in_beijing(person: Employment, today: date) -> Refusal | None:
    """R-6.2."""
    if person.insured_in in BEIJING and (person.insured_since is None or person.insured_since <= today):
        return None
    return RuleBroken("R-6.2", field="employment")


def technical_personnel(person: Employment) -> Refusal | None:
    """R-6.3: neither civil servants nor workers in service posts."""
    return (
        None
        if person.post_type == PostType.PROFESSIONAL_TECHNICAL
        else RuleBroken("R-6.3", field="employment")
    )


def in_post(person: Employment, today: date) -> Refusal | None:
    """N-8: retirees are refused from the day they retire."""
    if person.retired_on is None or today < person.retired_on:
        return None
    return RuleBroken("N-8", "离退休人员不得申报。", "Retirees may not apply.", field="employment")


def not_under_penalty(person: Employment, category: UnitCategory, today: date) -> Refusal | None:
    """N-8: staff of public institutions under a demerit or heavier, its last day included."""
    public = category == UnitCategory.PUBLIC_INSTITUTION
    if not public or person.penalty_until is None or person.penalty_until < today:
        return None
    return RuleBroken(
        "N-8",
        f"受处分期间（至{person.penalty_until}）不得申报。",
        f"No application during a penalty (until {person.penalty_until}).",
        field="employment",
    )


def not_in_the_integrity_archive(until: date | None) -> Refusal | None:
    """N-24. `until` is the last day of a record that runs today."""
    if until is None:
        return None
    return RuleBroken(
        "N-24",
        f"诚信档案记录期至{until}，期间不得申报。",
        f"An integrity record runs until {until}.",
        field="person",
    )


def step_by_step(
    person: Employment, series: str, level: TitleLevel, channel: ApplicationChannel
) -> Refusal | None:
    """N-9: one level above the present title among those that the series has, unless by the exceptional channel."""
    titles: Mapping[TitleLevel, str] = title_series()[series].titles if series in title_series() else {}
    if channel == ApplicationChannel.EXCEPTIONAL or level not in titles:
        return None
    if level <= _highest_next(person.title_level, sorted(titles)):
        return None
    return RuleBroken("N-9", field="channel")


def _highest_next(present: TitleLevel | None, levels: list[TitleLevel]) -> TitleLevel:
    if present is None:
        return HIGHEST_FIRST_TITLE
    return next((level for level in levels if level > present), TitleLevel.SENIOR)


def not_held_already(person: Employment, series: str, level: TitleLevel) -> Refusal | None:
    """N-9: nobody applies for the level held in the same series, or for one below."""
    if person.title_level is None or person.title_series != series or level > person.title_level:
        return None
    return RuleBroken(
        "N-9",
        "申报人已具有该级别或者更高级别职称。",
        "The applicant holds this level or a higher one.",
        field="level",
    )


def what_stands_against_the_person(
    person: Employment, category: UnitCategory, record_until: date | None, today: date
) -> Iterator[Refusal | None]:
    """Every reason why this person may not apply today."""
    yield employed_by_the_unit(person, today)
    yield insured_in_beijing(person, today)
    yield technical_personnel(person)
    yield in_post(person, today)
    yield not_under_penalty(person, category, today)
    yield not_in_the_integrity_archive(record_until)
