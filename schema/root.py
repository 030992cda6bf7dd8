"""The table of contents of the schema."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.core.execution import RowExecutor
from schema.core.nodes import NODES

_CONCEPTS = (
    "core.lookup",
    "viewer",
    "catalogue",
    "files",
    "organisations",
    "units",
    "applications",
    "evaluations",
    "policy_documents",
    "plans",
    "experts",
    "committees",
    "rounds",
    "candidacies",
    "sittings",
    "sitting_mutations",
    "results",
    "publicity",
    "leads",
    "certificates",
    "notifications",
)
_MODULES = [import_module(f"schema.{name}") for name in _CONCEPTS if find_spec(f"schema.{name}")]


def _bases(ending: str) -> tuple[type, ...]:
    return tuple(
        value
        for module in _MODULES
        for name, value in vars(module).items()
        if isinstance(value, type)
        and name.endswith(ending)
        and name != ending
        and value.__module__ == module.__name__
    )


Query = strawberry.type(type("Query", _bases("Query"), {}), description="Reads. | 查询")
_mutations = _bases("Mutation")
Mutation: Any = (
    strawberry.type(type("Mutation", _mutations, {}), description="Commands. | 操作") if _mutations else None
)
schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    types=[spec.graphql for spec in NODES.values()],
    execution_context_class=RowExecutor,
    config=StrawberryConfig(auto_camel_case=True),
)
