"""The gateway's own ASGI app: its endpoints, and how it starts and stops."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps

import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.environment import read_secret_files
from api.gateway import answers
from api.gateway.answers import Refused
from api.gateway.context import Gateway
from api.gateway.cookies import SESSION
from api.gateway.forward import file, graphql, upload
from api.gateway.headers import Protection
from api.gateway.home import home
from api.gateway.login import callback, login, session
from api.gateway.logout import backchannel_logout, logout
from api.gateway.settings import GatewaySettings
from api.remote_keys import IssuerUnreachable

log = logging.getLogger("zhicheng.gateway")
API_SECONDS = 30.0
CONNECT_SECONDS = 3.0
REDIS_SECONDS = 3.0
Handler = Callable[[Gateway, Request], Awaitable[Response]]


def from_environment() -> Starlette:
    """For uvicorn's --factory: the gateway as the environment configures it. Raises ConfigurationError."""
    values = dict(os.environ)
    read_secret_files(values)
    return create_app(GatewaySettings.read(values))


def create_app(settings: GatewaySettings) -> Starlette:
    """The gateway with its own connections."""
    redis: Redis = Redis.from_url(
        re.sub("^valkey", "redis", settings.redis_url),  # one protocol, two names; redis-py knows the old one
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
    )
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=100)
    timeout = httpx.Timeout(API_SECONDS, connect=CONNECT_SECONDS)
    return app(Gateway(settings, redis, httpx.AsyncClient(limits=limits, timeout=timeout, trust_env=False)))


def app(gateway: Gateway) -> Starlette:
    """The app around a gateway; it closes the gateway's connections when it stops."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await gateway.http.aclose()
        await gateway.redis.aclose()

    def at(path: str, handler: Handler, method: str) -> Route:
        return Route(path, _endpoint(gateway, handler), methods=[method])

    routes = [
        at("/", home, "GET"),
        at("/auth/login", login, "GET"),
        at("/auth/callback", callback, "GET"),
        at("/auth/session", session, "GET"),
        at("/auth/logout", logout, "POST"),
        at("/auth/backchannel-logout", backchannel_logout, "POST"),
        at("/graphql", graphql, "POST"),
        at("/uploads", upload, "POST"),
        at("/files/{id}", file, "GET"),
        at("/healthz", healthz, "GET"),
        at("/readyz", readyz, "GET"),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Protection, secure=gateway.settings.secure)],
        lifespan=lifespan,
    )


def _endpoint(gateway: Gateway, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Binds the gateway, and turns what can go wrong into answers."""

    @wraps(handler)
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(gateway, request)
        except Refused as refused:
            return _refusal(gateway, request, refused)
        except RedisError as error:
            log.error("sessions.down request=%s %s", request.scope["request_id"], type(error).__name__)
            return answers.answer(answers.sessions_down(), request)
        except IssuerUnreachable as error:
            log.error("issuer.unreachable request=%s %s", request.scope["request_id"], error)
            return answers.answer(answers.issuer_down(), request)

    return endpoint


def _refusal(gateway: Gateway, request: Request, refused: Refused) -> Response:
    response = answers.answer(refused, request)
    if refused.status == 401:
        gateway.cookies.clear(response, SESSION)
    return response


async def healthz(gateway: Gateway, request: Request) -> Response:
    """GET: the process runs."""
    return JSONResponse({"status": "ok"})


async def readyz(gateway: Gateway, request: Request) -> Response:
    """GET: whether sessions, issuer and API can be reached; 503 names what cannot."""
    checks = {"redis": await _redis_answers(gateway), "issuer": await _issuer_answers(gateway)}
    checks["api"] = await _api_answers(gateway)
    ready = all(checks.values())
    return JSONResponse({"status": "ok" if ready else "unavailable", **checks}, 200 if ready else 503)


async def _redis_answers(gateway: Gateway) -> bool:
    try:
        return bool(await gateway.redis.ping())
    except RedisError:
        return False


async def _issuer_answers(gateway: Gateway) -> bool:
    try:
        return bool(await gateway.issuer.remote.metadata())
    except IssuerUnreachable:
        return False


async def _api_answers(gateway: Gateway) -> bool:
    try:
        answer = await gateway.http.get(f"{gateway.settings.api_url}/healthz", timeout=CONNECT_SECONDS)
        return answer.is_success
    except httpx.HTTPError:
        return False
