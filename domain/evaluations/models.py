"""The evaluation, its team, what the team did and what it found."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from domain.accounts.models import Account, Organisation
from domain.applications.models import QualificationApplication
from domain.core.access import Jurisdiction, Through, everything
from domain.core.constraints import constraint_says
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.evaluations.names import EvaluationDimension, EvaluationMethod, EvaluationState, TeamBody
from domain.units.models import Unit


def _on_team(key: str) -> Through:
    return Through(
        lambda: TeamMember,
        "evaluation_id",
        "organisation_id",
        key=key,
        note="evaluations with the viewer's organisation on the team",
    )


class Evaluation(Aggregate):
    """The evaluation of a filed application, and the decision on it (Art. 8(4), 8(5)). | 自主评审资格评估"""

    application: fields.ForeignKeyRelation[QualificationApplication] = fields.ForeignKeyField(
        "models.QualificationApplication",
        related_name="evaluations",
        on_delete=OnDelete.RESTRICT,
        description="所评估的申请 | The application evaluated",
    )
    application_id: UUID
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="evaluations",
        on_delete=OnDelete.RESTRICT,
        description="申请单位 | The unit",
    )
    unit_id: UUID
    state = fields.CharEnumField(
        EvaluationState, max_length=16, description="状态 | Where the evaluation stands"
    )
    conclusion = fields.TextField(default="", description="评估结论 | The team's conclusion")
    concluded_at: datetime | None = fields.DatetimeField(
        null=True, description="形成结论时间 | When it was concluded"
    )
    decided_on: date | None = fields.DateField(null=True, description="决定日期 | The date of the decision")
    decided_by_id: UUID | None = fields.UUIDField(
        null=True, description="决定人账号 | The account that decided"
    )
    decision_reason = fields.TextField(default="", description="决定理由 | The reasons of the decision")
    policy_basis = fields.CharField(
        300, default="", description="决定依据 | The document the decision rests on (Art. 1)"
    )

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.INDUSTRY_AUTHORITY: _on_team("id"),
        Role.DISTRICT_BUREAU: _on_team("id"),
    }

    class Meta:
        table = "evaluations"
        indexes = (
            Index(fields=("unit_id", "created_at", "id")),
            Index(fields=("state", "created_at", "id")),
        )
        constraints = (UniqueConstraint(fields=("application_id",), name="one_evaluation_per_application"),)


#: A part is seen by those who see its evaluation.
PARTS: Jurisdiction = {
    Role.MUNICIPAL_BUREAU: everything,
    Role.INDUSTRY_AUTHORITY: _on_team("evaluation_id"),
    Role.DISTRICT_BUREAU: _on_team("evaluation_id"),
}


def _evaluation(related_name: str) -> fields.ForeignKeyRelation[Evaluation]:
    return fields.ForeignKeyField(
        "models.Evaluation",
        related_name=related_name,
        on_delete=OnDelete.RESTRICT,
        description="所属评估 | The evaluation it belongs to",
    )


class TeamMember(Row):
    """A member of the evaluation team. Only an officer with an account can be its lead. | 评估组成员"""

    evaluation = _evaluation("team")
    evaluation_id: UUID
    body = fields.CharEnumField(TeamBody, max_length=24, description="所代表机构类别 | The body represented")
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation",
        related_name="evaluation_members",
        on_delete=OnDelete.RESTRICT,
        description="所在机构 | The member's organisation",
    )
    organisation_id: UUID
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account",
        related_name="evaluation_members",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="成员账号 | The member's account",
    )
    account_id: UUID | None
    name = fields.CharField(60, description="姓名 | The member's name")
    is_lead = fields.BooleanField(default=False, description="是否组长 | Whether the member leads the team")
    signed_on: date | None = fields.DateField(
        null=True, description="签署评估结论日期 | When the member signed the conclusion"
    )

    jurisdiction = PARTS

    class Meta:
        table = "evaluation_team_members"
        indexes = (Index(fields=("organisation_id",)),)
        constraints = (
            UniqueConstraint(fields=("evaluation_id", "organisation_id", "name"), name="on_the_team_once"),
            UniqueConstraint(fields=("evaluation_id",), name="one_lead_per_team", condition="is_lead"),
        )


class AbsentBody(Row):
    """A body that Art. 8(4) names but that is not on the team, with the reason. | 未参加评估组的机构及原因"""

    evaluation = _evaluation("absent_bodies")
    evaluation_id: UUID
    body = fields.CharEnumField(
        TeamBody, max_length=24, description="未参加机构类别 | The body that is absent"
    )
    reason = fields.CharField(500, description="未参加原因 | Why it is absent")

    jurisdiction = PARTS

    class Meta:
        table = "evaluation_absent_bodies"
        constraints = (UniqueConstraint(fields=("evaluation_id", "body"), name="one_reason_per_absent_body"),)


class EvaluationActivity(Row):
    """A document review, site visit or discussion that took place (Art. 8(4)). | 评估活动"""

    evaluation = _evaluation("activities")
    evaluation_id: UUID
    method = fields.CharEnumField(EvaluationMethod, max_length=20, description="评估形式 | The method")
    held_on: date = fields.DateField(description="活动日期 | When it took place")
    summary = fields.TextField(description="活动记录 | What was done and seen")

    jurisdiction = PARTS

    class Meta:
        table = "evaluation_activities"
        indexes = (Index(fields=("evaluation_id", "held_on")),)


class ActivityParticipant(Row):
    """A member of the team who took part in an activity. | 评估活动参加人员"""

    evaluation = _evaluation("participants")
    evaluation_id: UUID
    activity: fields.ForeignKeyRelation[EvaluationActivity] = fields.ForeignKeyField(
        "models.EvaluationActivity",
        related_name="participants",
        on_delete=OnDelete.RESTRICT,
        description="评估活动 | The activity",
    )
    activity_id: UUID
    member: fields.ForeignKeyRelation[TeamMember] = fields.ForeignKeyField(
        "models.TeamMember",
        related_name="participations",
        on_delete=OnDelete.RESTRICT,
        description="参加成员 | The member",
    )
    member_id: UUID
    name = fields.CharField(60, description="姓名 | The member's name")

    jurisdiction = PARTS

    class Meta:
        table = "evaluation_activity_participants"
        constraints = (UniqueConstraint(fields=("activity_id", "member_id"), name="took_part_once"),)


class EvaluationFinding(Row):
    """The finding on one of the four dimensions of Art. 8(4), each exactly once. | 评估意见"""

    evaluation = _evaluation("findings")
    evaluation_id: UUID
    dimension = fields.CharEnumField(
        EvaluationDimension, max_length=24, description="评估方面 | The dimension"
    )
    satisfied = fields.BooleanField(description="是否达到要求 | Whether the requirement is met")
    opinion = fields.TextField(description="评估意见 | The finding")

    jurisdiction = PARTS

    class Meta:
        table = "evaluation_findings"
        constraints = (
            UniqueConstraint(fields=("evaluation_id", "dimension"), name="one_finding_per_dimension"),
        )


constraint_says(
    "one_evaluation_per_application",
    "S-13",
    "该申请已受理评估。",
    "This application has been accepted for evaluation already.",
    field="id",
)
constraint_says(
    "on_the_team_once", "R-8.8", "评估组成员重复。", "A member is on the team twice.", field="members"
)
constraint_says(
    "one_lead_per_team", "R-8.8", "评估组只能有一名组长。", "A team has exactly one lead.", field="members"
)
constraint_says("one_reason_per_absent_body", "S-13", "", "", field="absentBodies")
constraint_says("took_part_once", "S-13", "", "", field="participants")
constraint_says(
    "one_finding_per_dimension",
    "R-8.10",
    "该方面已有评估意见，不得重复填写。",
    "This dimension has its finding already.",
    field="dimension",
)
