"""`zhicheng up`: everything on this machine, started in order, watched, and stopped together.

Order: engines (unless DATABASE_URL and REDIS_URL name others), `api.prepare`, then API, gateway and worker as
processes of their own. Ready means that /readyz of both web processes answers 200 and the worker has set its
heartbeat key. If one child ends, all end, and the exit code is 1; a start that cannot begin exits with 2.
"""

import http.client
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from redis import Redis, RedisError

from api import instance, secret_keys, stopping
from api.embedded import make_data_folder, postgres_engine, valkey_engine
from api.environment import ConfigurationError
from api.postgres_engine import EngineMissing
from api.privileges import PrivilegeError
from api.processes import POLL_SECONDS, Child, StartFailed, fail_if_ended, start, stop, wait_until
from api.up_environment import (
    Addresses,
    Options,
    addresses,
    check_mode,
    environment_of_children,
    importable,
    write_gateway_client,
)
from api.up_output import Progress, announce, progress

WORKER_READY_KEY = "zhicheng:worker:ready"
SERVE_SECONDS = 90.0


@dataclass(frozen=True)
class Programs:
    """The commands of the children; the web processes get the port to listen on."""

    prepare: Callable[[Path | None, bool], list[str]]
    api: Callable[[int], list[str]]
    gateway: Callable[[int], list[str]]
    worker: list[str]


def _prepare(clients: Path | None, demo: bool) -> list[str]:
    named = ["--clients", str(clients)] if clients else []
    return [sys.executable, "-m", "api.prepare", *named, *(["--demo"] if demo else [])]


def _serve(kind: str) -> Callable[[int], list[str]]:
    return lambda port: [sys.executable, "-m", "api.cli", "serve", kind, "--port", str(port)]


ZHICHENG = Programs(
    prepare=_prepare,
    api=_serve("api"),
    gateway=_serve("gateway"),
    worker=[sys.executable, "-m", "api.cli", "serve", "worker"],
)


@dataclass(frozen=True)
class Start:
    """One start: what was asked for, and where the parts of it meet."""

    options: Options
    programs: Programs
    steps: Progress
    undo: ExitStack

    def log(self, name: str) -> Path:
        return self.options.data / "logs" / f"{name.lower()}.log"


def run(options: Options, programs: Programs = ZHICHENG) -> int:
    """Runs until SIGTERM, SIGINT or SIGHUP (exit code 0), or until a child ends (1). 2: it could not begin."""
    options = replace(options, data=options.data.resolve())
    begun = Start(options, programs, progress(options.as_json), ExitStack())
    try:
        with stopping.on_signals():
            try:
                _watch(_start(begun))
            finally:
                stopping.ignore_signals()
                begun.undo.close()
    except stopping.Stopped:
        print("zhicheng up: stopped / 已停止", file=sys.stderr)
        return 0
    except StartFailed as error:
        return _complain(error, 1)
    except (ConfigurationError, instance.InUse, EngineMissing, PrivilegeError, OSError) as error:
        return _complain(error, 2)


def _complain(error: Exception, code: int) -> int:
    for line in str(error).splitlines():
        print(f"zhicheng up: {line}", file=sys.stderr)
    return code


def _start(begun: Start) -> list[Child]:
    """Starts everything and says so. Returns what must keep running."""
    options = begun.options
    check_mode(options, os.environ)
    make_data_folder(options.data)
    begun.undo.enter_context(instance.claimed(options.data))
    places = addresses(options)
    _set_old_logs_aside(options.data / "logs")
    begun.steps.say(f"zhicheng up: {options.data}")
    engines, urls = _start_engines(begun)
    secret_keys.ensure(options.data / "secret-keys.json")
    environment = environment_of_children(options.data, places, urls, os.environ)
    _run_prepare(begun, environment, engines)
    children = engines + _start_serving(begun, places, environment, engines)
    running = instance.Instance(
        pid=os.getpid(),
        api=places.api,
        gateway=places.gateway,
        database_url=environment["DATABASE_URL"],
        redis_url=environment["REDIS_URL"],
        environment=environment,
    )
    begun.undo.enter_context(instance.recorded(options.data, running))
    begun.steps.say(f"  all ready after {begun.steps.total():.1f} s")
    announce(running, options.demo, options.as_json)
    return children


def _set_old_logs_aside(logs: Path) -> None:
    """So that the last lines of a log are always of this start; the start before is kept beside it."""
    for log in logs.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))


def _start_engines(begun: Start) -> tuple[list[Child], dict[str, str]]:
    """The engines that the environment does not name, and their addresses."""
    children: list[Child] = []
    urls: dict[str, str] = {}
    embedded = (("DATABASE_URL", "PostgreSQL", postgres_engine), ("REDIS_URL", "Valkey", valkey_engine))
    for variable, name, engine in embedded:
        if os.environ.get(variable):
            continue
        with begun.steps.step(name):
            child, urls[variable] = begun.undo.enter_context(engine(begun.options.data))
        children.append(child)
    return children, urls


def _run_prepare(begun: Start, environment: Mapping[str, str], engines: list[Child]) -> None:
    demo = begun.options.demo
    command = begun.programs.prepare(write_gateway_client(begun.options.data, environment), demo)
    with begun.steps.step("migrations, reference data" + (", demo data" if demo else "")):
        child = start("prepare", command, begun.log("prepare"), environment=_everything(environment))
        try:
            while child.process.poll() is None:
                fail_if_ended(engines)
                time.sleep(POLL_SECONDS)
        finally:
            stop([child])
        if child.process.returncode != 0:
            fail_if_ended([child])


def _start_serving(
    begun: Start, places: Addresses, environment: Mapping[str, str], engines: list[Child]
) -> list[Child]:
    """API, gateway and worker: started together, waited for one after the other."""
    children: list[Child] = []
    begun.undo.callback(stop, children)
    redis = begun.undo.enter_context(_redis(environment["REDIS_URL"]))
    commands: dict[str, tuple[list[str], Callable[[], bool]]] = {
        "API": (begun.programs.api(places.api_port), lambda: _answers_ready(places.api_port)),
        "gateway": (begun.programs.gateway(places.gateway_port), lambda: _answers_ready(places.gateway_port)),
        "worker": (begun.programs.worker, lambda: _worker_is_ready(redis)),
    }
    for name, (command, _) in commands.items():
        children.append(start(name, command, begun.log(name), environment=_everything(environment)))
    for name, (_, is_ready) in commands.items():
        with begun.steps.step(name):
            wait_until(is_ready, engines + children, SERVE_SECONDS, name)
    return children


def _everything(environment: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **environment, **importable(os.environ)}


@contextmanager
def _redis(url: str) -> Iterator[Redis]:
    """A connection after the heartbeat of an earlier worker was removed. Raises ConfigurationError."""
    with Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as redis:
        try:
            redis.delete(WORKER_READY_KEY)
        except RedisError as error:
            problem = f"REDIS_URL: no answer ({type(error).__name__}) / 无法连接; start Redis or unset it"
            raise ConfigurationError([problem]) from error
        yield redis


def _worker_is_ready(redis: Redis) -> bool:
    """False as well while Redis does not answer: if it ended, that is reported as its own failure."""
    with suppress(RedisError):
        return bool(redis.exists(WORKER_READY_KEY))
    return False


def _answers_ready(port: int) -> bool:
    """Whether /readyz says 200. http.client, because it heeds no proxy variables."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _watch(children: list[Child]) -> NoReturn:
    """Raises StartFailed when one of them ends."""
    while True:
        fail_if_ended(children)
        time.sleep(POLL_SECONDS)
