"""Drafting, adopting, amending and cancelling annual plans, and what later stages tell a plan. Art. 9(3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from tortoise.expressions import F

from domain.core.access import visible
from domain.core.calls import Call
from domain.core.errors import NotFound, Refusal, RuleBroken, refuse
from domain.core.inputs import reason_refusal, text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin, cascade, perform
from domain.plans.content import PlanGiven, frozen, write_groups, write_sections
from domain.plans.lifecycle import PLAN, PlanFacts
from domain.plans.models import AnnualPlan, PlanComment, PlanGroup, PlanRevision
from domain.policy_documents.lifecycle import in_force
from domain.policy_documents.models import PolicySet
from domain.policy_documents.standing import right_refusal, unit_of

# Switch: how many years ahead a plan may be made; the Measures only say "before review work".
YEARS_AHEAD = 1


async def draft(call: Call, year: int, policy_set_id: UUID, content: PlanGiven) -> AnnualPlan:
    """Starts the unit's plan for a year, on documents in force.

    Raises:
        Refused: R-4.1 or J-7 (no right to review), R-9.6 (documents not in force, year past or taken).
    """

    async def make(facts: Facts) -> AnnualPlan:
        unit = await unit_of(call.viewer)
        documents = await visible(PolicySet, call.viewer).get_or_none(id=policy_set_id)
        refuse(
            right_refusal(unit.state),
            _documents_refusal(documents, facts),
            _year_refusal(year, facts),
            *content.refusals([]),
        )
        plan = AnnualPlan(unit=unit, year=year, policy_set_id=policy_set_id)
        write_sections(plan, content)
        return plan

    async def act(row: AnnualPlan, _facts: Facts) -> None:
        await write_groups(row.id, content.groups)

    return await begin(call, PLAN, "draft", make, act=act)


async def edit(call: Call, id: UUID, version: int, content: PlanGiven) -> AnnualPlan:
    """Replaces what a draft says. Groups whose round has started stay as they are (R-9.11)."""

    def check(_row: AnnualPlan, facts: PlanFacts) -> Iterator[Refusal | None]:
        return content.refusals(facts.groups)

    async def act(row: AnnualPlan, _facts: Facts) -> None:
        write_sections(row, content)
        await write_groups(row.id, content.groups)

    return await perform(call, PLAN, "edit", id, version=version, check=check, act=act)


async def adopt(call: Call, id: UUID, version: int) -> AnnualPlan:
    """The unit adopts its plan; no approval is asked for (R-9.8)."""

    async def act(row: AnnualPlan, facts: Facts) -> None:
        row.adopted_on = facts.today

    return await perform(call, PLAN, "adopt", id, version=version, act=act)


async def amend(
    call: Call,
    id: UUID,
    version: int,
    reason: str,
    group_ids: Sequence[UUID] = (),
    *,
    policy_set_id: UUID | None = None,
) -> AnnualPlan:
    """Opens a plan in force for a new revision; what it said is kept. It counts again once adopted.

    `group_ids` are the groups to be changed; `policy_set_id` rests the revision on a later version of the documents.

    Raises:
        Refused: S-10 (no reason), R-9.11 (a round of such a group has started), R-9.6 (documents not in force).
    """
    documents = await visible(PolicySet, call.viewer).get_or_none(id=policy_set_id) if policy_set_id else None

    def check(_row: AnnualPlan, facts: PlanFacts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)
        yield _documents_refusal(documents, facts) if policy_set_id else None
        yield from _amended_group_refusals(group_ids, facts)

    async def act(row: AnnualPlan, facts: PlanFacts) -> None:
        await PlanRevision.create(
            plan_id=row.id,
            revision=row.revision,
            reason=reason.strip(),
            content=frozen(row, facts.groups),
            created_at=facts.now,
        )
        row.revision += 1
        row.policy_set_id = policy_set_id or row.policy_set_id

    return await perform(call, PLAN, "amend", id, version=version, check=check, act=act, reason=reason)


async def comment(call: Call, id: UUID, version: int, text: str) -> AnnualPlan:
    """An authority comments on a plan in force (R-9.8)."""

    def check(_row: AnnualPlan, _facts: Facts) -> Iterator[Refusal | None]:
        yield text_refusal("text", text, 2000)

    async def act(row: AnnualPlan, facts: Facts) -> None:
        await PlanComment.create(
            plan_id=row.id, role=call.viewer.role, text=text.strip(), created_at=facts.now
        )

    return await perform(call, PLAN, "comment", id, version=version, check=check, act=act)


async def cancel(call: Call, id: UUID, version: int, reason: str) -> AnnualPlan:
    """Cancels a plan: the unit before any round has started, the municipal bureau at any time."""

    def check(_row: AnnualPlan, _facts: Facts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)

    async def act(row: AnnualPlan, _facts: Facts) -> None:
        row.cancelled_reason = reason.strip()

    return await perform(call, PLAN, "cancel", id, version=version, check=check, act=act, reason=reason)


async def complete(call: Call, id: UUID) -> AnnualPlan:
    """The worker's: the time of reviews is over and every round has ended."""
    return await perform(call, PLAN, "complete", id)


async def round_started(call: Call, group: PlanGroup) -> None:
    """Told by the stage of reviews, inside its own transaction: a round of this group starts."""

    async def act(_row: AnnualPlan, _facts: Facts) -> None:
        await PlanGroup.filter(id=group.id).update(rounds_started=F("rounds_started") + 1)

    await cascade(call, PLAN, "note_round_started", [group.plan_id], act=act)


async def round_ended(call: Call, group: PlanGroup) -> None:
    """Told by the stage of reviews, inside its own transaction: a round of this group has ended, however it did."""

    async def act(_row: AnnualPlan, _facts: Facts) -> None:
        await PlanGroup.filter(id=group.id).update(rounds_ended=F("rounds_ended") + 1)

    await cascade(call, PLAN, "note_round_ended", [group.plan_id], act=act)


def _documents_refusal(documents: PolicySet | None, facts: Facts) -> Refusal | None:
    if documents is None:
        return NotFound("policy_set")
    if in_force(documents, facts.today):
        return None
    text = "计划须依据已审定并施行的制度文件。", "A plan rests on approved documents that are in force."
    return RuleBroken("R-9.6", *text, field="policy_set")


def _year_refusal(year: int, facts: Facts) -> Refusal | None:
    this_year = facts.today.year
    if this_year <= year <= this_year + YEARS_AHEAD:
        return None
    zh = f"计划年度应为 {this_year} 至 {this_year + YEARS_AHEAD} 年。"
    en = f"A plan is made for {this_year} to {this_year + YEARS_AHEAD}."
    return RuleBroken("R-9.6", zh, en, field="year")


def _amended_group_refusals(group_ids: Sequence[UUID], facts: PlanFacts) -> Iterator[Refusal | None]:
    there = {group.id: group for group in facts.groups}
    for place, group_id in enumerate(group_ids):
        group = there.get(group_id)
        if group is None:
            yield NotFound(f"groups.{place}")
        elif group.rounds_started:
            zh, en = f"分组“{group.name}”的评审已经开始。", f"Reviews of {group.name} have started."
            yield RuleBroken("R-9.11", zh, en, field=f"groups.{place}")
