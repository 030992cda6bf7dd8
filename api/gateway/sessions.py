"""Sessions in Redis: idle for at most 30 minutes, 8 hours in all.

`gateway:session:<sha256 of the cookie>` holds the sealed session. `gateway:sid:...` and `gateway:sub:...` list the
session names of one login and of one person, so that the issuer can end them without knowing a cookie.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import cast

from redis.asyncio import Redis

from api.gateway.seal import Seal, name_of

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 8 * 3600


@dataclass(frozen=True)
class Session:
    """A login as the gateway knows it. Times are Unix seconds; the tokens never leave the server."""

    access_token: str
    access_ends: float
    refresh_token: str
    sub: str
    sid: str
    name: str
    authenticated_at: int
    ends: float


class Sessions:
    """Where sessions are kept. Every method raises RedisError when Redis is down."""

    def __init__(self, redis: Redis, key: bytes, *, now: Callable[[], float] = time.time) -> None:
        self.redis = redis
        self.now = now
        self._seal = Seal(key, "session")

    async def begin(self, session: Session) -> str:
        """Stores a new session and returns its opaque id of 256 bits, for the cookie."""
        opaque = secrets.token_urlsafe(32)
        key = session_key(opaque)
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.set(key, self._seal.close(opaque, asdict(session)), ex=IDLE_SECONDS)
            for index in _indexes(session.sub, session.sid):
                pipe.sadd(index, key)
                pipe.expire(index, ABSOLUTE_SECONDS)
            await pipe.execute()
        return opaque

    async def find(self, opaque: str, *, touch: bool = True) -> Session | None:
        """The session of a cookie. `touch` starts the idle time anew: for what a person does, not for a poll."""
        key = session_key(opaque)
        sealed = await (self.redis.getex(key, ex=IDLE_SECONDS) if touch else self.redis.get(key))
        content = self._seal.open(opaque, sealed) if sealed else None
        session = Session(**content) if content else None
        if session and session.ends <= self.now():
            await self.redis.delete(key)
            return None
        return session

    async def replace(self, opaque: str, session: Session) -> bool:
        """Writes a session only if it still exists: a refresh under way cannot revive an ended one."""
        sealed = self._seal.close(opaque, asdict(session))
        return bool(await self.redis.set(session_key(opaque), sealed, xx=True, keepttl=True))

    async def end(self, opaque: str) -> None:
        await self.redis.delete(session_key(opaque))

    async def end_all(self, *, sub: str = "", sid: str = "") -> None:
        """Ends the sessions of one login (`sid`), or of one person (`sub`) where no login is named."""
        index = _index("sid", sid) if sid else _index("sub", sub)
        # redis-py's annotations mix its synchronous and asynchronous answers.
        keys = await cast("Awaitable[set[bytes]]", self.redis.smembers(index))
        await self.redis.delete(index, *keys)


def session_key(opaque: str) -> str:
    return f"gateway:session:{name_of(opaque)}"


def _indexes(sub: str, sid: str) -> list[str]:
    return [_index("sub", sub), *([_index("sid", sid)] if sid else [])]


def _index(kind: str, value: str) -> str:
    return f"gateway:{kind}:{name_of(value)}"
