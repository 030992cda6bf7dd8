"""What a unit fills in, what can be wrong with it, and how it is stored (Art. 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.applications.guards import RELAXABLE
from domain.applications.models import (
    ApplicationScopeItem,
    ConditionRelaxation,
    QualificationApplication,
    SeniorExpertListing,
)
from domain.applications.names import QualificationCondition
from domain.core import clock
from domain.core.access import visible
from domain.core.errors import Invalid, Refusal, RuleBroken
from domain.core.files import StoredFile
from domain.core.identity import (
    InvalidIdentityNumber,
    InvalidName,
    mask_identity_number,
    normalise_name,
    parse_identity_number,
)
from domain.core.inputs import text_refusal
from domain.core.roles import Viewer
from domain.core.secrets import sealer
from domain.core.titles import TitleLevel
from domain.units.scopes import Scope, scope_refusals, title_exists

MAX_STATEMENT = 10_000
MAX_LINES = 500
MIN_EXPERT_LEVEL = (
    TitleLevel.ASSOCIATE_SENIOR
)  # Art. 7(3): senior titles (高级职称), associate senior included


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """A series or specialty at a level that is asked for, with its influence in the industry (Art. 7(4))."""

    series: str
    specialty: str
    level: TitleLevel
    influence: str


@dataclass(frozen=True, slots=True)
class ExpertLine:
    """A senior review expert (Art. 7(3)). The identity number tells two of one name apart; only its index is kept."""

    name: str
    identity_number: str
    series: str
    specialty: str
    title_level: TitleLevel
    employer_name: str = ""


@dataclass(frozen=True, slots=True)
class RelaxationLine:
    """A condition to relax, why, and the file that proves it (Art. 7(6))."""

    condition: QualificationCondition
    justification: str
    evidence_id: UUID | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What to fill in; None leaves a part as it is."""

    four_centres_statement: str | None = None
    team_statement: str | None = None
    scope: Sequence[ScopeLine] | None = None
    senior_experts: Sequence[ExpertLine] | None = None
    relaxations: Sequence[RelaxationLine] | None = None

    def evidence_ids(self) -> list[UUID]:
        return [line.evidence_id for line in self.relaxations or () if line.evidence_id is not None]


async def own_files(viewer: Viewer, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the files that the viewer's organisation handed in itself."""
    rows = visible(StoredFile, viewer).filter(id__in=list(ids), organisation_id=viewer.organisation_id)
    return frozenset([row.id for row in await rows.only("id")])


def draft_refusals(draft: Draft, files: frozenset[UUID]) -> Iterator[Refusal | None]:
    """Everything that is wrong with what was filled in, each at its place."""
    for field, text in (
        ("fourCentresStatement", draft.four_centres_statement),
        ("teamStatement", draft.team_statement),
    ):
        if text is not None:
            yield text_refusal(field, text, MAX_STATEMENT, required=False)
    for field, lines in (
        ("scope", draft.scope),
        ("seniorExperts", draft.senior_experts),
        ("relaxations", draft.relaxations),
    ):
        if len(lines or ()) > MAX_LINES:
            yield Invalid(field, f"最多{MAX_LINES}条。", f"At most {MAX_LINES} lines.", rule_id="S-7")
    yield from _scope_refusals(draft.scope or ())
    yield from _expert_refusals(draft.senior_experts or ())
    yield from _relaxation_refusals(draft.relaxations or (), files)


def _scope_refusals(lines: Sequence[ScopeLine]) -> Iterator[Refusal | None]:
    yield from scope_refusals(
        [Scope(line.series, line.specialty.strip(), line.level) for line in lines], "scope"
    )
    for place, line in enumerate(lines):
        yield text_refusal(f"scope.{place}.influence", line.influence, MAX_STATEMENT, required=False)


def _expert_refusals(lines: Sequence[ExpertLine]) -> Iterator[Refusal | None]:
    seen: dict[str, int] = {}
    for place, line in enumerate(lines):
        at = f"seniorExperts.{place}"
        yield from _identity_refusals(line, at, seen, place)
        if line.title_level < MIN_EXPERT_LEVEL:
            zh = "仅具有高级职称（副高级及以上）的人员可列为评审专家。"
            yield RuleBroken("R-7.3", zh, "Only holders of a senior title count.", field=f"{at}.titleLevel")
        elif not title_exists(line.series, line.title_level):
            yield RuleBroken("B-10", field=f"{at}.series")
        yield text_refusal(f"{at}.specialty", line.specialty, 60, required=False)
        yield text_refusal(f"{at}.employerName", line.employer_name, 120, required=False)


def _identity_refusals(line: ExpertLine, at: str, seen: dict[str, int], place: int) -> Iterator[Refusal]:
    try:
        normalise_name(line.name)
    except InvalidName as error:
        yield Invalid(f"{at}.name", error.zh, error.en)
    try:
        number = parse_identity_number(line.identity_number, clock.today()).number
    except InvalidIdentityNumber as error:
        yield Invalid(f"{at}.identityNumber", error.zh, error.en)
        return
    first = seen.setdefault(number, place)
    if first != place:
        zh = f"与第{first + 1}名专家的证件号码相同，同一专家不得重复列入。"
        en = f"The same person as number {first + 1}; an expert is listed once."
        yield RuleBroken("R-7.3", zh, en, field=f"{at}.identityNumber")


def _relaxation_refusals(lines: Sequence[RelaxationLine], files: frozenset[UUID]) -> Iterator[Refusal | None]:
    for place, line in enumerate(lines):
        at = f"relaxations.{place}"
        if line.condition not in RELAXABLE:
            yield RuleBroken(
                "R-7.6", "该条件不得放宽。", "This condition cannot be relaxed.", field=f"{at}.condition"
            )
        if line.condition in {other.condition for other in lines[:place]}:
            zh, en = "同一条件只能提出一次放宽。", "A condition is asked to be relaxed once."
            yield Invalid(f"{at}.condition", zh, en, rule_id="S-13")
        if not line.justification.strip():
            zh, en = "请说明重大突破或者重大贡献。", "Say what the breakthrough or contribution is."
            yield RuleBroken("R-7.6", zh, en, field=f"{at}.justification")
        yield text_refusal(f"{at}.justification", line.justification, MAX_STATEMENT, required=False)
        if line.evidence_id not in files:
            zh, en = "请上传本单位的证明材料。", "Hand in evidence of your own unit."
            yield RuleBroken("R-7.6", zh, en, field=f"{at}.evidence")


async def store_draft(row: QualificationApplication, draft: Draft) -> None:
    """Writes what was filled in; a list that is given replaces the one before. Only after `draft_refusals`."""
    if draft.four_centres_statement is not None:
        row.four_centres_statement = draft.four_centres_statement.strip()
    if draft.team_statement is not None:
        row.team_statement = draft.team_statement.strip()
    if draft.scope is not None:
        await ApplicationScopeItem.filter(application_id=row.id).delete()
        await ApplicationScopeItem.bulk_create([_scope_item(row.id, line) for line in draft.scope])
    if draft.senior_experts is not None:
        await SeniorExpertListing.filter(application_id=row.id).delete()
        await SeniorExpertListing.bulk_create([_listing(row.id, line) for line in draft.senior_experts])
    if draft.relaxations is not None:
        await ConditionRelaxation.filter(application_id=row.id).delete()
        await ConditionRelaxation.bulk_create([_relaxation(row.id, line) for line in draft.relaxations])


def _scope_item(application_id: UUID, line: ScopeLine) -> ApplicationScopeItem:
    return ApplicationScopeItem(
        application_id=application_id,
        series=line.series,
        specialty=line.specialty.strip(),
        level=line.level,
        influence=line.influence.strip(),
    )


def _listing(application_id: UUID, line: ExpertLine) -> SeniorExpertListing:
    number = parse_identity_number(line.identity_number, clock.today()).number
    return SeniorExpertListing(
        application_id=application_id,
        name=normalise_name(line.name),
        identity_index=sealer().blind_index(number),
        identity_mask=mask_identity_number(number),
        employer_name=line.employer_name.strip(),
        series=line.series,
        specialty=line.specialty.strip(),
        title_level=line.title_level,
    )


def _relaxation(application_id: UUID, line: RelaxationLine) -> ConditionRelaxation:
    return ConditionRelaxation(
        application_id=application_id,
        condition=line.condition,
        justification=line.justification.strip(),
        evidence_id=line.evidence_id,
    )
