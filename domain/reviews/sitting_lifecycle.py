"""A sitting from its date to the signed result (Art. 9(5); Order 40, N-13 to N-18)."""

from __future__ import annotations

from domain.core.errors import Refusal, RuleBroken
from domain.core.lifecycle import Lifecycle, begins, moves
from domain.core.roles import Role
from domain.policy_documents.standing import right_refusal
from domain.reviews.counting import QUORUM_SHARE
from domain.reviews.round_lifecycle import RUNNING, committee_is_filed
from domain.reviews.sitting_facts import SittingFacts, load_sitting_facts
from domain.reviews.sitting_models import Sitting
from domain.reviews.states import BallotBoxState, SittingState

MIN_GROUP = 3  # N-15


def the_unit_may_review(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """R-4.1; a suspended unit holds no meeting."""
    return right_refusal(facts.unit_state)


def the_round_runs(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """R-9.11."""
    if facts.round_state in RUNNING:
        return None
    return RuleBroken("R-9.11", "该评审批次已结束。", "The round is over.")


def the_committee_is_filed_today(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """R-9.10: filed, and valid on this day in Beijing, up to its midnight."""
    return committee_is_filed(facts.committee, facts.today)


def the_viewer_is_a_member(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """N-14: only members of the committee sit."""
    if facts.own_seat is not None:
        return None
    return RuleBroken("N-14", "您不是本评审委员会的成员。", "You are not a member of this committee.")


def it_is_the_day(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """S-12: experts check in, and the sitting opens, on its day."""
    if facts.today == row.held_on:
        return None
    return RuleBroken("S-12", f"会议日期为{row.held_on}。", f"The sitting is on {row.held_on}.")


def not_checked_in_yet(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """S-13."""
    if facts.own_seat is None or facts.own_seat.expert_id not in facts.checked_in:
        return None
    return RuleBroken("S-13", "您已签到。", "You have checked in already.")


def the_viewer_is_chair_or_vice_chair(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """N-13, first half."""
    if facts.own_seat is not None and facts.own_seat.presides:
        return None
    return RuleBroken(
        "N-13", "会议由主任委员或者副主任委员主持。", "The chair or a vice chair presides over the sitting."
    )


def the_viewer_has_checked_in(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """N-13: who presides is present."""
    if facts.own_seat is None or facts.own_seat.expert_id in facts.checked_in:
        return None
    return RuleBroken("N-13", "会议主持人须先签到。", "Whoever presides checks in first.")


def two_thirds_are_present(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """N-13: 3 * present >= 2 * members, counting members who have checked in."""
    members = len(facts.seats)
    present = sum(seat.expert_id in facts.checked_in for seat in facts.seats)
    if QUORUM_SHARE.reached(present, members):
        return None
    return RuleBroken(
        "N-13",
        f"评审委员会{members}人，签到{present}人，未达到三分之二。",
        f"{present} of {members} members have checked in; two thirds are needed.",
    )


def the_keys_are_ready(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """N-14: every trustee has handed in a public key, or nobody could open the sums."""
    if row.keys_ready:
        return None
    return RuleBroken(
        "N-14",
        f"尚有{facts.keys_missing}名密钥保管人未提交公钥。",
        f"{facts.keys_missing} trustees have not handed in their key.",
    )


def somebody_stands(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """N-16: a sitting has candidates."""
    if facts.candidacies:
        return None
    return RuleBroken("N-16", "会议尚未分配申报人。", "No candidate is assigned to the sitting.")


def a_key_is_asked_of_the_viewer(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """N-14: the bodies named as trustees hand in their own keys, once."""
    if facts.viewer.organisation_id in facts.organisations_to_give_keys:
        return None
    return RuleBroken(
        "N-14",
        "贵机构不是待提交公钥的密钥保管人。",
        "Your body is not a trustee who still has to hand in a key.",
    )


def the_viewer_presides(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """N-13, N-16: who opened the sitting presides to its end; before the opening, the chair or a vice chair."""
    seat = facts.own_seat
    if row.presider_id is None and seat is not None and seat.presides:
        return None
    if row.presider_id is not None and seat is not None and seat.expert_id == row.presider_id:
        return None
    return RuleBroken("N-13", "该操作由会议主持人进行。", "Only the presiding member does this.")


def the_bureau_or_who_presides(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """The municipal bureau may stop any sitting, and so does a round that is void; an expert one he presides over."""
    return the_viewer_presides(row, facts) if facts.viewer.role is Role.EXPERT else None


def every_ballot_is_counted(row: Sitting, facts: SittingFacts) -> Refusal | None:
    """N-16: the presiding member signs once the ballot on each candidate is closed and its sums are open."""
    waiting = [each for each in facts.candidacies if facts.boxes.get(each) != BallotBoxState.TALLIED]
    if not waiting:
        return None
    return RuleBroken(
        "N-16",
        f"尚有{len(waiting)}名申报人的投票未结束或者未计票。",
        f"The ballots on {len(waiting)} candidates are not closed and counted.",
    )


S = SittingState
KEY_HOLDERS = {
    Role.MUNICIPAL_BUREAU,
    Role.DISTRICT_BUREAU,
    Role.INDUSTRY_AUTHORITY,
    Role.SUPERVISING_DEPARTMENT,
}

SITTING = Lifecycle(
    name="sitting",
    model=Sitting,
    states=SittingState,
    zh="评审会议",
    article="9(5)",
    load_facts=load_sitting_facts,
    moves=(
        begins(
            "schedule", S.SCHEDULED, by={Role.UNIT}, article="9(5)", zh="安排会议", en="schedule a sitting"
        ),
        moves(
            "assign",
            S.SCHEDULED,
            None,
            by={Role.UNIT},
            when=(the_round_runs,),
            article="9(5)",
            zh="分配申报人",
            en="assign candidates",
        ),
        moves(
            "hand_in_key",
            S.SCHEDULED,
            None,
            by=KEY_HOLDERS,
            when=(a_key_is_asked_of_the_viewer,),
            article="9(5)",
            zh="提交密钥",
            en="hand in a trustee's key",
        ),
        moves(
            "check_in",
            S.SCHEDULED,
            None,
            by={Role.EXPERT},
            when=(the_viewer_is_a_member, it_is_the_day, not_checked_in_yet),
            article="9(5)",
            zh="签到",
            en="check in",
        ),
        moves(
            "recuse",
            (S.SCHEDULED, S.IN_SESSION),
            None,
            by={Role.EXPERT, Role.UNIT},
            article="9(5)",
            zh="回避",
            en="recuse an expert",
        ),
        moves(
            "open",
            S.SCHEDULED,
            S.IN_SESSION,
            by={Role.EXPERT},
            when=(
                the_unit_may_review,
                the_round_runs,
                the_committee_is_filed_today,
                it_is_the_day,
                the_viewer_is_chair_or_vice_chair,
                the_viewer_has_checked_in,
                two_thirds_are_present,
                the_keys_are_ready,
                somebody_stands,
            ),
            article="9(5)",
            zh="宣布开会",
            en="open the sitting",
        ),
        moves(
            "record_opinion",
            S.IN_SESSION,
            None,
            by={Role.EXPERT, Role.UNIT},
            article="9(5)",
            zh="记录评议意见",
            en="record a group's opinion",
        ),
        moves(
            "open_ballot",
            S.IN_SESSION,
            None,
            by={Role.EXPERT},
            when=(the_viewer_presides,),
            article="9(5)",
            zh="开放投票",
            en="open a ballot",
        ),
        moves(
            "sign",
            S.IN_SESSION,
            S.SIGNED,
            by={Role.EXPERT},
            when=(the_viewer_presides, every_ballot_is_counted),
            article="9(5)",
            zh="签署结果",
            en="sign the result",
        ),
        moves(
            "abort",
            (S.SCHEDULED, S.IN_SESSION),
            S.ABORTED,
            by={Role.EXPERT, Role.MUNICIPAL_BUREAU, Role.SYSTEM},
            when=(the_bureau_or_who_presides,),
            article="9(5)",
            zh="中止会议",
            en="abort the sitting",
        ),
    ),
)
