"""Operators' commands that work on the database: the connection around the functions that do the work.

What a command refuses comes back as ConfigurationError, one line for each thing to mend.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from api.checks import Unhealthy, check_database
from api.domain_process import open_domain
from api.environment import ConfigurationError, Environment
from api.oauth import commands
from api.settings import ApiSettings, database_url
from domain.core import database
from domain.core.errors import Refusal, Refused
from domain.core.roles import GRANTABLE, Role

T = TypeVar("T")


async def migrate() -> list[str]:
    """Applies what is missing; one line for each migration applied."""
    applied = await database.migrate(await _reachable())
    return [f"applied {name}" for name in applied] or ["nothing to apply / 无需升级"]


async def import_clients(file: Path) -> list[str]:
    """Adds or updates the OAuth clients of `file`, a list of RFC 7591 client metadata."""
    return [await _in_domain(lambda: commands.import_clients(file))]


async def create_account(
    *, login: str, password: str, role: str, organisation: str | None, name: str | None
) -> list[str]:
    """An account with one role, at the organisation with this code."""
    wanted = _role(role)
    account = await _in_domain(
        lambda: commands.create_account(login, password, wanted, organisation, name or login)
    )
    return [f"{account.login} {account.id}"]


async def _in_domain(work: Callable[[], Awaitable[T]]) -> T:
    """Runs `work` under the whole configuration of the API, so that what it writes the API can read."""
    settings = ApiSettings.read(os.environ)
    await _reachable()
    await open_domain(settings)
    try:
        return await work()
    except Refused as error:
        raise ConfigurationError([_line(refusal) for refusal in error.refusals]) from error
    except commands.ClientsRefused as error:
        raise ConfigurationError(list(error.problems)) from error
    finally:
        await database.disconnect()


def _role(text: str) -> Role:
    """MUNICIPAL_BUREAU as well as municipal-bureau. Raises ConfigurationError with the choices."""
    wanted = text.upper().replace("-", "_")
    for role in GRANTABLE:
        if role.value == wanted:
            return role
    choices = ", ".join(sorted(GRANTABLE))
    raise ConfigurationError(
        [f"--role: {text!r} is no role an account may have / 角色无效; choose one of {choices}"]
    )


def _line(refusal: Refusal) -> str:
    where = f"{refusal.field}: " if refusal.field else ""
    return f"{where}{refusal.en} / {refusal.zh} {refusal.remedy_en} / {refusal.remedy_zh}"


async def _reachable() -> str:
    """DATABASE_URL, tried. Raises ConfigurationError when it is not set or the database cannot be used."""
    env = Environment(os.environ)
    url = database_url(env)
    env.finish()
    try:
        await check_database(os.environ)
    except Unhealthy as error:
        raise ConfigurationError([f"{error.problem}; {error.remedy}"]) from error
    return url
