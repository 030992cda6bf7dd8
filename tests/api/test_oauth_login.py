"""The login page, and the way out of it."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlencode

import httpx
import pytest
from redis.asyncio import Redis

from api.oauth.attempts import MAX_FAILED_LOGINS, PARALLEL_LOGINS
from api.oauth.issuer import Issuer
from domain.accounts.models import Account
from domain.accounts.oauth import LoginSession, OAuthClient, TokenFamily
from tests.api import login_stage as stage
from tests.api.login_stage import (
    CALLBACK,
    PASSWORD,
    Stage,
    authorization,
    code_for,
    exchange,
    form,
    query,
    refresh,
)

pytest_plugins = ["tests.api.login_fixtures"]
WRONG = "登录名或口令不正确。"


async def test_the_form_works_without_scripts(browser: httpx.AsyncClient, client: OAuthClient) -> None:
    page = await browser.get((await browser.get(authorization(client.client_id))).headers["location"])
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert page.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; form-action 'self' https://client.example; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert "<script" not in page.text
    assert re.findall(r'<input[^>]* name="(\w+)"', page.text) == [
        "form_token",
        "return_to",
        "login",
        "password",
    ]
    assert (await browser.get("/oauth/style.css")).headers["content-type"] == "text/css; charset=utf-8"


async def test_wrong_names_and_wrong_passwords_read_alike(
    browser: httpx.AsyncClient, somebody: Account
) -> None:
    page = await browser.get("/login")
    data = form(page, somebody, "wrong password")
    texts = []
    for login in (somebody.login, "nobody-at-all"):
        answer = await browser.post("/login", data=data | {"login": login})
        assert answer.status_code == 401
        texts.append(answer.text)
    assert texts[0] == texts[1]
    assert WRONG in texts[0]
    somebody.disabled = True
    await somebody.save()
    closed = await browser.post("/login", data=form(page, somebody))
    assert (closed.status_code, WRONG in closed.text) == (401, True)


async def test_a_form_of_another_browser_is_refused(set_up: Stage, somebody: Account) -> None:
    async with set_up.browser() as victim, set_up.browser() as attacker:
        await victim.get("/login")
        data = form(await attacker.get("/login"), somebody)
        assert (await victim.post("/login", data=data)).status_code == 403
        assert (await victim.post("/login", data=data | {"form_token": "中文"})).status_code == 403
        del data["form_token"]
        assert (await victim.post("/login", data=data)).status_code == 403
        good = form(await victim.get("/login"), somebody)
        foreign = await victim.post("/login", data=good, headers={"origin": "https://evil.example"})
        assert foreign.status_code == 403
        assert await LoginSession.filter(account_id=somebody.id).count() == 0
        assert (await victim.post("/login", data=good)).status_code == 200


async def test_two_tabs_share_a_browser(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    first, second = await browser.get("/login"), await browser.get("/login")
    assert (await browser.post("/login", data=form(first, somebody))).status_code == 200
    assert (await browser.post("/login", data=form(second, somebody))).status_code == 200
    assert "code" in query(await browser.get(authorization(client.client_id)))


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/oauth/authorize",
        "/oauth/authorize?x=1\r\nset-cookie: x",
        "/oauth/../evil?x",
        "/oauth/authorize?\\",
    ],
)
async def test_a_login_leads_to_our_own_endpoint_only(
    browser: httpx.AsyncClient, somebody: Account, target: str
) -> None:
    page = await browser.get(f"/login?{urlencode({'return_to': target})}")
    assert page.status_code == 200
    answer = await browser.post("/login", data=form(page, somebody) | {"return_to": target})
    assert (answer.status_code, "location" in answer.headers) == (200, False)


async def test_too_many_wrong_passwords_close_the_door(browser: httpx.AsyncClient, somebody: Account) -> None:
    data = form(await browser.get("/login"), somebody)
    for _ in range(MAX_FAILED_LOGINS):
        assert (await browser.post("/login", data=data | {"password": "wrong"})).status_code == 401
    closed = await browser.post("/login", data=data)
    assert (closed.status_code, closed.headers["retry-after"]) == (429, "900")
    other = await stage.account()
    assert (await browser.post("/login", data=data | {"login": other.login})).status_code == 200


async def test_parallel_guesses_do_not_slip_through(browser: httpx.AsyncClient, somebody: Account) -> None:
    data = form(await browser.get("/login"), somebody) | {"password": "wrong"}
    guesses = [browser.post("/login", data=data) for _ in range(60)]
    statuses = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert MAX_FAILED_LOGINS <= statuses.count(401) <= MAX_FAILED_LOGINS + PARALLEL_LOGINS
    assert statuses.count(401) + statuses.count(429) == 60


async def test_many_right_logins_at_once_are_no_attack(set_up: Stage, somebody: Account) -> None:
    async def once() -> int:
        async with set_up.browser() as one:
            return (await one.post("/login", data=form(await one.get("/login"), somebody))).status_code

    assert await asyncio.gather(*[once() for _ in range(30)]) == [200] * 30


async def test_nobody_logs_in_while_attempts_cannot_be_counted(somebody: Account) -> None:
    unreachable = Redis.from_url("redis://127.0.0.1:1/0")
    async with stage.new_stage(unreachable).browser() as browser:
        answer = await browser.post("/login", data=form(await browser.get("/login"), somebody))
    assert (answer.status_code, "set-cookie" in answer.headers) == (503, False)


@pytest.mark.parametrize("field", ["login", "password", "return_to", "form_token"])
async def test_nul_is_refused(browser: httpx.AsyncClient, somebody: Account, field: str) -> None:
    data = form(await browser.get("/login"), somebody)
    assert (await browser.post("/login", data=data | {field: "a\0b"})).status_code == 400


async def test_a_forged_or_changed_cookie_is_nobody(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    await code_for(browser, somebody, client.client_id)
    genuine = browser.cookies["zhicheng-login"]
    for forged in (genuine[:-1] + ("A" if genuine[-1] != "A" else "B"), "nul%00", "x" * 5000):
        browser.cookies.clear()
        browser.cookies.set("zhicheng-login", forged)
        answer = await browser.get(authorization(client.client_id))
        assert answer.headers["location"].split("?")[0] == "/login"


async def test_logging_in_as_another_person_ends_the_first_session(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    code = await code_for(browser, somebody, client.client_id)
    tokens = (await exchange(browser, client.client_id, code)).json()
    other = await stage.account()
    await browser.post("/login", data=form(await browser.get("/login"), other, PASSWORD))
    assert (await refresh(browser, client.client_id, tokens["refresh_token"])).status_code == 400


async def test_logout_with_a_hint_ends_session_and_tokens(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    client.post_logout_redirect_uris = [f"{CALLBACK}/bye"]
    await client.save()
    tokens = (
        await exchange(browser, client.client_id, await code_for(browser, somebody, client.client_id))
    ).json()
    target = {"post_logout_redirect_uri": f"{CALLBACK}/bye", "state": "s"}
    hint = {"id_token_hint": tokens["id_token"]} | target
    answer = await browser.get(f"/oauth/end_session?{urlencode(hint)}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{CALLBACK}/bye?state=s")
    assert (await refresh(browser, client.client_id, tokens["refresh_token"])).status_code == 400
    again = await browser.get(authorization(client.client_id, prompt="none"))
    assert query(again)["error"] == "login_required"


async def test_logout_without_a_hint_asks_first(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    await exchange(browser, client.client_id, await code_for(browser, somebody, client.client_id))
    page = await browser.get("/oauth/end_session?post_logout_redirect_uri=https://evil.example/")
    assert (page.status_code, "确定要退出登录吗" in page.text) == (200, True)
    assert await LoginSession.filter(account_id=somebody.id, ended_at__isnull=True).count() == 1
    forged = await browser.post("/oauth/end_session", data={"form_token": "forged"})
    assert await LoginSession.filter(account_id=somebody.id, ended_at__isnull=True).count() == 1
    assert "确定要退出登录吗" in forged.text
    token = re.findall(r'name="form_token" value="([^"]*)"', page.text)[0]
    answer = await browser.post("/oauth/end_session", data={"form_token": token})
    assert (answer.status_code, "location" in answer.headers) == (200, False)
    assert await LoginSession.filter(account_id=somebody.id, ended_at__isnull=True).count() == 0
    assert await TokenFamily.filter(client_id=client.id, revoked_at__isnull=True).count() == 0


async def test_over_https_cookies_are_bound_to_the_host(somebody: Account, set_up: Stage) -> None:
    keys = {"k": stage.signing_key("k")}
    issuer = Issuer("https://login.example", stage.AUDIENCE, keys, "k", b"k" * 32, set_up.redis)
    secure = Stage(issuer, keys, set_up.authentication, set_up.redis)
    async with secure.browser(base="https://login.example") as browser:
        answer = await browser.post("/login", data=form(await browser.get("/login"), somebody))
        assert sorted(browser.cookies) == ["__Host-zhicheng-form", "__Host-zhicheng-login"]
    attributes = sorted(part.strip() for part in answer.headers["set-cookie"].split(";")[1:])
    assert attributes == ["HttpOnly", "Max-Age=28800", "Path=/", "SameSite=lax", "Secure"]
    with pytest.raises(ValueError, match="https"):
        Issuer("http://login.example", stage.AUDIENCE, keys, "k", b"k" * 32, set_up.redis)
