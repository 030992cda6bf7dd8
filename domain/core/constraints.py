"""What the database's own constraints say, in words: each invariant that two requests could break has one."""

from __future__ import annotations

from collections.abc import Mapping

from tortoise.exceptions import IntegrityError

from domain.core.errors import Refusal, RuleBroken

_SAYS: dict[str, tuple[str, str, str, str]] = {}


def constraint_says(name: str, rule_id: str, zh: str, en: str, *, field: str = "") -> None:
    """Declares beside a model what it means when the constraint `name` refuses a row."""
    _SAYS[name] = (rule_id, zh, en, field)


def spoken_constraints() -> Mapping[str, tuple[str, str, str, str]]:
    return _SAYS


def refusal_of(error: IntegrityError) -> Refusal:
    """The refusal that a violated constraint stands for.

    Raises:
        IntegrityError: the constraint has no words; that is a fault of ours, not of the caller.
    """
    name = getattr(error.args[0], "constraint_name", None) if error.args else None
    if name not in _SAYS:
        raise error
    rule_id, zh, en, field = _SAYS[name]
    return RuleBroken(rule_id, zh, en, field=field)
