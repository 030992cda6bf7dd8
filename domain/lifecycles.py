"""Every lifecycle, in the order of the procedure: what the contract, the audience table and the generated tests walk."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from domain.core.lifecycle import Lifecycle

_STAGES = (
    "units",
    "applications",
    "evaluations",
    "policy_documents",
    "plans",
    "experts",
    "committees",
    "reviews",
    "results",
    "publicity",
    "certificates",
)


def _declared() -> tuple[Lifecycle[Any], ...]:
    modules = [f"domain.{stage}.lifecycle" for stage in _STAGES]
    found = [value for name in modules if find_spec(name) for value in vars(import_module(name)).values()]
    return tuple(dict.fromkeys(value for value in found if isinstance(value, Lifecycle)))


LIFECYCLES: tuple[Lifecycle[Any], ...] = _declared()
