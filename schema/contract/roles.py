"""roles.md: who sees which rows, which fields are masked, and who may do what. Printed from what the code enforces."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from domain.core.access import AnyScope, Everything, Guarded
from domain.core.database import MODEL_MODULES
from domain.core.lifecycle import Lifecycle
from domain.core.roles import Role
from domain.lifecycles import LIFECYCLES
from schema.contract.markdown import document, table

#: SYSTEM is no person: it is this software acting when a period ends or an earlier step asks for it.
SHOWN = tuple(role for role in Role if role is not Role.SYSTEM)
INTRODUCTION = (
    "A request acts under exactly one role at one organisation. What a role does not see does not exist for it: absent "
    "and out of sight are the same. `SYSTEM`, which closes periods by itself, sees everything. | "
    "每次请求只以一个角色行事；看不见的对象与不存在的对象没有区别。"
)


def text() -> str:
    models = list(guarded_models())
    parts = [
        "## Who sees which rows | 谁能看到什么\n\n`all`: every row. `some`: those that the next part describes.",
        table(["Object", *(f"`{role}`" for role in SHOWN)], [_overview(model) for model in models]),
        "## Which of them | 可见范围",
        *(_reach(model) for model in models if model.jurisdiction),
        "## Masked fields | 遮盖的字段\n\nFields of visible rows that only these roles read; for others they are null.",
        table(["Object", "Field", "Read by"], [row for model in models for row in _masked(model)]),
        "## Who may do what | 谁能办理什么\n\nWhether it may happen now depends on the state and the conditions in lifecycles.md.",
        *(_permissions(cycle) for cycle in LIFECYCLES),
    ]
    return document("Roles | 角色与权限", INTRODUCTION, parts)


def guarded_models() -> Iterator[type[Guarded]]:
    """Every model with a table, once, in the order of the procedure."""
    named = (name for name in MODEL_MODULES if find_spec(name))
    values = (
        value
        for name in named
        for value in vars(import_module(name)).values()
        if isinstance(value, type) and _folder(value.__module__) == _folder(name)
    )
    for value in dict.fromkeys(values):
        if issubclass(value, Guarded) and not value._meta.abstract:
            yield value


def _folder(module: str) -> str:
    return module.rpartition(".")[0]


def _scopes(model: type[Guarded], role: Role) -> tuple[AnyScope, ...]:
    found = model.jurisdiction.get(role, ())
    return found if isinstance(found, tuple) else (found,)


def _overview(model: type[Guarded]) -> list[str]:
    return [f"**{model.__name__}** {_chinese(model)}", *(_mark(_scopes(model, role)) for role in SHOWN)]


def _mark(scopes: tuple[AnyScope, ...]) -> str:
    if any(isinstance(scope, Everything) and not scope.states for scope in scopes):
        return "all"
    return "some" if scopes else ""


def _reach(model: type[Guarded]) -> str:
    rows = [
        [f"`{role}`", "; or ".join(scope.sentence() for scope in scopes)]
        for role in SHOWN
        if (scopes := _scopes(model, role))
    ]
    return f"### {model.__name__} | {_chinese(model)}\n\n{table(['Role', 'Sees'], rows)}"


def _masked(model: type[Guarded]) -> Iterator[list[str]]:
    for field, roles in sorted(model.masked.items()):
        yield [model.__name__, f"`{field}`", ", ".join(f"`{role}`" for role in Role if role in roles)]


def _permissions(cycle: Lifecycle[Any]) -> str:
    acting = [role for role in Role if any(role in move.by for move in cycle.moves)]
    rows = [
        [f"`{move.event}`", move.zh, move.article, *("yes" if role in move.by else "" for role in acting)]
        for move in cycle.moves
    ]
    head = ["Event", "操作", "Article", *(f"`{role}`" for role in acting)]
    return f"### {cycle.name} | {cycle.zh}\n\n{table(head, rows)}"


def _chinese(model: type[Guarded]) -> str:
    """The last part of a model's docstring: its name in Chinese."""
    return (model.__doc__ or "").rpartition("|")[2].strip()
