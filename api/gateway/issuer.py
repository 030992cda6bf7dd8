"""What the gateway asks the issuer: codes, tokens, their revocation, and whether a logout token is genuine."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from api.gateway.pending import Pending
from api.gateway.sessions import ABSOLUTE_SECONDS, Session
from api.gateway.settings import GatewaySettings
from api.jwt_checks import Expected, TokenInvalid, check, key_id
from api.remote_keys import IssuerUnreachable, RemoteIssuer

#: The bundled issuer signs with ES256; others may use these. All are asymmetric: no key can serve two ways.
ALGORITHMS = ("ES256", "RS256", "PS256")
SCOPE = "openid profile offline_access"
BACKCHANNEL_EVENT = "http://schemas.openid.net/event/backchannel-logout"
#: How far beyond max_age a login may lie: clocks differ, and the way back takes time.
MAX_AGE_GRACE_SECONDS = 60
REVOCATION_SECONDS = 3.0


class GrantRefused(Exception):
    """The issuer says that the code or the refresh token is not (or no longer) good."""


@dataclass(frozen=True)
class Answer:
    """A token answer, checked for its form."""

    access_token: str
    access_ends: float
    refresh_token: str
    id_token: str


class IssuerClient:
    """The gateway as a confidential OAuth client."""

    def __init__(self, settings: GatewaySettings, http: httpx.AsyncClient) -> None:
        self._settings = settings
        self._http = http
        self.remote = RemoteIssuer(settings.issuer_url, http)

    @property
    def callback(self) -> str:
        return f"{self._settings.public_url}/auth/callback"

    async def authorization_url(self, pending: Pending, state: str) -> str:
        """Where to send the browser. Raises IssuerUnreachable."""
        digest = hashlib.sha256(pending.verifier.encode()).digest()
        parameters = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self.callback,
            "scope": SCOPE,
            "state": state,
            "nonce": pending.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        fresh = {} if pending.max_age is None else {"max_age": str(pending.max_age)}
        return await self._url("authorization_endpoint", parameters | fresh)

    async def session_for(self, code: str, pending: Pending) -> Session:
        """Exchanges a code and checks the ID token that comes with it.

        Raises:
            GrantRefused: the code or the ID token is not good.
            IssuerUnreachable: the issuer does not answer properly.
        """
        form = {"code": code, "redirect_uri": self.callback, "code_verifier": pending.verifier}
        answer = await self._token("authorization_code", form)
        claims = await self._id_claims(answer.id_token, pending)
        return Session(
            access_token=answer.access_token,
            access_ends=answer.access_ends,
            refresh_token=answer.refresh_token,
            sub=claims["sub"],
            sid=str(claims.get("sid", "")),
            name=str(claims.get("name", "")),
            authenticated_at=int(claims.get("auth_time") or claims["iat"]),
            ends=time.time() + ABSOLUTE_SECONDS,
        )

    async def refresh(self, refresh_token: str) -> Answer:
        """Raises GrantRefused or IssuerUnreachable."""
        return await self._token("refresh_token", {"refresh_token": refresh_token})

    async def revoke(self, refresh_token: str) -> None:
        """RFC 7009, best effort: a session ended here is ended whether or not the issuer hears of it."""
        if not refresh_token:
            return
        try:
            url = str((await self.remote.metadata())["revocation_endpoint"])
            form = {"token": refresh_token, "token_type_hint": "refresh_token"}
            await self._http.post(url, data=form, auth=self._credentials(), timeout=REVOCATION_SECONDS)
        except (httpx.HTTPError, IssuerUnreachable, KeyError):
            return

    async def end_session_url(self, sid: str) -> str | None:
        """Where the browser ends the issuer's own session. No token in it: the session's id proves enough."""
        parameters = {
            "client_id": self._settings.client_id,
            "post_logout_redirect_uri": f"{self._settings.public_url}/",
            **({"logout_hint": sid} if sid else {}),
        }
        try:
            return await self._url("end_session_endpoint", parameters)
        except IssuerUnreachable:
            return None

    async def logout_claims(self, token: str) -> dict[str, Any]:
        """The claims of a back-channel logout token. Raises TokenInvalid or IssuerUnreachable."""
        claims = await self._checked(token, ("iat", "exp", "jti", "events"))
        if BACKCHANNEL_EVENT not in claims["events"] or "nonce" in claims:
            raise TokenInvalid("not a logout token")
        if not claims.get("sub") and not claims.get("sid"):
            raise TokenInvalid("it names nobody")
        return claims

    async def _id_claims(self, token: str, pending: Pending) -> dict[str, Any]:
        try:
            claims = await self._checked(token, ("sub", "exp", "iat", "nonce"))
        except TokenInvalid as error:
            raise GrantRefused(f"ID token: {error}") from error
        if claims["nonce"] != pending.nonce:
            raise GrantRefused("ID token: nonce")
        if pending.max_age is not None:
            latest = int(claims.get("auth_time", 0)) + pending.max_age + MAX_AGE_GRACE_SECONDS
            if latest < time.time():
                raise GrantRefused("the login is older than max_age")
        return claims

    async def _checked(self, token: str, required: tuple[str, ...]) -> dict[str, Any]:
        issuer = str((await self.remote.metadata())["issuer"])
        expected = Expected(issuer, self._settings.client_id, ALGORITHMS, required=required)
        return check(token, await self.remote.keys(key_id(token)), expected)

    async def _token(self, grant_type: str, form: dict[str, str]) -> Answer:
        metadata = await self.remote.metadata()
        try:
            answer = await self._http.post(
                str(metadata["token_endpoint"]),
                data={"grant_type": grant_type, **form},
                auth=self._credentials(),
            )
            body = answer.json()
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise IssuerUnreachable(f"token endpoint: {type(error).__name__}") from error
        if answer.status_code == 400 and isinstance(body, dict) and body.get("error") == "invalid_grant":
            raise GrantRefused("invalid_grant")
        if answer.status_code != 200:
            raise IssuerUnreachable(f"token endpoint: {answer.status_code}")
        return _answer(body, form.get("refresh_token", ""))

    def _credentials(self) -> httpx.BasicAuth:
        """RFC 6749, 2.3.1: both parts are form-encoded first."""
        return httpx.BasicAuth(quote(self._settings.client_id, ""), quote(self._settings.client_secret, ""))

    async def _url(self, endpoint: str, parameters: dict[str, str]) -> str:
        metadata = await self.remote.metadata()
        if not isinstance(metadata.get(endpoint), str):
            raise IssuerUnreachable(f"its metadata have no {endpoint}")
        separator = "&" if "?" in metadata[endpoint] else "?"
        return f"{metadata[endpoint]}{separator}{urlencode(parameters)}"


def _answer(body: Any, refresh_token: str) -> Answer:
    """An issuer that does not rotate sends no new refresh token: the old one stays good."""
    try:
        return Answer(
            access_token=str(body["access_token"]),
            access_ends=time.time() + int(body.get("expires_in", 300)),
            refresh_token=str(body.get("refresh_token", refresh_token)),
            id_token=str(body.get("id_token", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise IssuerUnreachable("its token answer is malformed") from error
