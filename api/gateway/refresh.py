"""One refresh for many parallel requests, across processes, by a lock in Redis."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Coroutine
from dataclasses import replace
from typing import Any, cast

import anyio

from api.gateway.issuer import GrantRefused, IssuerClient
from api.gateway.seal import name_of
from api.gateway.sessions import Session, Sessions
from api.remote_keys import IssuerUnreachable

#: A token that ends sooner than this is renewed before it is used.
RENEW_BEFORE_SECONDS = 30
#: Longer than any refresh takes (the HTTP client gives up after 10 s), so that a lock outlives only a dead process.
LOCK_SECONDS = 15
WAIT_SECONDS = 12
POLL_SECONDS = 0.05
RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end"


class Refresher:
    """Gives requests a session whose access token is good."""

    def __init__(self, sessions: Sessions, issuer: IssuerClient) -> None:
        self._sessions = sessions
        self._issuer = issuer
        self.under_way: set[asyncio.Task[Session | None]] = set()

    async def current(self, opaque: str) -> Session | None:
        """The session with a usable access token; None when it has ended.

        Raises:
            IssuerUnreachable: the token is used up and the issuer cannot renew it now; the session lives on.
            RedisError: Redis is down.
        """
        try:
            with anyio.fail_after(WAIT_SECONDS):
                session = await self._sessions.find(opaque)
                while session is not None and not self._fresh(session):
                    if await self._lock(opaque, owner := secrets.token_hex(16)):
                        return await self._kept(self._renew_locked(opaque, owner))
                    await anyio.sleep(POLL_SECONDS)
                    session = await self._sessions.find(opaque)
                return session
        except TimeoutError as error:
            raise IssuerUnreachable("another process is still renewing the token") from error

    def _fresh(self, session: Session) -> bool:
        return session.access_ends - self._sessions.now() > RENEW_BEFORE_SECONDS

    async def _lock(self, opaque: str, owner: str) -> bool:
        return bool(await self._sessions.redis.set(_lock_key(opaque), owner, nx=True, ex=LOCK_SECONDS))

    async def _renew_locked(self, opaque: str, owner: str) -> Session | None:
        try:
            session = await self._sessions.find(opaque)
            if session is None or self._fresh(session):
                return session
            return await self._renew(opaque, session)
        finally:
            release = self._sessions.redis.eval(RELEASE, 1, _lock_key(opaque), owner)
            await cast("Awaitable[int]", release)

    async def _kept(self, work: Coroutine[Any, Any, Session | None]) -> Session | None:
        """Runs in a task of its own: once the issuer has used up a refresh token, its answer must be kept, whoever
        hangs up meanwhile.
        """
        task = asyncio.create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        return await asyncio.shield(task)

    async def _renew(self, opaque: str, session: Session) -> Session | None:
        try:
            answer = await self._issuer.refresh(session.refresh_token)
        except GrantRefused:
            await self._sessions.end(opaque)
            return None
        except IssuerUnreachable:
            if session.access_ends > self._sessions.now():
                return session
            raise
        renewed = replace(
            session,
            access_token=answer.access_token,
            access_ends=answer.access_ends,
            refresh_token=answer.refresh_token,
        )
        if await self._sessions.replace(opaque, renewed):
            return renewed
        await self._issuer.revoke(renewed.refresh_token)
        return None


def _lock_key(opaque: str) -> str:
    return f"gateway:refresh:{name_of(opaque)}"
