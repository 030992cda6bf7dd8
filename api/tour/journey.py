"""What the tour carries from article to article: people, the objects it made, and what it has seen refused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from api.tour.browser import Browser, Refusal, TourFailed
from domain.core.clock import BEIJING

NODE = "id version state"
#: Seconds that the worker may take for what falls due.
WAIT = 15.0


@dataclass
class Journey:
    """One unit on its way from application to certificates."""

    gateway: str
    api: str
    people: dict[str, Browser]
    refusals: list[Refusal]
    tell: Callable[[str], None]
    #: Global ids and versions of the objects under way, by what they are.
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    articles: list[str] = field(default_factory=list)
    #: How many of the refusals have been told.
    shown: int = 0
    started: float = field(default_factory=time.monotonic)
    #: The day in Beijing, as the demonstration's clock shows it.
    today: date = date(2026, 3, 2)

    def __getitem__(self, login: str) -> Browser:
        return self.people[login]

    def on(self, thing: str, **more: Any) -> dict[str, Any]:
        """The input of a command on a known object, at the version last seen."""
        known = self.known[thing]
        return {"id": known["id"], "version": known["version"], **more}

    def id(self, thing: str) -> str:
        return str(self.known[thing]["id"])

    async def act(
        self, login: str, mutation: str, thing: str, input: dict[str, Any], more: str = ""
    ) -> dict[str, Any]:
        """Runs a command and remembers the object it answers with as `thing`."""
        found = await self[login].act(mutation, input, f"{_payload_field(thing)} {{ {NODE} {more} }}")
        self.known[thing] = {**self.known.get(thing, {}), **found}
        return found

    async def step(
        self, login: str, mutation: str, thing: str, more: str = "", **input: Any
    ) -> dict[str, Any]:
        """A command on a known object, at the version last seen."""
        return await self.act(login, mutation, thing, self.on(thing, **input), more)

    async def refresh(self, login: str, *things: str) -> None:
        """Reads the versions of known objects again: other steps may have moved them."""
        ids = [self.id(thing) for thing in things]
        document = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ id {_VERSIONED} }} }}"
        data = await self[login].ask(document, ids=ids)
        for thing, found in zip(things, data["nodes"], strict=True):
            if found is None:
                raise TourFailed(f"{login} cannot see {thing}")
            state = next(value for name, value in found.items() if name.startswith("state"))
            self.known[thing] |= {"version": found["version"], "state": state}

    async def until(self, login: str, thing: str, state: str) -> None:
        """Waits for what the worker does by itself: closing what is over.

        Raises:
            TourFailed: the state did not come within WAIT seconds.
        """
        deadline = time.monotonic() + WAIT
        while self.known[thing].get("state") != state:
            if time.monotonic() > deadline:
                raise TourFailed(f"{thing} stayed {self.known[thing]['state']} and did not become {state}")
            await asyncio.sleep(0.2)
            await self.refresh(login, thing)

    async def move_clock(self, to: datetime) -> None:
        """Moves the demonstration's time, as the municipal bureau may."""
        document = (
            "mutation ($input: DemoClockMoveInput!) "
            "{ demoClockMove(input: $input) { now userErrors { message } } }"
        )
        key = f"tour-clock-{to.isoformat()}-{self.started}"
        data = await self["municipal"].ask(document, input={"to": to.isoformat(), "idempotencyKey": key})
        if data["demoClockMove"]["userErrors"]:
            raise TourFailed(f"the demo clock did not move: {data['demoClockMove']['userErrors']}")
        self.today = to.astimezone(BEIJING).date()

    def article(self, number: str, said: str) -> None:
        """One line for an article that was walked, and one for each wrong step that was refused on the way."""
        if number not in self.articles:
            self.articles.append(number)
        self.tell(f"{time.monotonic() - self.started:5.1f} s  Art. {number:<6} {said}")
        for refusal in self.refusals[self.shown :]:
            self.tell(
                f"         refused, Art. {refusal.article}: {refusal.tried}: {refusal.message} {refusal.remedy}"
            )
        self.shown = len(self.refusals)


def _payload_field(thing: str) -> str:
    """What a payload calls the thing: candidacies are known by their applicant, experts by their place in the pool."""
    if thing.startswith("applicant"):
        return "candidacy"
    if thing.startswith("pool"):
        return "expert"
    return {"round": "reviewRound", "package": "resultPackage", "box": "ballotBox"}.get(thing, thing)


_VERSIONED = " ".join(
    # The enums differ, so each type's state needs a name of its own in one document.
    f"... on {name} {{ version state{name}: state }}"
    for name in (
        "Unit",
        "QualificationApplication",
        "Evaluation",
        "PolicySet",
        "AnnualPlan",
        "Committee",
        "ReviewRound",
        "Candidacy",
        "Sitting",
        "BallotBox",
        "ResultPackage",
        "Publicity",
        "Certificate",
    )
)
