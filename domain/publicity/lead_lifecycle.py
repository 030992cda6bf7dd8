"""Leads and their re-check by three bodies (Art. 9(7), 12). The unit never takes part (R-9.14)."""

from __future__ import annotations

from domain.core.errors import Refusal, RuleBroken
from domain.core.labels import label
from domain.core.lifecycle import Lifecycle, begins, moves
from domain.core.roles import GRANTABLE, Role
from domain.publicity.facts import LeadFacts, load_lead_facts
from domain.publicity.lead_models import Lead
from domain.publicity.names import LeadState, RecheckBody

(
    RECEIVED,
    DISMISSED,
    ADMITTED,
    RECHECKING,
    UNFOUNDED,
    FOUNDED_NO_EFFECT,
    FOUNDED_AFFECTS_RESULT,
) = LeadState
BUREAU = {Role.MUNICIPAL_BUREAU}
BODIES = {Role.MUNICIPAL_BUREAU, Role.INDUSTRY_AUTHORITY, Role.DISTRICT_BUREAU}


def each_body_has_spoken(lead: Lead, facts: LeadFacts) -> Refusal | None:
    """R-9.14: the opinion of each of the three bodies, or why it goes without it."""
    missing = [body for body in RecheckBody if body not in facts.heard_bodies]
    if not missing:
        return None
    zh = f"尚缺复查意见或未参加理由：{'、'.join(label(body).zh for body in missing)}。"
    en = f"No opinion and no waiver yet: {', '.join(label(body).en for body in missing)}."
    return RuleBroken("R-9.14", zh, en, field="opinions")


def the_person_was_heard(lead: Lead, facts: LeadFacts) -> Refusal | None:
    """S-23: before anything is found against somebody, he is told and heard."""
    if lead.heard_on is not None and lead.hearing_record.strip():
        return None
    return RuleBroken("S-23", "尚未听取当事人陈述。", "The person was not heard yet.", field="hearingRecord")


CONCLUDED = (each_body_has_spoken, the_person_was_heard)

LEAD: Lifecycle[Lead] = Lifecycle(
    "lead",
    Lead,
    LeadState,
    (
        begins(
            "file", RECEIVED, by=GRANTABLE | {Role.PUBLIC}, article="9(7)", zh="反映问题", en="File a lead"
        ),
        moves("dismiss", RECEIVED, DISMISSED, by=BUREAU, article="9(7)", zh="不予受理", en="Dismiss"),
        moves("admit", RECEIVED, ADMITTED, by=BUREAU, article="9(7)", zh="受理", en="Admit"),
        moves(
            "start_recheck",
            ADMITTED,
            RECHECKING,
            by=BUREAU,
            article="9(7)",
            zh="启动复查",
            en="Start the re-check",
        ),
        moves(
            "give_opinion",
            RECHECKING,
            None,
            by=BODIES,
            article="9(7)",
            zh="提出复查意见",
            en="Give an opinion",
        ),
        moves(
            "waive_opinion",
            RECHECKING,
            None,
            by=BUREAU,
            article="9(7)",
            zh="记录未参加理由",
            en="Go without a body's opinion",
        ),
        moves(
            "record_hearing",
            RECHECKING,
            None,
            by=BUREAU,
            article="9(7)",
            zh="记录当事人陈述",
            en="Record what the person said",
        ),
        moves(
            "find_unfounded",
            RECHECKING,
            UNFOUNDED,
            by=BUREAU,
            when=CONCLUDED,
            article="9(7)",
            zh="认定不实",
            en="Find it unfounded",
        ),
        moves(
            "find_without_effect",
            RECHECKING,
            FOUNDED_NO_EFFECT,
            by=BUREAU,
            when=CONCLUDED,
            article="9(7)",
            zh="认定属实但不影响结果",
            en="Find it true without effect on the result",
        ),
        moves(
            "find_affecting_result",
            RECHECKING,
            FOUNDED_AFFECTS_RESULT,
            by=BUREAU,
            when=CONCLUDED,
            article="9(7)",
            zh="认定属实且影响结果",
            en="Find it true and affecting the result",
        ),
        moves(
            "reveal_reporter",
            LeadState,
            None,
            by=BUREAU,
            article="9(7)",
            zh="查看反映人信息",
            en="Look at who reported",
        ),
    ),
    zh="问题线索",
    article="9(7)",
    load_facts=load_lead_facts,
)
