"""Acceptance and filing of a round's results: who may do what, when, and why not (Art. 9(6), 13)."""

from __future__ import annotations

from domain.core.errors import Refusal, RuleBroken
from domain.core.lifecycle import Guard, Lifecycle, begins, moves
from domain.core.roles import Role
from domain.results.counts import counts_refusal
from domain.results.facts import PackageFacts, load_package_facts
from domain.results.models import ResultPackage
from domain.results.names import ResultPackageState
from domain.results.soundness import FINDINGS, soundness_refusals

DRAFT, SUBMITTED, RETURNED, ACCEPTED, PARTIALLY_ACCEPTED, REFUSED = ResultPackageState
REMINDER_WORKING_DAYS = 10  # B-8: a reminder, never a refusal [D]


def every_candidate_has_a_result(package: ResultPackage, facts: PackageFacts) -> Refusal | None:
    """R-9.12: all results, not only those of who passed."""
    if not facts.left_out:
        return None
    zh = f"有{facts.left_out}名申报人没有结果，须报送全部申报人的结果。"
    en = f"{facts.left_out} candidates have no result; hand in the result of every candidate."
    return RuleBroken("R-9.12", zh, en, field="results")


def counts_agree(package: ResultPackage, facts: PackageFacts) -> Refusal | None:
    """R-9.12: votes, recusals and votes not cast add up to the experts present, and agree with the ballot boxes."""
    return counts_refusal(facts.breaches)


def work_report_is_written(package: ResultPackage, facts: PackageFacts) -> Refusal | None:
    """R-9.12: results *and* the report on the review work."""
    if package.work_report.strip():
        return None
    return RuleBroken(
        "R-9.12", "尚未填写评审工作情况报告。", "The work report is missing.", field="workReport"
    )


def minutes_are_sealed(package: ResultPackage, facts: PackageFacts) -> Refusal | None:
    """N-16: each signed sitting comes with the hash of its minutes, unchanged since the results were compiled."""
    if not facts.unsealed:
        return None
    names = "、".join(facts.unsealed)
    return RuleBroken(
        "N-16",
        f"会议记录未封存或已变动：{names}。",
        f"Minutes not sealed, or changed: {names}.",
        field="minutes",
    )


def reminder_is_due(package: ResultPackage, facts: PackageFacts) -> Refusal | None:
    """B-8: more than ten working days after the last sitting, and not reminded before."""
    if package.reminded_at is None and facts.today > facts.calendar.add_working_days(
        package.last_sitting_on, REMINDER_WORKING_DAYS
    ):
        return None
    return RuleBroken("B-8", "尚未到催报时间或已催报。", "It is too early for a reminder, or it was sent.")


def _sound(rule_id: str) -> Guard:
    """The guard that no result breaks this rule; a partial acceptance asks it of the accepted ones only."""

    def holds(package: ResultPackage, facts: PackageFacts) -> Refusal | None:
        only = {id: [each for each in found if each == rule_id] for id, found in facts.findings.items()}
        return next(iter(soundness_refusals(facts.results, only)), None)

    holds.__name__ = f"every_result_keeps_{rule_id.replace('-', '_').replace('.', '_').lower()}"
    return holds


COMPLETE = (every_candidate_has_a_result, counts_agree, minutes_are_sealed)
SOUND = tuple(_sound(rule_id) for rule_id in FINDINGS)
UNIT = {Role.UNIT}
BUREAU = {Role.MUNICIPAL_BUREAU}

RESULT_PACKAGE: Lifecycle[ResultPackage] = Lifecycle(
    "result_package",
    ResultPackage,
    ResultPackageState,
    (
        begins("compile", DRAFT, by=UNIT, article="9(6)", zh="汇总评审结果", en="Compile the results"),
        moves(
            "edit_report",
            (DRAFT, RETURNED),
            None,
            by=UNIT,
            article="9(6)",
            zh="填写评审工作情况报告",
            en="Write the work report",
        ),
        moves(
            "submit",
            (DRAFT, RETURNED),
            SUBMITTED,
            by=UNIT,
            when=[*COMPLETE, work_report_is_written],
            article="9(6)",
            zh="报请验收",
            en="Submit for acceptance",
        ),
        moves(
            "remind",
            (DRAFT, RETURNED),
            None,
            by={Role.SYSTEM},
            when=[reminder_is_due],
            article="9(6)",
            zh="催报评审结果",
            en="Remind of the submission",
        ),
        moves(
            "return",
            SUBMITTED,
            RETURNED,
            by=BUREAU,
            article="9(6)",
            zh="退回补正",
            en="Return for correction",
        ),
        moves(
            "accept",
            SUBMITTED,
            ACCEPTED,
            by=BUREAU,
            when=[*COMPLETE, *SOUND],
            article="9(6)",
            zh="验收通过",
            en="Accept",
        ),
        moves(
            "accept_in_part",
            SUBMITTED,
            PARTIALLY_ACCEPTED,
            by=BUREAU,
            when=COMPLETE,
            article="9(6)",
            zh="部分验收通过",
            en="Accept in part",
        ),
        moves("refuse", SUBMITTED, REFUSED, by=BUREAU, article="9(6)", zh="不予验收", en="Refuse"),
    ),
    zh="评审结果验收",
    article="9(6)",
    load_facts=load_package_facts,
)
