"""What a process reads before it starts: everything wrong is told at once, and production opens no demo doors."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from api import secret_keys
from api.environment import ConfigurationError, read_secret_files
from api.settings import ApiSettings
from api.up_environment import Options, check_mode
from workers.settings import WorkerSettings


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "secret-keys.json"
    secret_keys.ensure(path)
    return path


@pytest.fixture
def demo(key_file: Path) -> dict[str, str]:
    return {
        "ENVIRONMENT": "demo",
        "DATABASE_URL": "postgresql://u:p@127.0.0.1:5432/zhicheng",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "PUBLIC_API_URL": "http://127.0.0.1:8000/",
        "PUBLIC_GATEWAY_URL": "http://127.0.0.1:8080",
        "OBJECT_STORE_URL": "file:///tmp/objects",
        "SECRET_KEYS_FILE": str(key_file),
        "DEMO_CLOCK": "1",
    }


@pytest.fixture
def production(demo: dict[str, str]) -> dict[str, str]:
    addresses = {
        "ENVIRONMENT": "production",
        "PUBLIC_API_URL": "https://api.example.gov.cn",
        "PUBLIC_GATEWAY_URL": "https://www.example.gov.cn",
        "SMTP_URL": "smtps://u:p@mail.example.gov.cn:465",
    }
    return {name: value for name, value in (demo | addresses).items() if name != "DEMO_CLOCK"}


def problems(read: Any, values: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        read(values)
    return [problem.split(":")[0] for problem in refused.value.problems]


def test_demo_settings_have_the_documented_defaults(demo: dict[str, str]) -> None:
    settings = ApiSettings.read(demo)
    read = (settings.public_api_url, settings.oidc_issuer, settings.bundled_issuer, settings.api_audience)
    assert read == ("http://127.0.0.1:8000", "http://127.0.0.1:8000", True, "urn:zhicheng:api")
    assert (settings.mode, settings.allow_ad_hoc, settings.demo_clock) == ("demo", "all", True)
    assert WorkerSettings.read(demo).smtp_url is None


def test_production_is_the_mode_of_a_process_nobody_configured(production: dict[str, str]) -> None:
    unset = {name: value for name, value in production.items() if name != "ENVIRONMENT"}
    settings = ApiSettings.read(unset)
    assert (settings.mode, settings.allow_ad_hoc, settings.demo_clock) == ("production", "clients", False)


def test_every_missing_variable_is_told_at_once() -> None:
    assert problems(ApiSettings.read, {"ENVIRONMENT": "test"}) == [
        "PUBLIC_API_URL",
        "DATABASE_URL",
        "REDIS_URL",
        "PUBLIC_GATEWAY_URL",
        "OBJECT_STORE_URL",
        "SECRET_KEYS_FILE",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "prod"),
        ("DATABASE_URL", "mysql://u:p@h/x"),
        ("DATABASE_URL", "postgresql://h:port/x"),
        ("DATABASE_URL", "postgresql:///x"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("REDIS_URL", "redis://h\x00/0"),
        ("OBJECT_STORE_URL", "file:"),
        ("OIDC_ISSUER", "login.example.gov.cn"),
        ("SECRET_KEYS_FILE", "/nonexistent/keys.json"),
        ("TRUSTED_DOCUMENTS", "/nonexistent/a.json"),
        ("ALLOW_AD_HOC", "yes"),
        ("DEMO_CLOCK", "true"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_its_variable(
    demo: dict[str, str], name: str, value: str
) -> None:
    assert problems(ApiSettings.read, demo | {name: value}) == [name]


def test_problems_never_repeat_a_password(demo: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        ApiSettings.read(demo | {"DATABASE_URL": "mysql://u:hunter2@h/x"})
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(ApiSettings.read(demo | {"DATABASE_URL": "postgresql://u:hunter2@h/x"}))


def test_production_refuses_the_demo_clock_and_plain_http(production: dict[str, str]) -> None:
    wrong = production | {"DEMO_CLOCK": "1", "PUBLIC_API_URL": "http://api.example.gov.cn"}
    assert problems(ApiSettings.read, wrong) == ["PUBLIC_API_URL", "DEMO_CLOCK"]
    assert problems(WorkerSettings.read, wrong | {"SMTP_URL": ""}) == [
        "PUBLIC_API_URL",
        "SMTP_URL",
        "DEMO_CLOCK",
    ]


def test_production_refuses_embedded_engines_and_demo_accounts() -> None:
    with pytest.raises(ConfigurationError) as refused:
        check_mode(Options(Path("data")), {"ENVIRONMENT": "production", "REDIS_URL": "redis://h"})
    assert refused.value.problems == (
        "DATABASE_URL: is not set / 未设置; production uses no embedded engine and no generated keys, set it",
        "SECRET_KEYS_FILE: is not set / 未设置; production uses no embedded engine and no generated keys, set it",
        "demo accounts are refused in production / 生产环境不允许演示账号; add --no-demo",
    )


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "database-url"
    secret.write_text("postgresql://u:p@h/x\n", encoding="utf-8")
    values = {"DATABASE_URL_FILE": str(secret), "REDIS_URL_FILE": str(secret), "REDIS_URL": "redis://kept"}
    read_secret_files(values)
    assert (values["DATABASE_URL"], values["REDIS_URL"]) == ("postgresql://u:p@h/x", "redis://kept")
    missing = {"SMTP_URL_FILE": "/nonexistent", "DATABASE_URL_FILE": "/nonexistent"}
    assert problems(read_secret_files, missing) == ["DATABASE_URL_FILE", "SMTP_URL_FILE"]


def test_generated_keys_are_for_their_owner_only_and_stay(key_file: Path) -> None:
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    before = key_file.read_bytes()
    secret_keys.ensure(key_file)
    assert key_file.read_bytes() == before
    keys = secret_keys.load(key_file)
    assert [len(key) for key in (keys.blind_index, keys.cookie, keys.cursor)] == [32, 32, 32]
    assert keys.signing.keys[keys.signing.current]["crv"] == "P-256"
    assert keys.blind_index.hex() not in repr(keys)


def test_two_generated_files_share_no_key() -> None:
    first, second = secret_keys.parse(secret_keys.generate()), secret_keys.parse(secret_keys.generate())
    assert len({first.cookie, second.cookie, first.cursor, second.cursor, first.blind_index}) == 5


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"cookie": "c2hvcnQ="}, "cookie must be base64 of 32 bytes"),
        ({"cursor": "not base64"}, "cursor must be base64 of 32 bytes"),
        ({"blindIndex": "中文"}, "blindIndex must be base64 of 32 bytes"),
        ({"sealing": []}, "sealing must be an object with current and keys"),
        ({"sealing": {"current": "b", "keys": {}}}, "sealing.current must name one of sealing.keys"),
        ({"sealing": {"current": "a", "keys": {"a": 5}}}, "sealing.keys.a must be base64 of 32 bytes"),
        (
            {"signing": {"current": "a", "keys": {"a": {"kty": "EC"}}}},
            "signing.keys.a must be a private EC P-256 JWK",
        ),
    ],
)
def test_a_wrong_key_file_names_the_entry(change: dict[str, Any], expected: str) -> None:
    with pytest.raises(secret_keys.SecretKeysError) as refused:
        secret_keys.parse(secret_keys.generate() | change)
    assert refused.value.problems == (expected,)


def test_a_public_signing_key_is_refused() -> None:
    content = secret_keys.generate()
    del content["signing"]["keys"][content["signing"]["current"]]["d"]
    with pytest.raises(secret_keys.SecretKeysError, match="private EC P-256"):
        secret_keys.parse(content)


@pytest.mark.parametrize("content", [[], None, 5, "text"])
def test_a_file_that_is_no_object_names_every_entry(content: object) -> None:
    with pytest.raises(secret_keys.SecretKeysError) as refused:
        secret_keys.parse(json.loads(json.dumps(content)))
    assert len(refused.value.problems) == 5
