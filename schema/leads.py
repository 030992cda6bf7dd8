"""Leads and objections about publicised results, and their re-check by three bodies (Art. 9(7), 12; N-20)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from domain.publicity import filing, models, recheck
from domain.publicity.lifecycle import LEAD
from domain.publicity.names import LeadKind, LeadSource, LeadState, RecheckBody, RecheckOutcome
from domain.publicity.reads import lead_by_receipt
from schema.candidacies import Candidacy
from schema.core import (
    ID,
    Call,
    New,
    Node,
    OnVersion,
    WithReason,
    children,
    computed,
    connection,
    described,
    key,
    mutation,
    node,
    row_type,
)
from schema.core.enums import graphql_enum
from schema.organisations import Organisation
from schema.publicity import Publicity
from schema.units import Unit

graphql_enum(LeadKind)
graphql_enum(LeadState)
graphql_enum(RecheckBody)
graphql_enum(RecheckOutcome)


@row_type(models.RecheckOpinion)
class RecheckOpinion:
    """What one of the three bodies says of a lead, or why it goes without it (Art. 9(7)). | 复查意见"""

    body: RecheckBody
    finding: RecheckOutcome | None
    reason: str
    created_at: datetime


@node(models.Lead, lifecycle=LEAD)
class Lead(Node):
    """A lead about a publicised result, or the candidate's own objection (Art. 9(7), 12). | 问题线索与异议"""

    publicity: Publicity | None
    candidacy: Candidacy | None
    unit: Unit | None
    kind: LeadKind
    source: LeadSource
    receipt_number: str | None
    content: str | None
    checkable_facts: str | None
    anonymous: bool | None
    dismissal_reason: str | None
    industry_authority: Organisation | None
    district_bureau: Organisation | None
    heard_on: date | None
    hearing_record: str | None
    conclusion: str
    fraud: bool
    concluded_at: datetime | None
    opinions: list[RecheckOpinion] = children(models.RecheckOpinion, "lead_id")


@strawberry.type
class LeadReceipt:
    """What somebody who reported something gets: a number, with which to ask how it stands. | 线索受理回执"""

    receipt_number: str = described("受理编号 | The receipt number")
    kind: LeadKind = described("类别 | A lead, or an objection")
    state: LeadState = described("办理状态 | Where it stands")
    filed_at: datetime = described("提交时间 | When it was filed")


@strawberry.type
class Reporter:
    """Who reported something; for the municipal bureau alone. | 反映人"""

    name: str = described("姓名 | The name")
    contact: str = described("联系方式 | How to reach the person")


@strawberry.type
class LeadsQuery:
    """Leads. | 线索查询"""

    leads = connection(
        Lead,
        filters=("state", "kind", "source", "unit", "candidacy", "publicity"),
        orders=("created_at",),
        description="可见的线索与异议 | The leads that the viewer may see",
    )

    @computed(
        "凭受理编号查询办理状态（无需登录） | Where a lead stands, by its receipt number; for everybody"
    )
    async def lead_status(
        self,
        receipt_number: Annotated[str, strawberry.argument(description="受理编号 | The receipt number")],
    ) -> LeadReceipt | None:
        lead = await lead_by_receipt(receipt_number)
        return _receipt(lead) if lead else None


@strawberry.input
class LeadFileInput(New):
    """What is reported, by name or anonymously; give exactly one of entry and result. | 反映问题或提出异议"""

    content: str = described("反映内容 | What is reported")
    kind: LeadKind = described("类别 | A lead, or an objection to the own result", default=LeadKind.LEAD)
    entry: ID | None = described("公示名单条目标识 | The line of the notice", default=None)
    result: ID | None = described("本人评审结果标识 | The own result, for an objection", default=None)
    checkable_facts: str = described(
        "可查证的事实，匿名时必填 | Facts that can be checked; needed when anonymous", default=""
    )
    anonymous: bool = described("是否匿名 | Whether to stay unnamed", default=False)
    reporter_name: str = described("反映人姓名 | The reporter's name; sealed", default="")
    reporter_contact: str = described("反映人联系方式 | How to reach the reporter; sealed", default="")


@strawberry.input
class LeadStartRecheckInput(OnVersion):
    """The bodies with which the municipal bureau re-checks; the unit's own where none is given. | 启动复查"""

    industry_authority: ID | None = described("行业主管部门 | The industry authority", default=None)
    district_bureau: ID | None = described("区人力资源社会保障局 | The district bureau", default=None)


@strawberry.input
class LeadGiveOpinionInput(WithReason):
    """What the viewer's body found. | 提出复查意见"""

    finding: RecheckOutcome = described("意见 | What it found")


@strawberry.input
class LeadWaiveOpinionInput(WithReason):
    """Why the re-check goes without a body. | 记录未参加理由"""

    body: RecheckBody = described("未参加的机构 | The body")


@strawberry.input
class LeadRecordHearingInput(OnVersion):
    """What the person concerned said. | 记录当事人陈述"""

    heard_on: date = described("听取日期 | When the person was heard")
    record: str = described("陈述内容 | What was said, or that the person kept silent")


@strawberry.input
class LeadConcludeInput(OnVersion):
    """What the re-check found. | 复查结论"""

    outcome: RecheckOutcome = described("结论 | The outcome; only the third voids the result")
    conclusion: str = described("结论说明 | What was found, and why")
    fraud: bool = described("是否弄虚作假 | Whether it is fraud (N-24)", default=False)


@strawberry.type
class LeadsMutation:
    """What is done with leads. | 线索操作"""

    @mutation("receipt", LeadReceipt)
    async def lead_file(call: Call, input: LeadFileInput) -> LeadReceipt:
        """Files a lead or an objection; anybody may, also after the publicity (Art. 12). | 反映问题或提出异议"""
        report = filing.Report(
            kind=input.kind,
            content=input.content,
            checkable_facts=input.checkable_facts,
            anonymous=input.anonymous,
            reporter_name=input.reporter_name,
            reporter_contact=input.reporter_contact,
            entry_id=key(input.entry, "PublicityEntry", field="entry") if input.entry else None,
            result_id=key(input.result, "Result", field="result") if input.result else None,
        )
        return _receipt(await filing.file_lead(call, report))

    @mutation("lead", Lead)
    async def lead_dismiss(call: Call, input: WithReason) -> models.Lead:
        """Dismisses a lead without substance. | 不予受理"""
        return await recheck.dismiss(call, _lead(input), input.version, input.reason)

    @mutation("lead", Lead)
    async def lead_admit(call: Call, input: OnVersion) -> models.Lead:
        """Admits a lead; its candidate is on hold from now on. | 受理"""
        return await recheck.admit(call, _lead(input), input.version)

    @mutation("lead", Lead)
    async def lead_start_recheck(call: Call, input: LeadStartRecheckInput) -> models.Lead:
        """Starts the re-check of the municipal bureau with two other bodies (Art. 9(7)). | 启动复查"""
        return await recheck.start_recheck(
            call,
            _lead(input),
            input.version,
            _body(input.industry_authority, "industryAuthority"),
            _body(input.district_bureau, "districtBureau"),
        )

    @mutation("lead", Lead)
    async def lead_give_opinion(call: Call, input: LeadGiveOpinionInput) -> models.Lead:
        """Records what the viewer's own body found. | 提出复查意见"""
        return await recheck.give_opinion(call, _lead(input), input.version, input.finding, input.reason)

    @mutation("lead", Lead)
    async def lead_waive_opinion(call: Call, input: LeadWaiveOpinionInput) -> models.Lead:
        """Records why the re-check goes without a body. | 记录未参加理由"""
        return await recheck.waive_opinion(call, _lead(input), input.version, input.body, input.reason)

    @mutation("lead", Lead)
    async def lead_record_hearing(call: Call, input: LeadRecordHearingInput) -> models.Lead:
        """Records what the person concerned said (S-23). | 记录当事人陈述"""
        return await recheck.record_hearing(call, _lead(input), input.version, input.heard_on, input.record)

    @mutation("lead", Lead)
    async def lead_conclude(call: Call, input: LeadConcludeInput) -> models.Lead:
        """Ends the re-check: unfounded, true without effect, or true and affecting the result. | 作出复查结论"""
        return await recheck.conclude(
            call, _lead(input), input.version, input.outcome, input.conclusion, fraud=input.fraud
        )

    @mutation("reporter", Reporter)
    async def lead_reveal_reporter(call: Call, input: WithReason) -> recheck.Reporter | None:
        """Shows who reported, to the municipal bureau, and records who looked and why. | 查看反映人信息"""
        return await recheck.reveal_reporter(call, _lead(input), input.version, input.reason)


def _lead(input: OnVersion) -> UUID:
    return key(input.id, "Lead")


def _body(id: str | None, field: str) -> UUID | None:
    return key(id, "Organisation", field=field) if id else None


def _receipt(lead: models.Lead) -> LeadReceipt:
    return LeadReceipt(
        receipt_number=lead.receipt_number, kind=lead.kind, state=lead.state, filed_at=lead.created_at
    )
