"""The API as a resource server: which tokens count, and which hat they put on."""

from __future__ import annotations

import hmac
import json
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.requests import Request

from api.authentication import (
    Authentication,
    AuthenticationFailed,
    Identity,
    NoSuchHat,
    refusal,
)
from api.jwt_checks import check
from domain.accounts.commands import grant_role
from domain.accounts.models import Account, RoleGrant
from domain.core.roles import PUBLIC, Role, Viewer
from tests.api import login_stage as stage
from tests.api.login_stage import API, Stage
from tests.api.login_tokens import claims, part, request, signed, signed_with, text

pytest_plugins = ["tests.api.login_fixtures"]


async def test_no_credentials_are_the_public(set_up: Stage) -> None:
    assert await set_up.authentication.identify(request()) == Identity(PUBLIC)


async def test_a_good_token_wears_its_accounts_hat(set_up: Stage, somebody: Account) -> None:
    grant = await RoleGrant.get(account_id=somebody.id)
    token = signed(set_up, claims(somebody.subject))
    assert await set_up.authentication.authenticate(request(token)) == Viewer(
        Role.UNIT, grant.organisation_id, somebody.id, None, grant.id, "c", "张三"
    )
    old = jwt.encode(
        {"alg": "ES256", "typ": "at+jwt", "kid": "old"},
        claims(somebody.subject),
        set_up.key("old"),
    )
    assert (await set_up.authentication.authenticate(request(old))).account_id == somebody.id


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"iss": f"{API}/"},
        {"aud": "urn:other"},
        {"aud": ["urn:other"]},
        {"aud": None},
        {"exp": int(time.time()) - 10},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": int(time.time()) + 3600},
        {"iat": int(time.time()) + 3600},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
        {"sub": "nul\0"},
    ],
    ids=lambda changes: f"{next(iter(changes))} {type(next(iter(changes.values()))).__name__}",
)
async def test_wrong_claims_are_refused(set_up: Stage, somebody: Account, changes: dict[str, Any]) -> None:
    with pytest.raises(AuthenticationFailed) as refused:
        await set_up.authentication.identify(request(signed(set_up, claims(somebody.subject, **changes))))
    assert refused.value.status == 401


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"typ": "logout+jwt"},
        {"kid": "unknown"},
        {"kid": None},
        {"kid": "../../dev/null"},
        {"kid": "old"},
        {"crit": ["exp"], "exp": 1},
        {"b64": False, "crit": ["b64"]},
        {"jku": "https://evil.example/jwks"},
        {"x5u": "https://evil.example/cert"},
    ],
    ids=str,
)
async def test_wrong_headers_are_refused(set_up: Stage, somebody: Account, header: dict[str, Any]) -> None:
    key = set_up.key("current")
    good = {"alg": "ES256", "typ": "at+jwt", "kid": "current"}
    body = part(claims(somebody.subject))
    await set_up.authentication.identify(request(signed_with(key, part(good), body)))
    wrong = {name: value for name, value in (good | header).items() if value is not None}
    with pytest.raises(AuthenticationFailed):
        await set_up.authentication.identify(request(signed_with(key, part(wrong), body)))


async def test_a_token_cannot_bring_its_own_key(set_up: Stage, somebody: Account) -> None:
    foreign = ECKey.generate_key("P-256")
    for header in ({"jwk": foreign.as_dict(private=False)}, {}):
        head = part({"alg": "ES256", "typ": "at+jwt", "kid": "current"} | header)
        with pytest.raises(AuthenticationFailed):
            await set_up.authentication.identify(
                request(signed_with(foreign, head, part(claims(somebody.subject))))
            )


async def test_other_algorithms_are_refused(set_up: Stage, somebody: Account) -> None:
    public, body = set_up.key("current"), part(claims(somebody.subject))
    tokens = [f"{part({'alg': 'none', 'typ': 'at+jwt', 'kid': 'current'})}.{body}."]
    for secret in (public.as_pem(private=False), json.dumps(public.as_dict(private=False)).encode(), b""):
        signing_input = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': 'current'})}.{body}"
        mac = hmac.digest(secret, signing_input.encode(), "sha256")
        tokens.append(f"{signing_input}.{text(mac)}")
    for token in tokens:
        with pytest.raises(AuthenticationFailed):
            await set_up.authentication.identify(request(token))


@pytest.mark.parametrize(
    "token", ["", "x", "a.b", "a.b.c", "a.b.c.d.e", "中文", "." * 9000, "e30.e30.e30", "bnVs\0"]
)
async def test_rubbish_is_refused(set_up: Stage, token: str) -> None:
    with pytest.raises(AuthenticationFailed):
        await set_up.authentication.identify(request(token))


async def test_an_id_token_is_no_access_token(
    set_up: Stage, browser: httpx.AsyncClient, somebody: Account
) -> None:
    client = await stage.client()
    code = await stage.code_for(browser, somebody, client.client_id)
    tokens = (await stage.exchange(browser, client.client_id, code)).json()
    with pytest.raises(AuthenticationFailed):
        await set_up.authentication.identify(request(tokens["id_token"]))
    assert (
        await set_up.authentication.identify(request(tokens["access_token"]))
    ).authenticated_at is not None


async def test_a_refusal_is_graphql_json(set_up: Stage) -> None:
    wrong = request("rubbish", accept_language="en-GB")
    with pytest.raises(AuthenticationFailed) as failed:
        await set_up.authentication.identify(wrong)
    answer = refusal(failed.value, wrong)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="zhicheng", error="invalid_token"'
    message = "The access token is not valid; log in again."
    assert json.loads(bytes(answer.body)) == {
        "errors": [{"message": message, "extensions": {"code": "UNAUTHENTICATED"}}]
    }


async def test_exactly_one_hat(set_up: Stage, somebody: Account) -> None:
    first = await RoleGrant.get(account_id=somebody.id)
    second = await grant_role(somebody, Role.DISTRICT_BUREAU, await stage.organisation())
    token = signed(set_up, claims(somebody.subject))

    async def role(**headers: str) -> Role:
        return (await set_up.authentication.authenticate(request(token, **headers))).role

    assert await role() == Role.UNIT
    assert await role(x_acting_as=str(second.id)) == Role.DISTRICT_BUREAU
    assert await role(x_acting_as=str(first.id).upper()) == Role.UNIT
    foreign = await RoleGrant.get(account_id=(await stage.account()).id)
    for wrong in (str(foreign.id), str(uuid4()), "", "nul", "中文"):
        with pytest.raises(NoSuchHat):
            await role(x_acting_as=wrong)
    await RoleGrant.filter(id=first.id).update(is_default=False)
    fresh = Authentication(set_up.authentication.issuers)
    with pytest.raises(NoSuchHat, match="several grants"):
        await fresh.authenticate(request(token))


async def test_an_account_without_a_hat_or_a_closed_one_has_no_rights(
    set_up: Stage, somebody: Account
) -> None:
    token = signed(set_up, claims(somebody.subject))
    clock = [0.0]
    authentication = Authentication(set_up.authentication.issuers, now=lambda: clock[0])
    assert (await authentication.authenticate(request(token))).account_id == somebody.id
    await Account.filter(id=somebody.id).update(disabled=True)
    clock[0] = 60.0
    with pytest.raises(NoSuchHat):
        await authentication.authenticate(request(token))
    with pytest.raises(NoSuchHat):
        await authentication.authenticate(request(signed(set_up, claims("nobody"))))
    with pytest.raises(NoSuchHat):
        await authentication.authenticate(request(signed(set_up, claims("n" * 256))))


async def test_a_good_token_is_checked_once_and_not_beyond_its_end(
    set_up: Stage, somebody: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def counting(token: str, *rest: Any) -> dict[str, Any]:
        checked.append(token)
        return check(token, *rest)

    monkeypatch.setattr("api.authentication.check", counting)
    clock = [0.0]
    authentication = Authentication(set_up.authentication.issuers, now=lambda: clock[0])
    token = signed(set_up, claims(somebody.subject, exp=int(time.time()) + 60))
    for clock[0], times in ((0.0, 1), (1.0, 1), (50.0, 1), (61.0, 2)):
        assert (await authentication.authenticate(request(token))).account_id == somebody.id
        assert checked == [token] * times


async def test_a_machine_acts_for_its_unit(set_up: Stage) -> None:
    unit = await stage.organisation()
    client = await stage.client(grant_types=["client_credentials"], unit=unit, scope="results:read")
    token = signed(set_up, claims(client.client_id, client_id=client.client_id, scope="results:read"))
    clock = [0.0]
    authentication = Authentication(set_up.authentication.issuers, now=lambda: clock[0])
    assert await authentication.authenticate(request(token)) == Viewer(
        Role.MACHINE,
        organisation_id=unit.id,
        client_id=client.client_id,
        name="Test client",
        scopes=frozenset({"results:read"}),
    )
    client.disabled = True
    await client.save()
    clock[0] = 60.0
    with pytest.raises(AuthenticationFailed):
        await authentication.authenticate(request(token))


async def test_two_authorization_headers_are_refused(set_up: Stage) -> None:
    raw = [(b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")]
    with pytest.raises(AuthenticationFailed):
        await set_up.authentication.identify(Request({"type": "http", "headers": raw}))
    with pytest.raises(AuthenticationFailed):
        await set_up.authentication.identify(request(None, authorization="Basic eDp5"))
