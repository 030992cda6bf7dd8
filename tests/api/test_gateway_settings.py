"""What the gateway reads before it starts, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.environment import ConfigurationError
from api.gateway.settings import GatewaySettings
from api.secret_keys import ensure, load


@pytest.fixture
def values(tmp_path: Path) -> dict[str, str]:
    ensure(tmp_path / "keys.json")
    return {
        "ENVIRONMENT": "demo",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "PUBLIC_API_URL": "http://127.0.0.1:8000",
        "PUBLIC_GATEWAY_URL": "http://127.0.0.1:8080",
        "OIDC_CLIENT_ID": "gateway",
        "OIDC_CLIENT_SECRET": "secret",
        "SECRET_KEYS_FILE": str(tmp_path / "keys.json"),
    }


def test_defaults_follow_the_public_api_address(values: dict[str, str], tmp_path: Path) -> None:
    settings = GatewaySettings.read(values)
    assert settings == GatewaySettings(
        "demo",
        "redis://127.0.0.1:6379/0",
        "http://127.0.0.1:8080",
        "http://127.0.0.1:8000",
        "http://127.0.0.1:8000",
        "gateway",
        "secret",
        load(tmp_path / "keys.json").cookie,
    )
    assert "secret" not in repr(settings)


def test_production_refuses_plain_http(values: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        GatewaySettings.read(values | {"ENVIRONMENT": "production", "OIDC_ISSUER": "http://idp.example"})
    assert [problem.split(":")[0] for problem in refused.value.problems] == [
        "PUBLIC_API_URL",
        "PUBLIC_GATEWAY_URL",
        "OIDC_ISSUER",
    ]


def test_everything_missing_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        GatewaySettings.read({})
    assert sorted(problem.split(":")[0] for problem in refused.value.problems) == [
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
        "PUBLIC_API_URL",
        "PUBLIC_GATEWAY_URL",
        "REDIS_URL",
        "SECRET_KEYS_FILE",
    ]
