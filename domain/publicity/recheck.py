"""What becomes of a lead: dismissed, or admitted, re-checked by three bodies and concluded (Art. 9(7), R-9.14, R-9.15)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.accounts.models import Organisation, OrganisationKind
from domain.core.calls import Call
from domain.core.errors import Invalid, NotFound, Refusal, RuleBroken
from domain.core.inputs import reason_refusal, text_refusal
from domain.core.perform import perform
from domain.core.roles import Role
from domain.core.sealing import sealing_context
from domain.core.secrets import sealer
from domain.publicity.effects import end_recognition, free, hold
from domain.publicity.facts import LeadFacts
from domain.publicity.lead_lifecycle import LEAD
from domain.publicity.models import Lead, RecheckOpinion
from domain.publicity.names import RecheckBody, RecheckOutcome
from domain.units.models import Unit

MAX_OPINION = 5_000
BODY_OF = {
    Role.MUNICIPAL_BUREAU: RecheckBody.MUNICIPAL_BUREAU,
    Role.INDUSTRY_AUTHORITY: RecheckBody.INDUSTRY_AUTHORITY,
    Role.DISTRICT_BUREAU: RecheckBody.DISTRICT_BUREAU,
}
EVENT_OF = {
    RecheckOutcome.UNFOUNDED: "find_unfounded",
    RecheckOutcome.FOUNDED_NO_EFFECT: "find_without_effect",
    RecheckOutcome.FOUNDED_AFFECTS_RESULT: "find_affecting_result",
}


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported, as the municipal bureau alone may see it."""

    name: str
    contact: str


async def dismiss(call: Call, id: UUID, version: int, reason: str) -> Lead:
    """Dismisses a lead without substance. Who waited for nothing else is confirmed.

    Raises:
        Refused: S-10 without a reason.
    """

    async def act(lead: Lead, _facts: LeadFacts) -> None:
        lead.dismissal_reason = reason.strip()
        await free(call, lead)

    return await perform(
        call,
        LEAD,
        "dismiss",
        id,
        version=version,
        check=lambda _lead, _facts: [reason_refusal(reason)],
        act=act,
        reason=reason,
    )


async def admit(call: Call, id: UUID, version: int) -> Lead:
    """Admits a lead: from now on, and only from now on, its candidate is on hold; nobody else is."""

    async def act(lead: Lead, _facts: LeadFacts) -> None:
        await hold(call, lead)

    return await perform(call, LEAD, "admit", id, version=version, act=act)


async def start_recheck(
    call: Call,
    id: UUID,
    version: int,
    industry_authority: UUID | None = None,
    district_bureau: UUID | None = None,
) -> Lead:
    """Names the industry authority and the district bureau with which the bureau re-checks: the unit's own by default.

    Raises:
        Refused: S-21 for an organisation of another kind.
    """
    named = {id for id in (industry_authority, district_bureau) if id}
    kinds = dict(await Organisation.filter(id__in=named).values_list("id", "kind"))

    def check(_lead: Lead, _facts: LeadFacts) -> Iterator[Refusal]:
        if industry_authority and kinds.get(industry_authority) != OrganisationKind.AUTHORITY:
            yield NotFound("industryAuthority")
        if district_bureau and kinds.get(district_bureau) != OrganisationKind.DISTRICT_BUREAU:
            yield NotFound("districtBureau")

    async def act(lead: Lead, _facts: LeadFacts) -> None:
        unit = await Unit.get(id=lead.unit_id)
        lead.industry_authority_id = industry_authority or unit.industry_authority_id
        lead.district_bureau_id = district_bureau or unit.district_bureau_id

    return await perform(call, LEAD, "start_recheck", id, version=version, check=check, act=act)


async def give_opinion(call: Call, id: UUID, version: int, finding: RecheckOutcome, reason: str) -> Lead:
    """Records what the viewer's own body found.

    Raises:
        Refused: S-10 without reasons, R-9.14 where the body has spoken already.
    """

    async def act(lead: Lead, facts: LeadFacts) -> None:
        await RecheckOpinion.create(
            lead_id=lead.id,
            body=BODY_OF[call.viewer.role],
            organisation_id=call.viewer.organisation_id,
            finding=finding,
            reason=reason.strip(),
            created_at=facts.now,
        )

    return await perform(
        call,
        LEAD,
        "give_opinion",
        id,
        version=version,
        check=lambda _lead, _facts: [reason_refusal(reason)],
        act=act,
    )


async def waive_opinion(call: Call, id: UUID, version: int, body: RecheckBody, reason: str) -> Lead:
    """Records why the re-check goes without the industry authority or the district bureau.

    Raises:
        Refused: R-9.14 for the municipal bureau's own opinion, S-10 without a reason.
    """

    def check(_lead: Lead, _facts: LeadFacts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)
        if body is RecheckBody.MUNICIPAL_BUREAU:
            zh, en = (
                "市人力资源社会保障局的意见不得省略。",
                "The municipal bureau's own opinion cannot be waived.",
            )
            yield RuleBroken("R-9.14", zh, en, field="body")

    async def act(lead: Lead, facts: LeadFacts) -> None:
        await RecheckOpinion.create(lead_id=lead.id, body=body, reason=reason.strip(), created_at=facts.now)

    return await perform(
        call, LEAD, "waive_opinion", id, version=version, check=check, act=act, reason=reason
    )


async def record_hearing(call: Call, id: UUID, version: int, heard_on: date, record: str) -> Lead:
    """Records what the person concerned said, or that he was asked and kept silent (S-23).

    Raises:
        Refused: the day lies in the future or before the lead, or the record is blank.
    """

    def check(lead: Lead, facts: LeadFacts) -> Iterator[Refusal | None]:
        yield text_refusal("record", record, MAX_OPINION)
        if not lead.created_at.date() <= heard_on <= facts.today:
            text = "须在线索受理之后且不晚于今天。", "Not before the lead and not in the future."
            yield Invalid("heardOn", *text)

    async def act(lead: Lead, _facts: LeadFacts) -> None:
        lead.heard_on, lead.hearing_record = heard_on, record.strip()

    return await perform(call, LEAD, "record_hearing", id, version=version, check=check, act=act)


async def conclude(
    call: Call, id: UUID, version: int, outcome: RecheckOutcome, conclusion: str, *, fraud: bool = False
) -> Lead:
    """Ends the re-check. A result is not recognised only where the lead is true *and* affects it (R-9.15).

    Raises:
        Refused: R-9.14 while a body has neither spoken nor been waived, S-23 before the person was heard, S-10.
    """

    def check(_lead: Lead, _facts: LeadFacts) -> Iterator[Refusal | None]:
        yield reason_refusal(conclusion, field="conclusion")
        if fraud and outcome is not RecheckOutcome.FOUNDED_AFFECTS_RESULT:
            zh, en = "弄虚作假须以属实且影响结果为前提。", "Fraud is a finding that affects the result."
            yield RuleBroken("R-9.15", zh, en, field="fraud")

    async def act(lead: Lead, facts: LeadFacts) -> None:
        lead.conclusion, lead.fraud, lead.concluded_at = conclusion.strip(), fraud, facts.now
        if outcome is RecheckOutcome.FOUNDED_AFFECTS_RESULT:
            await end_recognition(call, lead, facts)
        else:
            await free(call, lead)

    return await perform(
        call, LEAD, EVENT_OF[outcome], id, version=version, check=check, act=act, reason=conclusion
    )


async def reveal_reporter(call: Call, id: UUID, version: int, reason: str) -> Reporter | None:
    """Opens the reporter's name and contact for the municipal bureau, and records who looked and why.

    Returns None for an anonymous lead.

    Raises:
        Refused: S-10 without a reason.
    """
    lead = await perform(
        call,
        LEAD,
        "reveal_reporter",
        id,
        version=version,
        check=lambda _lead, _facts: [reason_refusal(reason)],
        reason=reason,
    )
    if lead.reporter_sealed is None:
        return None
    context = sealing_context("leads", "reporter_sealed", lead.id)
    return Reporter(**json.loads(sealer().open(bytes(lead.reporter_sealed), context)))
