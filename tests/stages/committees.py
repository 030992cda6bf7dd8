"""Documents in force, a plan adopted, experts in the pool, a committee on file: each made by domain commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from domain.accounts.models import Person
from domain.committees import commands as committees
from domain.committees import filing
from domain.committees.composition import FLOORS, Seat
from domain.committees.models import Committee, CommitteeBasis, CommitteeRole
from domain.core import clock
from domain.core.calls import Call
from domain.core.roles import Role, Viewer
from domain.core.titles import CommitteeLevel, TitleLevel
from domain.experts import commands as pool
from domain.experts.models import Expert
from domain.experts.nominations import Nomination
from domain.plans import commands as plans
from domain.plans.content import GroupGiven, PlanGiven
from domain.plans.models import AnnualPlan
from domain.policy_documents import approval
from domain.policy_documents import commands as policy
from domain.policy_documents.approval import CheckGiven
from domain.policy_documents.commands import DecisionGiven
from domain.policy_documents.documents import DocumentGiven
from domain.policy_documents.models import ComplianceItem, PolicyDocumentKind, PolicySet
from tests.stages import people
from tests.stages.units import Stage

SERIES, SPECIALTY = "05", "计算机应用"
#: Longer than any five working days with a golden week in between.
PUBLICITY = timedelta(days=20)


def beijing(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment by the clock in Beijing."""
    return datetime(year, month, day, hour, minute, second, tzinfo=clock.BEIJING)


@contextmanager
def earlier(by: timedelta) -> Iterator[None]:
    """Runs a block at an earlier time, so that periods have passed when it ends."""
    before = clock.offset()
    clock.move_to(before - by)
    try:
        yield
    finally:
        clock.move_to(before)


async def documents(stage: Stage, *kinds: PolicyDocumentKind) -> list[DocumentGiven]:
    """One document of each kind, with its file; a work plan and criteria unless kinds are given."""
    wanted = kinds or (PolicyDocumentKind.WORK_PLAN, PolicyDocumentKind.CRITERIA)
    return [
        DocumentGiven(kind, f"文件{place}", (await people.paper(stage.office)).id)
        for place, kind in enumerate(wanted, start=1)
    ]


async def decision(stage: Stage, **changes: Any) -> DecisionGiven:
    """A decision that passed today with nine of eleven."""
    minutes = await people.paper(stage.office, "会议纪要.pdf")
    passed = DecisionGiven("党委会", clock.today(), 9, 11, True, minutes.id)
    return replace(passed, **changes)


async def drafted_policy(stage: Stage) -> PolicySet:
    """A draft with both documents."""
    return await policy.draft(Call(stage.office), "评审制度文件", await documents(stage))


async def decided_policy(stage: Stage) -> PolicySet:
    """A version on which the unit has decided today."""
    row = await drafted_policy(stage)
    return await policy.record_collective_decision(
        Call(stage.office), row.id, row.version, await decision(stage)
    )


async def submitted_policy(stage: Stage) -> PolicySet:
    """A version that was publicised for five working days and waits for the municipal bureau."""
    call = Call(stage.office)
    with earlier(PUBLICITY):
        row = await decided_policy(stage)
        row = await policy.open_publicity(call, row.id, row.version, "单位内网")
    row = await policy.close_publicity(call, row.id, row.version)
    return await policy.submit_for_approval(call, row.id, row.version)


def checklist(*, unmet: Sequence[ComplianceItem] = ()) -> list[CheckGiven]:
    return [CheckGiven(item, item not in unmet) for item in ComplianceItem]


async def in_force_policy(stage: Stage) -> PolicySet:
    """A version in force since today."""
    row = await submitted_policy(stage)
    return await approval.approve(
        Call(stage.municipal), row.id, row.version, "京人社审〔2026〕1号", checklist()
    )


def group(**changes: Any) -> GroupGiven:
    """Computing at associate senior level, from today to the end of the year, for eleven experts."""
    today = clock.today()
    window = today, date(today.year, 12, 31)
    return replace(
        GroupGiven("计算机组", SERIES, SPECIALTY, TitleLevel.ASSOCIATE_SENIOR, *window, expert_count=11),
        **changes,
    )


def content(groups: Sequence[GroupGiven] | None = None, **changes: Any) -> PlanGiven:
    """All five sections, for the rest of the year."""
    today = clock.today()
    complete = PlanGiven(
        review_from=today,
        review_until=date(today.year, 12, 31),
        procedure="申报、审核、内部公示、评审、验收、公示。",
        experts="从本单位专家库随机抽取 11 名专家。",
        indicators="创新能力、质量、实效、贡献。",
        groups=[group()] if groups is None else groups,
    )
    return replace(complete, **changes)


async def drafted_plan(stage: Stage, groups: Sequence[GroupGiven] | None = None) -> AnnualPlan:
    """This year's plan as a draft, on documents put in force for it."""
    version = await in_force_policy(stage)
    return await plans.draft(Call(stage.office), clock.today().year, version.id, content(groups))


async def active_plan(stage: Stage, groups: Sequence[GroupGiven] | None = None) -> AnnualPlan:
    """This year's plan, adopted; it rests on `in_force_policy`."""
    row = await drafted_plan(stage, groups)
    return await plans.adopt(Call(stage.office), row.id, row.version)


def nomination(**changes: Any) -> dict[str, Any]:
    """What is said of an expert: a full senior of computing, for two years."""
    today = clock.today()
    particulars = {
        "name": "专家",
        "series": SERIES,
        "specialty": SPECIALTY,
        "title_level": TitleLevel.SENIOR,
        "title_name": "正高级工程师",
        "title_obtained_on": date(2015, 6, 30),
        "employer_name": "北京示例科技有限公司",
        "department": "研究院",
        "term_start": today - timedelta(days=30),
        "term_end": today + timedelta(days=700),
    }
    return {**particulars, **changes}


async def nominated_expert(stage: Stage, **changes: Any) -> Expert:
    given = Nomination(**nomination(**changes))
    return await pool.nominate(Call(stage.office), people.identity_number(), given)


async def active_expert(stage: Stage, **changes: Any) -> Expert:
    row = await nominated_expert(stage, **changes)
    return await pool.activate(Call(stage.municipal), row.id, row.version)


async def expert_viewer(expert: Expert) -> Viewer:
    """The expert's own account."""
    person = await Person.get(id=expert.person_id)
    return await people.officer(Role.EXPERT, expert.unit_id, expert.name, person)


@dataclass(frozen=True, slots=True)
class Bench:
    """A committee with its experts, and their accounts, in the same order: the chair first, then the vice chair."""

    committee: Committee
    experts: list[Expert]
    viewers: list[Viewer]

    @property
    def chair(self) -> Viewer:
        return self.viewers[0]


def seats(experts: Sequence[Expert]) -> list[Seat]:
    """The first is chair, the second vice chair."""
    offices = {0: CommitteeRole.CHAIR, 1: CommitteeRole.VICE_CHAIR}
    return [Seat(each.id, offices.get(place, CommitteeRole.MEMBER)) for place, each in enumerate(experts)]


async def forming_committee(
    stage: Stage,
    experts: Sequence[Expert] = (),
    *,
    basis: CommitteeBasis = CommitteeBasis.SPECIALTY,
    level: CommitteeLevel = CommitteeLevel.SENIOR,
) -> Committee:
    """A committee of computing (or of all engineering), with these members if there are any."""
    call, by_series = Call(stage.office), basis == CommitteeBasis.SERIES
    row = await committees.form(
        call,
        "工程系列评审委员会",
        level,
        by_series=SERIES if by_series else None,
        by_specialty=None if by_series else (SERIES, SPECIALTY),
    )
    if not experts:
        return row
    if len(experts) < FLOORS[level, basis]:
        row = await committees.adjust_floor(
            Call(stage.municipal), row.id, row.version, len(experts), "同意调整。", "京人社函〔2026〕2号"
        )
    return await committees.set_members(call, row.id, row.version, seats(experts))


async def filed_committee(
    stage: Stage,
    members: int = 11,
    *,
    basis: CommitteeBasis = CommitteeBasis.SPECIALTY,
    level: CommitteeLevel = CommitteeLevel.SENIOR,
) -> Bench:
    """A committee on file from today for a year; below the floor of its kind the bureau has adjusted it."""
    experts = [await active_expert(stage, name=f"专家{place}") for place in range(members)]
    row = await forming_committee(stage, experts, basis=basis, level=level)
    row = await filing.submit_filing(Call(stage.office), row.id, row.version)
    number, last = f"备〔2026〕{uuid4().hex[:12]}", clock.today() + timedelta(days=364)
    row = await filing.file(Call(stage.municipal), row.id, row.version, number, last)
    return Bench(row, experts, [await expert_viewer(each) for each in experts])
