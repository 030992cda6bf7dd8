"""Candidacies (Art. 6, 9(5)): what applicants, or the unit's office for them, submit, and how the office checks it."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date, datetime
from typing import Any

import strawberry

from domain.core.titles import TitleLevel
from domain.reviews import candidacies, models, told, verification
from domain.reviews.in_house import Posting
from domain.reviews.lifecycle import CANDIDACY
from domain.reviews.states import ApplicationChannel, CandidacyState, MaterialKind
from schema.core import (
    ID,
    Call,
    Info,
    New,
    Node,
    OnVersion,
    children,
    computed,
    connection,
    described,
    key,
    loaders,
    mutation,
    node,
)
from schema.core.actions import TimelineEntry, timeline_entries
from schema.core.enums import graphql_enum
from schema.core.nodes import timeline_field
from schema.files import StoredFile, attached
from schema.rounds import ReviewRound
from schema.units import Employment, Unit

graphql_enum(ApplicationChannel)
graphql_enum(CandidacyState)
graphql_enum(MaterialKind)


@node(models.CandidacyMaterial)
class CandidacyMaterial(Node):
    """A document of a candidate (N-10). | 申报材料"""

    kind: MaterialKind
    title: str
    verified_by: str
    file: StoredFile | None = attached("file_id")


@node(models.CorrectionPoint)
class CorrectionPoint(Node):
    """One thing to correct; all are told at once (N-12). | 补正事项"""

    item: str
    reason: str


@node(models.InHouseObjection)
class InHouseObjection(Node):
    """An objection to a posted candidacy (N-11). | 内部公示异议"""

    content: str
    answer: str
    answered_at: datetime | None


def _told(column: str, hint: Any) -> Any:
    """A column that would tell an applicant the outcome before the notice does (D4)."""

    def resolve(root: Any, info: Info) -> Any:
        untold = told.may_be_untold(info.context.viewer, root)
        return _as_told(root, info, column) if untold else getattr(root, column)

    resolve.__annotations__["return"] = hint
    return strawberry.field(
        resolver=resolve, description=models.Candidacy._meta.fields_map[column].description
    )


async def _as_told(root: Any, info: Info, column: str) -> Any:
    if await told.announced([root.id]):
        return getattr(root, column)
    entries = told.as_told(await loaders.timeline(info.context, root))
    return entries[-1].version if column == "version" and entries else told.TOLD


def _timeline(root: Any, info: Info) -> Any:
    found = loaders.timeline(info.context, root)
    untold = told.may_be_untold(info.context.viewer, root)
    return timeline_entries(_entries_told(root, found) if untold else found, CANDIDACY, info)


async def _entries_told(root: Any, found: Awaitable[Any]) -> Any:
    entries = await found
    return entries if await told.announced([root.id]) else told.as_told(entries)


@node(models.Candidacy, lifecycle=CANDIDACY)
class Candidacy(Node):
    """A person's application for one title in a round (Art. 6, 9(5)). | 职称申报"""

    state: CandidacyState = _told("state", CandidacyState)
    version: int = _told("version", int)
    timeline: list[TimelineEntry] = timeline_field(_timeline)
    round: ReviewRound | None
    unit: Unit | None
    employment: Employment | None
    name: str
    year: int
    series: str
    specialty: str
    level: TitleLevel
    title_name: str
    channel: ApplicationChannel
    channel_reason: str
    statement: str
    by_office: bool
    declaration_version: str
    declared_at: datetime | None
    submitted_at: datetime | None
    correction_due: datetime | None
    rejection_reason: str
    publicity_from: date | None
    publicity_until: date | None
    publicity_place: str
    materials: list[CandidacyMaterial] = children(models.CandidacyMaterial, "candidacy_id")
    correction_points: list[CorrectionPoint] = children(models.CorrectionPoint, "candidacy_id")
    objections: list[InHouseObjection] = children(models.InHouseObjection, "candidacy_id")

    @computed("不符合的规则编号 | The ids of the rules it was rejected under")
    def rejected_under(self) -> list[str]:
        row: Any = self  # resolvers of nodes run on the model's row
        return [str(each) for each in row.rejected_under]


@strawberry.type
class TruthDeclaration:
    """The declaration that applicants sign (N-10). | 真实性承诺"""

    version: str = described("文本版本 | The version of the text")
    zh: str = described("中文文本 | The text in Chinese")
    en: str = described("英文文本 | The text in English")


@strawberry.type
class CandidacyQuery:
    """Candidacies. | 职称申报查询"""

    candidacies = connection(
        Candidacy,
        filters=("state", "round", "unit", "year", "series", "level", "sitting", "name"),
        orders=("created_at", "name"),
        description="可见的申报 | The candidacies that the viewer may see",
    )

    @computed("现行真实性承诺 | The declaration of truth in its present text")
    def truth_declaration(self) -> TruthDeclaration:
        return TruthDeclaration(
            version=candidacies.DECLARATION_VERSION,
            zh=candidacies.DECLARATION_ZH,
            en=candidacies.DECLARATION_EN,
        )


@strawberry.input
class MaterialInput:
    """A document to hand in. | 申报材料"""

    kind: MaterialKind = described("材料类别 | The kind of document")
    title: str = described("材料名称 | What it is called")
    file: ID = described("文件标识 | The file")


@strawberry.input
class CandidacyContentInput:
    """What an application says. | 申报内容"""

    specialty: str = described("专业 | The specialty", default="")
    channel: ApplicationChannel = described("申报渠道 | The channel (N-9)", default=ApplicationChannel.NORMAL)
    channel_reason: str = described("破格理由 | Why the exceptional channel", default="")
    statement: str = described("业绩自述 | The applicant's own account", default="")
    materials: list[MaterialInput] = described("申报材料 | The documents", default_factory=list)

    def given(self) -> candidacies.CandidacyGiven:
        materials = tuple(
            candidacies.MaterialGiven(
                each.kind, each.title, key(each.file, "StoredFile", field=f"materials.{place}.file")
            )
            for place, each in enumerate(self.materials)
        )
        return candidacies.CandidacyGiven(
            self.specialty, self.channel, self.channel_reason, self.statement, materials
        )


@strawberry.input
class CandidacyStartInput(CandidacyContentInput, New):
    """Starts an application. | 开始申报"""

    round: ID = described("评审批次标识 | The round")
    employment: ID | None = described(
        "在册人员标识（专职机构代填时必填） | Whom the office fills it in for", default=None
    )


@strawberry.input
class CandidacyEditInput(CandidacyContentInput, OnVersion):
    """Replaces what an application says. | 修改申报（整体替换）"""


@strawberry.input
class CandidacySubmitInput(OnVersion):
    """Submits an application. | 提交申报"""

    declaration_version: str = described(
        "所签真实性承诺的版本 | The version of the declaration signed (N-10)"
    )


@strawberry.input
class CorrectionPointInput:
    """One thing to correct. | 补正事项"""

    item: str = described("需补正的项目 | The field or document")
    reason: str = described("问题和要求 | What is wrong, and what to do")


@strawberry.input
class CandidacyReturnInput(OnVersion):
    """Returns an application once, with everything that is missing. | 退回补正"""

    points: list[CorrectionPointInput] = described("全部补正事项 | Everything to correct (N-12)")
    working_days: int = described("补正工作日数 | Working days for it", default=5)


@strawberry.input
class CandidacyCheckMaterialInput(OnVersion):
    """Records where a document was verified. | 核验材料"""

    material: ID = described("材料标识 | The document")
    source: str = described("核验来源 | Where it was verified (N-10)")


@strawberry.input
class CandidacyRejectInput(OnVersion):
    """Finds an applicant ineligible. | 认定不符合条件"""

    rules: list[str] = described("依据的规则编号 | The ids of the rules")
    reason: str = described("理由 | The reason")


@strawberry.input
class CandidacyOpenInHousePublicityInput(OnVersion):
    """Posts an application in-house. | 开启内部公示"""

    place: str = described("公示地点或网址 | Where it is posted")
    working_days: int = described("公示工作日数，不少于5 | Working days, at least five", default=5)


@strawberry.input
class CandidacyObjectInHouseInput(OnVersion):
    """Records an objection. | 登记内部公示异议"""

    content: str = described("异议内容 | What is objected")


@strawberry.input
class CandidacyAnswerObjectionInput(OnVersion):
    """Answers an objection. | 办结内部公示异议"""

    objection: ID = described("异议标识 | The objection")
    answer: str = described("核查结论 | What the unit found")


@strawberry.type
class CandidacyMutation:
    """What is done with candidacies. | 职称申报操作"""

    @mutation("candidacy", Candidacy)
    async def candidacy_start(call: Call, input: CandidacyStartInput) -> models.Candidacy:
        """Starts an application, by the applicant or by the office for him (Art. 6). | 开始申报"""
        employment = key(input.employment, "Employment", field="employment") if input.employment else None
        round = key(input.round, "ReviewRound", field="round")
        return await candidacies.start(call, round, input.given(), employment_id=employment)

    @mutation("candidacy", Candidacy)
    async def candidacy_edit(call: Call, input: CandidacyEditInput) -> models.Candidacy:
        """Replaces what a draft or returned application says. | 修改申报"""
        return await candidacies.edit(call, key(input.id, "Candidacy"), input.version, input.given())

    @mutation("candidacy", Candidacy)
    async def candidacy_submit(call: Call, input: CandidacySubmitInput) -> models.Candidacy:
        """Submits with the declaration of truth (Art. 6, N-8 to N-10). | 提交申报"""
        return await candidacies.submit(
            call, key(input.id, "Candidacy"), input.version, input.declaration_version
        )

    @mutation("candidacy", Candidacy)
    async def candidacy_withdraw(call: Call, input: OnVersion) -> models.Candidacy:
        """Gives the application up, before it is assigned to a sitting. | 撤回申报"""
        return await candidacies.withdraw(call, key(input.id, "Candidacy"), input.version)

    @mutation("candidacy", Candidacy)
    async def candidacy_return(call: Call, input: CandidacyReturnInput) -> models.Candidacy:
        """Returns for correction, once, with every reason and a deadline (N-12). | 退回补正"""
        points = [verification.PointGiven(each.item, each.reason) for each in input.points]
        return await verification.return_for_correction(
            call, key(input.id, "Candidacy"), input.version, points, input.working_days
        )

    @mutation("candidacy", Candidacy)
    async def candidacy_check_material(call: Call, input: CandidacyCheckMaterialInput) -> models.Candidacy:
        """Records where the unit verified a document (N-10). | 核验材料"""
        material = key(input.material, "CandidacyMaterial", field="material")
        return await verification.check_material(
            call, key(input.id, "Candidacy"), input.version, material, input.source
        )

    @mutation("candidacy", Candidacy)
    async def candidacy_verify(call: Call, input: OnVersion) -> models.Candidacy:
        """Finds the material checked and the applicant eligible (Art. 6). | 审核通过"""
        return await verification.verify(call, key(input.id, "Candidacy"), input.version)

    @mutation("candidacy", Candidacy)
    async def candidacy_reject(call: Call, input: CandidacyRejectInput) -> models.Candidacy:
        """Finds the applicant ineligible, naming the rules (Art. 6). | 认定不符合条件"""
        return await verification.reject(
            call, key(input.id, "Candidacy"), input.version, input.rules, input.reason
        )

    @mutation("candidacy", Candidacy)
    async def candidacy_open_in_house_publicity(
        call: Call, input: CandidacyOpenInHousePublicityInput
    ) -> models.Candidacy:
        """Posts an application in-house for at least five working days (N-11). | 开启内部公示"""
        given = Posting(input.place, input.working_days)
        return await verification.open_in_house_publicity(
            call, key(input.id, "Candidacy"), input.version, given
        )

    @mutation("candidacy", Candidacy)
    async def candidacy_close_in_house_publicity(call: Call, input: OnVersion) -> models.Candidacy:
        """Ends the posting once its last day is over and no objection is open (N-11). | 结束内部公示"""
        return await verification.close_in_house_publicity(call, key(input.id, "Candidacy"), input.version)

    @mutation("candidacy", Candidacy)
    async def candidacy_object_in_house(call: Call, input: CandidacyObjectInHouseInput) -> models.Candidacy:
        """Records an objection that reached the office (N-11). | 登记内部公示异议"""
        return await verification.object_in_house(
            call, key(input.id, "Candidacy"), input.version, input.content
        )

    @mutation("candidacy", Candidacy)
    async def candidacy_answer_objection(
        call: Call, input: CandidacyAnswerObjectionInput
    ) -> models.Candidacy:
        """Closes an objection with what the unit found (N-11). | 办结内部公示异议"""
        objection = key(input.objection, "InHouseObjection", field="objection")
        return await verification.answer_objection(
            call, key(input.id, "Candidacy"), input.version, objection, input.answer
        )
