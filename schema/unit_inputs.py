"""What the mutations on units take, and how it becomes what the domain takes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import strawberry

from domain.units.names import Ownership, UnitCategory
from domain.units.profiles import Profile
from schema.core import ID, New, OnVersion, described, key
from schema.core.enums import graphql_enum

# Inputs may be declared before any type shows these enums; they must carry their labels all the same.
for _enum in (UnitCategory, Ownership):
    graphql_enum(_enum)


@strawberry.input
class ProfileInput:
    """What a unit says of itself (Art. 5, 7). | 单位信息"""

    name: str = described("单位名称 | The registered name")
    credit_code: str = described("统一社会信用代码 | The unified social credit code")
    category: UnitCategory = described("单位类别 | The category of Art. 5")
    ownership: Ownership = described("隶属关系 | To whom the unit belongs")
    total_staff_count: int = described("职工总数 | All staff")
    technical_staff_count: int = described("专业技术人员数 | Professional technical personnel")
    district_bureau: ID = described("所属区人力资源社会保障局 | The bureau of the unit's district")
    supervising_department: ID | None = described("主管部门 | The supervising department", default=None)
    industry_authority: ID | None = described("行业主管部门 | The industry authority", default=None)
    category_note: str = described(
        "其他类别的认定说明（市局填写） | Why another category is admitted", default=""
    )
    civil_servant_law_managed: bool = described(
        "是否参照公务员法管理 | Whether managed under the Civil Servant Law", default=False
    )
    above_scale: bool = described("是否规模以上企业 | Whether above scale", default=False)
    national_laboratory: bool = described("是否国家实验室 | Whether a national laboratory", default=False)
    independent_legal_person: bool = described(
        "是否独立法人 | Whether an independent legal person", default=True
    )
    classified: bool = described("是否涉密单位 | Whether classified", default=False)


@strawberry.input
class UnitRegisterInput(ProfileInput, New):
    """Registers a unit. | 登记单位"""


@strawberry.input
class UnitEditProfileInput(ProfileInput, OnVersion):
    """Replaces the whole profile. | 修改单位信息（整体替换）"""


@strawberry.input
class UnitUpdateStaffFiguresInput(OnVersion):
    """New head counts. | 更新人员数"""

    total_staff_count: int = described("职工总数 | All staff")
    technical_staff_count: int = described("专业技术人员数 | Professional technical personnel")


@strawberry.input
class UnitRecordOfficeInput(OnVersion):
    """The dedicated office. | 登记专职机构"""

    office_name: str = described("专职机构名称 | The office's name")
    established_on: date = described("设立日期 | When it was established")
    full_time_staff_count: int = described("专职工作人员数 | Its full-time staff")


@strawberry.input
class UnitRecordDepartureInput(OnVersion):
    """Somebody left. | 登记离职"""

    employment: ID = described("在册人员标识 | The person on the roster")
    left_on: date = described("离职日期 | The day he left")


@strawberry.input
class RosterImportInput(OnVersion):
    """Imports a roster; `id` and `version` are the unit's. | 导入花名册（id 与 version 为单位的）"""

    file: ID = described("花名册文件标识 | The roster file's global id")


def profile_of(input: ProfileInput) -> Profile:
    return Profile(
        name=input.name,
        credit_code=input.credit_code,
        category=input.category,
        ownership=input.ownership,
        total_staff_count=input.total_staff_count,
        technical_staff_count=input.technical_staff_count,
        district_bureau_id=key(input.district_bureau, "Organisation", field="districtBureau"),
        supervising_department_id=_organisation(input.supervising_department, "supervisingDepartment"),
        industry_authority_id=_organisation(input.industry_authority, "industryAuthority"),
        category_note=input.category_note,
        civil_servant_law_managed=input.civil_servant_law_managed,
        above_scale=input.above_scale,
        national_laboratory=input.national_laboratory,
        independent_legal_person=input.independent_legal_person,
        classified=input.classified,
    )


def _organisation(id: ID | None, field: str) -> UUID | None:
    return None if id is None else key(id, "Organisation", field=field)
