"""What the issuer hands out: access tokens (RFC 9068), refresh tokens in families, ID tokens."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from api.oauth.adapter import CoreRequest
from api.oauth.clients import Client
from api.oauth.keys import SigningKeys
from domain.accounts.models import Account
from domain.accounts.oauth import LoginSession
from domain.accounts.token_families import add_refresh_token, begin_family

ACCESS_SECONDS = 300
ID_TOKEN_SECONDS = 300
ACCESS_TYPE = "at+jwt"


@dataclass(frozen=True)
class LoggedIn:
    """Who a token is about: an account, and the login behind it."""

    account: Account
    session: LoginSession

    @property
    def authenticated_at(self) -> int:
        return int(self.session.authenticated_at.timestamp())

    def claims(self, scope: str) -> dict[str, Any]:
        """What the ID token and /oauth/userinfo say of the person. Never a role: those live in our database."""
        profile = {"name": self.account.name, "preferred_username": self.account.login}
        return {"sub": self.account.subject} | (profile if "profile" in scope.split() else {})


class Tokens:
    """Makes tokens for one issuer and audience."""

    def __init__(self, issuer: str, audience: str, keys: SigningKeys) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys

    def generate(
        self,
        grant_type: str,
        client: Client,
        user: LoggedIn | None = None,
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        """The token answer; Authlib calls it with these names. The lifetime is ours, whatever it proposes."""
        granted = client.get_allowed_scope(scope) or ""
        token = {
            "token_type": "Bearer",
            "access_token": self._access_token(client, user, granted),
            "expires_in": ACCESS_SECONDS,
            "scope": granted,
        }
        return token | (
            {"refresh_token": secrets.token_urlsafe(32)} if user and include_refresh_token else {}
        )

    def _access_token(self, client: Client, user: LoggedIn | None, scope: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": user.account.subject if user else client.client_id,
            "client_id": client.client_id,
            "scope": scope,
            "iat": now,
            "exp": now + ACCESS_SECONDS,
            "jti": secrets.token_urlsafe(16),
        }
        if user:
            claims |= {"sid": str(user.session.id), "auth_time": user.authenticated_at}
        return self._keys.sign(claims, ACCESS_TYPE)

    def id_token(self, client: Client, user: LoggedIn, scope: str, nonce: str) -> str:
        """Says to the client, and only to it, who logged in and when."""
        now = int(time.time())
        claims = user.claims(scope) | {
            "iss": self._issuer,
            "aud": client.client_id,
            "iat": now,
            "exp": now + ID_TOKEN_SECONDS,
            "auth_time": user.authenticated_at,
            "sid": str(user.session.id),
        }
        return self._keys.sign(claims | ({"nonce": nonce} if nonce else {}), "JWT")


async def save(token: dict[str, Any], request: CoreRequest) -> None:
    """Keeps the refresh token of a token answer: in a new family for a code, in its own for a refresh."""
    if "refresh_token" not in token:
        return
    if request.refresh_token:
        family = request.refresh_token.family
    else:
        family = await begin_family(request.client.row, request.user.session, token["scope"])
        request.authorization_code.row.family_id = family.id
    await add_refresh_token(family, token["refresh_token"])
