"""Every step from the policy to the certificate, on the first row of its kind, as whoever is walking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from domain.certificates.issuing import issue
from domain.committees import filing
from domain.committees.models import Committee
from domain.core import clock
from domain.core.calls import BY_SYSTEM, Call
from domain.core.roles import Role, Viewer
from domain.plans import commands as plans
from domain.plans.models import AnnualPlan, PlanGroup
from domain.policy_documents import approval
from domain.policy_documents import commands as policy
from domain.policy_documents.commands import DecisionGiven
from domain.policy_documents.documents import DocumentGiven
from domain.policy_documents.models import PolicySet
from domain.publicity import commands as publicising
from domain.publicity.models import Publicity
from domain.results import acceptance
from domain.results import commands as packaging
from domain.results.models import ResultPackage
from domain.reviews import candidacies, conclusion, meeting, reads, rounds, sittings, verification, voting
from domain.reviews.ballots import BallotChoice
from domain.reviews.candidacies import DECLARATION_VERSION, CandidacyGiven
from domain.reviews.in_house import Posting
from domain.reviews.models import BallotBox, Candidacy, ReviewRound, Sitting
from domain.reviews.rounds import RoundGiven
from domain.reviews.sittings import SittingGiven
from domain.units.models import Employment
from tests.stages import committees, results, reviews
from tests.stages.committees import PUBLICITY, Bench, earlier
from tests.stages.units import Stage


@dataclass(slots=True)
class Road:
    """A recognised unit, whose committee waits to be filed; papers are handed in beforehand. `viewer` acts now."""

    stage: Stage
    bench: Bench
    employment: Employment
    documents: list[DocumentGiven]
    decision: DecisionGiven
    viewer: Viewer

    @property
    def call(self) -> Call:
        return Call(self.viewer)

    async def first(self, model: Any) -> Any:
        """The unit's first row, or one that is not there; what is begun again later is a side road."""
        row = await model.filter(unit_id=self.stage.unit.id).order_by("created_at", "id").first()
        return row or model(id=uuid4(), version=1)


Step = Callable[[Road], Awaitable[Any]]


async def draft_policy(road: Road) -> Any:
    return await policy.draft(road.call, "评审制度文件", road.documents)


async def decide_policy(road: Road) -> Any:
    row = await road.first(PolicySet)
    with earlier(PUBLICITY):
        return await policy.record_collective_decision(road.call, row.id, row.version, road.decision)


async def post_policy(road: Road) -> Any:
    row = await road.first(PolicySet)
    with earlier(PUBLICITY):
        return await policy.open_publicity(road.call, row.id, row.version, "单位内网")


async def close_policy(road: Road) -> Any:
    row = await road.first(PolicySet)
    return await policy.close_publicity(road.call, row.id, row.version)


async def submit_policy(road: Road) -> Any:
    row = await road.first(PolicySet)
    return await policy.submit_for_approval(road.call, row.id, row.version)


async def approve_policy(road: Road) -> Any:
    row = await road.first(PolicySet)
    return await approval.approve(road.call, row.id, row.version, "京人社审1号", committees.checklist())


async def draft_plan(road: Road) -> Any:
    version = await road.first(PolicySet)
    return await plans.draft(road.call, clock.today().year, version.id, committees.content())


async def adopt_plan(road: Road) -> Any:
    row = await road.first(AnnualPlan)
    return await plans.adopt(road.call, row.id, row.version)


async def file_committee(road: Road) -> Any:
    row = await Committee.get(id=road.bench.committee.id)
    last = clock.today() + timedelta(days=364)
    return await filing.file(road.call, row.id, row.version, f"备{uuid4().hex[:12]}", last)


async def open_round(road: Road) -> Any:
    plan = await road.first(AnnualPlan)
    group = await PlanGroup.filter(plan_id=plan.id).first()
    today = clock.today()
    window = (group.window_from, group.window_until) if group else (today, today)
    given = RoundGiven(group.id if group else uuid4(), road.bench.committee.id, "副高级评审", *window)
    return await rounds.open_round(road.call, given)


async def start_candidacy(road: Road) -> Any:
    round = await road.first(ReviewRound)
    employment = road.employment.id if road.viewer.role is Role.UNIT else None
    return await candidacies.start(road.call, round.id, CandidacyGiven(), employment_id=employment)


async def submit_candidacy(road: Road) -> Any:
    row = await road.first(Candidacy)
    return await candidacies.submit(road.call, row.id, row.version, DECLARATION_VERSION)


async def verify_candidacy(road: Road) -> Any:
    row = await road.first(Candidacy)
    return await verification.verify(road.call, row.id, row.version)


async def post_candidacy(road: Road) -> Any:
    row = await road.first(Candidacy)
    with earlier(PUBLICITY):
        return await verification.open_in_house_publicity(road.call, row.id, row.version, Posting("内网"))


async def close_candidacy(road: Road) -> Any:
    row = await road.first(Candidacy)
    return await verification.close_in_house_publicity(road.call, row.id, row.version)


async def schedule_sitting(road: Road) -> Any:
    round, row = await road.first(ReviewRound), await road.first(Candidacy)
    given = SittingGiven(round.id, "第一次会议", clock.today(), "会议室", (row.id,), ())
    return await sittings.schedule(road.call, given)


async def check_in(road: Road) -> Any:
    return await meeting.check_in(road.call, (await road.first(Sitting)).id)


async def open_sitting(road: Road) -> Any:
    row = await road.first(Sitting)
    return await meeting.open_sitting(road.call, row.id, row.version)


async def open_ballot(road: Road) -> Any:
    row, candidacy = await road.first(Sitting), await road.first(Candidacy)
    return await voting.open_ballot(road.call, row.id, row.version, candidacy.id)


async def cast(road: Road) -> Any:
    box = await road.first(BallotBox)
    entitled = await reads.own_credentials(road.viewer, [box.id])
    ballot = await reviews.ballot_of(road.viewer, box, BallotChoice.YES) if entitled else "{}"
    return await voting.cast_ballot(road.call, box.id, ballot)


async def close_ballot(road: Road) -> Any:
    box = await road.first(BallotBox)
    return await voting.close_ballot(road.call, box.id, box.version)


async def sign_sitting(road: Road) -> Any:
    row = await road.first(Sitting)
    return await conclusion.sign(road.call, row.id, row.version)


async def compile_results(road: Road) -> Any:
    return await packaging.compile_results(road.call, (await road.first(ReviewRound)).id)


async def report(road: Road) -> Any:
    row = await road.first(ResultPackage)
    given = packaging.Report("评审工作依照年度计划进行。", 1, 1, 0)
    return await packaging.edit_report(road.call, row.id, row.version, given)


async def submit_results(road: Road) -> Any:
    row = await road.first(ResultPackage)
    return await packaging.submit(road.call, row.id, row.version)


async def accept_results(road: Road) -> Any:
    row = await road.first(ResultPackage)
    return await acceptance.accept(road.call, row.id, row.version)


async def post_results(road: Road) -> Any:
    with earlier(PUBLICITY):
        return await publicising.open_publicity(
            road.call, (await road.first(ResultPackage)).id, results.NOTICE
        )


async def close_results(road: Road) -> Any:
    """Only the system closes a publicity, when its days have passed."""
    call = BY_SYSTEM if road.viewer.role is Role.MUNICIPAL_BUREAU else road.call
    return await publicising.close(call, (await road.first(Publicity)).id)


async def certify(road: Road) -> Any:
    return await issue(road.call, [(await road.first(Candidacy)).id])


def due(road: Road) -> list[tuple[Step, Viewer]]:
    """The road in its order, with who may take each step."""
    office, bureau, chair = road.stage.office, road.stage.municipal, road.bench.chair
    present = road.bench.viewers[:8]
    of_the_office: list[Step] = [draft_policy, decide_policy, post_policy, close_policy, submit_policy]
    candidates: list[Step] = [start_candidacy, submit_candidacy, verify_candidacy, post_candidacy]
    meetings: list[Step] = [close_candidacy, schedule_sitting]
    packages: list[Step] = [compile_results, report, submit_results]
    return [
        *((step, office) for step in of_the_office),
        (approve_policy, bureau),
        (draft_plan, office),
        (adopt_plan, office),
        (file_committee, bureau),
        (open_round, office),
        *((step, office) for step in (*candidates, *meetings)),
        *((check_in, viewer) for viewer in present),
        (open_sitting, chair),
        (open_ballot, chair),
        *((cast, viewer) for viewer in present),
        (close_ballot, chair),
        (sign_sitting, chair),
        *((step, office) for step in packages),
        (accept_results, bureau),
        (post_results, office),
        (close_results, bureau),
        (certify, bureau),
    ]
