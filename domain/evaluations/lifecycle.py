"""What may happen to an evaluation (Art. 8(4), 8(5), 16)."""

from __future__ import annotations

from datetime import date

from domain.core.errors import Refusal, RuleBroken
from domain.core.labels import listed
from domain.core.lifecycle import Lifecycle, begins, moves
from domain.core.roles import Role
from domain.evaluations.facts import EvaluationFacts, evaluation_facts
from domain.evaluations.models import Evaluation
from domain.evaluations.names import EvaluationDimension, EvaluationState

UNDER_WAY, CONCLUDED, RECOGNISED, REFUSED = EvaluationState
TEAM = {Role.MUNICIPAL_BUREAU, Role.INDUSTRY_AUTHORITY, Role.DISTRICT_BUREAU}
IN_FORCE_SINCE = date(2025, 12, 1)  # Art. 16: in force from issue


def viewer_leads_the_team(row: Evaluation, facts: EvaluationFacts) -> Refusal | None:
    lead = next((member for member in facts.team if member.is_lead), None)
    if lead is not None and lead.account_id is not None and lead.account_id == facts.viewer.account_id:
        return None
    return RuleBroken("R-8.8", "评估结论由评估组组长形成。", "The lead of the team concludes the evaluation.")


def no_activity_took_place_yet(row: Evaluation, facts: EvaluationFacts) -> Refusal | None:
    """Who took part in an activity stays on record, so the team changes only before the first."""
    if not facts.activities:
        return None
    zh = "已有评估活动记录，评估组不得再作调整。"
    return RuleBroken("R-8.8", zh, "An activity is on record; the team can no longer be changed.")


def an_activity_took_place(row: Evaluation, facts: EvaluationFacts) -> Refusal | None:
    return None if facts.activities else RuleBroken("R-8.9", field="activities")


def all_four_dimensions_are_found(row: Evaluation, facts: EvaluationFacts) -> Refusal | None:
    missing = [each for each in EvaluationDimension if each not in facts.found]
    if not missing:
        return None
    zh, en = listed(missing)
    return RuleBroken("R-8.10", f"尚缺评估意见：{zh}。", f"No finding yet on: {en}.", field="findings")


def decider_took_no_part_in_the_pre_review(row: Evaluation, facts: EvaluationFacts) -> Refusal | None:
    """Whoever recommended or pre-reviewed an application does not decide on it (R-8.6, decision D1)."""
    if facts.application.recommended_by_id != facts.viewer.account_id:
        return None
    return RuleBroken("R-8.6")


def measures_are_in_force(row: Evaluation, facts: EvaluationFacts) -> Refusal | None:
    return None if facts.today >= IN_FORCE_SINCE else RuleBroken("R-16.1")


EVALUATION = Lifecycle(
    "evaluation",
    Evaluation,
    EvaluationState,
    (
        begins(
            "accept",
            UNDER_WAY,
            by={Role.MUNICIPAL_BUREAU},
            article="8(4)",
            zh="受理评估并组成评估组",
            en="Accept for evaluation and form the team",
        ),
        moves(
            "change_team",
            UNDER_WAY,
            None,
            by={Role.MUNICIPAL_BUREAU},
            when=[no_activity_took_place_yet],
            article="8(4)",
            zh="调整评估组",
            en="Change the team",
        ),
        moves(
            "record_activity",
            UNDER_WAY,
            None,
            by=TEAM,
            article="8(4)",
            zh="记录评估活动",
            en="Record an activity",
        ),
        moves(
            "record_finding",
            UNDER_WAY,
            None,
            by=TEAM,
            article="8(4)",
            zh="填写评估意见",
            en="Record a finding",
        ),
        moves(
            "conclude",
            UNDER_WAY,
            CONCLUDED,
            by=TEAM,
            when=[viewer_leads_the_team, an_activity_took_place, all_four_dimensions_are_found],
            article="8(4)",
            zh="形成评估结论",
            en="Conclude",
        ),
        moves(
            "recognise",
            CONCLUDED,
            RECOGNISED,
            by={Role.MUNICIPAL_BUREAU},
            when=[decider_took_no_part_in_the_pre_review, measures_are_in_force],
            article="8(5)",
            zh="确定为自主评审单位",
            en="Recognise the unit",
        ),
        moves(
            "refuse",
            CONCLUDED,
            REFUSED,
            by={Role.MUNICIPAL_BUREAU},
            when=[decider_took_no_part_in_the_pre_review, measures_are_in_force],
            article="8(5)",
            zh="不予认定",
            en="Refuse",
        ),
    ),
    zh="自主评审资格评估",
    article="8(4)",
    load_facts=evaluation_facts,
)
