"""What the front end is built against, generated from the code: `python -m schema.contract [--check]`.

    schema.graphql   every type, sorted                  lifecycles.md   every state machine, drawn and as a table
    roles.md         who sees and may do what            errors.md       every code and rule a refusal can cite

All of it is committed and drift-tested, so that a reviewer sees in a diff what the front end gets.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from schema.contract import errors, lifecycles, roles, sdl
from schema.root import schema

FOLDER = Path(__file__).parents[2] / "frontend-contract"


def documents() -> Mapping[str, str]:
    """The generated documents by file name."""
    return {
        "schema.graphql": sdl.text(schema),
        "lifecycles.md": lifecycles.text(),
        "roles.md": roles.text(),
        "errors.md": errors.text(),
    }


def write(check: bool, folder: Path = FOLDER) -> int:
    """Writes what has changed; with `check` writes nothing, prints the drift to stderr and returns 1 if there is any."""
    drifted = {name: text for name, text in documents().items() if _committed(folder / name) != text}
    if check:
        for name, text in drifted.items():
            sys.stderr.writelines(_diff(folder / name, text))
        return 1 if drifted else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in drifted.items():
        (folder / name).write_text(text, encoding="utf-8")
        print(f"{folder.name}/{name}")
    return 0


def _committed(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _diff(path: Path, text: str) -> Iterator[str]:
    before, after = f"{path.parent.name}/{path.name}", f"{path.name} (generated)"
    committed = (_committed(path) or "").splitlines(keepends=True)
    return difflib.unified_diff(committed, text.splitlines(keepends=True), before, after)
