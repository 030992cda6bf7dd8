"""The worker process: relays the outbox, keeps deadlines, draws documents.

The queue is a doorbell. Events are relayed as soon as PostgreSQL notifies, and every few seconds whether it does or
not; deadlines are kept every few seconds, on the demonstration's clock where there is one.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
from collections.abc import Sequence
from typing import Any

from arq import cron
from arq.connections import RedisSettings
from arq.worker import Worker, func
from redis.exceptions import RedisError

from api.domain_process import open_domain
from domain.accounts.logins import forget_old_logins
from domain.core.calls import forget_old_keys
from domain.core.database import disconnect
from domain.core.ledger import OutboxEvent
from workers.deadlines import keep_deadlines
from workers.doorbell import listen
from workers.heartbeat import beat
from workers.logs import log_as_json
from workers.relay import relay
from workers.render import JOB, draw_missing, render_certificate, ring_for_documents
from workers.settings import WorkerSettings

log = logging.getLogger(__name__)

QUEUE = "zhicheng:queue"
EVERY_FEW_SECONDS = set(range(0, 60, 3))
EVERY_HALF_MINUTE = {10, 40}


def run() -> None:
    """Runs one worker until SIGTERM or SIGINT. More workers are more processes."""
    settings = WorkerSettings.read(os.environ)
    log_as_json()
    # arq asks for the loop of its thread when it is made.
    asyncio.set_event_loop(asyncio.new_event_loop())
    make_worker(settings).run()


def make_worker(settings: WorkerSettings) -> Worker:
    """The worker with its jobs; what it shares with its jobs lies in `ctx`."""
    return Worker(
        functions=[func(render_certificate, name=JOB, keep_result=0, max_tries=3)],
        cron_jobs=[
            cron(relay_job, second=EVERY_FEW_SECONDS, keep_result=0, max_tries=1, timeout=120),
            cron(deadlines_job, second=EVERY_FEW_SECONDS, keep_result=0, max_tries=1, timeout=120),
            cron(missing_documents_job, second=EVERY_HALF_MINUTE, keep_result=0, max_tries=1, timeout=120),
            cron(forget_job, hour=3, minute=17, keep_result=0, max_tries=1, timeout=600),
        ],
        queue_name=QUEUE,
        redis_settings=RedisSettings.from_dsn(re.sub("^valkey", "redis", settings.redis_url)),
        on_startup=start,
        on_shutdown=stop,
        ctx={"settings": settings, "public_url": settings.public_api_url},
        job_serializer=to_json,
        job_deserializer=from_json,
        log_results=False,
        max_jobs=4,
    )


async def start(ctx: dict[Any, Any]) -> None:
    """Opens the domain, then listens and beats in the background for the life of the process."""
    await open_domain(ctx["settings"])

    async def relayed() -> None:
        await relay(lambda events: ring(ctx, events))

    ctx["background"] = [
        asyncio.create_task(listen(ctx["settings"].database_url, relayed)),
        asyncio.create_task(beat(ctx["redis"])),
    ]


async def stop(ctx: dict[Any, Any]) -> None:
    for task in ctx.get("background", ()):
        task.cancel()
    await asyncio.gather(*ctx.get("background", ()), return_exceptions=True)
    await disconnect()


async def relay_job(ctx: dict[Any, Any]) -> None:
    """Finds events whose notification was missed."""
    await relay(lambda events: ring(ctx, events))


async def deadlines_job(ctx: dict[Any, Any]) -> None:
    """Does what is due."""
    await keep_deadlines()


async def missing_documents_job(ctx: dict[Any, Any]) -> None:
    """Draws documents whose doorbell was lost."""
    await draw_missing(ctx["public_url"])


async def forget_job(ctx: dict[Any, Any]) -> None:
    """Deletes, once a day, logins and idempotency keys that nothing can ask for any more."""
    log.info("forget.done", extra={"logins": await forget_old_logins(), "keys": await forget_old_keys()})


async def ring(ctx: dict[Any, Any], events: Sequence[OutboxEvent]) -> None:
    """Rings for the documents of what was just issued; a queue that is down costs time, not documents."""
    try:
        await ring_for_documents(ctx["redis"], events)
    except (OSError, RedisError):
        log.warning("render.doorbell_lost", exc_info=True)


def to_json(job: dict[str, Any]) -> bytes:
    """JSON and not pickle: who can write to the queue must not be able to run code in the worker."""
    return json.dumps(job, default=str).encode()


def from_json(job: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(job)
    return found
