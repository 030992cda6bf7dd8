"""lifecycles.md: every state machine, as a diagram and as the table that the code enforces."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.core.labels import label
from domain.core.lifecycle import Guard, Lifecycle, Move
from domain.lifecycles import LIFECYCLES
from schema.contract.markdown import document, table

INTRODUCTION = (
    "Every object with a state, in the order of the procedure. An event may happen only from the states, by the roles "
    "and on the conditions of its line; `availableActions` of the object says which of them hold now. | "
    "各类对象的状态与操作，按办理顺序排列。"
)


def text() -> str:
    return document("Lifecycles | 状态与操作", INTRODUCTION, map(_section, LIFECYCLES))


def _section(cycle: Lifecycle[Any]) -> str:
    states = table(["State", "中文", "English"], [_state(each) for each in cycle.states])
    head = ["Event", "From", "To", "By", "Article", "中文", "English", "Conditions"]
    events = table(head, [_event(move) for move in cycle.moves])
    title = f"## {cycle.name} | {cycle.zh} (Art. {cycle.article})"
    return "\n\n".join([title, f"```mermaid\n{cycle.diagram()}\n```", states, events])


def _state(state: Any) -> list[str]:
    words = label(state)
    return [f"`{state.value}`", words.zh, words.en]


def _event(move: Move) -> list[str]:
    return [
        f"`{move.event}`",
        "" if move.begins else _listed(move.sources),
        f"`{move.target.value}`" if move.target is not None else "(stays)",
        _listed(move.by),
        move.article,
        move.zh,
        move.en,
        "; ".join(sentence(guard) for guard in move.when),
    ]


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(f"`{value}`" for value in sorted(each.value for each in values))


def sentence(guard: Guard) -> str:
    """A guard's name, which is written to be read: `no_application_is_under_way`."""
    name: str = getattr(guard, "__name__", type(guard).__name__)
    return name.strip("_").replace("_", " ")
