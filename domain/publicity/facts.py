"""What the guards of publicity and of leads look at, for many rows in as many queries as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.core.lifecycle import Facts
from domain.publicity.models import Lead, Publicity, PublicityEntry, RecheckOpinion
from domain.publicity.names import LeadState, RecheckBody
from domain.reviews.models import Candidacy
from domain.reviews.states import CandidacyState

#: A lead that the municipal bureau has admitted and not yet concluded: it holds its candidate back.
UNDER_RECHECK = frozenset({LeadState.ADMITTED, LeadState.RECHECKING})
#: Not decided yet: nobody is confirmed or certified over an open lead (Art. 10).
OPEN_LEADS = UNDER_RECHECK | {LeadState.RECEIVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicityFacts(Facts):
    """Whom the notice lists and who of them is free: accepted, and without an open lead or objection."""

    free: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFacts(Facts):
    """Which bodies have spoken or were waived."""

    heard_bodies: frozenset[RecheckBody] = frozenset()


async def load_publicity_facts(rows: Sequence[Publicity], base: Facts) -> Mapping[UUID, PublicityFacts]:
    """Three queries."""
    listed: dict[UUID, list[UUID]] = defaultdict(list)
    for publicity_id, candidacy_id in await PublicityEntry.filter(
        publicity_id__in=[row.id for row in rows]
    ).values_list("publicity_id", "candidacy_id"):
        listed[publicity_id].append(candidacy_id)
    everybody = {id for ids in listed.values() for id in ids}
    accepted = Candidacy.filter(id__in=everybody, state=CandidacyState.ACCEPTED)
    under_lead = Lead.filter(candidacy_id__in=everybody, state__in=OPEN_LEADS)
    free = set(await accepted.values_list("id", flat=True))
    free -= set(await under_lead.values_list("candidacy_id", flat=True))
    return {
        row.id: PublicityFacts(
            viewer=base.viewer,
            now=base.now,
            calendar=base.calendar,
            free=tuple(id for id in listed[row.id] if id in free),
        )
        for row in rows
    }


async def load_lead_facts(rows: Sequence[Lead], base: Facts) -> Mapping[UUID, LeadFacts]:
    """One query."""
    spoken: dict[UUID, set[RecheckBody]] = defaultdict(set)
    opinions = RecheckOpinion.filter(lead_id__in=[row.id for row in rows])
    for lead_id, body in await opinions.values_list("lead_id", "body"):
        spoken[lead_id].add(body)
    return {
        row.id: LeadFacts(
            viewer=base.viewer,
            now=base.now,
            calendar=base.calendar,
            heard_bodies=frozenset(spoken[row.id]),
        )
        for row in rows
    }
