"""Two gateway processes in front of one API, over real sockets."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from redis.asyncio import Redis

from api.gateway.sessions import Sessions
from api.secret_keys import ensure, load
from domain.accounts.models import Account
from domain.accounts.oauth import RefreshToken
from tests.api import login_stage as stage
from tests.api.login_stage import SECRET, form
from tests.api.test_gateway import ask
from tests.api.test_gateway_refresh import use_up

pytest_plugins = ["tests.api.login_fixtures"]


def listening() -> socket.socket:
    """A socket on a free port of this machine, that a server will take over."""
    opened = socket.socket()
    opened.bind(("127.0.0.1", 0))
    return opened


@asynccontextmanager
async def api(redis_url: str) -> AsyncIterator[str]:
    """The stage's API with its issuer on a real port."""
    opened, redis = listening(), Redis.from_url(redis_url)
    url = f"http://127.0.0.1:{opened.getsockname()[1]}"
    config = uvicorn.Config(stage.new_stage(redis, url).api, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([opened]))
    yield url
    server.should_exit = True
    await serving
    await redis.aclose()


@asynccontextmanager
async def gateway_process(environment: dict[str, str], opened: socket.socket) -> AsyncIterator[str]:
    """A gateway as `zhicheng serve gateway` runs it, on the socket given."""
    command = (*("-m", "uvicorn", "api.gateway.app:from_environment", "--factory", "--no-access-log"), "--fd")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        str(opened.fileno()),
        env=os.environ | environment,
        pass_fds=[opened.fileno()],
    )
    url = f"http://127.0.0.1:{opened.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=20), timeout=30) as probe:
            assert (await probe.get(f"{url}/readyz")).json() == {
                "status": "ok",
                "redis": True,
                "issuer": True,
                "api": True,
            }
        yield url
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
async def gateways(engines: tuple[str, str], tmp_path: Path) -> AsyncIterator[tuple[Path, list[str]]]:
    ensure(keys := tmp_path / "keys.json")
    async with AsyncExitStack() as running:
        url = await running.enter_async_context(api(engines[1]))
        sockets = [listening(), listening()]
        for opened in sockets:
            opened.listen(64)
        public = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
        client = await stage.client(redirect_uris=[f"{public}/auth/callback"])
        environment = {
            "ENVIRONMENT": "test",
            "REDIS_URL": engines[1],
            "PUBLIC_API_URL": url,
            "PUBLIC_GATEWAY_URL": public,
            "OIDC_CLIENT_ID": client.client_id,
            "OIDC_CLIENT_SECRET": SECRET,
            "SECRET_KEYS_FILE": str(keys),
        }
        yield (
            keys,
            [await running.enter_async_context(gateway_process(environment, opened)) for opened in sockets],
        )


async def test_twenty_calls_in_two_processes_refresh_once(
    gateways: tuple[Path, list[str]], engines: tuple[str, str], somebody: Account
) -> None:
    keys, urls = gateways
    async with AsyncExitStack() as opened:
        first, second = [await opened.enter_async_context(httpx.AsyncClient(base_url=url)) for url in urls]
        page = await first.get("/auth/login", follow_redirects=True)
        address = page.url.copy_with(path="/login", query=None)
        home = await first.post(address, data=form(page, somebody), follow_redirects=True)
        assert re.findall(r"<p>(\S+)，您已登录。", home.text) == ["张三"]

        redis = Redis.from_url(engines[1])
        cookie = first.cookies["zhicheng"]
        await use_up(Sessions(redis, load(keys).cookie), cookie)
        await redis.aclose()
        second.cookies.set("zhicheng", cookie)
        answers = await asyncio.gather(*[ask(one) for one in (first, second) for _ in range(10)])
    assert [answer.status_code for answer in answers] == [200] * 20
    assert {answer.json()["data"]["name"] for answer in answers} == {"张三"}
    assert await RefreshToken.filter(family__session__account_id=somebody.id).count() == 2
