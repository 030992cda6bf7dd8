"""Runs `api.up` with three small substitutes for API, gateway and worker; a program of its own, for signals.

Arguments: DIR, then what the API, the gateway or the worker should do instead of serving: `api-crashes`,
`worker-never-ready`, `prepare-fails`.
"""

import sys
from pathlib import Path

from api.up import Programs, run
from api.up_environment import Options

WEB = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
async def ready(request): return PlainTextResponse("ready")
uvicorn.run(Starlette(routes=[Route("/readyz", ready)]), port=int(sys.argv[1]), log_level="warning")
"""
WORKER = """
import os, time, redis
redis.Redis.from_url(os.environ["REDIS_URL"]).set("zhicheng:worker:ready", "1", ex=60)
time.sleep(600)
"""
PREPARE = """
import asyncio, asyncpg, os, sys
async def main():
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.execute("CREATE TABLE IF NOT EXISTS starts (n serial)")
    await connection.execute("INSERT INTO starts DEFAULT VALUES")
    await connection.close()
asyncio.run(main())
"""
CRASH = "import sys; print('the reason of the crash'); sys.exit(7)"
SILENT = "import time; time.sleep(600)"


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def main() -> int:
    directory, api_port, gateway_port, as_json, *mishaps = sys.argv[1:]
    programs = Programs(
        prepare=lambda clients, demo: python(CRASH if "prepare-fails" in mishaps else PREPARE),
        api=lambda port: python(CRASH if "api-crashes" in mishaps else WEB, str(port)),
        gateway=lambda port: python(WEB, str(port)),
        worker=python(SILENT if "worker-never-ready" in mishaps else WORKER),
    )
    options = Options(Path(directory), int(api_port), int(gateway_port), as_json=as_json == "json")
    return run(options, programs)


if __name__ == "__main__":
    sys.exit(main())
