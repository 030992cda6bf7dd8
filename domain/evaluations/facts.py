"""What the guards of an evaluation look at beside its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from domain.applications.facts import grouped
from domain.applications.models import ApplicationScopeItem, QualificationApplication
from domain.core.lifecycle import Facts
from domain.evaluations.models import Evaluation, EvaluationActivity, EvaluationFinding, TeamMember
from domain.evaluations.names import EvaluationDimension
from domain.units.scopes import ReviewScope, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationFacts(Facts):
    """The application evaluated, what it asks for, and what the team has done so far."""

    application: QualificationApplication
    asked: ReviewScope
    team: Sequence[TeamMember] = ()
    activities: int = 0
    found: frozenset[EvaluationDimension] = frozenset()


async def evaluation_facts(rows: Sequence[Evaluation], base: Facts) -> Mapping[UUID, EvaluationFacts]:
    """Five queries, however many evaluations there are."""
    ids = [row.id for row in rows]
    applications = await QualificationApplication.in_bulk({row.application_id for row in rows}, "id")
    scope = grouped(
        await ApplicationScopeItem.filter(application_id__in=list(applications)), "application_id"
    )
    team = grouped(
        await TeamMember.filter(evaluation_id__in=ids).order_by("created_at", "id"), "evaluation_id"
    )
    activities = grouped(await EvaluationActivity.filter(evaluation_id__in=ids), "evaluation_id")
    findings = grouped(await EvaluationFinding.filter(evaluation_id__in=ids), "evaluation_id")
    common: dict[str, Any] = {field.name: getattr(base, field.name) for field in fields(Facts)}
    return {
        row.id: EvaluationFacts(
            **common,
            application=applications[row.application_id],
            asked=_asked(scope[row.application_id]),
            team=team[row.id],
            activities=len(activities[row.id]),
            found=frozenset(each.dimension for each in findings[row.id]),
        )
        for row in rows
    }


def _asked(items: Iterable[ApplicationScopeItem]) -> ReviewScope:
    return ReviewScope(frozenset(Scope(item.series, item.specialty, item.level) for item in items))
