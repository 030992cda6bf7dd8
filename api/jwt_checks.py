"""How a signed token is checked, whoever signed it: an explicit key set, explicit algorithms, explicit claims.

Knows neither the database nor HTTP, so the API, the issuer and the gateway share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

MAX_TOKEN_CHARACTERS = 8192
#: Headers that let a token bring or point to its own key, or change how its signature is read.
TREACHEROUS_HEADERS = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64"})
#: Clocks of two machines may differ by this many seconds.
LEEWAY_SECONDS = 5


class TokenInvalid(Exception):
    """The token is not what it must be. The text says which check failed, for logs and developers."""


class TokenExpired(TokenInvalid):
    """The token was good once."""


@dataclass(frozen=True)
class Expected:
    """What a token must carry. Empty `types` and no `audience` accept any; `required` claims must be present."""

    issuer: str
    audience: str | None
    algorithms: tuple[str, ...] = ("ES256",)
    types: tuple[str, ...] = ()
    required: tuple[str, ...] = ("sub", "exp", "iat")
    leeway: int = field(default=LEEWAY_SECONDS)


def key_id(token: str) -> str | None:
    """The `kid` of a token, unverified: only good for choosing or fetching a key.

    Raises:
        TokenInvalid: no compact JWS, or a header that brings its own key.
    """
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise TokenInvalid("the token is too long")
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise TokenInvalid("not a compact JWS") from error
    if TREACHEROUS_HEADERS & header.keys():
        raise TokenInvalid("a header names its own key or is critical")
    kid = header.get("kid")
    return kid if isinstance(kid, str) else None


def check(token: str, keys: KeySet, expected: Expected, *, allow_expired: bool = False) -> dict[str, Any]:
    """The claims of a token that passes every check.

    Raises:
        TokenExpired: only its time is wrong.
        TokenInvalid: anything else is.
    """
    if key_id(token) is None:
        raise TokenInvalid("no kid")
    try:
        decoded = jwt.decode(token, keys, algorithms=list(expected.algorithms))
    except (JoseError, ValueError, TypeError) as error:
        raise TokenInvalid(f"signature: {type(error).__name__}") from error
    if expected.types and _type(decoded.header) not in expected.types:
        raise TokenInvalid("typ")
    claims: dict[str, Any] = decoded.claims
    _check_claims(claims, expected, allow_expired)
    return claims


def _type(header: Mapping[str, Any]) -> str:
    return str(header.get("typ", "")).lower().removeprefix("application/")


def _check_claims(claims: dict[str, Any], expected: Expected, allow_expired: bool) -> None:
    if claims.get("iss") != expected.issuer:
        raise TokenInvalid("iss")
    if expected.audience is not None and expected.audience not in _audiences(claims.get("aud")):
        raise TokenInvalid("aud")
    if missing := [name for name in expected.required if claims.get(name) in (None, "")]:
        raise TokenInvalid(f"missing {missing[0]}")
    if "\0" in str(claims.get("sub", "")):
        raise TokenInvalid("sub")  # PostgreSQL refuses NUL
    times = jwt.JWTClaimsRegistry(leeway=expected.leeway)
    checked = {k: v for k, v in claims.items() if not (allow_expired and k == "exp")}
    try:
        times.validate(checked)
    except ExpiredTokenError as error:
        raise TokenExpired("expired") from error
    except (JoseError, ValueError, TypeError, OverflowError) as error:
        raise TokenInvalid(str(error)) from error


def _audiences(audience: object) -> Sequence[object]:
    return audience if isinstance(audience, list) else [audience]
