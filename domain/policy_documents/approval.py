"""What the municipal bureau does with a version: approve, send back, revoke; and how a version succeeds another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.core.calls import Call
from domain.core.errors import Refusal, RuleBroken
from domain.core.inputs import reason_refusal, text_refusal
from domain.core.labels import label
from domain.core.lifecycle import Facts
from domain.core.perform import Check, cascade, perform
from domain.policy_documents.lifecycle import POLICY_SET, PolicyFacts
from domain.policy_documents.models import (
    ComplianceCheck,
    ComplianceItem,
    PolicyOpinion,
    PolicyReturn,
    PolicySet,
    PolicySetState,
)

#: The rule behind each item of the checklist.
_RULE_OF = {
    ComplianceItem.NOT_BELOW_NATIONAL_STANDARD: "N-1",
    ComplianceItem.NOT_BELOW_BEIJING_STANDARD: "N-1",
    ComplianceItem.COMPLIES_WITH_POLICY: "R-9.2",
    ComplianceItem.FITS_THE_UNIT: "R-9.2",
    ComplianceItem.CRITERIA_WEIGH_CONTRIBUTION: "R-3.1",
}


@dataclass(frozen=True, slots=True)
class CheckGiven:
    """The bureau's finding on one item."""

    item: ComplianceItem
    met: bool
    note: str = ""


async def approve(
    call: Call,
    id: UUID,
    version: int,
    approval_number: str,
    checklist: Sequence[CheckGiven],
    *,
    effective_from: date | None = None,
) -> PolicySet:
    """Approves a version. It is in force from `effective_from` (today if not given); the former one holds until then.

    Raises:
        Refused: N-1, R-3.1 or R-9.2 for an item not met or not checked, R-9.3 or R-9.5 for the day it takes effect.
    """

    def check(_row: PolicySet, facts: PolicyFacts) -> Iterator[Refusal | None]:
        yield text_refusal("approval_number", approval_number, 60)
        yield _day_refusal(effective_from or facts.today, facts)
        yield from _checklist_refusals(checklist)

    async def act(row: PolicySet, facts: Facts) -> None:
        row.approval_number = approval_number.strip()
        row.approved_on = facts.today
        row.effective_from = effective_from or facts.today
        await ComplianceCheck.bulk_create(
            ComplianceCheck(policy_set_id=row.id, item=each.item, met=each.met, note=each.note.strip())
            for each in checklist
        )
        await _succeed(call, row, facts.today)

    return await perform(call, POLICY_SET, "approve", id, version=version, check=check, act=act)


async def send_back(call: Call, id: UUID, version: int, reason: str) -> PolicySet:
    """Sends a version back to DRAFT. Decision and publicity count no more; what they were is kept."""

    async def act(row: PolicySet, facts: Facts) -> None:
        opinions = await PolicyOpinion.filter(policy_set_id=row.id).order_by("created_at", "id")
        await PolicyReturn.create(
            policy_set_id=row.id,
            reason=reason.strip(),
            content_hash=row.content_hash,
            cycle=_cycle(row) | {"opinions": [[each.text, each.answer] for each in opinions]},
            created_at=facts.now,
        )
        await PolicyOpinion.filter(policy_set_id=row.id).delete()
        _forget_cycle(row)
        row.sent_back_reason = reason.strip()

    return await perform(
        call, POLICY_SET, "send_back", id, version=version, check=_with_reason(reason), act=act, reason=reason
    )


async def revoke(call: Call, id: UUID, version: int, reason: str) -> PolicySet:
    """Revokes an approval: no new plan may rest on the version; rounds that run keep it."""

    async def act(row: PolicySet, _facts: Facts) -> None:
        row.revoked_reason = reason.strip()

    return await perform(
        call, POLICY_SET, "revoke", id, version=version, check=_with_reason(reason), act=act, reason=reason
    )


async def supersede(call: Call, id: UUID) -> PolicySet:
    """The worker's: the day has come from which the later version holds."""
    return await perform(call, POLICY_SET, "supersede", id)


async def _succeed(call: Call, row: PolicySet, today: date) -> None:
    """Tells the version in force until when it holds, and ends it where that is today."""
    former = PolicySet.filter(
        unit_id=row.unit_id, state=PolicySetState.APPROVED, effective_until__isnull=True
    )
    ids = [id for (id,) in await former.exclude(id=row.id).values_list("id")]

    async def note(earlier: PolicySet, _facts: Facts) -> None:
        earlier.effective_until = row.effective_from

    await cascade(call, POLICY_SET, "name_successor", ids, act=note)
    if row.effective_from is not None and row.effective_from <= today:
        await cascade(call, POLICY_SET, "supersede", ids)


def _day_refusal(day: date, facts: PolicyFacts) -> Refusal | None:
    if day < facts.today:
        text = "施行日期不得早于审定日期。", "A version cannot take effect before its approval."
        return RuleBroken("R-9.3", *text, field="effective_from")
    latest = facts.latest_effective_from
    if latest is not None and day <= latest:
        text = (
            f"施行日期应当晚于上一版本的施行日期（{latest}）。",
            f"It must take effect after {latest}, when the former does.",
        )
        return RuleBroken("R-9.5", *text, field="effective_from")
    return None


def _checklist_refusals(checklist: Sequence[CheckGiven]) -> Iterator[Refusal | None]:
    times = Counter(each.item for each in checklist)
    for item in ComplianceItem:
        named = label(item)
        if times[item] == 0:
            text = f"核查事项“{named.zh}”没有结论。", f"Not checked: {named.en}."
            yield RuleBroken(_RULE_OF[item], *text, field="checklist")
        elif times[item] > 1:
            text = f"核查事项“{named.zh}”重复。", f"Given more than once: {named.en}."
            yield RuleBroken("S-13", *text, field="checklist")
    for place, each in enumerate(checklist):
        yield text_refusal(f"checklist.{place}.note", each.note, 500, required=False)
        if not each.met:
            yield RuleBroken(_RULE_OF[each.item], field=f"checklist.{place}.met")


def _cycle(row: PolicySet) -> dict[str, object]:
    """The decision and publicity of the cycle that ends, as plain data."""
    return {
        "decision_body": row.decision_body,
        "decided_on": str(row.decided_on),
        "decision_present": row.decision_present,
        "decision_entitled": row.decision_entitled,
        "decision_minutes": str(row.decision_minutes_id),
        "publicity_from": str(row.publicity_from),
        "publicity_working_days": row.publicity_working_days,
        "publicity_ends_at": str(row.publicity_ends_at),
        "publicity_place": row.publicity_place,
        "publicity_closed_at": str(row.publicity_closed_at),
        "submitted_at": str(row.submitted_at),
    }


def _forget_cycle(row: PolicySet) -> None:
    row.decision_body = row.content_hash = row.publicity_place = ""
    row.decided_on = row.decision_present = row.decision_entitled = row.decision_minutes_id = None
    row.decision_passed = None
    row.publicity_from = row.publicity_working_days = row.publicity_ends_at = row.publicity_closed_at = None
    row.submitted_at = None


def _with_reason(reason: str) -> Check:
    return lambda _row, _facts: [reason_refusal(reason)]
