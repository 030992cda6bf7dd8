"""Rounds, candidates and sittings, brought by domain commands to the step that a test starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.accounts.models import Person
from domain.core import clock
from domain.core.calls import Call
from domain.core.roles import Role, Viewer
from domain.core.titles import TitleLevel
from domain.plans.models import PlanGroup
from domain.reviews import candidacies, conclusion, meeting, reads, rounds, sittings, verification, voting
from domain.reviews.ballots import BallotChoice, make_ballot, read_election
from domain.reviews.candidacies import DECLARATION_VERSION, CandidacyGiven
from domain.reviews.in_house import Posting
from domain.reviews.models import BallotBox, Candidacy, ReviewRound, Sitting
from domain.reviews.rounds import RoundGiven
from domain.reviews.sittings import SittingGiven
from domain.units.models import Employment
from domain.units.names import PostType, RelationKind
from tests.stages import committees, people
from tests.stages.committees import PUBLICITY, Bench, earlier
from tests.stages.units import Stage, recognised_unit

YES, NO, ABSTAIN = BallotChoice.YES, BallotChoice.NO, BallotChoice.ABSTAIN


@dataclass(frozen=True, slots=True)
class Rounded:
    """A unit with an open round and its committee."""

    stage: Stage
    bench: Bench
    round: ReviewRound

    async def fresh(self) -> ReviewRound:
        return await ReviewRound.get(id=self.round.id)


async def open_round(stage: Stage | None = None, members: int = 11) -> Rounded:
    """A round of computing at associate senior level, open from today to the end of the plan's window."""
    stage = stage or await recognised_unit()
    plan = await committees.active_plan(stage)
    bench = await committees.filed_committee(stage, members)
    row = await rounds.open_round(Call(stage.office), await round_given(plan.id, bench))
    return Rounded(stage, bench, row)


async def round_given(plan_id: Any, bench: Bench, **changes: Any) -> RoundGiven:
    """A round under the plan's first group, over the whole of its window."""
    group = await PlanGroup.filter(plan_id=plan_id).order_by("position").first()
    assert group is not None
    given = {
        "plan_group_id": group.id,
        "committee_id": bench.committee.id,
        "name": "计算机专业副高级评审",
        "submissions_from": group.window_from,
        "submissions_until": group.window_until,
    }
    return RoundGiven(**{**given, **changes})


async def employee(stage: Stage, **changes: Any) -> Employment:
    """Somebody on the roster who may apply for associate senior; written directly, as an import needs a whole file."""
    name = str(changes.pop("name", "申报人"))
    person = changes.pop("person", None) or await Person.create(name=name)
    given: dict[str, Any] = {
        "unit_id": stage.unit.id,
        "person_id": person.id,
        "name": name,
        "staff_number": f"S{person.id.hex[:8]}",
        "department": "研发部",
        "post_type": PostType.PROFESSIONAL_TECHNICAL,
        "relation": RelationKind.LABOUR_CONTRACT,
        "started_on": date(2018, 7, 1),
        "insured_in": "北京",
        "insured_since": date(2018, 7, 1),
        "title_series": "05",
        "title_level": TitleLevel.INTERMEDIATE,
        "title_obtained_on": date(2020, 6, 30),
    }
    return await Employment.create(**{**given, **changes})


async def applicant_of(employment: Employment) -> Viewer:
    """The employee's own account."""
    person = await Person.get(id=employment.person_id)
    return await people.officer(Role.APPLICANT, employment.unit_id, employment.name, person)


async def drafted_candidacy(rounded: Rounded, employment: Employment | None = None) -> Candidacy:
    """A draft that the office fills in for an employee."""
    someone = employment or await employee(rounded.stage)
    call = Call(rounded.stage.office)
    return await candidacies.start(call, rounded.round.id, CandidacyGiven(), employment_id=someone.id)


async def submitted_candidacy(rounded: Rounded, employment: Employment | None = None) -> Candidacy:
    row = await drafted_candidacy(rounded, employment)
    return await candidacies.submit(Call(rounded.stage.office), row.id, row.version, DECLARATION_VERSION)


async def verified_candidacy(rounded: Rounded, employment: Employment | None = None) -> Candidacy:
    row = await submitted_candidacy(rounded, employment)
    return await verification.verify(Call(rounded.stage.office), row.id, row.version)


async def admitted_candidacies(rounded: Rounded, n: int = 1) -> list[Candidacy]:
    """So many candidates, posted in-house together and admitted twenty days later; the clock stands as before."""
    call = Call(rounded.stage.office)
    made = [
        await verified_candidacy(rounded, await employee(rounded.stage, name=f"申报人{place}"))
        for place in range(n)
    ]
    ids = [row.id for row in made]
    row = await rounded.fresh()
    row = await rounds.open_in_house_publicity(call, row.id, row.version, ids, Posting("单位内网"))
    with earlier(-PUBLICITY):
        await rounds.close_in_house_publicity(call, row.id, row.version, ids)
    found = {each.id: each for each in await Candidacy.filter(id__in=ids)}
    return [found[id] for id in ids]


@dataclass(frozen=True, slots=True)
class Seated:
    """A sitting with its candidates and its bench."""

    rounded: Rounded
    sitting: Sitting
    candidates: list[Candidacy]

    @property
    def bench(self) -> Bench:
        return self.rounded.bench

    async def fresh(self) -> Sitting:
        return await Sitting.get(id=self.sitting.id)

    async def box(self, place: int = 0) -> BallotBox:
        return await BallotBox.get(sitting_id=self.sitting.id, candidacy_id=self.candidates[place].id)


async def scheduled_sitting(
    rounded: Rounded | None = None, n: int = 1, *, members: int = 11, trustees: Sequence[Any] = ()
) -> Seated:
    """A sitting today, with n candidates assigned."""
    rounded = rounded or await open_round(members=members)
    candidates = await admitted_candidacies(rounded, n)
    given = SittingGiven(
        rounded.round.id,
        "第一次评审会议",
        clock.today(),
        "三层会议室",
        tuple(each.id for each in candidates),
        tuple(trustees),
    )
    row = await sittings.schedule(Call(rounded.stage.office), given)
    return Seated(rounded, row, candidates)


async def check_in(seated: Seated, present: int) -> None:
    """The first so many of the bench check in, the chair among them."""
    for viewer in seated.bench.viewers[:present]:
        await meeting.check_in(Call(viewer), seated.sitting.id)


async def opened_sitting(seated: Seated | None = None, present: int = 8, n: int = 1) -> Seated:
    """A sitting in session: eight of eleven are present, and the chair presides."""
    seated = seated or await scheduled_sitting(n=n)
    await check_in(seated, present)
    row = await seated.fresh()
    await meeting.open_sitting(Call(seated.bench.chair), row.id, row.version)
    return seated


async def opened_ballot(seated: Seated, place: int = 0) -> BallotBox:
    row = await seated.fresh()
    chair = Call(seated.bench.chair)
    return await voting.open_ballot(chair, row.id, row.version, seated.candidates[place].id)


async def ballot_of(viewer: Viewer, box: BallotBox, choice: BallotChoice) -> str:
    """What the expert's own device makes of the election and of his credential."""
    credential = (await reads.own_credentials(viewer, [box.id]))[box.id]
    return make_ballot(read_election(box.election, box.trustees), credential, choice)


async def cast(viewer: Viewer, box: BallotBox, choice: BallotChoice) -> None:
    await voting.cast_ballot(Call(viewer), box.id, await ballot_of(viewer, box, choice))


async def voted(seated: Seated, choices: Sequence[BallotChoice], place: int = 0) -> BallotBox:
    """A ballot on one candidate, opened, cast by the first experts of the bench in turn, closed and counted."""
    box = await opened_ballot(seated, place)
    for viewer, choice in zip(seated.bench.viewers, choices, strict=False):
        await cast(viewer, box, choice)
    return await voting.close_ballot(Call(seated.bench.chair), box.id, box.version)


async def signed_sitting(
    rounded: Rounded | None = None,
    n: int = 1,
    *,
    present: int = 8,
    choices: Sequence[Sequence[BallotChoice]] = (),
) -> Seated:
    """A signed sitting of n candidates. `choices` are each candidate's votes; a candidate without any passes 8 to 0."""
    seated = await opened_sitting(await scheduled_sitting(rounded, n), present)
    for place in range(n):
        votes = choices[place] if place < len(choices) else [YES] * present
        await voted(seated, votes, place)
    row = await seated.fresh()
    signed = await conclusion.sign(Call(seated.bench.chair), row.id, row.version)
    found = {each.id: each for each in await Candidacy.filter(sitting_id=row.id)}
    return Seated(seated.rounded, signed, [found[each.id] for each in seated.candidates])
