"""Engines that a killed start left behind: found by their pid file, believed only by their command line."""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 10.0


def stop_orphan(pid_file: Path, data: Path) -> None:
    """Waits for the engine that `pid_file` names and that runs on `data`, and kills it if it does not end.

    On Linux an orphan has already been told to stop when its parent died. A pid file whose number belongs to
    some other program today (a restarted container) or to a process nobody reaped is removed: the engine
    would take that for itself and refuse to start. Elsewhere the engine's own judgement has to do.
    """
    if sys.platform != "linux":
        return
    try:
        pid = int(pid_file.read_text(encoding="utf-8").split(maxsplit=1)[0])
    except (FileNotFoundError, ValueError, IndexError):
        return
    for number in (signal.SIGINT, signal.SIGKILL):
        if not _runs_on(pid, data):
            break
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        _wait(pid, data)
    pid_file.unlink(missing_ok=True)


def _wait(pid: int, data: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _runs_on(pid, data) and time.monotonic() < deadline:
        time.sleep(0.05)


def _runs_on(pid: int, data: Path) -> bool:
    """The command line, unlike the working folder, may be read across accounts; a zombie has none."""
    with suppress(OSError):
        return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return False
