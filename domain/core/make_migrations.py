"""Writes the migration that the models ask for: `python -m domain.core.make_migrations [NAME]`.

It compares the models with the migrations on disk; it needs no database. With nothing to do it says so.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.writer import format_migration_name

from domain.core.database import APP, configuration


async def make(name: str | None = None) -> list[str]:
    """The paths of the migrations written, none where the models and the migrations agree."""
    config = configuration("postgresql://nowhere/none")
    await Tortoise.init(config=config, init_connections=False, _enable_global_fallback=True)
    assert Tortoise.apps is not None
    written = []
    for writer in await MigrationAutodetector(Tortoise.apps, config["apps"]).changes():
        if name:
            writer.name = format_migration_name(int(writer.name.split("_", 1)[0]), name)
        path = Path(writer.write())
        path.write_text(_together(path.read_text(encoding="utf-8")), encoding="utf-8")
        written.append(str(path))
    return written


def _together(source: str) -> str:
    """Lets a migration that creates tables create them in one operation (migration_operations says why)."""
    if "ops.CreateModel(" not in source:
        return source
    head, _, rest = source.partition("operations = [")
    body, _, tail = rest.rpartition("]")
    imported = "from domain.core.migration_operations import together\n"
    return f"{imported}{head}operations = together([{body}]){tail}"


def main() -> None:
    written = asyncio.run(make(sys.argv[1] if len(sys.argv) > 1 else None))
    print("\n".join(written) or f"{APP}: models and migrations agree")


if __name__ == "__main__":
    main()
