"""`zhicheng up` starts in order, tells what it started, and leaves no process behind however it ends.

API, gateway, worker and preparation are small substitutes (`up_with_substitutes.py`); engines are real.
"""

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest

from api.demo_accounts import DEMO_ACCOUNTS
from api.instance import NotRunning, adopt, find
from api.ports import free_port
from api.up_environment import Addresses, environment_of_children, write_gateway_client

pytestmark = pytest.mark.embedded

PROGRAM = Path(__file__).with_name("up_with_substitutes.py")
ROOT = Path(__file__).parents[2]
SECONDS = 30


class Up:
    """A running `zhicheng up` with substitutes, and every process below it."""

    def __init__(
        self, directory: Path, *mishaps: str, api_port: int = 0, environment: dict[str, str] | None = None
    ):
        self.directory = directory
        unset = {"DATABASE_URL", "REDIS_URL", "ENVIRONMENT"}
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(directory), str(api_port), "0", "json", *mishaps],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**kept, "PYTHONPATH": str(ROOT), **(environment or {})},
        )

    def announcement(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()
        announced: dict[str, Any] = json.loads(line)
        return announced

    def below(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Exit code and standard error after `number`."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        _, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, errors


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    started: list[Up] = []

    def start(*mishaps: str, directory: Path | None = None, **options: Any) -> Up:
        started.append(Up(directory or tmp_path / "data", *mishaps, **options))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Up, dict[str, Any]]]:
    """One instance, and what it announced, for the tests that only look at it."""
    one = Up(tmp_path_factory.mktemp("running"))
    yield one, one.announcement()
    one.end(signal.SIGTERM)


def ended(process: psutil.Process) -> bool:
    """A process nobody reaped has ended as well."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


async def starts_recorded(url: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT count(*) FROM starts")
    finally:
        await connection.close()


def test_one_line_of_json_says_where_everything_is(running: tuple[Up, dict[str, Any]]) -> None:
    one, announced = running
    assert list(announced) == ["api", "gateway", "databaseUrl", "redisUrl", "accounts"]
    assert [account["login"] for account in announced["accounts"]] == [a.login for a in DEMO_ACCOUNTS]
    assert announced["accounts"][0]["password"] == "unit-demo"
    found = find(one.directory)
    assert (found.api, found.gateway) == (announced["api"], announced["gateway"])
    assert (found.database_url, found.redis_url) == (announced["databaseUrl"], announced["redisUrl"])
    assert stat.S_IMODE((one.directory / "instance.json").stat().st_mode) == 0o600


def test_another_command_adopts_the_environment_of_the_instance(running: tuple[Up, dict[str, Any]]) -> None:
    one, announced = running
    values = {"API_AUDIENCE": "kept", "PUBLIC_API_URL": "kept too"}
    adopt(one.directory, values)
    assert values["DATABASE_URL"] == announced["databaseUrl"]
    assert (values["API_AUDIENCE"], values["PUBLIC_API_URL"]) == ("kept", "kept too")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_leaves_no_process_and_no_instance_file(
    up: Callable[..., Up], number: signal.Signals
) -> None:
    one = up()
    one.announcement()
    below = one.below()
    names = {process.name() for process in below}
    assert names >= {"postgres", "valkey-server"}
    code, errors = one.end(number)
    assert (code, [process for process in below if not ended(process)]) == (0, []), errors
    assert not (one.directory / "instance.json").exists()
    with pytest.raises(NotRunning):
        find(one.directory)


def test_being_killed_leaves_no_process_and_a_second_start_keeps_the_data(up: Callable[..., Up]) -> None:
    one = up()
    one.announcement()
    below = one.below()
    one.end(signal.SIGKILL)
    with pytest.raises(NotRunning):
        find(one.directory)
    again = up()
    announced = again.announcement()
    assert [process for process in below if not ended(process)] == []
    assert asyncio.run(starts_recorded(announced["databaseUrl"])) == 2


@pytest.mark.parametrize("name", ["postgres", "valkey-server"])
def test_a_crash_while_running_ends_everything_and_names_the_child(up: Callable[..., Up], name: str) -> None:
    one = up()
    one.announcement()
    below = one.below()
    next(process for process in below if process.name() == name).kill()
    code, errors = one.wait()
    assert (code, [process for process in below if not ended(process)]) == (1, [])
    reported = {"postgres": "PostgreSQL", "valkey-server": "Valkey"}[name]
    assert f"zhicheng up: {reported} ended with signal SIGKILL" in errors


@pytest.mark.parametrize(("mishap", "child"), [("api-crashes", "API"), ("prepare-fails", "prepare")])
def test_a_crash_at_the_start_shows_the_childs_last_words(
    up: Callable[..., Up], mishap: str, child: str
) -> None:
    code, errors = up(mishap).wait()
    assert code == 1
    assert f"zhicheng up: {child} ended with exit code 7" in errors
    assert errors.endswith("zhicheng up:   | the reason of the crash\n")


def test_it_can_be_stopped_while_it_still_waits(up: Callable[..., Up]) -> None:
    one = up("worker-never-ready")
    assert one.process.stderr is not None
    while "gateway" not in one.process.stderr.readline():
        assert one.process.poll() is None
    below = one.below()
    code, _ = one.end(signal.SIGTERM)
    assert (code, [process for process in below if not ended(process)]) == (0, [])


def test_a_folder_in_use_is_one_clear_line(up: Callable[..., Up], running: tuple[Up, dict[str, Any]]) -> None:
    one, _ = running
    code, errors = up(directory=one.directory).wait()
    expected = (
        f"zhicheng up: {one.directory} is in use by a running `zhicheng up` (process {one.process.pid}) / "
        "数据目录正被使用; stop it or choose another --data\n"
    )
    assert (code, errors) == (2, expected)


def test_a_taken_port_is_one_clear_line(up: Callable[..., Up]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, errors = up(api_port=port).wait()
    expected = f"port {port} of 127.0.0.1 is taken / 端口已被占用; stop what listens there or give another --api-port"
    assert (code, errors) == (2, f"zhicheng up: {expected}\n")


def test_two_instances_run_side_by_side(up: Callable[..., Up], running: tuple[Up, dict[str, Any]]) -> None:
    announced = running[1], up(api_port=free_port()).announcement()
    places = [one[key] for one in announced for key in ("api", "gateway", "databaseUrl", "redisUrl")]
    assert len(set(places)) == 8


def test_given_engines_are_used_instead_of_embedded_ones(
    up: Callable[..., Up], running: tuple[Up, dict[str, Any]]
) -> None:
    _, theirs = running
    second = up(environment={"DATABASE_URL": theirs["databaseUrl"], "REDIS_URL": theirs["redisUrl"]})
    ours = second.announcement()
    assert (ours["databaseUrl"], ours["redisUrl"]) == (theirs["databaseUrl"], theirs["redisUrl"])
    assert {process.name() for process in second.below()}.isdisjoint({"postgres", "valkey-server"})


def test_production_without_its_own_engines_does_not_begin(up: Callable[..., Up]) -> None:
    one = up(environment={"ENVIRONMENT": "production"})
    code, errors = one.wait()
    assert (code, len(errors.splitlines()), one.directory.exists()) == (2, 4, False)


def test_the_gateway_is_registered_only_with_the_bundled_issuer(tmp_path: Path) -> None:
    places = Addresses(8000, 8080)
    bundled = environment_of_children(tmp_path, places, {}, {})
    file = write_gateway_client(tmp_path, bundled)
    assert file is not None
    (client,) = json.loads(file.read_text(encoding="utf-8"))
    assert client["redirect_uris"] == ["http://127.0.0.1:8080/auth/callback"]
    assert client["client_secret"] == bundled["OIDC_CLIENT_SECRET"]
    foreign = environment_of_children(tmp_path, places, {}, {"OIDC_ISSUER": "https://login.example.gov.cn"})
    assert write_gateway_client(tmp_path, foreign) is None
