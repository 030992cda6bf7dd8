"""Logins under way: one entry each, so that two tabs logging in at once do not disturb each other."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import asdict, dataclass

from redis.asyncio import Redis

from api.gateway.seal import Seal, name_of

LIFETIME_SECONDS = 600


@dataclass(frozen=True)
class Pending:
    """What the gateway must remember between leaving for the issuer and coming back. `browser` names the browser
    that left: nobody can have somebody else finish a login (login CSRF).
    """

    verifier: str
    nonce: str
    return_to: str
    browser: str
    max_age: int | None = None


class PendingLogins:
    """Keeps them for ten minutes under SHA-256(state)."""

    def __init__(self, redis: Redis, key: bytes) -> None:
        self._redis = redis
        self._seal = Seal(key, "login")

    async def add(self, pending: Pending) -> str:
        """Stores it and returns the `state` that finds it again."""
        state = secrets.token_urlsafe(32)
        await self._redis.set(_key(state), self._seal.close(state, asdict(pending)), ex=LIFETIME_SECONDS)
        return state

    async def take(self, state: str, browser: str) -> Pending | None:
        """The entry, once, for the browser that began it."""
        sealed = await self._redis.getdel(_key(state))
        content = self._seal.open(state, sealed) if sealed else None
        pending = Pending(**content) if content else None
        if pending is None or not hmac.compare_digest(pending.browser, name_of(browser)):
            return None
        return pending


def _key(state: str) -> str:
    return f"gateway:login:{name_of(state)}"
