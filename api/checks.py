"""What `zhicheng doctor` checks, one function each: a detail when it is well, Unhealthy when it is not."""

import asyncio
import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import asyncpg
import httpx
from noto_cjk_sans_otc import FONT_FILE, FONT_PATH
from redis.asyncio import Redis
from redis.exceptions import RedisError
from tortoise.exceptions import BaseORMException
from tortoise.migrations.api import plan

from api import secret_keys
from api.ports import is_free
from domain.core import database, object_store

MIN_POSTGRES, MIN_REDIS = 15, 7
SECONDS = 5.0
WEB_PORTS = (8000, 8080)


class Unhealthy(Exception):
    """Something is wrong: `problem` and `remedy`, each in English / 中文."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


async def check_database(values: Mapping[str, str]) -> str:
    """Reachable, recent enough, in UTF-8."""
    url = _wanted(values, "DATABASE_URL")
    try:
        connection = await asyncpg.connect(url, timeout=SECONDS)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError) as error:
        raise Unhealthy(
            f"PostgreSQL does not let us in ({_kind(error)}) / 无法连接数据库",
            "check host, port, user, password and database in DATABASE_URL / 检查 DATABASE_URL",
        ) from error
    try:
        major = connection.get_server_version().major
        version = await connection.fetchval("SHOW server_version")
        encoding = await connection.fetchval("SHOW server_encoding")
    finally:
        await connection.close()
    if major < MIN_POSTGRES:
        raise Unhealthy(
            f"PostgreSQL {version} is too old / 版本过低", f"install {MIN_POSTGRES} or newer / 请升级"
        )
    if encoding != "UTF8":
        raise Unhealthy(
            f"the encoding is {encoding} / 编码错误", "create the database with ENCODING 'UTF8' / 请用 UTF8"
        )
    return f"PostgreSQL {version}"


async def check_migrations(values: Mapping[str, str]) -> str:
    """Every migration of this release is applied."""
    configuration = database.configuration(_wanted(values, "DATABASE_URL"))
    try:
        with redirect_stdout(StringIO()):  # Tortoise prints its plan as well
            lines = await plan(config=configuration)
    except (OSError, TimeoutError, asyncpg.PostgresError, BaseORMException) as error:
        raise Unhealthy(
            f"cannot tell ({_kind(error)}) / 无法判断", "mend the database first / 先修复数据库"
        ) from error
    finally:
        await database.disconnect()
    pending = [line for line in lines if line.startswith("+")]
    if pending:
        raise Unhealthy(
            f"{len(pending)} migrations are missing / 数据库结构未升级", "run / 运行: zhicheng migrate"
        )
    return "all applied / 已全部应用"


async def check_redis(values: Mapping[str, str]) -> str:
    """Reachable and recent enough."""
    try:
        async with Redis.from_url(
            _wanted(values, "REDIS_URL"), socket_timeout=SECONDS, socket_connect_timeout=SECONDS
        ) as redis:
            version = str((await redis.info("server"))["redis_version"])
    except (OSError, TimeoutError, ValueError, RedisError) as error:
        raise Unhealthy(
            f"Redis or Valkey does not let us in ({_kind(error)}) / 无法连接 Redis",
            "check host, port and password in REDIS_URL / 检查 REDIS_URL",
        ) from error
    if int(version.split(".")[0]) < MIN_REDIS:
        raise Unhealthy(f"version {version} is too old / 版本过低", f"install {MIN_REDIS} or newer / 请升级")
    return f"protocol version {version}"


async def check_object_store(values: Mapping[str, str]) -> str:
    """A small object can be written and read again."""
    content = secrets.token_bytes(16)
    try:
        object_store.use_object_store(_wanted(values, "OBJECT_STORE_URL"))
        async with asyncio.timeout(SECONDS):
            await object_store.write("doctor/probe", content)
            found = await object_store.read_key("doctor/probe")
    except Unhealthy:
        raise
    except Exception as error:  # each kind of store raises its own
        raise Unhealthy(
            f"nothing can be stored ({_kind(error)}) / 对象存储不可写",
            "check OBJECT_STORE_URL, its permissions and the AWS_* variables / 检查 OBJECT_STORE_URL 及权限",
        ) from error
    if found != content:
        raise Unhealthy("reads other bytes than were written / 读写不一致", "check the store / 检查对象存储")
    return "written and read again / 读写正常"


async def check_secret_keys(values: Mapping[str, str]) -> str:
    """Complete, and closed to other accounts of the machine."""
    path = Path(_wanted(values, "SECRET_KEYS_FILE"))
    try:
        keys = secret_keys.load(path)
    except secret_keys.SecretKeysError as error:
        raise Unhealthy(
            f"{error} / 密钥文件不可用", "restore the file, or make one / 恢复或新建: zhicheng keys FILE"
        ) from error
    if _others_may_read(path):
        raise Unhealthy(f"others may read {path} / 权限过宽", f"chmod 0600 {path}")
    return f"{len(keys.sealing.keys)} sealing, {len(keys.signing.keys)} signing"


def _others_may_read(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


async def check_issuer(values: Mapping[str, str]) -> str:
    """The discovery document answers and names the issuer that is configured."""
    issuer = values.get("OIDC_ISSUER") or _wanted(values, "PUBLIC_API_URL")
    document = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            answer = await client.get(document)
        named = answer.raise_for_status().json()["issuer"]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
        if not values.get("OIDC_ISSUER") and isinstance(error, httpx.ConnectError):
            return "bundled; answers once the API runs / 内置，随 API 启动"
        raise Unhealthy(
            f"{document} does not answer ({_kind(error)}) / 无法读取登录服务配置",
            "check OIDC_ISSUER and the network / 检查 OIDC_ISSUER 与网络",
        ) from error
    if named != issuer:
        raise Unhealthy(
            f"it names itself {named!r} / 标识不一致", f"set OIDC_ISSUER to exactly that, not {issuer!r}"
        )
    return str(issuer)


async def check_ports(values: Mapping[str, str]) -> str:
    """The usual ports are free, or Zhicheng itself answers there."""
    taken = [port for port in WEB_PORTS if not is_free(port) and not await _is_ours(port)]
    if taken:
        raise Unhealthy(
            f"other programs listen on {', '.join(map(str, taken))} / 端口被其他程序占用",
            "stop them, or give other ports / 停止它们或换端口: --api-port, --gateway-port, --port",
        )
    return "free or ours / 空闲或为本系统使用"


async def check_fonts(values: Mapping[str, str]) -> str:
    """The typeface of certificates and notices is installed."""
    if not os.access(str(FONT_PATH), os.R_OK):
        raise Unhealthy(f"{FONT_PATH} is missing / 缺少字体", "pip install noto-cjk-sans-otc")
    return str(FONT_FILE)


async def _is_ours(port: int) -> bool:
    try:
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
            answer = await client.get(f"http://127.0.0.1:{port}/healthz")
        return bool(answer.json() == {"status": "ok"})
    except (httpx.HTTPError, ValueError):
        return False


def _wanted(values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "").strip()
    if not value:
        raise Unhealthy(f"{name} is not set / 未设置", f"set {name}, or / 或: zhicheng doctor --data DIR")
    return value


def _kind(error: BaseException) -> str:
    """The kind only: texts of errors may hold addresses with passwords."""
    return type(error).__name__
