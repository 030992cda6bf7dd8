"""Types declared against their model's columns once, by annotation.

A plain annotation is a column: no resolver, its description is the column's. An annotation that names a foreign key is
a to-one relation: read through a loader, under `visible()`. `children` is a bounded list of parts. Whatever compiles
queries later reads the same declaration (`NodeSpec`).
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from inspect import get_annotations
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import strawberry
from strawberry.types.field import StrawberryField
from typing_extensions import dataclass_transform

from domain.core.access import Guarded, may_read
from domain.core.lifecycle import Lifecycle
from domain.core.rows import Row
from schema.core import loaders
from schema.core.actions import AvailableAction, TimelineEntry, available_actions, timeline_entries
from schema.core.context import ID, Info
from schema.core.enums import register_enums
from schema.core.ids import global_id
from schema.core.texts import described, docstring

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """What a type is declared against. `columns` and `relations` map field names to the model's own."""

    graphql: type
    model: type[Guarded]
    lifecycle: Lifecycle[Any] | None
    columns: dict[str, str]
    relations: dict[str, type[Guarded]]


SPECS: dict[type, NodeSpec] = {}
NODES: dict[str, NodeSpec] = {}
_NAMES: dict[type[Guarded], str] = {}


def _id_of(root: Row) -> ID:
    return ID(global_id(name_of(type(root)), root.pk))


@strawberry.interface(description="Everything that has an identity of its own. | 具有唯一标识的对象")
class Node:
    id: ID = strawberry.field(resolver=_id_of, description="全局标识 | The global id")


@dataclass(frozen=True, slots=True)
class _Children:
    model: type[Guarded]
    column: str
    order: str
    description: str


def children(model: type[Guarded], column: str, *, order: str = "created_at", description: str = "") -> Any:
    """A bounded list of parts: the rows of `model` whose `column` is this row's key."""
    return _Children(model, column, order, description)


@dataclass_transform(kw_only_default=True, field_specifiers=(children, strawberry.field))
def node(model: type[Guarded], *, lifecycle: Lifecycle[Any] | None = None) -> Callable[[type[T]], type[T]]:
    """Declares a node type over a model; with a lifecycle it also has state, version, actions and timeline."""

    def declare(cls: type[T]) -> type[T]:
        if lifecycle is not None:
            _add_lifecycle(cls, lifecycle)
        made = _declared(cls, model, lifecycle)
        NODES[cls.__name__] = SPECS[cls]
        _NAMES[model] = cls.__name__
        return made

    return declare


@dataclass_transform(kw_only_default=True, field_specifiers=(children, strawberry.field))
def row_type(model: type[Guarded]) -> Callable[[type[T]], type[T]]:
    """Declares the type of a part: it has no identity of its own and is read with its parent."""
    return lambda cls: _declared(cls, model, None)


def _declared(cls: type[T], model: type[Guarded], lifecycle: Lifecycle[Any] | None) -> type[T]:
    hints = get_type_hints(cls, include_extras=True)
    columns: dict[str, str] = {}
    relations: dict[str, type[Guarded]] = {}
    for name in get_annotations(cls):
        hint, value = hints[name], cls.__dict__.get(name)
        register_enums(hint)
        if isinstance(value, _Children):
            setattr(cls, name, _parts_field(value, hint))
        elif isinstance(value, StrawberryField):
            continue
        elif (target := SPECS.get(_bare(hint))) is not None:
            relations[name] = target.model
            setattr(cls, name, _relation_field(model, name, target.model, hint))
        else:
            columns[name] = name
            setattr(cls, name, _column_field(model, name, hint))
    cls.__annotations__ = {name: hints[name] for name in get_annotations(cls)}
    cls.is_type_of = classmethod(lambda _cls, row, _info: isinstance(row, model))  # type: ignore[attr-defined]
    made = strawberry.type(cls, description=docstring(cls, cls.__name__))
    SPECS[cls] = NodeSpec(cls, model, lifecycle, columns, relations)
    return made


def _column_field(model: type[Guarded], name: str, hint: Any) -> Any:
    column = model._meta.fields_map.get(name)
    if column is None:
        raise TypeError(
            f"{model.__name__} has no column {name!r}: give the field a resolver, or name a column"
        )
    description = column.description or ""
    if name not in model.masked:
        return described(description)

    def masked(root: Any, info: Info) -> Any:
        return getattr(root, name) if may_read(model, name, info.context.viewer) else None

    masked.__annotations__["return"] = hint
    return strawberry.field(resolver=masked, description=description)


def _relation_field(model: type[Guarded], name: str, target: type[Guarded], hint: Any) -> Any:
    relation = model._meta.fields_map.get(name)
    if relation is None:
        raise TypeError(f"{model.__name__} has no relation {name!r}")

    def resolve(root: Any, info: Info) -> Any:
        if name in model.masked and not may_read(model, name, info.context.viewer):
            return None
        key = getattr(root, f"{name}_id")
        return None if key is None else loaders.one(info.context, target, key)

    resolve.__annotations__["return"] = hint
    return strawberry.field(resolver=resolve, description=relation.description or "")


def _parts_field(declared: _Children, hint: Any) -> Any:
    def resolve(root: Any, info: Info) -> Any:
        return loaders.parts(info.context, declared.model, declared.column, root.pk, declared.order)

    resolve.__annotations__["return"] = hint
    text = declared.description or (declared.model.__doc__ or "").strip()
    return strawberry.field(resolver=resolve, description=text)


def _add_lifecycle(cls: type, lifecycle: Lifecycle[Any]) -> None:
    def actions(root: Any, info: Info) -> Any:
        return available_actions(loaders.actions(info.context, lifecycle, root), info)

    def timeline(root: Any, info: Info) -> Any:
        if not may_read(type(root), "timeline", info.context.viewer):
            return []
        return timeline_entries(loaders.timeline(info.context, root), lifecycle, info)

    actions.__annotations__["return"] = list[AvailableAction]
    annotations = get_annotations(cls)
    cls.__annotations__ = {
        **annotations,
        "state": lifecycle.states,
        "version": int,
        "available_actions": list[AvailableAction],
        "timeline": list[TimelineEntry],
        "created_at": datetime,
    }
    cls.available_actions = strawberry.field(  # type: ignore[attr-defined]
        resolver=actions, description="可进行的操作，尚不能进行的附理由 | What may be done, and why not yet"
    )
    if "timeline" not in vars(cls):
        cls.timeline = timeline_field(timeline)  # type: ignore[attr-defined]


def timeline_field(resolver: Any) -> Any:
    """The timeline of a type; one whose readers are told less than happened brings its own resolver."""
    resolver.__annotations__["return"] = list[TimelineEntry]
    return strawberry.field(resolver=resolver, description="办理经过 | What happened so far, oldest first")


def _bare(hint: Any) -> Any:
    """The type inside `X | None`."""
    if get_origin(hint) in (Union, types.UnionType):
        inner = [part for part in get_args(hint) if part is not type(None)]
        return inner[0] if len(inner) == 1 else hint
    return hint


def name_of(model: type[Guarded]) -> str:
    """The name of the node type over this model.

    Raises:
        KeyError: the model has none.
    """
    return _NAMES[model]


def spec_of(type_: type) -> NodeSpec:
    """The declaration of a type. Raises KeyError for one that is not declared against a model."""
    return SPECS[type_]
