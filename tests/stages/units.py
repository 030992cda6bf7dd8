"""A unit and those around it, brought by domain commands to the step that a test starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.accounts.models import Organisation, OrganisationKind
from domain.applications import commands as applying
from domain.applications import receiver_commands as receiving
from domain.applications.drafts import Draft, ExpertLine, ScopeLine
from domain.applications.models import QualificationApplication
from domain.applications.names import AttachmentKind, QualificationCondition
from domain.applications.receiver_commands import Opinion
from domain.core import clock
from domain.core.calls import Call
from domain.core.roles import Role, Viewer
from domain.core.titles import TitleLevel
from domain.evaluations import commands as evaluating
from domain.evaluations.decisions import recognise
from domain.evaluations.models import Evaluation, TeamMember
from domain.evaluations.names import EvaluationDimension, EvaluationMethod, TeamBody
from domain.evaluations.teams import Member, Team
from domain.units import commands as units
from domain.units.models import Unit
from domain.units.names import Ownership, UnitCategory, UnitState
from domain.units.profiles import Profile
from domain.units.scopes import Scope
from tests.stages import people

#: Engineering at both senior levels and the level below: enough for any committee.
WHOLE_OF_ENGINEERING = (
    Scope("05", "", TitleLevel.SENIOR),
    Scope("05", "", TitleLevel.ASSOCIATE_SENIOR),
    Scope("05", "", TitleLevel.INTERMEDIATE),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A unit with its office and the officers of the bodies around it. `municipal` leads evaluations and decides on
    what others prepared; `municipal2` is another officer of the same bureau.
    """

    unit: Unit
    office: Viewer
    district: Viewer
    supervisor: Viewer
    industry: Viewer
    municipal: Viewer
    municipal2: Viewer
    agency: Organisation

    async def fresh(self) -> Stage:
        """The same stage with the unit as it is now."""
        return replace(self, unit=await Unit.get(id=self.unit.id))


async def new_unit(**profile: Any) -> Stage:
    """A candidate: an above-scale district enterprise with 800 of 1000 technical staff, unless the profile says else."""
    district = await people.organisation(OrganisationKind.DISTRICT_BUREAU)
    supervisor = await people.organisation(OrganisationKind.AUTHORITY)
    industry = await people.organisation(OrganisationKind.AUTHORITY)
    agency = await people.organisation(OrganisationKind.SERVICE_AGENCY)
    bureau = await people.municipal_bureau()
    municipal = await people.officer(Role.MUNICIPAL_BUREAU, bureau.id, "市局甲")
    given: dict[str, Any] = {
        "name": "北京示例科技有限公司",
        "credit_code": people.credit_code(),
        "category": UnitCategory.ABOVE_SCALE_ENTERPRISE,
        "above_scale": True,
        "ownership": Ownership.DISTRICT,
        "total_staff_count": 1000,
        "technical_staff_count": 800,
        "district_bureau_id": district.id,
        "supervising_department_id": supervisor.id,
        "industry_authority_id": industry.id,
    }
    unit = await units.register_unit(Call(municipal), Profile(**{**given, **profile}))
    return Stage(
        unit=unit,
        office=await people.officer(Role.UNIT, unit.id, "单位经办人"),
        district=await people.officer(Role.DISTRICT_BUREAU, unit.district_bureau_id, "区局经办人"),
        supervisor=await people.officer(Role.SUPERVISING_DEPARTMENT, supervisor.id, "主管部门经办人"),
        industry=await people.officer(Role.INDUSTRY_AUTHORITY, industry.id, "行业主管部门经办人"),
        municipal=municipal,
        municipal2=await people.officer(Role.MUNICIPAL_BUREAU, bureau.id, "市局乙"),
        agency=agency,
    )


def experts(how_many: int) -> list[ExpertLine]:
    """Senior experts of engineering, all different."""
    return [
        ExpertLine(
            f"专家{place}", people.identity_number(), "05", "", TitleLevel.SENIOR, "北京示例科技有限公司"
        )
        for place in range(how_many)
    ]


async def drafted(
    stage: Stage,
    scope: Sequence[Scope] = WHOLE_OF_ENGINEERING,
    draft: Draft | None = None,
    attachments: Sequence[AttachmentKind] = tuple(AttachmentKind),
) -> QualificationApplication:
    """An application that is ready to be submitted, or as the draft given says."""
    call = Call(stage.office)
    row = await applying.create(call)
    complete = Draft(
        four_centres_statement="服务国际科技创新中心建设。",
        team_statement="人才队伍逐年增长。",
        scope=[ScopeLine(*each, "在行业内具有重要影响力。") for each in scope],
        senior_experts=experts(11),
    )
    row = await applying.edit(call, row.id, row.version, draft or complete)
    for kind in attachments:
        file = await people.paper(stage.office)
        row = await applying.attach(call, row.id, row.version, kind, file.id)
    return row


async def submitted(stage: Stage, **draft: Any) -> QualificationApplication:
    row = await drafted(stage, **draft)
    return await applying.submit(Call(stage.office), row.id, row.version)


def receiver_of(stage: Stage, row: QualificationApplication) -> Viewer:
    """The officer of the body that the application's route leads to."""
    officers = (stage.supervisor, stage.district, stage.municipal2)
    return next(each for each in officers if each.organisation_id == row.receiver_id)


def opinions(*, unmet: Sequence[QualificationCondition] = ()) -> list[Opinion]:
    return [Opinion(each, each not in unmet, "经核实。") for each in QualificationCondition]


async def recommended(stage: Stage, **draft: Any) -> QualificationApplication:
    row = await submitted(stage, **draft)
    call = Call(receiver_of(stage, row))
    return await receiving.recommend(call, row.id, row.version, opinions(), "同意推荐。")


async def filed(stage: Stage, **draft: Any) -> QualificationApplication:
    row = await recommended(stage, **draft)
    return await applying.file_online(Call(stage.office), row.id, row.version, "王法人", True)


async def team(stage: Stage) -> Team:
    """The four bodies of Art. 8(4), led by `municipal`."""
    bodies = (
        (TeamBody.MUNICIPAL_BUREAU, stage.municipal),
        (TeamBody.INDUSTRY_AUTHORITY, stage.industry),
        (TeamBody.DISTRICT_BUREAU, stage.district),
    )
    members = [
        Member(
            body,
            viewer.organisation_id,
            viewer.name,
            await people.login_of(viewer),
            viewer is stage.municipal,
        )
        for body, viewer in bodies
        if viewer.organisation_id is not None
    ]
    return Team([*members, Member(TeamBody.SERVICE_AGENCY, stage.agency.id, "机构人员")], [])


async def evaluated(stage: Stage, application: QualificationApplication | None = None) -> Evaluation:
    """An evaluation that has just been opened."""
    row = application or await filed(stage)
    return await evaluating.accept(Call(stage.municipal), row.id, row.version, await team(stage))


async def examined(stage: Stage, evaluation: Evaluation | None = None) -> Evaluation:
    """An evaluation with an activity and all four findings, ready to be concluded."""
    row = evaluation or await evaluated(stage)
    call = Call(stage.municipal)
    members = await member_ids(row)
    row = await evaluating.record_activity(
        call, row.id, row.version, EvaluationMethod.SITE_VISIT, clock.today(), "实地考察。", members
    )
    for dimension in EvaluationDimension:
        row = await evaluating.record_finding(call, row.id, row.version, dimension, True, "达到要求。")
    return row


async def member_ids(row: Evaluation) -> list[Any]:
    return [each.id for each in await TeamMember.filter(evaluation_id=row.id).order_by("created_at", "id")]


async def concluded(stage: Stage, application: QualificationApplication | None = None) -> Evaluation:
    row = await examined(stage, await evaluated(stage, application))
    call = Call(stage.municipal)
    return await evaluating.conclude(call, row.id, row.version, "符合条件。", await member_ids(row))


async def recognised_unit(scope: Sequence[Scope] = WHOLE_OF_ENGINEERING, **profile: Any) -> Stage:
    """An active autonomous review unit with this scope and a dedicated office (Art. 8(5), 9(1))."""
    stage = await new_unit(**profile)
    application = await filed(stage, scope=scope)
    row = await concluded(stage, application)
    await recognise(Call(stage.municipal), row.id, row.version, scope, clock.today())
    unit = await Unit.get(id=stage.unit.id)
    assert unit.state is UnitState.ACTIVE
    await units.record_office(Call(stage.office), unit.id, unit.version, "职称工作办公室", clock.today(), 2)
    return await stage.fresh()
