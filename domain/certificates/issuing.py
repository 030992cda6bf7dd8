"""Issuing: the municipal bureau, for many people at once, exactly once for each (Art. 10, R-10.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from domain.certificates.lifecycle import CERTIFICATE
from domain.certificates.models import Certificate
from domain.certificates.numbers import new_number
from domain.core.access import visible
from domain.core.calls import Call, earlier_result, remember
from domain.core.errors import Forbidden, Invalid, NotFound, Refusal, Refused, RuleBroken, refuse
from domain.core.identity import InvalidName, normalise_name
from domain.core.lifecycle import Facts
from domain.core.perform import begin
from domain.publicity.facts import OPEN_LEADS
from domain.publicity.models import Lead
from domain.results.models import Result
from domain.results.standing import tell_candidacies
from domain.reviews.models import Candidacy
from domain.reviews.states import CandidacyState

MAX_BATCH = 200
_ISSUE = CERTIFICATE.event_name("issue")


async def issue(call: Call, candidacies: Sequence[UUID]) -> list[Certificate]:
    """Issues a certificate to each of these people, or to none of them.

    The candidacies are locked in the order of their ids, so of many attempts at once one issues and the others find
    them certified; a unique constraint says the same.

    Raises:
        Refused: with R-10.1 for everybody who is not confirmed, has an open lead or is certified, by place in the list.
    """
    move = CERTIFICATE.by_event["issue"]
    if call.viewer.role not in move.by:
        raise Refused([Forbidden(f"当前角色不能进行“{move.zh}”。", f"This role may not: {move.en}.")])
    refuse(_batch_refusal(candidacies))
    async with in_transaction() as db:
        if batch := await earlier_result(call, _ISSUE, db):
            return await of_batch(call, batch)
        found = await _locked(call, candidacies)
        results = await _results(candidacies)
        refuse(*await _refusals(candidacies, found, results))
        batch_id = uuid4()
        for id in candidacies:
            await _issue_one(call, found[id], results[id], batch_id)
        await tell_candidacies(call, "certify", candidacies)
        await remember(call, batch_id, db)
    return await of_batch(call, batch_id)


async def of_batch(call: Call, batch_id: UUID) -> list[Certificate]:
    """The certificates issued together, in the order of issue."""
    batch = visible(Certificate, call.viewer).filter(batch_id=batch_id)
    return await batch.filter(predecessor_id__isnull=True).order_by("created_at", "id")


async def _locked(call: Call, ids: Sequence[UUID]) -> Mapping[UUID, Candidacy]:
    seen = await visible(Candidacy, call.viewer).filter(id__in=ids).values_list("id", flat=True)
    rows = await Candidacy.filter(id__in=list(seen)).order_by("id").select_for_update()
    return {row.id: row for row in rows}


async def _results(ids: Sequence[UUID]) -> Mapping[UUID, Result]:
    results = Result.filter(candidacy_id__in=ids).select_related("sitting__committee", "unit")
    return {result.candidacy_id: result for result in await results}


async def _refusals(
    ids: Sequence[UUID], found: Mapping[UUID, Candidacy], results: Mapping[UUID, Result]
) -> list[Refusal]:
    # Read after the lock: admitting a lead locks the candidacy too, so nobody is certified over an open one.
    leads = Lead.filter(candidacy_id__in=ids, state__in=OPEN_LEADS)
    under_lead = set(await leads.values_list("candidacy_id", flat=True))
    refusals: list[Refusal] = []
    for index, id in enumerate(ids):
        field = f"candidacies.{index}"
        if id not in found:
            refusals.append(NotFound(field))
        else:
            refusals.extend(why_not(found[id], results.get(id), id in under_lead, field))
    return refusals


def why_not(candidacy: Candidacy, result: Result | None, open_lead: bool, field: str) -> Iterator[Refusal]:
    """Everything that stands against a certificate for this person now (R-10.1)."""
    if candidacy.state == CandidacyState.CERTIFIED:
        zh, en = (
            "该人员本次评审的证书已发放，不得重复发放。",
            "The certificate is issued already, exactly once.",
        )
        yield RuleBroken("R-10.1", zh, en, field=field)
    elif candidacy.state != CandidacyState.CONFIRMED or result is None:
        zh = "该人员尚未经公示无异议，不得发放证书。"
        yield RuleBroken("R-10.1", zh, "Not confirmed by a publicity without objection.", field=field)
    if open_lead:
        zh, en = "该人员有未办结的线索或异议。", "A lead or objection about this person is open."
        yield RuleBroken("R-10.1", zh, en, field=field)
    if result is not None:
        try:
            normalise_name(result.person_name)
        except InvalidName as fault:
            yield Invalid(field, f"{fault.zh}。", fault.en)


async def _issue_one(call: Call, candidacy: Candidacy, result: Result, batch_id: UUID) -> None:
    async def make(facts: Facts) -> Certificate:
        assert result.sitting is not None  # a confirmed result was voted on
        return Certificate(
            candidacy_id=candidacy.id,
            result_id=result.id,
            unit_id=result.unit_id,
            person_id=result.person_id,
            number=new_number(facts.today.year),
            holder_name=normalise_name(result.person_name),
            year=result.year,
            series=result.series,
            specialty=result.specialty,
            level=result.level,
            title=result.title_name,
            committee_name=result.sitting.committee.name,
            unit_name=result.unit.name,
            passed_on=result.sitting.held_on,
            issued_on=facts.today,
            batch_id=batch_id,
        )

    await begin(replace(call, key=None), CERTIFICATE, "issue", make)


def _batch_refusal(candidacies: Sequence[UUID]) -> Refusal | None:
    if not 1 <= len(candidacies) <= MAX_BATCH:
        zh, en = f"每批1至{MAX_BATCH}人。", f"A batch has 1 to {MAX_BATCH} people."
        return Invalid("candidacies", zh, en, rule_id="S-7")
    if len(set(candidacies)) != len(candidacies):
        return Invalid("candidacies", "名单中有重复。", "Somebody is named twice.", rule_id="S-13")
    return None
