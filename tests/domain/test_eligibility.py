"""Who may apply (Art. 4, 6; N-8, N-9, N-24), day by day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.core.errors import Refusal
from domain.core.titles import TitleLevel
from domain.reviews import eligibility
from domain.reviews.states import ApplicationChannel
from domain.units.models import Employment
from domain.units.names import PostType, RelationKind, UnitCategory

TODAY = date(2026, 5, 6)
INSTITUTION, ENTERPRISE = UnitCategory.PUBLIC_INSTITUTION, UnitCategory.ABOVE_SCALE_ENTERPRISE


def person(**changed: Any) -> Employment:
    given: dict[str, Any] = {
        "post_type": PostType.PROFESSIONAL_TECHNICAL,
        "relation": RelationKind.LABOUR_CONTRACT,
        "started_on": date(2020, 1, 1),
        "insured_in": "北京",
        "title_series": "05",
        "title_level": TitleLevel.INTERMEDIATE,
    }
    return Employment(**{**given, **changed})


def rules(*refusals: Refusal | None) -> list[str]:
    return [each.rule.id for each in refusals if each is not None]


def against(someone: Employment, category: UnitCategory = ENTERPRISE, until: date | None = None) -> list[str]:
    return rules(*eligibility.what_stands_against_the_person(someone, category, until, TODAY))


def test_a_technical_employee_insured_in_beijing_may_apply() -> None:
    assert against(person()) == []


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({"ended_on": date(2026, 5, 5)}, ["R-6.1"]),
        ({"ended_on": TODAY}, []),
        ({"started_on": date(2026, 5, 7)}, ["R-6.1"]),
        ({"left_on": date(2026, 5, 1)}, ["R-6.1"]),
        ({"relation": RelationKind.DISPATCHED}, ["R-6.1"]),
        ({"relation": RelationKind.PERSONNEL_APPOINTMENT}, []),
        ({"insured_in": "河北"}, ["R-6.2"]),
        ({"insured_in": ""}, ["R-6.2"]),
        ({"insured_in": "北京市"}, []),
        ({"insured_since": date(2026, 6, 1)}, ["R-6.2"]),
        ({"post_type": PostType.CIVIL_SERVANT}, ["R-6.3"]),
        ({"post_type": PostType.WORKER}, ["R-6.3"]),
        ({"retired_on": TODAY}, ["N-8"]),
        ({"retired_on": date(2026, 5, 7)}, []),
        (
            {"insured_in": "河北", "post_type": PostType.WORKER, "relation": RelationKind.DISPATCHED},
            ["R-6.1", "R-6.2", "R-6.3"],
        ),
    ],
)
def test_every_reason_is_told_at_once(changed: dict[str, Any], broken: list[str]) -> None:
    """R-6.1, R-6.2, R-6.3, N-8."""
    assert against(person(**changed)) == broken


@pytest.mark.parametrize(
    ("category", "until", "broken"),
    [
        (INSTITUTION, TODAY, ["N-8"]),
        (INSTITUTION, date(2026, 5, 5), []),
        (ENTERPRISE, TODAY, []),
    ],
)
def test_a_penalty_bars_staff_of_public_institutions_to_its_last_day(
    category: UnitCategory, until: date, broken: list[str]
) -> None:
    """N-8."""
    assert against(person(penalty_until=until), category) == broken


def test_an_integrity_record_bars_whoever_has_one() -> None:
    """N-24."""
    assert against(person(), until=date(2028, 1, 1)) == ["N-24"]


@pytest.mark.parametrize(
    ("present", "applied", "channel", "broken"),
    [
        (TitleLevel.INTERMEDIATE, TitleLevel.ASSOCIATE_SENIOR, ApplicationChannel.NORMAL, []),
        (TitleLevel.INTERMEDIATE, TitleLevel.SENIOR, ApplicationChannel.NORMAL, ["N-9"]),
        (TitleLevel.INTERMEDIATE, TitleLevel.SENIOR, ApplicationChannel.EXCEPTIONAL, []),
        (None, TitleLevel.INTERMEDIATE, ApplicationChannel.NORMAL, []),
        (None, TitleLevel.ASSOCIATE_SENIOR, ApplicationChannel.NORMAL, ["N-9"]),
        (TitleLevel.SENIOR, TitleLevel.SENIOR, ApplicationChannel.NORMAL, []),
    ],
)
def test_titles_are_applied_for_step_by_step(
    present: TitleLevel | None, applied: TitleLevel, channel: ApplicationChannel, broken: list[str]
) -> None:
    """N-9."""
    assert rules(eligibility.step_by_step(person(title_level=present), "05", applied, channel)) == broken


def test_nobody_applies_for_what_is_held() -> None:
    """N-9: the same level or a lower one of the same series; another series is another matter."""
    holder = person(title_level=TitleLevel.ASSOCIATE_SENIOR)
    asked = [
        ("05", TitleLevel.ASSOCIATE_SENIOR),
        ("05", TitleLevel.SENIOR),
        ("02", TitleLevel.ASSOCIATE_SENIOR),
    ]
    assert [rules(eligibility.not_held_already(holder, *each)) for each in asked] == [["N-9"], [], []]
