"""What the unit does: it applies, fills in, attaches, submits, files online, or withdraws (Art. 4, 7, 8(1), 8(3))."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from domain.applications.drafts import Draft, draft_refusals, own_files, store_draft
from domain.applications.facts import ApplicationFacts
from domain.applications.guards import chosen_route
from domain.applications.lifecycle import APPLICATION
from domain.applications.models import Attachment, QualificationApplication
from domain.applications.names import ApplicationRoute, AttachmentKind
from domain.applications.routes import receiver_of
from domain.core.calls import Call
from domain.core.errors import Invalid, Refusal, RuleBroken, refuse
from domain.core.identity import InvalidName, normalise_name
from domain.core.inputs import reason_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin, perform
from domain.units.commands import lock_profile, unlock_profile
from domain.units.models import Unit

Application = QualificationApplication
MAX_ATTACHMENTS = 100
#: What the legal representative commits to when the unit files online (Art. 8(3); Order 40, N-10).
COMMITMENT = (
    "本人作为法定代表人承诺：本次申报的全部材料真实、准确、完整；本单位将严格按照职称政策和获准的权限、"
    "范围开展职称自主评审，接受监督，并对申报和评审承担责任。"
)


async def create(call: Call) -> Application:
    """Starts an application of the viewer's own unit (Art. 4). Only one may be open at a time (S-14).

    Raises:
        Refused: S-21 where the viewer's organisation is not registered as a unit, S-14.
    """

    async def make(facts: Facts) -> Application:
        unit = await Unit.get_or_none(id=facts.viewer.organisation_id)
        if unit is None:
            zh, en = "请先登记单位信息。", "Register the unit first."
            refuse(RuleBroken("S-21", zh, en))
        return Application(unit_id=facts.viewer.organisation_id)

    return await begin(call, APPLICATION, "create", make)


async def edit(call: Call, id: UUID, version: int, draft: Draft) -> Application:
    """Fills in an application that is with the unit; what is None stays as it is (Art. 7).

    Raises:
        Refused: B-10 for a series or level that does not exist, R-7.3 for an expert listed twice or below senior
            level, R-7.6 for a relaxation without evidence or of a condition that cannot be relaxed, S-7, S-13.
    """
    files = await own_files(call.viewer, draft.evidence_ids())

    async def act(row: Application, _facts: Facts) -> None:
        await store_draft(row, draft)

    return await perform(
        call,
        APPLICATION,
        "edit",
        id,
        version=version,
        check=lambda _row, _facts: draft_refusals(draft, files),
        act=act,
    )


async def attach(call: Call, id: UUID, version: int, kind: AttachmentKind, file_id: UUID) -> Application:
    """Attaches a file that the unit handed in (Art. 7(5), 8(3)).

    Raises:
        Refused: S-21 for a file that is not the unit's, S-13 for one attached already, S-7 for too many.
    """
    files = await own_files(call.viewer, [file_id])
    held = await Attachment.filter(application_id=id).count()

    def check(_row: Application, _facts: Facts) -> Iterator[Refusal]:
        if file_id not in files:
            yield Invalid(
                "file", "请选择本单位上传的文件。", "Choose a file of your own unit.", rule_id="S-21"
            )
        if held >= MAX_ATTACHMENTS:
            zh, en = f"附件最多{MAX_ATTACHMENTS}个。", f"At most {MAX_ATTACHMENTS} attachments."
            yield Invalid("file", zh, en, rule_id="S-7")

    async def act(row: Application, _facts: Facts) -> None:
        await Attachment.create(application_id=row.id, kind=kind, file_id=file_id)

    return await perform(call, APPLICATION, "attach", id, version=version, check=check, act=act)


async def detach(call: Call, id: UUID, version: int, attachment_id: UUID) -> Application:
    """Removes an attachment while the application is open for it.

    Raises:
        Refused: S-21 where the application has no such attachment.
    """
    attached = await Attachment.exists(id=attachment_id, application_id=id)

    def check(_row: Application, _facts: Facts) -> Iterator[Refusal]:
        if not attached:
            yield Invalid("attachment", "申请中没有该附件。", "There is no such attachment.", rule_id="S-21")

    async def act(row: Application, _facts: Facts) -> None:
        await Attachment.filter(id=attachment_id, application_id=row.id).delete()

    return await perform(call, APPLICATION, "detach", id, version=version, check=check, act=act)


async def set_route(call: Call, id: UUID, version: int, route: ApplicationRoute, reason: str) -> Application:
    """The municipal bureau sets the route of a unit that Art. 8(1) does not name, with its reason (R-8.4).

    Raises:
        Refused: S-10 without a reason.
    """

    async def act(row: Application, _facts: Facts) -> None:
        row.route, row.route_reason = route, reason.strip()

    def check(_row: Application, _facts: Facts) -> Iterator[Refusal | None]:
        yield reason_refusal(reason)
        if len(reason) > 500:
            yield Invalid("reason", "理由最长500字。", "A reason has at most 500 characters.", rule_id="S-7")

    return await perform(
        call, APPLICATION, "set_route", id, version=version, check=check, act=act, reason=reason
    )


async def submit(call: Call, id: UUID, version: int) -> Application:
    """Submits to the body that the route leads to; route, receiver and the unit's figures are fixed now (Art. 8(1)).

    Raises:
        Refused: every condition of Art. 5 and 7 that neither holds nor is asked to be relaxed; R-8.1 to R-8.4.
    """

    async def act(row: Application, facts: ApplicationFacts) -> None:
        unit = facts.unit
        route = chosen_route(row, unit)
        assert route is not None, "guarded by route_is_known"
        row.route = route
        row.receiver_id = receiver_of(route, unit, facts.municipal_bureau_id)
        row.unit_category, row.unit_ownership = unit.category, unit.ownership
        row.total_staff_count, row.technical_staff_count = unit.total_staff_count, unit.technical_staff_count
        row.submitted_at, row.correction_due_at = facts.now, None
        await lock_profile(call, row.unit_id)

    return await perform(call, APPLICATION, "submit", id, version=version, act=act)


async def file_online(
    call: Call, id: UUID, version: int, representative_name: str, committed: bool
) -> Application:
    """Files a recommended application with the municipal bureau, on the legal representative's commitment (Art. 8(3)).

    Raises:
        Refused: R-8.7 without all attachments or without the commitment.
    """

    def check(_row: Application, _facts: Facts) -> Iterator[Refusal]:
        try:
            normalise_name(representative_name)
        except InvalidName as error:
            yield RuleBroken("R-8.7", error.zh, error.en, field="representativeName")
        if not committed:
            zh, en = "法定代表人须作出承诺。", "The legal representative must commit the unit."
            yield RuleBroken("R-8.7", zh, en, field="committed")

    async def act(row: Application, facts: Facts) -> None:
        row.representative_name = normalise_name(representative_name)
        row.commitment_text, row.filed_at = COMMITMENT, facts.now

    return await perform(call, APPLICATION, "file_online", id, version=version, check=check, act=act)


async def withdraw(call: Call, id: UUID, version: int) -> Application:
    """Withdraws an application that was not filed yet; another may be started then."""

    async def act(row: Application, _facts: Facts) -> None:
        await unlock_profile(call, row.unit_id)

    return await perform(call, APPLICATION, "withdraw", id, version=version, act=act)
