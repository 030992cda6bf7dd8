"""What the unit's office does with a submitted candidacy: return once, verify, reject, post in-house (N-11, N-12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.core.calls import BY_SYSTEM, Call
from domain.core.errors import Invalid, NotFound, Refusal, RuleBroken, refuse
from domain.core.inputs import reason_refusal, text_refusal
from domain.core.perform import perform
from domain.core.rules import RULES
from domain.reviews.candidacy_facts import CandidacyFacts
from domain.reviews.candidacy_lifecycle import CANDIDACY
from domain.reviews.in_house import Posting, calendar_refusal, posting
from domain.reviews.models import Candidacy, CandidacyMaterial, CorrectionPoint, InHouseObjection

MIN_CORRECTION_WORKING_DAYS = 3  # N-12 [D]; Jilin tells within three
MAX_CORRECTION_WORKING_DAYS = 30
MAX_POINTS = 50


@dataclass(frozen=True, slots=True)
class PointGiven:
    """One thing to correct: the field or document, and what is wrong with it."""

    item: str
    reason: str


async def return_for_correction(
    call: Call, id: UUID, version: int, points: Sequence[PointGiven], working_days: int
) -> Candidacy:
    """Tells everything that is missing, once, with a period in working days that starts tomorrow (N-12).

    Raises:
        Refused: N-12 (returned before, no point, too short a period), S-6 (a year of the calendar is missing).
    """

    def check(_row: Candidacy, facts: CandidacyFacts) -> Iterator[Refusal | None]:
        yield from _point_refusals(points)
        if not MIN_CORRECTION_WORKING_DAYS <= working_days <= MAX_CORRECTION_WORKING_DAYS:
            least, most = MIN_CORRECTION_WORKING_DAYS, MAX_CORRECTION_WORKING_DAYS
            text = f"补正期限为{least}至{most}个工作日。", f"The period has {least} to {most} working days."
            yield RuleBroken("N-12", *text, field="working_days")
        else:
            yield calendar_refusal(facts, working_days, "working_days")

    async def act(row: Candidacy, facts: CandidacyFacts) -> None:
        row.returned_times += 1
        row.correction_due = facts.calendar.publicity_end(facts.today, working_days)
        await CorrectionPoint.bulk_create(
            [
                CorrectionPoint(candidacy_id=row.id, item=each.item.strip(), reason=each.reason.strip())
                for each in points
            ]
        )

    return await perform(call, CANDIDACY, "return_for_correction", id, version=version, check=check, act=act)


def _point_refusals(points: Sequence[PointGiven]) -> Iterator[Refusal | None]:
    if not points:
        text = "请一次性列明全部需补正的内容。", "List everything that is to be corrected, in one notice."
        yield RuleBroken("N-12", *text, field="points")
    if len(points) > MAX_POINTS:
        yield Invalid("points", f"最多{MAX_POINTS}项。", f"At most {MAX_POINTS} points.", rule_id="S-7")
    for place, point in enumerate(points):
        yield text_refusal(f"points.{place}.item", point.item, 80)
        yield text_refusal(f"points.{place}.reason", point.reason, 1000)


async def abandon(id: UUID) -> Candidacy:
    """The worker's: the period for corrections has passed without a submission (视为放弃)."""
    return await perform(BY_SYSTEM, CANDIDACY, "abandon", id)


async def check_material(call: Call, id: UUID, version: int, material_id: UUID, source: str) -> Candidacy:
    """Records where the unit verified a document, rather than asking the applicant for a proof of it (N-10)."""

    def check(_row: Candidacy, _facts: CandidacyFacts) -> Iterator[Refusal | None]:
        yield text_refusal("source", source, 120)

    async def act(row: Candidacy, _facts: CandidacyFacts) -> None:
        found = CandidacyMaterial.filter(id=material_id, candidacy_id=row.id)
        refuse(None if await found.update(verified_by=source.strip()) else NotFound("material"))

    return await perform(call, CANDIDACY, "check_material", id, version=version, check=check, act=act)


async def verify(call: Call, id: UUID, version: int) -> Candidacy:
    """Finds the material checked and the applicant eligible, on today's roster."""
    return await perform(call, CANDIDACY, "verify", id, version=version)


async def reject(call: Call, id: UUID, version: int, rules: Sequence[str], reason: str) -> Candidacy:
    """Finds the applicant ineligible, naming the rules.

    Raises:
        Refused: S-10 (no reason), S-21 (no rule, or one that the catalogue does not have).
    """

    def check(_row: Candidacy, _facts: CandidacyFacts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)
        if not rules or len(rules) > len(RULES):
            yield Invalid("rules", "请注明依据的规则。", "Name the rules it rests on.", rule_id="S-21")
        for place, each in enumerate(rules):
            if each not in RULES:
                text = "规则目录中没有该编号。", "The catalogue has no such rule."
                yield Invalid(f"rules.{place}", *text, rule_id="S-21")

    async def act(row: Candidacy, _facts: CandidacyFacts) -> None:
        row.rejected_under = list(dict.fromkeys(rules))
        row.rejection_reason = reason.strip()

    return await perform(
        call, CANDIDACY, "reject", id, version=version, check=check, act=act, reason=reason.strip()
    )


async def open_in_house_publicity(call: Call, id: UUID, version: int, given: Posting) -> Candidacy:
    """Posts one verified candidacy in-house (N-11)."""

    def check(_row: Candidacy, facts: CandidacyFacts) -> Iterator[Refusal | None]:
        return given.refusals(facts)

    return await perform(
        call, CANDIDACY, "open_in_house_publicity", id, version=version, check=check, act=posting(given)
    )


async def close_in_house_publicity(call: Call, id: UUID, version: int | None = None) -> Candidacy:
    """Ends the posting once its last day is over and every objection is answered; the worker does so by itself."""
    return await perform(call, CANDIDACY, "close_in_house_publicity", id, version=version)


async def object_in_house(call: Call, id: UUID, version: int, content: str) -> Candidacy:
    """Records an objection that reached the office while the candidacy is posted."""

    def check(_row: Candidacy, _facts: CandidacyFacts) -> Iterator[Refusal | None]:
        yield text_refusal("content", content, 2000)

    async def act(row: Candidacy, _facts: CandidacyFacts) -> None:
        await InHouseObjection.create(candidacy_id=row.id, content=content.strip())

    return await perform(call, CANDIDACY, "object_in_house", id, version=version, check=check, act=act)


async def answer_objection(call: Call, id: UUID, version: int, objection_id: UUID, answer: str) -> Candidacy:
    """Closes an objection with what the unit found."""

    def check(_row: Candidacy, _facts: CandidacyFacts) -> Iterator[Refusal | None]:
        yield text_refusal("answer", answer, 2000)

    async def act(row: Candidacy, facts: CandidacyFacts) -> None:
        still_open = InHouseObjection.filter(id=objection_id, candidacy_id=row.id, answered_at__isnull=True)
        done = await still_open.update(answer=answer.strip(), answered_at=facts.now)
        refuse(None if done else NotFound("objection"))

    return await perform(call, CANDIDACY, "answer_objection", id, version=version, check=check, act=act)
