"""A unit is registered, describes itself, sets up its office; the bureau suspends, resumes or withdraws its right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

from domain.accounts.models import Organisation, OrganisationKind
from domain.core.calls import Call
from domain.core.errors import Invalid, Refusal, RuleBroken, refuse
from domain.core.inputs import reason_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import Act, Check, begin, cascade, perform
from domain.core.roles import Role, Viewer
from domain.units.lifecycle import UNIT
from domain.units.models import Employment, Unit
from domain.units.profiles import Profile, kinds_of, profile_refusals, staff_refusals
from domain.units.scopes import end_scope

MIN_FULL_TIME_STAFF = 1  # Art. 9(1): full-time staff


async def register_unit(call: Call, profile: Profile) -> Unit:
    """Registers an employer as a candidate: by the municipal bureau, or by the unit's own organisation.

    Raises:
        Refused: with every fault of the profile (R-0.1, R-5.3, R-7.1, R-7.2, N-27), or S-13 when it is registered.
    """

    async def make(facts: Facts) -> Unit:
        refusals = list(profile_refusals(profile, await kinds_of(profile), facts.viewer, None))
        refuse(*refusals)
        unit = Unit()
        profile.written_on(unit)
        unit.id = await _organisation_id(facts.viewer, unit.credit_code)
        refuse(await _own_organisation_refusal(facts.viewer, unit))
        return unit

    return await begin(call, UNIT, "register", make, act=_write_organisation)


async def _organisation_id(viewer: Viewer, credit_code: str) -> UUID:
    """Whose id the unit takes: the viewer's own employer, or one that is known by this code, or a new one."""
    if viewer.role is Role.UNIT and viewer.organisation_id is not None:
        return viewer.organisation_id
    known = await Organisation.get_or_none(code=credit_code, kind=OrganisationKind.UNIT)
    return known.id if known else uuid4()


async def _own_organisation_refusal(viewer: Viewer, unit: Unit) -> Refusal | None:
    if viewer.role is not Role.UNIT:
        return None
    organisation = await Organisation.get_or_none(id=unit.id, kind=OrganisationKind.UNIT)
    if organisation is None:
        return RuleBroken("S-21", "当前机构不是用人单位。", "The organisation you act for is no employer.")
    if organisation.code != unit.credit_code:
        zh = "统一社会信用代码与本单位账号所属机构不一致。"
        return RuleBroken(
            "R-7.1", zh, "The credit code is not that of your organisation.", field="creditCode"
        )
    return None


async def _write_organisation(unit: Unit, _facts: Facts) -> None:
    """The unit's organisation carries the same id, code and name, whoever looks at it."""
    same = Organisation.filter(id=unit.id)
    if not await same.update(code=unit.credit_code, name=unit.name):
        await Organisation.create(
            id=unit.id, kind=OrganisationKind.UNIT, code=unit.credit_code, name=unit.name
        )


async def edit_profile(call: Call, id: UUID, version: int, profile: Profile) -> Unit:
    """Replaces the profile of a unit that applies (Art. 5, 7). It stands still while an application is under way.

    Raises:
        Refused: with every fault of the profile, R-8.7 while it is locked.
    """
    kinds = await kinds_of(profile)

    def check(unit: Unit, facts: Facts) -> Iterator[Refusal]:
        return profile_refusals(profile, kinds, facts.viewer, unit)

    async def act(unit: Unit, facts: Facts) -> None:
        profile.written_on(unit)
        await _write_organisation(unit, facts)

    return await perform(call, UNIT, "edit_profile", id, version=version, check=check, act=act)


async def update_staff_figures(call: Call, id: UUID, version: int, total: int, technical: int) -> Unit:
    """New head counts of a unit that holds the right, for its next application (Art. 7(2)).

    Raises:
        Refused: R-7.2 for impossible counts, R-8.7 while an application is under way.
    """

    async def act(unit: Unit, _facts: Facts) -> None:
        unit.total_staff_count, unit.technical_staff_count = total, technical

    return await perform(
        call,
        UNIT,
        "update_staff_figures",
        id,
        version=version,
        check=lambda _unit, _facts: staff_refusals(total, technical),
        act=act,
    )


async def record_office(
    call: Call, id: UUID, version: int, name: str, established_on: date, full_time_staff: int
) -> Unit:
    """Records the dedicated office and its full-time staff (Art. 9(1)).

    Raises:
        Refused: R-9.1 without full-time staff or name, or with a date in the future.
    """

    def check(unit: Unit, facts: Facts) -> Iterator[Refusal]:
        if not 1 <= len(name.strip()) <= 120:
            yield RuleBroken(
                "R-9.1",
                "请填写专职机构名称（120字以内）。",
                "Name the office (up to 120 characters).",
                field="officeName",
            )
        if established_on > facts.today:
            yield RuleBroken(
                "R-9.1",
                "设立日期不能晚于今天。",
                "The office cannot be established in the future.",
                field="establishedOn",
            )
        if full_time_staff < MIN_FULL_TIME_STAFF:
            yield RuleBroken(
                "R-9.1",
                "专职工作人员至少1人。",
                "The office needs full-time staff.",
                field="fullTimeStaffCount",
            )
        elif full_time_staff > unit.total_staff_count:
            yield RuleBroken(
                "R-9.1",
                "专职工作人员数不得超过职工总数。",
                "There are not that many staff.",
                field="fullTimeStaffCount",
            )

    async def act(unit: Unit, _facts: Facts) -> None:
        unit.office_name, unit.office_established_on = name.strip(), established_on
        unit.full_time_staff_count = full_time_staff

    return await perform(call, UNIT, "record_office", id, version=version, check=check, act=act)


async def record_departure(call: Call, id: UUID, version: int, employment_id: UUID, left_on: date) -> Unit:
    """Records that somebody on the roster left: from that day he may not apply there (R-6.1).

    Raises:
        Refused: S-21 for somebody who is not on this unit's roster, S-5 for a day before the contract or in the future.
    """
    employment = await Employment.get_or_none(id=employment_id, unit_id=id, left_on__isnull=True)

    def check(_unit: Unit, facts: Facts) -> Iterator[Refusal]:
        if employment is None:
            yield Invalid(
                "employment",
                "花名册中没有该在职人员。",
                "Nobody of that kind is on the roster.",
                rule_id="S-21",
            )
        elif not employment.started_on <= left_on <= facts.today:
            zh = "离职日期须在合同起始日与今天之间。"
            yield Invalid("leftOn", zh, "The day lies between the contract's start and today.")

    async def act(unit: Unit, _facts: Facts) -> None:
        await Employment.filter(id=employment_id, unit_id=unit.id).update(left_on=left_on)

    return await perform(call, UNIT, "record_departure", id, version=version, check=check, act=act)


async def suspend(call: Call, id: UUID, version: int | None, reason: str) -> Unit:
    """Suspends: no new plan, committee or sitting; certificates already issued stay valid (Art. 13)."""
    return await perform(call, UNIT, "suspend", id, version=version, check=_given(reason), reason=reason)


async def resume(call: Call, id: UUID, version: int | None, reason: str) -> Unit:
    """Ends a suspension (Art. 13)."""
    return await perform(call, UNIT, "resume", id, version=version, check=_given(reason), reason=reason)


async def withdraw_right(call: Call, id: UUID, version: int | None, reason: str) -> Unit:
    """Withdraws the right of autonomous review and ends its whole scope (Art. 13)."""

    async def act(unit: Unit, facts: Facts) -> None:
        await end_scope(unit.id, facts.today)

    return await perform(
        call, UNIT, "withdraw_right", id, version=version, check=_given(reason), act=act, reason=reason
    )


async def lock_profile(call: Call, id: UUID) -> None:
    """An application was submitted: the profile stands still (Art. 8(1)). Told by the applications."""
    await cascade(call, UNIT, "lock_profile", [id], act=_set_lock(True))


async def unlock_profile(call: Call, id: UUID) -> None:
    """The application is back with the unit, or over. Told by applications and evaluations."""
    await cascade(call, UNIT, "unlock_profile", [id], act=_set_lock(False))


def _set_lock(locked: bool) -> Act:
    async def act(unit: Unit, _facts: Facts) -> None:
        unit.profile_locked = locked

    return act


def _given(reason: str) -> Check:
    return lambda _unit, _facts: [reason_refusal(reason)]
