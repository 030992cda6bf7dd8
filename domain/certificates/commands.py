"""What becomes of a certificate: corrected, held, released, revoked. `issuing` makes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from tortoise.transactions import in_transaction

from domain.certificates.lifecycle import CERTIFICATE
from domain.certificates.models import Certificate
from domain.certificates.numbers import new_number
from domain.core.calls import BY_SYSTEM, Call
from domain.core.errors import Invalid, Refusal, RuleBroken
from domain.core.identity import InvalidName, normalise_name
from domain.core.inputs import reason_refusal, text_refusal
from domain.core.lifecycle import Facts
from domain.core.perform import Act, begin, perform
from domain.publicity.effects import INTEGRITY_YEARS, years_after
from domain.results.models import Result
from domain.results.names import ResultStanding
from domain.units.models import IntegrityRecord
from domain.units.names import IntegrityBasis

MAX_TITLE, MAX_SPECIALTY, MAX_DECISION = 40, 80, 60


@dataclass(frozen=True, slots=True)
class Correction:
    """What a clerical error has to become; None leaves it. `reason` names the error and its evidence."""

    reason: str
    holder_name: str | None = None
    title: str | None = None
    specialty: str | None = None


async def correct(call: Call, id: UUID, version: int, correction: Correction) -> Certificate:
    """Replaces a certificate with a clerical error by a new one; the old one is SUPERSEDED and names its successor.

    Returns the new certificate.

    Raises:
        Refused: S-10 without a reason, S-5 and S-7 for values, S-13 where nothing would change.
    """

    async def act(old: Certificate, facts: Facts) -> None:
        old.successor_number = new_number(facts.today.year)
        old.correction_reason = correction.reason.strip()

    async with in_transaction():
        old = await perform(
            call,
            CERTIFICATE,
            "correct",
            id,
            version=version,
            check=lambda old, _facts: correction_refusals(old, correction),
            act=act,
            reason=correction.reason,
        )
        # A repeated call finds what the first one made.
        made = await Certificate.get_or_none(predecessor_id=old.id)
        return made or await begin(
            replace(call, viewer=BY_SYSTEM.viewer, key=None),
            CERTIFICATE,
            "reissue",
            lambda facts: _corrected(old, correction, facts),
        )


async def hold(call: Call, id: UUID, version: int, reason: str) -> Certificate:
    """Puts a certificate on hold while a case about it is open; the public still sees it as issued.

    Raises:
        Refused: S-10 without a reason.
    """

    async def act(certificate: Certificate, _facts: Facts) -> None:
        certificate.hold_reason = reason.strip()

    return await _with_reason(call, "hold", id, version, reason, act)


async def release(call: Call, id: UUID, version: int, reason: str) -> Certificate:
    """Ends a hold.

    Raises:
        Refused: S-10 without a reason.
    """

    async def act(certificate: Certificate, _facts: Facts) -> None:
        certificate.hold_reason = ""

    return await _with_reason(call, "release", id, version, reason, act)


async def revoke(
    call: Call, id: UUID, version: int, decision_number: str, basis: str, *, fraud: bool = False
) -> Certificate:
    """Revokes a certificate by a numbered decision on a legal basis; fraud goes into the integrity archive (N-24).

    Raises:
        Refused: the decision's number or its basis is missing.
    """

    def check(_certificate: Certificate, _facts: Facts) -> Iterator[Refusal | None]:
        yield text_refusal("decisionNumber", decision_number, MAX_DECISION)
        yield reason_refusal(basis, field="basis")

    async def act(certificate: Certificate, facts: Facts) -> None:
        certificate.revocation_number = decision_number.strip()
        certificate.revocation_basis = basis.strip()
        certificate.revoked_on = facts.today
        await Result.filter(id=certificate.result_id).update(standing=ResultStanding.REVOKED)
        if fraud:
            await _record_fraud(certificate, facts)

    return await perform(call, CERTIFICATE, "revoke", id, version=version, check=check, act=act, reason=basis)


def correction_refusals(old: Certificate, correction: Correction) -> Iterator[Refusal | None]:
    """Everything that is wrong with a correction."""
    yield reason_refusal(correction.reason)
    yield _name_refusal(correction.holder_name)
    if correction.title is not None:
        yield text_refusal("title", correction.title, MAX_TITLE)
    if correction.specialty is not None:
        yield text_refusal("specialty", correction.specialty, MAX_SPECIALTY)
    wanted = {
        "holder_name": correction.holder_name,
        "title": correction.title,
        "specialty": correction.specialty,
    }
    if all(value is None or value.strip() == getattr(old, name) for name, value in wanted.items()):
        yield RuleBroken("S-13", "没有需要更正的内容。", "Nothing would change.", field="holderName")


def _name_refusal(name: str | None) -> Refusal | None:
    try:
        normalise_name(name if name is not None else "某")
    except InvalidName as fault:
        return Invalid("holderName", f"{fault.zh}。", fault.en)
    return None


async def _corrected(old: Certificate, correction: Correction, facts: Facts) -> Certificate:
    assert old.successor_number is not None  # `correct` has just written it
    return Certificate(
        candidacy_id=old.candidacy_id,
        result_id=old.result_id,
        unit_id=old.unit_id,
        person_id=old.person_id,
        number=old.successor_number,
        holder_name=normalise_name(correction.holder_name or old.holder_name),
        year=old.year,
        series=old.series,
        specialty=old.specialty if correction.specialty is None else correction.specialty.strip(),
        level=old.level,
        title=old.title if correction.title is None else correction.title.strip(),
        committee_name=old.committee_name,
        unit_name=old.unit_name,
        passed_on=old.passed_on,
        issued_on=facts.today,
        batch_id=old.batch_id,
        predecessor_id=old.id,
    )


async def _with_reason(call: Call, event: str, id: UUID, version: int, reason: str, act: Act) -> Certificate:
    return await perform(
        call,
        CERTIFICATE,
        event,
        id,
        version=version,
        check=lambda _certificate, _facts: [reason_refusal(reason)],
        act=act,
        reason=reason,
    )


async def _record_fraud(certificate: Certificate, facts: Facts) -> None:
    await IntegrityRecord.create(
        person_id=certificate.person_id,
        unit_id=certificate.unit_id,
        basis=IntegrityBasis.FRAUD,
        decision=certificate.revocation_number,
        from_on=facts.today,
        until_on=years_after(facts.today, INTEGRITY_YEARS),
    )
