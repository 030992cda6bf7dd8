"""Quorum and pass in whole numbers (N-13, N-14): the vectors of Order 40 as practised."""

from __future__ import annotations

import pytest

from domain.reviews.counting import PASS_SHARE, QUORUM_SHARE, Counted, Share, counted


@pytest.mark.parametrize(
    ("members", "least"), [(7, 5), (9, 6), (11, 8), (13, 9), (15, 10), (25, 17), (27, 18), (29, 20)]
)
def test_two_thirds_of_the_members_make_a_quorum(members: int, least: int) -> None:
    assert [n for n in range(members + 1) if QUORUM_SHARE.reached(n, members)] == list(
        range(least, members + 1)
    )


@pytest.mark.parametrize(
    ("present", "yes", "passes"),
    [
        (12, 8, True),
        (12, 7, False),
        (17, 12, True),
        (17, 11, False),
        (8, 6, True),
        (8, 5, False),
        (15, 9, False),  # 9 yes, 3 no, 3 abstain: 75% of yes and no, and yet not two thirds of those present
        (15, 10, True),
        (18, 12, True),
        (27, 18, True),
        (9, 6, True),
    ],
)
def test_two_thirds_of_the_present_pass(present: int, yes: int, passes: bool) -> None:
    assert PASS_SHARE.reached(yes, present) is passes


def test_a_float_would_fail_what_exactly_two_thirds_pass() -> None:
    """The threshold 0.6666666666666667 of a real system refuses 8 of 12."""
    assert [8 / 12 >= 0.6666666666666667, PASS_SHARE.reached(8, 12)] == [False, True]


def test_nothing_of_nobody_is_no_share() -> None:
    assert PASS_SHARE.reached(0, 0) is False


def test_a_stricter_rule_can_be_stored() -> None:
    assert [Share(3, 4).reached(yes, 12) for yes in (8, 9)] == [False, True]


def test_the_recused_leave_quorum_and_denominator() -> None:
    """D3: two of eleven members are recused, one of them is here."""
    assert counted(11, 8, 2, 1, recused_leave=True) == Counted(
        members=9, present=7, entitled=7, denominator=7
    )


def test_where_the_recused_stay_they_are_measured_by_but_never_vote() -> None:
    assert counted(11, 8, 2, 1, recused_leave=False) == Counted(
        members=11, present=7, entitled=7, denominator=8
    )


@pytest.mark.parametrize(
    ("recused", "recused_present", "leave", "holds"),
    [(1, 1, True, True), (2, 2, True, True), (3, 3, True, False), (1, 1, False, False), (1, 0, False, True)],
)
def test_the_quorum_is_asked_again_for_each_candidate(
    recused: int, recused_present: int, leave: bool, holds: bool
) -> None:
    """Eleven members, eight present: 7/10, 6/9 and 5/8 where the recused leave; 7/11 where they stay."""
    numbers = counted(11, 8, recused, recused_present, recused_leave=leave)
    assert numbers.quorate(QUORUM_SHARE) is holds
