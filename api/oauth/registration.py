"""One client's metadata (RFC 7591, with `unit` for machine clients): what it says, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from api.jwt_checks import TokenInvalid
from api.oauth.assertions import key_set
from api.oauth.clients import AUTH_METHODS, GRANT_TYPES, SCOPES

MIN_SECRET_CHARACTERS = 8
SECRETLESS = frozenset({"none", "private_key_jwt"})
#: RFC 8252: a native app may be called back over http on loopback, anything else over https or its own scheme.
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Registration:
    """The members we know, in their types. Members we do not know are ignored, as RFC 7591 asks."""

    def __init__(self, metadata: dict[str, Any]) -> None:
        self.client_id = _text(metadata, "client_id")
        self.client_name = _text(metadata, "client_name")[:120]
        self.secret = _text(metadata, "client_secret")
        self.method = _text(metadata, "token_endpoint_auth_method") or "client_secret_basic"
        self.grants = _texts(metadata, "grant_types") or ["authorization_code"]
        self.redirect_uris = _texts(metadata, "redirect_uris")
        self.post_logout_redirect_uris = _texts(metadata, "post_logout_redirect_uris")
        self.backchannel_logout_uri = _text(metadata, "backchannel_logout_uri")
        self.scopes = [name for name in SCOPES if name in _text(metadata, "scope").split()]
        self.jwks = metadata.get("jwks")
        self.unit = _text(metadata, "unit")

    def problems(self, *, known_units: frozenset[str], has_secret: bool) -> list[str]:
        """Everything that is wrong, each with its member and its remedy. `has_secret`: one is stored already."""
        found = [
            *self._identity_problems(),
            *self._grant_problems(known_units),
            *self._proof_problems(has_secret),
            *self._address_problems(),
        ]
        return [f"{self.client_id or '?'}: {problem}" for problem in found]

    def _identity_problems(self) -> Iterator[str]:
        clean = self.client_id.isascii() and self.client_id.isprintable()
        if not clean or not 1 <= len(self.client_id) <= 128 or set(self.client_id) & set('"\\ :'):
            yield "client_id: give 1 to 128 ASCII characters without space, quote, colon or backslash"

    def _grant_problems(self, known_units: frozenset[str]) -> Iterator[str]:
        if not set(self.grants) <= set(GRANT_TYPES):
            yield f"grant_types: choose of {', '.join(GRANT_TYPES)}"
        if "authorization_code" in self.grants and not self.redirect_uris:
            yield "redirect_uris: give at least one for authorization_code"
        if "client_credentials" in self.grants and (not self.unit or self.method == "none"):
            yield "client_credentials: a machine client needs a secret or keys, and `unit`, its unit's code"
        if self.unit and self.unit not in known_units:
            yield "unit: no organisation has this code; register it first"
        if not self.scopes:
            yield f"scope: choose of {' '.join(SCOPES)}"

    def _proof_problems(self, has_secret: bool) -> Iterator[str]:
        if self.method not in AUTH_METHODS:
            yield f"token_endpoint_auth_method: choose one of {', '.join(AUTH_METHODS)}"
        elif self.method in SECRETLESS:
            if self.secret:
                yield f"client_secret: {self.method} has none; remove it"
        elif len(self.secret) < MIN_SECRET_CHARACTERS and (self.secret or not has_secret):
            yield f"client_secret: give at least {MIN_SECRET_CHARACTERS} characters"
        yield from self._key_problems()

    def _key_problems(self) -> Iterator[str]:
        if self.jwks is None:
            if self.method == "private_key_jwt":
                yield "jwks: private_key_jwt needs the client's public keys"
            return
        try:
            if any(key.is_private for key in key_set(self.jwks)):
                yield "jwks: holds a private key; send the public part only"
        except TokenInvalid:
            yield "jwks: give a JWK set with EC or RSA public keys"

    def _address_problems(self) -> Iterator[str]:
        for uri in (*self.redirect_uris, *self.post_logout_redirect_uris):
            if not _is_address(uri):
                yield f"{uri!r}: give an https address, http on loopback, or an app's own scheme; no fragment"
        uri = self.backchannel_logout_uri
        if uri and not _is_address(uri, web_only=True):
            yield f"backchannel_logout_uri: {uri!r}: give an https address, or http on loopback"


def _text(metadata: dict[str, Any], member: str) -> str:
    value = metadata.get(member)
    return value if isinstance(value, str) else ""


def _texts(metadata: dict[str, Any], member: str) -> list[str]:
    value = metadata.get(member)
    return [str(item) for item in value] if isinstance(value, list) else []


def _is_address(uri: str, *, web_only: bool = False) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    if parts.fragment or not uri.isascii() or not uri.isprintable() or len(uri) > 2048:
        return False
    if parts.scheme in ("http", "https"):
        return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in LOOPBACK)
    # An app's own scheme is a reversed domain name (RFC 8252, 7.1). It has a dot, so javascript: and data: have none.
    return "." in parts.scheme and not web_only
