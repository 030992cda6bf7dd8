"""An instance of the tour's own: started in a folder that goes away with it, and stopped at the end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from api.tour.browser import TourFailed

STOP_SECONDS = 30


@dataclass(frozen=True)
class Addresses:
    """Where an instance answers."""

    api: str
    gateway: str


@contextmanager
def own_instance() -> Iterator[Addresses]:
    """Runs `zhicheng up` on free ports for the length of the block.

    Raises:
        TourFailed: it did not come up; its own messages have gone to standard error.
    """
    with tempfile.TemporaryDirectory(prefix="zhicheng-tour-") as folder:
        command = [
            sys.executable,
            "-m",
            "api.cli",
            "up",
            "--data",
            folder,
            "--api-port",
            "0",
            "--gateway-port",
            "0",
        ]
        with subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, text=True) as process:
            try:
                yield _addresses(process)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(STOP_SECONDS)


def _addresses(process: subprocess.Popen[str]) -> Addresses:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise TourFailed(f"`zhicheng up` ended with {process.wait()} before it was ready")
    told = json.loads(line)
    return Addresses(told["api"], told["gateway"])
