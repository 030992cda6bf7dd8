"""`zhicheng doctor` finds what is wrong, says how to mend it, and exits with 1; /readyz tells less to anybody."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from api import checks, doctor, health, secret_keys
from api.cli import main
from api.health import health_routes


def finding(check: doctor.Check, values: Mapping[str, str]) -> str:
    with pytest.raises(checks.Unhealthy) as refused:
        asyncio.run(check(values))
    return refused.value.problem


def test_every_finding_is_printed_and_one_bad_one_fails(capsys: pytest.CaptureFixture[str]) -> None:
    async def well(values: Mapping[str, str]) -> str:
        return "fine"

    async def ill(values: Mapping[str, str]) -> str:
        raise checks.Unhealthy("broken / 损坏", "mend it / 修复")

    assert doctor.run({}, {"one": well}) == 0
    assert doctor.run({}, {"one": well, "two": ill, "three": well}) == 1
    assert capsys.readouterr().out == (
        "  ✓ one: OK, fine\n"
        "  ✓ one: OK, fine\n  ✗ two: broken / 损坏\n      → mend it / 修复\n  ✓ three: OK, fine\n"
    )


@pytest.mark.parametrize(
    ("check", "values", "problem"),
    [
        (checks.check_database, {}, "DATABASE_URL is not set / 未设置"),
        (
            checks.check_database,
            {"DATABASE_URL": "postgresql://u:p@127.0.0.1:1/x"},
            "PostgreSQL does not let us in (ConnectionRefusedError) / 无法连接数据库",
        ),
        (
            checks.check_redis,
            {"REDIS_URL": "redis://127.0.0.1:1"},
            "Redis or Valkey does not let us in (ConnectionError) / 无法连接 Redis",
        ),
        (
            checks.check_issuer,
            {"OIDC_ISSUER": "http://127.0.0.1:1"},
            "http://127.0.0.1:1/.well-known/openid-configuration does not answer (ConnectError) / "
            "无法读取登录服务配置",
        ),
        (
            checks.check_object_store,
            {"OBJECT_STORE_URL": "ftp://h/x"},
            "nothing can be stored (ValueError) / 对象存储不可写",
        ),
    ],
)
def test_an_unreachable_dependency_is_named(
    check: doctor.Check, values: dict[str, str], problem: str
) -> None:
    assert finding(check, values) == problem


def test_key_files_that_others_may_read_are_found(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    values = {"SECRET_KEYS_FILE": str(path)}
    assert finding(checks.check_secret_keys, values).startswith("cannot read")
    secret_keys.ensure(path)
    assert asyncio.run(checks.check_secret_keys(values)) == "1 sealing, 1 signing"
    path.chmod(0o640)
    assert finding(checks.check_secret_keys, values) == f"others may read {path} / 权限过宽"


def test_an_unconfigured_command_refuses_with_every_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["migrate", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"zhicheng: nothing runs in {tmp_path}")
    monkeypatch.chdir(tmp_path)
    assert main(["migrate"]) == 2
    assert capsys.readouterr().err.startswith("zhicheng: DATABASE_URL: is not set")


def test_generated_keys_are_never_overwritten(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = str(tmp_path / "keys.json")
    assert (main(["keys", file]), main(["keys", file])) == (0, 2)
    assert secret_keys.load(Path(file)).cookie != b""


async def _answers(checked: Mapping[str, health.Check]) -> list[tuple[int, object]]:
    application = Starlette(routes=health_routes(checked))
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answers = [await client.get(path) for path in ("/healthz", "/readyz")]
    return [(answer.status_code, answer.json()) for answer in answers]


def test_readiness_names_the_failing_check_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.01)

    async def well() -> None: ...

    async def broken() -> None:
        raise ConnectionError("postgresql://u:hunter2@h")

    async def silent() -> None:
        await asyncio.Event().wait()

    alive = (200, {"status": "ok"})
    assert asyncio.run(_answers({"database": well})) == [
        alive,
        (200, {"status": "ready", "checks": {"database": "ok"}}),
    ]
    outcomes = {"database": "failed", "redis": "timed out", "objects": "ok"}
    assert asyncio.run(_answers({"database": broken, "redis": silent, "objects": well})) == [
        alive,
        (503, {"status": "not ready", "checks": outcomes}),
    ]
