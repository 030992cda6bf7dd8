"""The life of an expert of the pool. Art. 9(4), Order 40 (N-6), B-2, N-25."""

from __future__ import annotations

from datetime import date

from domain.core.errors import Refusal, RuleBroken
from domain.core.lifecycle import Facts, Lifecycle, begins, moves
from domain.core.roles import Role
from domain.experts.models import Expert, ExpertState

MAX_TERM_YEARS = 3  # Order 40, N-6: at most three years a term

OFFICE = frozenset({Role.UNIT})
BUREAU = frozenset({Role.MUNICIPAL_BUREAU})
#: Measures of Art. 13 and 14: the bureau itself, or a case that it decided.
SANCTION = frozenset({Role.MUNICIPAL_BUREAU, Role.SYSTEM})
S = ExpertState


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 28 February, which errs on the short side."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def term_is_not_over(row: Expert, facts: Facts) -> Refusal | None:
    """N-6: nobody is filed, or comes back, for a term that has ended."""
    if facts.today <= row.term_end:
        return None
    return RuleBroken("N-6", "聘期已经届满，请重新提名。", "The term is over: nominate the expert again.")


def term_is_over(row: Expert, facts: Facts) -> Refusal | None:
    """N-6: the term ends with the last day, at 24:00 in Beijing."""
    if facts.today > row.term_end:
        return None
    return RuleBroken("N-6", "聘期尚未届满。", "The term is not over.")


def serves_on(row: Expert, day: date) -> bool:
    """Whether the expert may sit on a committee on that day."""
    return row.state == S.ACTIVE and row.term_start <= day <= row.term_end


EXPERT = Lifecycle(
    "expert",
    Expert,
    ExpertState,
    (
        begins("nominate", S.NOMINATED, by=OFFICE, article="9(4)", zh="提名专家", en="nominate an expert"),
        moves("edit", S.NOMINATED, None, by=OFFICE, article="9(4)", zh="修改提名", en="edit the nomination"),
        moves(
            "activate",
            S.NOMINATED,
            S.ACTIVE,
            by=BUREAU,
            when=[term_is_not_over],
            article="9(4)",
            zh="备案入库",
            en="file in the pool",
        ),
        moves(
            "declare_tie",
            (S.NOMINATED, S.ACTIVE, S.SUSPENDED),
            None,
            by=OFFICE | {Role.EXPERT},
            article="9(4)",
            zh="登记回避关系",
            en="declare a tie",
        ),
        moves("suspend", S.ACTIVE, S.SUSPENDED, by=SANCTION, article="14", zh="暂停资格", en="suspend"),
        moves(
            "reinstate",
            S.SUSPENDED,
            S.ACTIVE,
            by=SANCTION,
            when=[term_is_not_over],
            article="14",
            zh="恢复资格",
            en="reinstate",
        ),
        moves(
            "disqualify",
            (S.NOMINATED, S.ACTIVE, S.SUSPENDED, S.TERM_ENDED),
            S.DISQUALIFIED,
            by=SANCTION,
            article="14",
            zh="取消资格",
            en="disqualify",
        ),
        moves(
            "end_term",
            (S.ACTIVE, S.SUSPENDED),
            S.TERM_ENDED,
            by={Role.SYSTEM},
            when=[term_is_over],
            article="9(4)",
            zh="聘期届满",
            en="end the term",
        ),
    ),
    zh="评审专家",
    article="9(4)",
)
