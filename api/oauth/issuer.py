"""What an issuer is made of."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx
from authlib.common.security import is_secure_transport
from redis.asyncio import Redis

from api.oauth import tokens
from api.oauth.adapter import CoreServer
from api.oauth.assertions import PrivateKeyJwt
from api.oauth.attempts import Attempts
from api.oauth.clients import SCOPES
from api.oauth.grants import CodeGrant, MachineGrant, RotatingRefresh, S256Only
from api.oauth.keys import SigningKeys
from api.oauth.revocation import Introspection, Revocation


class IssuerServer(CoreServer):
    """Authlib's server with the three grants and the two token endpoints."""

    def __init__(self, issuer: str, made: tokens.Tokens, keys: SigningKeys, redis: Redis) -> None:
        super().__init__(issuer, SCOPES, tokens.save)
        self.tokens = made
        self.keys = keys
        self.register_client_auth_method("private_key_jwt", PrivateKeyJwt(issuer, redis))
        self.register_token_generator("default", made.generate)
        self.register_grant(CodeGrant, [S256Only(required=True)])
        self.register_grant(RotatingRefresh)
        self.register_grant(MachineGrant)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)


class Issuer:
    """The bundled OpenID Connect issuer.

    Args:
        url: its public address without a trailing slash; https, or http on loopback only.
        audience: the `aud` of access tokens (`urn:zhicheng:api`).
        signing_keys: kid -> private EC P-256 JWK; all are published.
        current_kid: the one that signs.
        cookie_key: 32 bytes that bind login forms to browsers.
        redis: counts failed logins; when it is down, nobody can log in.
        transport: how logout notices reach the clients; None means over the network.

    Raises:
        ValueError: the URL is plain http outside loopback.
    """

    def __init__(
        self,
        url: str,
        audience: str,
        signing_keys: Mapping[str, Mapping[str, str]],
        current_kid: str,
        cookie_key: bytes,
        redis: Redis,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        if not is_secure_transport(self.url):
            raise ValueError(f"The issuer must have an https address (http on loopback only), not {url}.")
        self.audience = audience
        self.keys = SigningKeys(signing_keys, current_kid)
        self.attempts = Attempts(redis)
        self.server = IssuerServer(self.url, tokens.Tokens(self.url, audience, self.keys), self.keys, redis)
        self.secure = urlsplit(self.url).scheme == "https"
        self.transport = transport
        self._cookie_key = cookie_key

    def cookie_name(self, name: str) -> str:
        """The `__Host-` prefix wherever the address is https. Plain http has no such cookies."""
        return f"__Host-{name}" if self.secure else name

    def mac(self, purpose: str, value: str) -> str:
        """Ties a value to this issuer, for one purpose."""
        return hmac.new(self._cookie_key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()
