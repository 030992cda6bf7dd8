"""Runs a command on an external PostgreSQL and Redis, in a fresh database that is dropped afterwards.

`python -m tests.external DATABASE_URL REDIS_URL --probe` only tells (by its exit code) whether both answer.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from redis import Redis, RedisError

NAME = f"zhicheng_ci_{os.getpid()}"
OLDEST_POSTGRESQL = 150000
OLDEST_REDIS = 7
#: What pytest may start; each worker has a database of its own beside the first.
MAX_WORKERS = 4


async def _probe(database: str, redis: str) -> bool:
    try:
        connection = await asyncpg.connect(database, timeout=3)
        version = int(await connection.fetchval("SHOW server_version_num"))
        await connection.close()
        server: Any = Redis.from_url(redis, socket_timeout=3).info("server")
    except (OSError, asyncpg.PostgresError, RedisError, TimeoutError):
        return False
    return version >= OLDEST_POSTGRESQL and int(str(server["redis_version"]).split(".")[0]) >= OLDEST_REDIS


async def _execute(database: str, statement: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _run(database: str, redis: str, command: list[str]) -> int:
    asyncio.run(_execute(database, f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8'"))
    try:
        url = urlunsplit(urlsplit(database)._replace(path=f"/{NAME}"))
        return subprocess.run(
            command, env={**os.environ, "DATABASE_URL": url, "REDIS_URL": redis}, check=False
        ).returncode
    finally:
        for name in (NAME, *(f"{NAME}_gw{worker}" for worker in range(1, MAX_WORKERS))):
            asyncio.run(_execute(database, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def main() -> int:
    database, redis, *rest = sys.argv[1:]
    if rest == ["--probe"]:
        return 0 if asyncio.run(_probe(database, redis)) else 1
    return _run(database, redis, rest[1:])


if __name__ == "__main__":
    sys.exit(main())
