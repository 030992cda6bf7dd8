"""The worker as a process: it starts, shows a sign of life, does its work without being asked, and stops when told."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from redis.asyncio import Redis

from api import secret_keys
from domain.certificates.models import Certificate
from domain.core.ledger import OutboxEvent
from domain.notifications.models import Message
from tests.stages import results as stages
from workers.heartbeat import READY_KEY
from workers.main import from_json, to_json

ROOT = Path(__file__).parents[2]
RUN = "from workers.main import run; run()"


def environment(database: str, redis: str, folder: Path) -> dict[str, str]:
    keys = folder / "secret-keys.json"
    secret_keys.ensure(keys)
    return {
        "PATH": os.environ.get("PATH", ""),
        "ENVIRONMENT": "test",
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "PUBLIC_API_URL": "http://127.0.0.1:8000",
        "PUBLIC_GATEWAY_URL": "http://127.0.0.1:8080",
        "OBJECT_STORE_URL": f"file://{folder}/objects",
        "SECRET_KEYS_FILE": str(keys),
    }


@pytest.fixture
def two_workers(
    engines: tuple[str, str], database: str, tmp_path: Path
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two processes on the same database and queue."""
    values = environment(database, engines[1], tmp_path)
    running = [
        subprocess.Popen([sys.executable, "-c", RUN], cwd=ROOT, env=values, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()


async def until(holds: Callable[[], Any], seconds: float = 60) -> None:
    """Waits for something another process does; fails when it does not happen in time."""
    with anyio.fail_after(seconds):
        while not await holds():  # noqa: ASYNC110 - what is waited for happens in another process
            await anyio.sleep(0.1)


async def test_two_workers_relay_and_draw_once_and_stop_when_told(
    two_workers: list[subprocess.Popen[bytes]], engines: tuple[str, str]
) -> None:
    redis = Redis.from_url(engines[1])
    await until(lambda: redis.get(READY_KEY))
    assert 0 < await redis.ttl(READY_KEY) <= 5
    _, [certificate] = await stages.certificates(1)
    event = await OutboxEvent.get(subject_id=certificate.id, event="certificate.issue")

    async def drawn() -> bool:
        return await Certificate.filter(id=certificate.id, document_id__isnull=False).exists()

    async def relayed() -> bool:
        return await OutboxEvent.filter(seq=event.seq, relayed_at__isnull=False).exists()

    await until(relayed)
    await until(drawn)
    assert await Message.filter(event_seq=event.seq).count() == 1
    attached = OutboxEvent.filter(subject_id=certificate.id, event="certificate.attach_document")
    assert await attached.count() == 1
    for process in two_workers:
        process.send_signal(signal.SIGTERM)
    codes = [await anyio.to_thread.run_sync(lambda each=each: each.wait(20)) for each in two_workers]
    assert codes == [0, 0]
    await redis.aclose()


def test_jobs_are_json_and_never_pickle() -> None:
    job = {"f": "render_certificate", "a": ["id"], "k": {}, "t": None, "et": 1}
    assert from_json(to_json(job)) == job
    with pytest.raises(ValueError, match="codec"):
        from_json(pickle.dumps(job))
