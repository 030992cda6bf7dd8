"""The one way to read: each model declares its jurisdiction, and `visible()` is the only start of a read.

A jurisdiction is a table role -> scopes. A role without a line sees nothing. Out of jurisdiction is *not found*, so
that existence never leaks; a role inside it without the right to act is *forbidden*. The table is printed as
frontend-contract/roles.md, so auditors read one page and nobody maintains it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from tortoise.expressions import Q, Subquery
from tortoise.models import Model
from tortoise.queryset import QuerySet

from domain.core.roles import Role, Viewer

NOTHING = Q(pk__isnull=True)


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows that a role may see: whose `path` leads to the viewer, optionally only in some states.

    `path` is a lookup over to-one relations (`unit__district_id`); `whose` is the viewer's attribute it must equal.
    """

    path: str
    whose: str = "organisation_id"
    states: frozenset[str] | None = None
    scope: str | None = None

    def q(self, viewer: Viewer) -> Q:
        owner: Any = getattr(viewer, self.whose)
        if owner is None or not _has_scope(viewer, self.scope):
            return NOTHING
        found = Q(**{self.path: owner})
        return found & Q(state__in=sorted(self.states)) if self.states else found

    def sentence(self) -> str:
        text = f"`{self.path}` = viewer's {self.whose.removesuffix('_id')}"
        if self.states:
            text += f", in {', '.join(sorted(self.states))}"
        return text + (f", token scope `{self.scope}`" if self.scope else "")


@dataclass(frozen=True, slots=True)
class Everything:
    """All rows, optionally only in some states (a public notice is public once it is open).

    `state` is the lookup to the state that counts: a part's is its parent's.
    """

    states: frozenset[str] | None = None
    state: str = "state"

    def q(self, viewer: Viewer) -> Q:
        if self.states is None:
            return Q()
        inside: dict[str, Any] = {f"{self.state}__in": sorted(self.states)}
        return Q(**inside)

    def sentence(self) -> str:
        where = "" if self.state == "state" else f" `{self.state}`"
        return f"all in{where} {', '.join(sorted(self.states))}" if self.states else "all"


@dataclass(frozen=True, slots=True)
class Through:
    """Rows reached over a to-many relation, as a subquery: a plain join would return a row once per match.

    `model` has a column `column` pointing at the row's `key`; its own `path` must lead to the viewer.
    """

    model: Callable[[], type[Model]]
    column: str
    path: str
    whose: str = "organisation_id"
    key: str = "id"
    where: tuple[tuple[str, Any], ...] = ()
    note: str = ""

    def q(self, viewer: Viewer) -> Q:
        owner: Any = getattr(viewer, self.whose)
        if owner is None:
            return NOTHING
        rows = self.model().filter(**{self.path: owner}, **dict(self.where)).values(self.column)
        found: Any = Subquery(rows)
        return Q(**{f"{self.key}__in": found})

    def sentence(self) -> str:
        where = "".join(f", {name} = {value}" for name, value in self.where)
        return (
            self.note
            or f"by {self.model().__name__}.{self.path} = viewer's {self.whose.removesuffix('_id')}{where}"
        )


AnyScope = Scope | Everything | Through
Jurisdiction = Mapping[Role, AnyScope | tuple[AnyScope, ...]]
everything = Everything()


def own(path: str, *, states: frozenset[StrEnum] | None = None, scope: str | None = None) -> Scope:
    """Rows whose `path` is the viewer's organisation."""
    return Scope(path, states=frozenset(map(str, states)) if states else None, scope=scope)


def personal(path: str, *, states: frozenset[StrEnum] | None = None) -> Scope:
    """Rows whose `path` is the viewer's own person."""
    return Scope(path, whose="person_id", states=frozenset(map(str, states)) if states else None)


def everything_in(states: frozenset[StrEnum], state: str = "state") -> Everything:
    return Everything(frozenset(map(str, states)), state)


M = TypeVar("M", bound="Guarded")


class Guarded(Model):
    """A model that says who sees its rows. `masked` names fields that only some of those roles may read."""

    jurisdiction: ClassVar[Jurisdiction]
    masked: ClassVar[Mapping[str, frozenset[Role]]] = {}

    class Meta:
        abstract = True


def visible(model: type[M], viewer: Viewer) -> QuerySet[M]:
    """The rows of `model` inside the viewer's jurisdiction: the only start of a read."""
    return model.filter(_jurisdiction(model, viewer))


def _jurisdiction(model: type[Guarded], viewer: Viewer) -> Q:
    if viewer.role is Role.SYSTEM:
        return Q()
    scopes = model.jurisdiction.get(viewer.role, ())
    if not isinstance(scopes, tuple):
        scopes = (scopes,)
    found = NOTHING
    for index, scope in enumerate(scopes):
        found = scope.q(viewer) if index == 0 else found | scope.q(viewer)
    return found


def may_read(model: type[Guarded], field: str, viewer: Viewer) -> bool:
    """Whether this viewer may read a masked field of rows that are visible to it."""
    allowed = model.masked.get(field)
    return allowed is None or viewer.role in allowed or viewer.role is Role.SYSTEM


def _has_scope(viewer: Viewer, scope: str | None) -> bool:
    return scope is None or viewer.scopes is None or scope in viewer.scopes
