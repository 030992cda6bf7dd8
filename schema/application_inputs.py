"""What the mutations on applications take, and how it becomes what the domain takes."""

from __future__ import annotations

import strawberry

from domain.applications.drafts import Draft, ExpertLine, RelaxationLine, ScopeLine
from domain.applications.names import ApplicationRoute, AttachmentKind, QualificationCondition
from domain.applications.receiver_commands import Correction, Opinion
from domain.core.titles import TitleLevel
from schema.core import ID, OnVersion, WithReason, described, key
from schema.core.enums import graphql_enum

# Inputs may be declared before any type shows these enums; they must carry their labels all the same.
for _enum in (ApplicationRoute, AttachmentKind, QualificationCondition, TitleLevel):
    graphql_enum(_enum)


@strawberry.input
class ApplicationScopeInput:
    """A series or specialty at a level. | 系列（专业）和级别"""

    series: str = described("职称系列代码 | The series, by its two-digit code")
    level: TitleLevel = described("级别 | The level")
    specialty: str = described("专业，空为全系列 | The specialty; empty means the whole series", default="")
    influence: str = described("行业影响力说明 | Its influence in the industry", default="")


@strawberry.input
class SeniorExpertInput:
    """A senior review expert. | 高级职称评审专家"""

    name: str = described("姓名 | The name")
    identity_number: str = described(
        "证件号码，仅保存盲索引 | The identity number; only a blind index is kept"
    )
    series: str = described("职称系列代码 | The series of the title")
    title_level: TitleLevel = described("职称等级 | The level of the title")
    specialty: str = described("专业 | The specialty", default="")
    employer_name: str = described("工作单位 | The employer", default="")


@strawberry.input
class RelaxationInput:
    """A condition to relax, with evidence. | 放宽申请"""

    condition: QualificationCondition = described("放宽的条件 | The condition")
    justification: str = described("重大突破或重大贡献 | The breakthrough or contribution")
    evidence: ID | None = described("证明材料 | The file that proves it", default=None)


@strawberry.input
class ApplicationEditInput(OnVersion):
    """What to fill in; a part that is absent or null stays as it is, a list that is given replaces the one before. | 填写申请"""

    four_centres_statement: str | None = described(
        "服务首都四个中心的说明 | How the unit serves the Four Centres", default=None
    )
    team_statement: str | None = described(
        "人才队伍说明 | How the technical team keeps growing", default=None
    )
    scope: list[ApplicationScopeInput] | None = described("申请评审范围 | The scope asked for", default=None)
    senior_experts: list[SeniorExpertInput] | None = described(
        "高级职称评审专家 | The senior experts", default=None
    )
    relaxations: list[RelaxationInput] | None = described(
        "放宽申请 | The relaxations asked for", default=None
    )


@strawberry.input
class ApplicationAttachInput(OnVersion):
    """A document to attach. | 上传附件"""

    kind: AttachmentKind = described("附件类别 | What the document is")
    file: ID = described("文件 | The file")


@strawberry.input
class ApplicationDetachInput(OnVersion):
    """A document to remove. | 移除附件"""

    attachment: ID = described("附件 | The attachment")


@strawberry.input
class ApplicationSetRouteInput(WithReason):
    """The route that the bureau sets. | 指定申请途径"""

    route: ApplicationRoute = described("申请途径 | The route")


@strawberry.input
class CorrectionInput:
    """One thing to correct. | 补正事项"""

    text: str = described("需要补正的内容 | What has to be corrected")
    rule: str = described("规则编号 | The id of the rule it rests on", default="")
    field: str = described("所涉内容 | What it is about", default="")


@strawberry.input
class ApplicationReturnForCorrectionInput(OnVersion):
    """Everything to correct, and the deadline. | 退回补正"""

    reasons: list[CorrectionInput] = described("全部补正内容 | Everything that has to be corrected")
    working_days: int = described("补正期限（工作日） | How many working days the unit has")


@strawberry.input
class ApplicationReturnFilingInput(OnVersion):
    """Everything to correct in the filing. | 退回网上申报"""

    reasons: list[CorrectionInput] = described("全部补正内容 | Everything that has to be corrected")


@strawberry.input
class OpinionInput:
    """An opinion on one condition. | 逐项审核意见"""

    condition: QualificationCondition = described("申请条件 | The condition")
    met: bool = described("是否符合 | Whether it is met")
    opinion: str = described("审核意见 | The opinion")


@strawberry.input
class ApplicationRecommendInput(OnVersion):
    """The recommendation. | 推荐"""

    opinions: list[OpinionInput] = described("逐项审核意见 | An opinion on every condition")
    recommendation: str = described("推荐意见 | The recommendation")


@strawberry.input
class ApplicationFileOnlineInput(OnVersion):
    """The online filing. | 网上申报"""

    representative_name: str = described("法定代表人姓名 | The legal representative")
    committed: bool = described("法定代表人是否承诺 | Whether the legal representative commits the unit")


@strawberry.input
class ApplicationDecideRelaxationInput(WithReason):
    """The decision on a relaxation. | 决定是否放宽条件"""

    relaxation: ID = described("放宽申请 | The relaxation")
    granted: bool = described("是否同意 | Whether it is granted")


def draft_of(input: ApplicationEditInput) -> Draft:
    return Draft(
        input.four_centres_statement,
        input.team_statement,
        None if input.scope is None else [_scope_line(each) for each in input.scope],
        None if input.senior_experts is None else [_expert_line(each) for each in input.senior_experts],
        None
        if input.relaxations is None
        else [_relaxation_line(*each) for each in enumerate(input.relaxations)],
    )


def _scope_line(each: ApplicationScopeInput) -> ScopeLine:
    return ScopeLine(each.series, each.specialty, each.level, each.influence)


def _expert_line(each: SeniorExpertInput) -> ExpertLine:
    return ExpertLine(
        each.name, each.identity_number, each.series, each.specialty, each.title_level, each.employer_name
    )


def _relaxation_line(place: int, each: RelaxationInput) -> RelaxationLine:
    at = f"relaxations.{place}.evidence"
    evidence = None if each.evidence is None else key(each.evidence, "StoredFile", field=at)
    return RelaxationLine(each.condition, each.justification, evidence)


def corrections_of(reasons: list[CorrectionInput]) -> list[Correction]:
    return [Correction(each.text, each.rule, each.field) for each in reasons]


def opinions_of(opinions: list[OpinionInput]) -> list[Opinion]:
    return [Opinion(each.condition, each.met, each.opinion) for each in opinions]
