"""SIGTERM, SIGINT and SIGHUP as one exception in the main thread, wherever it is, as Ctrl-C is in Python."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked this process to stop. No Exception, so that no handler of errors takes it for one."""


@contextmanager
def on_signals() -> Iterator[None]:
    """Raises Stopped in the block on the first signal; further ones are ignored while it cleans up."""
    previous = {number: signal.signal(number, _stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def ignore_signals() -> None:
    """From here on the clean-up runs undisturbed; it is bounded in time."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    ignore_signals()
    raise Stopped(signal.Signals(number).name)
