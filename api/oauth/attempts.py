"""How often a password may be wrong: counted in Redis for each login name and address together.

A login name alone is no key (anybody could lock anybody out), nor is an address (an office shares one).
"""

from __future__ import annotations

import hashlib

from anyio import CapacityLimiter
from redis.asyncio import Redis

MAX_FAILED_LOGINS = 10
PARALLEL_LOGINS = 4
WINDOW_SECONDS = 900


class Attempts:
    """Counts failures. `turn` lets a few logins through at a time, each looking at the count only when its turn has
    come: parallel guesses get at most that many more than the limit, and many people may log in at once.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.turn = CapacityLimiter(PARALLEL_LOGINS)

    async def open(self, login: str, address: str) -> bool:
        """Whether this name may be tried from this address.

        Raises:
            RedisError: the count is not known, so nobody may try.
        """
        return int(await self._redis.get(_key(login, address)) or 0) < MAX_FAILED_LOGINS

    async def failed(self, login: str, address: str) -> None:
        """Counts one wrong password for 15 minutes from the first."""
        key = _key(login, address)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(key)
            pipe.expire(key, WINDOW_SECONDS, nx=True)
            await pipe.execute()

    async def succeeded(self, login: str, address: str) -> None:
        """After the right password, earlier mistakes count no longer."""
        await self._redis.delete(_key(login, address))


def _key(login: str, address: str) -> str:
    return "login:failed:" + hashlib.sha256(f"{address}\n{login}".encode()).hexdigest()
