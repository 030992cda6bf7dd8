"""Workers sweep the whole database, so their tests have one of their own: what other tests left is not theirs to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from domain.core.database import connect, disconnect, migrate
from domain.reference_data import load_reference_data
from tests.conftest import POOL


@pytest.fixture(scope="package")
async def database(database: str) -> AsyncIterator[str]:
    """A database of its own on the same engine; afterwards the run's common one is connected again."""
    name = f"workers_{uuid4().hex[:12]}"
    await disconnect()
    await _execute(database, f"CREATE DATABASE {name}")
    own = urlunsplit(urlsplit(database)._replace(path=f"/{name}"))
    await migrate(own)
    await connect(own, pool=POOL)
    await load_reference_data()
    yield own
    await disconnect()
    await _execute(database, f"DROP DATABASE {name} WITH (FORCE)")
    await connect(database, pool=POOL)


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
