"""An issuer elsewhere: what its tokens can say here, and how often its keys are fetched."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from api.authentication import Authentication, AuthenticationFailed, NoSuchHat, OwnKeys, TrustedIssuer
from api.remote_keys import RemoteIssuer
from domain.accounts.models import Account
from domain.core.roles import Role
from tests.api import login_stage as stage
from tests.api.login_stage import API, AUDIENCE, Stage
from tests.api.login_tokens import claims, request, signed

pytest_plugins = ["tests.api.login_fixtures"]


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


async def test_an_issuer_that_is_down_does_not_stop_the_others(set_up: Stage, somebody: Account) -> None:
    elsewhere, clock = Elsewhere(), [0.0]
    elsewhere.down = True
    http = httpx.AsyncClient(transport=httpx.MockTransport(elsewhere))
    remote = RemoteIssuer(elsewhere.url, http, now=lambda: clock[0])
    foreign = TrustedIssuer(elsewhere.url, AUDIENCE, remote)
    authentication = Authentication([foreign, *set_up.authentication.issuers])
    viewer = await authentication.authenticate(request(signed(set_up, claims(somebody.subject))))
    assert viewer.account_id == somebody.id
    for _ in range(5):
        with pytest.raises(AuthenticationFailed):
            await authentication.authenticate(request(elsewhere.token()))
    assert len(elsewhere.fetched) == 1
    elsewhere.down, clock[0] = False, 3.0
    with pytest.raises(NoSuchHat):
        await authentication.authenticate(request(elsewhere.token()))


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
