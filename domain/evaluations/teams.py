"""Who evaluates (Art. 8(4)): the municipal bureau with the industry authority, the district bureau and the agencies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.accounts.models import Account, Organisation, OrganisationKind, RoleGrant
from domain.core.errors import Refusal, RuleBroken
from domain.core.identity import InvalidName, normalise_name
from domain.core.inputs import text_refusal
from domain.evaluations.models import AbsentBody, Evaluation, TeamMember
from domain.evaluations.names import TeamBody
from domain.units.models import Employment, Unit

_KIND_OF = {
    TeamBody.MUNICIPAL_BUREAU: OrganisationKind.MUNICIPAL_BUREAU,
    TeamBody.INDUSTRY_AUTHORITY: OrganisationKind.AUTHORITY,
    TeamBody.DISTRICT_BUREAU: OrganisationKind.DISTRICT_BUREAU,
    TeamBody.SERVICE_AGENCY: OrganisationKind.SERVICE_AGENCY,
}


@dataclass(frozen=True, slots=True)
class Member:
    """A member as proposed. `login` names the account of an officer; `declared_tie` is what he says ties him."""

    body: TeamBody
    organisation_id: UUID
    name: str
    login: str = ""
    is_lead: bool = False
    declared_tie: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """A body that is not on the team, and why."""

    body: TeamBody
    reason: str


@dataclass(frozen=True, slots=True)
class Team:
    """The team as proposed."""

    members: Sequence[Member]
    absent: Sequence[Absence]


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record about the people and bodies proposed."""

    kinds: Mapping[UUID, OrganisationKind]
    accounts: Mapping[str, Account]
    grants: frozenset[tuple[UUID, UUID]]
    employed: frozenset[UUID]

    def account_at(self, member: Member) -> Account | None:
        """The member's account, if it wears a hat at the member's organisation."""
        account = self.accounts.get(member.login) if member.login else None
        if account is None or (account.id, member.organisation_id) not in self.grants:
            return None
        return account


async def known_of(team: Team, unit: Unit) -> Known:
    """Four queries, whatever the size of the team."""
    organisations = await Organisation.filter(id__in=[each.organisation_id for each in team.members])
    accounts = await Account.filter(login__in=[each.login for each in team.members if each.login])
    grants = await RoleGrant.filter(account_id__in=[each.id for each in accounts])
    persons = [each.person_id for each in accounts if each.person_id is not None]
    employed = await Employment.filter(unit_id=unit.id, person_id__in=persons, left_on__isnull=True)
    return Known(
        {each.id: each.kind for each in organisations},
        {each.login: each for each in accounts},
        frozenset((each.account_id, each.organisation_id) for each in grants),
        frozenset(each.person_id for each in employed),
    )


def team_refusals(team: Team, unit: Unit, known: Known) -> Iterator[Refusal | None]:
    """Everything that is wrong with the team, each at its place (R-8.8)."""
    yield from _composition_refusals(team)
    for place, absence in enumerate(team.absent):
        yield text_refusal(f"absentBodies.{place}.reason", absence.reason, 500)
    for place, member in enumerate(team.members):
        at = f"members.{place}"
        yield from _member_refusals(member, at, unit, known)
        yield _tie_refusal(member, at, unit, known)


def _composition_refusals(team: Team) -> Iterator[Refusal]:
    present = {member.body for member in team.members}
    excused = [absence.body for absence in team.absent]
    if TeamBody.MUNICIPAL_BUREAU not in present:
        zh, en = "评估组至少有一名市局人员。", "At least one member is of the municipal bureau."
        yield RuleBroken("R-8.8", zh, en, field="members")
    for body in TeamBody:
        if body in present and body in excused:
            zh, en = f"{body} 已参加，不应记录缺席原因。", f"{body} is on the team and not absent."
            yield RuleBroken("R-8.8", zh, en, field="absentBodies")
        elif body is not TeamBody.MUNICIPAL_BUREAU and body not in present and body not in excused:
            zh, en = f"{body} 未参加，须记录原因。", f"{body} is absent: say why."
            yield RuleBroken("R-8.8", zh, en, field="absentBodies")
    if sum(member.is_lead for member in team.members) != 1:
        yield RuleBroken(
            "R-8.8", "评估组须有且只有一名组长。", "A team has exactly one lead.", field="members"
        )
    people = [(member.organisation_id, member.name.strip()) for member in team.members]
    if len(set(people)) != len(people) or len(set(excused)) != len(excused):
        yield RuleBroken(
            "R-8.8", "评估组成员或缺席机构重复。", "A member or absent body is given twice.", field="members"
        )


def _member_refusals(member: Member, at: str, unit: Unit, known: Known) -> Iterator[Refusal]:
    try:
        normalise_name(member.name)
    except InvalidName as error:
        yield RuleBroken("R-8.8", error.zh, error.en, field=f"{at}.name")
    wrong_district = (
        member.body is TeamBody.DISTRICT_BUREAU and member.organisation_id != unit.district_bureau_id
    )
    if known.kinds.get(member.organisation_id) is not _KIND_OF[member.body] and not _is_the_unit(
        member, unit
    ):
        zh, en = "所在机构与所代表的机构类别不符。", "The organisation is not of the kind represented."
        yield RuleBroken("R-8.8", zh, en, field=f"{at}.organisation")
    elif wrong_district:
        zh, en = "应为申请单位所属区的区局人员。", "The district bureau is that of the unit's own district."
        yield RuleBroken("R-8.8", zh, en, field=f"{at}.organisation")
    if (member.login or member.is_lead) and known.account_at(member) is None:
        zh = "组长须有在其机构任职的账号，所填登录名须属于该机构。"
        yield RuleBroken("R-8.8", zh, "A lead has an account at the organisation named.", field=f"{at}.login")


def _tie_refusal(member: Member, at: str, unit: Unit, known: Known) -> Refusal | None:
    account = known.accounts.get(member.login) if member.login else None
    tied = (
        _is_the_unit(member, unit)
        or bool(member.declared_tie.strip())
        or (account is not None and (account.id, unit.id) in known.grants)
        or (account is not None and account.person_id in known.employed)
    )
    if not tied:
        return None
    zh, en = "与申请单位有利害关系的人员不得参加评估组。", "Nobody with ties to the unit joins the team."
    return RuleBroken("R-8.8", zh, en, field=at)


def _is_the_unit(member: Member, unit: Unit) -> bool:
    return member.organisation_id == unit.id


async def store_team(row: Evaluation, team: Team, known: Known) -> None:
    """Writes the team. Only after `team_refusals`."""
    for member in team.members:
        account = known.account_at(member)
        await TeamMember.create(
            evaluation_id=row.id,
            body=member.body,
            organisation_id=member.organisation_id,
            account_id=account.id if account else None,
            name=normalise_name(member.name),
            is_lead=member.is_lead,
        )
    for absence in team.absent:
        await AbsentBody.create(evaluation_id=row.id, body=absence.body, reason=absence.reason.strip())
