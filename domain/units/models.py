"""Units, what they may review, who works there, and who may not apply for a time."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.accounts.models import Organisation, Person
from domain.core.access import Through, everything, own, personal
from domain.core.constraints import constraint_says
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.core.titles import TitleLevel
from domain.units.names import (
    IntegrityBasis,
    Ownership,
    PostType,
    RelationKind,
    UnitCategory,
    UnitState,
)


class Unit(Aggregate):
    """An employer that applies for, or holds, the right of autonomous review; its id is its organisation's. | 用人单位"""

    unit_path: ClassVar[str] = "id"

    state = fields.CharEnumField(UnitState, max_length=16, description="状态 | Where the unit's right stands")
    name = fields.CharField(120, description="单位名称 | The unit's registered name")
    credit_code = fields.CharField(18, description="统一社会信用代码 | The unified social credit code")
    category = fields.CharEnumField(
        UnitCategory, max_length=24, description="单位类别 | The category of Art. 5"
    )
    category_note = fields.CharField(
        500, default="", description="其他类别的认定说明 | Why the municipal bureau admitted another category"
    )
    ownership = fields.CharEnumField(
        Ownership, max_length=16, description="隶属关系 | To whom the unit belongs"
    )
    civil_servant_law_managed = fields.BooleanField(
        default=False, description="是否参照公务员法管理 | Whether it is managed under the Civil Servant Law"
    )
    above_scale = fields.BooleanField(
        default=False, description="是否规模以上企业 | Whether it is an above-scale enterprise"
    )
    national_laboratory = fields.BooleanField(
        default=False, description="是否国家实验室 | Whether it is a national laboratory"
    )
    independent_legal_person = fields.BooleanField(
        default=True, description="是否独立法人 | Whether it is an independent legal person"
    )
    classified = fields.BooleanField(
        default=False,
        description="是否涉密单位 | Whether it is classified; such units stay out of this system",
    )
    total_staff_count = fields.IntField(description="职工总数 | All staff")
    technical_staff_count = fields.IntField(description="专业技术人员数 | Professional technical personnel")
    district_bureau: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation",
        related_name="district_units",
        on_delete=OnDelete.RESTRICT,
        description="所属区人力资源社会保障局 | The bureau of the unit's own district",
    )
    district_bureau_id: UUID
    supervising_department: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation",
        related_name="supervised_units",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="主管部门 | The supervising department (Art. 8)",
    )
    supervising_department_id: UUID | None
    industry_authority: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation",
        related_name="industry_units",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="行业主管部门 | The industry authority (Art. 2)",
    )
    industry_authority_id: UUID | None
    profile_locked = fields.BooleanField(
        default=False,
        description="单位信息是否因申请已提交而锁定 | Whether an application under way locks the profile",
    )
    office_name = fields.CharField(
        120, default="", description="专职机构名称 | The dedicated review office (Art. 9(1))"
    )
    office_established_on: date | None = fields.DateField(
        null=True, description="专职机构设立日期 | When the office was established"
    )
    full_time_staff_count = fields.IntField(
        default=0, description="专职工作人员数 | Full-time staff of the office (Art. 9(1))"
    )

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.INDUSTRY_AUTHORITY: own("industry_authority_id"),
        Role.DISTRICT_BUREAU: own("district_bureau_id"),
        Role.SUPERVISING_DEPARTMENT: own("supervising_department_id"),
        Role.UNIT: own("id"),
        Role.APPLICANT: Through(
            lambda: Employment,
            "unit_id",
            "person_id",
            whose="person_id",
            note="the units that employ the viewer",
        ),
        Role.MACHINE: own("id"),
    }

    class Meta:
        table = "units"
        indexes = (
            Index(fields=("created_at", "id")),
            Index(fields=("name", "id")),
            Index(fields=("district_bureau_id", "created_at", "id")),
            Index(fields=("industry_authority_id", "created_at", "id")),
            Index(fields=("supervising_department_id", "created_at", "id")),
        )
        constraints = (
            UniqueConstraint(fields=("credit_code",), name="one_unit_per_credit_code"),
            CheckConstraint(
                check="total_staff_count > 0 AND technical_staff_count BETWEEN 0 AND total_staff_count",
                name="technical_staff_is_part_of_all_staff",
            ),
        )


constraint_says(
    "one_unit_per_credit_code",
    "R-7.1",
    "该统一社会信用代码已登记，同一单位不得重复登记。",
    "A unit with this credit code is registered already.",
    field="creditCode",
)
constraint_says(
    "organisations_code_key",
    "R-7.1",
    "该统一社会信用代码已由其他机构登记。",
    "Another organisation is registered under this credit code.",
    field="creditCode",
)
constraint_says(
    "units_pkey",
    "R-7.1",
    "该单位已登记，请在已有登记上修改。",
    "This unit is registered already; change the existing entry.",
    field="creditCode",
)
constraint_says(
    "technical_staff_is_part_of_all_staff",
    "R-7.2",
    "职工总数须大于0，专业技术人员数不得超过职工总数。",
    "There must be staff, and technical staff cannot outnumber all staff.",
    field="technicalStaffCount",
)


class ScopeItem(Row):
    """One series or specialty at one level that the unit may review (Art. 8(5), 13). | 评审权限和范围"""

    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="scope_items", on_delete=OnDelete.RESTRICT, description="单位 | The unit"
    )
    unit_id: UUID
    series = fields.CharField(2, description="职称系列代码 | The series, by its two-digit code")
    specialty = fields.CharField(
        60, default="", description="专业，空为全系列 | The specialty; empty means the whole series"
    )
    level = fields.CharEnumField(TitleLevel, max_length=20, description="级别 | The level")
    granted_by_id: UUID = fields.UUIDField(
        description="授予该范围的评估 | The evaluation whose decision granted it"
    )
    granted_on: date = fields.DateField(description="授予日期 | Since when")
    ended_on: date | None = fields.DateField(
        null=True, description="终止日期 | Until when; empty while it holds"
    )

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.INDUSTRY_AUTHORITY: own("unit__industry_authority_id"),
        Role.DISTRICT_BUREAU: own("unit__district_bureau_id"),
        Role.SUPERVISING_DEPARTMENT: own("unit__supervising_department_id"),
        Role.UNIT: own("unit_id"),
        Role.APPLICANT: Through(
            lambda: Employment,
            "unit_id",
            "person_id",
            whose="person_id",
            key="unit_id",
            note="the employer's scope",
        ),
        Role.MACHINE: own("unit_id"),
    }

    class Meta:
        table = "scope_items"
        constraints = (
            UniqueConstraint(
                fields=("unit_id", "series", "specialty", "level"),
                name="one_scope_item_at_a_time",
                condition="ended_on IS NULL",
            ),
        )


constraint_says(
    "one_scope_item_at_a_time",
    "S-13",
    "该系列（专业）和级别已在评审范围内。",
    "This series or specialty and level is in the scope already.",
    field="scope",
)


class Employment(Row):
    """Somebody on the unit's roster, with what decides whether he may apply for a review there (Art. 6). | 在册人员"""

    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="employments", on_delete=OnDelete.RESTRICT, description="单位 | The unit"
    )
    unit_id: UUID
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person",
        related_name="employments",
        on_delete=OnDelete.RESTRICT,
        description="人员 | The person",
    )
    person_id: UUID
    name = fields.CharField(60, description="姓名 | The name, as on the roster")
    identity_mask = fields.CharField(
        24, default="", description="遮盖后的证件号码 | The masked identity number"
    )
    staff_number = fields.CharField(32, default="", description="工号 | The staff number")
    department = fields.CharField(120, default="", description="部门 | The department")
    post_type = fields.CharEnumField(PostType, max_length=24, description="岗位类别 | The kind of post")
    relation = fields.CharEnumField(
        RelationKind, max_length=24, description="劳动人事关系 | The labour or personnel relation"
    )
    started_on: date = fields.DateField(description="合同起始日 | When the contract begins")
    ended_on: date | None = fields.DateField(null=True, description="合同终止日 | When the contract ends")
    left_on: date | None = fields.DateField(
        null=True, description="离职日期 | When the person left; empty while employed"
    )
    insured_in = fields.CharField(
        20, default="", description="社会保险缴纳地 | Where social insurance is paid"
    )
    insured_since: date | None = fields.DateField(
        null=True, description="社会保险起始月 | Since which month it is paid"
    )
    title_series = fields.CharField(2, default="", description="现职称系列 | The series of the present title")
    title_level = fields.CharEnumField(
        TitleLevel, max_length=20, null=True, description="现职称等级 | The level of the present title"
    )
    title_obtained_on: date | None = fields.DateField(
        null=True, description="现职称取得日期 | When the present title was obtained"
    )
    applying_series = fields.CharField(2, default="", description="拟申报系列 | The series to apply in")
    applying_specialty = fields.CharField(
        60, default="", description="拟申报专业 | The specialty to apply in"
    )
    applying_level = fields.CharEnumField(
        TitleLevel, max_length=20, null=True, description="拟申报等级 | The level to apply for"
    )
    retired_on: date | None = fields.DateField(null=True, description="退休日期 | When the person retired")
    penalty_until: date | None = fields.DateField(
        null=True, description="处分期截止日 | Until when a penalty of demerit or heavier runs"
    )

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.UNIT: own("unit_id"),
        Role.APPLICANT: personal("person_id"),
    }

    class Meta:
        table = "employments"
        indexes = (
            Index(fields=("unit_id", "created_at", "id")),
            Index(fields=("unit_id", "name", "id")),
            Index(fields=("person_id",)),
        )
        constraints = (
            UniqueConstraint(
                fields=("unit_id", "person_id"), name="on_the_roster_once", condition="left_on IS NULL"
            ),
        )


constraint_says(
    "on_the_roster_once",
    "S-13",
    "该人员已在本单位花名册中。",
    "This person is on the unit's roster already.",
    field="person",
)


class IntegrityRecord(Row):
    """Why a person may not apply, and until when (Order 40, N-24). A unit learns of its own staff only until when. | 诚信档案"""

    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person",
        related_name="integrity_records",
        on_delete=OnDelete.RESTRICT,
        description="人员 | The person",
    )
    person_id: UUID
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="integrity_records",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="所涉单位 | The unit where it happened",
    )
    unit_id: UUID | None
    basis = fields.CharEnumField(IntegrityBasis, max_length=24, description="记录事由 | Why it was recorded")
    decision = fields.CharField(500, default="", description="处理决定 | The decision it rests on")
    from_on: date = fields.DateField(description="起始日期 | Since when")
    until_on: date = fields.DateField(description="截止日期，含当日 | Until when, that day included")

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.UNIT: Through(
            lambda: Employment,
            "person_id",
            "unit_id",
            key="person_id",
            where=(("left_on__isnull", True),),
            note="records of the unit's own staff",
        ),
        Role.APPLICANT: personal("person_id"),
        Role.EXPERT: personal("person_id"),
    }
    masked = {
        "basis": frozenset({Role.MUNICIPAL_BUREAU, Role.APPLICANT, Role.EXPERT}),
        "decision": frozenset({Role.MUNICIPAL_BUREAU, Role.APPLICANT, Role.EXPERT}),
        "unit_id": frozenset({Role.MUNICIPAL_BUREAU, Role.APPLICANT, Role.EXPERT}),
        "from_on": frozenset({Role.MUNICIPAL_BUREAU, Role.APPLICANT, Role.EXPERT}),
    }

    class Meta:
        table = "integrity_records"
        indexes = (Index(fields=("person_id", "until_on")),)


class RosterImport(Row):
    """What an import of a roster did: the same file again changes nothing. | 花名册导入记录"""

    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="roster_imports",
        on_delete=OnDelete.RESTRICT,
        description="单位 | The unit",
    )
    unit_id: UUID
    file_id: UUID = fields.UUIDField(description="导入文件 | The file imported")
    sha256 = fields.CharField(64, description="文件散列 | The hash of the file's content")
    rows = fields.IntField(description="文件人数 | People in the file")
    added = fields.IntField(description="新增人数 | People added")
    changed = fields.IntField(description="变更人数 | People whose entry changed")
    unchanged = fields.IntField(description="未变人数 | People whose entry was the same")
    imported_at: datetime = fields.DatetimeField(description="导入时间 | When it was imported")

    jurisdiction = {Role.MUNICIPAL_BUREAU: everything, Role.UNIT: own("unit_id")}

    class Meta:
        table = "roster_imports"
        indexes = (Index(fields=("unit_id", "created_at", "id")),)
