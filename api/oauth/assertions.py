"""private_key_jwt (RFC 7523, OpenID Connect Core 9): a client proves itself by signing, and shares no secret."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from redis.asyncio import Redis
from redis.exceptions import RedisError

from api.jwt_checks import Expected, TokenInvalid, check
from api.oauth.adapter import CoreRequest, on_loop
from api.oauth.clients import Client

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_ALGORITHMS = ("ES256", "RS256", "PS256")
MAX_LIFETIME_SECONDS = 600


class PrivateKeyJwt:
    """Checks a client assertion; each serves once, which Redis remembers until it has expired."""

    def __init__(self, issuer: str, redis: Redis) -> None:
        self._audiences = (issuer, f"{issuer}/oauth/token")
        self._redis = redis

    def __call__(self, query_client: Callable[[str], Client | None], request: CoreRequest) -> Client | None:
        """The client that signed, or None when the request carries no assertion.

        Raises:
            InvalidClientError: it carries one that is not good.
        """
        form = request.form
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            return None
        client = query_client(form.get("client_id") or _unverified_subject(form.get("client_assertion", "")))
        if client is None or not client.row.jwks:
            raise InvalidClientError("The client is unknown or has no keys here")
        claims = self._claims(form.get("client_assertion", ""), client)
        if not on_loop(self._first_use, client.client_id, claims):
            raise InvalidClientError("This assertion was used before")
        return client

    def _claims(self, assertion: str, client: Client) -> dict[str, Any]:
        failure = ""
        for audience in self._audiences:
            expected = Expected(
                client.client_id, audience, ASSERTION_ALGORITHMS, required=("sub", "exp", "jti")
            )
            try:
                claims = check(assertion, key_set(client.row.jwks), expected)
            except TokenInvalid as error:
                failure = str(error)
                continue
            if claims["sub"] == client.client_id and claims["exp"] <= time.time() + MAX_LIFETIME_SECONDS:
                return claims
            failure = "sub is another client, or exp lies over ten minutes ahead"
        raise InvalidClientError(f"The client assertion is not valid: {failure.replace(chr(34), '')}")

    async def _first_use(self, client_id: str, claims: dict[str, Any]) -> bool:
        key = f"assertion:{client_id}:{str(claims['jti'])[:256]}"
        try:
            return bool(await self._redis.set(key, 1, nx=True, ex=2 * MAX_LIFETIME_SECONDS))
        except RedisError as error:
            raise InvalidClientError("Assertions cannot be checked for reuse at the moment") from error


def key_set(jwks: Any) -> KeySet:
    """A client's public keys.

    Raises:
        TokenInvalid: there is no usable asymmetric key.
    """
    try:
        keys = KeySet.import_key_set(
            {"keys": [dict(key) for key in jwks["keys"] if key["kty"] in ("EC", "RSA")]}
        )
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise TokenInvalid("no usable keys") from error
    return keys


def _unverified_subject(assertion: str) -> str:
    """Whom the assertion speaks of: only good for finding the keys that will check it."""
    try:
        payload = json.loads(jws.extract_compact(assertion.encode("ascii")).payload)
        return str(payload["sub"]).replace("\0", "")
    except (JoseError, ValueError, KeyError, TypeError):
        return ""
