"""Descriptions come in two languages. Columns carry theirs as `中文 | English`; the SDL shows both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

F = TypeVar("F", bound=Callable[..., Any])


def described(description: str, **options: Any) -> Any:
    """An input's or a type's field with its description `中文 | English` (or the other way round)."""
    return strawberry.field(description=description, **options)


def computed(description: str) -> Callable[[F], F]:
    """A field computed from the row: the typed form of strawberry's own decorator."""
    return cast("Callable[[F], F]", strawberry.field(description=description))


def docstring(thing: Any, what: str) -> str:
    """The description of a type or mutation, from its docstring.

    Raises:
        TypeError: there is none; nothing in the SDL goes without.
    """
    text = (thing.__doc__ or "").strip()
    if not text:
        raise TypeError(f"{what} needs a docstring: it is its description in the SDL")
    return " ".join(text.split())
