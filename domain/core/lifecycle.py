"""What may happen to a thing, who may make it happen, and why not: declared once, as data.

From one `Lifecycle` come enforcement (`perform`), `availableActions`, the diagram and the role table in
frontend-contract/, the event names of audit and outbox, and the generated test of every action x state x role.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from domain.core.clock import BEIJING
from domain.core.errors import Forbidden, Refusal, WrongState
from domain.core.roles import Role, Viewer
from domain.core.rows import Aggregate
from domain.core.working_calendar import WorkingCalendar

A = TypeVar("A", bound=Aggregate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What guards may look at beside the row itself. Time comes in as a fact, so guards are pure."""

    viewer: Viewer
    now: datetime
    calendar: WorkingCalendar

    @property
    def today(self) -> date:
        """The day in Beijing."""
        return self.now.astimezone(BEIJING).date()


#: A sentence of law: the refusal it leads to, or None. Small, pure and synchronous.
Guard = Callable[[Any, Any], Refusal | None]
#: Loads facts for many rows in a constant number of queries.
LoadFacts = Callable[[Sequence[Any], Facts], Awaitable[Mapping[UUID, Facts]]]


@dataclass(frozen=True, slots=True)
class Move:
    """One row of a state table: event, from where, to where, by whom, on what conditions, by which article."""

    event: str
    sources: frozenset[StrEnum]
    target: StrEnum | None
    by: frozenset[Role]
    when: tuple[Guard, ...]
    article: str
    zh: str
    en: str
    begins: bool = False
    outcomes: frozenset[StrEnum] = frozenset()

    def goes_to(self, state: StrEnum) -> frozenset[StrEnum]:
        """Where the row may be afterwards; a move without a target leaves it where it is."""
        return self.outcomes or frozenset([state if self.target is None else self.target])

    def target_from(self, state: StrEnum, chosen: StrEnum | None) -> StrEnum:
        """Where the row goes; `chosen` is the outcome of a move that has several.

        Raises:
            ValueError: the outcome is none of the move's, or one is missing: a fault of ours.
        """
        possible = self.goes_to(state)
        target = chosen if chosen is not None else next(iter(possible))
        if target not in possible or (chosen is None and len(possible) > 1):
            raise ValueError(f"{self.event} does not lead to {chosen}")
        return target


def moves(
    event: str,
    sources: StrEnum | Iterable[StrEnum],
    target: StrEnum | tuple[StrEnum, ...] | None,
    *,
    by: Iterable[Role],
    when: Sequence[Guard] = (),
    article: str,
    zh: str,
    en: str,
) -> Move:
    """A step of a row that exists. `target=None`: it stays in its state (an edit); a tuple: one of these."""
    origin = frozenset([sources]) if isinstance(sources, StrEnum) else frozenset(sources)
    if isinstance(target, tuple):
        outcomes = frozenset(target)
        return Move(event, origin, None, frozenset(by), tuple(when), article, zh, en, outcomes=outcomes)
    return Move(event, origin, target, frozenset(by), tuple(when), article, zh, en)


def begins(event: str, target: StrEnum, *, by: Iterable[Role], article: str, zh: str, en: str) -> Move:
    """The step that makes the row."""
    return Move(event, frozenset(), target, frozenset(by), (), article, zh, en, begins=True)


@dataclass(frozen=True, slots=True)
class Action:
    """A step as somebody sees it: allowed now, or listed with every reason why not yet."""

    move: Move
    reasons: tuple[Refusal, ...]

    @property
    def allowed(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True, eq=False)
class Lifecycle(Generic[A]):
    """A state machine over one model, one table of states and events."""

    name: str
    model: type[A]
    states: type[StrEnum]
    moves: tuple[Move, ...]
    zh: str
    article: str
    load_facts: LoadFacts | None = None
    by_event: Mapping[str, Move] = field(init=False)

    def __post_init__(self) -> None:
        table = {move.event: move for move in self.moves}
        if len(table) != len(self.moves):
            raise ValueError(f"{self.name}: an event is declared twice")
        object.__setattr__(self, "by_event", table)

    def event_name(self, event: str) -> str:
        """The name under which audit and outbox speak of it: `application.submit`."""
        return f"{self.name}.{event}"

    async def facts(self, rows: Sequence[A], base: Facts) -> Mapping[UUID, Facts]:
        """The facts of many rows, in as many queries as one row needs."""
        if self.load_facts is None or not rows:
            return {row.id: base for row in rows}
        return await self.load_facts(rows, base)

    def available(self, row: A, facts: Facts) -> list[Action]:
        """The steps from this state that this viewer's role may take, each with the reasons why not yet."""
        role = facts.viewer.role
        return [
            Action(move, refusals_of(move, row, facts))
            for move in self.moves
            if row.state in move.sources and role in move.by
        ]

    def objections(self, event: str, row: A, facts: Facts) -> list[Refusal]:
        """Everything that stands against this event now: role, state, or every guard that says no."""
        move = self.by_event[event]
        if facts.viewer.role not in move.by:
            return [Forbidden(f"当前角色不能进行“{move.zh}”。", f"This role may not: {move.en}.")]
        if row.state not in move.sources:
            return [WrongState(move.zh, move.en, row.state)]
        return list(refusals_of(move, row, facts))

    def diagram(self) -> str:
        """The machine as a Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        for move in self.moves:
            if move.begins:
                lines.append(f"    [*] --> {move.target}: {move.event}")
            for source in sorted(move.sources):
                for target in sorted(move.goes_to(source)):
                    lines.append(f"    {source} --> {target}: {move.event}")
        return "\n".join(lines)


def refusals_of(move: Move, row: Aggregate, facts: Facts) -> tuple[Refusal, ...]:
    return tuple(refusal for guard in move.when if (refusal := guard(row, facts)) is not None)
