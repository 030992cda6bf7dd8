"""Publicity: open after acceptance, five working days, closed by the system alone (Art. 9(7))."""

from __future__ import annotations

from domain.core.errors import Refusal, RuleBroken
from domain.core.lifecycle import Lifecycle, begins, moves
from domain.core.roles import Role
from domain.publicity.facts import PublicityFacts, load_publicity_facts
from domain.publicity.lead_lifecycle import LEAD
from domain.publicity.models import Publicity
from domain.publicity.names import PublicityState

__all__ = ["LEAD", "PUBLICITY"]

OPEN, CLOSED, ANNULLED = PublicityState


def the_window_has_ended(publicity: Publicity, facts: PublicityFacts) -> Refusal | None:
    """R-9.13: not before 24:00 Beijing time of the last working day."""
    if facts.now >= publicity.ends_at:
        return None
    zh = f"公示期至{publicity.ends_on}24:00（北京时间）届满，不得提前结束。"
    en = f"The publicity runs until 24:00 Beijing time on {publicity.ends_on}; it cannot close early."
    return RuleBroken("R-9.13", zh, en)


def the_window_is_running(publicity: Publicity, facts: PublicityFacts) -> Refusal | None:
    """S-12: what has ended cannot be extended."""
    if facts.now < publicity.ends_at:
        return None
    return RuleBroken("S-12", "公示期已届满。", "The publicity has run out.")


PUBLICITY: Lifecycle[Publicity] = Lifecycle(
    "publicity",
    Publicity,
    PublicityState,
    (
        begins("open", OPEN, by={Role.UNIT}, article="9(7)", zh="开启公示", en="Open the publicity"),
        moves(
            "extend",
            OPEN,
            None,
            by={Role.MUNICIPAL_BUREAU},
            when=[the_window_is_running],
            article="9(7)",
            zh="延长公示",
            en="Extend the publicity",
        ),
        moves(
            "close",
            OPEN,
            CLOSED,
            by={Role.SYSTEM},
            when=[the_window_has_ended],
            article="9(7)",
            zh="结束公示",
            en="Close the publicity",
        ),
        moves(
            "annul",
            OPEN,
            ANNULLED,
            by={Role.MUNICIPAL_BUREAU},
            article="9(7)",
            zh="作废公示",
            en="Annul the publicity",
        ),
    ),
    zh="评审结果公示",
    article="9(7)",
    load_facts=load_publicity_facts,
)
