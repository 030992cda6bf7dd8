"""Tokens are renewed once, and never for a session that has ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from joserfc import jwt
from redis.asyncio import Redis

from api.gateway.issuer import Answer, GrantRefused, IssuerClient
from api.gateway.refresh import Refresher
from api.gateway.sessions import ABSOLUTE_SECONDS, IDLE_SECONDS, Session, Sessions, session_key
from api.oauth.logout import BACKCHANNEL_EVENT
from api.remote_keys import IssuerUnreachable
from domain.accounts.logins import end_login
from domain.accounts.models import Account
from domain.accounts.oauth import LoginSession
from tests.api import login_stage as stage
from tests.api.login_stage import API, GATEWAY, Stage
from tests.api.test_gateway import ask, enter

pytest_plugins = ["tests.api.login_fixtures"]
KEY = b"c" * 32


@pytest.fixture
async def sessions(set_up: Stage) -> Sessions:
    return Sessions(set_up.redis, KEY)


@pytest.fixture
async def tab(set_up: Stage) -> AsyncIterator[httpx.AsyncClient]:
    await stage.gateway_client()
    async with set_up.browser(set_up.gateway(), GATEWAY) as opened:
        yield opened


def session(**changes: Any) -> Session:
    now = time.time()
    good = Session("access", now + 300, "refresh", "sub", "sid", "张三", int(now), now + ABSOLUTE_SECONDS)
    return replace(good, **changes)


async def use_up(sessions: Sessions, cookie: str) -> None:
    """Makes a session's access token look used up."""
    found = await sessions.find(cookie)
    assert found is not None
    assert await sessions.replace(cookie, replace(found, access_ends=time.time() - 1))


async def test_twenty_calls_at_two_gateways_refresh_once(
    set_up: Stage, sessions: Sessions, tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    await enter(tab, browser, somebody)
    cookie = tab.cookies["zhicheng"]
    await use_up(sessions, cookie)
    async with set_up.browser(set_up.gateway(), GATEWAY) as other:
        other.cookies.set("zhicheng", cookie)
        answers = await asyncio.gather(*[ask(one) for one in (tab, other) for _ in range(10)])
    assert [answer.status_code for answer in answers] == [200] * 20
    assert {answer.json()["data"]["name"] for answer in answers} == {"张三"}
    assert set_up.refreshes == 1


async def test_a_session_ended_at_the_issuer_ends_here(
    set_up: Stage, sessions: Sessions, tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    await enter(tab, browser, somebody)
    await end_login(await LoginSession.get(account_id=somebody.id))
    await use_up(sessions, tab.cookies["zhicheng"])
    answer = await ask(tab)
    assert (answer.status_code, set_up.seen) == (401, [])
    assert (await tab.get("/auth/session")).json()["loggedIn"] is False


async def test_a_closed_account_loses_its_session_at_the_next_refresh(
    sessions: Sessions, tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    await enter(tab, browser, somebody)
    await Account.filter(id=somebody.id).update(disabled=True)
    await use_up(sessions, tab.cookies["zhicheng"])
    assert (await ask(tab)).status_code == 401


class SlowIssuer(IssuerClient):
    """Answers a refresh when the test says so, and remembers what was revoked."""

    def __init__(self, outcome: Exception | None = None) -> None:
        self.outcome = outcome
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()
        self.revoked: list[str] = []

    async def refresh(self, refresh_token: str) -> Answer:
        self.asked.set()
        await self.go_on.wait()
        if self.outcome:
            raise self.outcome
        return Answer("access-2", time.time() + 300, "refresh-2", "")

    async def revoke(self, refresh_token: str) -> None:
        self.revoked.append(refresh_token)


async def test_a_refresh_under_way_revives_no_ended_session(sessions: Sessions) -> None:
    issuer = SlowIssuer()
    cookie = await sessions.begin(session(access_ends=0.0))
    under_way = asyncio.create_task(Refresher(sessions, issuer).current(cookie))
    await issuer.asked.wait()
    await sessions.end(cookie)
    issuer.go_on.set()
    assert await under_way is None
    assert await sessions.find(cookie) is None
    assert issuer.revoked == ["refresh-2"]


async def test_a_refresh_under_way_survives_its_caller(sessions: Sessions) -> None:
    issuer = SlowIssuer()
    cookie = await sessions.begin(session(access_ends=0.0))
    refresher = Refresher(sessions, issuer)
    under_way = asyncio.create_task(refresher.current(cookie))
    await issuer.asked.wait()
    under_way.cancel()
    issuer.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await under_way
    await asyncio.gather(*refresher.under_way)
    found = await sessions.find(cookie)
    assert found is not None
    assert found.refresh_token == "refresh-2"


async def test_an_issuer_that_is_down_costs_nobody_the_session(sessions: Sessions) -> None:
    issuer = SlowIssuer(IssuerUnreachable("down"))
    issuer.go_on.set()
    still_good = session(access_ends=time.time() + 10)
    cookie = await sessions.begin(still_good)
    assert await Refresher(sessions, issuer).current(cookie) == still_good
    used_up = await sessions.begin(session(access_ends=0.0))
    with pytest.raises(IssuerUnreachable):
        await Refresher(sessions, issuer).current(used_up)
    assert await sessions.find(used_up) is not None
    issuer.outcome = GrantRefused("invalid_grant")
    assert await Refresher(sessions, issuer).current(used_up) is None
    assert await sessions.find(used_up) is None


async def test_sessions_end_by_themselves(set_up: Stage) -> None:
    clock = [time.time()]
    sessions = Sessions(set_up.redis, KEY, now=lambda: clock[0])
    cookie = await sessions.begin(session())
    key = session_key(cookie)
    assert await set_up.redis.ttl(key) == IDLE_SECONDS
    await set_up.redis.expire(key, 100)
    await sessions.find(cookie, touch=False)
    assert await set_up.redis.ttl(key) == 100
    await sessions.find(cookie)
    assert await set_up.redis.ttl(key) == IDLE_SECONDS
    clock[0] += ABSOLUTE_SECONDS + 1
    assert await sessions.find(cookie) is None
    assert await set_up.redis.exists(key) == 0


def logout_token(set_up: Stage, key: str = "current", **changes: Any) -> str:
    now = int(time.time())
    good = {
        "iss": API,
        "aud": "gateway",
        "iat": now,
        "exp": now + 120,
        "jti": "j",
        "events": {BACKCHANNEL_EVENT: {}},
    }
    claims = {name: value for name, value in (good | changes).items() if value is not None}
    return jwt.encode({"alg": "ES256", "typ": "logout+jwt", "kid": key}, claims, set_up.key(key))


@pytest.mark.parametrize("by", ["sid", "sub"])
async def test_the_issuer_ends_sessions(
    set_up: Stage,
    sessions: Sessions,
    tab: httpx.AsyncClient,
    browser: httpx.AsyncClient,
    somebody: Account,
    by: str,
) -> None:
    await enter(tab, browser, somebody)
    found = await sessions.find(tab.cookies["zhicheng"])
    assert found is not None
    token = logout_token(set_up, **{by: getattr(found, by)})
    answer = await tab.post("/auth/backchannel-logout", data={"logout_token": token})
    assert answer.status_code == 200
    assert (await ask(tab)).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "other"},
        {"events": None},
        {"events": {}},
        {"nonce": "n"},
        {"sub": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
    ],
    ids=str,
)
async def test_a_wrong_logout_token_ends_nothing(
    set_up: Stage,
    sessions: Sessions,
    tab: httpx.AsyncClient,
    changes: dict[str, Any],
) -> None:
    cookie = await sessions.begin(session(sub="somebody"))
    for token in (logout_token(set_up, **{"sub": "somebody", **changes}), "rubbish", ""):
        answer = await tab.post("/auth/backchannel-logout", data={"logout_token": token})
        assert answer.status_code == 400
    assert await sessions.find(cookie) is not None


async def test_a_logout_at_the_issuer_reaches_the_gateway(
    set_up: Stage,
    tab: httpx.AsyncClient,
    browser: httpx.AsyncClient,
    somebody: Account,
) -> None:
    await enter(tab, browser, somebody)
    sid = (await LoginSession.get(account_id=somebody.id)).id
    set_up.issuer.transport = httpx.ASGITransport(set_up.gateway())
    over = await browser.get("/oauth/end_session", params={"logout_hint": str(sid)})
    assert over.status_code == 200
    assert (await ask(tab)).status_code == 401


async def test_redis_is_the_only_memory(set_up: Stage, sessions: Sessions, engines: tuple[str, str]) -> None:
    cookie = await sessions.begin(session())
    elsewhere = Redis.from_url(engines[1])
    assert await Sessions(elsewhere, KEY).find(cookie) == await sessions.find(cookie)
    assert await Sessions(elsewhere, b"d" * 32).find(cookie) is None
    await elsewhere.aclose()
