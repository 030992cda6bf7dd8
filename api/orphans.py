"""Engines that a killed start left behind: found by their pid file, believed only by their working folder."""

import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

PATIENCE_SECONDS = 10.0


def stop_orphan(pid_file: Path, data: Path) -> None:
    """Waits for the engine that `pid_file` names and that runs in `data`, and kills it if it does not end.

    On Linux an orphan has already been told to stop when its parent died. A pid file whose number belongs to
    some other program today (a restarted container) or to a process nobody reaped is removed: the engine
    would take that for itself and refuse to start.
    """
    try:
        process = psutil.Process(int(pid_file.read_text(encoding="utf-8").split(maxsplit=1)[0]))
    except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        return
    for signal_number in (signal.SIGINT, signal.SIGKILL):
        if not _runs_in(process, data):
            break
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal_number)
        _wait(process, data)
    pid_file.unlink(missing_ok=True)


def _wait(process: psutil.Process, data: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _runs_in(process, data) and time.monotonic() < deadline:
        time.sleep(0.05)


def _runs_in(process: psutil.Process, data: Path) -> bool:
    """A zombie and a process that has ended have no working folder."""
    with suppress(psutil.Error, OSError):
        return Path(process.cwd()).resolve() == data.resolve()
    return False
