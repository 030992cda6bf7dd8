"""The API as a resource server: from a request to the viewer who makes it.

A bearer token says only who somebody is. What they may do comes from our own grants: (issuer, subject) -> account ->
exactly one grant. A token of a foreign issuer never carries a role, and a subject without an account has no rights.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from joserfc.jwk import KeySet
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from api.jwt_checks import Expected, TokenExpired, TokenInvalid, check, key_id
from api.oauth.tokens import ACCESS_TYPE
from api.remembered import Remembered
from api.remote_keys import IssuerUnreachable
from domain.accounts.oauth import OAuthClient
from domain.accounts.reads import BUNDLED_ISSUER, Hat, client_by_id, hats_of
from domain.core.roles import PUBLIC, Role, Viewer

ACTING_AS = "x-acting-as"
#: How long grants and clients are remembered; closing an account or a client takes effect after this and no later.
HATS_SECONDS = 15.0
#: How long a token that was found good is not checked again. It lives 5 minutes; a foreign one may live longer.
GOOD_SECONDS = 300.0
MAX_REMEMBERED = 10_000
#: The last second of the year 9999, where Python's calendar ends.
LAST_SECOND = 253_402_300_799


class AuthenticationFailed(Exception):
    """The request's credentials are not good. 401; `en` and `zh` say what to do."""

    status, code = 401, "UNAUTHENTICATED"

    def __init__(self, en: str, zh: str, reason: str = "") -> None:
        super().__init__(reason or en)
        self.en, self.zh = en, zh


class NoSuchHat(AuthenticationFailed):
    """The account is known, but not the hat the request wants to wear. 403."""

    status, code = 403, "FORBIDDEN"


class Keys(Protocol):
    """Where the keys of an issuer come from."""

    async def keys(self, kid: str | None) -> KeySet: ...


@dataclass(frozen=True)
class OwnKeys:
    """The bundled issuer's keys, which this process holds."""

    public: KeySet

    async def keys(self, kid: str | None) -> KeySet:
        return self.public


@dataclass(frozen=True)
class TrustedIssuer:
    """An issuer whose access tokens count here. `bundled` ones may also speak for our machine clients."""

    url: str
    audience: str
    keys: Keys
    bundled: bool = False
    algorithms: tuple[str, ...] = ("ES256",)
    types: tuple[str, ...] = (ACCESS_TYPE,)

    @property
    def expected(self) -> Expected:
        return Expected(self.url, self.audience, self.algorithms, self.types)


@dataclass(frozen=True)
class Identity:
    """Who makes a request, and how long and since when that holds. Times are None for the public."""

    viewer: Viewer
    expires_at: datetime | None = None
    authenticated_at: datetime | None = None


class Authentication:
    """Tells who makes a request. One per process. `now` counts the seconds that things are remembered for."""

    def __init__(
        self, issuers: Sequence[TrustedIssuer], *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.issuers = issuers
        self._hats: Remembered[tuple[str, str], list[Hat]] = Remembered(MAX_REMEMBERED, now=now)
        self._clients: Remembered[str, OAuthClient] = Remembered(MAX_REMEMBERED, now=now)
        self._good: Remembered[str, tuple[TrustedIssuer, dict[str, Any]]] = Remembered(
            MAX_REMEMBERED, now=now
        )

    async def authenticate(self, request: HTTPConnection) -> Viewer:
        """The viewer. Raises AuthenticationFailed or NoSuchHat."""
        return (await self.identify(request)).viewer

    async def identify(self, request: HTTPConnection) -> Identity:
        """The viewer, the end of the token's validity and the time of the login behind it.

        Raises:
            AuthenticationFailed: there are credentials, and they are not good.
            NoSuchHat: x-acting-as names no grant of the account, or the account has none or too many.
        """
        token = _bearer(request)
        if token is None:
            return Identity(PUBLIC)
        issuer, claims = await self._check(token)
        if issuer.bundled and claims.get("client_id") == claims["sub"]:
            viewer = await self._machine(claims)
        else:
            viewer = await self._person(issuer, claims, request.headers.get(ACTING_AS))
        return Identity(viewer, _moment(claims, "exp"), _moment(claims, "auth_time"))

    async def _check(self, token: str) -> tuple[TrustedIssuer, dict[str, Any]]:
        """The claims of a good token, which is checked once and then remembered until it expires."""
        known = self._good.get(token)
        if known is None:
            known = await self._checked(token)
            self._good.put(token, known, min(known[1]["exp"] - time.time(), GOOD_SECONDS))
        return known

    async def _checked(self, token: str) -> tuple[TrustedIssuer, dict[str, Any]]:
        """The claims under the first issuer that made the token; its signature decides, not what it says of itself."""
        failure: TokenInvalid | IssuerUnreachable = TokenInvalid("no trusted issuer")
        for issuer in self.issuers:
            try:
                return issuer, check(token, await issuer.keys.keys(key_id(token)), issuer.expected)
            except (TokenInvalid, IssuerUnreachable) as error:
                failure = error
        if isinstance(failure, TokenExpired):
            raise AuthenticationFailed(
                "The access token has expired; get a new one.", "访问令牌已过期，请重新获取。"
            )
        raise _failed(str(failure)) from failure

    async def _person(self, issuer: TrustedIssuer, claims: dict[str, Any], wanted: str | None) -> Viewer:
        key = (BUNDLED_ISSUER if issuer.bundled else issuer.url, str(claims["sub"]))
        hats = await self._hats_of(key)
        if wanted is not None and all(str(hat.grant_id) != wanted.lower() for hat in hats):
            hats = await self._hats_of(key, anew=True)
        return _viewer(_choose(hats, wanted), str(claims.get("client_id", "")) or None)

    async def _hats_of(self, key: tuple[str, str], *, anew: bool = False) -> list[Hat]:
        """The account's grants, at most HATS_SECONDS old. That somebody has none is never remembered."""
        hats = None if anew else self._hats.get(key)
        if hats is None:
            hats = await hats_of(*key)
            self._hats.put(key, hats, HATS_SECONDS if hats else 0)
        return hats

    async def _machine(self, claims: dict[str, Any]) -> Viewer:
        """A machine client acts for its unit, within the scopes of its token."""
        name = str(claims["sub"])
        client = self._clients.get(name)
        if client is None:
            client = await client_by_id(name)
            if client is None:
                raise _failed("unknown or disabled client")
            self._clients.put(name, client, HATS_SECONDS)
        return Viewer(
            Role.MACHINE,
            organisation_id=client.unit_id,
            client_id=client.client_id,
            name=client.client_name,
            scopes=frozenset(str(claims.get("scope", "")).split()),
        )


def refusal(error: AuthenticationFailed, request: HTTPConnection) -> JSONResponse:
    """The error as GraphQL JSON, in the language asked for, with the challenge RFC 6750 wants."""
    english = request.headers.get("accept-language", "zh").strip().lower().startswith("en")
    body = {"errors": [{"message": error.en if english else error.zh, "extensions": {"code": error.code}}]}
    headers = {"cache-control": "private, no-store", "vary": "Accept-Language"}
    if error.status == 401:
        headers["www-authenticate"] = 'Bearer realm="zhicheng", error="invalid_token"'
    return JSONResponse(body, error.status, headers)


def _bearer(request: HTTPConnection) -> str | None:
    headers = request.headers.getlist("authorization")
    if not headers:
        return None
    scheme, _, token = headers[0].partition(" ")
    if len(headers) > 1 or scheme.lower() != "bearer" or not token.strip():
        raise AuthenticationFailed(
            "Send exactly one header 'Authorization: Bearer <access token>'.",
            "请只发送一个 Authorization: Bearer <访问令牌> 请求头。",
        )
    return token.strip()


def _failed(reason: str) -> AuthenticationFailed:
    return AuthenticationFailed(
        "The access token is not valid; log in again.", "访问令牌无效，请重新登录。", reason
    )


def _choose(hats: list[Hat], wanted: str | None) -> Hat:
    if wanted is not None:
        hats = [hat for hat in hats if str(hat.grant_id) == wanted.lower()]
        if not hats:
            raise NoSuchHat(
                "x-acting-as names no grant of this account; viewer.grants lists them.",
                "x-acting-as 不是该账号的授权，可用授权见 viewer.grants。",
            )
    if not hats:
        raise NoSuchHat("This account has no role here.", "该账号在本系统没有任何角色。")
    chosen = [hat for hat in hats if hat.is_default] or hats
    if len(chosen) > 1:
        raise NoSuchHat(
            "This account has several grants and no default; choose one with x-acting-as.",
            "该账号有多个授权且未设默认，请用 x-acting-as 指定其一。",
        )
    return chosen[0]


def _viewer(hat: Hat, client_id: str | None) -> Viewer:
    return Viewer(
        role=hat.role,
        organisation_id=hat.organisation_id,
        account_id=hat.account_id,
        person_id=hat.person_id,
        grant_id=hat.grant_id,
        client_id=client_id,
        name=hat.name,
    )


def _moment(claims: dict[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    return datetime.fromtimestamp(min(max(value, 0), LAST_SECOND), UTC) if isinstance(value, int) else None
