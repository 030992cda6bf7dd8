"""Operators' commands that work on the database: the connection around the functions that do the work."""

import os
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from api.checks import Unhealthy, check_database
from api.domain_process import open_domain
from api.environment import ConfigurationError, Environment
from api.settings import ApiSettings, database_url
from domain.core import database


async def migrate() -> list[str]:
    """Applies what is missing; one line for each migration applied."""
    await _reachable()
    applied = await database.migrate(_database_url())
    return [f"applied {name}" for name in applied] or ["nothing to apply / 无需升级"]


async def import_clients(file: Path) -> Any:
    """Adds or updates the OAuth clients of `file`, a list of RFC 7591 client metadata."""
    return await _connected(lambda: _function("api.oauth.commands", "import_clients")(file))


async def create_account(
    *, login: str, password: str, role: str, organisation: str | None, name: str | None
) -> Any:
    """An account with one role. Raises what `api.accounts.create` raises."""
    return await _connected(
        lambda: _function("api.accounts", "create")(
            login=login, password=password, role=role, organisation=organisation, name=name
        )
    )


async def _connected(work: Callable[[], Awaitable[Any]]) -> Any:
    """Runs `work` under the whole configuration of the API, so that what it writes the API can read."""
    settings = ApiSettings.read(os.environ)
    await _reachable()
    await open_domain(settings)
    try:
        return await work()
    finally:
        await database.disconnect()


async def _reachable() -> None:
    """Raises ConfigurationError, one line, when the database cannot be used."""
    _database_url()
    try:
        await check_database(os.environ)
    except Unhealthy as error:
        raise ConfigurationError([f"{error.problem}; {error.remedy}"]) from error


def _function(module: str, name: str) -> Any:
    """Imported when called: `migrate` must work on a machine whose issuer settings are not complete yet."""
    return getattr(import_module(module), name)


def _database_url() -> str:
    env = Environment(os.environ)
    url = database_url(env)
    env.finish()
    return url
