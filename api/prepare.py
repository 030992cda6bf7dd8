"""Brings the database to what the processes expect: migrations, reference data, OAuth clients, demo data.

`python -m api.prepare [--clients FILE] [--demo]`, the child that `zhicheng up` runs before it serves. A process
of its own, because it reads the same environment as the API and must leave nothing behind in the supervisor.
Every step may be repeated.
"""

import argparse
import asyncio
import os
import sys
import time
from importlib import import_module
from pathlib import Path

from api.domain_process import open_domain
from api.environment import ConfigurationError
from api.oauth.commands import import_clients
from api.settings import ApiSettings
from domain.core.database import disconnect, migrate
from domain.reference_data import load_reference_data


async def prepare(settings: ApiSettings, clients: Path | None, demo: bool) -> None:
    """Raises ConfigurationError for demo data in production."""
    if demo and settings.mode == "production":
        raise ConfigurationError(
            ["--demo: demo accounts are refused in production / 生产环境不允许; add --no-demo"]
        )
    started = time.monotonic()
    applied = await migrate(settings.database_url)
    _tell(f"{len(applied)} migrations", started)
    await open_domain(settings)
    try:
        await load_reference_data()
        _tell("reference data", started)
        if clients is not None:
            await import_clients(clients)
            _tell("OAuth clients", started)
        if demo:
            # Imported here, so that a start without demo data never loads what makes them.
            await import_module("api.demo").load_demo(settings)
            _tell("demo data", started)
    finally:
        await disconnect()


def _tell(step: str, started: float) -> None:
    print(f"prepare: {step} after {time.monotonic() - started:.1f} s", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m api.prepare", description=__doc__)
    parser.add_argument("--clients", type=Path)
    parser.add_argument("--demo", action="store_true")
    arguments = parser.parse_args()
    try:
        asyncio.run(prepare(ApiSettings.read(os.environ), arguments.clients, arguments.demo))
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
