"""A stage for stories about logging in: an issuer, an API behind it, gateways in front, and a browser.

The API here answers every operation with who asked, so that a test sees the viewer and the headers that arrived.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import httpx
from joserfc.jwk import ECKey
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.authentication import Authentication, AuthenticationFailed, OwnKeys, TrustedIssuer, refusal
from api.gateway.app import app as gateway_app
from api.gateway.context import Gateway
from api.gateway.settings import GatewaySettings
from api.oauth.issuer import Issuer
from api.oauth.routes import routes
from domain.accounts.commands import create_account
from domain.accounts.models import Account, Organisation, OrganisationKind
from domain.accounts.oauth import OAuthClient
from domain.accounts.passwords import hash_secret
from domain.core.roles import Role

API = "http://127.0.0.1:8000"
GATEWAY = "http://127.0.0.1:8080"
AUDIENCE = "urn:zhicheng:api"
CALLBACK = "https://client.example/callback"
SECRET = "a-client-secret"
PASSWORD = "correct horse"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def signing_key(kid: str) -> dict[str, str]:
    """A private EC P-256 JWK."""
    return {
        str(k): str(v) for k, v in ECKey.generate_key("P-256", {"kid": kid}).as_dict(private=True).items()
    }


@dataclass
class Stage:
    """Everything of one test. `seen` holds the requests that reached the API's own endpoints."""

    issuer: Issuer
    keys: dict[str, dict[str, str]]
    authentication: Authentication
    redis: Redis
    api: Starlette = field(init=False)
    seen: list[dict[str, Any]] = field(default_factory=list)
    refreshes: int = 0
    broken: Exception | None = None

    def __post_init__(self) -> None:
        own = [
            Route("/graphql", self._graphql, methods=["POST"]),
            Route("/uploads", self._upload, methods=["POST"]),
            Route("/files/{id}", self._file, methods=["GET"]),
            Route("/healthz", lambda request: JSONResponse({"status": "ok"})),
        ]
        self.api = Starlette(routes=[*routes(self.issuer), *own])

    def key(self, kid: str) -> ECKey:
        """A private signing key of the issuer."""
        jwk: dict[str, str | list[str]] = {**self.keys[kid]}
        return ECKey.import_key(jwk)

    async def _graphql(self, request: Request) -> Response:
        self.seen.append(dict(request.headers))
        try:
            identity = await self.authentication.identify(request)
        except AuthenticationFailed as error:
            return refusal(error, request)
        viewer = identity.viewer
        data = {
            "role": viewer.role,
            "name": viewer.name,
            "organisation": str(viewer.organisation_id) if viewer.organisation_id else None,
            "grant": str(viewer.grant_id) if viewer.grant_id else None,
            "scopes": sorted(viewer.scopes) if viewer.scopes is not None else None,
        }
        headers = {
            "cache-control": "private",
            "connection": "close",
            "set-cookie": "leak=1",
            "x-internal": "1",
        }
        return JSONResponse({"data": data}, headers=headers)

    async def _upload(self, request: Request) -> Response:
        return JSONResponse({"bytes": len(await request.body())})

    async def _file(self, request: Request) -> Response:
        headers = {"content-disposition": "attachment", "content-security-policy": "sandbox"}
        asked = f"%PDF-{request.path_params['id']}?{request.url.query}"
        return Response(asked.encode(), 200, headers, "application/pdf")

    @asynccontextmanager
    async def browser(
        self, app: Starlette | None = None, base: str = API
    ) -> AsyncIterator[httpx.AsyncClient]:
        """An HTTP client with a cookie jar, in front of the API unless another app is given."""
        transport = httpx.ASGITransport(app or self.api)
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            yield client

    def gateway(self, secret: str = SECRET) -> Starlette:
        """A gateway process of its own, sharing Redis with the others; its calls to the issuer are counted."""
        settings = GatewaySettings("test", "", GATEWAY, API, API, "gateway", secret, b"c" * 32)
        transport = _Counting(httpx.ASGITransport(self.api), self)
        return gateway_app(Gateway(settings, self.redis, httpx.AsyncClient(transport=transport)))


class _Counting(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.ASGITransport, stage: Stage) -> None:
        self._inner, self._stage = inner, stage

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._stage.broken is not None:
            raise self._stage.broken
        if request.url.path == "/oauth/token" and b"refresh_token" in await request.aread():
            self._stage.refreshes += 1
        return await self._inner.handle_async_request(request)


def new_stage(redis: Redis, url: str = API) -> Stage:
    """An issuer with two keys (the second one signs) and an API that trusts it."""
    keys = {"old": signing_key("old"), "current": signing_key("current")}
    issuer = Issuer(url, AUDIENCE, keys, "current", b"k" * 32, redis)
    trusted = TrustedIssuer(url, AUDIENCE, OwnKeys(issuer.keys.public), bundled=True)
    return Stage(issuer, keys, Authentication([trusted]), redis)


async def organisation(kind: OrganisationKind = OrganisationKind.UNIT) -> Organisation:
    code = f"T{uuid4().hex[:17].upper()}"
    return await Organisation.create(kind=kind, code=code, name=f"测试单位 {code[-4:]}")


async def account(role: Role = Role.UNIT, at: Organisation | None = None) -> Account:
    """Somebody with one hat and the password of this stage."""
    login = f"u-{uuid4().hex[:12]}"
    return await create_account(
        login=login, password=PASSWORD, name="张三", role=role, organisation=at or await organisation()
    )


async def client(client_id: str = "", **values: Any) -> OAuthClient:
    """A confidential client of the code flow, unless `values` say otherwise."""
    defaults: dict[str, Any] = {
        "client_name": "Test client",
        "secret_hash": hash_secret(SECRET),
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": [CALLBACK],
        "scope": "openid profile offline_access",
    }
    row, _ = await OAuthClient.update_or_create(
        client_id=client_id or f"c-{uuid4().hex[:12]}", defaults=defaults | values
    )
    return row


async def gateway_client() -> OAuthClient:
    """The gateway's own registration. All gateways of a run share it, as in production."""
    return await client(
        "gateway",
        redirect_uris=[f"{GATEWAY}/auth/callback"],
        post_logout_redirect_uris=[f"{GATEWAY}/"],
        backchannel_logout_uri=f"{GATEWAY}/auth/backchannel-logout",
    )


def authorization(registered: str, /, **changes: str | None) -> str:
    """The address of an authorization request; None removes a parameter."""
    parameters: dict[str, str | None] = {
        "response_type": "code",
        "client_id": registered,
        "redirect_uri": CALLBACK,
        "scope": "openid profile",
        "state": "state-1",
        "nonce": "nonce-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    given = {name: value for name, value in (parameters | changes).items() if value is not None}
    return f"/oauth/authorize?{urlencode(given)}"


async def log_in(
    browser: httpx.AsyncClient, who: Account, url: str, password: str = PASSWORD
) -> httpx.Response:
    """Follows an authorization request to the login form and fills it in; the answer goes on from there."""
    page = await browser.get((await browser.get(url)).headers["location"])
    return await browser.post(
        urlsplit(url)._replace(path="/login", query="").geturl(), data=form(page, who, password)
    )


def form(page: httpx.Response, who: Account, password: str = PASSWORD) -> dict[str, str]:
    hidden = re.findall(r'name="(form_token|return_to)" value="([^"]*)"', page.text)
    return {name: value.replace("&amp;", "&") for name, value in hidden} | {
        "login": who.login,
        "password": password,
    }


def query(response: httpx.Response) -> dict[str, str]:
    """The query parameters of where a response leads."""
    pairs = parse_qs(urlsplit(response.headers["location"]).query, keep_blank_values=True)
    return {name: values[0] for name, values in pairs.items()}


async def code_for(browser: httpx.AsyncClient, who: Account, client_id: str, **changes: str | None) -> str:
    """A fresh authorization code."""
    answer = await log_in(browser, who, authorization(client_id, **changes))
    return query(await browser.get(answer.headers["location"]))["code"]


async def exchange(
    browser: httpx.AsyncClient,
    client_id: str,
    used: str,
    /,
    *,
    secret: str | None = None,
    **changes: str | None,
) -> httpx.Response:
    """Exchanges a code at the token endpoint; None removes a parameter."""
    given: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": used,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    data = {name: value for name, value in (given | changes).items() if value is not None}
    return await browser.post("/oauth/token", data=data, auth=(client_id, secret or SECRET))


async def refresh(browser: httpx.AsyncClient, client_id: str, token: str) -> httpx.Response:
    data = {"grant_type": "refresh_token", "refresh_token": token}
    return await browser.post("/oauth/token", data=data, auth=(client_id, SECRET))
