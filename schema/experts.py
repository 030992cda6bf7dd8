"""Experts of a unit's pool. Who they are is seen by its office, by the expert and by the municipal bureau. Art. 9(4)."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from domain.core.titles import TitleLevel
from domain.experts import commands, models
from domain.experts.lifecycle import EXPERT
from domain.experts.models import TieKind
from domain.experts.nominations import Nomination
from schema.core import (
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
from schema.units import Unit


@row_type(models.ExpertTie)
class ExpertTie:
    """Somebody of the unit's staff whom the expert may not judge (N-18). | 回避关系"""

    person_name: str
    kind: TieKind
    note: str
    created_at: datetime


@node(models.Expert, lifecycle=EXPERT)
class Expert(Node):
    """A person in a unit's expert pool, for one series and one term (N-6). | 单位评审专家库中的专家"""

    unit: Unit | None
    name: str
    series: str
    specialty: str
    title_level: TitleLevel
    title_name: str
    title_obtained_on: date
    employer_name: str
    department: str
    term_start: date
    term_end: date
    state_reason: str
    ties: list[ExpertTie] = children(models.ExpertTie, "expert_id")


@strawberry.type
class ExpertsQuery:
    """The expert pool. | 专家库"""

    experts = connection(
        Expert,
        filters=("state", "unit", "name", "series", "title_level", "term_end"),
        orders=("created_at", "name", "term_end"),
        description="Experts that the viewer may see. | 可见的评审专家",
    )


@strawberry.input(description="What is said of an expert. | 专家信息")
class ExpertParticulars:
    name: str = described("姓名 | The expert's name")
    series: str = described("职称系列代码 | The code of the title series")
    specialty: str = described("从事专业 | The specialty the expert works in")
    title_level: TitleLevel = described("职称级别 | The level of the title")
    title_name: str = described("职称名称 | The name of the title")
    title_obtained_on: date = described("职称取得日期 | The day the title was obtained")
    employer_name: str = described("工作单位 | The employer")
    department: str = described("所在部门 | The department", default="")
    term_start: date = described("聘期开始 | The term's first day")
    term_end: date = described("聘期结束（含当日），最长三年 | The term's last day, three years at most")


@strawberry.input(description="A nomination. | 提名专家")
class ExpertNominateInput(New, ExpertParticulars):
    identity_number: str = described("身份证件号码，密封保存 | The identity number; it is stored sealed")


@strawberry.input(description="A nomination, corrected. | 修改提名")
class ExpertEditInput(OnVersion, ExpertParticulars):
    pass


@strawberry.input(description="A tie. | 回避关系")
class ExpertDeclareTieInput(OnVersion):
    staff_name: str = described("相关人员姓名，与花名册一致 | The person's name, as on the roster")
    kind: TieKind = described("关系类别 | The kind of tie")
    note: str = described("说明 | A note", default="")


@strawberry.type
class ExpertsMutation:
    """The life of an expert of the pool (Art. 9(4), N-6). | 评审专家"""

    @mutation("expert", Expert)
    async def expert_nominate(call: Call, input: ExpertNominateInput) -> models.Expert:
        """Nominates a person for the unit's pool (N-6). | 提名专家"""
        return await commands.nominate(call, input.identity_number, _nomination(input))

    @mutation("expert", Expert)
    async def expert_edit(call: Call, input: ExpertEditInput) -> models.Expert:
        """Corrects a nomination before it is filed. | 修改提名"""
        return await commands.edit(call, key(input.id), input.version, _nomination(input))

    @mutation("expert", Expert)
    async def expert_activate(call: Call, input: OnVersion) -> models.Expert:
        """Files the expert in the unit's pool (B-2). | 备案入库"""
        return await commands.activate(call, key(input.id), input.version)

    @mutation("expert", Expert)
    async def expert_declare_tie(call: Call, input: ExpertDeclareTieInput) -> models.Expert:
        """Declares whom the expert may not judge (N-18). | 登记回避关系"""
        return await commands.declare_tie(
            call, key(input.id), input.version, input.staff_name, input.kind, input.note
        )

    @mutation("expert", Expert)
    async def expert_suspend(call: Call, input: WithReason) -> models.Expert:
        """Suspends an expert (Art. 14). | 暂停专家资格"""
        return await commands.suspend(call, key(input.id), input.version, input.reason)

    @mutation("expert", Expert)
    async def expert_reinstate(call: Call, input: WithReason) -> models.Expert:
        """Lets a suspended expert sit again. | 恢复专家资格"""
        return await commands.reinstate(call, key(input.id), input.version, input.reason)

    @mutation("expert", Expert)
    async def expert_disqualify(call: Call, input: WithReason) -> models.Expert:
        """Takes an expert out of the pool for good (N-25). | 取消专家资格"""
        return await commands.disqualify(call, key(input.id), input.version, input.reason)


def _nomination(given: ExpertParticulars) -> Nomination:
    return Nomination(
        name=given.name,
        series=given.series,
        specialty=given.specialty,
        title_level=given.title_level,
        title_name=given.title_name,
        title_obtained_on=given.title_obtained_on,
        employer_name=given.employer_name,
        department=given.department,
        term_start=given.term_start,
        term_end=given.term_end,
    )
