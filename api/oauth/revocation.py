"""Token revocation (RFC 7009) and introspection (RFC 7662), each client for its own tokens only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from api.jwt_checks import Expected, TokenInvalid, check
from api.oauth.adapter import CoreRequest, on_loop
from api.oauth.clients import AUTH_METHODS, CONFIDENTIAL_METHODS, Client
from api.oauth.tokens import ACCESS_TYPE
from domain.accounts.logins import families_of, login_by_id, revoke
from domain.accounts.token_families import is_live, refresh_token


@dataclass(frozen=True)
class Known:
    """A token of ours, and the families that fall with it."""

    client_id: str
    families: tuple[UUID, ...]
    active: bool
    facts: dict[str, Any] = field(default_factory=dict)

    def check_client(self, client: Client) -> bool:
        return self.client_id == client.client_id

    def is_expired(self) -> bool:
        return not self.active

    def is_revoked(self) -> bool:
        return not self.active


class Revocation(RevocationEndpoint):  # type: ignore[misc]  # Authlib has no types
    """Ends the family of a refresh token. An access token ends the families of its login at this client."""

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Known | None:
        return _find(self.server, token_string)

    def revoke_token(self, token: Known, request: CoreRequest) -> None:
        on_loop(revoke, token.families)


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    """Says whether a token is active, to the confidential client that holds it."""

    CLIENT_AUTH_METHODS = CONFIDENTIAL_METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Known | None:
        return _find(self.server, token_string)

    def check_permission(self, token: Known, client: Client, request: CoreRequest) -> bool:
        return token.check_client(client)

    def introspect_token(self, token: Known) -> dict[str, Any]:
        return {"active": True, "client_id": token.client_id, **token.facts}


def _find(server: Any, token: str) -> Known | None:
    return on_loop(_known_refresh, token) or _known_access(server, token)


async def _known_refresh(token: str) -> Known | None:
    row = await refresh_token(token)
    if row is None:
        return None
    family = row.family
    facts: dict[str, Any] = {
        "token_type": "refresh_token",
        "scope": family.scope,
        "sub": family.session.account.subject,
        "exp": int(family.expires_at.timestamp()),
    }
    return Known(family.client.client_id, (family.id,), is_live(family) and row.used_at is None, facts)


def _known_access(server: Any, token: str) -> Known | None:
    expected = Expected(server.issuer, None, types=(ACCESS_TYPE,), required=("sub", "exp", "client_id"))
    try:
        claims = check(token, server.keys.public, expected)
    except TokenInvalid:
        return None
    families, ended = on_loop(_of_login, claims) if "sid" in claims else ((), False)
    facts: dict[str, Any] = {
        name: claims[name] for name in ("iss", "aud", "sub", "scope", "iat", "exp", "jti") if name in claims
    }
    return Known(claims["client_id"], families, not ended, {"token_type": "Bearer", **facts})


async def _of_login(claims: dict[str, Any]) -> tuple[tuple[UUID, ...], bool]:
    """The families that fall with an access token, and whether its login is over."""
    families = await families_of(UUID(claims["sid"]), claims["client_id"])
    return tuple(families), await login_by_id(claims["sid"]) is None
