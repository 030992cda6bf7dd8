"""The life of a committee and of its filing. Art. 9(4), Order 40 (N-2 to N-7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.committees.composition import COMPOSITION_RULES, Composition, CompositionRule, Seat
from domain.committees.models import Committee, CommitteeMember, CommitteeState
from domain.committees.scope import level_refusal
from domain.core.errors import Refusal, RuleBroken
from domain.core.lifecycle import Facts, Guard, Lifecycle, begins, moves
from domain.core.roles import Role
from domain.experts.models import Expert
from domain.policy_documents.standing import right_refusal
from domain.units.models import Unit
from domain.units.names import UnitState
from domain.units.reads import scopes_of
from domain.units.scopes import ReviewScope

OFFICE = frozenset({Role.UNIT})
BUREAU = frozenset({Role.MUNICIPAL_BUREAU})
SYSTEM = frozenset({Role.SYSTEM})
#: Measures of Art. 13: the bureau itself, or a case that it decided.
SANCTION = BUREAU | SYSTEM
S = CommitteeState


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeFacts(Facts):
    """What guards know of a committee beside its row."""

    unit_state: UnitState
    scope: ReviewScope
    composition: Composition
    renewed: bool = False


async def load_facts(rows: Sequence[Committee], base: Facts) -> dict[UUID, CommitteeFacts]:
    """Five queries whatever the number of rows."""
    ids, unit_ids = [row.id for row in rows], list({row.unit_id for row in rows})
    states = dict(await Unit.filter(id__in=unit_ids).values_list("id", "state"))
    scopes = await scopes_of(unit_ids)
    members = await CommitteeMember.filter(committee_id__in=ids, left_at__isnull=True).order_by(
        "position", "id"
    )
    seats: dict[UUID, list[Seat]] = defaultdict(list)
    for member in members:
        seats[member.committee_id].append(Seat(member.expert_id, member.role))
    pool = {each.id: each for each in await Expert.filter(id__in=[member.expert_id for member in members])}
    renewed = {id for (id,) in await Committee.filter(renews_id__in=ids).values_list("renews_id")}
    return {
        row.id: CommitteeFacts(
            viewer=base.viewer,
            now=base.now,
            calendar=base.calendar,
            unit_state=UnitState(states[row.unit_id]),
            scope=scopes[row.unit_id],
            composition=Composition(row, seats[row.id], pool, base.today),
            renewed=row.id in renewed,
        )
        for row in rows
    }


def unit_holds_the_right(_row: Committee, facts: CommitteeFacts) -> Refusal | None:
    """R-4.1, J-7: a suspended unit brings no committee into being."""
    return right_refusal(facts.unit_state)


def level_lies_inside_the_scope(row: Committee, facts: CommitteeFacts) -> Refusal | None:
    """Art. 13, R-13.1."""
    return level_refusal(facts.scope, row.series, row.specialty, row.level)


def no_meeting_is_open(row: Committee, _facts: CommitteeFacts) -> Refusal | None:
    """R-9.10: who sits stands still while a meeting is on."""
    if row.open_meetings == 0:
        return None
    return RuleBroken(
        "R-9.10", "评审会议尚未结束，不能调整组成人员。", "A meeting has not ended: members stay."
    )


def filing_is_valid_today(row: Committee, facts: Facts) -> Refusal | None:
    """Art. 9(4), R-9.10, N-4."""
    return meeting_refusal(row, facts.today)


def filing_has_run_out(row: Committee, facts: Facts) -> Refusal | None:
    """N-4: a filing ends at 24:00 in Beijing on its last valid day."""
    if row.valid_until is not None and facts.today > row.valid_until:
        return None
    return RuleBroken("N-4", "备案尚在有效期内。", "The filing is still valid.")


def filing_has_not_run_out(row: Committee, facts: Facts) -> Refusal | None:
    """N-4."""
    if filing_has_run_out(row, facts) is not None:
        return None
    return RuleBroken("N-4", "备案有效期已届满，应当重新备案。", "The filing has expired: file it anew.")


def it_was_not_renewed(_row: Committee, facts: CommitteeFacts) -> Refusal | None:
    """S-13."""
    if not facts.renewed:
        return None
    return RuleBroken("S-13", "该评委会已在换届续备。", "This committee is being renewed already.")


def meeting_refusal(row: Committee, day: date) -> Refusal | None:
    """Why this committee may not meet on that day; None if it is on file and the filing is valid (R-9.10)."""
    if row.state != S.FILED:
        return RuleBroken("R-9.10", "评审委员会未在备案状态。", "The committee is not on file.")
    if row.valid_from is None or row.valid_until is None or not row.valid_from <= day <= row.valid_until:
        return RuleBroken("R-9.10", "会议日期不在备案有效期内。", "The filing is not valid on that day.")
    return None


def _guard(rule: CompositionRule) -> Guard:
    """The rule as a guard over the members there are: its first fault stands for it."""

    def holds(_row: Committee, facts: CommitteeFacts) -> Refusal | None:
        return next(rule(facts.composition), None)

    holds.__name__, holds.__doc__ = rule.__name__, rule.__doc__
    return holds


MEMBERS_ARE_IN_ORDER = tuple(_guard(rule) for rule in COMPOSITION_RULES)

COMMITTEE = Lifecycle(
    "committee",
    Committee,
    CommitteeState,
    (
        begins("form", S.FORMING, by=OFFICE, article="9(4)", zh="组建评委会", en="form a committee"),
        moves(
            "set_members", S.FORMING, None, by=OFFICE, article="9(4)", zh="确定组成人员", en="set the members"
        ),
        moves(
            "draw_members",
            S.FORMING,
            None,
            by=OFFICE,
            article="9(4)",
            zh="随机抽取专家",
            en="draw the members",
        ),
        moves(
            "adjust_floor",
            (S.FORMING, S.FILING_SUBMITTED),
            None,
            by=BUREAU,
            article="9(4)",
            zh="调整人数下限",
            en="adjust the least number of members",
        ),
        moves(
            "submit_filing",
            S.FORMING,
            S.FILING_SUBMITTED,
            by=OFFICE,
            when=[unit_holds_the_right, level_lies_inside_the_scope, *MEMBERS_ARE_IN_ORDER],
            article="9(4)",
            zh="报送备案",
            en="submit for filing",
        ),
        moves(
            "file",
            S.FILING_SUBMITTED,
            S.FILED,
            by=BUREAU,
            when=[level_lies_inside_the_scope, *MEMBERS_ARE_IN_ORDER],
            article="9(4)",
            zh="备案",
            en="file",
        ),
        moves(
            "reject_filing",
            S.FILING_SUBMITTED,
            S.FORMING,
            by=BUREAU,
            article="9(4)",
            zh="退回备案",
            en="reject the filing",
        ),
        moves(
            "replace_member",
            S.FILED,
            S.FILING_SUBMITTED,
            by=OFFICE,
            when=[no_meeting_is_open, filing_has_not_run_out],
            article="9(4)",
            zh="更换组成人员并重新备案",
            en="replace a member and file again",
        ),
        moves(
            "replace_by_draw",
            S.FILED,
            None,
            by=OFFICE,
            when=[no_meeting_is_open, filing_has_not_run_out],
            article="9(4)",
            zh="从专家库抽取更换",
            en="replace a member by a draw",
        ),
        moves(
            "note_meeting_opened",
            S.FILED,
            None,
            by=SYSTEM,
            when=[filing_is_valid_today],
            article="9(5)",
            zh="评审会议开始",
            en="note that a meeting opened",
        ),
        moves(
            "note_meeting_ended",
            tuple(S),
            None,
            by=SYSTEM,
            article="9(5)",
            zh="评审会议结束",
            en="note that a meeting ended",
        ),
        moves(
            "expire",
            (S.FILED, S.SUSPENDED),
            S.EXPIRED,
            by=SYSTEM,
            when=[filing_has_run_out],
            article="9(4)",
            zh="备案到期",
            en="expire",
        ),
        moves("suspend", S.FILED, S.SUSPENDED, by=SANCTION, article="13", zh="暂停评审", en="suspend"),
        moves(
            "resume",
            S.SUSPENDED,
            S.FILED,
            by=SANCTION,
            when=[filing_has_not_run_out],
            article="13",
            zh="恢复评审",
            en="resume",
        ),
        moves(
            "revoke", (S.FILED, S.SUSPENDED), S.REVOKED, by=SANCTION, article="13", zh="撤销备案", en="revoke"
        ),
        moves(
            "renew",
            S.EXPIRED,
            None,
            by=OFFICE,
            when=[unit_holds_the_right, level_lies_inside_the_scope, it_was_not_renewed],
            article="9(4)",
            zh="换届续备",
            en="renew",
        ),
    ),
    zh="职称评审委员会",
    article="9(4)",
    load_facts=load_facts,
)
