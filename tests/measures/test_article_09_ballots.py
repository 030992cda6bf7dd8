"""Article 9(5): the vote is secret (N-14). Who may cast, once, while it is open; and that no row tells how."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise

from domain.core.calls import Call
from domain.core.errors import Refused
from domain.core.roles import PUBLIC, Viewer
from domain.reviews import conclusion, reads, voting
from domain.reviews.ballots import BallotChoice, archived_name, make_ballot, new_uuid, read_election, tracker
from domain.reviews.models import BallotBox, StoredBallot, VoterSlip
from domain.reviews.states import BallotBoxState
from schema.core.ids import global_id
from tests.graphql import act, gql, rules_of
from tests.stages.reviews import (
    ABSTAIN,
    NO,
    YES,
    Seated,
    ballot_of,
    cast,
    opened_ballot,
    opened_sitting,
    signed_sitting,
    voted,
)
from tests.stages.units import recognised_unit

BOX = "ballotBox { id state version turnout voted }"


def on(box: BallotBox, **more: Any) -> dict[str, Any]:
    return {"id": global_id("BallotBox", box.id), **more}


async def send(viewer: Viewer, box: BallotBox, ballot: str, **more: Any) -> dict[str, Any]:
    return await act(viewer, "ballotCast", on(box, ballot=ballot, **more), BOX)


async def close(viewer: Viewer, box: BallotBox) -> dict[str, Any]:
    return await act(viewer, "ballotClose", on(box, version=box.version), BOX)


async def test_an_expert_fetches_his_credential_and_votes_through_the_api() -> None:
    """N-14: election and credential come from ballotBox; the ballot is made on the expert's own side."""
    seated = await opened_sitting()
    box, viewer = await opened_ballot(seated), seated.bench.viewers[3]
    document = "query ($id: ID!) { node(id: $id) { ... on BallotBox { election trustees myCredential turnout voted } } }"
    seen = (await gql(viewer, document, id=on(box)["id"]))["data"]["node"]
    election = read_election(seen["election"], seen["trustees"])
    answer = await send(viewer, box, make_ballot(election, seen["myCredential"], YES))
    assert (answer["ballotBox"]["turnout"], answer["ballotBox"]["voted"]) == (1, True)
    colleague = (await gql(seated.bench.viewers[4], document, id=on(box)["id"]))["data"]["node"]
    assert (colleague["turnout"], colleague["voted"]) == (1, False)
    assert colleague["myCredential"] not in (None, seen["myCredential"])


async def test_a_credential_is_shown_to_its_expert_only() -> None:
    """N-14, N-17: to nobody else in any role, not to who is absent, and to nobody after the close."""
    seated = await opened_sitting()
    box, stage = await opened_ballot(seated), seated.rounded.stage
    document = "query ($id: ID!) { node(id: $id) { ... on BallotBox { myCredential } } }"
    absent = seated.bench.viewers[9]
    for viewer in (stage.office, stage.municipal, stage.industry, stage.district, absent):
        assert (await gql(viewer, document, id=on(box)["id"]))["data"]["node"] == {"myCredential": None}
    for viewer in seated.bench.viewers[:2]:
        await cast(viewer, box, YES)
    assert (await close(seated.bench.chair, box))["userErrors"] == []
    assert (await gql(seated.bench.chair, document, id=on(box)["id"]))["data"]["node"] == {
        "myCredential": None
    }


async def test_who_is_absent_or_recused_has_no_vote() -> None:
    """N-14, N-18: not with anybody else's credential either - there is no proxy."""
    seated = await opened_sitting()
    recused, absent = seated.bench.viewers[5], seated.bench.viewers[9]
    given = {
        "id": global_id("Sitting", seated.sitting.id),
        "candidacy": global_id("Candidacy", seated.candidates[0].id),
        "reason": "合作项目。",
    }
    await act(recused, "sittingRecuse", given, "sitting { id }")
    box = await opened_ballot(seated)
    ballot = await ballot_of(seated.bench.viewers[3], box, YES)
    assert rules_of(await send(absent, box, ballot)) == ["N-14"]
    assert rules_of(await send(recused, box, ballot)) == ["N-14"]
    assert rules_of(await send(seated.bench.viewers[4], box, ballot)) == ["N-14"]
    office = await send(seated.rounded.stage.office, box, ballot)
    neighbour = await send((await opened_sitting()).bench.chair, box, ballot)
    assert [each["userErrors"][0]["code"] for each in (office, neighbour)] == ["FORBIDDEN", "NOT_FOUND"]
    assert await StoredBallot.filter(box_id=box.id).count() == 0
    assert await VoterSlip.filter(box_id=box.id).count() == 0


async def test_a_ballot_is_checked_in_full_before_it_is_stored() -> None:
    """N-14: another candidate's ballot, a changed one, nonsense, NUL and far too much text are refused, and nothing stays."""
    seated = await opened_sitting(n=2)
    first, second = await opened_ballot(seated, 0), await opened_ballot(seated, 1)
    viewer = seated.bench.viewers[2]
    good = await ballot_of(viewer, first, YES)
    changed = json.loads(good)
    changed["answers"][0]["choices"][0], changed["answers"][0]["choices"][1] = (
        changed["answers"][0]["choices"][1],
        changed["answers"][0]["choices"][0],
    )
    bad = [
        good.replace(" ", "  ") + " ",
        json.dumps(changed, separators=(",", ":")),
        "{}",
        "",
        "同意",
        "x" * 30_000,
    ]
    assert [rules_of(await send(viewer, first, text)) for text in bad] == [["N-14"]] * 6
    assert rules_of(await send(viewer, second, good)) == ["N-14"]
    assert rules_of(await send(viewer, first, "{\0}")) == ["S-5"]
    assert await StoredBallot.filter(box_id__in=[first.id, second.id]).count() == 0
    assert rules_of(await send(viewer, first, good)) == []


async def test_a_ballot_is_cast_once_and_the_same_key_is_the_same_cast() -> None:
    """N-14: a second ballot is refused, whatever it says; a repeated request is not a second ballot."""
    seated = await opened_sitting()
    box, viewer = await opened_ballot(seated), seated.bench.viewers[2]
    ballot = await ballot_of(viewer, box, NO)
    first = await send(viewer, box, ballot, idempotencyKey=f"{box.id}-a")
    again = await send(viewer, box, ballot, idempotencyKey=f"{box.id}-a")
    assert (first["userErrors"], again["ballotBox"]["turnout"]) == ([], 1)
    other = await ballot_of(viewer, box, YES)
    assert rules_of(await send(viewer, box, other)) == ["N-14"]
    assert rules_of(await send(viewer, box, ballot)) == ["N-14"]
    assert await StoredBallot.filter(box_id=box.id).count() == 1


async def test_of_twenty_casts_with_one_slip_exactly_one_counts() -> None:
    """N-14: UNIQUE decides the race."""
    seated = await opened_sitting()
    box, viewer = await opened_ballot(seated), seated.bench.viewers[2]
    ballots = [await ballot_of(viewer, box, YES if place % 2 else NO) for place in range(20)]
    answers = await asyncio.gather(*(send(viewer, box, ballot) for ballot in ballots))
    assert sorted(rules_of(each) for each in answers) == [[]] + [["N-14"]] * 19
    assert await StoredBallot.filter(box_id=box.id).count() == 1


async def test_a_ballot_precedes_the_close_or_is_refused() -> None:
    """N-14: no late vote. What the close counted is what lies in the box, whoever won the race."""
    seated = await opened_sitting()
    box = await opened_ballot(seated)
    for viewer in seated.bench.viewers[:3]:
        await cast(viewer, box, YES)
    late = [(viewer, await ballot_of(viewer, box, YES)) for viewer in seated.bench.viewers[3:8]]
    votes = [send(viewer, box, ballot) for viewer, ballot in late]
    *casts, closed = await asyncio.gather(*votes[:3], *votes[3:], close(seated.bench.chair, box))
    assert closed["userErrors"] == []
    taken = sum(not each["userErrors"] for each in casts)
    refused = [each["userErrors"][0]["code"] for each in casts if each["userErrors"]]
    assert refused == ["INVALID_TRANSITION"] * (5 - taken)
    row = await BallotBox.get(id=box.id)
    stored = await StoredBallot.filter(box_id=box.id).count()
    assert (row.cast, row.yes, stored) == (3 + taken, 3 + taken, 3 + taken)
    viewer, ballot = late[0]
    assert [e["code"] for e in (await send(viewer, box, ballot))["userErrors"]] == ["INVALID_TRANSITION"]


async def test_a_ballot_is_opened_once() -> None:
    """N-14: of two at once exactly one; and not a second time after the close."""
    seated = await opened_sitting()
    row = await seated.fresh()
    given = {
        "id": global_id("Sitting", row.id),
        "version": row.version,
        "candidacy": global_id("Candidacy", seated.candidates[0].id),
    }
    answers = await asyncio.gather(*(act(seated.bench.chair, "ballotOpen", given, BOX) for _ in range(2)))
    assert sorted([e["code"] for e in each["userErrors"]] for each in answers) == [[], ["CONFLICT"]]
    again = {**given, "version": row.version + 1}
    assert rules_of(await act(seated.bench.chair, "ballotOpen", again, BOX)) == ["N-14"]
    assert rules_of(await act(seated.bench.viewers[1], "ballotOpen", again, BOX)) == ["N-13", "N-14"]


async def test_only_who_presides_closes_and_never_on_a_single_ballot() -> None:
    """N-13, N-14: the sum of one ballot is that ballot."""
    seated = await opened_sitting()
    box = await opened_ballot(seated)
    await cast(seated.bench.viewers[4], box, NO)
    assert rules_of(await close(seated.bench.viewers[1], box)) == ["N-13", "N-14"]
    assert rules_of(await close(seated.bench.chair, box)) == ["N-14"]
    await cast(seated.bench.viewers[5], box, YES)
    assert rules_of(await close(seated.bench.viewers[1], box)) == ["N-13"]
    assert (await close(seated.bench.chair, box))["ballotBox"]["state"] == BallotBoxState.TALLIED


async def test_the_archive_holds_every_ballot_and_no_name() -> None:
    """N-14, N-17: the expert finds his ballot by its tracker; office, bureau and experts may have it, others not."""
    seated = await opened_sitting()
    box = await opened_ballot(seated)
    own = await ballot_of(seated.bench.viewers[0], box, NO)
    await send(seated.bench.viewers[0], box, own)
    for viewer in seated.bench.viewers[1:8]:
        await cast(viewer, box, YES)
    await close(seated.bench.chair, box)
    row = await seated.fresh()
    await conclusion.sign(Call(seated.bench.chair), row.id, row.version)
    found = {who: await archives(viewer, seated) for who, viewer in readers(seated).items()}
    assert {who: len(each) for who, each in found.items()} == {
        "office": 1,
        "bureau": 1,
        "expert": 1,
        "district": 0,
    }
    [content] = found["expert"].values()
    assert archived_name(tracker(own)).encode() in content
    assert not [each.name for each in seated.bench.experts if each.name.encode() in content]
    assert not [each for each in seated.bench.experts if str(each.id).encode() in content]


def readers(seated: Seated) -> dict[str, Viewer]:
    stage = seated.rounded.stage
    return {
        "office": stage.office,
        "bureau": stage.municipal,
        "expert": seated.bench.viewers[0],
        "district": stage.district,
    }


async def archives(viewer: Viewer, seated: Seated) -> dict[str, bytes]:
    document = "query ($id: ID!) { ballotArchives(sitting: $id) { name content } }"
    answer = await gql(viewer, document, id=global_id("Sitting", seated.sitting.id))
    return {each["name"]: b64decode(each["content"]) for each in answer["data"]["ballotArchives"]}


@pytest.mark.skipif(shutil.which("belenios-tool") is None, reason="belenios-tool is not installed (apt)")
async def test_belenios_verifies_the_archives_without_this_system(tmp_path: Path) -> None:
    """N-14: every archive of a signed sitting, recusal and abstention included."""
    seated = await signed_sitting(n=2, choices=[[YES] * 6 + [NO, ABSTAIN], [YES, NO, NO]])
    found = await archives(seated.bench.chair, seated)
    assert len(found) == 2
    for name, content in found.items():
        folder = tmp_path / name.removesuffix(".bel")
        folder.mkdir()
        (folder / name).write_bytes(content)
        command = ["belenios-tool", "election", "verify", "--dir", str(folder)]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


async def test_a_foreign_election_is_worth_nothing() -> None:
    """N-14: a ballot made for an election of one's own invention is refused."""
    seated = await opened_sitting()
    box, viewer = await opened_ballot(seated), seated.bench.viewers[2]
    stored = json.loads(box.election)
    stored["uuid"] = new_uuid()
    forged = read_election(json.dumps(stored, ensure_ascii=False, separators=(",", ":")), box.trustees)
    credential = (await reads.own_credentials(viewer, [box.id]))[box.id]
    assert rules_of(await send(viewer, box, make_ballot(forged, credential, YES))) == ["N-14"]


# What the database holds.

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(\+\d\d:?\d\d)?")


async def rows() -> dict[str, str]:
    """Every row of every table, as text under its table and place on disk."""
    db = Tortoise.get_connection("default")
    named = await db.execute_query_dict(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
    )
    found: dict[str, str] = {}
    for table in (each["name"] for each in named):
        for row in await db.execute_query_dict(
            f'SELECT ctid::text AS at, row_to_json(t)::text AS text FROM "{table}" t'
        ):
            found[f"{table} {row['at']}"] = row["text"]
    return found


async def written_by(seated: Seated, box: BallotBox, place: int, choice: BallotChoice) -> list[str]:
    """What a cast leaves in the whole database, with ids, moments, numbers and the ciphertext taken out."""
    before = await rows()
    await cast(seated.bench.viewers[place], box, choice)
    after = await rows()
    fresh = {at: text for at, text in after.items() if before.get(at) != text}
    return sorted(f"{at.split()[0]} {_without_what_differs(text)}" for at, text in fresh.items())


def _without_what_differs(text: str) -> str:
    row = json.loads(text)
    for name in ("text", "tracker", "seq", "txid", "key", "fingerprint"):
        if name in row:
            row[name] = "..."
    return _MOMENT.sub("(time)", _UUID.sub("(id)", json.dumps(row, sort_keys=True)))


async def test_the_stored_rows_do_not_change_with_the_choice() -> None:
    """N-14: a yes, a no and an abstention leave the same rows but for the ciphertext, its tracker, ids and times."""
    seated = await opened_sitting()
    box = await opened_ballot(seated)
    yes, no, abstain = [
        await written_by(seated, box, place, choice) for place, choice in ((2, YES), (3, NO), (4, ABSTAIN))
    ]
    assert yes == no == abstain
    assert [line.split()[0] for line in yes] == [
        "audit_entries",
        "outbox_events",
        "stored_ballots",
        "voter_slips",
    ]
    lengths = {len(each.text) // 100 for each in await StoredBallot.filter(box_id=box.id)}
    assert len(lengths) <= 2, "the length of a ciphertext does not tell the choice"


async def test_no_row_tells_a_choice_beside_an_expert() -> None:
    """N-14, who sees what: after a signed sitting with a lone no, no row of any table has a choice in words."""
    seated = await opened_sitting()
    await voted(seated, [NO] + [YES] * 7)
    row = await seated.fresh()
    await conclusion.sign(Call(seated.bench.chair), row.id, row.version)
    words = re.compile(r'"(YES|NO|ABSTAIN|yes|no|abstain|同意|不同意|弃权)"\s*[,}\]]')
    told = [at for at, text in (await rows()).items() if words.search(text)]
    assert told == []
    named = [str(each.id) for each in seated.bench.experts] + [
        str(each.person_id) for each in seated.bench.experts
    ]
    sums = [
        at
        for at, text in (await rows()).items()
        if at.startswith("ballot_boxes") and any(name in text for name in named)
    ]
    assert sums == []


async def test_refusals_and_events_say_nothing_of_the_choice() -> None:
    """N-14: the text of a refused second ballot is the same for every choice."""
    seated = await opened_sitting()
    box, viewer = await opened_ballot(seated), seated.bench.viewers[2]
    await cast(viewer, box, YES)
    said = []
    for choice in BallotChoice:
        with pytest.raises(Refused) as refused:
            await voting.cast_ballot(Call(viewer), box.id, await ballot_of(viewer, box, choice))
        said.append([(each.rule.id, each.zh, each.en, each.field) for each in refused.value.refusals])
    assert said[0] == said[1] == said[2]


async def test_secrets_are_erased_when_they_have_served() -> None:
    """Security: after the close no private credential, after the signature no share of this system's key remains."""
    seated = await signed_sitting()
    found = [
        text
        for at, text in (await rows()).items()
        if at.startswith(("ballot_credentials", "sitting_trustees"))
    ]
    own = [
        json.loads(text)
        for text in found
        if str(seated.sitting.id) in text or str((await seated.box()).id) in text
    ]
    assert {row["secret_sealed"] for row in own} == {None}
    assert len(own) == 9


async def test_a_neighbour_sees_no_box() -> None:
    """Who sees what: another unit's office, and the public, find nothing."""
    seated = await opened_sitting()
    box = await opened_ballot(seated)
    document = "query ($id: ID!) { node(id: $id) { id } }"
    other = await recognised_unit()
    for viewer in (other.office, other.district, PUBLIC):
        assert (await gql(viewer, document, id=on(box)["id"]))["data"]["node"] is None
