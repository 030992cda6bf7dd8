"""Who hears of which event: one total table, and what each of its words means.

audience.toml has a line for every event of every lifecycle, if only "nobody"; a new event without a line fails a test.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Audience(StrEnum):
    """Who may be told, as a relation to the object and to the unit concerned."""

    UNIT = "unit"
    """The unit's office."""
    RECEIVER = "receiver"
    """The body that the application's route leads to (Art. 8(1))."""
    SUPERVISING = "supervising"
    DISTRICT = "district"
    INDUSTRY = "industry"
    """The unit's supervising department, the bureau of its district, its industry authority."""
    MUNICIPAL = "municipal"
    APPLICANT = "applicant"
    """The person whom the object is about."""
    EXPERT = "expert"
    """The expert whom the object is about."""
    SITTING_EXPERTS = "sitting_experts"
    """Everybody with a seat on the committee that sits."""
    TRUSTEES = "trustees"
    """The bodies that hold a share of the sitting's key."""
    RECHECK_BODIES = "recheck_bodies"
    """The industry authority and the district bureau named for a re-check (Art. 9(7))."""
    OBJECTOR = "objector"
    """The person who objected to the own result (N-20)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event's audience and words.

    `awaits`: the first audience is to act, until the object moves on or `settled_by` happens in the same unit; `due`:
    the object's column that says by when.
    """

    to: tuple[Audience, ...]
    zh: str = ""
    en: str = ""
    awaits: bool = False
    due: str = ""
    settled_by: str = ""


class AudienceFault(ValueError):
    """audience.toml is wrong; the text names the event and the fault."""


def read_lines(text: str) -> Mapping[str, Line]:
    """The table, by event name.

    Raises:
        AudienceFault: an unknown word, or an audience without words in both languages.
    """
    return dict(_lines(tomllib.loads(text)))


def _lines(document: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Iterator[tuple[str, Line]]:
    for lifecycle, events in document.items():
        for event, given in events.items():
            yield f"{lifecycle}.{event}", _line(f"{lifecycle}.{event}", given)


def _line(name: str, given: Mapping[str, object]) -> Line:
    if unknown := given.keys() - {"to", "zh", "en", "awaits", "due", "settled_by"}:
        raise AudienceFault(f"{name}: unknown keys {sorted(unknown)}")
    to, zh, en = given.get("to"), given.get("zh", ""), given.get("en", "")
    if not isinstance(to, list) or not isinstance(zh, str) or not isinstance(en, str):
        raise AudienceFault(f"{name}: needs a list `to` and texts")
    if to and not (zh and en):
        raise AudienceFault(f"{name}: has readers and no words")
    try:
        audiences = tuple(Audience(word) for word in to)
    except ValueError as error:
        raise AudienceFault(f"{name}: {error}") from error
    due, settled_by = str(given.get("due", "")), str(given.get("settled_by", ""))
    return Line(audiences, zh, en, bool(given.get("awaits")), due, settled_by)


LINES: Mapping[str, Line] = read_lines(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def line(event: str) -> Line:
    """The line of an event.

    Raises:
        KeyError: it has none, which the audience test would have told.
    """
    return LINES[event]
