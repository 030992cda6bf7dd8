"""Lists of Art. 9(2) to 9(4) cost the same number of statements for one row and for three."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.core import clock
from domain.core.calls import Call
from domain.plans import commands as plans
from tests.graphql import act
from tests.measures.test_article_08_reading import statements
from tests.stages import committees as stages
from tests.stages.units import recognised_unit

COMMON = "state unit { name } availableActions { name reasons { rule { id } } } timeline { event }"
VERSIONS = (
    "query ($first: Int!) { policySets(first: $first) { totalCount nodes { number documents { title file { name } } "
    "decisionMinutes { name } opinions { text } checks { met } returns { reason } " + COMMON + " } } }"
)
PLANS = (
    "query ($first: Int!) { annualPlans(first: $first) { totalCount nodes { year policySet { number } "
    "groups { name } revisions { reason } comments { text } " + COMMON + " } } }"
)
EXPERTS = (
    "query ($first: Int!) { experts(first: $first) { totalCount nodes { name ties { kind } "
    + COMMON
    + " } } }"
)
COMMITTEES = (
    "query ($first: Int!) { committees(first: $first) { totalCount nodes { floor members { role expert { name } } "
    "draws { replays } " + COMMON + " } } }"
)


async def test_a_page_of_versions_and_plans_costs_what_a_row_costs(caplog: pytest.LogCaptureFixture) -> None:
    stage = await recognised_unit()
    for days in (80, 40, 0):
        with stages.earlier(timedelta(days=days)):
            version = await stages.in_force_policy(stage)
    call, year = Call(stage.office), clock.today().year
    for each in (year, year + 1):
        plan = await plans.draft(call, each, version.id, stages.content())
    await plans.cancel(call, plan.id, plan.version, "重新拟定。")
    await plans.draft(call, year + 1, version.id, stages.content())
    for document in (VERSIONS, PLANS):
        one, three = [await statements(caplog, stage.office, document, first) for first in (1, 10)]
        assert (one[0], three[0]) == (1, 3)
        assert one[1] == three[1], document


async def test_a_page_of_experts_and_committees_costs_what_a_row_costs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = await recognised_unit()
    experts = [await stages.active_expert(stage) for _ in range(3)]
    for _ in range(3):
        await stages.forming_committee(stage, experts)
    for document in (EXPERTS, COMMITTEES):
        one, three = [await statements(caplog, stage.office, document, first) for first in (1, 10)]
        assert (one[0], three[0]) == (1, 3)
        assert one[1] == three[1], document


async def test_bad_texts_are_refused_by_field() -> None:
    """S-5, S-7: NUL, lone surrogates, texts too long, foreign identifiers: never a fault of ours."""
    stage = await recognised_unit()
    form = {"level": "SENIOR", "bySpecialty": {"series": "05", "specialty": "计\0算机"}}
    nul = await act(stage.office, "committeeForm", {"name": "评委会", **form})
    long = await act(
        stage.office, "committeeForm", {**form, "name": "长" * 121, "bySpecialty": None, "bySeries": "05"}
    )
    alien = await act(stage.office, "committeeSubmitFiling", {"id": "bm90IGFuIGlk", "version": 1})
    huge = await act(stage.office, "planDraft", {"year": 2_147_483_647, "policySet": "x"})
    assert [
        [(each["rule"]["id"], each["field"]) for each in said["userErrors"]]
        for said in (nul, long, alien, huge)
    ] == [
        [("S-5", ["bySpecialty", "specialty"])],
        [("S-7", ["name"])],
        [("S-4", ["id"])],
        [("S-4", ["policySet"])],
    ]
