"""Parts that a smooth course does not make, written directly: what matters here is only who reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.applications.models import ConditionRelaxation, CorrectionItem, QualificationApplication
from domain.applications.names import QualificationCondition
from domain.certificates.models import Certificate
from domain.core import clock
from domain.core.ledger import OutboxEvent
from domain.core.roles import Role
from domain.evaluations.models import AbsentBody, Evaluation
from domain.evaluations.names import TeamBody
from domain.notifications.models import RelayTrouble
from domain.notifications.telling import tell
from domain.plans.models import AnnualPlan, PlanComment, PlanRevision
from domain.policy_documents.models import PolicyOpinion, PolicyReturn, PolicySet
from domain.reviews.models import CandidacyMaterial, CorrectionPoint, InHouseObjection
from domain.reviews.states import MaterialKind
from domain.units.models import IntegrityRecord, RosterImport
from domain.units.names import IntegrityBasis
from tests.stages import people
from tests.stages.results import Posted
from tests.stages.reviews import Seated
from tests.stages.units import Stage


async def add_parts(stage: Stage, seated: Seated, posted: Posted) -> None:
    """At least one row of every part of this unit's objects, and the messages of all that happened to it."""
    paper = await people.paper(stage.office)
    await _of_application(stage, paper.id)
    await _of_documents(stage)
    await _of_candidates(stage, seated, paper.id)
    for viewer in (stage.district, stage.industry, stage.supervisor, *seated.bench.viewers[:1]):
        await people.paper(viewer)
    certificate = await people.paper(stage.municipal, "证书.pdf")
    await Certificate.filter(unit_id=stage.unit.id).update(document_id=certificate.id)
    events = await OutboxEvent.filter(unit_id=stage.unit.id).order_by("seq")
    await tell(events)
    await RelayTrouble.create(event_seq=events[0].seq, error="对方拒绝连接。")


async def _of_application(stage: Stage, file_id: Any) -> None:
    application = await QualificationApplication.get(unit_id=stage.unit.id)
    evaluation = await Evaluation.get(unit_id=stage.unit.id)
    await CorrectionItem.create(application_id=application.id, round=1, place=0, text="请补充说明。")
    await ConditionRelaxation.create(
        application_id=application.id,
        condition=QualificationCondition.TECHNICAL_TEAM,
        justification="符合首都产业方向。",
        evidence_id=file_id,
    )
    await AbsentBody.create(evaluation_id=evaluation.id, body=TeamBody.SERVICE_AGENCY, reason="公务。")


async def _of_documents(stage: Stage) -> None:
    version, plan = await PolicySet.get(unit_id=stage.unit.id), await AnnualPlan.get(unit_id=stage.unit.id)
    await PolicyOpinion.create(policy_set_id=version.id, text="建议细化答辩规则。")
    await PolicyReturn.create(policy_set_id=version.id, reason="请完善。", content_hash="0" * 64, cycle={})
    await PlanRevision.create(plan_id=plan.id, revision=1, reason="时间调整。", content={})
    await PlanComment.create(plan_id=plan.id, role=Role.MUNICIPAL_BUREAU, text="请按时报送。")


async def _of_candidates(stage: Stage, seated: Seated, file_id: Any) -> None:
    for candidate in seated.candidates:
        await CandidacyMaterial.create(
            candidacy_id=candidate.id, kind=MaterialKind.ACHIEVEMENT, title="业绩", file_id=file_id
        )
        await CorrectionPoint.create(candidacy_id=candidate.id, item="业绩", reason="请补充。")
        await InHouseObjection.create(candidacy_id=candidate.id, content="业绩存疑。", answer="已核实。")
    today = clock.today()
    await IntegrityRecord.create(
        person_id=seated.candidates[2].person_id,
        unit_id=stage.unit.id,
        basis=IntegrityBasis.FRAUD,
        decision="京人社决〔2026〕9号",
        from_on=date(today.year - 1, 1, 1),
        until_on=date(today.year + 2, 12, 31),
    )
    await RosterImport.create(
        unit_id=stage.unit.id,
        file_id=file_id,
        sha256="0" * 64,
        rows=1,
        added=1,
        changed=0,
        unchanged=0,
        imported_at=clock.now(),
    )
