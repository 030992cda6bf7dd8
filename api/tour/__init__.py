"""`zhicheng tour`: one unit from its application to verified certificates, over HTTP, logged in as every role.

At each article it also tries a wrong step and shows how it is refused. It is the acceptance test of the main road.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx

from api.demo_accounts import PEOPLE
from api.instance import NotRunning, find
from api.tour import groundwork, outcome, qualification, review
from api.tour.browser import Refusal, TourFailed, log_in_all
from api.tour.journey import Journey
from api.tour.own_instance import own_instance

#: Every account that takes part; experts 13 to 25 stay at home.
LOGINS = [each.login for each in PEOPLE if not (each.login.startswith("expert") and each.login > "expert12")]


def run(gateway: str | None, api: str | None, data: Path | None, as_json: bool) -> int:
    """Runs the tour and prints it. 0 only if all of it happened; its last line is JSON.

    Without addresses it walks on the running instance of `data`, or on one that it starts for itself and stops.
    """

    def tell(line: str) -> None:
        print(line, file=sys.stderr if as_json else sys.stdout, flush=True)

    try:
        summary = _walk(gateway, api, data, tell)
    except (TourFailed, NotRunning, httpx.HTTPError) as failed:
        print(f"tour: {failed}", file=sys.stderr)
        return 1
    print(json.dumps(summary, ensure_ascii=False), flush=True)
    return 0


def _walk(
    gateway: str | None, api: str | None, data: Path | None, tell: Callable[[str], None]
) -> dict[str, Any]:
    if gateway and api:
        return asyncio.run(walk(gateway, api, tell))
    if data is not None:
        known = find(data)
        return asyncio.run(walk(known.gateway, known.api, tell))
    with own_instance() as started:
        return asyncio.run(walk(started.gateway, started.api, tell))


async def walk(gateway: str, api: str, tell: Callable[[str], None]) -> dict[str, Any]:
    """The whole way, and what to say of it at the end.

    Raises:
        TourFailed: something that must work was refused, or something that must be refused worked.
    """
    refusals: list[Refusal] = []
    people = await log_in_all(gateway, LOGINS, refusals)
    journey = Journey(gateway, api, people, refusals, tell)
    tell(f"{len(people)} people logged in through the gateway (code + PKCE)")
    try:
        return await _articles(journey)
    finally:
        for each in people.values():
            await each.http.aclose()


async def _articles(journey: Journey) -> dict[str, Any]:
    for step in (
        qualification.find_unit,
        qualification.apply,
        qualification.recommend,
        qualification.evaluate,
        qualification.recognise,
        qualification.open_office,
        groundwork.policy_documents,
        groundwork.annual_plan,
        groundwork.committee,
        groundwork.roster,
        review.open_round,
        review.apply,
        review.verify_and_publicise,
        review.sit,
        review.vote,
        outcome.accept,
        outcome.publicise,
    ):
        await step(journey)
    certificate = await outcome.certify(journey)
    return {
        **certificate,
        "articles": journey.articles,
        "refusals": [asdict(each) for each in journey.refusals],
    }
