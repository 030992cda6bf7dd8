"""Listening on the outbox's channel, on a connection of its own, for as long as the process lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import asyncpg

from domain.core.outbox import CHANNEL

log = logging.getLogger(__name__)

#: Rounds are made at least this often, whether the bell has rung or not.
LONGEST_WAIT_SECONDS = 3.0
PAUSE_AFTER_LOSS_SECONDS = 1.0


async def listen(database_url: str, on_bell: Callable[[], Awaitable[None]]) -> None:
    """Calls `on_bell` at the start, after every notification and every few seconds; reconnects when it is cut off."""
    while True:
        try:
            await _listen_once(database_url, on_bell)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            log.warning("doorbell.lost", exc_info=True)
            await asyncio.sleep(PAUSE_AFTER_LOSS_SECONDS)


async def _listen_once(database_url: str, on_bell: Callable[[], Awaitable[None]]) -> None:
    rung = asyncio.Event()
    connection = await asyncpg.connect(database_url)
    try:
        await connection.add_listener(CHANNEL, lambda *_: rung.set())
        connection.add_termination_listener(lambda *_: rung.set())
        while not connection.is_closed():
            rung.clear()
            await _answer(on_bell)
            await _wait(rung)
    finally:
        await connection.close(timeout=2)


async def _answer(on_bell: Callable[[], Awaitable[None]]) -> None:
    """One round; its failure is logged and the next bell answered all the same."""
    try:
        await on_bell()
    except Exception:
        log.exception("doorbell.round_failed")


async def _wait(rung: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(rung.wait(), LONGEST_WAIT_SECONDS)
    except TimeoutError:
        return
