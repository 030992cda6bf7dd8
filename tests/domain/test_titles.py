"""Levels are ordered, committees review their level and below, and not every series has every level."""

from itertools import pairwise

import pytest

from domain.core.reference import districts, title_series
from domain.core.titles import CommitteeLevel, TitleLevel, can_review, level_from_word

LOWEST_FIRST = [
    TitleLevel.TECHNICIAN,
    TitleLevel.ASSISTANT,
    TitleLevel.INTERMEDIATE,
    TitleLevel.ASSOCIATE_SENIOR,
    TitleLevel.SENIOR,
]


def test_levels_are_totally_ordered_by_rank_and_not_by_alphabet() -> None:
    assert sorted([*LOWEST_FIRST[2:], *LOWEST_FIRST[:2]]) == LOWEST_FIRST
    assert max(LOWEST_FIRST) is TitleLevel.SENIOR
    for lower, higher in pairwise(LOWEST_FIRST):
        assert (lower < higher, lower <= higher, lower > higher, lower >= higher) == (
            True,
            True,
            False,
            False,
        )
    assert TitleLevel.SENIOR <= TitleLevel.SENIOR
    with pytest.raises(TypeError):
        _ = TitleLevel.SENIOR < 3


@pytest.mark.parametrize(
    ("committee", "reviewed"),
    [
        (CommitteeLevel.SENIOR, LOWEST_FIRST),
        (CommitteeLevel.MIDDLE, LOWEST_FIRST[:3]),
        (CommitteeLevel.JUNIOR, LOWEST_FIRST[:2]),
    ],
)
def test_a_committee_reviews_its_level_and_below(
    committee: CommitteeLevel, reviewed: list[TitleLevel]
) -> None:
    assert [level for level in LOWEST_FIRST if can_review(committee, level)] == reviewed


def test_words_of_forms_name_levels() -> None:
    assert [level_from_word(word) for word in ("员级", "助理级", "中级", "副高级", "正高级")] == LOWEST_FIRST
    assert level_from_word("特级") is None
    assert level_from_word("SENIOR") is None


def test_the_27_series_have_only_the_levels_that_exist() -> None:
    series = title_series()
    assert list(series) == [f"{number:02}" for number in range(1, 28)]
    with_technician = [code for code, facts in series.items() if TitleLevel.TECHNICIAN in facts.titles]
    assert with_technician == ["04", "05", "06", "09", "11", "12", "20", "22", "25"]
    assert series["05"].name_zh == "工程技术人员"
    assert dict(series["07"].titles) == {
        TitleLevel.ASSISTANT: "助理记者",
        TitleLevel.INTERMEDIATE: "记者",
        TitleLevel.ASSOCIATE_SENIOR: "主任记者",
        TitleLevel.SENIOR: "高级记者",
    }
    assert all(name for facts in series.values() for name in facts.titles.values())


def test_beijing_has_16_districts_and_the_development_area() -> None:
    all_of_them = districts()
    assert len(all_of_them) == 17
    assert len({district.gb2260 for district in all_of_them}) == 17
    assert (all_of_them[5].gb2260, all_of_them[5].name_zh) == ("110108", "海淀区")
    assert (all_of_them[-1].gb2260, all_of_them[-1].bureau_zh) == (None, "北京经济技术开发区社会事业局")
