"""Descriptions of types that were declared plainly: their docstring, as for every other type."""

from __future__ import annotations

from typing import Any

from strawberry import Schema


def describe_types(schema: Schema) -> None:
    """Gives every type of the schema that has none the docstring of its class."""
    for type_ in schema._schema.type_map.values():
        definition: Any = (type_.extensions or {}).get("strawberry-definition")
        # A specialised generic (UnitConnection) is a class without words of its own; those of the generic hold for it.
        origin = getattr(getattr(definition, "concrete_of", None) or definition, "origin", None)
        if not type_.description and origin is not None and origin.__doc__:
            type_.description = " ".join(origin.__doc__.split())
