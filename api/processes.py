"""Children: each in a session of its own, logged to a file, stopped together, gone when their parent is."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from api.privileges import Account, before_exec

POLL_SECONDS = 0.05
STOP_SECONDS = 15.0
LAST_LINES = 20


class StartFailed(Exception):
    """A child ended, or was not ready in time; the message carries its name, exit code and last log lines."""


@dataclass(frozen=True)
class Child:
    """A running child process and how to end it politely."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM


def start(
    name: str,
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    standard_input: bytes | None = None,
) -> Child:
    """Starts `command`; output is appended to `log`. It gets `stop_signal` when the calling *thread* ends,
    so call this from the main thread only.

    A session of its own keeps Ctrl-C away from the child: the parent decides in which order things stop.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if standard_input is not None else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/" if account else None,
            start_new_session=True,
            preexec_fn=before_exec(stop_signal, account),
        )
    if process.stdin is not None:
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(standard_input or b"")
    return Child(name, process, log, stop_signal)


def wait_until(ready: Callable[[], bool], children: Sequence[Child], seconds: float, what: str) -> None:
    """Returns when `ready()`. Raises StartFailed when a child ends before that, or after `seconds`."""
    deadline = time.monotonic() + seconds
    while not ready():
        fail_if_ended(children)
        if time.monotonic() > deadline:
            report = "\n".join(last_lines(child.log) for child in children)
            raise StartFailed(f"{what} was not ready within {seconds:.0f} s / 未能按时就绪\n{report}")
        time.sleep(POLL_SECONDS)


def fail_if_ended(children: Sequence[Child]) -> None:
    """Raises StartFailed for the first child that has ended."""
    for child in children:
        code = child.process.poll()
        if code is not None:
            ending = f"{child.name} ended with {describe(code)} / 进程意外退出; log: {child.log}"
            raise StartFailed(f"{ending}\n{last_lines(child.log)}")


def describe(code: int) -> str:
    """An exit code in words: `exit code 3`, `signal SIGKILL`."""
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def last_lines(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"  | {line}" for line in lines[-LAST_LINES:])


def stop(children: Sequence[Child], seconds: float = STOP_SECONDS) -> None:
    """Asks all to stop at once, waits for all, and kills with their whole session those that did not."""
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(child.stop_signal)
    deadline = time.monotonic() + seconds
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
