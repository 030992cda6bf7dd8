"""The sentences of Art. 5, 7 and 8 that an application must satisfy, each a small pure function."""

from __future__ import annotations

from domain.applications.facts import ApplicationFacts
from domain.applications.models import QualificationApplication
from domain.applications.names import ApplicationRoute, AttachmentKind, QualificationCondition
from domain.applications.routes import receiver_of, route_of
from domain.core.errors import Refusal, RuleBroken
from domain.core.labels import listed
from domain.units.models import Unit
from domain.units.names import UnitCategory, UnitState

MIN_TECHNICAL_PERCENT = 70  # Art. 7(2): 70% or more, the number itself included
# Decision D12: how many experts are "a certain number", and what the municipal bureau may relax.
MIN_SENIOR_EXPERTS = 11
RELAXABLE = frozenset({QualificationCondition.TECHNICAL_TEAM, QualificationCondition.SENIOR_EXPERTS})

POLICY_DRAFTS = (AttachmentKind.WORK_PLAN, AttachmentKind.CRITERIA)  # Art. 7(5)
#: What an online filing holds beside the legal representative's commitment (Art. 8(3)).
FILED_DOCUMENTS = (
    AttachmentKind.LEGAL_PERSON_CERTIFICATE,
    AttachmentKind.STAFF_STATISTICS,
    *POLICY_DRAFTS,
)

Application = QualificationApplication


def category_is_one_of_article_5(row: Application, facts: ApplicationFacts) -> Refusal | None:
    unit = facts.unit
    if unit.category is UnitCategory.ABOVE_SCALE_ENTERPRISE:
        if unit.above_scale and AttachmentKind.ABOVE_SCALE_PROOF in facts.attached:
            return None
        return RuleBroken("R-5.1", field="aboveScale")
    if unit.civil_servant_law_managed:
        return RuleBroken("R-5.2", field="civilServantLawManaged")
    if unit.category is UnitCategory.OTHER and not unit.category_note:
        return RuleBroken("R-5.3", field="category")
    return None


def unit_is_not_suspended(row: Application, facts: ApplicationFacts) -> Refusal | None:
    if facts.unit.state is not UnitState.SUSPENDED:
        return None
    return RuleBroken(
        "R-13.1",
        "单位处于暂停评审状态，恢复后方可提出新的申请。",
        "The unit is suspended; it may apply again once it is resumed.",
    )


def unit_is_an_independent_legal_person(row: Application, facts: ApplicationFacts) -> Refusal | None:
    return (
        None if facts.unit.independent_legal_person else RuleBroken("R-7.1", field="independentLegalPerson")
    )


def is_technical_enough(technical: int, total: int) -> bool:
    """Whether technical staff are 70% or more of all staff, compared in integers (Art. 7(2))."""
    return total > 0 and 0 <= technical <= total and 100 * technical >= MIN_TECHNICAL_PERCENT * total


def technical_staff_are_70_percent(row: Application, facts: ApplicationFacts) -> Refusal | None:
    unit = facts.unit
    if is_technical_enough(unit.technical_staff_count, unit.total_staff_count):
        return None
    if facts.relaxation_of(QualificationCondition.TECHNICAL_TEAM):
        return None
    return RuleBroken("R-7.2", field="technicalStaffCount")


def senior_experts_are_enough(row: Application, facts: ApplicationFacts) -> Refusal | None:
    if facts.experts >= MIN_SENIOR_EXPERTS or facts.relaxation_of(QualificationCondition.SENIOR_EXPERTS):
        return None
    return RuleBroken(
        "R-7.3",
        f"高级职称评审专家{facts.experts}名，不足{MIN_SENIOR_EXPERTS}名。",
        f"{facts.experts} senior experts are listed; at least {MIN_SENIOR_EXPERTS} are needed.",
        field="seniorExperts",
    )


def every_specialty_shows_its_influence(row: Application, facts: ApplicationFacts) -> Refusal | None:
    if not facts.scope:
        return RuleBroken(
            "R-7.4", "请至少填写一个申请评审的系列（专业）。", "Ask for at least one series.", field="scope"
        )
    for place, item in enumerate(facts.scope):
        if not item.influence:
            return RuleBroken("R-7.4", field=f"scope.{place}.influence")
    return None


def work_plan_and_criteria_are_attached(row: Application, facts: ApplicationFacts) -> Refusal | None:
    return None if facts.attached.issuperset(POLICY_DRAFTS) else RuleBroken("R-7.5", field="attachments")


def unit_serves_the_four_centres(row: Application, facts: ApplicationFacts) -> Refusal | None:
    return None if row.four_centres_statement else RuleBroken("R-7.7", field="fourCentresStatement")


def route_is_known(row: Application, facts: ApplicationFacts) -> Refusal | None:
    """The route follows from the unit (R-8.1 to R-8.3), or was set by the municipal bureau (R-8.4)."""
    route = chosen_route(row, facts.unit)
    if route is None:
        return RuleBroken("R-8.4", field="route")
    if receiver_of(route, facts.unit, facts.municipal_bureau_id) is not None:
        return None
    rule = "R-8.1" if route is ApplicationRoute.MUNICIPAL_OWNED else "R-8.3"
    return RuleBroken(rule, field="supervisingDepartment")


def chosen_route(row: Application, unit: Unit) -> ApplicationRoute | None:
    """What the bureau set with its reason, or else what the unit's ownership and category say."""
    return row.route if row.route_reason else route_of(unit)


def correction_is_in_time(row: Application, facts: ApplicationFacts) -> Refusal | None:
    if row.correction_due_at is None or facts.now < row.correction_due_at:
        return None
    return RuleBroken("N-12", "补正期限已过。", "The period for correction is over.")


def correction_period_is_over(row: Application, facts: ApplicationFacts) -> Refusal | None:
    if row.correction_due_at is not None and facts.now >= row.correction_due_at:
        return None
    return RuleBroken("S-12", "补正期限未到。", "The period for correction still runs.")


def viewer_is_the_receiver(row: Application, facts: ApplicationFacts) -> Refusal | None:
    """Only the body that the route leads to reviews the application (Art. 8(1), 8(2))."""
    if row.receiver_id is not None and row.receiver_id == facts.viewer.organisation_id:
        return None
    return RuleBroken(
        "R-8.5",
        "本申请不由当前机构受理，应由申请途径确定的机构审核。",
        "This application is reviewed by the body its route leads to, not by yours.",
    )


def documents_for_filing_are_complete(row: Application, facts: ApplicationFacts) -> Refusal | None:
    missing = [kind for kind in FILED_DOCUMENTS if kind not in facts.attached]
    if not missing:
        return None
    zh, en = listed(missing)
    return RuleBroken(
        "R-8.7", f"申报附件不全，缺少：{zh}。", f"Attachments are missing: {en}.", field="attachments"
    )


def relaxations_are_ruled_on(row: Application, facts: ApplicationFacts) -> Refusal | None:
    if all(each.granted is not None for each in facts.relaxations):
        return None
    return RuleBroken(
        "R-7.6",
        "放宽条件的申请尚未由市人力资源社会保障局决定。",
        "The municipal bureau has not decided on every relaxation asked for.",
    )


def conditions_hold_or_are_relaxed(row: Application, facts: ApplicationFacts) -> Refusal | None:
    """A unit is recognised only on conditions that hold, or that the bureau relaxed for it (Art. 7(6))."""
    figures = row.technical_staff_count or 0, row.total_staff_count or 0
    if not is_technical_enough(*figures) and not _granted(facts, QualificationCondition.TECHNICAL_TEAM):
        return RuleBroken("R-7.2", field="technicalStaffCount")
    if facts.experts < MIN_SENIOR_EXPERTS and not _granted(facts, QualificationCondition.SENIOR_EXPERTS):
        return RuleBroken("R-7.3", field="seniorExperts")
    return None


def _granted(facts: ApplicationFacts, condition: QualificationCondition) -> bool:
    relaxation = facts.relaxation_of(condition)
    return relaxation is not None and relaxation.granted is True
