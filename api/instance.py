"""What runs in a data folder: DIR/instance.json while a `zhicheng up` lives, found by the other commands.

The lock DIR/up.lock, which the kernel drops when its holder dies, is the truth; a file without it is stale.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

DEFAULT_DATA = Path(".zhicheng")
"""Where `zhicheng up` keeps its data unless told otherwise: in the current folder."""


class InUse(Exception):
    """Another `zhicheng up` runs in the folder."""


class NotRunning(Exception):
    """No `zhicheng up` runs in the folder."""


@dataclass(frozen=True)
class Instance:
    """A running instance; `environment` is what its processes were started with."""

    pid: int
    api: str
    gateway: str
    database_url: str
    redis_url: str
    environment: Mapping[str, str]


@contextmanager
def claimed(directory: Path) -> Iterator[None]:
    """Holds `directory` for the length of the block. Raises InUse with the holder's number."""
    with (directory / "up.lock").open("a+", encoding="ascii") as lock:
        if not _lock(lock):
            lock.seek(0)
            holder = lock.read().strip() or "?"
            raise InUse(
                f"{directory} is in use by a running `zhicheng up` (process {holder}) / 数据目录正被使用; "
                "stop it or choose another --data"
            )
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def recorded(directory: Path, instance: Instance) -> Iterator[None]:
    """Keeps DIR/instance.json (mode 0600: it holds passwords) for the length of the block."""
    file = directory / "instance.json"
    draft = directory / ".instance.json"
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(instance), indent=2), encoding="utf-8")
    draft.rename(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def find(directory: Path) -> Instance:
    """The instance that runs in `directory`. Raises NotRunning."""
    with suppress(OSError, ValueError, TypeError):
        if _is_claimed(directory):
            return Instance(**json.loads((directory / "instance.json").read_text(encoding="utf-8")))
    raise NotRunning(
        f"nothing runs in {directory} / 该目录没有运行中的实例; start `zhicheng up --data {directory}` "
        "or set DATABASE_URL and REDIS_URL"
    )


def adopt(directory: Path, values: MutableMapping[str, str]) -> None:
    """Gives this process the environment of the instance in `directory`; what is set already stays.

    Raises NotRunning.
    """
    for name, value in find(directory).environment.items():
        values.setdefault(name, value)


def _lock(lock: IO[str]) -> bool:
    """Tries for a moment, because `find` holds the lock for an instant when it looks."""
    for _ in range(10):
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.02)
    return False


def _is_claimed(directory: Path) -> bool:
    with (directory / "up.lock").open("r", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
