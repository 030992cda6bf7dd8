"""Filing a lead: by anybody, named or anonymous, during the publicity or after it; or the candidate's own objection."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from tortoise.transactions import in_transaction

from domain.core.access import visible
from domain.core.calls import Call, earlier_result, remember
from domain.core.errors import NotFound, Refusal, Refused, RuleBroken, refuse
from domain.core.inputs import text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import begin
from domain.core.roles import Role, Viewer
from domain.core.sealing import sealing_context
from domain.core.secrets import sealer
from domain.publicity.lead_lifecycle import LEAD
from domain.publicity.models import Lead, Publicity, PublicityEntry
from domain.publicity.names import LeadKind, LeadSource, PublicityState
from domain.publicity.notice_models import SHOWN
from domain.results.models import Result

MAX_CONTENT, MAX_FACTS, MAX_REPORTER = 5_000, 5_000, 120
_RECEIPT_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RECEIPT_SYMBOLS = 12
_FILE = LEAD.event_name("file")


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports. `entry_id` is a line of a notice; `result_id` the own result of who objects."""

    kind: LeadKind
    content: str
    checkable_facts: str = ""
    anonymous: bool = False
    reporter_name: str = ""
    reporter_contact: str = ""
    entry_id: UUID | None = None
    result_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Subject:
    """What it is about: a result, and the notice that shows (or, for who failed, would show) it."""

    result: Result
    publicity: Publicity


async def file_lead(call: Call, report: Report) -> Lead:
    """Takes a lead or an objection and gives it a receipt number. It holds nobody back until it is admitted.

    Raises:
        Refused: NotFound for a line or result the viewer does not see, N-20 for an objection about somebody else,
            R-9.14 for an anonymous lead without checkable facts, S-5 and S-7 for texts.
    """
    async with in_transaction() as db:
        # The public has no jurisdiction over leads, so a repeated call is answered here: who has the key and the same
        # input has filed it.
        if earlier := await earlier_result(call, _FILE, db):
            return await Lead.get(id=earlier)
        subject = await _subject(call.viewer, report)

        async def make(facts: Facts) -> Lead:
            refuse(*report_refusals(report, call.viewer))
            return _lead(report, subject, call.viewer, facts)

        lead = await begin(replace(call, key=None), LEAD, "file", make)
        await remember(call, lead.id, db)
        return lead


def report_refusals(report: Report, viewer: Viewer) -> Iterator[Refusal | None]:
    """Everything that is wrong with a report."""
    yield text_refusal("content", report.content, MAX_CONTENT)
    yield text_refusal("checkableFacts", report.checkable_facts, MAX_FACTS, required=False)
    if report.kind is LeadKind.OBJECTION:
        yield _objection_refusal(report, viewer)
    elif report.anonymous:
        yield _checkable(report)
    else:
        yield text_refusal("reporterName", report.reporter_name, MAX_REPORTER)
        yield text_refusal("reporterContact", report.reporter_contact, MAX_REPORTER)


def _checkable(report: Report) -> Refusal | None:
    """D8: an anonymous lead is taken only with facts that can be checked."""
    if report.checkable_facts.strip():
        return None
    zh = "匿名反映须提供可查证的事实（时间、地点、材料等）。"
    en = "An anonymous lead needs facts that can be checked: when, where, which document."
    return RuleBroken("R-9.14", zh, en, field="checkableFacts")


def _objection_refusal(report: Report, viewer: Viewer) -> Refusal | None:
    """N-20: the person objects to the own result; about another's, anybody files a lead."""
    if viewer.role is Role.APPLICANT and report.result_id is not None and not report.anonymous:
        return None
    zh = "异议由申报人对本人结果实名提出，反映他人问题请提交线索。"
    en = "An objection is made by name, by the person whom the result concerns; about others, file a lead."
    return RuleBroken("N-20", zh, en, field="kind")


async def _subject(viewer: Viewer, report: Report) -> _Subject:
    result = await _result(viewer, report)
    if result is None:
        raise Refused([NotFound("result" if report.result_id else "entry")])
    shown = Publicity.filter(package_id=result.package_id, state__in=SHOWN)
    publicity = await shown.first()
    if publicity is None:
        raise Refused([NotFound("result" if report.result_id else "entry")])
    return _Subject(result, publicity)


async def _result(viewer: Viewer, report: Report) -> Result | None:
    if report.result_id is not None:
        return await visible(Result, viewer).get_or_none(id=report.result_id, person_id=viewer.person_id)
    entry = PublicityEntry.filter(id=report.entry_id, publicity__state__in=SHOWN)
    found = await entry.select_related("result").first()
    return found.result if found else None


def _lead(report: Report, subject: _Subject, viewer: Viewer, facts: Facts) -> Lead:
    running = subject.publicity.state == PublicityState.OPEN and facts.now < subject.publicity.ends_at
    objects = report.kind is LeadKind.OBJECTION
    lead = Lead(
        id=uuid4(),
        publicity_id=subject.publicity.id,
        candidacy_id=subject.result.candidacy_id,
        unit_id=subject.result.unit_id,
        kind=report.kind,
        source=LeadSource.DURING_PUBLICITY if running else LeadSource.AFTER_PUBLICITY,
        receipt_number=new_receipt(facts.today.year),
        content=report.content.strip(),
        checkable_facts=report.checkable_facts.strip(),
        anonymous=report.anonymous,
        reporter_person_id=viewer.person_id if objects else None,
    )
    if not report.anonymous:
        lead.reporter_sealed = _sealed(lead.id, report, viewer)
    return lead


def _sealed(id: UUID, report: Report, viewer: Viewer) -> bytes:
    reporter = {
        "name": report.reporter_name.strip() or viewer.name,
        "contact": report.reporter_contact.strip(),
    }
    text = json.dumps(reporter, ensure_ascii=False)
    return sealer().seal(text, sealing_context("leads", "reporter_sealed", id))


def new_receipt(year: int) -> str:
    """A receipt number that nobody finds by counting: sixty random bits."""
    symbols = "".join(secrets.choice(_RECEIPT_ALPHABET) for _ in range(_RECEIPT_SYMBOLS))
    return f"XS{year}-{symbols[:6]}-{symbols[6:]}"
