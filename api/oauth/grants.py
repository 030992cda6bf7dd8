"""The three grants, with the remedies Authlib 1.9 needs.

PKCE S256 binds every client, not only public ones; codes and refresh tokens serve once.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, InvalidScopeError, OAuth2Error
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7636.challenge import compare_s256_code_challenge

from api.oauth.adapter import CoreRequest, on_loop
from api.oauth.clients import AUTH_METHODS, CONFIDENTIAL_METHODS, Client
from api.oauth.tokens import LoggedIn, Tokens
from domain.accounts import token_families
from domain.accounts.oauth import AuthorizationCode, RefreshToken

log = logging.getLogger("zhicheng.login")
MAX_NONCE_CHARACTERS = 512


class Code:
    """An authorization code's row as the core asks about it."""

    def __init__(self, row: AuthorizationCode) -> None:
        self.row = row
        self.code_challenge = row.code_challenge
        self.code_challenge_method = "S256"

    def get_redirect_uri(self) -> str:
        return self.row.redirect_uri

    def get_scope(self) -> str:
        return self.row.scope


class RefreshLink:
    """A refresh token's row as the core asks about it."""

    def __init__(self, row: RefreshToken) -> None:
        self.row = row
        self.family = row.family

    def check_client(self, client: Client) -> bool:
        return bool(self.family.client_id == client.row.id)

    def get_scope(self) -> str:
        return self.family.scope


class S256Only(CodeChallenge):  # type: ignore[misc]  # Authlib has no types
    """PKCE for every client, with S256 only. `plain`, Authlib's default, does not exist here."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)
    CODE_CHALLENGE_METHODS = {"S256": compare_s256_code_challenge}

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE is required: send code_challenge with code_challenge_method=S256")
        super().validate_code_challenge(grant, redirect_uri)
        _refuse_unsupported(data)


def _refuse_unsupported(data: dict[str, str]) -> None:
    for name in ("request", "request_uri"):
        if name in data:
            raise OAuth2Error(f"The parameter {name} is not supported", error=f"{name}_not_supported")
    if data.get("response_mode", "query") != "query":
        raise InvalidRequestError("Only response_mode=query is supported")
    if len(data.get("nonce", "")) > MAX_NONCE_CHARACTERS:
        raise InvalidRequestError("nonce is longer than 512 characters")


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """The authorization code flow."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def generate_authorization_code(self) -> str:
        return secrets.token_urlsafe(32)

    def save_authorization_code(self, code: str, request: CoreRequest) -> None:
        on_loop(_keep_code, code, request)

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        return on_loop(_find_code, code, client, self.request)

    def authenticate_user(self, authorization_code: Code) -> LoggedIn:
        session = authorization_code.row.session
        return LoggedIn(session.account, session)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Marks the code instead: a replay must find it, and its family."""
        on_loop(token_families.spend_code, authorization_code.row)

    def create_token_response(self) -> Any:
        status, token, headers = super().create_token_response()
        if "openid" in token["scope"].split():
            nonce = self.request.authorization_code.row.nonce
            tokens: Tokens = self.server.tokens
            token["id_token"] = tokens.id_token(self.request.client, self.request.user, token["scope"], nonce)
        return status, token, headers


class RotatingRefresh(RefreshTokenGrant):  # type: ignore[misc]
    """A refresh token works once and is answered with the next; the family ends 8 hours after login."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshLink | None:
        return on_loop(_find_link, refresh_token, self.request)

    def authenticate_user(self, refresh_token: RefreshLink) -> LoggedIn:
        session = refresh_token.family.session
        return LoggedIn(session.account, session)

    def revoke_old_credential(self, refresh_token: RefreshLink) -> None:
        on_loop(token_families.spend_refresh_token, refresh_token.row)


class MachineGrant(ClientCredentialsGrant):  # type: ignore[misc]
    """Client credentials: a program acts for its unit, within its scopes."""

    TOKEN_ENDPOINT_AUTH_METHODS = CONFIDENTIAL_METHODS

    def validate_token_request(self) -> None:
        super().validate_token_request()
        wanted = set((self.request.payload.scope or "").split())
        if not wanted <= set(self.request.client.row.scope.split()):
            raise InvalidScopeError()


async def _keep_code(code: str, request: CoreRequest) -> None:
    data = request.payload.data
    await token_families.keep_code(
        code,
        client=request.client.row,
        session=request.user.session,
        redirect_uri=data["redirect_uri"],
        scope=request.scope,
        nonce=data.get("nonce", ""),
        code_challenge=data["code_challenge"],
    )


async def _find_code(code: str, client: Client, request: CoreRequest) -> Code | None:
    try:
        row = await token_families.lock_code(code, client.row)
    except token_families.Replayed as error:
        request.revocation = True
        log.warning("token.replayed kind=code client=%s", client.client_id)
        raise InvalidGrantError("This code was used before; its tokens are revoked") from error
    return Code(row) if row else None


async def _find_link(token: str, request: CoreRequest) -> RefreshLink | None:
    try:
        row = await token_families.lock_refresh_token(token)
    except token_families.Replayed as error:
        request.revocation = True
        log.warning("token.replayed kind=refresh client=%s", request.client.client_id)
        raise InvalidGrantError("This refresh token was used before; its family is revoked") from error
    return RefreshLink(row) if row else None
