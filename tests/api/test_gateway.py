"""The gateway: login, sessions, forwarding, logout, and what each of them refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import httpx
import pytest
from redis.asyncio import Redis
from starlette.applications import Starlette

from api.gateway.sessions import session_key
from domain.accounts.models import Account
from domain.accounts.oauth import LoginSession, TokenFamily
from tests.api import login_stage as stage
from tests.api.login_stage import API, GATEWAY, Stage, form

pytest_plugins = ["tests.api.login_fixtures"]
CSRF = {"x-csrf": "1"}
OPERATION = {"query": "{ viewer { name } }"}
PUBLIC = {"role": "PUBLIC", "name": "", "organisation": None, "grant": None, "scopes": None}


@pytest.fixture
async def gateway(set_up: Stage) -> Starlette:
    await stage.gateway_client()
    return set_up.gateway()


@pytest.fixture
async def tab(set_up: Stage, gateway: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in front of the gateway. `browser` stands for the same browser at the issuer."""
    async with set_up.browser(gateway, GATEWAY) as opened:
        yield opened


async def begin(tab: httpx.AsyncClient, browser: httpx.AsyncClient, who: Account, **query: str) -> str:
    """Walks from /auth/login through the issuer's form to the callback's address."""
    away = await tab.get("/auth/login", params=query)
    assert away.status_code == 303
    step = await browser.get(away.headers["location"])
    if step.status_code == 303:
        page = await browser.get(step.headers["location"])
        step = await browser.get((await browser.post("/login", data=form(page, who))).headers["location"])
    location: str = step.headers["location"]
    return location


async def enter(
    tab: httpx.AsyncClient, browser: httpx.AsyncClient, who: Account, **query: str
) -> httpx.Response:
    """The whole login; the session's cookie is in `tab` afterwards."""
    return await tab.get(await begin(tab, browser, who, **query))


async def ask(tab: httpx.AsyncClient, **headers: str) -> httpx.Response:
    given = CSRF | {name.replace("_", "-"): value for name, value in headers.items()}
    return await tab.post("/graphql", json=OPERATION, headers=given)


async def test_a_login_ends_where_it_was_wanted(
    set_up: Stage, tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    assert (await tab.get("/auth/session")).json() == {
        "loggedIn": False,
        "csrf": {"header": "x-csrf", "value": "1"},
    }
    back = await enter(tab, browser, somebody, return_to="/units?x=1")
    assert (back.status_code, back.headers["location"]) == (303, "/units?x=1")
    attributes = sorted(part.strip() for part in back.headers["set-cookie"].split(";")[1:])
    assert attributes == ["HttpOnly", "Path=/", "SameSite=lax"]
    session = (await tab.get("/auth/session")).json()
    assert sorted(session) == ["authenticatedAt", "csrf", "expiresAt", "loggedIn", "name"]
    assert (session["loggedIn"], session["name"]) == (True, "张三")
    answer = (await ask(tab)).json()["data"]
    assert (answer["role"], answer["name"]) == ("UNIT", "张三")


async def test_without_a_front_end_people_can_still_log_in(
    tab: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    assert 'href="/auth/login?return_to=/"' in (await tab.get("/")).text
    marked = await stage.account()
    await Account.filter(id=marked.id).update(name="<script>")
    await enter(tab, browser, marked)
    page = (await tab.get("/")).text
    assert ("&lt;script&gt;，您已登录" in page, "<script>" in page, "/auth/login" in page) == (
        True,
        False,
        False,
    )


async def test_no_token_reaches_the_browser(
    set_up: Stage, tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    back = await enter(tab, browser, somebody)
    await ask(tab)
    token = set_up.seen[-1]["authorization"].removeprefix("Bearer ")
    end = await tab.post("/auth/logout", headers=CSRF)
    for text in (str(back.headers), (await tab.get("/auth/session")).text, end.text, str(tab.cookies)):
        assert token not in text
        assert "eyJ" not in text


async def test_redis_alone_opens_nothing(
    set_up: Stage, tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    await enter(tab, browser, somebody)
    cookie = tab.cookies["zhicheng"]
    kept = b""
    async for key in set_up.redis.scan_iter("gateway:*"):
        kept += key + (await set_up.redis.get(key) if await set_up.redis.type(key) == b"string" else b"")
    for secret in (cookie, "eyJ", "refresh_token", "access_token", "张三"):
        assert secret.encode() not in kept


async def test_the_public_is_forwarded_without_a_token(set_up: Stage, tab: httpx.AsyncClient) -> None:
    answer = await ask(tab, authorization="Bearer forged", accept_language="en", cookie="x=1")
    assert (answer.status_code, answer.json()) == (200, {"data": PUBLIC})
    arrived = set_up.seen[-1]
    assert "authorization" not in arrived
    assert "cookie" not in arrived
    assert arrived["accept-language"] == "en"


async def test_headers_are_made_here(
    set_up: Stage, tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    await enter(tab, browser, somebody)
    other = str(uuid4())
    spoofed = {"x_request_id": "mine", "x_forwarded_for": "1.2.3.4", "x_acting_as": other, "te": "trailers"}
    answer = await ask(tab, **spoofed)
    arrived = set_up.seen[-1]
    assert arrived["x-request-id"] == answer.headers["x-request-id"] != "mine"
    assert (arrived["x-forwarded-for"], arrived["x-acting-as"], "te" in arrived) == (
        "127.0.0.1",
        other,
        False,
    )
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    assert [name for name in ("connection", "set-cookie", "x-internal") if name in answer.headers] == []
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"x-csrf": "0"}, 403),
        ({"x-csrf": "1", "origin": "https://evil.example"}, 403),
        ({"x-csrf": "1", "origin": "null"}, 403),
        ({"x-csrf": "1", "sec-fetch-site": "cross-site"}, 403),
        ({"x-csrf": "1", "sec-fetch-site": "same-site"}, 403),
        ({"x-csrf": "1", "content-type": "text/plain"}, 415),
        ({"x-csrf": "1", "content-type": "application/x-www-form-urlencoded"}, 415),
        ({"x-csrf": "1", "origin": GATEWAY, "sec-fetch-site": "same-origin"}, 200),
    ],
)
async def test_only_our_own_pages_may_act(
    set_up: Stage, tab: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    given = {"content-type": "application/json"} | headers
    answer = await tab.post("/graphql", content=json.dumps(OPERATION), headers=given)
    assert (answer.status_code, len(set_up.seen)) == (status, int(status == 200))


async def test_a_logout_needs_our_own_page_too(
    tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    await enter(tab, browser, somebody)
    assert (await tab.post("/auth/logout")).status_code == 403
    assert (await tab.get("/auth/session")).json()["loggedIn"] is True


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "evil",
        "",
        "/\tx",
        "/a\nb",
        "javascript:x",
        "/nul\0",
    ],
)
async def test_return_to_is_a_path_of_this_site(tab: httpx.AsyncClient, path: str) -> None:
    answer = await tab.get(f"/auth/login?return_to={quote(path, safe='')}")
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_two_tabs_log_in_at_once(
    tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    first = await tab.get("/auth/login", params={"return_to": "/first"})
    second = await tab.get("/auth/login", params={"return_to": "/second"})
    page = await browser.get((await browser.get(first.headers["location"])).headers["location"])
    answered = await browser.post("/login", data=form(page, somebody))
    back_to_second = (await browser.get(second.headers["location"])).headers["location"]
    back_to_first = (await browser.get(answered.headers["location"])).headers["location"]
    assert (await tab.get(back_to_second)).headers["location"] == "/second"
    assert (await tab.get(back_to_first)).headers["location"] == "/first"
    assert (await ask(tab)).json()["data"]["name"] == "张三"


async def test_a_callback_belongs_to_the_browser_that_left(
    set_up: Stage, gateway: Starlette, tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    address = await begin(tab, browser, somebody)
    async with set_up.browser(gateway, GATEWAY) as stranger:
        await stranger.get("/auth/login")
        assert (await stranger.get(address)).status_code == 400
    assert (await tab.get(address)).status_code == 400  # a state serves once, whoever brings it


@pytest.mark.parametrize(
    "change", [{"iss": "https://evil.example"}, {"iss": None}, {"state": "x"}, {"code": "x"}, {"code": None}]
)
async def test_a_changed_callback_logs_nobody_in(
    tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account, change: dict[str, str | None]
) -> None:
    address = await begin(tab, browser, somebody)
    given: dict[str, Any] = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    params = {name: value for name, value in (given | change).items() if value is not None}
    answer = await tab.get("/auth/callback", params=params)
    assert (answer.status_code, "zhicheng" in tab.cookies) == (400, False)


async def test_the_id_is_renewed_at_login(
    set_up: Stage, gateway: Starlette, tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    await enter(tab, browser, somebody)
    first = tab.cookies["zhicheng"]
    await enter(tab, browser, somebody, max_age="0")
    assert tab.cookies["zhicheng"] != first
    assert (await ask(tab)).status_code == 200
    async with set_up.browser(gateway, GATEWAY) as thief:
        thief.cookies.set("zhicheng", first)
        assert (await ask(thief)).status_code == 401


@pytest.mark.parametrize("forged", ["x", "x" * 4000, "%00", "a b"])
async def test_a_forged_cookie_is_no_session(set_up: Stage, tab: httpx.AsyncClient, forged: str) -> None:
    tab.cookies.set("zhicheng", forged)
    answer = await ask(tab)
    assert (answer.status_code, set_up.seen) == (401, [])
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert 'zhicheng=""' in answer.headers["set-cookie"]


async def test_a_sealed_session_cannot_be_moved(
    set_up: Stage, tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    await enter(tab, browser, somebody)
    own = f"chosen-by-an-attacker-{uuid4()}"
    await set_up.redis.copy(session_key(tab.cookies["zhicheng"]), session_key(own))
    tab.cookies.clear()
    tab.cookies.set("zhicheng", own)
    assert (await ask(tab)).status_code == 401


async def test_logout_ends_everything(
    tab: httpx.AsyncClient, browser: httpx.AsyncClient, somebody: Account
) -> None:
    await enter(tab, browser, somebody)
    cookie = tab.cookies["zhicheng"]
    answer = await tab.post("/auth/logout", headers=CSRF)
    assert answer.status_code == 200
    assert await TokenFamily.filter(session__account_id=somebody.id, revoked_at__isnull=True).count() == 0
    tab.cookies.set("zhicheng", cookie)
    assert (await ask(tab)).status_code == 401
    url = answer.json()["endSessionUrl"]
    assert url.startswith(f"{API}/oauth/end_session?")
    over = await browser.get(url)
    assert (over.status_code, over.headers["location"]) == (303, f"{GATEWAY}/")
    assert await LoginSession.filter(account_id=somebody.id, ended_at__isnull=True).count() == 0
    tab.cookies.clear()
    assert (await tab.post("/auth/logout", headers=CSRF)).json()["loggedOut"] is True


async def test_a_body_has_its_limit(set_up: Stage, tab: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 10_000

    headers = CSRF | {"content-type": "application/json"}
    assert (await tab.post("/graphql", content=b" " * 100_001, headers=headers)).status_code == 413
    assert (await tab.post("/graphql", content=chunks(), headers=headers)).status_code == 413
    assert set_up.seen == []
    assert (await tab.post("/uploads", content=b"x" * 1_000_000, headers=CSRF)).json() == {"bytes": 1_000_000}
    assert (await tab.post("/uploads", content=b"x" * 21_100_000, headers=CSRF)).status_code == 413
    assert (await tab.post("/uploads", content=b"x")).status_code == 403


@pytest.mark.parametrize("name", ["x-acting-as", "accept", "content-type", "range"])
async def test_headers_that_cannot_be_sent_on_are_refused(
    set_up: Stage, tab: httpx.AsyncClient, name: str
) -> None:
    headers = [(b"x-csrf", b"1"), (name.encode(), b"application/json; x=\xff")]
    for method, path in (("POST", "/uploads"), ("GET", "/files/x")):
        assert (await tab.request(method, path, headers=headers)).status_code == 400
    assert set_up.seen == []


async def test_files_come_with_their_own_protection(tab: httpx.AsyncClient) -> None:
    name = "Q2VydGlmaWNhdGU6-_9"
    answer = await tab.get(f"/files/{name}?grant=a%2Bb&other=1")
    assert (answer.status_code, answer.content) == (200, f"%PDF-{name}?grant=a%2Bb".encode())
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["content-disposition"] == "attachment"
    for wrong in ("a.b", "x" * 129, "%2e%2e%2fgraphql", "nul%00"):
        assert (await tab.get(f"/files/{wrong}")).status_code == 404


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [(httpx.ConnectError("down"), 502, "UNAVAILABLE"), (httpx.ReadTimeout("slow"), 504, "TIMEOUT")],
)
async def test_an_api_that_fails_is_told_apart(
    set_up: Stage, tab: httpx.AsyncClient, fault: Exception, status: int, code: str
) -> None:
    set_up.broken = fault
    answer = await ask(tab, accept_language="en")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)
    assert answer.json()["errors"][0]["extensions"]["requestId"] == answer.headers["x-request-id"]
    ready = await tab.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        503,
        {"status": "unavailable", "redis": True, "issuer": False, "api": False},
    )
    assert (await tab.get("/auth/login")).status_code == 503


async def test_without_redis_nobody_passes_as_the_public(set_up: Stage) -> None:
    set_up.redis = Redis.from_url("redis://127.0.0.1:1/0")
    async with set_up.browser(set_up.gateway(), GATEWAY) as tab:
        tab.cookies.set("zhicheng", "anything")
        for answer in (await ask(tab), await tab.get("/auth/session"), await tab.get("/auth/login")):
            assert (answer.status_code, set_up.seen) == (503, [])
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert (await tab.get("/healthz")).json() == {"status": "ok"}
        assert (await tab.get("/readyz")).status_code == 503
