"""Evaluations of filed applications, and the decisions on them (Art. 8(4), 8(5))."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import strawberry

from domain.core.titles import TitleLevel
from domain.evaluations import commands, decisions, models
from domain.evaluations.lifecycle import EVALUATION
from domain.evaluations.names import EvaluationDimension, EvaluationMethod, TeamBody
from domain.evaluations.teams import Absence, Member, Team
from domain.units.scopes import Scope
from schema.applications import QualificationApplication
from schema.core import (
    ID,
    Call,
    Node,
    OnVersion,
    children,
    connection,
    described,
    key,
    keys,
    mutation,
    node,
    row_type,
)
from schema.organisations import Organisation
from schema.units import Unit


@node(models.TeamMember)
class TeamMember(Node):
    """A member of the evaluation team. | 评估组成员"""

    body: TeamBody
    organisation: Organisation | None
    name: str
    is_lead: bool
    signed_on: date | None


@row_type(models.AbsentBody)
class AbsentBody:
    """A body of Art. 8(4) that is not on the team, with the reason. | 未参加评估组的机构"""

    body: TeamBody
    reason: str


@row_type(models.ActivityParticipant)
class ActivityParticipant:
    """A member who took part in an activity. | 评估活动参加人员"""

    name: str


@node(models.EvaluationActivity)
class EvaluationActivity(Node):
    """A document review, site visit or discussion that took place (Art. 8(4)). | 评估活动"""

    method: EvaluationMethod
    held_on: date
    summary: str
    participants: list[ActivityParticipant] = children(models.ActivityParticipant, "activity_id")


@row_type(models.EvaluationFinding)
class EvaluationFinding:
    """The finding on one of the four dimensions (Art. 8(4)). | 评估意见"""

    dimension: EvaluationDimension
    satisfied: bool
    opinion: str


@node(models.Evaluation, lifecycle=EVALUATION)
class Evaluation(Node):
    """The evaluation of a filed application, and the decision on it (Art. 8(4), 8(5)). | 自主评审资格评估"""

    application: QualificationApplication | None
    unit: Unit | None
    conclusion: str
    concluded_at: datetime | None
    decided_on: date | None
    decision_reason: str
    policy_basis: str
    team: list[TeamMember] = children(models.TeamMember, "evaluation_id")
    absent_bodies: list[AbsentBody] = children(models.AbsentBody, "evaluation_id")
    activities: list[EvaluationActivity] = children(
        models.EvaluationActivity, "evaluation_id", order="held_on"
    )
    findings: list[EvaluationFinding] = children(models.EvaluationFinding, "evaluation_id")


@strawberry.type
class EvaluationQuery:
    """Evaluations. | 评估查询"""

    evaluations = connection(
        Evaluation,
        filters=("state", "unit", "application"),
        orders=("created_at",),
        description="可见的评估 | The evaluations that the viewer may see",
    )


@strawberry.input
class TeamMemberInput:
    """A member of the team. | 评估组成员"""

    body: TeamBody = described("所代表机构类别 | The body represented")
    organisation: ID = described("所在机构 | The member's organisation")
    name: str = described("姓名 | The name")
    login: str = described("登录名，组长必填 | The login name; a lead has one", default="")
    is_lead: bool = described("是否组长 | Whether the member leads the team", default=False)
    declared_tie: str = described(
        "申报的利害关系，有则不得参加 | What the member says ties him to the unit; that bars him", default=""
    )


@strawberry.input
class AbsentBodyInput:
    """A body that is not on the team. | 未参加评估组的机构"""

    body: TeamBody = described("机构类别 | The body")
    reason: str = described("未参加原因 | Why it is absent")


@strawberry.input
class TeamInput(OnVersion):
    """A whole team. | 评估组"""

    members: list[TeamMemberInput] = described("评估组成员 | The team")
    absent_bodies: list[AbsentBodyInput] = described(
        "未参加的机构及原因 | Bodies that are absent, and why", default_factory=list
    )


@strawberry.input
class EvaluationAcceptInput(TeamInput):
    """`id` and `version` are the application's. | 受理评估（id 与 version 为申请的）"""


@strawberry.input
class EvaluationChangeTeamInput(TeamInput):
    """The team that replaces the present one. | 调整评估组"""


@strawberry.input
class EvaluationRecordActivityInput(OnVersion):
    """An activity that took place. | 评估活动"""

    method: EvaluationMethod = described("评估形式 | The method")
    held_on: date = described("活动日期 | When it took place")
    summary: str = described("活动记录 | What was done and seen")
    participants: list[ID] = described("参加的评估组成员 | The members who took part")


@strawberry.input
class EvaluationRecordFindingInput(OnVersion):
    """A finding on one dimension. | 评估意见"""

    dimension: EvaluationDimension = described("评估方面 | The dimension")
    satisfied: bool = described("是否达到要求 | Whether the requirement is met")
    opinion: str = described("评估意见 | The finding")


@strawberry.input
class EvaluationConcludeInput(OnVersion):
    """The conclusion with its signatures. | 评估结论"""

    conclusion: str = described("评估结论 | The conclusion")
    signed_by: list[ID] = described("签署的评估组成员 | The members who signed")


@strawberry.input
class ScopeInput:
    """A series or specialty at a level. | 系列（专业）和级别"""

    series: str = described("职称系列代码 | The series, by its two-digit code")
    level: TitleLevel = described("级别 | The level")
    specialty: str = described("专业，空为全系列 | The specialty; empty means the whole series", default="")


@strawberry.input
class EvaluationRecogniseInput(OnVersion):
    """The decision to recognise. | 认定决定"""

    scope: list[ScopeInput] = described("评审权限和范围 | What the unit may review")
    decided_on: date = described("决定日期 | The date of the decision")
    reason: str = described("决定理由 | The reasons", default="")
    policy_basis: str = described("决定依据 | The document it rests on", default=decisions.MEASURES)


@strawberry.input
class EvaluationRefuseInput(OnVersion):
    """The decision to refuse. | 不予认定决定"""

    reason: str = described("决定理由 | The reasons")
    decided_on: date = described("决定日期 | The date of the decision")
    policy_basis: str = described("决定依据 | The document it rests on", default=decisions.MEASURES)


def _team(input: TeamInput) -> Team:
    return Team(
        [_member(*each) for each in enumerate(input.members)],
        [Absence(each.body, each.reason) for each in input.absent_bodies],
    )


def _member(place: int, each: TeamMemberInput) -> Member:
    organisation = key(each.organisation, "Organisation", field=f"members.{place}.organisation")
    return Member(each.body, organisation, each.name, each.login, each.is_lead, each.declared_tie)


def _key(input: OnVersion) -> UUID:
    return key(input.id, "Evaluation")


@strawberry.type
class EvaluationMutation:
    """What is done with evaluations. | 评估操作"""

    @mutation("evaluation", Evaluation)
    async def evaluation_accept(call: Call, input: EvaluationAcceptInput) -> models.Evaluation:
        """Accepts a filed application for evaluation and forms its team (Art. 8(4)). | 受理评估并组成评估组"""
        application = key(input.id, "QualificationApplication")
        return await commands.accept(call, application, input.version, _team(input))

    @mutation("evaluation", Evaluation)
    async def evaluation_change_team(call: Call, input: EvaluationChangeTeamInput) -> models.Evaluation:
        """Replaces the team before the first activity, for instance when a tie comes to light (Art. 8(4)). | 调整评估组"""
        return await commands.change_team(call, _key(input), input.version, _team(input))

    @mutation("evaluation", Evaluation)
    async def evaluation_record_activity(
        call: Call, input: EvaluationRecordActivityInput
    ) -> models.Evaluation:
        """Records an activity that took place (Art. 8(4)). | 记录评估活动"""
        participants = keys(input.participants, "TeamMember", field="participants")
        return await commands.record_activity(
            call, _key(input), input.version, input.method, input.held_on, input.summary, participants
        )

    @mutation("evaluation", Evaluation)
    async def evaluation_record_finding(call: Call, input: EvaluationRecordFindingInput) -> models.Evaluation:
        """Records the finding on one of the four dimensions (Art. 8(4)). | 填写评估意见"""
        return await commands.record_finding(
            call, _key(input), input.version, input.dimension, input.satisfied, input.opinion
        )

    @mutation("evaluation", Evaluation)
    async def evaluation_conclude(call: Call, input: EvaluationConcludeInput) -> models.Evaluation:
        """The lead concludes, with the signatures of all members (Art. 8(4)). | 形成评估结论"""
        signed_by = keys(input.signed_by, "TeamMember", field="signedBy")
        return await commands.conclude(call, _key(input), input.version, input.conclusion, signed_by)

    @mutation("evaluation", Evaluation)
    async def evaluation_recognise(call: Call, input: EvaluationRecogniseInput) -> models.Evaluation:
        """Recognises the unit, with a scope inside what it asked for (Art. 8(5)). | 确定为自主评审单位"""
        return await decisions.recognise(
            call,
            _key(input),
            input.version,
            [Scope(each.series, each.specialty.strip(), each.level) for each in input.scope],
            input.decided_on,
            reason=input.reason,
            policy_basis=input.policy_basis,
        )

    @mutation("evaluation", Evaluation)
    async def evaluation_refuse(call: Call, input: EvaluationRefuseInput) -> models.Evaluation:
        """Refuses, with reasons that the unit is told (Art. 8(5)). | 不予认定"""
        return await decisions.refuse_recognition(
            call,
            _key(input),
            input.version,
            input.reason,
            input.decided_on,
            policy_basis=input.policy_basis,
        )
