"""The words a screen shows for an enum value, in Chinese and English, with their tone and order.

labels.toml holds them by the name of the enum class and then by value, so that an enum stays a list of names
and the words are written once for the API, for documents and for messages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path


class Tone(StrEnum):
    """The mood in which a value is shown; a front end maps it to a colour."""

    NEUTRAL = "neutral"
    PROGRESS = "progress"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Label:
    """`order` is the place of the value in its enum as a person would list it, from 0."""

    zh: str
    en: str
    tone: Tone
    order: int


def _labels(table: Mapping[str, Mapping[str, str]]) -> dict[str, Label]:
    return {
        value: Label(words["zh"], words["en"], Tone(words["tone"]), order)
        for order, (value, words) in enumerate(table.items())
    }


def _load(path: Path) -> dict[str, dict[str, Label]]:
    """Every label of the file; a missing word or an unknown tone stops the import."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return {enum_name: _labels(table) for enum_name, table in document.items()}


LABELS: Mapping[str, Mapping[str, Label]] = _load(Path(__file__).with_suffix(".toml"))


def listed(members: Iterable[Enum]) -> tuple[str, str]:
    """Several members by their labels, as a sentence lists them: in Chinese and in English."""
    words = [label(member) for member in members]
    return "、".join(each.zh for each in words), ", ".join(each.en for each in words)


def label(member: Enum) -> Label:
    """The label of an enum member.

    Raises:
        KeyError: if labels.toml has no line for it, naming the line to add.
    """
    enum_name, value = type(member).__name__, str(member.value)
    found = LABELS.get(enum_name, {}).get(value)
    if found is None:
        raise KeyError(f"labels.toml has no {value!r} under [{enum_name}]")
    return found
