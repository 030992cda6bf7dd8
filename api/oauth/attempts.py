"""How often a password may be wrong: counted in Redis for each login name and address together.

A login name alone is no key (anybody could lock anybody out), nor is an address (an office shares one).
"""

from __future__ import annotations

import hashlib

from redis.asyncio import Redis

MAX_FAILED_LOGINS = 10
WINDOW_SECONDS = 900


class Attempts:
    """Counts before the password is checked, so that parallel guesses do not slip through."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def admit(self, login: str, address: str) -> bool:
        """Counts one attempt; False when there were too many in the last 15 minutes.

        Raises:
            RedisError: the count cannot be kept, so nobody may try.
        """
        key = _key(login, address)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(key)
            pipe.expire(key, WINDOW_SECONDS, nx=True)
            count, _ = await pipe.execute()
        return int(count) <= MAX_FAILED_LOGINS

    async def forget(self, login: str, address: str) -> None:
        """After the right password, earlier mistakes count no longer."""
        await self._redis.delete(_key(login, address))


def _key(login: str, address: str) -> str:
    return "login:failed:" + hashlib.sha256(f"{address}\n{login}".encode()).hexdigest()
