"""The vocabulary of results: the states and kinds, before any logic."""

from __future__ import annotations

from enum import StrEnum


class ResultPackageState(StrEnum):
    """Where the acceptance of a round's results stands (验收状态). Art. 9(6)."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    ACCEPTED = "ACCEPTED"
    PARTIALLY_ACCEPTED = "PARTIALLY_ACCEPTED"
    REFUSED = "REFUSED"


class ResultOutcome(StrEnum):
    """What became of one candidate of the round (评审结论); the last three were never put to the vote."""

    PASSED = "PASSED"
    NOT_PASSED = "NOT_PASSED"
    INELIGIBLE = "INELIGIBLE"
    ABANDONED = "ABANDONED"
    WITHDRAWN = "WITHDRAWN"


class ResultStanding(StrEnum):
    """How far a result has come on its way to the certificate (结果效力), for those who may not read the candidacy."""

    COMPILED = "COMPILED"
    ACCEPTED = "ACCEPTED"
    VOIDED = "VOIDED"
    ON_HOLD = "ON_HOLD"
    CONFIRMED = "CONFIRMED"
    NOT_RECOGNISED = "NOT_RECOGNISED"
    CERTIFIED = "CERTIFIED"
    REVOKED = "REVOKED"
