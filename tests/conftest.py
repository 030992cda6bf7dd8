"""One migrated database for the whole run, on the embedded engines or on DATABASE_URL / REDIS_URL where they are set.

Tests never clean it: each makes its own units, so that what it sees is its own.
"""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from api.embedded import engines as embedded_engines
from domain.core import clock
from domain.core.database import connect, disconnect, migrate
from domain.core.object_store import use_object_store
from domain.core.sealing import Sealer
from domain.core.secrets import use_sealer
from domain.reference_data import load_reference_data

#: Tests of races need more connections than a process has.
POOL = {"min_size": 1, "max_size": 30}
#: A Tuesday on which every test begins: 2026-03-03, 09:00 in Beijing.
MORNING = datetime(2026, 3, 3, 9, 0, tzinfo=clock.BEIJING)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def engines() -> Iterator[tuple[str, str]]:
    """DATABASE_URL and REDIS_URL of this run."""
    given = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if given[0] and given[1]:
        yield own_database(given[0]), own_redis(given[1])
        return
    # Not below pytest's own folder, which every run closes to others: the engines may run as another account.
    with TemporaryDirectory(prefix="zhicheng-tests-") as folder:
        Path(folder).chmod(0o711)
        with embedded_engines(Path(folder), durable=False) as running:
            yield running.database_url, running.redis_url


def own_database(url: str) -> str:
    """The given database, or one beside it for each further worker of a parallel run."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if worker == "gw0":
        return url
    parts = urlsplit(url)
    name = f"{parts.path.lstrip('/')}_{worker}"

    async def make() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(make())
    return urlunsplit(parts._replace(path=f"/{name}"))


def own_redis(url: str) -> str:
    """The given Redis database, or the one after it for each further worker."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{int(parts.path.lstrip('/') or 0) + worker}"))


@pytest.fixture(scope="session")
async def database(engines: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The migrated database with its reference data, connected for the whole run."""
    url = engines[0]
    use_sealer(Sealer({"test": b"s" * 32}, "test", b"b" * 32))
    use_object_store(f"file://{tmp_path_factory.mktemp('objects')}")
    await migrate(url)
    await connect(url, pool=POOL)
    await load_reference_data()
    yield url
    await disconnect()


@pytest.fixture(autouse=True)
def _connected(request: pytest.FixtureRequest) -> Iterator[None]:
    """Gives every asynchronous test the database (pure ones do not wait for it), and every test the same morning:
    a period that begins today must not run into a year whose calendar is not loaded."""
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        request.getfixturevalue("database")
    _move(MORNING)
    yield
    clock.move_to(timedelta(0))


@pytest.fixture
def at() -> Callable[[datetime], None]:
    """Moves this process's clock to a moment (aware; naive means Beijing time) for the rest of the test."""
    return _move


def _move(moment: datetime) -> None:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=clock.BEIJING)
    clock.move_to(aware - datetime.now(UTC))
