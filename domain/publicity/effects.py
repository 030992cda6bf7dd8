"""What a lead does to its candidate: hold, free, or end the recognition; to this one person and nobody else (Art. 9(7), 10)."""

from __future__ import annotations

from datetime import date

from domain.core.calls import Call
from domain.publicity.facts import OPEN_LEADS, UNDER_RECHECK, LeadFacts
from domain.publicity.models import Lead, Publicity
from domain.publicity.names import PublicityState
from domain.results.standing import tell_candidacies
from domain.reviews.models import Candidacy
from domain.reviews.states import CandidacyState
from domain.units.models import IntegrityRecord
from domain.units.names import IntegrityBasis

INTEGRITY_YEARS = 3  # N-24
HOLDABLE = (CandidacyState.ACCEPTED, CandidacyState.CONFIRMED)
RECOGNISED_SO_FAR = (*HOLDABLE, CandidacyState.ON_HOLD)


async def hold(call: Call, lead: Lead) -> None:
    """Puts the candidate on hold, unless the certificate is out or the candidate did not pass."""
    candidacy = await _locked(lead)
    if candidacy.state in HOLDABLE:
        await tell_candidacies(call, "hold", [candidacy.id])


async def free(call: Call, lead: Lead) -> None:
    """Lets the candidate go on, unless another lead is open; before the window ends, only as far as ACCEPTED.

    The publicity is locked first, then the candidacy, as closing does: whichever comes second sees the other's work.
    """
    publicity = await Publicity.filter(id=lead.publicity_id).select_for_update().get()
    candidacy = await _locked(lead)
    others = await Lead.filter(candidacy_id=candidacy.id, state__in=OPEN_LEADS).exclude(id=lead.id)
    waits = bool(others) or publicity.state != PublicityState.CLOSED
    held = any(other.state in UNDER_RECHECK for other in others)
    after = CandidacyState.ACCEPTED if waits else CandidacyState.CONFIRMED
    if candidacy.state == CandidacyState.ON_HOLD and not held:
        await tell_candidacies(call, "clear", [candidacy.id], to=lambda _candidacy: after)
    elif candidacy.state == CandidacyState.ACCEPTED and not waits:
        await tell_candidacies(call, "confirm", [candidacy.id])


async def end_recognition(call: Call, lead: Lead, facts: LeadFacts) -> None:
    """The result is not recognised; fraud goes into the integrity archive for three years (R-9.15, N-24)."""
    candidacy = await _locked(lead)
    # A certificate that is out already is revoked by a decision of its own (Art. 12).
    if candidacy.state in RECOGNISED_SO_FAR:
        await tell_candidacies(call, "not_recognise", [candidacy.id], reason=lead.conclusion)
    if lead.fraud:
        await IntegrityRecord.create(
            person_id=candidacy.person_id,
            unit_id=lead.unit_id,
            basis=IntegrityBasis.FRAUD,
            decision=lead.conclusion[:500],
            from_on=facts.today,
            until_on=years_after(facts.today, INTEGRITY_YEARS),
        )


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


async def _locked(lead: Lead) -> Candidacy:
    """The lead's candidacy, locked: issuing a certificate locks it too, so that one of the two sees the other."""
    return await Candidacy.filter(id=lead.candidacy_id).select_for_update().get()
