"""What the guards of acceptance look at, for many packages in as many queries as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from domain.core.lifecycle import Facts
from domain.results.counts import Breach, breaches_of
from domain.results.models import MinutesRecord, Result, ResultPackage
from domain.results.soundness import Circumstances, findings_of
from domain.reviews.counting import Share
from domain.reviews.models import BallotBox, Candidacy, ReviewRound, Sitting
from domain.reviews.states import BallotBoxState, CandidacyState, SittingState
from domain.units.models import IntegrityRecord, ScopeItem

#: A candidacy that was never handed in is no part of the review.
NEVER_HANDED_IN = Q(state__in=[CandidacyState.DRAFT, CandidacyState.WITHDRAWN], submitted_at__isnull=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFacts(Facts):
    """A package's results, whom it leaves out, what does not add up, and what stands against acceptance."""

    results: tuple[Result, ...] = ()
    left_out: int = 0
    breaches: tuple[Breach, ...] = ()
    unsealed: tuple[str, ...] = ()
    findings: Mapping[UUID, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Read:
    """Everything read for a page of packages, by what it belongs to."""

    results: Mapping[UUID, list[Result]]
    candidacies: Mapping[UUID, list[Candidacy]]
    sittings: Mapping[UUID, list[Sitting]]
    minutes: Mapping[UUID, list[MinutesRecord]]
    boxes: Mapping[UUID, list[BallotBox]]
    rounds: Mapping[UUID, ReviewRound]
    scope: Mapping[UUID, list[ScopeItem]]
    records: Sequence[IntegrityRecord]


async def load_package_facts(rows: Sequence[ResultPackage], base: Facts) -> Mapping[UUID, PackageFacts]:
    """Eight queries, whatever the number of packages."""
    read = await _read(rows)
    return {package.id: _facts(package, read, base) for package in rows}


async def _read(rows: Sequence[ResultPackage]) -> _Read:
    rounds = {row.round_id for row in rows}
    results = await Result.filter(package_id__in=[row.id for row in rows]).order_by("person_name", "id")
    candidacies = await Candidacy.filter(round_id__in=rounds).exclude(NEVER_HANDED_IN)
    signed = BallotBox.filter(candidacy__round_id__in=rounds, state=BallotBoxState.SIGNED)
    related = ReviewRound.filter(id__in=rounds).select_related("plan", "plan_group", "committee")
    people = {result.person_id for result in results}
    return _Read(
        results=_by("package_id", results),
        candidacies=_by("round_id", candidacies),
        sittings=_by("round_id", await Sitting.filter(round_id__in=rounds, state=SittingState.SIGNED)),
        minutes=_by("package_id", await MinutesRecord.filter(package_id__in=[row.id for row in rows])),
        boxes=_by("candidacy_id", await signed),
        rounds={round.id: round for round in await related},
        scope=_by("unit_id", await ScopeItem.filter(unit_id__in={row.unit_id for row in rows})),
        records=await IntegrityRecord.filter(person_id__in=people),
    )


def _by(column: str, rows: Iterable[Any]) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


def _facts(package: ResultPackage, read: _Read, base: Facts) -> PackageFacts:
    results = tuple(read.results[package.id])
    reported = {result.candidacy_id for result in results}
    sittings = {sitting.id: sitting for sitting in read.sittings[package.round_id]}
    boxes = {result.candidacy_id: _box(result, read) for result in results}
    about = Circumstances(
        round=read.rounds[package.round_id],
        sittings=sittings,
        shares={id: Share(box.pass_numerator, box.pass_denominator) for id, box in boxes.items() if box},
        scope=read.scope[package.unit_id],
        records=read.records,
    )
    sealed = {record.sitting_id: record.minutes_hash for record in read.minutes[package.id]}
    return PackageFacts(
        viewer=base.viewer,
        now=base.now,
        calendar=base.calendar,
        results=results,
        left_out=sum(each.id not in reported for each in read.candidacies[package.round_id]),
        breaches=tuple(
            each for result in results for each in breaches_of(result, boxes[result.candidacy_id])
        ),
        unsealed=tuple(
            each.name
            for each in sittings.values()
            if not each.minutes_sha256 or sealed.get(each.id) != each.minutes_sha256
        ),
        findings={result.id: findings_of(result, about, base.today) for result in results},
    )


def _box(result: Result, read: _Read) -> BallotBox | None:
    """The signed box of this result's sitting; a candidate of an aborted sitting may have a void one beside it."""
    return next((box for box in read.boxes[result.candidacy_id] if box.sitting_id == result.sitting_id), None)
