"""`zhicheng doctor`: checks the configuration and every dependency, and says how to mend what is wrong."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping

from api import checks
from api.environment import ConfigurationError
from api.settings import ApiSettings
from workers.settings import WorkerSettings

Check = Callable[[Mapping[str, str]], Coroutine[None, None, str]]


async def check_configuration(values: Mapping[str, str]) -> str:
    """What API and worker would say when they start, each problem once."""
    problems: dict[str, None] = {}
    for settings in (ApiSettings, WorkerSettings):
        try:
            settings.read(values)
        except ConfigurationError as error:
            problems.update(dict.fromkeys(error.problems))
    if problems:
        raise checks.Unhealthy(
            "".join(f"\n      {problem}" for problem in problems), "set these variables / 设置上述环境变量"
        )
    return "complete / 完整"


CHECKS: Mapping[str, Check] = {
    "configuration / 配置": check_configuration,
    "database / 数据库": checks.check_database,
    "migrations / 数据库结构": checks.check_migrations,
    "Redis or Valkey": checks.check_redis,
    "object store / 对象存储": checks.check_object_store,
    "secret keys / 密钥": checks.check_secret_keys,
    "issuer / 登录服务": checks.check_issuer,
    "ports / 端口": checks.check_ports,
    "fonts / 字体": checks.check_fonts,
}


def run(values: Mapping[str, str], todo: Mapping[str, Check] = CHECKS) -> int:
    """Prints one finding for each check; 1 if anything is wrong, else 0."""
    return 0 if asyncio.run(_all_well(values, todo)) else 1


async def _all_well(values: Mapping[str, str], todo: Mapping[str, Check]) -> bool:
    well = [await _report(name, check, values) for name, check in todo.items()]
    return all(well)


async def _report(name: str, check: Check, values: Mapping[str, str]) -> bool:
    try:
        detail = await check(values)
    except checks.Unhealthy as finding:
        print(f"  ✗ {name}: {finding.problem}\n      → {finding.remedy}", flush=True)
        return False
    print(f"  ✓ {name}: OK, {detail}", flush=True)
    return True
