"""The API process: GraphQL, files, the bundled issuer, public pages, health."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from tortoise import Tortoise

from api.authentication import Authentication, OwnKeys, TrustedIssuer
from api.domain_process import open_domain
from api.files import FileEndpoint
from api.graphql import GraphQLEndpoint
from api.health import Check, health_routes
from api.oauth.issuer import Issuer
from api.oauth.routes import routes as issuer_routes
from api.public.routes import routes as public_routes
from api.remote_keys import RemoteIssuer
from api.settings import ApiSettings
from api.uploads import UploadEndpoint
from domain.core.database import disconnect
from schema.core.cursors import use_cursor_key
from schema.core.file_links import use_file_link_key
from schema.root import schema


def create_app() -> Starlette:
    """The API as the environment describes it. Raises ConfigurationError before it serves anything."""
    return build_app(ApiSettings.read(os.environ))


def build_app(settings: ApiSettings) -> Starlette:
    """The API over these settings."""
    redis: Redis = Redis.from_url(re.sub("^valkey", "redis", settings.redis_url))
    http = httpx.AsyncClient(timeout=5.0)
    use_cursor_key(settings.secret_keys.cursor)
    use_file_link_key(settings.secret_keys.cursor)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await open_domain(settings)
        yield
        await disconnect()
        await redis.aclose()
        await http.aclose()

    return Starlette(routes=_routes(settings, redis, http), lifespan=lifespan)


def _routes(settings: ApiSettings, redis: Redis, http: httpx.AsyncClient) -> list[BaseRoute]:
    bundled, trusted = _issuers(settings, redis, http)
    authentication = Authentication([trusted])
    graphql = GraphQLEndpoint(schema, authentication)
    checks: dict[str, Check] = {"database": _database, "redis": lambda: redis.exists("zhicheng")}
    return [
        Route("/graphql", graphql.serve, methods=["POST"]),
        Route("/uploads", UploadEndpoint(authentication).serve, methods=["POST"]),
        Route("/files/{id}", FileEndpoint(authentication).serve, methods=["GET"]),
        *public_routes(),
        *(issuer_routes(bundled) if bundled else []),
        *health_routes(checks),
    ]


def _issuers(
    settings: ApiSettings, redis: Redis, http: httpx.AsyncClient
) -> tuple[Issuer | None, TrustedIssuer]:
    """The bundled issuer, if it is in use, and the issuer whose tokens count here."""
    if not settings.bundled_issuer:
        keys = RemoteIssuer(settings.oidc_issuer, http)
        return None, TrustedIssuer(settings.oidc_issuer, settings.api_audience, keys)
    signing = settings.secret_keys.signing
    issuer = Issuer(
        settings.public_api_url,
        settings.api_audience,
        signing.keys,
        signing.current,
        settings.secret_keys.cookie,
        redis,
    )
    own = OwnKeys(issuer.keys.public)
    return issuer, TrustedIssuer(issuer.url, settings.api_audience, own, bundled=True)


async def _database() -> None:
    await Tortoise.get_connection("default").execute_query("SELECT 1")
