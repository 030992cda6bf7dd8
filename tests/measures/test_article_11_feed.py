"""Article 11: a unit's own systems follow results and certificates, so that posts, pay and incentives can follow them."""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any

import anyio
from tortoise import connections
from tortoise.transactions import in_transaction

from domain.certificates.commands import revoke
from domain.core.calls import Call
from domain.core.ledger import OutboxEvent
from domain.core.roles import PUBLIC, Role, Viewer
from tests.graphql import gql
from tests.measures.test_article_09_results import gid
from tests.stages import results as stages
from tests.stages.units import new_unit

FEED = """query ($first: Int!, $after: String) { changes(first: $first, after: $after) {
    edges { cursor } nodes { kind subject event } pageInfo { hasNextPage endCursor } } }"""


def client(stage: Any, *scopes: str) -> Viewer:
    return Viewer(Role.MACHINE, stage.unit.id, client_id="hr", scopes=frozenset(scopes))


async def feed(viewer: Viewer, first: int = 100, after: str | None = None) -> dict[str, Any]:
    answer = await gql(viewer, FEED, first=first, after=after)
    assert answer["errors"] == []
    found: dict[str, Any] = answer["data"]["changes"]
    return found


async def settled() -> None:
    """Waits until every transaction of now has ended, on whichever database of the server: the feed waits for them too."""
    connection = connections.get("default")
    [row] = await connection.execute_query_dict("SELECT pg_current_xact_id()::text::bigint AS mine")
    with anyio.fail_after(30):
        while True:
            [found] = await connection.execute_query_dict(
                "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest"
            )
            if found["oldest"] > row["mine"]:
                return
            await anyio.sleep(0.05)


async def test_a_unit_follows_its_results_and_certificates_and_nobody_elses() -> None:
    posted, [certificate] = await stages.certificates(1)
    [result] = await posted.packaged.results()
    stage, neighbour = posted.stage, await new_unit()
    about_result = {"kind": "RESULT", "subject": gid("Result", result.id)}
    about_certificate = {"kind": "CERTIFICATE", "subject": gid("Certificate", certificate.id)}
    everything = [
        {**about_result, "event": "candidacy.accept"},
        {**about_result, "event": "candidacy.confirm"},
        {**about_certificate, "event": "certificate.issue"},
        {**about_result, "event": "candidacy.certify"},
    ]
    await settled()
    assert (await feed(client(stage, "results:read", "certificates:read")))["nodes"] == everything
    assert (await feed(stage.office))["nodes"] == everything
    assert (await feed(client(stage, "certificates:read")))["nodes"] == [everything[2]]
    for viewer in (client(stage), client(neighbour, "results:read"), stage.municipal, PUBLIC):
        assert (await feed(viewer))["nodes"] == []


async def test_the_feed_goes_on_from_its_last_cursor() -> None:
    posted, [certificate] = await stages.certificates(1)
    viewer = client(posted.stage, "results:read", "certificates:read")
    await settled()
    whole = await feed(viewer)
    seen, after = [], None
    while True:
        page = await feed(viewer, first=1, after=after)
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == whole["nodes"]
    assert (await feed(viewer, after=after))["nodes"] == []
    await revoke(
        Call(posted.stage.municipal), certificate.id, certificate.version, "京人社撤〔2026〕9号", "撤销。"
    )
    await settled()
    assert [each["event"] for each in (await feed(viewer, after=after))["nodes"]] == ["certificate.revoke"]


async def test_a_slow_transaction_is_not_lost() -> None:
    """A later event of a finished transaction waits for an earlier one that is still running."""
    posted, [certificate] = await stages.certificates(1)
    viewer = client(posted.stage, "certificates:read")
    await settled()
    before = (await feed(viewer))["pageInfo"]["endCursor"]
    given = {
        "subject_type": "Certificate",
        "subject_id": certificate.id,
        "unit_id": posted.stage.unit.id,
    }
    async with in_transaction("default"):
        await OutboxEvent.create(event="certificate.hold", **given)
        await _aside(given, viewer, before)
    await settled()
    assert [each["event"] for each in (await feed(viewer, after=before))["nodes"]] == [
        "certificate.hold",
        "certificate.release",
    ]


async def _aside(given: dict[str, Any], viewer: Viewer, before: str) -> None:
    """On another connection: an event is written and committed, and the feed read, while the first one runs."""

    async def other() -> None:
        await OutboxEvent.create(event="certificate.release", **given)
        assert (await feed(viewer, after=before))["nodes"] == []

    await asyncio.get_running_loop().create_task(other(), context=contextvars.Context())


async def test_a_cursor_of_something_else_and_a_wrong_size_are_refused() -> None:
    stage = await new_unit()
    for variables in ({"first": 0}, {"first": 101}, {"first": 1, "after": "x"}, {"first": 1, "after": "\0"}):
        answer = await gql(client(stage, "results:read"), FEED, **variables)
        assert (answer["data"], len(answer["errors"])) == (None, 1)
        assert answer["errors"][0]["path"] == ["changes"]
