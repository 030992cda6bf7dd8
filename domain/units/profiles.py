"""What a unit says of itself, and what can be wrong with it (Art. 5, 7(1), 7(2); R-0.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.accounts.models import Organisation, OrganisationKind
from domain.core.errors import Invalid, Refusal, RuleBroken
from domain.core.identity import InvalidCreditCode, parse_credit_code
from domain.core.roles import Role, Viewer
from domain.units.models import Unit
from domain.units.names import Ownership, UnitCategory

MAX_NAME_LENGTH = 120
MAX_NOTE_LENGTH = 500
#: No unit of Beijing comes near it; the bound keeps a mistyped figure out of the database's integers.
MAX_STAFF = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The profile as handed in; `district_bureau_id` and its like name organisations."""

    name: str
    credit_code: str
    category: UnitCategory
    ownership: Ownership
    total_staff_count: int
    technical_staff_count: int
    district_bureau_id: UUID
    supervising_department_id: UUID | None = None
    industry_authority_id: UUID | None = None
    category_note: str = ""
    civil_servant_law_managed: bool = False
    above_scale: bool = False
    national_laboratory: bool = False
    independent_legal_person: bool = True
    classified: bool = False

    def written_on(self, unit: Unit) -> None:
        """Takes the profile over. Only after `profile_refusals` had nothing to say."""
        for column in (
            "category",
            "ownership",
            "total_staff_count",
            "technical_staff_count",
            "district_bureau_id",
            "supervising_department_id",
            "industry_authority_id",
            "civil_servant_law_managed",
            "above_scale",
            "national_laboratory",
            "independent_legal_person",
            "classified",
        ):
            setattr(unit, column, getattr(self, column))
        unit.name = self.name.strip()
        unit.category_note = self.category_note.strip()
        unit.credit_code = parse_credit_code(self.credit_code)


Kinds = Mapping[UUID, OrganisationKind]


async def kinds_of(profile: Profile) -> Kinds:
    """The kinds of the organisations that the profile names; one that does not exist is absent."""
    named = {
        profile.district_bureau_id,
        profile.supervising_department_id,
        profile.industry_authority_id,
    } - {None}
    rows = await Organisation.filter(id__in=list(named)).values_list("id", "kind")
    return {id: OrganisationKind(kind) for id, kind in rows}


def profile_refusals(profile: Profile, kinds: Kinds, viewer: Viewer, unit: Unit | None) -> Iterator[Refusal]:
    """Everything that is wrong with the profile, each at its field. `unit` is the one edited, if there is one."""
    yield from _text_refusals(profile)
    yield from _code_refusals(profile)
    yield from staff_refusals(profile.total_staff_count, profile.technical_staff_count)
    yield from _category_refusals(profile, viewer, unit)
    yield from _organisation_refusals(profile, kinds)
    if profile.classified:
        yield RuleBroken("N-27", field="classified")


def _text_refusals(profile: Profile) -> Iterator[Refusal]:
    if not 1 <= len(profile.name.strip()) <= MAX_NAME_LENGTH:
        zh, en = f"单位名称须为1至{MAX_NAME_LENGTH}个字符。", f"A name has 1 to {MAX_NAME_LENGTH} characters."
        yield Invalid("name", zh, en, rule_id="S-7")
    if len(profile.category_note) > MAX_NOTE_LENGTH:
        zh, en = f"说明不能超过{MAX_NOTE_LENGTH}个字符。", f"A note has at most {MAX_NOTE_LENGTH} characters."
        yield Invalid("categoryNote", zh, en, rule_id="S-7")


def _code_refusals(profile: Profile) -> Iterator[Refusal]:
    try:
        parse_credit_code(profile.credit_code)
    except InvalidCreditCode as error:
        yield RuleBroken("R-7.1", error.zh, error.en, field="creditCode")


def staff_refusals(total: int, technical: int) -> Iterator[Refusal]:
    """Head counts that cannot be: no staff, a negative number, more technical staff than staff (R-7.2)."""
    if total < 1:
        yield RuleBroken("R-7.2", "职工总数须大于0。", "There must be staff.", field="totalStaffCount")
    if technical < 0:
        yield RuleBroken(
            "R-7.2",
            "专业技术人员数不能为负。",
            "A number of people is not negative.",
            field="technicalStaffCount",
        )
    if technical > total >= 1:
        yield RuleBroken(
            "R-7.2",
            "专业技术人员数不得超过职工总数。",
            "Technical staff cannot outnumber all staff.",
            field="technicalStaffCount",
        )
    for count, field in ((total, "totalStaffCount"), (technical, "technicalStaffCount")):
        if count > MAX_STAFF:
            yield Invalid(field, f"人数不能超过{MAX_STAFF}。", f"At most {MAX_STAFF} people.", rule_id="S-7")


def _category_refusals(profile: Profile, viewer: Viewer, unit: Unit | None) -> Iterator[Refusal]:
    if profile.category is UnitCategory.OTHER:
        yield from _other_category_refusals(profile, viewer, unit)
    if profile.national_laboratory and profile.category is not UnitCategory.NEW_RD_INSTITUTION:
        yield RuleBroken(
            "R-5.3",
            "国家实验室属于新型研发机构，请更正单位类别。",
            "A national laboratory is a new-type R&D institution; correct the category.",
            field="nationalLaboratory",
        )


def _other_category_refusals(profile: Profile, viewer: Viewer, unit: Unit | None) -> Iterator[Refusal]:
    """The list of Art. 5(3) ends with 等, but only the municipal bureau admits what it does not name."""
    admitted = unit is not None and unit.category is UnitCategory.OTHER
    same_note = unit is not None and unit.category_note == profile.category_note.strip()
    if viewer.role is Role.MUNICIPAL_BUREAU:
        if not profile.category_note.strip():
            yield RuleBroken(
                "R-5.3",
                "认定其他类别须说明理由。",
                "Say why another category is admitted.",
                field="categoryNote",
            )
    elif not (admitted and same_note):
        yield RuleBroken("R-5.3", field="category")


def _organisation_refusals(profile: Profile, kinds: Kinds) -> Iterator[Refusal]:
    if kinds.get(profile.district_bureau_id) is not OrganisationKind.DISTRICT_BUREAU:
        yield RuleBroken("R-0.1", field="districtBureau")
    for id, field in (
        (profile.supervising_department_id, "supervisingDepartment"),
        (profile.industry_authority_id, "industryAuthority"),
    ):
        if id is not None and kinds.get(id) is not OrganisationKind.AUTHORITY:
            yield Invalid(
                field,
                "请选择主管部门类机构。",
                "Choose an organisation that is an authority.",
                rule_id="S-21",
            )
