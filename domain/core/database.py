"""The connection to PostgreSQL, for every process that works on the domain."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tortoise import Tortoise
from tortoise.migrations.api import migrate as run_migrations

APP = "models"
MIGRATIONS = "domain.migrations"
POOL = {"min_size": 1, "max_size": 10}

#: Every module with tables, in the order of the procedure.
MODEL_MODULES = (
    "domain.core.ledger",
    "domain.core.calendar_store",
    "domain.core.demo_clock",
    "domain.core.files",
    "domain.accounts.models",
    "domain.accounts.oauth",
    "domain.units.models",
    "domain.applications.models",
    "domain.evaluations.models",
    "domain.policy_documents.models",
    "domain.plans.models",
    "domain.experts.models",
    "domain.committees.models",
    "domain.reviews.models",
    "domain.results.models",
    "domain.publicity.models",
    "domain.certificates.models",
    "domain.notifications.models",
)


def configuration(url: str, *, pool: dict[str, int] | None = None) -> dict[str, Any]:
    """Tortoise's configuration for a `postgresql://` URL; a socket directory may stand in `?host=`."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    credentials = {
        "host": query["host"][0] if "host" in query else parts.hostname or "127.0.0.1",
        "port": parts.port or 5432,
        "user": unquote(parts.username) if parts.username else "postgres",
        "password": unquote(parts.password) if parts.password else None,
        "database": parts.path.lstrip("/") or "zhicheng",
        **(pool or POOL),
    }
    return {
        "connections": {"default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}},
        "apps": {
            APP: {
                "models": [module for module in MODEL_MODULES if find_spec(module)],
                "default_connection": "default",
                "migrations": MIGRATIONS,
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


async def connect(url: str, *, pool: dict[str, int] | None = None) -> None:
    """Opens the models on this database, for the whole process."""
    await Tortoise.init(config=configuration(url, pool=pool), _enable_global_fallback=True)


async def disconnect() -> None:
    await Tortoise.close_connections()


async def migrate(url: str) -> list[str]:
    """Applies what is missing and returns the names of the migrations applied. A second call applies none."""
    applied: list[str] = []

    def note(_event: str, _app: str, name: str) -> None:
        applied.append(name)

    await run_migrations(config=configuration(url), progress=note)
    await Tortoise.close_connections()
    return sorted(set(applied))
