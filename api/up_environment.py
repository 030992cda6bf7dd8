"""What `zhicheng up` gives its children: addresses, keys, the gateway's OAuth client, and their variables.

A variable that the caller has set is kept, so `up` can also run against other engines or another issuer.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import api
from api.environment import ConfigurationError, Environment
from api.ports import free_port, is_free

GATEWAY_CLIENT = "zhicheng-gateway"


@dataclass(frozen=True)
class Options:
    """What the command line says; port 0 means any free one."""

    data: Path
    api_port: int = 8000
    gateway_port: int = 8080
    demo: bool = True
    as_json: bool = False


@dataclass(frozen=True)
class Addresses:
    """Where the two web processes listen on 127.0.0.1."""

    api_port: int
    gateway_port: int

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}"


def is_production(values: Mapping[str, str]) -> bool:
    """`up` is for demos unless told otherwise. Raises ConfigurationError for an unknown mode."""
    return Environment({"ENVIRONMENT": values.get("ENVIRONMENT") or "demo"}).production


def check_mode(options: Options, values: Mapping[str, str]) -> None:
    """Production brings its own engines and keys and has no demo. Raises ConfigurationError."""
    if not is_production(values):
        return
    problems = [
        f"{name}: is not set / 未设置; production uses no embedded engine and no generated keys, set it"
        for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEYS_FILE")
        if not values.get(name)
    ]
    if options.demo:
        problems.append("demo accounts are refused in production / 生产环境不允许演示账号; add --no-demo")
    if problems:
        raise ConfigurationError(problems)


def addresses(options: Options) -> Addresses:
    """Raises ConfigurationError with each port that is taken."""
    wanted = {"--api-port": options.api_port, "--gateway-port": options.gateway_port}
    problems = [
        f"port {port} of 127.0.0.1 is taken / 端口已被占用; stop what listens there or give another {option}"
        for option, port in wanted.items()
        if port and not is_free(port)
    ]
    if options.api_port and options.api_port == options.gateway_port:
        problems.append("--api-port and --gateway-port are the same / 两个端口相同; give two ports")
    if problems:
        raise ConfigurationError(problems)
    return Addresses(options.api_port or free_port(), options.gateway_port or free_port())


def environment_of_children(
    data: Path, places: Addresses, engines: Mapping[str, str], values: Mapping[str, str]
) -> dict[str, str]:
    """The variables of API, gateway, worker and `api.prepare` that make up this instance."""
    defaults = {
        "ENVIRONMENT": "demo",
        "PUBLIC_API_URL": places.api,
        "PUBLIC_GATEWAY_URL": places.gateway,
        "API_URL": places.api,
        "OIDC_CLIENT_ID": GATEWAY_CLIENT,
        "OIDC_CLIENT_SECRET": gateway_secret(data),
        "SECRET_KEYS_FILE": str(data / "secret-keys.json"),
        "OBJECT_STORE_URL": (data / "objects").as_uri(),
        **({} if is_production(values) else {"DEMO_CLOCK": "1"}),
        **engines,
    }
    passed = {name: values[name] for name in PASSED if values.get(name)}
    return defaults | passed


PASSED = (
    *("DATABASE_URL", "REDIS_URL", "PUBLIC_API_URL", "PUBLIC_GATEWAY_URL", "API_URL", "OIDC_ISSUER"),
    *("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "API_AUDIENCE", "SECRET_KEYS_FILE", "SMTP_URL"),
    *("OBJECT_STORE_URL", "TRUSTED_DOCUMENTS", "ALLOW_AD_HOC", "DEMO_CLOCK", "ENVIRONMENT"),
)


def importable(values: Mapping[str, str]) -> dict[str, str]:
    """Lets children import what this process imports, whatever folder they are started in."""
    root = str(Path(api.__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, [root, values.get("PYTHONPATH")]))
    return {"PYTHONPATH": path, "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}


def gateway_secret(data: Path) -> str:
    """The client secret of the gateway, made on the first start and kept in DIR (mode 0600)."""
    file = data / "gateway-secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), encoding="ascii")
    return file.read_text(encoding="ascii")


def write_gateway_client(data: Path, environment: Mapping[str, str]) -> Path | None:
    """The gateway as RFC 7591 client metadata for the bundled issuer; None when the issuer is another."""
    if environment.get("OIDC_ISSUER", environment["PUBLIC_API_URL"]) != environment["PUBLIC_API_URL"]:
        return None
    gateway = environment["PUBLIC_GATEWAY_URL"]
    client = {
        "client_id": environment["OIDC_CLIENT_ID"],
        "client_secret": environment["OIDC_CLIENT_SECRET"],
        "client_name": "Zhicheng gateway",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "redirect_uris": [f"{gateway}/auth/callback"],
        "post_logout_redirect_uris": [f"{gateway}/"],
        "backchannel_logout_uri": f"{gateway}/auth/backchannel-logout",
        "scope": "openid profile offline_access",
        "token_endpoint_auth_method": "client_secret_basic",
    }
    file = data / "oauth-clients.json"
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps([client], indent=2), encoding="utf-8")
    return file
