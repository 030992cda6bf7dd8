"""What an operator does with the issuer at the command line. The database is connected before."""

from __future__ import annotations

from api.oauth.clients_file import ClientsRefused, import_clients
from domain.accounts import commands
from domain.accounts.models import Account, Organisation
from domain.accounts.reads import municipal_bureau, organisations_by_code
from domain.core.errors import Invalid, refuse
from domain.core.roles import Role

__all__ = ["ClientsRefused", "create_account", "import_clients"]


async def create_account(
    login: str, password: str, role: Role, organisation_code: str | None, name: str = ""
) -> Account:
    """An account with one hat at the organisation with this code; the municipal bureau needs no code.

    Raises:
        Refused: there is no such organisation, or the account itself is refused.
    """
    organisation = await _organisation(role, organisation_code)
    if organisation is None:
        refuse(
            Invalid(
                "organisation",
                "没有该机构代码，请给出已登记机构的代码。",
                "There is no organisation with this code; give the code of a registered one.",
            )
        )
    assert organisation is not None  # refuse raised otherwise
    return await commands.create_account(
        login=login, password=password, name=name or login, role=role, organisation=organisation
    )


async def _organisation(role: Role, code: str | None) -> Organisation | None:
    if code is not None:
        return (await organisations_by_code([code])).get(code)
    return await municipal_bureau() if role is Role.MUNICIPAL_BUREAU else None
