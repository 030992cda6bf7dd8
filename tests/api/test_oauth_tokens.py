"""Refresh tokens, machine clients, revocation, introspection, and what the issuer publishes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from domain.accounts.models import Account
from domain.accounts.oauth import OAuthClient, RefreshToken, TokenFamily, fingerprint, real_now
from tests.api import login_stage as stage
from tests.api.login_stage import API, SECRET, Stage, code_for, exchange, refresh

pytest_plugins = ["tests.api.login_fixtures"]


@pytest.fixture
async def tokens(browser: httpx.AsyncClient, somebody: Account, client: OAuthClient) -> dict[str, Any]:
    answer = await exchange(browser, client.client_id, await code_for(browser, somebody, client.client_id))
    given: dict[str, Any] = answer.json()
    return given


async def test_a_refresh_token_works_once(
    browser: httpx.AsyncClient, client: OAuthClient, tokens: dict[str, Any]
) -> None:
    first = await refresh(browser, client.client_id, tokens["refresh_token"])
    assert first.status_code == 200
    assert sorted(first.json()) == ["access_token", "expires_in", "refresh_token", "scope", "token_type"]
    assert first.json()["refresh_token"] != tokens["refresh_token"]
    second = await refresh(browser, client.client_id, first.json()["refresh_token"])
    assert second.status_code == 200


async def test_a_reused_refresh_token_revokes_its_family(
    browser: httpx.AsyncClient, client: OAuthClient, tokens: dict[str, Any]
) -> None:
    newer = (await refresh(browser, client.client_id, tokens["refresh_token"])).json()["refresh_token"]
    stolen = await refresh(browser, client.client_id, tokens["refresh_token"])
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    rightful = await refresh(browser, client.client_id, newer)
    assert (rightful.status_code, rightful.json()["error"]) == (400, "invalid_grant")


async def test_of_ten_parallel_refreshes_one_succeeds(
    browser: httpx.AsyncClient, client: OAuthClient, tokens: dict[str, Any]
) -> None:
    uses = [refresh(browser, client.client_id, tokens["refresh_token"]) for _ in range(10)]
    assert sorted(answer.status_code for answer in await asyncio.gather(*uses)) == [200] + [400] * 9


async def test_a_refresh_token_belongs_to_its_client(
    browser: httpx.AsyncClient, client: OAuthClient, tokens: dict[str, Any]
) -> None:
    other = await stage.client()
    assert (await refresh(browser, other.client_id, tokens["refresh_token"])).json()[
        "error"
    ] == "invalid_grant"
    assert (await refresh(browser, client.client_id, tokens["refresh_token"])).status_code == 200


async def test_a_family_ends_and_a_closed_account_gets_nothing(
    browser: httpx.AsyncClient, somebody: Account, client: OAuthClient, tokens: dict[str, Any]
) -> None:
    newer = (await refresh(browser, client.client_id, tokens["refresh_token"])).json()["refresh_token"]
    somebody.disabled = True
    await somebody.save()
    assert (await refresh(browser, client.client_id, newer)).json()["error"] == "invalid_grant"
    somebody.disabled = False
    await somebody.save()
    family = await TokenFamily.get(client_id=client.id)
    assert round((family.expires_at - real_now()) / timedelta(hours=1), 1) == 8.0
    family.expires_at = real_now()
    await family.save()
    assert (await refresh(browser, client.client_id, newer)).json()["error"] == "invalid_grant"


async def test_only_hashes_are_kept(tokens: dict[str, Any], client: OAuthClient) -> None:
    rows = await RefreshToken.filter(family__client_id=client.id)
    assert [row.token_hash for row in rows] == [fingerprint(tokens["refresh_token"])]
    assert client.secret_hash.startswith("$argon2id$")


@pytest.fixture
async def machine() -> OAuthClient:
    unit = await stage.organisation()
    scope = "results:read certificates:read"
    return await stage.client(grant_types=["client_credentials"], redirect_uris=[], unit=unit, scope=scope)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [(None, "results:read certificates:read"), ("results:read", "results:read")],
)
async def test_a_machine_gets_its_scopes(
    set_up: Stage, browser: httpx.AsyncClient, machine: OAuthClient, asked: str | None, granted: str
) -> None:
    data = {"grant_type": "client_credentials"} | ({"scope": asked} if asked else {})
    answer = await browser.post("/oauth/token", data=data, auth=(machine.client_id, SECRET))
    assert answer.status_code == 200
    assert sorted(answer.json()) == ["access_token", "expires_in", "scope", "token_type"]
    claims = jwt.decode(answer.json()["access_token"], set_up.issuer.keys.public, ["ES256"]).claims
    assert (claims["sub"], claims["client_id"], claims["scope"]) == (
        machine.client_id,
        machine.client_id,
        granted,
    )


async def test_a_machine_gets_nothing_else(
    browser: httpx.AsyncClient, machine: OAuthClient, client: OAuthClient
) -> None:
    async def error(who: OAuthClient, secret: str = SECRET, **data: str) -> tuple[int, str]:
        given = {"grant_type": "client_credentials", **data}
        answer = await browser.post("/oauth/token", data=given, auth=(who.client_id, secret))
        return answer.status_code, answer.json()["error"]

    assert await error(machine, scope="openid") == (400, "invalid_scope")
    assert await error(machine, secret="wrong") == (401, "invalid_client")
    assert await error(client) == (400, "unauthorized_client")
    machine.disabled = True
    await machine.save()
    assert await error(machine) == (401, "invalid_client")


@pytest.mark.parametrize(
    "credentials", ["bnVsACA6eA==", "not base64!", "JTAwOng=", "5Lit5paHOng="], ids=["nul", "no", "%00", "zh"]
)
async def test_malformed_credentials_are_the_clients_mistake(
    browser: httpx.AsyncClient, credentials: str
) -> None:
    headers = {"authorization": f"Basic {credentials}"}
    answer = await browser.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"grant_type=refresh_token&refresh_token=%00", 400),
        (b"grant_type=a&grant_type=b", 400),
        (b"grant_type=%ff", 400),
        (b"\xff\xfe", 400),
        (b"grant_type=" + b"x" * 8193, 400),
        (b"&".join(b"a%d=1" % n for n in range(60)), 400),
        (b"grant_type=" + b"x" * 70_000, 413),
    ],
)
async def test_malformed_forms_are_the_clients_mistake(
    browser: httpx.AsyncClient, body: bytes, status: int
) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await browser.post("/oauth/token", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, "invalid_request")
    assert (await browser.post("/oauth/token", json={"grant_type": "x"})).status_code == 400


async def test_an_overlong_client_id_is_nobody(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/oauth/revoke", data={"client_id": "c" * 129, "token": "t"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")
    basic = await browser.post("/oauth/token", data={"grant_type": "x"}, auth=("c" * 129, "s"))
    assert (basic.status_code, basic.json()["error"]) == (400, "unsupported_grant_type")


async def test_revocation_ends_the_family(
    browser: httpx.AsyncClient, client: OAuthClient, tokens: dict[str, Any]
) -> None:
    async def post(path: str, who: OAuthClient, token: str) -> httpx.Response:
        return await browser.post(path, data={"token": token}, auth=(who.client_id, SECRET))

    other = await stage.client()
    for token in (tokens["refresh_token"], tokens["access_token"]):
        assert (await post("/oauth/introspect", client, token)).json()["active"] is True
        assert (await post("/oauth/introspect", other, token)).json() == {"active": False}
        assert (await post("/oauth/revoke", other, token)).json()["error"] == "invalid_grant"
    assert (await post("/oauth/revoke", client, tokens["refresh_token"])).status_code == 200
    assert (await post("/oauth/introspect", client, tokens["refresh_token"])).json() == {"active": False}
    assert (await refresh(browser, client.client_id, tokens["refresh_token"])).json()[
        "error"
    ] == "invalid_grant"
    assert (await post("/oauth/revoke", client, "unheard-of")).status_code == 200
    assert (await post("/oauth/introspect", client, "un.heard.of")).json() == {"active": False}
    assert (await browser.post("/oauth/introspect", data={"token": "x"})).status_code == 401


async def test_userinfo_needs_a_good_token(browser: httpx.AsyncClient, tokens: dict[str, Any]) -> None:
    for value in ("", "Bearer", f"Bearer {tokens['id_token']}", f"Basic {tokens['access_token']}"):
        answer = await browser.get("/oauth/userinfo", headers={"authorization": value})
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid_token"})


async def test_metadata_come_from_the_configuration(set_up: Stage) -> None:
    async with set_up.browser(base="http://evil.example") as stranger:
        document = (await stranger.get("/.well-known/openid-configuration")).json()
        other = (await stranger.get("/.well-known/oauth-authorization-server")).json()
        keys = (await stranger.get("/oauth/jwks")).json()
    assert document == other
    assert (document["issuer"], document["token_endpoint"]) == (API, f"{API}/oauth/token")
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert [sorted(key) for key in keys["keys"]] == [["alg", "crv", "kid", "kty", "use", "x", "y"]] * 2
    assert [key.kid for key in KeySet.import_key_set(keys)] == ["old", "current"]
