"""Enums of the domain become enums of the schema with their labels as descriptions."""

from __future__ import annotations

import types
from enum import Enum
from typing import Any, Union, get_args, get_origin

import strawberry

from domain.core.labels import label

ENUMS: dict[str, type[Enum]] = {}


def graphql_enum(enum: type[Enum]) -> type[Enum]:
    """Registers a domain enum with the schema, once; every value is described in both languages."""
    if enum.__name__ in ENUMS:
        return enum
    description = " ".join((enum.__doc__ or "").split())
    strawberry.enum(enum, description=description)
    definition: Any = enum.__strawberry_definition__  # type: ignore[attr-defined]
    for value, member in zip(definition.values, enum, strict=True):
        words = label(member)
        value.description = f"{words.zh} | {words.en}"
    ENUMS[enum.__name__] = enum
    return enum


def register_enums(hint: Any) -> None:
    """Registers every enum that an annotation mentions."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        graphql_enum(hint)
    elif get_origin(hint) in (list, Union, types.UnionType) or hasattr(hint, "__metadata__"):
        for part in get_args(hint):
            register_enums(part)
