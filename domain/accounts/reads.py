"""How a login, a subject or a hat is found. These reads come before there is a viewer: they make one.

A value longer than its column is nobody's: Tortoise refuses to look it up, so `_fits` answers first.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from domain.accounts.models import Account, Organisation, OrganisationKind, RoleGrant
from domain.accounts.oauth import OAuthClient
from domain.core.roles import Role, Viewer
from domain.core.rows import Row

BUNDLED_ISSUER = ""


class Hat(NamedTuple):
    """One grant of an account that may log in, with what a viewer needs to know of the account."""

    grant_id: UUID
    role: Role
    organisation_id: UUID
    is_default: bool
    account_id: UUID
    person_id: UUID | None
    name: str


async def hats_of(issuer: str, subject: str) -> list[Hat]:
    """The grants of an open account, in the order they were made. Unknown or closed: none.

    One statement; it needs the index of `one_account_per_subject`.
    """
    if not _fits(Account, issuer=issuer, subject=subject):
        return []
    grants = RoleGrant.filter(account__issuer=issuer, account__subject=subject, account__disabled=False)
    rows = await grants.select_related("account").order_by("created_at", "id")
    return [
        Hat(
            grant.id,
            grant.role,
            grant.organisation_id,
            grant.is_default,
            grant.account_id,
            grant.account.person_id,
            grant.account.name,
        )
        for grant in rows
    ]


async def account_by_login(login: str) -> Account | None:
    """The bundled issuer's account with this login name, closed ones too."""
    if not _fits(Account, login=login):
        return None
    return await Account.get_or_none(login=login, issuer=BUNDLED_ISSUER)


async def open_account(issuer: str, subject: str) -> Account | None:
    """The account that an issuer calls `subject`, unless it is closed. Index: `one_account_per_subject`."""
    if not _fits(Account, issuer=issuer, subject=subject):
        return None
    return await Account.get_or_none(issuer=issuer, subject=subject, disabled=False)


async def client_by_id(client_id: str) -> OAuthClient | None:
    """An open client."""
    if not _fits(OAuthClient, client_id=client_id):
        return None
    return await OAuthClient.get_or_none(client_id=client_id, disabled=False)


async def clients_by_id(client_ids: Collection[str]) -> dict[str, OAuthClient]:
    """The clients with these ids, closed ones too."""
    known = [client_id for client_id in client_ids if _fits(OAuthClient, client_id=client_id)]
    return {row.client_id: row for row in await OAuthClient.filter(client_id__in=known)}


async def organisations_by_code(codes: Collection[str]) -> dict[str, Organisation]:
    """The organisations with these codes."""
    known = [code for code in codes if _fits(Organisation, code=code)]
    return {row.code: row for row in await Organisation.filter(code__in=known)}


async def municipal_bureau() -> Organisation | None:
    """The one municipal bureau, if there is exactly one."""
    found = await Organisation.filter(kind=OrganisationKind.MUNICIPAL_BUREAU).limit(2)
    return found[0] if len(found) == 1 else None


class GrantOfAccount(NamedTuple):
    """A hat as its own account sees it."""

    grant_id: UUID
    role: Role
    organisation_name: str
    is_default: bool


async def grants_of_account(viewer: Viewer) -> list[GrantOfAccount]:
    """Every hat of the viewer's own account, in the order they were granted; nobody logged in has none."""
    if viewer.account_id is None:
        return []
    found = (
        await RoleGrant.filter(account_id=viewer.account_id)
        .select_related("organisation")
        .order_by("created_at", "id")
    )
    return [GrantOfAccount(each.id, each.role, each.organisation.name, each.is_default) for each in found]


def _fits(model: type[Row], **values: str) -> bool:
    """Whether each value fits its column and has no NUL, which PostgreSQL refuses."""
    columns = model._meta.fields_map
    return all(
        len(value) <= columns[name].constraints["max_length"] and "\0" not in value
        for name, value in values.items()
    )
