"""What may stand against a step of a candidacy: sentences of Art. 6 and of Order 40, N-8 to N-12."""

from __future__ import annotations

from domain.core.errors import Forbidden, Refusal, RuleBroken
from domain.core.roles import Role
from domain.core.working_calendar import WorkingCalendar
from domain.reviews import eligibility
from domain.reviews.candidacy_facts import CandidacyFacts
from domain.reviews.models import Candidacy
from domain.reviews.round_lifecycle import RUNNING, level_exists
from domain.reviews.states import ApplicationChannel
from domain.reviews.states import CandidacyState as S

MIN_IN_HOUSE_WORKING_DAYS = 5  # N-11
MAX_RETURNS = 1  # N-12: told once and completely [D]


def the_applicant_writes(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    """The office writes only in what it filled in for the applicant (N-10)."""
    if facts.viewer.role is not Role.UNIT or row.by_office:
        return None
    return Forbidden(
        "该申报由申报人本人填报，专职机构不能代为修改。",
        "The applicant fills this in; the office writes only in what it started for somebody.",
        rule_id="N-10",
    )


def the_round_takes_candidacies(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    """N-10: inside the submission window, both days included; a correction has its own period."""
    if facts.round.state not in RUNNING:
        return RuleBroken("R-9.11", "该评审批次已结束。", "The round is over.", field="round")
    if row.state == S.RETURNED:
        return None
    first, last = facts.round.submissions_from, facts.round.submissions_until
    if first <= facts.today <= last:
        return None
    return RuleBroken(
        "N-10", f"申报时间为{first}至{last}。", f"Submissions run from {first} to {last}.", field="round"
    )


def corrections_are_in_time(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    """N-12: late is given up."""
    late = row.state == S.RETURNED and row.correction_due is not None and facts.now >= row.correction_due
    return RuleBroken("N-12", "补正期限已过。", "The period for corrections has ended.") if late else None


def corrections_are_overdue(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    """N-12: nobody is deemed to have given up before the period has ended."""
    if row.correction_due is not None and facts.now >= row.correction_due:
        return None
    return RuleBroken("N-12", "补正期限尚未届满。", "The period for corrections is still running.")


def returned_at_most_once(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    """N-12: everything is told in one notice."""
    if row.returned_times < MAX_RETURNS:
        return None
    return RuleBroken(
        "N-12", "补正内容只能一次性告知，该申报已退回过。", "It has been returned once already."
    )


def employed_by_the_unit(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    return eligibility.employed_by_the_unit(facts.employment, facts.today)


def insured_in_beijing(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    return eligibility.insured_in_beijing(facts.employment, facts.today)


def technical_personnel(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    return eligibility.technical_personnel(facts.employment)


def in_post(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    return eligibility.in_post(facts.employment, facts.today)


def not_under_penalty(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    return eligibility.not_under_penalty(facts.employment, facts.category, facts.today)


def not_in_the_integrity_archive(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    return eligibility.not_in_the_integrity_archive(facts.record_until)


def the_level_exists(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    return level_exists(row.series, row.level, "level")


def step_by_step(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    return eligibility.step_by_step(facts.employment, row.series, row.level, row.channel)


def the_title_is_new(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    return eligibility.not_held_already(facts.employment, row.series, row.level)


def an_exception_has_ground_and_proof(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    """N-9: the exceptional channel needs its reason and evidence."""
    if row.channel != ApplicationChannel.EXCEPTIONAL:
        return None
    if row.channel_reason.strip() and facts.exceptional_grounds:
        return None
    return RuleBroken(
        "N-9",
        "破格申报须说明理由并上传破格依据。",
        "The exceptional channel needs a reason and a document of its ground.",
        field="channel_reason",
    )


def all_material_is_verified(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    """N-11: the unit checks the material before it posts the candidacy."""
    if not facts.unverified:
        return None
    return RuleBroken(
        "N-11", f"尚有{facts.unverified}份材料未核验。", f"{facts.unverified} documents are not verified yet."
    )


def five_working_days_have_passed(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    """N-11: the last day of the in-house publicity is over, at 24:00 in Beijing."""
    last = row.publicity_until
    if last is not None and facts.now >= WorkingCalendar.last_instant(last):
        return None
    return RuleBroken(
        "N-11", f"内部公示至{last} 24时止，尚未届满。", f"In-house publicity runs to the end of {last}."
    )


def no_objection_is_open(row: Candidacy, facts: CandidacyFacts) -> Refusal | None:
    """N-11: objections are answered first."""
    if not facts.open_objections:
        return None
    return RuleBroken("N-11", "内部公示异议尚未办结。", "An in-house objection has not been answered.")


ELIGIBLE = (
    employed_by_the_unit,
    insured_in_beijing,
    technical_personnel,
    in_post,
    not_under_penalty,
    not_in_the_integrity_archive,
    the_level_exists,
    step_by_step,
    the_title_is_new,
    an_exception_has_ground_and_proof,
)
