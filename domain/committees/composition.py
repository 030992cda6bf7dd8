"""Whether these experts may form this committee: every rule of its composition, and every fault at once. Order 40.

Each rule is a function of a `Composition` and yields what breaks it, so the same rules check what an office proposes,
what it submits for filing, and what a replacement would leave behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.committees.models import Committee, CommitteeBasis, CommitteeRole
from domain.core.errors import Invalid, NotFound, Refusal, RuleBroken
from domain.core.titles import CommitteeLevel, TitleLevel
from domain.experts.lifecycle import serves_on, years_after
from domain.experts.models import Expert

# Order 40, N-5: at least 25 experts by series, 11 by specialty. Middle and junior are set locally (switch D10).
FLOORS = {
    (CommitteeLevel.SENIOR, CommitteeBasis.SERIES): 25,
    (CommitteeLevel.SENIOR, CommitteeBasis.SPECIALTY): 11,
    (CommitteeLevel.MIDDLE, CommitteeBasis.SERIES): 15,
    (CommitteeLevel.MIDDLE, CommitteeBasis.SPECIALTY): 7,
    (CommitteeLevel.JUNIOR, CommitteeBasis.SERIES): 7,
    (CommitteeLevel.JUNIOR, CommitteeBasis.SPECIALTY): 7,
}
#: Order 40, N-6: the lowest title with which an expert sits on a committee of this level.
LOWEST_TITLE = {
    CommitteeLevel.SENIOR: TitleLevel.ASSOCIATE_SENIOR,
    CommitteeLevel.MIDDLE: TitleLevel.INTERMEDIATE,
    CommitteeLevel.JUNIOR: TitleLevel.ASSISTANT,
}
YEARS_WITH_LOWEST_TITLE = 3  # B-4: three years with a title of the level, or a higher one
MAX_MEMBERS = 199


@dataclass(frozen=True, slots=True)
class Seat:
    """A place on a committee."""

    expert_id: UUID
    role: CommitteeRole = CommitteeRole.MEMBER


@dataclass(frozen=True, slots=True)
class Composition:
    """Experts who are to form a committee on a day. `pool` holds those of the unit's pool among them."""

    committee: Committee
    seats: Sequence[Seat]
    pool: Mapping[UUID, Expert]
    day: date

    @property
    def floor(self) -> int:
        return floor_of(self.committee)

    def seated(self) -> Iterator[tuple[int, Expert]]:
        """The experts that are known, each with the place of the seat."""
        for place, seat in enumerate(self.seats):
            if (expert := self.pool.get(seat.expert_id)) is not None:
                yield place, expert


CompositionRule = Callable[[Composition], Iterator[Refusal]]


def floor_of(committee: Committee) -> int:
    """The fewest members this committee may have: by level and basis, or as the bureau adjusted it (N-5)."""
    return committee.floor_override or FLOORS[committee.level, committee.basis]


def number_is_odd(composition: Composition) -> Iterator[Refusal]:
    """N-5."""
    count = len(composition.seats)
    if count % 2 == 0:
        zh, en = f"组成人员须为单数，现为 {count} 人。", f"The number of members is odd; it is {count}."
        yield RuleBroken("N-5", zh, en, field="members")


def floor_is_met(composition: Composition) -> Iterator[Refusal]:
    """N-5."""
    count, floor = len(composition.seats), composition.floor
    if count < floor:
        zh = f"组成人员不少于 {floor} 人，现为 {count} 人。"
        yield RuleBroken("N-5", zh, f"At least {floor} members; there are {count}.", field="members")


def number_can_be_seated(composition: Composition) -> Iterator[Refusal]:
    """No committee is larger; a longer list is a mistake."""
    if len(composition.seats) > MAX_MEMBERS:
        zh, en = f"组成人员最多 {MAX_MEMBERS} 人。", f"At most {MAX_MEMBERS} members."
        yield Invalid("members", zh, en, rule_id="S-7")


def exactly_one_is_chair(composition: Composition) -> Iterator[Refusal]:
    """N-5: one chair, vice chairs as needed."""
    chairs = sum(seat.role == CommitteeRole.CHAIR for seat in composition.seats)
    if chairs != 1:
        zh, en = f"须设一名主任委员，现为 {chairs} 名。", f"There is exactly one chair; there are {chairs}."
        yield RuleBroken("N-5", zh, en, field="members")


def nobody_sits_twice(composition: Composition) -> Iterator[Refusal]:
    """N-5."""
    seen: set[UUID] = set()
    for place, seat in enumerate(composition.seats):
        if seat.expert_id in seen:
            text = "同一专家不得重复列入。", "An expert has one seat."
            yield RuleBroken("N-5", *text, field=f"members.{place}.expert")
        seen.add(seat.expert_id)


def everybody_is_in_the_pool(composition: Composition) -> Iterator[Refusal]:
    """N-7: members come from the unit's own pool; another unit's experts are not there to be seen."""
    for place, seat in enumerate(composition.seats):
        if seat.expert_id not in composition.pool:
            yield NotFound(f"members.{place}.expert")


def everybody_serves(composition: Composition) -> Iterator[Refusal]:
    """N-6: in the pool, inside the term, neither suspended nor disqualified."""
    for place, expert in composition.seated():
        if not serves_on(expert, composition.day):
            zh = f"专家{expert.name}未在聘，或者当日不在聘期内。"
            en = f"{expert.name} is not an active expert, or not within the term."
            yield RuleBroken("N-6", zh, en, field=f"members.{place}.expert")


def everybody_holds_the_title(composition: Composition) -> Iterator[Refusal]:
    """N-6, B-4: a title of the committee's level for three years, or a higher one."""
    lowest = LOWEST_TITLE[composition.committee.level]
    for place, expert in composition.seated():
        if expert.title_level < lowest:
            zh = f"专家{expert.name}的职称低于评委会级别。"
            en = f"{expert.name}'s title is below the committee's level."
            yield RuleBroken("N-6", zh, en, field=f"members.{place}.expert")
        elif expert.title_level == lowest and composition.day < years_after(
            expert.title_obtained_on, YEARS_WITH_LOWEST_TITLE
        ):
            zh = f"专家{expert.name}取得该级别职称不满 {YEARS_WITH_LOWEST_TITLE} 年。"
            en = f"{expert.name} has held the title for less than {YEARS_WITH_LOWEST_TITLE} years."
            yield RuleBroken("B-4", zh, en, field=f"members.{place}.expert")


def everybody_is_of_the_series(composition: Composition) -> Iterator[Refusal]:
    """R-9.9: no committee across series."""
    for place, expert in composition.seated():
        if expert.series != composition.committee.series:
            zh = f"专家{expert.name}不属于评委会的职称系列。"
            en = f"{expert.name} is not of the committee's series."
            yield RuleBroken("R-9.9", zh, en, field=f"members.{place}.expert")


COMPOSITION_RULES: tuple[CompositionRule, ...] = (
    number_is_odd,
    floor_is_met,
    number_can_be_seated,
    exactly_one_is_chair,
    nobody_sits_twice,
    everybody_is_in_the_pool,
    everybody_serves,
    everybody_holds_the_title,
    everybody_is_of_the_series,
)


def faults(composition: Composition) -> Iterator[Refusal]:
    """Everything that is wrong with the composition."""
    for rule in COMPOSITION_RULES:
        yield from rule(composition)


def may_sit(committee: Committee, expert: Expert, day: date) -> bool:
    """Whether this expert may be drawn for this committee."""
    alone = Composition(committee, [Seat(expert.id)], {expert.id: expert}, day)
    by_person = (everybody_serves, everybody_holds_the_title, everybody_is_of_the_series)
    return not any(fault for rule in by_person for fault in rule(alone))
