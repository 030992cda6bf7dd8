"""PostgreSQL and Valkey from the wheels: data stay, folders do not disturb each other, kill -9 is survived."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis import Redis

from api.embedded import Engines, engines

pytestmark = pytest.mark.embedded

HOLDING = """
import sys
from pathlib import Path
from api.embedded import engines
with engines(Path(sys.argv[1])) as running:
    print(running.database_url, running.redis_url, *(c.process.pid for c in running.children), flush=True)
    sys.stdin.read()
"""


async def _fetch(url: str, *statements: str) -> list[object]:
    connection = await asyncpg.connect(url)
    try:
        return [await connection.fetchval(statement) for statement in statements]
    finally:
        await connection.close()


def fetch(url: str, *statements: str) -> list[object]:
    return asyncio.run(_fetch(url, *statements))


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    with engines(tmp_path_factory.mktemp("one"), durable=False) as started:
        yield started


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["Holder"]:
    held = Holder(tmp_path / "held")
    yield held
    held.kill()


class Holder:
    """Another process that runs the engines of one folder, to be killed."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        command = [sys.executable, "-c", HOLDING, str(directory)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.database_url, self.redis_url, *pids = self._process.stdout.readline().split()
        self.engines = [psutil.Process(int(pid)) for pid in pids]

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


def ended(process: psutil.Process) -> bool:
    """A process nobody reaped has ended as well."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_the_database_is_utf8_and_its_owner_no_superuser(running: Engines) -> None:
    answers = fetch(
        running.database_url,
        "SHOW server_encoding",
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
        "SELECT pg_catalog.pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()",
        "SELECT lower('ÀÉ 职称')",
    )
    assert answers == ["UTF8", False, "zhicheng", "àé 职称"]


def test_nobody_gets_in_without_the_password(running: Engines) -> None:
    wrong = running.database_url.replace(running.database_url.split(":")[2].split("@")[0], "wrong")
    with pytest.raises(asyncpg.InvalidPasswordError):
        fetch(wrong, "SELECT 1")
    superuser = running.database_url.replace("//zhicheng:", "//postgres:")
    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        fetch(superuser, "SELECT 1")


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's engines run as that user")
def test_under_root_the_engines_run_as_somebody_else(running: Engines) -> None:
    assert 0 not in {psutil.Process(child.process.pid).uids().effective for child in running.children}


def test_passwords_show_in_no_process_list(running: Engines) -> None:
    password = running.redis_url.removeprefix("redis://:").split("@")[0]
    shown = [" ".join(psutil.Process(child.process.pid).cmdline()) for child in running.children]
    assert [line for line in shown if password in line] == []


def test_two_folders_run_side_by_side(running: Engines, tmp_path: Path) -> None:
    with engines(tmp_path / "two", durable=False) as other:
        for url, value in ((running.redis_url, "one"), (other.redis_url, "two")):
            Redis.from_url(url).set("folder", value)
        values = [Redis.from_url(url).get("folder") for url in (running.redis_url, other.redis_url)]
        assert values == [b"one", b"two"]
        fetch(other.database_url, "CREATE TABLE only_here (n int)")
        assert fetch(running.database_url, "SELECT to_regclass('only_here')") == [None]


def test_data_and_engines_outlive_a_killed_parent_only_as_data(holder: Holder) -> None:
    fetch(holder.database_url, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
    Redis.from_url(holder.redis_url).set("kept", "7")
    orphans = holder.engines
    holder.kill()
    with engines(holder.directory) as again:
        assert [ended(orphan) for orphan in orphans] == [True, True]
        assert fetch(again.database_url, "SELECT n FROM kept") == [7]
        assert Redis.from_url(again.redis_url).get("kept") == b"7"


def test_engines_killed_without_warning_start_again(holder: Holder) -> None:
    """The pid file stays behind, and the append-only file may end in the middle of a command."""
    fetch(holder.database_url, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
    for engine in holder.engines:
        engine.send_signal(signal.SIGKILL)
    holder.kill()
    with engines(holder.directory) as again:
        assert fetch(again.database_url, "SELECT n FROM kept") == [7]


def test_a_pid_file_that_names_another_program_is_no_obstacle(tmp_path: Path) -> None:
    with engines(tmp_path, durable=False) as first:
        pid_file = (tmp_path / "postgres" / "postmaster.pid").read_text(encoding="utf-8")
        assert int(pid_file.split()[0]) == first.children[0].process.pid
    stranger = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    (tmp_path / "postgres" / "postmaster.pid").write_text(
        pid_file.replace(pid_file.split()[0], str(stranger.pid), 1), encoding="utf-8"
    )
    with engines(tmp_path, durable=False) as again:
        assert fetch(again.database_url, "SELECT 1") == [1]
    assert stranger.poll() is None
    stranger.communicate()


def test_an_interrupted_first_start_is_made_again(tmp_path: Path) -> None:
    half_made = tmp_path / "postgres.draft"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n", encoding="ascii")
    with engines(tmp_path, durable=False) as started:
        assert fetch(started.database_url, "SELECT 1") == [1]
    assert not half_made.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its folders to another account")
def test_root_may_keep_its_data_in_a_closed_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with engines(closed / "data", durable=False) as started:
        assert fetch(started.database_url, "SELECT 1") == [1]
    assert closed.stat().st_mode & 0o777 == 0o700
