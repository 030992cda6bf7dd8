"""Writes the migration that the models ask for: `python -m domain.core.make_migrations [NAME]`; with --check it only tells.

It compares the models with the migrations on disk; it needs no database. With nothing to do it says so.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.writer import MigrationWriter, format_migration_name

from domain.core.database import APP, configuration


def make(name: str | None = None) -> list[str]:
    """The paths of the migrations written, none where the models and the migrations agree."""
    return [_write(writer, name) for writer in asyncio.run(_writers())]


def _write(writer: MigrationWriter, name: str | None) -> str:
    if name:
        writer.name = format_migration_name(int(writer.name.split("_", 1)[0]), name)
    path = Path(writer.write())
    path.write_text(_together(path.read_text(encoding="utf-8")), encoding="utf-8")
    return str(path)


async def _writers() -> list[MigrationWriter]:
    config = configuration("postgresql://nowhere/none")
    await Tortoise.init(config=config, init_connections=False, _enable_global_fallback=True)
    assert Tortoise.apps is not None
    return await MigrationAutodetector(Tortoise.apps, config["apps"]).changes()


def _together(source: str) -> str:
    """Lets a migration that creates tables create them in one operation (migration_operations says why)."""
    if "ops.CreateModel(" not in source:
        return source
    head, _, rest = source.partition("operations = [")
    body, _, tail = rest.rpartition("]")
    imported = "from domain.core.migration_operations import together\n"
    return f"{imported}{head}operations = together([{body}]){tail}"


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        missing = ", ".join(writer.name for writer in asyncio.run(_writers()))
        print(f"{APP}: no migration for {missing}" if missing else f"{APP}: models and migrations agree")
        return 1 if missing else 0
    written = make(sys.argv[1] if len(sys.argv) > 1 else None)
    print("\n".join(written) or f"{APP}: models and migrations agree")
    return 0


if __name__ == "__main__":
    sys.exit(main())
