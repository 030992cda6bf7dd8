"""The unit compiles, reports and submits (Art. 9(6)); `acceptance` has what the municipal bureau does then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from domain.core.calls import Call
from domain.core.errors import Invalid, NotFound, Refusal, refuse
from domain.core.files import StoredFile
from domain.core.inputs import text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin, find, perform
from domain.results.compiling import RoundRecord, minutes_of, read_round, results_of, what_is_unfinished
from domain.results.counts import declared_refusals
from domain.results.facts import PackageFacts
from domain.results.lifecycle import RESULT_PACKAGE
from domain.results.models import MinutesRecord, Result, ResultPackage
from domain.reviews.models import ReviewRound
from domain.reviews.rounds import complete

MAX_REPORT = 20_000
MAX_COUNT = 100_000


@dataclass(frozen=True, slots=True)
class Report:
    """The work report, and the numbers it speaks of: they must agree with the results when it is submitted."""

    text: str
    candidates: int
    passed: int
    not_passed: int
    file_id: UUID | None = None


async def compile_results(call: Call, round_id: UUID) -> ResultPackage:
    """Makes the results of every candidate of the round, once every sitting is signed; the round is complete then.

    Raises:
        Refused: N-16 for sittings that are not signed, R-9.12 for candidates not decided, S-13 the second time.
    """
    round = await find(ReviewRound, call.viewer, round_id, field="round")
    read: list[RoundRecord] = []

    async def make(_facts: Facts) -> ResultPackage:
        # Scheduling a sitting locks the round too, so none appears between the reading and the compiling.
        await ReviewRound.filter(id=round.id).select_for_update()
        record = await read_round(round)
        refuse(*what_is_unfinished(record))
        read.append(record)
        last = max(sitting.held_on for sitting in record.signed)
        return ResultPackage(round_id=round.id, unit_id=round.unit_id, last_sitting_on=last)

    async def act(package: ResultPackage, _facts: Facts) -> None:
        [record] = read
        await Result.bulk_create(results_of(record, package))
        await MinutesRecord.bulk_create(minutes_of(record, package))
        await complete(call, round.id)

    return await begin(call, RESULT_PACKAGE, "compile", make, act=act)


async def edit_report(call: Call, id: UUID, version: int, report: Report) -> ResultPackage:
    """Writes the work report, as text and, if there is one, as the sealed file.

    Raises:
        Refused: the text is blank or too long, a number impossible, or the file is not the unit's.
    """
    file = await _file(call, report)

    def check(_package: ResultPackage, _facts: PackageFacts) -> Iterator[Refusal | None]:
        yield text_refusal("workReport", report.text, MAX_REPORT)
        yield from _number_refusals(report)
        if report.file_id is not None and file is None:
            yield NotFound("reportFile")

    async def act(package: ResultPackage, _facts: PackageFacts) -> None:
        package.work_report = report.text.strip()
        package.report_file_id = report.file_id
        package.declared_candidates = report.candidates
        package.declared_passed = report.passed
        package.declared_not_passed = report.not_passed

    return await perform(call, RESULT_PACKAGE, "edit_report", id, version=version, check=check, act=act)


async def submit(call: Call, id: UUID, version: int) -> ResultPackage:
    """Hands the results in for acceptance.

    Raises:
        Refused: R-9.12 where a candidate has no result, counts do not agree or the report is missing, N-16 for minutes.
    """

    def check(package: ResultPackage, facts: PackageFacts) -> Iterator[Refusal]:
        return declared_refusals(package, facts.results)

    async def act(package: ResultPackage, facts: PackageFacts) -> None:
        package.submitted_at = facts.now

    return await perform(call, RESULT_PACKAGE, "submit", id, version=version, check=check, act=act)


async def remind(call: Call, id: UUID) -> ResultPackage:
    """Reminds the unit to hand the results in, once, more than ten working days after the last sitting (B-8)."""

    async def act(package: ResultPackage, facts: PackageFacts) -> None:
        package.reminded_at = facts.now

    return await perform(call, RESULT_PACKAGE, "remind", id, act=act)


async def _file(call: Call, report: Report) -> StoredFile | None:
    if report.file_id is None:
        return None
    return await StoredFile.get_or_none(id=report.file_id, organisation_id=call.viewer.organisation_id)


def _number_refusals(report: Report) -> Iterator[Refusal]:
    numbers = {
        "declaredCandidates": report.candidates,
        "declaredPassed": report.passed,
        "declaredNotPassed": report.not_passed,
    }
    for field, number in numbers.items():
        if not 0 <= number <= MAX_COUNT:
            text = f"应为0至{MAX_COUNT}。", f"A number from 0 to {MAX_COUNT}."
            yield Invalid(field, *text, rule_id="S-7")
