"""The cycle of a version of policy documents: decide, publicise, approve. Art. 9(1), 9(2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.core.errors import Refusal, RuleBroken
from domain.core.lifecycle import Facts, Lifecycle, begins, moves
from domain.core.roles import Role
from domain.policy_documents.models import (
    PolicyDocument,
    PolicyDocumentKind,
    PolicyOpinion,
    PolicySet,
    PolicySetState,
)

# Switches: readings of silences that the municipal bureau may decide otherwise.
DEFAULT_PUBLICITY_WORKING_DAYS = 5  # D6, R-9.4: the Measures give no length for this publicity
LONGEST_PUBLICITY_WORKING_DAYS = 60

NEEDED_KINDS = frozenset({PolicyDocumentKind.WORK_PLAN, PolicyDocumentKind.CRITERIA})  # Art. 9(2), R-9.2

OFFICE = frozenset({Role.UNIT})
BUREAU = frozenset({Role.MUNICIPAL_BUREAU})
#: Measures of Art. 13 and 14: the bureau itself, or a case that it decided.
SANCTION = frozenset({Role.MUNICIPAL_BUREAU, Role.SYSTEM})
SYSTEM = frozenset({Role.SYSTEM})
S = PolicySetState


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts(Facts):
    """What guards know of a version beside its row."""

    kinds: frozenset[PolicyDocumentKind] = frozenset()
    unanswered: int = 0
    latest_effective_from: date | None = None
    """When the unit's latest approved version takes effect, this one aside."""


async def load_facts(rows: Sequence[PolicySet], base: Facts) -> dict[UUID, PolicyFacts]:
    """Three queries whatever the number of rows."""
    ids = [row.id for row in rows]
    kinds: dict[UUID, set[PolicyDocumentKind]] = defaultdict(set)
    for set_id, kind in await PolicyDocument.filter(policy_set_id__in=ids).values_list(
        "policy_set_id", "kind"
    ):
        kinds[set_id].add(PolicyDocumentKind(kind))
    unanswered: dict[UUID, int] = defaultdict(int)
    open_opinions = PolicyOpinion.filter(policy_set_id__in=ids, answered_at__isnull=True)
    for (set_id,) in await open_opinions.values_list("policy_set_id"):
        unanswered[set_id] += 1
    units = {row.unit_id for row in rows}
    approved = await PolicySet.filter(unit_id__in=units, state=S.APPROVED).values_list(
        "id", "unit_id", "effective_from"
    )
    return {
        row.id: PolicyFacts(
            viewer=base.viewer,
            now=base.now,
            calendar=base.calendar,
            kinds=frozenset(kinds[row.id]),
            unanswered=unanswered[row.id],
            latest_effective_from=max(
                (since for id, unit, since in approved if unit == row.unit_id and id != row.id), default=None
            ),
        )
        for row in rows
    }


def work_plan_and_criteria_are_both_there(_row: PolicySet, facts: PolicyFacts) -> Refusal | None:
    """Art. 9(2), R-9.2."""
    missing = [kind for kind in PolicyDocumentKind if kind in NEEDED_KINDS - facts.kinds]
    if not missing:
        return None
    words = {PolicyDocumentKind.WORK_PLAN: "评审工作方案", PolicyDocumentKind.CRITERIA: "评价标准"}
    zh = "、".join(words[kind] for kind in missing)
    return RuleBroken("R-9.2", f"缺少{zh}。", f"Missing: {', '.join(missing)}.", field="documents")


def publicity_has_ended(row: PolicySet, facts: Facts) -> Refusal | None:
    """Art. 9(2), R-9.4: not before 24:00 Beijing time of the last working day."""
    if row.publicity_ends_at is not None and facts.now >= row.publicity_ends_at:
        return None
    return RuleBroken("R-9.4", "公示期尚未届满。", "The publicity has not reached its end.")


def opinions_are_answered(_row: PolicySet, facts: PolicyFacts) -> Refusal | None:
    """Art. 9(2), R-9.3."""
    if facts.unanswered == 0:
        return None
    return RuleBroken(
        "R-9.3",
        f"尚有 {facts.unanswered} 条公示意见未答复。",
        f"{facts.unanswered} opinions of the publicity are unanswered.",
    )


def a_later_version_is_in_force(row: PolicySet, facts: Facts) -> Refusal | None:
    """R-9.5: a version holds until the day from which its successor does."""
    if row.effective_until is not None and facts.today >= row.effective_until:
        return None
    return RuleBroken("R-9.5", "新版本尚未施行。", "No later version is in force yet.")


def in_force(row: PolicySet, day: date) -> bool:
    """Whether a version may be planned and reviewed on at that day (R-9.3)."""
    if row.state != S.APPROVED or row.effective_from is None:
        return False
    return row.effective_from <= day and (row.effective_until is None or day < row.effective_until)


POLICY_SET = Lifecycle(
    "policy_set",
    PolicySet,
    PolicySetState,
    (
        begins("draft", S.DRAFT, by=OFFICE, article="9(2)", zh="起草制度文件", en="draft policy documents"),
        moves("edit", S.DRAFT, None, by=OFFICE, article="9(2)", zh="修改草稿", en="edit the draft"),
        moves(
            "record_collective_decision",
            S.DRAFT,
            S.DECIDED,
            by=OFFICE,
            when=[work_plan_and_criteria_are_both_there],
            article="9(2)",
            zh="登记集体决策",
            en="record the collective decision",
        ),
        moves(
            "open_publicity",
            S.DECIDED,
            S.IN_PUBLICITY,
            by=OFFICE,
            article="9(2)",
            zh="开始公示",
            en="open the publicity",
        ),
        moves(
            "record_opinion",
            S.IN_PUBLICITY,
            None,
            by={Role.UNIT, Role.APPLICANT},
            article="9(2)",
            zh="提出公示意见",
            en="give an opinion",
        ),
        moves(
            "answer_opinion",
            S.IN_PUBLICITY,
            None,
            by=OFFICE,
            article="9(2)",
            zh="答复公示意见",
            en="answer an opinion",
        ),
        moves(
            "close_publicity",
            S.IN_PUBLICITY,
            S.PUBLICISED,
            by=OFFICE | SYSTEM,
            when=[publicity_has_ended, opinions_are_answered],
            article="9(2)",
            zh="结束公示",
            en="close the publicity",
        ),
        moves(
            "submit_for_approval",
            S.PUBLICISED,
            S.SUBMITTED,
            by=OFFICE,
            when=[work_plan_and_criteria_are_both_there],
            article="9(2)",
            zh="报请审定",
            en="submit for approval",
        ),
        moves("approve", S.SUBMITTED, S.APPROVED, by=BUREAU, article="9(2)", zh="审定", en="approve"),
        moves("send_back", S.SUBMITTED, S.DRAFT, by=BUREAU, article="9(2)", zh="退回", en="send back"),
        moves(
            "name_successor",
            S.APPROVED,
            None,
            by=SYSTEM,
            article="9(2)",
            zh="确定被替代日期",
            en="note from when a later version holds",
        ),
        moves(
            "supersede",
            S.APPROVED,
            S.SUPERSEDED,
            by=SYSTEM,
            when=[a_later_version_is_in_force],
            article="9(2)",
            zh="由新版本替代",
            en="supersede",
        ),
        moves("revoke", S.APPROVED, S.REVOKED, by=SANCTION, article="9(2)", zh="撤销审定", en="revoke"),
    ),
    zh="制度文件版本",
    article="9(2)",
    load_facts=load_facts,
)
