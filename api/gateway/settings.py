"""The full list of what the gateway process reads, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from api.environment import Environment, Mode
from api.settings import public_url, redis_url, secret_keys

SECRET_REMEDY = "set it to the secret of the gateway's client (or use OIDC_CLIENT_SECRET_FILE)"


@dataclass(frozen=True)
class GatewaySettings:
    """One gateway process. `api_url` is where it forwards to; `issuer_url` is where people log in."""

    mode: Mode
    redis_url: str = field(repr=False)
    public_url: str
    api_url: str
    issuer_url: str
    client_id: str
    client_secret: str = field(repr=False)
    cookie_key: bytes = field(repr=False)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the gateway over https. `Environment` refuses anything else in production."""
        return urlsplit(self.public_url).scheme == "https"

    @classmethod
    def read(cls, values: Mapping[str, str]) -> GatewaySettings:
        """Reads and checks every variable. Raises ConfigurationError with all problems at once."""
        env = Environment(values)
        public_api_url = public_url(env, "PUBLIC_API_URL", "https://api.example.gov.cn")
        settings = cls(
            mode=env.mode,
            redis_url=redis_url(env),
            public_url=public_url(env, "PUBLIC_GATEWAY_URL", "https://www.example.gov.cn"),
            api_url=env.optional_url("API_URL", ("https", "http"), "http://api:8000") or public_api_url,
            issuer_url=public_url(env, "OIDC_ISSUER", "https://login.example.gov.cn")
            if env.optional("OIDC_ISSUER")
            else public_api_url,
            client_id=env.text(
                "OIDC_CLIENT_ID", "set it to the gateway's client_id, such as zhicheng-gateway"
            ),
            client_secret=env.text("OIDC_CLIENT_SECRET", SECRET_REMEDY),
            cookie_key=secret_keys(env).cookie,
        )
        env.finish()
        return settings
