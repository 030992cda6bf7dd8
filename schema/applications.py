"""Applications for the right of autonomous review (Art. 5, 7, 8(1) to 8(3))."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from domain.applications import commands, models, receiver_commands
from domain.applications.lifecycle import APPLICATION
from domain.applications.names import ApplicationRoute, AttachmentKind, QualificationCondition
from domain.core.errors import RuleBroken
from domain.core.titles import TitleLevel
from domain.units.names import Ownership, UnitCategory
from schema.application_inputs import (
    ApplicationAttachInput,
    ApplicationDecideRelaxationInput,
    ApplicationDetachInput,
    ApplicationEditInput,
    ApplicationFileOnlineInput,
    ApplicationRecommendInput,
    ApplicationReturnFilingInput,
    ApplicationReturnForCorrectionInput,
    ApplicationSetRouteInput,
    corrections_of,
    draft_of,
    opinions_of,
)
from schema.core import (
    Call,
    Info,
    New,
    Node,
    OnVersion,
    WithReason,
    children,
    computed,
    connection,
    key,
    mutation,
    node,
    row_type,
)
from schema.core.refusals import RuleText, rule_text
from schema.files import StoredFile, attached
from schema.organisations import Organisation
from schema.units import Unit


@row_type(models.ApplicationScopeItem)
class ApplicationScopeItem:
    """A series or specialty at a level that is asked for (Art. 7(4)). | 申请评审的系列（专业）和级别"""

    series: str
    specialty: str
    level: TitleLevel
    influence: str


@row_type(models.SeniorExpertListing)
class SeniorExpertListing:
    """A senior review expert whom the unit names (Art. 7(3)). | 高级职称评审专家"""

    name: str
    identity_mask: str
    employer_name: str
    series: str
    specialty: str
    title_level: TitleLevel


@node(models.ConditionRelaxation)
class ConditionRelaxation(Node):
    """A condition that is asked to be relaxed; only the municipal bureau decides (Art. 7(6)). | 放宽申请条件"""

    condition: QualificationCondition
    justification: str
    evidence: StoredFile | None = attached("evidence_id", "证明材料 | The evidence")
    granted: bool | None
    decided_at: datetime | None
    decision_reason: str


@row_type(models.ConditionOpinion)
class ConditionOpinion:
    """The recommender's opinion on one condition of Art. 5 and 7 (Art. 8(2)). | 逐项审核意见"""

    condition: QualificationCondition
    met: bool
    opinion: str


@node(models.Attachment)
class Attachment(Node):
    """A document handed in with the application. | 申请附件"""

    kind: AttachmentKind
    file: StoredFile | None = attached("file_id", "文件 | The file")


@row_type(models.CorrectionItem)
class CorrectionItem:
    """One thing to correct; all of a return are told at once (N-12). | 补正事项"""

    round: int
    place: int
    field: str
    text: str

    @computed("所依据的规则 | The rule it rests on")
    def rule(self, info: Info) -> RuleText | None:
        row: Any = self  # resolvers of row types run on the model's row
        return rule_text(RuleBroken(row.rule_id), info.context) if row.rule_id else None


@node(models.QualificationApplication, lifecycle=APPLICATION)
class QualificationApplication(Node):
    """A unit's application for the right of autonomous review (Art. 4 to 8). | 职称自主评审单位申请"""

    unit: Unit | None
    route: ApplicationRoute | None
    route_reason: str
    receiver: Organisation | None
    four_centres_statement: str
    team_statement: str
    unit_category: UnitCategory | None
    unit_ownership: Ownership | None
    total_staff_count: int | None
    technical_staff_count: int | None
    submitted_at: datetime | None
    correction_round: int
    correction_due_at: datetime | None
    recommended_at: datetime | None
    recommendation: str
    declined_reason: str
    filed_at: datetime | None
    representative_name: str
    commitment_text: str
    decided_at: datetime | None
    decision_reason: str
    scope_items: list[ApplicationScopeItem] = children(models.ApplicationScopeItem, "application_id")
    senior_experts: list[SeniorExpertListing] = children(models.SeniorExpertListing, "application_id")
    relaxations: list[ConditionRelaxation] = children(models.ConditionRelaxation, "application_id")
    opinions: list[ConditionOpinion] = children(models.ConditionOpinion, "application_id")
    attachments: list[Attachment] = children(models.Attachment, "application_id")
    corrections: list[CorrectionItem] = children(models.CorrectionItem, "application_id")


@strawberry.type
class ApplicationQuery:
    """Applications. | 申请查询"""

    qualification_applications = connection(
        QualificationApplication,
        filters=("state", "unit", "route", "receiver"),
        orders=("created_at",),
        description="可见的自主评审申请 | The applications that the viewer may see",
    )


@strawberry.type
class ApplicationMutation:
    """What is done with applications. | 申请操作"""

    @mutation("application", QualificationApplication)
    async def application_create(call: Call, input: New) -> models.QualificationApplication:
        """Starts an application of the viewer's own unit (Art. 4). | 建立申请"""
        return await commands.create(call)

    @mutation("application", QualificationApplication)
    async def application_edit(call: Call, input: ApplicationEditInput) -> models.QualificationApplication:
        """Fills in an application that is with the unit (Art. 7). | 填写申请"""
        return await commands.edit(call, _key(input), input.version, draft_of(input))

    @mutation("application", QualificationApplication)
    async def application_attach(
        call: Call, input: ApplicationAttachInput
    ) -> models.QualificationApplication:
        """Attaches a document (Art. 7(5), 8(3)). | 上传附件"""
        file = key(input.file, "StoredFile", field="file")
        return await commands.attach(call, _key(input), input.version, input.kind, file)

    @mutation("application", QualificationApplication)
    async def application_detach(
        call: Call, input: ApplicationDetachInput
    ) -> models.QualificationApplication:
        """Removes an attachment while the application is open for it. | 移除附件"""
        attachment = key(input.attachment, "Attachment", field="attachment")
        return await commands.detach(call, _key(input), input.version, attachment)

    @mutation("application", QualificationApplication)
    async def application_set_route(
        call: Call, input: ApplicationSetRouteInput
    ) -> models.QualificationApplication:
        """The bureau sets the route of a unit that Art. 8(1) does not name. | 指定申请途径"""
        return await commands.set_route(call, _key(input), input.version, input.route, input.reason)

    @mutation("application", QualificationApplication)
    async def application_submit(call: Call, input: OnVersion) -> models.QualificationApplication:
        """Submits to the body that the route leads to (Art. 8(1)). | 提交申请"""
        return await commands.submit(call, _key(input), input.version)

    @mutation("application", QualificationApplication)
    async def application_return_for_correction(
        call: Call, input: ApplicationReturnForCorrectionInput
    ) -> models.QualificationApplication:
        """Returns it with everything that has to be corrected, once (N-12). | 退回补正"""
        return await receiver_commands.return_for_correction(
            call, _key(input), input.version, corrections_of(input.reasons), input.working_days
        )

    @mutation("application", QualificationApplication)
    async def application_decline(call: Call, input: WithReason) -> models.QualificationApplication:
        """Declines to recommend, with reasons (Art. 8(2)). | 不予推荐"""
        return await receiver_commands.decline(call, _key(input), input.version, input.reason)

    @mutation("application", QualificationApplication)
    async def application_recommend(
        call: Call, input: ApplicationRecommendInput
    ) -> models.QualificationApplication:
        """Recommends, or on route 3 passes the pre-review, with an opinion on every condition (Art. 8(2)). | 推荐"""
        return await receiver_commands.recommend(
            call, _key(input), input.version, opinions_of(input.opinions), input.recommendation
        )

    @mutation("application", QualificationApplication)
    async def application_file_online(
        call: Call, input: ApplicationFileOnlineInput
    ) -> models.QualificationApplication:
        """Files a recommended application with the municipal bureau (Art. 8(3)). | 网上申报"""
        return await commands.file_online(
            call, _key(input), input.version, input.representative_name, input.committed
        )

    @mutation("application", QualificationApplication)
    async def application_return_filing(
        call: Call, input: ApplicationReturnFilingInput
    ) -> models.QualificationApplication:
        """Returns an online filing; the recommendation stands (Art. 8(3)). | 退回网上申报"""
        return await receiver_commands.return_filing(
            call, _key(input), input.version, corrections_of(input.reasons)
        )

    @mutation("application", QualificationApplication)
    async def application_decide_relaxation(
        call: Call, input: ApplicationDecideRelaxationInput
    ) -> models.QualificationApplication:
        """Grants or refuses a relaxation that was asked for (Art. 7(6)). | 决定是否放宽条件"""
        relaxation = key(input.relaxation, "ConditionRelaxation", field="relaxation")
        return await receiver_commands.decide_relaxation(
            call, _key(input), input.version, relaxation, input.granted, input.reason
        )

    @mutation("application", QualificationApplication)
    async def application_withdraw(call: Call, input: OnVersion) -> models.QualificationApplication:
        """Withdraws an application that was not filed yet. | 撤回申请"""
        return await commands.withdraw(call, _key(input), input.version)


def _key(input: OnVersion) -> UUID:
    return key(input.id, "QualificationApplication")
