"""The road of Art. 9 and 10, walked at random: whatever is tried, by whom and when, no certificate comes of a shortcut.

A walker knows every step from the policy to the certificate. Mostly it tries any of them, as anybody; sometimes the one
that is due, as the one who may. After each attempt the database must still tell one consistent story.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any
from uuid import UUID

import pytest
from tortoise import connections

from domain.certificates.models import Certificate
from domain.committees import filing
from domain.core.calls import Call
from domain.core.errors import Refusal, Refused
from domain.core.ledger import AuditEntry, OutboxEvent
from domain.core.perform import base_facts
from domain.core.roles import PUBLIC, Role, Viewer
from domain.lifecycles import LIFECYCLES
from domain.publicity.models import PublicityEntry
from domain.reviews.models import Candidacy
from tests.domain.road_steps import Road, close_ballot, due, open_sitting
from tests.stages import committees, results, reviews
from tests.stages.committees import PUBLICITY, Bench, earlier
from tests.stages.units import recognised_unit

SEEDS = range(3)
#: How often the walker tries the step that is due, rather than any.
RIGHT = 0.45
MAX_ATTEMPTS = 500
#: Once there is a quorum the chair may do these before all have come or voted: lawful, but another road.
BY_CHOICE = (open_sitting, close_ballot)
#: Acts of many into one open row leave its version as it is.
SHARED = {"ballot.cast"}


async def beginning() -> Road:
    """A recognised unit with a committee that waits to be filed, and a candidate on its roster."""
    stage = await recognised_unit()
    experts = [await committees.active_expert(stage, name=f"专家{place}") for place in range(11)]
    row = await committees.forming_committee(stage, experts)
    row = await filing.submit_filing(Call(stage.office), row.id, row.version)
    bench = Bench(row, experts, [await committees.expert_viewer(each) for each in experts])
    papers = await committees.documents(stage)
    with earlier(PUBLICITY):
        decision = await committees.decision(stage)
    return Road(stage, bench, await reviews.employee(stage), papers, decision, PUBLIC)


async def digest() -> list[dict[str, Any]]:
    """What all tables hold, in one number each."""
    database = connections.get("default")
    tables = await database.execute_query_dict("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    each = (
        f"SELECT '{name}' AS t, count(*) AS n, sum(hashtextextended(r::text, 0)) AS h FROM {name} r"
        for name in sorted(row["tablename"] for row in tables)
    )
    # Ordered, because PostgreSQL reads large tables in parallel and answers in any order.
    return list(await database.execute_query_dict(" UNION ALL ".join(each) + " ORDER BY t"))


async def last_entry() -> int:
    entry = await AuditEntry.all().order_by("-seq").first()
    return entry.seq if entry else 0


async def the_story_is_consistent(since: int) -> None:
    """Each change since then has one audit row and one event of the same name, and each version follows its last."""
    entries = await AuditEntry.filter(seq__gt=since).order_by("seq")
    assert entries
    ids = {entry.subject_id for entry in entries}
    audited = await AuditEntry.filter(subject_id__in=ids).order_by("seq")
    events = await OutboxEvent.filter(subject_id__in=ids)
    told = Counter((each.subject_id, each.event) for each in events)
    assert told == Counter((each.subject_id, each.event) for each in audited)
    version: dict[UUID, int] = {}
    state: dict[UUID, str] = {}
    for each in audited:
        grown = each.version - version.get(each.subject_id, 0)
        assert grown == (0 if each.event in SHARED else 1), (each.event, each.version)
        assert each.from_state == state.get(each.subject_id), each.event
        version[each.subject_id], state[each.subject_id] = each.version, each.to_state


async def no_certificate_comes_of_a_shortcut(road: Road) -> None:
    """Every certificate's way back leads through every earlier stage; one holds for a candidacy."""
    rows = await Certificate.filter(unit_id=road.stage.unit.id, state="ISSUED")
    assert len({row.candidacy_id for row in rows}) == len(rows)
    certified = await Candidacy.filter(unit_id=road.stage.unit.id, state="CERTIFIED")
    assert {row.candidacy_id for row in rows} == {row.id for row in certified}
    for row in rows:
        candidacy: Any = await Candidacy.get(id=row.candidacy_id).prefetch_related(
            "sitting", "unit", "round__committee", "round__plan", "round__policy_set"
        )
        entry = await PublicityEntry.get(candidacy_id=candidacy.id).prefetch_related("publicity__package")
        round: Any = candidacy.round
        assert [
            str(each.state) for each in (candidacy.unit, round.policy_set, round.committee, candidacy.sitting)
        ] == ["ACTIVE", "APPROVED", "FILED", "SIGNED"]
        assert str(entry.publicity.state) == "CLOSED"
        assert str(entry.publicity.package.state) == "ACCEPTED"
        adopted = await AuditEntry.filter(subject_id=round.plan_id, event="plan.adopt").first()
        opened = await AuditEntry.filter(subject_id=round.id, event="round.open").first()
        assert adopted is not None and opened is not None and adopted.seq < opened.seq


def anybody(road: Road, random: Random) -> Viewer:
    stage = road.stage
    bodies = [stage.office, stage.district, stage.supervisor, stage.industry, stage.municipal]
    return random.choice([*bodies, *road.bench.viewers[:3], PUBLIC, Viewer(Role.APPLICANT)])


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_random_walk_never_leaves_the_road(seed: int) -> None:
    random = Random(seed)
    road = await beginning()
    steps, taken, refused = due(road), 0, 0
    done: set[int] = set()
    before = await digest()
    for _ in range(MAX_ATTEMPTS):
        if len(done) == len(steps):
            break
        place = min(set(range(len(steps))) - done)
        step, road.viewer = steps[place]
        if random.random() > RIGHT:
            step, road.viewer = random.choice(steps)[0], anybody(road, random)
            if step in BY_CHOICE and road.viewer == road.bench.chair:
                road.viewer = road.stage.office
        since = await last_entry()
        try:
            await step(road)
        except Refused as wrong:
            assert wrong.refusals
            assert (step, road.viewer) != steps[place], (step.__name__, wrong)
            assert await digest() == before, step.__name__
            refused += 1
        else:
            done |= {place for place, each in enumerate(steps) if each == (step, road.viewer)} or {
                place for place, each in enumerate(steps) if each[0] is step and place not in done
            }
            taken += 1
            await the_story_is_consistent(since)
            before = await digest()
        await no_certificate_comes_of_a_shortcut(road)
    assert len(done) == len(steps) and taken >= len(steps) and refused > 10
    assert await Certificate.filter(unit_id=road.stage.unit.id, state="ISSUED").count() == 1


async def test_guards_only_ever_refuse() -> None:
    """In any state, for any role: a guard answers with refusals, and never fails over what a row does not hold yet."""
    posted, _ = await results.certificates(1)
    await results.heard_lead(posted)
    random = Random(7)
    for lifecycle in LIFECYCLES:
        rows = await lifecycle.model.all().order_by("-created_at").limit(5)
        assert rows, lifecycle.name
        for state in lifecycle.states:
            for row in rows:
                row.state = state
            for role in Role:
                facts = await lifecycle.facts(rows, await base_facts(Viewer(role)))
                row = random.choice(rows)
                for move in lifecycle.moves:
                    found = lifecycle.objections(move.event, row, facts[row.id])
                    assert all(isinstance(each, Refusal) for each in found)
                assert {each.move.event for each in lifecycle.available(row, facts[row.id])} == {
                    move.event for move in lifecycle.moves if role in move.by and state in move.sources
                }
