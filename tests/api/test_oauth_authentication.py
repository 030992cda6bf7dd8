"""The API as a resource server: which tokens count, and which hat they put on."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey
from starlette.requests import Request

from api.authentication import (
    Authentication,
    AuthenticationFailed,
    Identity,
    NoSuchHat,
    OwnKeys,
    TrustedIssuer,
    refusal,
)
from api.remote_keys import RemoteIssuer
from domain.accounts.commands import grant_role
from domain.accounts.models import Account, RoleGrant
from domain.core.roles import PUBLIC, Role, Viewer
from tests.api import login_stage as stage
from tests.api.login_stage import API, AUDIENCE, Stage

pytest_plugins = ["tests.api.login_fixtures"]
LATER = 300


def request(token: str | None = None, **headers: str) -> Request:
    """A request with a bearer token and other headers (`_` stands for `-`)."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        given["authorization"] = f"Bearer {token}"
    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    return Request({"type": "http", "method": "POST", "path": "/graphql", "headers": raw})


def claims(subject: str, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": API, "aud": AUDIENCE, "sub": subject, "client_id": "c", "iat": now, "exp": now + LATER}
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(set_up: Stage, payload: dict[str, Any]) -> str:
    """A token as the issuer would sign it, whatever it claims."""
    header = _part({"alg": "ES256", "typ": "at+jwt", "kid": "current"})
    return _signed_with(set_up.key("current"), header, _part(payload))


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
    ids=str,
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
    body = _part(claims(somebody.subject))
    await set_up.authentication.identify(request(_signed_with(key, _part(good), body)))
    wrong = {name: value for name, value in (good | header).items() if value is not None}
    with pytest.raises(AuthenticationFailed):
        await set_up.authentication.identify(request(_signed_with(key, _part(wrong), body)))


async def test_a_token_cannot_bring_its_own_key(set_up: Stage, somebody: Account) -> None:
    foreign = ECKey.generate_key("P-256")
    for header in ({"jwk": foreign.as_dict(private=False)}, {}):
        head = _part({"alg": "ES256", "typ": "at+jwt", "kid": "current"} | header)
        with pytest.raises(AuthenticationFailed):
            await set_up.authentication.identify(
                request(_signed_with(foreign, head, _part(claims(somebody.subject))))
            )


async def test_other_algorithms_are_refused(set_up: Stage, somebody: Account) -> None:
    public, body = set_up.key("current"), _part(claims(somebody.subject))
    tokens = [f"{_part({'alg': 'none', 'typ': 'at+jwt', 'kid': 'current'})}.{body}."]
    for secret in (public.as_pem(private=False), json.dumps(public.as_dict(private=False)).encode(), b""):
        signing_input = f"{_part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': 'current'})}.{body}"
        mac = hmac.digest(secret, signing_input.encode(), "sha256")
        tokens.append(f"{signing_input}.{_text(mac)}")
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


async def test_a_machine_acts_for_its_unit(set_up: Stage) -> None:
    unit = await stage.organisation()
    client = await stage.client(grant_types=["client_credentials"], unit=unit, scope="results:read")
    token = signed(set_up, claims(client.client_id, client_id=client.client_id, scope="results:read"))
    assert await set_up.authentication.authenticate(request(token)) == Viewer(
        Role.MACHINE,
        organisation_id=unit.id,
        client_id=client.client_id,
        name="Test client",
        scopes=frozenset({"results:read"}),
    )
    client.disabled = True
    await client.save()
    with pytest.raises(AuthenticationFailed):
        await set_up.authentication.authenticate(request(token))


async def test_two_authorization_headers_are_refused(set_up: Stage) -> None:
    raw = [(b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")]
    with pytest.raises(AuthenticationFailed):
        await set_up.authentication.identify(Request({"type": "http", "headers": raw}))
    with pytest.raises(AuthenticationFailed):
        await set_up.authentication.identify(request(None, authorization="Basic eDp5"))


class Elsewhere:
    """An issuer somewhere else, whose keys and answers a test decides."""

    url = "https://idp.example"

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "e1"})
        self.fetched: list[str] = []
        self.down = False

    def __call__(self, asked: httpx.Request) -> httpx.Response:
        self.fetched.append(asked.url.path)
        if self.down:
            return httpx.Response(500)
        if asked.url.path == "/keys":
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        return httpx.Response(200, json={"issuer": self.url, "jwks_uri": f"{self.url}/keys"})

    def token(self, **changes: Any) -> str:
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self.key.kid}
        return jwt.encode(header, claims("them", **{"iss": self.url, **changes}), self.key)


async def test_an_issuer_elsewhere_says_who_but_never_what(set_up: Stage) -> None:
    elsewhere, clock = Elsewhere(), [0.0]
    http = httpx.AsyncClient(transport=httpx.MockTransport(elsewhere))
    remote = RemoteIssuer(elsewhere.url, http, now=lambda: clock[0])
    own = TrustedIssuer(API, AUDIENCE, OwnKeys(set_up.issuer.keys.public), bundled=True)
    authentication = Authentication([own, TrustedIssuer(elsewhere.url, AUDIENCE, remote)])
    subject = f"them-{uuid4()}"
    with pytest.raises(NoSuchHat):
        await authentication.authenticate(request(elsewhere.token(sub=subject, roles=["MUNICIPAL_BUREAU"])))
    account = await stage.account()
    await Account.filter(id=account.id).update(issuer=elsewhere.url, subject=subject)
    viewer = await authentication.authenticate(request(elsewhere.token(sub=subject)))
    assert (viewer.role, viewer.account_id) == (Role.UNIT, account.id)
    with pytest.raises(NoSuchHat):
        await authentication.authenticate(request(elsewhere.token(client_id="them")))
    with pytest.raises(AuthenticationFailed):
        await authentication.authenticate(request(elsewhere.token(iss=API)))
    assert elsewhere.fetched == ["/.well-known/openid-configuration", "/keys"]


async def test_unknown_keys_are_fetched_seldom(set_up: Stage) -> None:
    elsewhere, clock = Elsewhere(), [0.0]
    http = httpx.AsyncClient(transport=httpx.MockTransport(elsewhere))
    remote = RemoteIssuer(elsewhere.url, http, now=lambda: clock[0])
    assert [key.kid for key in await remote.keys("e1")] == ["e1"]
    elsewhere.key = ECKey.generate_key("P-256", {"kid": "e2"})
    for _ in range(50):
        assert [key.kid for key in await remote.keys("invented")] == ["e1"]
    assert len(elsewhere.fetched) == 2
    clock[0] = 31.0
    assert [key.kid for key in await remote.keys("e2")] == ["e2"]
    elsewhere.down, clock[0] = True, 10_000.0
    assert [key.kid for key in await remote.keys("e2")] == ["e2"]


def _part(content: dict[str, Any]) -> str:
    return _text(json.dumps(content).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _signed_with(key: ECKey, header: str, body: str) -> str:
    """A compact JWS with any header, signed over exactly what it says."""
    algorithm = jws.JWSRegistry(algorithms=["ES256"]).get_alg("ES256")
    signature = algorithm.sign(f"{header}.{body}".encode(), key)
    return f"{header}.{body}.{_text(signature)}"
