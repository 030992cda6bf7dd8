"""The house rules that a linter does not know: each was a review remark once."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("api", "schema", "domain", "workers")
MAX_LINES = 400
MAX_FUNCTION = 60
VAGUE = re.compile(r"(?i)(service|repositor|manager|helper|util)")


def _sources(*folders: str) -> Iterator[Path]:
    for folder in folders or OURS:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in _sources(*folders):
        yield _name(path), ast.parse(path.read_text(encoding="utf-8"))


def test_files_stay_short() -> None:
    long = {
        _name(path): n for path in _sources() if (n := len(path.read_text("utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}


def test_functions_stay_short() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > MAX_FUNCTION
    ]
    assert long == []


def test_nothing_has_a_vague_name() -> None:
    modules = [_name(path) for path in _sources() if VAGUE.search(path.stem)]
    classes = [
        f"{name} {node.name}"
        for name, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and VAGUE.search(node.name)
    ]
    assert (modules, classes) == ([], [])


def test_only_perform_writes_a_state() -> None:
    writers = [
        f"{name}:{node.lineno}"
        for name, tree in _trees("domain", "schema", "workers")
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr in ("state", "version")
        if not (isinstance(target.value, ast.Name) and target.value.id == "self")
    ]
    assert {writer.rpartition(":")[0] for writer in writers} == {"domain/core/perform.py"}


def test_bulk_updates_write_no_state_either() -> None:
    writers = [
        f"{name}:{node.lineno}"
        for name, tree in _trees("domain", "schema", "workers")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update"
        for keyword in node.keywords
        if keyword.arg in ("state", "version")
    ]
    assert writers == []


def test_resolvers_neither_query_nor_catch() -> None:
    """Reads start at visible() in the domain or the loaders; refusals are turned into user errors in one place."""
    offences = []
    for name, tree in _trees("schema"):
        if name.startswith("schema/core/") or name in ("schema/contract.py", "schema/viewer.py"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Try):
                offences.append(f"{name}:{node.lineno} try")
            if isinstance(node, ast.Attribute) and node.attr in (
                "filter",
                "get_or_none",
                "all",
                "objects",
                "using_db",
            ):
                offences.append(f"{name}:{node.lineno} .{node.attr}")
    assert offences == []


def test_an_import_inside_a_function_gives_its_reason() -> None:
    silent = [
        f"{_name(path)}:{number}"
        for path in _sources()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if "noqa: PLC0415" in line and not re.search(r"noqa: PLC0415\S*\s+-+\s+\w", line)
    ]
    assert silent == []


@pytest.mark.parametrize("word", ["pypi.org", "pythonhosted", "npmjs", "deb.debian.org", "files." + "python"])
def test_no_registry_host_is_named(word: str) -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    texts = [ROOT / name for name in tracked if name and not name.endswith((".xlsx", ".ttc", ".png"))]
    naming = [
        _name(path)
        for path in texts
        if path.is_file() and path != Path(__file__) and word in path.read_text("utf-8", errors="replace")
    ]
    assert naming == []
