"""What the applicant does with a candidacy, or the unit's office on the applicant's behalf (Art. 6, N-8 to N-10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.core.access import visible
from domain.core.calls import Call
from domain.core.errors import Invalid, NotFound, Refusal, Refused, RuleBroken, refuse
from domain.core.files import StoredFile
from domain.core.inputs import text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin, find
from domain.core.reference import title_series
from domain.core.roles import Role, Viewer
from domain.policy_documents.standing import right_refusal
from domain.reviews import eligibility
from domain.reviews.candidacy_facts import CandidacyFacts
from domain.reviews.candidacy_lifecycle import CANDIDACY
from domain.reviews.models import Candidacy, CandidacyMaterial, ReviewRound
from domain.reviews.round_lifecycle import level_exists
from domain.reviews.states import ApplicationChannel, MaterialKind, RoundState
from domain.reviews.told import perform_as_told
from domain.units.models import Employment, Unit
from domain.units.reads import blocked_until

#: The text of the declaration that applicants sign now; a candidacy keeps the version it was signed in.
DECLARATION_VERSION = "2026-1"
DECLARATION_ZH = (
    "本人承诺所提交的全部材料真实、准确、完整，如有虚假，自愿承担取消申报资格、撤销职称等一切后果。"
)
DECLARATION_EN = (
    "I declare that all material I submit is true, accurate and complete, and accept that a false statement "
    "ends my application and revokes the title."
)
MAX_STATEMENT = 8000
MAX_MATERIALS = 50


@dataclass(frozen=True, slots=True)
class MaterialGiven:
    """A document handed in with a candidacy."""

    kind: MaterialKind
    title: str
    file_id: UUID


@dataclass(frozen=True, slots=True)
class CandidacyGiven:
    """What an application says; its series, level and title name are the round's."""

    specialty: str = ""
    channel: ApplicationChannel = ApplicationChannel.NORMAL
    channel_reason: str = ""
    statement: str = ""
    materials: tuple[MaterialGiven, ...] = ()

    def refusals(self) -> Iterator[Refusal | None]:
        yield text_refusal("specialty", self.specialty, 60, required=False)
        yield text_refusal("channel_reason", self.channel_reason, 2000, required=False)
        yield text_refusal("statement", self.statement, MAX_STATEMENT, required=False)
        if len(self.materials) > MAX_MATERIALS:
            text = f"材料最多{MAX_MATERIALS}份。", f"At most {MAX_MATERIALS} documents."
            yield Invalid("materials", *text, rule_id="S-7")
        for place, material in enumerate(self.materials):
            yield text_refusal(f"materials.{place}.title", material.title, 200)
            if material.file_id in {each.file_id for each in self.materials[:place]}:
                text = "同一文件重复列入。", "The same file is listed twice."
                yield RuleBroken("S-13", *text, field=f"materials.{place}.file")


async def start(
    call: Call, round_id: UUID, given: CandidacyGiven, *, employment_id: UUID | None = None
) -> Candidacy:
    """Starts a candidacy: by the applicant, or by the office for somebody on the roster (`employment_id`).

    Raises:
        Refused: R-4.2 (not on this unit's roster), N-10, N-24, B-10, S-15 (a second one in this year and series).
    """
    round = await find(ReviewRound, call.viewer, round_id, field="round")
    person = await _on_the_roster(call.viewer, round, employment_id)
    missing = await _unseen_files(call.viewer, given.materials)

    async def make(facts: Facts) -> Candidacy:
        unit = await Unit.get(id=round.unit_id)
        until = (await blocked_until([person.person_id], facts.today)).get(person.person_id)
        refuse(
            right_refusal(unit.state),
            _round_is_open(round, facts),
            level_exists(round.series, round.level, "round"),
            eligibility.not_in_the_integrity_archive(until),
            _specialty_of_the_round(round, given),
            *given.refusals(),
            *missing,
        )
        return _candidacy(round, person, given, by_office=call.viewer.role is Role.UNIT)

    async def act(row: Candidacy, _facts: Facts) -> None:
        await _write_materials(row, given.materials)

    return await begin(call, CANDIDACY, "start", make, act=act)


async def _on_the_roster(viewer: Viewer, round: ReviewRound, employment_id: UUID | None) -> Employment:
    """The employment that the candidacy rests on.

    Raises:
        Refused: NotFound (the office named nobody of its roster), R-4.2 (not on the roster of the round's unit).
    """
    people = visible(Employment, viewer).filter(unit_id=round.unit_id, left_on__isnull=True)
    if viewer.role is Role.UNIT:
        person = await people.get_or_none(id=employment_id) if employment_id else None
        if person is None:
            raise Refused([NotFound("employment")])
        return person
    person = await people.get_or_none(person_id=viewer.person_id) if viewer.person_id else None
    if person is None:
        raise Refused([RuleBroken("R-4.2", field="round")])
    return person


def _round_is_open(round: ReviewRound, facts: Facts) -> Refusal | None:
    if round.state in (RoundState.OPEN, RoundState.IN_REVIEW) and facts.today <= round.submissions_until:
        return None
    return RuleBroken(
        "N-10",
        f"该批次申报已于{round.submissions_until}截止。",
        f"Submissions of this round ended on {round.submissions_until}.",
        field="round",
    )


def _specialty_of_the_round(round: ReviewRound, given: CandidacyGiven) -> Refusal | None:
    """R-9.11: a round for one specialty takes that specialty."""
    if not round.specialty or given.specialty.strip() in ("", round.specialty):
        return None
    return RuleBroken(
        "R-9.11",
        f"该批次只受理{round.specialty}专业。",
        f"This round takes {round.specialty} only.",
        field="specialty",
    )


def _candidacy(
    round: ReviewRound, person: Employment, given: CandidacyGiven, *, by_office: bool
) -> Candidacy:
    return Candidacy(
        round_id=round.id,
        unit_id=round.unit_id,
        person_id=person.person_id,
        employment_id=person.id,
        name=person.name,
        year=round.year,
        series=round.series,
        specialty=given.specialty.strip() or round.specialty,
        level=round.level,
        title_name=title_series()[round.series].titles[round.level],
        channel=given.channel,
        channel_reason=given.channel_reason.strip(),
        statement=given.statement,
        by_office=by_office,
    )


async def edit(call: Call, id: UUID, version: int, given: CandidacyGiven) -> Candidacy:
    """Replaces what a draft or a returned candidacy says, its documents included."""
    row = await find(Candidacy, call.viewer, id)
    round = await ReviewRound.get(id=row.round_id)
    missing = await _unseen_files(call.viewer, given.materials)

    def check(_row: Candidacy, _facts: CandidacyFacts) -> Iterator[Refusal | None]:
        yield _specialty_of_the_round(round, given)
        yield from given.refusals()
        yield from missing

    async def act(row: Candidacy, _facts: CandidacyFacts) -> None:
        row.specialty = given.specialty.strip() or round.specialty
        row.channel = given.channel
        row.channel_reason = given.channel_reason.strip()
        row.statement = given.statement
        await CandidacyMaterial.filter(candidacy_id=row.id).delete()
        await _write_materials(row, given.materials)

    return await perform_as_told(call, "edit", id, version=version, check=check, act=act)


async def _unseen_files(viewer: Viewer, materials: Sequence[MaterialGiven]) -> list[Refusal]:
    wanted = [each.file_id for each in materials]
    seen = {each.id for each in await visible(StoredFile, viewer).filter(id__in=wanted).only("id")}
    return [NotFound(f"materials.{place}.file") for place, id in enumerate(wanted) if id not in seen]


async def _write_materials(row: Candidacy, materials: Sequence[MaterialGiven]) -> None:
    await CandidacyMaterial.bulk_create(
        [
            CandidacyMaterial(
                candidacy_id=row.id, kind=each.kind, title=each.title.strip(), file_id=each.file_id
            )
            for each in materials
        ]
    )


async def submit(call: Call, id: UUID, version: int, declaration_version: str) -> Candidacy:
    """Submits with the signed declaration of truth.

    Raises:
        Refused: N-10 (not signed in its present text, out of time), R-6.1 to R-6.3, N-8, N-9, N-24, all at once.
    """

    def check(_row: Candidacy, _facts: CandidacyFacts) -> Iterator[Refusal | None]:
        if declaration_version != DECLARATION_VERSION:
            text = "请签署现行版本的真实性承诺。", "Sign the declaration of truth in its present text."
            yield RuleBroken("N-10", *text, field="declaration_version")

    async def act(row: Candidacy, facts: CandidacyFacts) -> None:
        row.declaration_version = declaration_version
        row.declared_at = facts.now
        row.submitted_at = facts.now
        row.correction_due = None

    return await perform_as_told(call, "submit", id, version=version, check=check, act=act)


async def withdraw(call: Call, id: UUID, version: int) -> Candidacy:
    """The applicant gives the candidacy up, at any time before it is assigned to a sitting."""
    return await perform_as_told(call, "withdraw", id, version=version)
