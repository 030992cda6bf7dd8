"""What happens to rounds: opened by the unit's office, completed when their results are compiled, voided by the bureau."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.committees.models import Committee
from domain.core import clock
from domain.core.access import visible
from domain.core.calls import Call
from domain.core.errors import Invalid, NotFound, Refusal, Refused, refuse
from domain.core.inputs import reason_refusal, text_refusal
from domain.core.ledger import AuditEntry
from domain.core.lifecycle import Facts
from domain.core.perform import begin, cascade, find, perform
from domain.core.rows import ids
from domain.plans.commands import round_ended, round_started
from domain.plans.models import AnnualPlan, PlanGroup
from domain.policy_documents.models import PolicySet
from domain.policy_documents.standing import unit_of
from domain.reviews.candidacy_lifecycle import CANDIDACY
from domain.reviews.conclusion import abort_sittings_of
from domain.reviews.in_house import Posting, posting
from domain.reviews.models import Candidacy, ReviewRound
from domain.reviews.round_lifecycle import ROUND, Opening, what_stands_against, window_inside_the_plan
from domain.reviews.states import RoundState
from domain.units.models import Unit
from domain.units.reads import scopes_of

OUT_OF_SCOPE = "R-13.1"
MAX_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class RoundGiven:
    """A round as the office enters it."""

    plan_group_id: UUID
    committee_id: UUID
    name: str
    submissions_from: date
    submissions_until: date


async def open_round(call: Call, given: RoundGiven) -> ReviewRound:
    """Opens a round under a group of the plan in force, with a filed committee; pins the plan's policy set.

    An attempt outside the unit's scope stays on record, because widening it is a violation (Art. 13).

    Raises:
        Refused: R-4.1, J-7, R-9.6, R-9.9, R-9.10, R-9.11, R-13.1, B-10, N-3, all that apply at once.
    """
    unit = await unit_of(call.viewer)
    group = await _group(call, given.plan_group_id)
    committee = await find(Committee, call.viewer, given.committee_id, field="committee")
    plan = await AnnualPlan.get(id=group.plan_id)

    async def make(facts: Facts) -> ReviewRound:
        opening = await _opening(unit, plan, group, committee, given, facts.today)
        refuse(text_refusal("name", given.name, 120), *what_stands_against(opening))
        # The plan is locked before the round refers to it: two at once would each hold what the other waits for.
        await round_started(call, group)
        return _round(opening, given)

    try:
        return await begin(call, ROUND, "open", make)
    except Refused as refused:
        if any(each.rule.id == OUT_OF_SCOPE for each in refused.refusals):
            await _keep_on_record(call, unit)
        raise


async def _group(call: Call, id: UUID) -> PlanGroup:
    group = await visible(PlanGroup, call.viewer).get_or_none(id=id)
    if group is None:
        raise Refused([NotFound("plan_group")])
    return group


async def _opening(
    unit: Unit, plan: AnnualPlan, group: PlanGroup, committee: Committee, given: RoundGiven, today: date
) -> Opening:
    return Opening(
        unit=unit,
        plan=plan,
        group=group,
        policy_set=await PolicySet.get(id=plan.policy_set_id),
        committee=committee,
        scope=(await scopes_of([unit.id]))[unit.id],
        submissions_from=given.submissions_from,
        submissions_until=given.submissions_until,
        today=today,
    )


def _round(opening: Opening, given: RoundGiven) -> ReviewRound:
    group = opening.group
    return ReviewRound(
        unit_id=opening.unit.id,
        plan_id=opening.plan.id,
        plan_group_id=group.id,
        policy_set_id=opening.policy_set.id,
        committee_id=opening.committee.id,
        name=given.name.strip(),
        year=opening.plan.year,
        series=group.series,
        specialty=group.specialty,
        level=group.level,
        submissions_from=given.submissions_from,
        submissions_until=given.submissions_until,
    )


async def _keep_on_record(call: Call, unit: Unit) -> None:
    """Writes the refused attempt itself: the transaction of the round was rolled back with everything in it."""
    await AuditEntry.create(
        at=clock.now(),
        event="round.refused_out_of_scope",
        subject_type="Unit",
        subject_id=unit.id,
        unit_id=unit.id,
        role=call.viewer.role,
        organisation_id=call.viewer.organisation_id,
        account_id=call.viewer.account_id,
        client_id=call.viewer.client_id,
        from_state=str(unit.state),
        to_state=str(unit.state),
        version=unit.version,
        article="13",
        reason=OUT_OF_SCOPE,
        request_id=call.request_id,
    )


async def extend(call: Call, id: UUID, version: int, until: date) -> ReviewRound:
    """Gives applicants more time, inside the plan's window; the time is never shortened.

    Raises:
        Refused: S-12 (not later than now set), R-9.11 (outside the plan's window).
    """
    row = await find(ReviewRound, call.viewer, id)
    group = await PlanGroup.get(id=row.plan_group_id)

    def check(row: ReviewRound, facts: Facts) -> Iterator[Refusal | None]:
        if until <= row.submissions_until:
            text = "新的截止日须晚于原截止日。", "The new last day must be later than the present one."
            yield Invalid("until", *text, rule_id="S-12")
        yield window_inside_the_plan(group, row.submissions_from, until, "until")

    async def act(row: ReviewRound, _facts: Facts) -> None:
        row.submissions_until = until

    return await perform(call, ROUND, "extend", id, version=version, check=check, act=act)


async def open_in_house_publicity(
    call: Call, id: UUID, version: int, candidacies: Sequence[UUID], given: Posting
) -> ReviewRound:
    """Posts several verified candidacies of a round at once (N-11); one that may not be posted stops them all."""

    def check(_row: ReviewRound, facts: Facts) -> Iterator[Refusal | None]:
        yield _how_many(candidacies)
        yield from given.refusals(facts)

    async def act(row: ReviewRound, facts: Facts) -> None:
        chosen = await _of_the_round(row, candidacies)
        await cascade(call, CANDIDACY, "open_in_house_publicity", chosen, act=posting(given))

    return await perform(call, ROUND, "open_in_house_publicity", id, version=version, check=check, act=act)


async def close_in_house_publicity(
    call: Call, id: UUID, version: int, candidacies: Sequence[UUID]
) -> ReviewRound:
    """Ends the posting of several candidacies at once; never before its last day is over (N-11)."""

    def check(_row: ReviewRound, _facts: Facts) -> Iterator[Refusal | None]:
        yield _how_many(candidacies)

    async def act(row: ReviewRound, _facts: Facts) -> None:
        chosen = await _of_the_round(row, candidacies)
        await cascade(call, CANDIDACY, "close_in_house_publicity", chosen)

    return await perform(call, ROUND, "close_in_house_publicity", id, version=version, check=check, act=act)


def _how_many(candidacies: Sequence[UUID]) -> Refusal | None:
    if 1 <= len(set(candidacies)) <= MAX_AT_ONCE:
        return None
    text = f"一次选择 1 至 {MAX_AT_ONCE} 份申报。", f"Choose 1 to {MAX_AT_ONCE} candidacies."
    return Invalid("candidacies", *text, rule_id="S-7")


async def _of_the_round(row: ReviewRound, wanted: Sequence[UUID]) -> list[UUID]:
    """The candidacies, all of this round.

    Raises:
        Refused: NotFound with the place of each that is not.
    """
    found = {each.id for each in await Candidacy.filter(round_id=row.id, id__in=list(wanted)).only("id")}
    refuse(*(NotFound(f"candidacies.{place}") for place, id in enumerate(wanted) if id not in found))
    return sorted(found)


async def start_review(call: Call, id: UUID) -> None:
    """Told by the first sitting: the round is being reviewed."""
    await cascade(call, ROUND, "start_review", [id])


async def complete(call: Call, id: UUID) -> ReviewRound:
    """Told by the stage of results: every sitting is signed and the results are compiled (Art. 9(6))."""
    [row] = await cascade(call, ROUND, "complete", [id])
    await round_ended(call, await PlanGroup.get(id=row.plan_group_id))
    return row


async def void(call: Call, id: UUID, version: int, reason: str) -> ReviewRound:
    """The municipal bureau voids a round held beyond authority or scope, and every result in it (Art. 13, N-23)."""

    def check(_row: ReviewRound, _facts: Facts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)

    async def act(row: ReviewRound, _facts: Facts) -> None:
        await abort_sittings_of(call, row.id, reason)
        voidable = CANDIDACY.by_event["void"].sources
        standing = await Candidacy.filter(round_id=row.id, state__in=sorted(voidable)).only("id")
        await cascade(call, CANDIDACY, "void", ids(standing), reason=reason)
        if row.state != RoundState.COMPLETED:
            await round_ended(call, await PlanGroup.get(id=row.plan_group_id))

    return await perform(call, ROUND, "void", id, version=version, check=check, act=act, reason=reason)
