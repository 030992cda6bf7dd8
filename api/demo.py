"""The demonstration's data: a unit that may apply, the bodies above it, and everybody who can log in.

Loading it again changes nothing. Production refuses it before this module is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from stdnum.cn import ric, uscc

from api.demo_accounts import PEOPLE, DemoAccount
from domain.accounts.commands import create_account, grant_role
from domain.accounts.models import Account, Organisation, OrganisationKind, Person
from domain.accounts.oauth import OAuthClient
from domain.accounts.passwords import hash_secret
from domain.core import clock
from domain.core.calls import Call
from domain.core.demo_clock import THE_CLOCK, DemoClock, refresh_clock
from domain.core.identity import mask_identity_number
from domain.core.reference import SAMPLE_ROSTER
from domain.core.roles import Role, Viewer
from domain.core.sealing import sealing_context
from domain.core.secrets import sealer
from domain.core.titles import TitleLevel
from domain.reference_data import MUNICIPAL_BUREAU_CODE
from domain.units.commands import register_unit
from domain.units.names import Ownership, UnitCategory
from domain.units.profiles import Profile
from domain.units.roster import read_roster

#: Without its check character: `unit_code()` adds it.
UNIT_CODE = "91110108MA01C2026"
DISTRICT_CODE = "110108"
SUPERVISOR_CODE = "beijing-sasac"
INDUSTRY_CODE = "beijing-stc"
#: The demonstration begins on a Monday from which every period of the tour ends in a year whose calendar is loaded.
BEGINS = datetime(2026, 3, 2, 9, 0, tzinfo=clock.BEIJING)
#: Ten people of the sample roster apply in the same group.
APPLIED = ("05", "人工智能", TitleLevel.ASSOCIATE_SENIOR)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔"


class DemoSettings(Protocol):
    @property
    def demo_clock(self) -> bool: ...


async def load_demo(settings: DemoSettings) -> None:
    """Loads what is missing of the demonstration."""
    if settings.demo_clock:
        await _set_clock()
    bodies = await _bodies()
    people = dict(_people())
    for account in PEOPLE:
        if not await Account.exists(login=account.login):
            await _load_account(account, bodies, people.get(account.login))
    await _load_machine(bodies["unit"])


def unit_code() -> str:
    """The demo unit's credit code, with its check character."""
    return UNIT_CODE + str(uscc.calc_check_digit(UNIT_CODE))


def expert_name(number: int) -> str:
    """The name of the expert with this number, 1 to 25."""
    return f"{SURNAMES[number - 1]}评审"


def expert_identity_number(number: int) -> str:
    """An invented identity number of the unassigned area 110000, with a valid check character."""
    body = f"110000{1966 + number // 4}0{1 + number % 9}15{100 + number}"
    return body + str(ric.calc_check_digit(body + "0"))


async def _set_clock() -> None:
    """Where time already runs for this demonstration, it stays as it is."""
    if not await DemoClock.exists(name=THE_CLOCK):
        real = clock.now() - clock.offset()
        offset: timedelta = BEGINS - real
        await DemoClock.create(name=THE_CLOCK, offset_seconds=round(offset.total_seconds()))
    await refresh_clock()


async def _bodies() -> dict[str, Organisation]:
    """The organisations of the demonstration by the login that acts for each."""
    authority = OrganisationKind.AUTHORITY
    supervisor = await _body(authority, SUPERVISOR_CODE, "北京市人民政府国有资产监督管理委员会")
    industry = await _body(authority, INDUSTRY_CODE, "北京市科学技术委员会")
    municipal = await Organisation.get(code=MUNICIPAL_BUREAU_CODE)
    district = await Organisation.get(code=DISTRICT_CODE)
    unit = await Organisation.get_or_none(code=unit_code()) or await _register(
        municipal, district, supervisor, industry
    )
    return {
        "unit": unit,
        "district": district,
        "supervisor": supervisor,
        "industry": industry,
        "municipal": municipal,
        "municipal2": municipal,
    }


async def _body(kind: OrganisationKind, code: str, name: str) -> Organisation:
    found, _ = await Organisation.get_or_create(code=code, defaults={"kind": kind, "name": name})
    return found


async def _register(
    municipal: Organisation, district: Organisation, supervisor: Organisation, industry: Organisation
) -> Organisation:
    """The unit itself, registered as the municipal bureau registers any employer."""
    profile = Profile(
        name="北京智程集成技术有限公司",
        credit_code=unit_code(),
        category=UnitCategory.ABOVE_SCALE_ENTERPRISE,
        ownership=Ownership.MUNICIPAL,
        total_staff_count=320,
        technical_staff_count=240,
        district_bureau_id=district.id,
        supervising_department_id=supervisor.id,
        industry_authority_id=industry.id,
        above_scale=True,
    )
    bureau = Viewer(Role.MUNICIPAL_BUREAU, organisation_id=municipal.id)
    unit = await register_unit(Call(bureau), profile)
    return await Organisation.get(id=unit.id)


def _people() -> Iterator[tuple[str, tuple[str, str]]]:
    """Name and identity number of everybody who acts as a person, by login."""
    for number in range(1, 26):
        yield f"expert{number:02}", (expert_name(number), expert_identity_number(number))
    roster = read_roster(SAMPLE_ROSTER.read_bytes(), today=clock.today())
    applying = [
        row
        for row in roster.rows
        if (row.applied_series, row.applied_specialty, row.applied_level) == APPLIED
    ]
    for number, row in enumerate(applying[:10], start=1):
        yield f"applicant{number:02}", (row.name, row.identity_number)


async def _load_account(
    account: DemoAccount, bodies: dict[str, Organisation], person: tuple[str, str] | None
) -> None:
    role = _role_of(account.login)
    organisation = bodies.get(account.login, bodies["unit"])
    name = person[0] if person else account.role_zh
    made = await create_account(
        login=account.login,
        password=account.password,
        name=name,
        role=role,
        organisation=organisation,
        person=await _person(*person) if person else None,
    )
    if account.login == "industry":
        # One body may hold both relations; a second hat shows that they are told apart.
        await grant_role(made, Role.SUPERVISING_DEPARTMENT, organisation)


def _role_of(login: str) -> Role:
    if login.startswith("expert"):
        return Role.EXPERT
    if login.startswith("applicant"):
        return Role.APPLICANT
    return {
        "unit": Role.UNIT,
        "district": Role.DISTRICT_BUREAU,
        "supervisor": Role.SUPERVISING_DEPARTMENT,
        "industry": Role.INDUSTRY_AUTHORITY,
        "municipal": Role.MUNICIPAL_BUREAU,
        "municipal2": Role.MUNICIPAL_BUREAU,
    }[login]


async def _person(name: str, number: str) -> Person:
    """The person with this identity number, as the roster import would find or make him."""
    index = sealer().blind_index(number)
    found = await Person.get_or_none(identity_index=index)
    if found is not None:
        return found
    person = Person(name=name, identity_index=index, identity_mask=mask_identity_number(number))
    person.identity_sealed = sealer().seal(number, sealing_context("persons", "identity_sealed", person.id))
    await person.save(force_create=True)
    return person


async def _load_machine(unit: Organisation) -> None:
    if not await OAuthClient.exists(client_id="hr-demo"):
        await OAuthClient.create(
            client_id="hr-demo",
            client_name="HR system of the demo unit",
            secret_hash=hash_secret("hr-demo-demo"),
            grant_types=["client_credentials"],
            scope="results:read certificates:read",
            unit=unit,
        )
