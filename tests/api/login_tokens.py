"""Tokens as the issuer would sign them, and as nobody should."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey
from starlette.requests import Request

from tests.api.login_stage import API, AUDIENCE, Stage

LATER = 300


def request(token: str | None = None, **headers: str) -> Request:
    """A request with a bearer token and other headers (`_` stands for `-`)."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        given["authorization"] = f"Bearer {token}"
    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    return Request({"type": "http", "method": "POST", "path": "/graphql", "headers": raw})


def claims(subject: str, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {"iss": API, "aud": AUDIENCE, "sub": subject, "client_id": "c", "iat": now, "exp": now + LATER}
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(set_up: Stage, payload: dict[str, Any]) -> str:
    """A token as the issuer would sign it, whatever it claims."""
    header = part({"alg": "ES256", "typ": "at+jwt", "kid": "current"})
    return signed_with(set_up.key("current"), header, part(payload))


def part(content: dict[str, Any]) -> str:
    return text(json.dumps(content).encode())


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signed_with(key: ECKey, header: str, body: str) -> str:
    """A compact JWS with any header, signed over exactly what it says."""
    algorithm = jws.JWSRegistry(algorithms=["ES256"]).get_alg("ES256")
    signature = algorithm.sign(f"{header}.{body}".encode(), key)
    return f"{header}.{body}.{text(signature)}"
