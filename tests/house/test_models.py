"""Every table says who sees it, and every invariant that the database keeps has words."""

from __future__ import annotations

import subprocess
import sys

from tortoise import Tortoise
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.core.access import Guarded
from domain.core.constraints import spoken_constraints
from domain.core.database import MODEL_MODULES
from domain.core.rows import Aggregate
from domain.lifecycles import LIFECYCLES


def _models() -> list[type[Guarded]]:
    assert Tortoise.apps is not None
    return [model for model in Tortoise.apps["models"].values() if issubclass(model, Guarded)]


async def test_every_table_is_guarded_and_declares_its_jurisdiction_itself() -> None:
    assert Tortoise.apps is not None
    silent = [
        name
        for name, model in Tortoise.apps["models"].items()
        if not issubclass(model, Guarded) or "jurisdiction" not in vars(model)
    ]
    assert silent == []


async def test_every_module_with_tables_is_known() -> None:
    assert {model.__module__.split(".")[1] for model in _models()} == {
        name.split(".")[1] for name in MODEL_MODULES
    }


async def test_every_column_is_described_in_both_languages() -> None:
    silent = [
        f"{model.__name__}.{name}"
        for model in _models()
        if issubclass(model, Aggregate)
        for name, field in model._meta.fields_map.items()
        if name in model._meta.db_fields and name not in ("id",) and " | " not in (field.description or "")
        if not name.endswith("_id")
    ]
    assert silent == []


async def test_the_database_has_every_declared_constraint() -> None:
    connection = Tortoise.get_connection("default")
    rows = await connection.execute_query_dict(
        "SELECT conname AS name FROM pg_constraint UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
    )
    declared = {each.name for model in _models() for each in model._meta.constraints or ()}
    assert declared - {row["name"] for row in rows} == set()


async def test_every_unique_constraint_and_check_has_words() -> None:
    """A request can run into each of them; without words it would be a fault of ours."""
    declared = {
        each.name
        for model in _models()
        if issubclass(model, Aggregate)
        for each in model._meta.constraints or ()
        if isinstance(each, UniqueConstraint | CheckConstraint)
    }
    assert declared - set(spoken_constraints()) == set()


async def test_every_aggregate_has_a_lifecycle() -> None:
    aggregates = {model for model in _models() if issubclass(model, Aggregate)}
    assert aggregates == {lifecycle.model for lifecycle in LIFECYCLES}


def test_every_foreign_key_is_named_like_its_column() -> None:
    odd = [
        f"{model.__name__}.{name}"
        for lifecycle in LIFECYCLES
        for model in (lifecycle.model,)
        for name in model._meta.fk_fields
        if f"{name}_id" not in model._meta.db_fields
    ]
    assert odd == []


def test_models_and_migrations_agree() -> None:
    """In a process of its own: comparing them builds another registry of models."""
    command = [sys.executable, "-m", "domain.core.make_migrations", "--check"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (0, "models: models and migrations agree\n")
