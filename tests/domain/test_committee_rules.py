"""Who may form a committee, for how long it is filed, and how a draw is replayed. Art. 9(4), Order 40 (N-3 to N-7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.committees.composition import Composition, Seat, faults, floor_of, may_sit
from domain.committees.draws import draw, drawn_from, replay
from domain.committees.filing import validity_refusal
from domain.committees.lifecycle import meeting_refusal
from domain.committees.models import Committee, CommitteeBasis, CommitteeRole, CommitteeState
from domain.committees.scope import level_refusal, own_levels
from domain.core.errors import Refusal
from domain.core.titles import CommitteeLevel, TitleLevel
from domain.experts.lifecycle import years_after
from domain.experts.models import Expert, ExpertState
from domain.units.scopes import ReviewScope, Scope

TODAY = date(2026, 3, 2)
NAMESPACE = UUID(int=40)
BY_SERIES, BY_SPECIALTY = CommitteeBasis.SERIES, CommitteeBasis.SPECIALTY
SENIOR, MIDDLE, JUNIOR = CommitteeLevel.SENIOR, CommitteeLevel.MIDDLE, CommitteeLevel.JUNIOR


def committee(
    basis: CommitteeBasis = BY_SPECIALTY, level: CommitteeLevel = SENIOR, floor: int | None = None
) -> Committee:
    specialty = "计算机应用" if basis == BY_SPECIALTY else ""
    return Committee(
        unit_id=NAMESPACE,
        name="评委会",
        basis=basis,
        series="05",
        specialty=specialty,
        level=level,
        floor_override=floor,
        state=CommitteeState.FORMING,
    )


def expert(number: int, **changes: Any) -> Expert:
    particulars: dict[str, Any] = {
        "id": uuid5(NAMESPACE, str(number)),
        "unit_id": NAMESPACE,
        "person_id": uuid5(NAMESPACE, f"person {number}"),
        "name": f"专家{number}",
        "series": "05",
        "specialty": "计算机应用",
        "title_level": TitleLevel.SENIOR,
        "title_name": "正高级工程师",
        "title_obtained_on": date(2015, 6, 1),
        "employer_name": "单位",
        "term_start": date(2025, 1, 1),
        "term_end": date(2027, 12, 31),
        "state": ExpertState.ACTIVE,
    }
    return Expert(**{**particulars, **changes})


def composed(row: Committee, experts: Sequence[Expert], chairs: int = 1) -> Composition:
    seats = [
        Seat(each.id, CommitteeRole.CHAIR if place < chairs else CommitteeRole.MEMBER)
        for place, each in enumerate(experts)
    ]
    return Composition(row, seats, {each.id: each for each in experts}, TODAY)


def said(found: Sequence[Refusal]) -> list[tuple[str, str]]:
    return [(each.rule.id, each.field) for each in found]


@pytest.mark.parametrize(
    ("basis", "level", "members", "broken"),
    [
        (BY_SERIES, SENIOR, 25, 0),
        (BY_SERIES, SENIOR, 24, 2),  # even, and below the floor
        (BY_SERIES, SENIOR, 26, 1),  # even
        (BY_SERIES, SENIOR, 23, 1),  # below the floor
        (BY_SPECIALTY, SENIOR, 11, 0),
        (BY_SPECIALTY, SENIOR, 9, 1),
        (BY_SPECIALTY, SENIOR, 12, 1),
        (BY_SERIES, MIDDLE, 15, 0),
        (BY_SERIES, MIDDLE, 13, 1),
        (BY_SPECIALTY, MIDDLE, 7, 0),
        (BY_SPECIALTY, MIDDLE, 5, 1),
        (BY_SERIES, JUNIOR, 7, 0),
        (BY_SPECIALTY, JUNIOR, 7, 0),
        (BY_SPECIALTY, JUNIOR, 6, 2),
    ],
)
def test_the_number_of_members_is_odd_and_meets_the_floor(
    basis: CommitteeBasis, level: CommitteeLevel, members: int, broken: int
) -> None:
    """N-5."""
    found = list(faults(composed(committee(basis, level), [expert(n) for n in range(members)])))
    assert said(found) == [("N-5", "members")] * broken


def test_the_municipal_bureau_may_adjust_the_floor() -> None:
    """N-5: 23 by series without the bureau's agreement are refused, with it they form a committee."""
    experts = [expert(n) for n in range(23)]
    assert list(faults(composed(committee(BY_SERIES, floor=23), experts))) == []
    assert floor_of(committee(BY_SERIES)) == 25
    assert floor_of(committee(BY_SERIES, floor=23)) == 23


@pytest.mark.parametrize(("chairs", "broken"), [(0, 1), (1, 0), (2, 1)])
def test_there_is_exactly_one_chair(chairs: int, broken: int) -> None:
    """N-5."""
    found = list(faults(composed(committee(), [expert(n) for n in range(11)], chairs)))
    assert said(found) == [("N-5", "members")] * broken


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"state": ExpertState.NOMINATED}, "N-6"),
        ({"state": ExpertState.SUSPENDED}, "N-6"),
        ({"state": ExpertState.DISQUALIFIED}, "N-6"),
        ({"state": ExpertState.TERM_ENDED}, "N-6"),
        ({"term_end": date(2026, 3, 1)}, "N-6"),
        ({"term_start": date(2026, 3, 3)}, "N-6"),
        ({"title_level": TitleLevel.INTERMEDIATE}, "N-6"),
        ({"title_level": TitleLevel.ASSOCIATE_SENIOR, "title_obtained_on": date(2023, 3, 3)}, "B-4"),
        ({"series": "08"}, "R-9.9"),
    ],
)
def test_an_expert_who_may_not_sit_is_named_by_place(changes: dict[str, Any], rule: str) -> None:
    """N-6, B-4, R-9.9."""
    experts = [expert(n) for n in range(10)] + [expert(10, **changes)]
    assert said(list(faults(composed(committee(), experts)))) == [(rule, "members.10.expert")]
    assert may_sit(committee(), experts[10], TODAY) is False


@pytest.mark.parametrize(
    "changes",
    [
        {"term_end": TODAY},
        {"term_start": TODAY},
        {"title_level": TitleLevel.ASSOCIATE_SENIOR, "title_obtained_on": date(2023, 3, 2)},
    ],
)
def test_an_expert_on_the_edge_may_sit(changes: dict[str, Any]) -> None:
    """N-6: first and last day of the term count; B-4: three years to the day are three years."""
    experts = [expert(n) for n in range(10)] + [expert(10, **changes)]
    assert list(faults(composed(committee(), experts))) == []


def test_an_expert_sits_once() -> None:
    """N-5."""
    experts = [expert(n) for n in range(10)]
    found = list(faults(composed(committee(), [*experts, experts[3]])))
    assert said(found) == [("N-5", "members.10.expert")]


def test_an_expert_outside_the_pool_is_not_found() -> None:
    """N-7: other units' experts are not there to be seen."""
    experts = [expert(n) for n in range(11)]
    seats = [
        Seat(each.id, CommitteeRole.CHAIR if not n else CommitteeRole.MEMBER)
        for n, each in enumerate(experts)
    ]
    known = {each.id: each for each in experts[:10]}
    found = list(faults(Composition(committee(), seats, known, TODAY)))
    assert [(each.code, each.field) for each in found] == [("NOT_FOUND", "members.10.expert")]


def test_every_fault_is_named_at_once() -> None:
    """一次性告知: six things are wrong, six are told."""
    experts = [
        expert(0, state=ExpertState.SUSPENDED),
        expert(1, title_level=TitleLevel.ASSISTANT),
        expert(2, series="08"),
        expert(3),
    ]
    assert said(list(faults(composed(committee(), experts, chairs=0)))) == [
        ("N-5", "members"),
        ("N-5", "members"),
        ("N-5", "members"),
        ("N-6", "members.0.expert"),
        ("N-6", "members.1.expert"),
        ("R-9.9", "members.2.expert"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "rules"),
    [
        (date(2026, 1, 1), date(2028, 12, 31), []),
        (date(2026, 1, 1), date(2029, 1, 1), ["N-4"]),
        (date(2026, 3, 2), date(2026, 3, 2), []),
        (date(2026, 3, 2), date(2026, 3, 1), ["N-4"]),
        (date(2026, 1, 1), date(2026, 3, 1), ["N-4"]),  # over before it is filed
        (date(2028, 2, 29), date(2031, 2, 27), []),
        (date(2028, 2, 29), date(2031, 2, 28), ["N-4"]),
        (date(9998, 1, 1), date(9999, 1, 1), ["N-4"]),
    ],
)
def test_a_filing_is_valid_for_less_than_three_years(first: date, last: date, rules: list[str]) -> None:
    """N-4: the last valid day, included, lies before the same day three years on."""
    refusal = validity_refusal(first, last, TODAY)
    assert [each.rule.id for each in [refusal] if each] == rules


def test_a_committee_meets_only_on_file_and_inside_the_validity() -> None:
    """R-9.10."""
    row = committee()
    row.valid_from, row.valid_until = date(2026, 1, 1), date(2026, 12, 31)
    told: dict[Any, list[bool]] = {}
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    for state in CommitteeState:
        row.state = state
        told[state] = [meeting_refusal(row, day) is None for day in days]
    nothing = [False] * 4
    assert told == {
        state: [False, True, True, False] if state == CommitteeState.FILED else nothing
        for state in CommitteeState
    }


def test_a_draw_can_be_replayed() -> None:
    """N-7: the record alone gives the same experts in the same order."""
    pool = [uuid5(NAMESPACE, str(n)) for n in range(30)]
    recorded = draw(NAMESPACE, pool, 11)
    assert replay(recorded) == recorded.drawn
    assert len(set(recorded.drawn)) == 11
    assert set(recorded.drawn) <= set(recorded.pool)
    assert recorded.pool == sorted(str(each) for each in pool)


def test_a_record_that_was_changed_does_not_replay() -> None:
    """N-7: neither another result, nor another seed, nor a shorter list goes unnoticed."""
    recorded = draw(NAMESPACE, [uuid5(NAMESPACE, str(n)) for n in range(30)], 11)
    honest = list(recorded.drawn)
    outsider = next(each for each in recorded.pool if each not in honest)
    recorded.drawn = [outsider, *honest[1:]]
    assert replay(recorded) != recorded.drawn
    recorded.drawn, recorded.pool = honest, [each for each in recorded.pool if each != honest[0]]
    assert replay(recorded) != recorded.drawn


def test_the_order_of_the_list_does_not_change_a_draw() -> None:
    """N-7."""
    pool = [str(uuid5(NAMESPACE, str(n))) for n in range(20)]
    assert drawn_from(pool, "seed", 5) == drawn_from(pool[::-1], "seed", 5)
    assert drawn_from(pool, "seed", 5) != drawn_from(pool, "other seed", 5)


def test_the_draw_is_what_its_description_says() -> None:
    """A known answer, from `printf seed:a | sha256sum` and so on: 305583, e3620c, e1c7f5, b73c76."""
    assert drawn_from(["a", "b", "c", "d"], "seed", 4) == ["a", "d", "c", "b"]


def test_a_level_needs_its_own_committee() -> None:
    """N-3."""
    assert {level: own_levels(level) for level in CommitteeLevel} == {
        SENIOR: [TitleLevel.ASSOCIATE_SENIOR, TitleLevel.SENIOR],
        MIDDLE: [TitleLevel.INTERMEDIATE],
        JUNIOR: [TitleLevel.TECHNICIAN, TitleLevel.ASSISTANT],
    }


@pytest.mark.parametrize(
    ("series", "specialty", "level", "inside"),
    [
        ("05", "计算机应用", MIDDLE, True),
        ("05", "计算机应用", SENIOR, False),
        ("05", "建筑设计", MIDDLE, False),
        ("05", "", MIDDLE, False),  # a specialty does not open its whole series
        ("08", "", SENIOR, True),
        ("08", "图书编辑", SENIOR, True),
        ("08", "", MIDDLE, False),
    ],
)
def test_a_committee_lies_inside_the_units_scope(
    series: str, specialty: str, level: CommitteeLevel, inside: bool
) -> None:
    """R-13.1."""
    scope = ReviewScope(
        frozenset(
            {
                Scope("05", "计算机应用", TitleLevel.INTERMEDIATE),
                Scope("08", "", TitleLevel.ASSOCIATE_SENIOR),
            }
        )
    )
    refusal = level_refusal(scope, series, specialty, level)
    assert [each.rule.id for each in [refusal] if each] == ([] if inside else ["R-13.1"])


@pytest.mark.parametrize(
    ("day", "after"),
    [(date(2026, 1, 1), date(2029, 1, 1)), (date(2028, 2, 29), date(2031, 2, 28))],
)
def test_three_years_after_a_leap_day_are_28_february(day: date, after: date) -> None:
    """N-4, N-6."""
    assert years_after(day, 3) == after
