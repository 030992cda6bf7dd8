"""The vote on one candidate: open, cast, close, tally (N-14). No guard and no text here depends on a choice."""

from __future__ import annotations

from domain.core.errors import Refusal, RuleBroken
from domain.core.lifecycle import Lifecycle, begins, moves
from domain.core.roles import Role
from domain.reviews.ballot_models import BallotBox
from domain.reviews.sitting_facts import BoxFacts, load_box_facts
from domain.reviews.sitting_lifecycle import KEY_HOLDERS
from domain.reviews.states import BallotBoxState


def the_viewer_is_entitled(row: BallotBox, facts: BoxFacts) -> Refusal | None:
    """N-14, N-18: present, not recused, and in person."""
    if facts.own_credential is not None:
        return None
    return RuleBroken(
        "N-14",
        "您未出席本次会议或者已对该申报人回避，不能投票。",
        "You are not present at this sitting, or recused from this candidate; you have no vote here.",
    )


def the_viewer_has_not_voted(row: BallotBox, facts: BoxFacts) -> Refusal | None:
    """N-14: one ballot, and it is not changed."""
    if not facts.has_voted:
        return None
    return RuleBroken(
        "N-14",
        "您已对该申报人投票，每人只能投一次，投出后不能更改。",
        "You have voted on this candidate; a ballot is cast once and not changed.",
    )


def the_viewer_presides(row: BallotBox, facts: BoxFacts) -> Refusal | None:
    """N-13."""
    if facts.viewer.person_id is not None and facts.viewer.person_id == facts.presider_person_id:
        return None
    return RuleBroken("N-13", "该操作由会议主持人进行。", "Only the presiding member does this.")


def the_sum_hides_each_ballot(row: BallotBox, facts: BoxFacts) -> Refusal | None:
    """N-14: the sum of one ballot is that ballot, and the vote is secret."""
    if facts.cast != 1 or row.entitled == 1:
        return None
    return RuleBroken(
        "N-14",
        "仅有一张选票，计票将泄露该票内容，请等待其他专家投票。",
        "There is one ballot only, and counting it would reveal it; wait for further ballots.",
    )


def a_share_is_asked_of_the_viewer(row: BallotBox, facts: BoxFacts) -> Refusal | None:
    """N-14: a trustee's share comes from that trustee, once."""
    mine = facts.own_trustee
    if mine is not None and mine.id not in facts.shares:
        return None
    return RuleBroken(
        "N-14",
        "贵机构不是待提交部分解密的密钥保管人。",
        "Your body is not a trustee who still owes its share of the decryption.",
    )


def every_share_is_there(row: BallotBox, facts: BoxFacts) -> Refusal | None:
    """N-14: all trustees together open the sums, and none can be left out."""
    missing = sum(each.id not in facts.shares for each in facts.trustees)
    if not missing:
        return None
    return RuleBroken(
        "N-14",
        f"尚缺{missing}份部分解密。",
        f"{missing} trustees have not given their share of the decryption.",
    )


S = BallotBoxState

BALLOT_BOX = Lifecycle(
    name="ballot",
    model=BallotBox,
    states=BallotBoxState,
    zh="投票",
    article="9(5)",
    load_facts=load_box_facts,
    moves=(
        begins("open", S.OPEN, by={Role.EXPERT}, article="9(5)", zh="开放投票", en="open the ballot"),
        moves(
            "cast",
            S.OPEN,
            None,
            by={Role.EXPERT},
            when=(the_viewer_is_entitled, the_viewer_has_not_voted),
            article="9(5)",
            zh="投票",
            en="cast a ballot",
        ),
        moves(
            "close",
            S.OPEN,
            S.CLOSED,
            by={Role.EXPERT},
            when=(the_viewer_presides, the_sum_hides_each_ballot),
            article="9(5)",
            zh="截止投票",
            en="close the ballot",
        ),
        moves(
            "give_share",
            S.CLOSED,
            None,
            by=KEY_HOLDERS,
            when=(a_share_is_asked_of_the_viewer,),
            article="9(5)",
            zh="提交部分解密",
            en="give a trustee's share",
        ),
        moves(
            "tally",
            S.CLOSED,
            S.TALLIED,
            by={Role.SYSTEM},
            when=(every_share_is_there,),
            article="9(5)",
            zh="计票",
            en="count the ballots",
        ),
        moves(
            "announce",
            S.TALLIED,
            S.SIGNED,
            by={Role.SYSTEM},
            article="9(5)",
            zh="公布结果",
            en="announce the result",
        ),
        moves(
            "void",
            (S.OPEN, S.CLOSED, S.TALLIED),
            S.VOIDED,
            by={Role.SYSTEM},
            article="9(5)",
            zh="作废投票",
            en="void the ballot",
        ),
    ),
)
