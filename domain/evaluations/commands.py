"""The bureau accepts a filed application and forms the team; the team evaluates and concludes (Art. 8(4))."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.applications.lifecycle import APPLICATION
from domain.applications.models import QualificationApplication
from domain.core.access import visible
from domain.core.calls import Call
from domain.core.clock import BEIJING
from domain.core.errors import NotFound, Refusal, Refused, RuleBroken, Stale, refuse
from domain.core.inputs import text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin, cascade, find, perform
from domain.core.roles import SYSTEM, Viewer
from domain.evaluations.facts import EvaluationFacts
from domain.evaluations.lifecycle import EVALUATION
from domain.evaluations.models import (
    AbsentBody,
    ActivityParticipant,
    Evaluation,
    EvaluationActivity,
    EvaluationFinding,
    TeamMember,
)
from domain.evaluations.names import EvaluationDimension, EvaluationMethod
from domain.evaluations.teams import Team, known_of, store_team, team_refusals
from domain.units.models import Unit

MAX_TEXT = 10_000


async def accept(call: Call, application_id: UUID, version: int, team: Team) -> Evaluation:
    """Accepts a filed application for evaluation and forms its team; the application is under evaluation then.

    Raises:
        Refused: NotFound, Stale, S-1 for an application that is not filed, R-8.7 for incomplete documents, R-8.8 for
            everything wrong with the team.
    """

    async def make(facts: Facts) -> Evaluation:
        application = await _locked(call.viewer, application_id, version)
        unit = await Unit.get(id=application.unit_id)
        told = (await APPLICATION.facts([application], replace(facts, viewer=SYSTEM)))[application.id]
        refusals = [
            *APPLICATION.objections("accept_for_evaluation", application, told),
            *team_refusals(team, unit, await known_of(team, unit)),
        ]
        refuse(*refusals)
        return Evaluation(application_id=application.id, unit_id=unit.id)

    async def act(row: Evaluation, _facts: Facts) -> None:
        await store_team(row, team, await known_of(team, await Unit.get(id=row.unit_id)))
        await cascade(call, APPLICATION, "accept_for_evaluation", [row.application_id])

    return await begin(call, EVALUATION, "accept", make, act=act)


async def _locked(viewer: Viewer, id: UUID, version: int) -> QualificationApplication:
    application = await visible(QualificationApplication, viewer).filter(id=id).select_for_update().first()
    if application is None:
        raise Refused([NotFound()])
    if application.version != version:
        raise Refused([Stale(application.version)], state=str(application.state), version=application.version)
    return application


async def change_team(call: Call, id: UUID, version: int, team: Team) -> Evaluation:
    """Replaces the team, for instance when a tie comes to light; only before the first activity (Art. 8(4)).

    Raises:
        Refused: R-8.8 once an activity is on record, and for everything wrong with the new team.
    """
    row = await find(Evaluation, call.viewer, id)
    unit = await Unit.get(id=row.unit_id)
    known = await known_of(team, unit)

    async def act(row: Evaluation, _facts: Facts) -> None:
        await TeamMember.filter(evaluation_id=row.id).delete()
        await AbsentBody.filter(evaluation_id=row.id).delete()
        await store_team(row, team, known)

    return await perform(
        call,
        EVALUATION,
        "change_team",
        id,
        version=version,
        check=lambda _row, _facts: team_refusals(team, unit, known),
        act=act,
    )


async def record_activity(
    call: Call,
    id: UUID,
    version: int,
    method: EvaluationMethod,
    held_on: date,
    summary: str,
    participants: Sequence[UUID],
) -> Evaluation:
    """Records a document review, site visit or discussion that took place (Art. 8(4)).

    Raises:
        Refused: R-8.9 for a date in the future or before the evaluation, without participants of the team.
    """

    def check(row: Evaluation, facts: EvaluationFacts) -> Iterator[Refusal | None]:
        if held_on > facts.today:
            yield RuleBroken(
                "R-8.9", "活动日期不得晚于今天。", "The date lies in the future.", field="heldOn"
            )
        if held_on < row.created_at.astimezone(BEIJING).date():
            zh, en = "活动日期不得早于受理评估之日。", "The date lies before the evaluation was opened."
            yield RuleBroken("R-8.9", zh, en, field="heldOn")
        if not participants or not set(participants) <= {member.id for member in facts.team}:
            zh, en = "请填写参加活动的评估组成员。", "Name the members of the team who took part."
            yield RuleBroken("R-8.9", zh, en, field="participants")
        yield text_refusal("summary", summary, MAX_TEXT)

    async def act(row: Evaluation, facts: EvaluationFacts) -> None:
        activity = await EvaluationActivity.create(
            evaluation_id=row.id, method=method, held_on=held_on, summary=summary.strip()
        )
        took_part = set(participants)
        await ActivityParticipant.bulk_create(
            [
                ActivityParticipant(
                    evaluation_id=row.id, activity_id=activity.id, member_id=member.id, name=member.name
                )
                for member in facts.team
                if member.id in took_part
            ]
        )

    return await perform(call, EVALUATION, "record_activity", id, version=version, check=check, act=act)


async def record_finding(
    call: Call, id: UUID, version: int, dimension: EvaluationDimension, satisfied: bool, opinion: str
) -> Evaluation:
    """Records the finding on one of the four dimensions (Art. 8(4)).

    Raises:
        Refused: R-8.10 for a dimension that has its finding already.
    """

    def check(_row: Evaluation, facts: EvaluationFacts) -> Iterator[Refusal | None]:
        if dimension in facts.found:
            zh, en = "该方面已有评估意见，不得重复填写。", "This dimension has its finding already."
            yield RuleBroken("R-8.10", zh, en, field="dimension")
        yield text_refusal("opinion", opinion, MAX_TEXT)

    async def act(row: Evaluation, _facts: Facts) -> None:
        await EvaluationFinding.create(
            evaluation_id=row.id, dimension=dimension, satisfied=satisfied, opinion=opinion.strip()
        )

    return await perform(call, EVALUATION, "record_finding", id, version=version, check=check, act=act)


async def conclude(
    call: Call, id: UUID, version: int, conclusion: str, signed_by: Sequence[UUID]
) -> Evaluation:
    """The lead concludes, with the signatures of all members (Art. 8(4)); the application is evaluated then.

    Raises:
        Refused: R-8.8 by anybody but the lead or with a signature missing, R-8.9 without an activity, R-8.10 with a
            dimension missing, R-7.6 while a relaxation is not ruled on.
    """

    def check(_row: Evaluation, facts: EvaluationFacts) -> Iterator[Refusal | None]:
        if set(signed_by) != {member.id for member in facts.team}:
            zh, en = "评估结论须由全体评估组成员签署。", "Every member of the team signs the conclusion."
            yield RuleBroken("R-8.8", zh, en, field="signedBy")
        yield text_refusal("conclusion", conclusion, MAX_TEXT)

    async def act(row: Evaluation, facts: Facts) -> None:
        row.conclusion, row.concluded_at = conclusion.strip(), facts.now
        await TeamMember.filter(evaluation_id=row.id).update(signed_on=facts.today)
        await cascade(call, APPLICATION, "conclude_evaluation", [row.application_id])

    return await perform(call, EVALUATION, "conclude", id, version=version, check=check, act=act)
