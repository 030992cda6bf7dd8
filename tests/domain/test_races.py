"""Of twenty at once exactly one: what the database decides, and not the order in which requests happen to arrive.

Told elsewhere, beside the article's other stories: two plans of a year (test_article_09_plan), two drafts of a policy
(test_article_09_policy_versions), twenty casts of one voter, votes racing the close and two openings of a ballot
(test_article_09_ballots), twenty issues of a certificate (test_article_10), registrations (test_article_04), two
candidacies of a person (test_article_06_candidates), a renewal of a committee (test_article_09_filing), concurrent
decisions on several leads (test_article_09_leads), deadlines kept by several workers (workers/test_deadlines).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.applications import commands as applying
from domain.applications import receiver_commands as receiving
from domain.committees import filing
from domain.core import clock
from domain.core.calls import Call
from domain.core.errors import Refused
from domain.core.ledger import AuditEntry, OutboxEvent
from domain.policy_documents import approval
from domain.policy_documents.models import PolicySet
from domain.publicity import commands as publicising
from domain.publicity import recheck
from domain.publicity.models import Publicity
from domain.publicity.names import RecheckOutcome
from domain.results import acceptance
from domain.results import commands as packaging
from domain.results.models import Result, ResultPackage
from domain.reviews import candidacies, meeting
from domain.reviews.candidacies import CandidacyGiven
from domain.reviews.models import Candidacy
from tests.stages import committees, results, reviews, units

ATTEMPTS = 20


async def race(attempt: Callable[[], Awaitable[Any]]) -> tuple[list[Any], list[str]]:
    """What twenty at once made of it: the results of those who got through, and the rules that held the others."""
    return await settled(*(attempt() for _ in range(ATTEMPTS)))


async def settled(*attempts: Awaitable[Any]) -> tuple[list[Any], list[str]]:
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    faults = [each for each in answers if isinstance(each, BaseException) and not isinstance(each, Refused)]
    assert faults == []
    refused = [each for each in answers if isinstance(each, Refused)]
    made = [each for each in answers if not isinstance(each, Refused)]
    return made, sorted({refusal.rule.id for each in refused for refusal in each.refusals})


async def happened(id: UUID, event: str) -> tuple[int, int]:
    """How often an event is in the audit trail and in the outbox of an object."""
    audit = await AuditEntry.filter(subject_id=id, event=event).count()
    return audit, await OutboxEvent.filter(subject_id=id, event=event).count()


async def test_an_application_is_recommended_once() -> None:
    """Art. 8(2)."""
    stage = await units.new_unit()
    row = await units.submitted(stage)
    call, opinions = Call(units.receiver_of(stage, row)), units.opinions()
    made, rules = await race(lambda: receiving.recommend(call, row.id, row.version, opinions, "同意推荐。"))
    assert (len(made), rules) == (1, ["S-2"])
    assert await happened(row.id, "application.recommend") == (1, 1)


async def test_an_application_is_filed_online_once() -> None:
    """Art. 8(3)."""
    stage = await units.new_unit()
    row = await units.recommended(stage)
    call = Call(stage.office)
    made, rules = await race(lambda: applying.file_online(call, row.id, row.version, "王法人", True))
    assert (len(made), rules) == (1, ["S-2"])
    assert await happened(row.id, "application.file_online") == (1, 1)


async def test_a_policy_is_approved_once() -> None:
    """Art. 9(2): one version in force."""
    stage = await units.recognised_unit()
    row = await committees.submitted_policy(stage)
    call = Call(stage.municipal)
    made, rules = await race(
        lambda: approval.approve(call, row.id, row.version, "京人社审〔2026〕1号", committees.checklist())
    )
    assert (len(made), rules) == (1, ["S-2"])
    assert await happened(row.id, "policy_set.approve") == (1, 1)
    assert await PolicySet.filter(unit_id=stage.unit.id, state="APPROVED").count() == 1


async def test_a_committee_is_put_on_file_once_and_each_number_once() -> None:
    """Art. 9(4): twenty filings of one committee, and two committees that are given the same number."""
    stage = await units.recognised_unit()
    rows = []
    for _ in range(2):
        members = [await committees.active_expert(stage) for _ in range(3)]
        row = await committees.forming_committee(stage, members)
        rows.append(await filing.submit_filing(Call(stage.office), row.id, row.version))
    number, last = f"备〔2026〕{uuid4().hex[:12]}", clock.today() + timedelta(days=364)
    call = Call(stage.municipal)
    made, _ = await settled(
        *(filing.file(call, row.id, row.version, number, last) for row in rows for _ in range(ATTEMPTS // 2))
    )
    [filed] = made
    events = [await happened(row.id, "committee.file") for row in rows]
    assert sorted(events) == [(0, 0), (1, 1)]
    assert events[[row.id for row in rows].index(filed.id)] == (1, 1)


async def test_a_person_applies_once_a_year_in_a_series() -> None:
    """S-15, though the office and the person start at the same moment."""
    rounded = await reviews.open_round()
    someone = await reviews.employee(rounded.stage)
    own, office = Call(await reviews.applicant_of(someone)), Call(rounded.stage.office)
    given, round = CandidacyGiven(), rounded.round.id
    made, rules = await settled(
        *(candidacies.start(own, round, given) for _ in range(ATTEMPTS // 2)),
        *(candidacies.start(office, round, given, employment_id=someone.id) for _ in range(ATTEMPTS // 2)),
    )
    assert (len(made), rules) == (1, ["S-15"])
    assert await Candidacy.filter(person_id=someone.person_id).count() == 1
    assert await happened(made[0].id, "candidacy.start") == (1, 1)


async def test_a_sitting_is_opened_once() -> None:
    """N-13."""
    seated = await reviews.scheduled_sitting()
    await reviews.check_in(seated, 8)
    row, chair = await seated.fresh(), Call(seated.bench.chair)
    made, rules = await race(lambda: meeting.open_sitting(chair, row.id, row.version))
    assert (len(made), rules) == (1, ["S-2"])
    assert await happened(row.id, "sitting.open") == (1, 1)


async def test_a_round_is_compiled_once_with_each_result_once() -> None:
    """Art. 9(6), S-13."""
    seated = await reviews.signed_sitting(n=2)
    call, round = Call(seated.rounded.stage.office), seated.rounded.round.id
    made, rules = await race(lambda: packaging.compile_results(call, round))
    assert (len(made), rules) == (1, ["S-13"])
    assert await ResultPackage.filter(round_id=round).count() == 1
    assert await Result.filter(candidacy_id__in=[each.id for each in seated.candidates]).count() == 2
    assert await happened(made[0].id, "result_package.compile") == (1, 1)


async def test_a_package_is_accepted_or_refused_but_not_both() -> None:
    """Art. 9(6): each candidate takes exactly one step, whoever is first."""
    packaged = await results.submitted_package(2)
    row, call = packaged.package, Call(packaged.stage.municipal)
    other = Call(packaged.stage.municipal2)
    made, rules = await settled(
        *(acceptance.accept(call, row.id, row.version) for _ in range(ATTEMPTS // 2)),
        *(
            acceptance.refuse_results(other, row.id, row.version, ["R-9.12"], "程序不合规。")
            for _ in range(ATTEMPTS // 2)
        ),
    )
    assert (len(made), rules) == (1, ["S-2"])
    step = {"ACCEPTED": "accept", "REFUSED": "void"}[str(made[0].state)]
    for candidate in packaged.seated.candidates:
        assert [await happened(candidate.id, f"candidacy.{each}") for each in ("accept", "void")] == [
            (int(step == each), int(step == each)) for each in ("accept", "void")
        ]


async def test_a_package_is_publicised_once() -> None:
    """Art. 9(7)."""
    packaged = await results.accepted_package(1)
    call = Call(packaged.stage.office)
    made, rules = await race(lambda: publicising.open_publicity(call, packaged.package.id, results.NOTICE))
    assert (len(made), rules) == (1, ["S-13"])
    assert await Publicity.filter(package_id=packaged.package.id).count() == 1
    assert await happened(made[0].id, "publicity.open") == (1, 1)


async def test_a_lead_is_concluded_once() -> None:
    """Art. 9(7): two officers conclude at the same moment."""
    posted = await results.open_publicity(n=1)
    lead = await results.heard_lead(posted)

    officers = (Call(posted.stage.municipal), Call(posted.stage.municipal2))
    made, rules = await settled(
        *(
            recheck.conclude(call, lead.id, lead.version, RecheckOutcome.UNFOUNDED, f"经复核{place}。")
            for place in range(ATTEMPTS // 2)
            for call in officers
        )
    )
    assert (len(made), rules) == (1, ["S-2"])
    assert await happened(lead.id, "lead.find_unfounded") == (1, 1)
