"""/healthz and /readyz, the same for every web process.

/healthz: the process answers (restart it if not). /readyz: everything it needs answers too (send it no requests
if not): 200 or 503 with `{"status", "checks": {name: "ok" | "failed" | "timed out"}}`. Why a check failed is
logged, not answered, because anybody may ask.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

CHECK_SECONDS = 2.0

Check = Callable[[], Awaitable[object]]
"""Returns if the dependency answers, raises if it does not."""

log = logging.getLogger("zhicheng.health")


def health_routes(checks: Mapping[str, Check]) -> list[Route]:
    """The two routes; `checks` are asked at each /readyz, all at once, each for at most CHECK_SECONDS."""

    async def readyz(request: Request) -> JSONResponse:
        outcomes = await asyncio.gather(*(_outcome(name, check) for name, check in checks.items()))
        by_name = dict(zip(checks, outcomes, strict=True))
        ready = all(outcome == "ok" for outcome in outcomes)
        body = {"status": "ready" if ready else "not ready", "checks": by_name}
        return JSONResponse(body, status_code=200 if ready else 503, headers=_UNCACHED)

    return [Route("/healthz", _healthz), Route("/readyz", readyz)]


_UNCACHED = {"cache-control": "no-store"}


async def _healthz(request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"}, headers=_UNCACHED)


async def _outcome(name: str, check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except TimeoutError:
        log.warning("readiness check timed out: %s", name)
        return "timed out"
    except Exception as error:  # whatever a dependency raises means the same here: not ready
        log.warning("readiness check failed: %s (%s)", name, type(error).__name__)
        return "failed"
    return "ok"
