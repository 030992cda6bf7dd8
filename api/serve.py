"""`zhicheng serve api|gateway|worker`: one kind of process, in production and as a child of `zhicheng up`."""

import os
from importlib import import_module

import uvicorn

APPLICATIONS = {"api": "api.app:create_app", "gateway": "api.gateway.app:from_environment"}
SETTINGS = {"api": ("api.settings", "ApiSettings"), "gateway": ("api.gateway.settings", "GatewaySettings")}
"""Imported when needed: the gateway's process loads nothing of the API."""
GRACE_SECONDS = 8
"""How long open requests may take after SIGTERM; event streams are cut after it."""


def serve_web(kind: str, host: str, port: int, workers: int) -> int:
    """Serves the API or the gateway until SIGTERM. Raises ConfigurationError before it listens."""
    module, settings = SETTINGS[kind]
    getattr(import_module(module), settings).read(os.environ)  # here, so that several workers tell it once
    uvicorn.run(
        APPLICATIONS[kind],
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        h11_max_incomplete_event_size=64 * 1024,
        ws_max_size=1024 * 1024,
    )
    return 0


def serve_worker() -> int:
    """Runs one worker until SIGTERM. More workers are more processes: start the command again."""
    import_module("workers.main").run()
    return 0
