"""Units: the employers that apply for, or hold, the right of autonomous review (Art. 4 to 6, 9(1), 13)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from domain.core.titles import TitleLevel
from domain.units import commands, models, roster_import
from domain.units.lifecycle import UNIT
from domain.units.names import IntegrityBasis, Ownership, PostType, RelationKind, UnitCategory
from schema.core import (
    ID,
    Call,
    Info,
    Node,
    WithReason,
    children,
    computed,
    connection,
    key,
    mutation,
    node,
    row_type,
)
from schema.core.scalars import UnifiedSocialCreditCode
from schema.organisations import Organisation
from schema.roster import RosterPreview, roster_preview_of
from schema.unit_inputs import (
    RosterImportInput,
    UnitEditProfileInput,
    UnitRecordDepartureInput,
    UnitRecordOfficeInput,
    UnitRegisterInput,
    UnitUpdateStaffFiguresInput,
    profile_of,
)


@row_type(models.ScopeItem)
class ScopeItem:
    """One series or specialty at one level that a unit may review (Art. 8(5), 13). | 评审权限和范围"""

    series: str
    specialty: str
    level: TitleLevel
    granted_on: date
    ended_on: date | None


@node(models.Unit, lifecycle=UNIT)
class Unit(Node):
    """An employer that applies for, or holds, the right of autonomous review (Art. 4, 5). | 用人单位（自主评审单位）"""

    name: str
    credit_code: UnifiedSocialCreditCode
    category: UnitCategory
    category_note: str
    ownership: Ownership
    civil_servant_law_managed: bool
    above_scale: bool
    national_laboratory: bool
    independent_legal_person: bool
    total_staff_count: int
    technical_staff_count: int
    district_bureau: Organisation | None
    supervising_department: Organisation | None
    industry_authority: Organisation | None
    profile_locked: bool
    office_name: str
    office_established_on: date | None
    full_time_staff_count: int
    scope_items: list[ScopeItem] = children(models.ScopeItem, "unit_id")

    @computed(
        "专业技术人员占职工总数的百分比，两位小数向下取 | Technical staff in percent of all staff, cut to two places"
    )
    def technical_share(self) -> Decimal:
        hundredths = 10_000 * self.technical_staff_count // self.total_staff_count
        return Decimal(hundredths) / 100


@node(models.Employment)
class Employment(Node):
    """Somebody on a unit's roster (Art. 6). | 在册人员"""

    unit: Unit | None
    name: str
    identity_mask: str
    staff_number: str
    department: str
    post_type: PostType
    relation: RelationKind
    started_on: date
    ended_on: date | None
    left_on: date | None
    insured_in: str
    insured_since: date | None
    title_series: str
    title_level: TitleLevel | None
    title_obtained_on: date | None
    applying_series: str
    applying_specialty: str
    applying_level: TitleLevel | None
    retired_on: date | None
    penalty_until: date | None


@node(models.IntegrityRecord)
class IntegrityRecord(Node):
    """Why a person may not apply, and until when; a unit learns of its own staff only until when (N-24). | 诚信档案"""

    basis: IntegrityBasis | None
    decision: str | None
    from_on: date | None
    until_on: date


@node(models.RosterImport)
class RosterImport(Node):
    """What an import of a roster did; the same file again changes nothing. | 花名册导入记录"""

    rows: int
    added: int
    changed: int
    unchanged: int
    imported_at: datetime


@strawberry.type
class UnitQuery:
    """Units and their rosters. | 单位查询"""

    units = connection(
        Unit,
        filters=(
            "state",
            "name",
            "credit_code",
            "category",
            "ownership",
            "district_bureau",
            "industry_authority",
        ),
        orders=("created_at", "name"),
        description="可见的单位 | The units that the viewer may see",
    )
    employments = connection(
        Employment,
        filters=("unit", "name", "post_type", "applying_series", "applying_level"),
        orders=("created_at", "name"),
        description="花名册人员 | The people on the rosters that the viewer may see",
    )
    integrity_records = connection(
        IntegrityRecord,
        filters=("until_on",),
        orders=("created_at",),
        description="诚信档案记录 | Integrity records that the viewer may see",
    )

    @computed(
        "花名册预览：只读不写，逐格列出全部错误 | Reads a roster without writing: every fault by its cell"
    )
    async def roster_preview(
        self,
        info: Info,
        unit: Annotated[ID, strawberry.argument(description="单位标识 | The unit's global id")],
        file: Annotated[ID, strawberry.argument(description="花名册文件标识 | The roster file's global id")],
    ) -> RosterPreview | None:
        viewer = info.context.viewer
        dry = await roster_import.preview_roster(viewer, key(unit, "Unit", field="unit"), _file(file))
        return None if dry is None else roster_preview_of(dry, info.context)


def _file(id: ID) -> UUID:
    return key(id, "StoredFile", field="file")


@strawberry.type
class UnitMutation:
    """What is done with units. | 单位操作"""

    @mutation("unit", Unit)
    async def unit_register(call: Call, input: UnitRegisterInput) -> models.Unit:
        """Registers an employer as a candidate, by the bureau or by itself (Art. 4). | 登记单位"""
        return await commands.register_unit(call, profile_of(input))

    @mutation("unit", Unit)
    async def unit_edit_profile(call: Call, input: UnitEditProfileInput) -> models.Unit:
        """Replaces the profile of a unit that applies (Art. 5, 7). | 修改单位信息"""
        return await commands.edit_profile(call, key(input.id, "Unit"), input.version, profile_of(input))

    @mutation("unit", Unit)
    async def unit_update_staff_figures(call: Call, input: UnitUpdateStaffFiguresInput) -> models.Unit:
        """Updates the head counts of a unit that holds the right (Art. 7(2)). | 更新人员数"""
        return await commands.update_staff_figures(
            call, key(input.id, "Unit"), input.version, input.total_staff_count, input.technical_staff_count
        )

    @mutation("unit", Unit)
    async def unit_record_office(call: Call, input: UnitRecordOfficeInput) -> models.Unit:
        """Records the dedicated office and its full-time staff (Art. 9(1)). | 登记专职机构"""
        return await commands.record_office(
            call,
            key(input.id, "Unit"),
            input.version,
            input.office_name,
            input.established_on,
            input.full_time_staff_count,
        )

    @mutation("unit", Unit)
    async def unit_record_departure(call: Call, input: UnitRecordDepartureInput) -> models.Unit:
        """Records that somebody on the roster left (Art. 6). | 登记离职"""
        employment = key(input.employment, "Employment", field="employment")
        return await commands.record_departure(
            call, key(input.id, "Unit"), input.version, employment, input.left_on
        )

    @mutation("roster_import", RosterImport)
    async def roster_import(call: Call, input: RosterImportInput) -> models.RosterImport:
        """Imports a roster, all of it or nothing; the same file again changes nothing (Art. 6). | 导入花名册"""
        return await roster_import.import_roster(
            call, key(input.id, "Unit"), input.version, _file(input.file)
        )

    @mutation("unit", Unit)
    async def unit_suspend(call: Call, input: WithReason) -> models.Unit:
        """Suspends the unit's reviews; issued certificates stay valid (Art. 13). | 暂停评审"""
        return await commands.suspend(call, key(input.id, "Unit"), input.version, input.reason)

    @mutation("unit", Unit)
    async def unit_resume(call: Call, input: WithReason) -> models.Unit:
        """Ends a suspension (Art. 13). | 恢复评审"""
        return await commands.resume(call, key(input.id, "Unit"), input.version, input.reason)

    @mutation("unit", Unit)
    async def unit_withdraw_right(call: Call, input: WithReason) -> models.Unit:
        """Withdraws the right and ends the unit's whole scope (Art. 13). | 收回评审权"""
        return await commands.withdraw_right(call, key(input.id, "Unit"), input.version, input.reason)
