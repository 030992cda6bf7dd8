"""Fixtures for stories about logging in; a test file names this module in `pytest_plugins`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from redis.asyncio import Redis

from domain.accounts.models import Account
from domain.accounts.oauth import OAuthClient
from tests.api.login_stage import Stage, account, client, new_stage


@pytest.fixture
async def set_up(engines: tuple[str, str]) -> AsyncIterator[Stage]:
    redis = Redis.from_url(engines[1])
    yield new_stage(redis)
    await redis.aclose()


@pytest.fixture
async def browser(set_up: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with set_up.browser() as opened:
        yield opened


@pytest.fixture
async def somebody() -> Account:
    return await account()


@pytest.fixture(name="client")
async def registered_client() -> OAuthClient:
    return await client()
