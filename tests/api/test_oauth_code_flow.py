"""The authorization code flow at the bundled issuer: what it gives, and what it refuses."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from joserfc import jwt

from domain.accounts.models import Account
from domain.accounts.oauth import (
    AuthorizationCode,
    LoginSession,
    OAuthClient,
    TokenFamily,
    fingerprint,
    real_now,
)
from tests.api import login_stage as stage
from tests.api.login_stage import (
    API,
    AUDIENCE,
    CALLBACK,
    Stage,
    authorization,
    code_for,
    exchange,
    query,
    refresh,
)

pytest_plugins = ["tests.api.login_fixtures"]


async def test_a_login_ends_in_tokens(
    set_up: Stage, browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    answer = await stage.log_in(browser, somebody, authorization(client.client_id))
    assert answer.status_code == 303
    back = await browser.get(answer.headers["location"])
    assert back.status_code == 302
    assert back.headers["location"].startswith(f"{CALLBACK}?")
    given = query(back)
    assert (given["state"], given["iss"]) == ("state-1", API)
    tokens = (await exchange(browser, client.client_id, given["code"])).json()
    assert sorted(tokens) == [
        "access_token",
        "expires_in",
        "id_token",
        "refresh_token",
        "scope",
        "token_type",
    ]
    assert (tokens["expires_in"], tokens["scope"], tokens["token_type"]) == (300, "openid profile", "Bearer")

    access = jwt.decode(tokens["access_token"], set_up.issuer.keys.public, ["ES256"])
    assert access.header == {"alg": "ES256", "typ": "at+jwt", "kid": "current"}
    assert access.claims["iss"] == API
    assert access.claims["aud"] == AUDIENCE
    assert access.claims["sub"] == somebody.subject
    assert access.claims["client_id"] == client.client_id
    assert access.claims["scope"] == "openid profile"
    assert access.claims["exp"] - access.claims["iat"] == 300

    identity = jwt.decode(tokens["id_token"], set_up.issuer.keys.public, ["ES256"]).claims
    assert (identity["aud"], identity["nonce"], identity["name"]) == (client.client_id, "nonce-1", "张三")
    assert identity["sid"] == access.claims["sid"]

    me = await browser.get("/oauth/userinfo", headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert me.json() == {"sub": somebody.subject, "name": "张三", "preferred_username": somebody.login}


async def test_a_second_client_needs_no_second_login(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    await code_for(browser, somebody, client.client_id)
    other = await stage.client()
    assert "code" in query(await browser.get(authorization(other.client_id)))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "results:read"}, "invalid_scope"),
        ({"scope": "unheard-of"}, "invalid_scope"),
        ({"request": "x.y.z"}, "request_not_supported"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"nonce": "n" * 513}, "invalid_request"),
    ],
)
async def test_a_wrong_request_goes_back_to_the_client(
    browser: httpx.AsyncClient, client: OAuthClient, changes: dict[str, str | None], error: str
) -> None:
    answer = await browser.get(authorization(client.client_id, **changes))
    assert answer.status_code == 302
    given = query(answer)
    assert (given["error"], given["state"], given["iss"]) == (error, "state-1", API)
    assert "code" not in given


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": f"{CALLBACK}?x=1"},
        {"redirect_uri": None},
        {"client_id": "unheard-of"},
        {"client_id": None},
        {"client_id": "c" * 129},
        {"client_id": "nul\0"},
        {"client_id": 'quo"te'},
        {"redirect_uri": "https://evil.example/中文"},
        {"state": "s" * 8193},
        {"state": "s" * 7000},
        {"state": "\0"},
    ],
)
async def test_an_untrustworthy_request_goes_nowhere(
    browser: httpx.AsyncClient, client: OAuthClient, changes: dict[str, str | None]
) -> None:
    answer = await browser.get(authorization(client.client_id, **changes))
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_a_scope_said_often_is_granted_once(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    code = await code_for(browser, somebody, client.client_id, scope="openid " * 200)
    assert (await exchange(browser, client.client_id, code)).json()["scope"] == "openid"


async def test_a_repeated_parameter_is_refused(browser: httpx.AsyncClient, client: OAuthClient) -> None:
    answer = await browser.get(f"{authorization(client.client_id)}&state=other")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": stage.CHALLENGE}, "invalid_grant"),
        ({"redirect_uri": "https://evil.example/callback"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"code": "unheard-of"}, "invalid_grant"),
        ({"code": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_a_code_needs_everything_right(
    browser: httpx.AsyncClient,
    somebody: Account,
    client: OAuthClient,
    changes: dict[str, str | None],
    error: str,
) -> None:
    code = await code_for(browser, somebody, client.client_id)
    answer = await exchange(browser, client.client_id, code, **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    if changes.keys() != {"code"}:
        assert (await exchange(browser, client.client_id, code)).status_code == 200


async def test_a_code_belongs_to_its_client(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    code, other = await code_for(browser, somebody, client.client_id), await stage.client()
    assert (await exchange(browser, other.client_id, code)).json()["error"] == "invalid_grant"
    wrong = await exchange(browser, client.client_id, code, secret="wrong")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["www-authenticate"].startswith("Basic")


async def test_a_public_client_proves_itself_with_pkce_alone(
    browser: httpx.AsyncClient, somebody: Account
) -> None:
    app = await stage.client(
        token_endpoint_auth_method="none", secret_hash="", redirect_uris=["cn.example.app:/back"]
    )
    code = await code_for(browser, somebody, app.client_id, redirect_uri="cn.example.app:/back")
    data = {"grant_type": "authorization_code", "code": code, "client_id": app.client_id}
    data |= {"redirect_uri": "cn.example.app:/back", "code_verifier": stage.VERIFIER}
    assert (await browser.post("/oauth/token", data=data)).status_code == 200


async def test_an_expired_code_is_refused(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    code = await code_for(browser, somebody, client.client_id)
    row = await AuthorizationCode.get(code_hash=fingerprint(code))
    row.expires_at = real_now()
    await row.save()
    assert (await exchange(browser, client.client_id, code)).json()["error"] == "invalid_grant"


async def test_a_replayed_code_revokes_what_it_gave(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    code = await code_for(browser, somebody, client.client_id)
    tokens = (await exchange(browser, client.client_id, code)).json()
    replay = await exchange(browser, client.client_id, code)
    assert (replay.status_code, replay.json()["error"]) == (400, "invalid_grant")
    answer = await refresh(browser, client.client_id, tokens["refresh_token"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_of_twenty_parallel_uses_one_succeeds(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    code = await code_for(browser, somebody, client.client_id)
    answers = await asyncio.gather(*[exchange(browser, client.client_id, code) for _ in range(20)])
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19
    families = await TokenFamily.filter(client_id=client.id)
    assert [family.revoked_at is not None for family in families] == [True]


async def test_prompt_and_max_age_ask_again(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient
) -> None:
    await code_for(browser, somebody, client.client_id)
    again = await browser.get(authorization(client.client_id, prompt="login"))
    assert (again.status_code, again.headers["location"].split("?")[0]) == (303, "/login")
    silent = await browser.get(authorization(client.client_id, prompt="none", max_age="3600"))
    assert "code" in query(silent)
    login = await LoginSession.get(account_id=somebody.id)
    login.authenticated_at = login.authenticated_at.replace(year=2020)
    await login.save()
    assert query(await browser.get(authorization(client.client_id, prompt="none", max_age="3600")))[
        "error"
    ] == ("login_required")
    old = await browser.get(authorization(client.client_id, max_age="3600"))
    assert old.headers["location"].split("?")[0] == "/login"
