"""PostgreSQL and Valkey without an installation: they run in a folder and stop with whoever started them.

DIR/postgres and DIR/valkey hold the data, DIR/engine-password (mode 0600) the password of both, DIR/logs what
they say. Two folders run side by side. Data outlive restarts, kill -9 included.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.postgres_engine import start_postgres
from api.processes import Child, stop
from api.valkey_engine import start_valkey


@dataclass(frozen=True)
class Engines:
    """Both engines running."""

    database_url: str
    redis_url: str
    children: tuple[Child, ...]


@contextmanager
def engines(directory: Path, *, durable: bool = True) -> Iterator[Engines]:
    """Runs both engines in `directory` for the length of the block; call it from the main thread.

    Raises EngineMissing, PrivilegeError or StartFailed.
    """
    with ExitStack() as stack:
        postgres, database_url = stack.enter_context(postgres_engine(directory, durable=durable))
        valkey, redis_url = stack.enter_context(valkey_engine(directory, durable=durable))
        yield Engines(database_url, redis_url, (postgres, valkey))


@contextmanager
def postgres_engine(directory: Path, *, durable: bool = True) -> Iterator[tuple[Child, str]]:
    """PostgreSQL alone: the child and its DATABASE_URL."""
    directory = directory.resolve()
    password = _password(directory)
    child, url = start_postgres(
        directory / "postgres", directory / "logs" / "postgres.log", password, durable=durable
    )
    try:
        yield child, url
    finally:
        stop([child])


@contextmanager
def valkey_engine(directory: Path, *, durable: bool = True) -> Iterator[tuple[Child, str]]:
    """Valkey alone: the child and its REDIS_URL."""
    directory = directory.resolve()
    password = _password(directory)
    child, url = start_valkey(
        directory / "valkey", directory / "logs" / "valkey.log", password, durable=durable
    )
    try:
        yield child, url
    finally:
        stop([child])


def make_data_folder(directory: Path) -> None:
    """DIR may be passed through (the engines' account must), its logs are for its owner."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o711)
    (directory / "logs").mkdir(exist_ok=True, mode=0o700)


def _password(directory: Path) -> str:
    """The engines' password, made with the folder on the first start."""
    make_data_folder(directory)
    file = directory / "engine-password"
    if not file.exists():
        draft = directory / f".engine-password.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(24), encoding="ascii")
        draft.rename(file)
    return file.read_text(encoding="ascii").strip()
