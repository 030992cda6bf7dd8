"""Anybody checks a certificate by its number and its holder's name together (N-22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.certificates.models import Certificate
from domain.certificates.names import CertificateState
from domain.certificates.numbers import InvalidCertificateNumber, parse_number
from domain.core.identity import InvalidName, mask_name, normalise_name
from domain.core.titles import TitleLevel

#: Neither is ever stored, so that malformed input takes the same look-up as a well-formed one that is wrong.
NO_NUMBER = "-"
NO_NAME = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What the public learns of a certificate."""

    number: str
    holder_name_masked: str
    title: str
    series: str
    specialty: str
    level: TitleLevel
    unit_name: str
    issued_on: date
    state: CertificateState


async def certificate_status(number: str, holder_name: str) -> Status | None:
    """The certificate of this number *and* this holder, or None: a wrong number and a wrong name look the same.

    One statement by the unique index on the number; the name is compared in the database. On hold is said to the
    authorities only [D], so the public reads ISSUED.
    """
    rows = Certificate.filter(number=_number(number), holder_name=_name(holder_name)).limit(1)
    found = await rows.values_list(
        "number", "holder_name", "title", "series", "specialty", "level", "unit_name", "issued_on", "state"
    )
    return _status(*found[0]) if found else None


def _status(
    number: str,
    holder: str,
    title: str,
    series: str,
    specialty: str,
    level: TitleLevel,
    unit_name: str,
    issued_on: date,
    state: CertificateState,
) -> Status:
    shown = CertificateState.ISSUED if state == CertificateState.ON_HOLD else state
    return Status(number, mask_name(holder), title, series, specialty, level, unit_name, issued_on, shown)


def _number(text: str) -> str:
    try:
        return parse_number(text)
    except InvalidCertificateNumber:
        return NO_NUMBER


def _name(text: str) -> str:
    try:
        return normalise_name(text[:200])
    except InvalidName:
        return NO_NAME
