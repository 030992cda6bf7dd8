"""The worker's sign of life, for `zhicheng up` and for readiness checks."""

from __future__ import annotations

import asyncio
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

READY_KEY = "zhicheng:worker:ready"
SECONDS_TO_LIVE = 5
SECONDS_BETWEEN = 1.0


async def beat(redis: Redis) -> None:
    """Renews the key until it is cancelled; it lapses by itself when the process is gone."""
    while True:
        try:
            await redis.set(READY_KEY, "1", ex=SECONDS_TO_LIVE)
        except (RedisError, OSError):
            log.warning("heartbeat.lost", exc_info=True)
        await asyncio.sleep(SECONDS_BETWEEN)
