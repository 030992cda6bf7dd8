"""Rights that depend on more than whose row it is: from the filing on, on the team, holding a key."""

from __future__ import annotations

from domain.applications.models import ApplicationScopeItem, QualificationApplication
from domain.core.access import Guarded, visible
from domain.core.calls import Call
from domain.core.roles import Viewer
from domain.evaluations import commands as evaluating
from domain.evaluations.models import Evaluation, TeamMember
from domain.evaluations.names import TeamBody
from domain.evaluations.teams import Absence, Team
from domain.reviews.models import BallotBox, Sitting
from tests.access.world import World
from tests.stages.reviews import scheduled_sitting
from tests.stages.units import drafted, filed, new_unit, team


async def _counts(viewer: Viewer, *models: type[Guarded]) -> list[int]:
    return [await visible(model, viewer).count() for model in models]


async def test_the_industry_authority_sees_an_application_from_its_filing_on(database: str) -> None:
    draft, done = await new_unit(), await new_unit()
    await drafted(draft)
    await filed(done)
    seen = QualificationApplication, ApplicationScopeItem
    assert await _counts(draft.industry, *seen) == [0, 0]
    assert await _counts(draft.district, *seen) == [1, 3]
    assert await _counts(done.industry, *seen) == [1, 3]


async def test_a_body_that_is_not_on_the_team_sees_no_evaluation(database: str) -> None:
    stage = await new_unit()
    row = await filed(stage)
    whole = await team(stage)
    without = [each for each in whole.members if each.body != TeamBody.DISTRICT_BUREAU]
    given = Team(without, [Absence(TeamBody.DISTRICT_BUREAU, "另有公务。")])
    await evaluating.accept(Call(stage.municipal), row.id, row.version, given)
    assert await _counts(stage.district, Evaluation, TeamMember) == [0, 0]
    assert await _counts(stage.industry, Evaluation, TeamMember) == [1, 3]


async def test_the_supervising_department_sees_the_sittings_it_holds_a_key_for(world: World) -> None:
    """Its own unit's other sittings and their votes are none of its business."""
    assert await _counts(world.a.stage.supervisor, Sitting, BallotBox) == [0, 0]
    seated = await scheduled_sitting(n=1)
    stage = seated.rounded.stage
    assert await _counts(stage.supervisor, Sitting) == [0]
    trusted = await scheduled_sitting(n=1, trustees=[stage.supervisor.organisation_id])
    assert await _counts(trusted.rounded.stage.supervisor, Sitting) == [0]
    assert list(await visible(Sitting, stage.supervisor).values_list("id", flat=True)) == [trusted.sitting.id]
