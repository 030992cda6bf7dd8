"""The world is expensive, so one stands for the whole run; nothing in these tests changes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.core import clock
from tests.access.world import World, made_world
from tests.conftest import MORNING


@pytest.fixture(scope="session")
async def world(database: str) -> World:
    """The world as of the morning on which every test begins."""
    clock.move_to(MORNING - datetime.now(UTC))
    return await made_world()
