"""How a sitting is prepared: scheduled, its candidates assigned, the keys of its trustees handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.accounts.models import Organisation, OrganisationKind
from domain.committees.models import Committee
from domain.core.calls import Call
from domain.core.errors import Invalid, NotFound, Refusal, RuleBroken, refuse
from domain.core.inputs import text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin, cascade, find, perform
from domain.plans.models import AnnualPlan, PlanGroup, PlanState
from domain.policy_documents.standing import right_refusal
from domain.reviews import keys, rounds
from domain.reviews.candidacy_lifecycle import CANDIDACY
from domain.reviews.conflicts import recuse_those_in_conflict
from domain.reviews.models import Candidacy, ReviewRound
from domain.reviews.round_lifecycle import RUNNING, committee_is_filed
from domain.reviews.sitting_facts import SittingFacts
from domain.reviews.sitting_lifecycle import SITTING
from domain.reviews.sitting_models import Sitting
from domain.units.models import Unit

MAX_CANDIDATES = 200
MAX_OUTSIDE_TRUSTEES = 5


@dataclass(frozen=True, slots=True)
class SittingGiven:
    """A sitting as the office schedules it. `trustees` are bodies outside the unit that will hold a key."""

    round_id: UUID
    name: str
    held_on: date
    place: str
    candidacies: tuple[UUID, ...] = ()
    trustees: tuple[UUID, ...] = ()

    def refusals(self) -> Iterator[Refusal | None]:
        yield text_refusal("name", self.name, 120)
        yield text_refusal("place", self.place, 200)
        if len(set(self.trustees)) != len(self.trustees) or len(self.trustees) > MAX_OUTSIDE_TRUSTEES:
            most = MAX_OUTSIDE_TRUSTEES
            text = f"外部密钥保管人至多{most}个且不重复。", f"At most {most} outside trustees, each once."
            yield Invalid("trustees", *text, rule_id="S-7")


async def schedule(call: Call, given: SittingGiven) -> Sitting:
    """Schedules a sitting of the round's committee and assigns admitted candidates to it.

    This system's share of the key is made here; each outside trustee hands in its own.

    Raises:
        Refused: R-4.1, J-7, R-9.6, R-9.10 (not filed or not valid that day), R-9.11 (outside the plan's window).
    """
    round = await find(ReviewRound, call.viewer, given.round_id, field="round")
    committee = await Committee.get(id=round.committee_id)
    against = [
        right_refusal((await Unit.get(id=round.unit_id)).state),
        await _plan_refusal(round, given.held_on),
        committee_is_filed(committee, given.held_on, "held_on"),
        *await _trustee_refusals(given.trustees),
    ]

    async def make(facts: Facts) -> Sitting:
        refuse(*against, _day_refusal(given.held_on, facts), _round_refusal(round), *given.refusals())
        # The round is locked before the sitting refers to it: two at once would each hold what the other waits for.
        await rounds.start_review(call, round.id)
        return Sitting(
            unit_id=round.unit_id,
            round_id=round.id,
            committee_id=committee.id,
            name=given.name.strip(),
            held_on=given.held_on,
            place=given.place.strip(),
            keys_ready=not given.trustees,
            server_key_only=not given.trustees,
        )

    async def act(row: Sitting, _facts: Facts) -> None:
        await keys.begin_ceremony(row, given.trustees)
        if given.candidacies:
            await _assign(call, row, given.candidacies)

    return await begin(call, SITTING, "schedule", make, act=act)


async def _plan_refusal(round: ReviewRound, day: date) -> Refusal | None:
    plan, group = await AnnualPlan.get(id=round.plan_id), await PlanGroup.get(id=round.plan_group_id)
    if plan.state != PlanState.ACTIVE:
        text = "年度计划当前不在执行中。", "The annual plan is not in force at present."
        return RuleBroken("R-9.6", *text, field="round")
    if not group.window_from <= day <= group.window_until:
        zh = f"会议日期须在计划的{group.window_from}至{group.window_until}之内。"
        en = f"The sitting lies inside the plan's {group.window_from} to {group.window_until}."
        return RuleBroken("R-9.11", zh, en, field="held_on")
    return None


def _day_refusal(day: date, facts: Facts) -> Refusal | None:
    if day >= facts.today:
        return None
    return Invalid(
        "held_on", "会议日期不得早于当日。", "A sitting is not scheduled in the past.", rule_id="S-12"
    )


def _round_refusal(round: ReviewRound) -> Refusal | None:
    if round.state in RUNNING:
        return None
    return RuleBroken("R-9.11", "该评审批次已结束。", "The round is over.", field="round")


#: Bodies that may hold a key: those that guide and supervise units (Art. 2), never the unit itself.
_MAY_HOLD_A_KEY = frozenset(
    {OrganisationKind.MUNICIPAL_BUREAU, OrganisationKind.DISTRICT_BUREAU, OrganisationKind.AUTHORITY}
)


async def _trustee_refusals(wanted: Sequence[UUID]) -> list[Refusal]:
    kinds = {each.id: each.kind for each in await Organisation.filter(id__in=list(wanted)).only("id", "kind")}
    return [
        NotFound(f"trustees.{place}")
        for place, id in enumerate(wanted)
        if kinds.get(id) not in _MAY_HOLD_A_KEY
    ]


async def assign(call: Call, id: UUID, version: int, candidacies: Sequence[UUID]) -> Sitting:
    """Assigns further admitted candidates of the round; experts in conflict are recused from them (N-18)."""

    async def act(row: Sitting, _facts: SittingFacts) -> None:
        await _assign(call, row, candidacies)

    return await perform(call, SITTING, "assign", id, version=version, act=act)


async def _assign(call: Call, sitting: Sitting, wanted: Sequence[UUID]) -> None:
    """Moves the candidates to ASSIGNED and recuses the members who are in conflict with one of them.

    Raises:
        Refused: NotFound (not a candidacy of this round), INVALID_TRANSITION (not ADMITTED), S-7.
    """
    if not 1 <= len(set(wanted)) <= MAX_CANDIDATES:
        text = f"一次分配 1 至 {MAX_CANDIDATES} 名申报人。", f"Assign 1 to {MAX_CANDIDATES} candidates."
        refuse(Invalid("candidacies", *text, rule_id="S-7"))
    known = {
        each.id for each in await Candidacy.filter(round_id=sitting.round_id, id__in=list(wanted)).only("id")
    }
    refuse(*(NotFound(f"candidacies.{place}") for place, each in enumerate(wanted) if each not in known))

    async def act(row: Candidacy, _facts: Facts) -> None:
        row.sitting_id = sitting.id

    assigned = await cascade(call, CANDIDACY, "assign", known, act=act)
    await recuse_those_in_conflict(sitting, assigned)


async def hand_in_key(call: Call, id: UUID, version: int, public_key: str) -> Sitting:
    """An outside trustee hands in its public key, with the proof that it knows the secret.

    Raises:
        Refused: N-14 (not a trustee, or handed in before), S-5 (no public key of the prescribed form).
    """

    def check(_row: Sitting, _facts: SittingFacts) -> Iterator[Refusal | None]:
        yield keys.public_key_refusal(public_key)

    async def act(row: Sitting, facts: SittingFacts) -> None:
        assert facts.viewer.organisation_id is not None
        await keys.take(row, facts.viewer.organisation_id, public_key)
        row.keys_ready = facts.keys_missing == 1

    return await perform(call, SITTING, "hand_in_key", id, version=version, check=check, act=act)
