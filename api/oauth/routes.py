"""The issuer's endpoints, and what it publishes about itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.jwt_checks import Expected, TokenInvalid, check
from api.oauth import pages
from api.oauth.assertions import ASSERTION_ALGORITHMS
from api.oauth.authorize import authorize
from api.oauth.clients import AUTH_METHODS, CONFIDENTIAL_METHODS, GRANT_TYPES, SCOPES
from api.oauth.issuer import Issuer
from api.oauth.keys import ALGORITHM
from api.oauth.login import login, login_page
from api.oauth.logout import end_session
from api.oauth.tokens import ACCESS_TYPE
from domain.accounts.reads import BUNDLED_ISSUER, open_account

Handler = Callable[[Issuer, Request], Awaitable[Response]]


def routes(issuer: Issuer) -> list[Route]:
    """Everything the API app mounts at its root for the bundled issuer."""

    def at(path: str, handler: Handler, *methods: str) -> Route:
        return Route(path, _for(issuer, handler), methods=list(methods))

    return [
        at("/.well-known/openid-configuration", metadata, "GET"),
        at("/.well-known/oauth-authorization-server", metadata, "GET"),
        at("/oauth/jwks", jwks, "GET"),
        at("/oauth/authorize", authorize, "GET", "POST"),
        at("/oauth/token", token, "POST"),
        at("/oauth/userinfo", userinfo, "GET", "POST"),
        at("/oauth/revoke", revoke, "POST"),
        at("/oauth/introspect", introspect, "POST"),
        at("/oauth/end_session", end_session, "GET", "POST"),
        at("/login", login_page, "GET"),
        at("/login", login, "POST"),
        Route("/oauth/style.css", pages.style, methods=["GET"]),
    ]


def _for(issuer: Issuer, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Binds the issuer, and answers a malformed request as OAuth does."""

    @wraps(handler)
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(issuer, request)
        except HTTPException as error:
            body = {"error": "invalid_request", "error_description": error.detail}
            return JSONResponse(body, error.status_code, {"cache-control": "no-store"})

    return endpoint


async def token(issuer: Issuer, request: Request) -> Response:
    """The token endpoint, in one transaction."""
    core = await issuer.server.read(request)
    return await issuer.server.in_one_transaction(issuer.server.create_token_response, core)


async def revoke(issuer: Issuer, request: Request) -> Response:
    """RFC 7009."""
    return await _endpoint(issuer, request, "revocation")


async def introspect(issuer: Issuer, request: Request) -> Response:
    """RFC 7662."""
    return await _endpoint(issuer, request, "introspection")


async def _endpoint(issuer: Issuer, request: Request, name: str) -> Response:
    core = await issuer.server.read(request)
    return await issuer.server.run(issuer.server.create_endpoint_response, name, core)


async def userinfo(issuer: Issuer, request: Request) -> Response:
    """OpenID Connect Core 5.3: what the scopes of an access token let its holder know."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    expected = Expected(issuer.url, issuer.audience, types=(ACCESS_TYPE,))
    try:
        claims = check(value.strip() if scheme.lower() == "bearer" else "", issuer.keys.public, expected)
    except TokenInvalid:
        return _challenge(401, "invalid_token")
    scopes = str(claims.get("scope", "")).split()
    if "openid" not in scopes:
        return _challenge(403, "insufficient_scope")
    account = await open_account(BUNDLED_ISSUER, claims["sub"])
    if account is None:
        return _challenge(401, "invalid_token")
    profile = {"name": account.name, "preferred_username": account.login} if "profile" in scopes else {}
    return JSONResponse({"sub": account.subject, **profile}, headers={"cache-control": "no-store"})


def _challenge(status: int, error: str) -> Response:
    headers = {"www-authenticate": f'Bearer error="{error}"', "cache-control": "no-store"}
    return JSONResponse({"error": error}, status, headers)


async def jwks(issuer: Issuer, request: Request) -> Response:
    """The public keys. Five minutes in caches, so that a new key is known before the old one goes."""
    return JSONResponse(issuer.keys.published(), headers={"cache-control": "public, max-age=300"})


async def metadata(issuer: Issuer, request: Request) -> Response:
    """OpenID Connect Discovery and RFC 8414. Every address comes from the configuration."""
    return JSONResponse(_metadata(issuer.url), headers={"cache-control": "public, max-age=300"})


def _metadata(url: str) -> dict[str, Any]:
    endpoints = {
        "authorization_endpoint": "authorize",
        "token_endpoint": "token",
        "jwks_uri": "jwks",
        "userinfo_endpoint": "userinfo",
        "revocation_endpoint": "revoke",
        "introspection_endpoint": "introspect",
        "end_session_endpoint": "end_session",
    }
    return {
        "issuer": url,
        **{name: f"{url}/oauth/{path}" for name, path in endpoints.items()},
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANT_TYPES),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "revocation_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "introspection_endpoint_auth_methods_supported": list(CONFIDENTIAL_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "name", "preferred_username", "auth_time", "sid"],
        "prompt_values_supported": ["none", "login", "select_account"],
        "ui_locales_supported": ["zh-CN", "en"],
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
