"""Compiling: from the signed sittings of a round to one result for each of its candidates (Art. 9(6))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.core.errors import Refusal, RuleBroken
from domain.results.facts import NEVER_HANDED_IN
from domain.results.models import MinutesRecord, Result, ResultPackage
from domain.results.names import ResultOutcome
from domain.reviews.models import BallotBox, Candidacy, ReviewRound, Sitting
from domain.reviews.states import BallotBoxState, SittingState

DECIDED = frozenset(map(str, ResultOutcome))


@dataclass(frozen=True, slots=True)
class RoundRecord:
    """What a round has come to: its sittings, its candidates, and the votes by sitting and candidate."""

    round: ReviewRound
    sittings: Sequence[Sitting]
    candidacies: Sequence[Candidacy]
    boxes: Mapping[tuple[UUID, UUID], BallotBox]

    @property
    def signed(self) -> list[Sitting]:
        return [sitting for sitting in self.sittings if sitting.state == SittingState.SIGNED]


async def read_round(round: ReviewRound) -> RoundRecord:
    """Three queries."""
    candidacies = Candidacy.filter(round_id=round.id).exclude(NEVER_HANDED_IN)
    boxes = await BallotBox.filter(candidacy__round_id=round.id, state=BallotBoxState.SIGNED)
    return RoundRecord(
        round=round,
        sittings=await Sitting.filter(round_id=round.id).order_by("held_on", "id"),
        candidacies=await candidacies.select_related("employment").order_by("created_at", "id"),
        boxes={(box.sitting_id, box.candidacy_id): box for box in boxes},
    )


def what_is_unfinished(record: RoundRecord) -> Iterator[Refusal]:
    """Everything that must end before the results can be compiled: every sitting signed, every candidate decided."""
    if not record.signed:
        yield RuleBroken(
            "R-9.12", "该批次尚无已签署的评审会议。", "The round has no signed sitting yet.", field="round"
        )
    running = (SittingState.SCHEDULED, SittingState.IN_SESSION)
    if names := "、".join(each.name for each in record.sittings if each.state in running):
        zh, en = f"评审会议尚未签署结果：{names}。", f"Sittings not signed yet: {names}."
        yield RuleBroken("N-16", zh, en, field="round")
    if undecided := sum(str(each.state) not in DECIDED for each in record.candidacies):
        zh = f"有{undecided}名申报人尚未评审完毕。"
        yield RuleBroken("R-9.12", zh, f"{undecided} candidates are not decided yet.", field="round")


def results_of(record: RoundRecord, package: ResultPackage) -> list[Result]:
    """One unsaved result for each candidate."""
    sittings = {sitting.id: sitting for sitting in record.signed}
    return [_result(candidacy, record, sittings, package) for candidacy in record.candidacies]


def minutes_of(record: RoundRecord, package: ResultPackage) -> list[MinutesRecord]:
    """The seal of each signed sitting, unsaved."""
    return [
        MinutesRecord(
            package_id=package.id,
            sitting_id=sitting.id,
            held_on=sitting.held_on,
            present=sitting.present,
            minutes_hash=sitting.minutes_sha256,
            created_at=package.created_at,
        )
        for sitting in record.signed
    ]


def _result(
    candidacy: Candidacy, record: RoundRecord, sittings: Mapping[UUID, Sitting], package: ResultPackage
) -> Result:
    sitting = sittings.get(candidacy.sitting_id) if candidacy.sitting_id else None
    box = record.boxes.get((sitting.id, candidacy.id)) if sitting else None
    result = Result(
        package_id=package.id,
        candidacy_id=candidacy.id,
        sitting_id=sitting.id if sitting else None,
        unit_id=candidacy.unit_id,
        person_id=candidacy.person_id,
        person_name=candidacy.name,
        staff_number=candidacy.employment.staff_number,
        year=candidacy.year,
        series=candidacy.series,
        specialty=candidacy.specialty,
        level=candidacy.level,
        title_name=candidacy.title_name,
        outcome=ResultOutcome(str(candidacy.state)),
        created_at=package.created_at,
    )
    if sitting is not None and box is not None:
        _count(result, sitting, box)
    return result


def _count(result: Result, sitting: Sitting, box: BallotBox) -> None:
    result.present = sitting.present or 0
    result.recused, result.members = box.recused, box.members
    result.entitled, result.denominator = box.entitled, box.denominator
    result.yes, result.no, result.abstain = box.yes or 0, box.no or 0, box.abstain or 0
    result.uncast = box.entitled - (box.cast or 0)
