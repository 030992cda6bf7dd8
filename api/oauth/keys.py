"""The issuer's signing keys: exactly the current one signs, all of them are published.

Authlib picks a random key of a set, old ones too; so signing never goes through a set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ALGORITHM = "ES256"


class SigningKeys:
    """`keys` maps a kid to its EC P-256 private JWK; `current` names the one that signs."""

    def __init__(self, keys: Mapping[str, Mapping[str, str]], current: str) -> None:
        self._current = current
        private = {
            kid: ECKey.import_key({**jwk, "kid": kid, "use": "sig", "alg": ALGORITHM})
            for kid, jwk in keys.items()
        }
        self._signing = private[current]
        public = [ECKey.import_key(dict(key.as_dict(private=False))) for key in private.values()]
        self.public = KeySet(list(public))

    def sign(self, claims: Mapping[str, Any], typ: str) -> str:
        """A compact JWS of the claims, with `typ` and the current `kid`."""
        header = {"alg": ALGORITHM, "typ": typ, "kid": self._current}
        return jwt.encode(header, dict(claims), self._signing, [ALGORITHM])

    def published(self) -> dict[str, Any]:
        """The JWK set that /oauth/jwks answers with: public parts only."""
        return {"keys": [key.as_dict(private=False) for key in self.public.keys]}
