"""Policy documents of a unit: versions, their documents, the publicity's opinions, and the approval. Art. 9(1), 9(2)."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from domain.policy_documents import approval, commands, models
from domain.policy_documents.approval import CheckGiven
from domain.policy_documents.commands import DecisionGiven
from domain.policy_documents.documents import DocumentGiven
from domain.policy_documents.lifecycle import DEFAULT_PUBLICITY_WORKING_DAYS, POLICY_SET
from domain.policy_documents.models import ComplianceItem, PolicyDocumentKind
from schema.core import (
    ID,
    Call,
    New,
    Node,
    OnVersion,
    WithReason,
    children,
    connection,
    described,
    key,
    mutation,
    node,
    row_type,
)
from schema.files import StoredFile, attached
from schema.units import Unit


@row_type(models.PolicyDocument)
class PolicyDocument:
    """One document of a version, with the hash of its content (Art. 9(2)). | 制度文件"""

    kind: PolicyDocumentKind
    title: str
    sha256: str
    file: StoredFile | None = attached("file_id")


@node(models.PolicyOpinion)
class PolicyOpinion(Node):
    """What somebody said during the publicity, and the answer (Art. 9(2)). | 公示期间的意见与答复"""

    text: str
    answer: str
    answered_at: datetime | None
    created_at: datetime


@row_type(models.ComplianceCheck)
class ComplianceCheck:
    """The municipal bureau's finding on one item of its checklist (N-1, R-9.2). | 审定核查结论"""

    item: ComplianceItem
    met: bool
    note: str


@row_type(models.PolicyReturn)
class PolicyReturn:
    """A cycle that ended in a return; its decision and publicity count no more (R-9.3). | 退回记录"""

    reason: str
    content_hash: str
    created_at: datetime


@node(models.PolicySet, lifecycle=POLICY_SET)
class PolicySet(Node):
    """One numbered version of a unit's policy documents; never edited once decided (R-9.5). | 单位评审制度文件的一个版本"""

    unit: Unit | None
    number: int
    title: str
    decision_body: str
    decided_on: date | None
    decision_present: int | None
    decision_entitled: int | None
    decision_passed: bool | None
    decision_minutes: StoredFile | None = attached("decision_minutes_id")
    content_hash: str
    publicity_from: date | None
    publicity_working_days: int | None
    publicity_ends_at: datetime | None
    publicity_place: str
    publicity_closed_at: datetime | None
    submitted_at: datetime | None
    sent_back_reason: str
    approval_number: str
    approved_on: date | None
    effective_from: date | None
    effective_until: date | None
    revoked_reason: str
    documents: list[PolicyDocument] = children(models.PolicyDocument, "policy_set_id", order="position")
    opinions: list[PolicyOpinion] = children(models.PolicyOpinion, "policy_set_id")
    checks: list[ComplianceCheck] = children(models.ComplianceCheck, "policy_set_id")
    returns: list[PolicyReturn] = children(models.PolicyReturn, "policy_set_id")


@strawberry.type
class PolicyDocumentsQuery:
    """Versions of policy documents. | 制度文件"""

    policy_sets = connection(
        PolicySet,
        filters=("state", "unit", "number", "effective_from"),
        orders=("created_at", "number"),
        description="Versions of policy documents that the viewer may see. | 可见的制度文件版本",
    )


@strawberry.input(description="A document of a draft. | 草稿中的文件")
class PolicyDocumentInput:
    kind: PolicyDocumentKind = described("文件类别 | The kind of document")
    title: str = described("文件名称 | The document's title")
    file: ID = described("已上传的文件 | The uploaded file")


@strawberry.input(description="A new version. | 起草新版本")
class PolicySetDraftInput(New):
    title: str = described("版本名称 | The version's title")
    documents: list[PolicyDocumentInput] = described("文件 | Its documents")


@strawberry.input(description="A draft, edited. | 修改草稿")
class PolicySetEditInput(OnVersion):
    title: str = described("版本名称 | The version's title")
    documents: list[PolicyDocumentInput] = described(
        "全部文件，替换原有文件 | All documents, in place of the former"
    )


@strawberry.input(description="A collective decision. | 集体决策")
class PolicySetRecordCollectiveDecisionInput(OnVersion):
    body: str = described("决策机构 | The body that decided")
    decided_on: date = described("决策日期 | The day of the decision")
    present: int = described("出席人数 | How many attended")
    entitled: int = described("应到人数 | How many belong to the body")
    passed: bool = described("是否通过 | Whether it passed")
    minutes: ID = described("会议纪要文件 | The uploaded minutes")


@strawberry.input(description="The start of a publicity. | 开始公示")
class PolicySetOpenPublicityInput(OnVersion):
    place: str = described("公示方式 | Where it is publicised")
    starts_on: date | None = described("起始日，默认当日 | Its first day, today by default", default=None)
    working_days: int = described(
        "工作日数，默认5 | Working days, five by default", default=DEFAULT_PUBLICITY_WORKING_DAYS
    )


@strawberry.input(description="An opinion. | 公示意见")
class PolicySetRecordOpinionInput(OnVersion):
    text: str = described("意见内容 | What is said")


@strawberry.input(description="An answer to an opinion. | 意见答复")
class PolicySetAnswerOpinionInput(OnVersion):
    opinion: ID = described("所答复的意见 | The opinion answered")
    answer: str = described("答复内容 | The answer")


@strawberry.input(description="A finding on an item of the checklist. | 核查结论")
class ComplianceCheckInput:
    item: ComplianceItem = described("核查事项 | The item")
    met: bool = described("是否符合 | Whether it is met")
    note: str = described("说明 | A note", default="")


@strawberry.input(description="An approval. | 审定")
class PolicySetApproveInput(OnVersion):
    approval_number: str = described("审定文号 | The approval's document number")
    checklist: list[ComplianceCheckInput] = described("核查结论，每项一个 | One finding for each item")
    effective_from: date | None = described(
        "施行日期，默认当日 | In force from, today by default", default=None
    )


@strawberry.type
class PolicyDocumentsMutation:
    """The cycle of Art. 9(2). | 制度文件的制定、公示与审定"""

    @mutation("policy_set", PolicySet)
    async def policy_set_draft(call: Call, input: PolicySetDraftInput) -> models.PolicySet:
        """Starts the unit's next version (Art. 9(2)). | 起草制度文件"""
        return await commands.draft(call, input.title, _documents(input.documents))

    @mutation("policy_set", PolicySet)
    async def policy_set_edit(call: Call, input: PolicySetEditInput) -> models.PolicySet:
        """Edits a draft; a decided version is never edited (R-9.5). | 修改草稿"""
        return await commands.edit(
            call, key(input.id), input.version, input.title, _documents(input.documents)
        )

    @mutation("policy_set", PolicySet)
    async def policy_set_record_collective_decision(
        call: Call, input: PolicySetRecordCollectiveDecisionInput
    ) -> models.PolicySet:
        """Records the collective decision (Art. 9(2)). | 登记集体决策"""
        return await commands.record_collective_decision(call, key(input.id), input.version, _decision(input))

    @mutation("policy_set", PolicySet)
    async def policy_set_open_publicity(call: Call, input: PolicySetOpenPublicityInput) -> models.PolicySet:
        """Opens the publicity; its end is computed in working days (R-9.4). | 开始公示"""
        return await commands.open_publicity(
            call,
            key(input.id),
            input.version,
            input.place,
            starts_on=input.starts_on,
            working_days=input.working_days,
        )

    @mutation("policy_set", PolicySet)
    async def policy_set_record_opinion(call: Call, input: PolicySetRecordOpinionInput) -> models.PolicySet:
        """Gives an opinion during the publicity. | 提出公示意见"""
        return await commands.record_opinion(call, key(input.id), input.version, input.text)

    @mutation("policy_set", PolicySet)
    async def policy_set_answer_opinion(call: Call, input: PolicySetAnswerOpinionInput) -> models.PolicySet:
        """Answers an opinion. | 答复公示意见"""
        opinion = key(input.opinion, "PolicyOpinion", field="opinion")
        return await commands.answer_opinion(call, key(input.id), input.version, opinion, input.answer)

    @mutation("policy_set", PolicySet)
    async def policy_set_close_publicity(call: Call, input: OnVersion) -> models.PolicySet:
        """Closes the publicity, not before its end (R-9.4). | 结束公示"""
        return await commands.close_publicity(call, key(input.id), input.version)

    @mutation("policy_set", PolicySet)
    async def policy_set_submit_for_approval(call: Call, input: OnVersion) -> models.PolicySet:
        """Submits the publicised version to the municipal bureau (Art. 9(2)). | 报请审定"""
        return await commands.submit_for_approval(call, key(input.id), input.version)

    @mutation("policy_set", PolicySet)
    async def policy_set_approve(call: Call, input: PolicySetApproveInput) -> models.PolicySet:
        """Approves a version; the former one holds until this one does (Art. 9(2), N-1). | 审定"""
        checklist = [CheckGiven(each.item, each.met, each.note) for each in input.checklist]
        return await approval.approve(
            call,
            key(input.id),
            input.version,
            input.approval_number,
            checklist,
            effective_from=input.effective_from,
        )

    @mutation("policy_set", PolicySet)
    async def policy_set_send_back(call: Call, input: WithReason) -> models.PolicySet:
        """Sends a version back; decision and publicity must be redone (R-9.3). | 退回"""
        return await approval.send_back(call, key(input.id), input.version, input.reason)

    @mutation("policy_set", PolicySet)
    async def policy_set_revoke(call: Call, input: WithReason) -> models.PolicySet:
        """Revokes an approval; no new plan may rest on the version. | 撤销审定"""
        return await approval.revoke(call, key(input.id), input.version, input.reason)


def _documents(given: list[PolicyDocumentInput]) -> list[DocumentGiven]:
    return [
        DocumentGiven(each.kind, each.title, key(each.file, "StoredFile", field=f"documents.{place}.file"))
        for place, each in enumerate(given)
    ]


def _decision(input: PolicySetRecordCollectiveDecisionInput) -> DecisionGiven:
    minutes = key(input.minutes, "StoredFile", field="minutes")
    return DecisionGiven(input.body, input.decided_on, input.present, input.entitled, input.passed, minutes)
