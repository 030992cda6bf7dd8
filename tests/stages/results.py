"""Results, publicities, leads and certificates, brought by domain commands to the step that a test starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.certificates.issuing import issue
from domain.certificates.models import Certificate
from domain.core import clock
from domain.core.calls import BY_SYSTEM, Call
from domain.core.roles import PUBLIC, Viewer
from domain.publicity import commands as publicising
from domain.publicity import recheck
from domain.publicity.filing import Report as Reported
from domain.publicity.filing import file_lead
from domain.publicity.models import Lead, Publicity, PublicityEntry
from domain.publicity.names import LeadKind, RecheckOutcome
from domain.publicity.notices import Notice
from domain.results import acceptance, commands
from domain.results.models import Result, ResultPackage
from domain.results.names import ResultOutcome
from domain.reviews.models import Candidacy
from tests.stages.committees import earlier
from tests.stages.reviews import Seated, signed_sitting
from tests.stages.units import Stage

NOTICE = Notice(
    "2026年职称评审结果公示", "现将通过验收的评审结果予以公示。", "人力资源部", "010-12345678", ""
)


@dataclass(frozen=True, slots=True)
class Packaged:
    """The results of one signed sitting, and the package they were compiled into."""

    seated: Seated
    package: ResultPackage

    @property
    def stage(self) -> Stage:
        return self.seated.rounded.stage

    async def fresh(self) -> ResultPackage:
        return await ResultPackage.get(id=self.package.id)

    async def results(self) -> list[Result]:
        """In the order of the sitting's candidates."""
        found = {each.candidacy_id: each for each in await Result.filter(package_id=self.package.id)}
        return [found[candidate.id] for candidate in self.seated.candidates]

    async def states(self) -> list[str]:
        """How the candidacies stand, in the order of the sitting's candidates."""
        ids = [each.id for each in self.seated.candidates]
        found = {row.id: str(row.state) for row in await Candidacy.filter(id__in=ids)}
        return [found[id] for id in ids]


@dataclass(frozen=True, slots=True)
class Posted:
    """Accepted results and the notice that shows them."""

    packaged: Packaged
    publicity: Publicity

    @property
    def stage(self) -> Stage:
        return self.packaged.stage

    async def fresh(self) -> Publicity:
        return await Publicity.get(id=self.publicity.id)

    async def entry(self, place: int = 0) -> PublicityEntry:
        """The line of the candidate at this place of the sitting."""
        candidate = self.packaged.seated.candidates[place]
        return await PublicityEntry.get(publicity_id=self.publicity.id, candidacy_id=candidate.id)


async def compiled_package(n: int = 2, *, choices: Sequence[Sequence[Any]] = ()) -> Packaged:
    """A draft: the results of n candidates, who pass eight to nothing unless choices say else."""
    seated = await signed_sitting(n=n, choices=choices)
    office = Call(seated.rounded.stage.office)
    return Packaged(seated, await commands.compile_results(office, seated.rounded.round.id))


async def reported_package(n: int = 2, *, choices: Sequence[Sequence[Any]] = ()) -> Packaged:
    """A draft with its work report, ready to be submitted."""
    made = await compiled_package(n, choices=choices)
    outcomes = [each.outcome for each in await made.results()]
    report = commands.Report(
        "评审工作依照年度计划进行。",
        len(outcomes),
        outcomes.count(ResultOutcome.PASSED),
        outcomes.count(ResultOutcome.NOT_PASSED),
    )
    row = await commands.edit_report(Call(made.stage.office), made.package.id, made.package.version, report)
    return Packaged(made.seated, row)


async def submitted_package(n: int = 2, *, choices: Sequence[Sequence[Any]] = ()) -> Packaged:
    made = await reported_package(n, choices=choices)
    row = await commands.submit(Call(made.stage.office), made.package.id, made.package.version)
    return Packaged(made.seated, row)


async def accepted_package(n: int = 2, *, choices: Sequence[Sequence[Any]] = ()) -> Packaged:
    """Accepted as a whole and filed."""
    made = await submitted_package(n, choices=choices)
    row = await acceptance.accept(Call(made.stage.municipal), made.package.id, made.package.version)
    return Packaged(made.seated, row)


async def open_publicity(packaged: Packaged | None = None, n: int = 2) -> Posted:
    """Posted today for five working days."""
    packaged = packaged or await accepted_package(n)
    call = Call(packaged.stage.office)
    return Posted(packaged, await publicising.open_publicity(call, packaged.package.id, NOTICE))


async def run_out(posted: Posted) -> Publicity:
    """The window ends and the system closes the publicity; the clock stands as before."""
    with earlier(clock.now() - posted.publicity.ends_at - timedelta(seconds=1)):
        return await publicising.close(BY_SYSTEM, posted.publicity.id)


async def closed_publicity(packaged: Packaged | None = None, n: int = 2) -> Posted:
    """Publicised without objection: everybody on the list is confirmed."""
    posted = await open_publicity(packaged, n)
    return Posted(posted.packaged, await run_out(posted))


async def certificates(n: int = 2) -> tuple[Posted, list[Certificate]]:
    """Certificates of everybody, in the order of the sitting's candidates."""
    posted = await closed_publicity(n=n)
    ids = [each.id for each in posted.packaged.seated.candidates]
    issued = {each.candidacy_id: each for each in await issue(Call(posted.stage.municipal), ids)}
    return posted, [issued[id] for id in ids]


async def filed_lead(posted: Posted, place: int = 0, by: Viewer = PUBLIC) -> Lead:
    """A named lead of the public about the candidate at this place."""
    entry = await posted.entry(place)
    report = Reported(
        LeadKind.LEAD,
        "论文署名存在问题。",
        entry_id=entry.id,
        reporter_name="李反映",
        reporter_contact="13800001234",
    )
    return await file_lead(Call(by), report)


async def admitted_lead(posted: Posted, place: int = 0) -> Lead:
    lead = await filed_lead(posted, place)
    return await recheck.admit(Call(posted.stage.municipal), lead.id, lead.version)


async def rechecking_lead(posted: Posted, place: int = 0) -> Lead:
    """Under re-check by the municipal bureau with the unit's own two other bodies."""
    lead = await admitted_lead(posted, place)
    return await recheck.start_recheck(Call(posted.stage.municipal), lead.id, lead.version)


async def heard_lead(
    posted: Posted, place: int = 0, finding: RecheckOutcome = RecheckOutcome.UNFOUNDED
) -> Lead:
    """Each body has spoken and the person was heard: ready to be concluded."""
    lead = await rechecking_lead(posted, place)
    stage = posted.stage
    for viewer in (stage.municipal, stage.industry, stage.district):
        lead = await recheck.give_opinion(Call(viewer), lead.id, lead.version, finding, "经核实。")
    return await recheck.record_hearing(
        Call(stage.municipal), lead.id, lead.version, clock.today(), "当事人作了说明。"
    )
