"""One unit with all its neighbours, brought from the application to certificates, leads and a second vote under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from domain.accounts.models import Person
from domain.certificates.issuing import issue
from domain.certificates.models import Certificate
from domain.committees import commands as committees
from domain.committees import filing
from domain.core import clock
from domain.core.calls import Call
from domain.core.roles import PUBLIC, Role, Viewer
from domain.core.titles import CommitteeLevel
from domain.experts import commands as pool
from domain.experts.models import TieKind
from domain.publicity import commands as publicising
from domain.publicity import recheck
from domain.publicity.filing import Report, file_lead
from domain.publicity.models import Lead
from domain.publicity.names import LeadKind, RecheckOutcome
from domain.results import acceptance, commands
from domain.results.models import Result
from domain.reviews import conclusion, meeting, rounds
from domain.reviews.models import Candidacy
from domain.units.names import Ownership
from tests.access.parts import add_parts
from tests.stages import people
from tests.stages.committees import (
    Bench,
    active_expert,
    active_plan,
    expert_viewer,
    forming_committee,
    group,
)
from tests.stages.results import Packaged, Posted, filed_lead, open_publicity, run_out
from tests.stages.reviews import (
    NO,
    YES,
    Rounded,
    Seated,
    cast,
    employee,
    opened_ballot,
    opened_sitting,
    round_given,
    scheduled_sitting,
    voted,
)
from tests.stages.units import Stage, recognised_unit

SEATS = 5
#: What the office wrote when it looked up a reporter: the words may name the person, so they go no further.
LOOKED_UP = "与反映人李反映核实情况。"


@dataclass(frozen=True, slots=True)
class Side:
    """A unit and everybody around it. In `running` one vote is counted but not announced, the other is open."""

    mark: str
    stage: Stage
    bench: Bench
    seated: Seated
    running: Seated
    posted: Posted
    certificate: Certificate
    lead: Lead
    passed: Viewer
    failed: Viewer
    waiting: Viewer

    @property
    def recused(self) -> Viewer:
        """The member who left the vote on the candidate who failed."""
        return self.bench.viewers[-1]

    @property
    def unit_id(self) -> UUID:
        return self.stage.unit.id

    def viewers(self) -> Mapping[str, Viewer]:
        """Somebody of this side under every column of the matrix; an expert and an applicant more than one way."""
        return {
            "UNIT": self.stage.office,
            "EXPERT": self.bench.chair,
            "EXPERT (recused)": self.recused,
            "APPLICANT": self.passed,
            "APPLICANT (failed)": self.failed,
            "APPLICANT (waiting)": self.waiting,
            "SUPERVISING_DEPARTMENT": self.stage.supervisor,
            "DISTRICT_BUREAU": self.stage.district,
            "INDUSTRY_AUTHORITY": self.stage.industry,
            "MUNICIPAL_BUREAU": self.stage.municipal,
            "MACHINE": self.machine("results:read", "certificates:read"),
            "BARE_MACHINE": self.machine(),
            "PUBLIC": PUBLIC,
        }

    def machine(self, *scopes: str) -> Viewer:
        """A client of the unit's own systems."""
        return Viewer(
            Role.MACHINE, organisation_id=self.unit_id, client_id="hr-client", scopes=frozenset(scopes)
        )


async def build(mark: str) -> Side:
    """A side whose people bear the mark, so that a name in an answer tells whose it is."""
    stage = await recognised_unit(name=f"北京{mark}科技有限公司", ownership=Ownership.DISTRICT)
    plan = await active_plan(stage, [group(expert_count=SEATS)])
    bench = await _bench(stage, mark)
    first, second = [
        Rounded(stage, bench, await rounds.open_round(Call(stage.office), await round_given(plan.id, bench)))
        for _ in range(2)
    ]
    seated = await _signed(first)
    posted = await _posted_again(await _accepted(seated))
    failed = await _account(seated.candidates[2])
    await people.paper(failed)
    lead = await _leads(posted, failed)
    await run_out(posted)
    (certificate,) = await issue(Call(stage.municipal), [seated.candidates[0].id])
    running = await _voting(second)
    passed, waiting = await _account(seated.candidates[0]), await _account(running.candidates[0])
    side = Side(mark, stage, bench, seated, running, posted, certificate, lead, passed, failed, waiting)
    await add_parts(stage, seated, posted)
    return side


async def _bench(stage: Stage, mark: str) -> Bench:
    """Five experts under names that nobody else bears, one with a tie; a second committee was drawn from them."""
    experts = [
        await active_expert(stage, name=f"{mark}密评{place}", employer_name=f"{mark}密评单位")
        for place in range(SEATS)
    ]
    await employee(stage, name=f"{mark}同事")
    await pool.declare_tie(
        Call(stage.office), experts[0].id, experts[0].version, f"{mark}同事", TieKind.RELATIVE, "亲属"
    )
    row = await forming_committee(stage, experts)
    row = await filing.submit_filing(Call(stage.office), row.id, row.version)
    last = clock.today() + timedelta(days=364)
    row = await filing.file(Call(stage.municipal), row.id, row.version, f"备{uuid4().hex[:12]}", last)
    drawn = await forming_committee(stage, level=CommitteeLevel.SENIOR)
    drawn = await committees.adjust_floor(
        Call(stage.municipal), drawn.id, drawn.version, 3, "同意调整。", "京人社函〔2026〕3号"
    )
    await committees.draw_members(Call(stage.office), drawn.id, drawn.version, 3)
    return Bench(row, experts, [await expert_viewer(each) for each in experts])


async def _signed(rounded: Rounded) -> Seated:
    """Three candidates: two pass, the third fails, and one member left the vote on him."""
    seated = await scheduled_sitting(rounded, 3)
    recused = Call(rounded.bench.viewers[-1])
    await meeting.recuse(recused, seated.sitting.id, seated.candidates[2].id, "与申报人存在利害关系。")
    await opened_sitting(seated, SEATS)
    authors = [each.id for each in rounded.bench.experts[:3]]
    for candidate in seated.candidates:
        await meeting.record_opinion(
            Call(rounded.bench.chair), seated.sitting.id, candidate.id, authors, "评议组意见。"
        )
    for place, choice in enumerate((YES, YES, NO)):
        await voted(seated, [choice] * (SEATS - (place == 2)), place)
    row = await seated.fresh()
    await conclusion.sign(Call(rounded.bench.chair), row.id, row.version)
    return Seated(
        rounded, await seated.fresh(), [await Candidacy.get(id=each.id) for each in seated.candidates]
    )


async def _voting(rounded: Rounded) -> Seated:
    """A sitting in session: one candidate's ballot is counted but not announced, the other's has one vote in it."""
    seated = await scheduled_sitting(rounded, 2)
    await opened_sitting(seated, SEATS)
    await voted(seated, [YES] * SEATS, 0)
    box = await opened_ballot(seated, 1)
    await cast(rounded.bench.viewers[1], box, YES)
    return seated


async def _accepted(seated: Seated) -> Packaged:
    stage = seated.rounded.stage
    office, bureau = Call(stage.office), Call(stage.municipal)
    row = await commands.compile_results(office, seated.rounded.round.id)
    report = commands.Report("评审工作依照年度计划进行。", 3, 2, 1)
    row = await commands.edit_report(office, row.id, row.version, report)
    row = await commands.submit(office, row.id, row.version)
    return Packaged(seated, await acceptance.accept(bureau, row.id, row.version))


async def _posted_again(packaged: Packaged) -> Posted:
    """The first notice was taken down; the second runs."""
    first = (await open_publicity(packaged)).publicity
    await publicising.annul(Call(packaged.stage.municipal), first.id, first.version, "公示内容有误。")
    return await open_publicity(packaged)


async def _leads(posted: Posted, failed: Viewer) -> Lead:
    """A lead under re-check about the second candidate, whose reporter was looked up; another that nobody has read;
    and the objection of the candidate who failed."""
    stage = posted.stage
    bureau = Call(stage.municipal)
    lead = await filed_lead(posted, 1, by=posted.packaged.seated.bench.viewers[0])
    lead = await recheck.admit(bureau, lead.id, lead.version)
    lead = await recheck.start_recheck(bureau, lead.id, lead.version)
    for viewer in (stage.municipal, stage.industry):
        lead = await recheck.give_opinion(
            Call(viewer), lead.id, lead.version, RecheckOutcome.UNFOUNDED, "经核实。"
        )
    await recheck.reveal_reporter(bureau, lead.id, lead.version, LOOKED_UP)
    await filed_lead(posted, 1)
    own = await Result.get(person_id=failed.person_id)
    await file_lead(Call(failed), Report(LeadKind.OBJECTION, "对本人结果有异议。", result_id=own.id))
    return lead


async def _account(candidate: Candidacy) -> Viewer:
    person = await Person.get(id=candidate.person_id)
    return await people.officer(Role.APPLICANT, candidate.unit_id, person.name, person)
