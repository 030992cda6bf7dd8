"""The vocabulary of publicity and leads: the states and kinds, before any logic."""

from __future__ import annotations

from enum import StrEnum


class PublicityState(StrEnum):
    """Where a publicity stands (公示状态). Art. 9(7)."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    ANNULLED = "ANNULLED"


class LeadKind(StrEnum):
    """Somebody's lead about another person, or the candidate's own objection (线索或异议). Art. 9(7), N-20."""

    LEAD = "LEAD"
    OBJECTION = "OBJECTION"


class LeadSource(StrEnum):
    """How the lead came (线索来源): leads are legal after the publicity has ended too. Art. 12."""

    DURING_PUBLICITY = "DURING_PUBLICITY"
    AFTER_PUBLICITY = "AFTER_PUBLICITY"


class LeadState(StrEnum):
    """Where a lead stands (线索办理状态). Art. 9(7)."""

    RECEIVED = "RECEIVED"
    DISMISSED = "DISMISSED"
    ADMITTED = "ADMITTED"
    RECHECKING = "RECHECKING"
    UNFOUNDED = "UNFOUNDED"
    FOUNDED_NO_EFFECT = "FOUNDED_NO_EFFECT"
    FOUNDED_AFFECTS_RESULT = "FOUNDED_AFFECTS_RESULT"


class RecheckBody(StrEnum):
    """The three bodies that re-check a lead together (复查机构). Art. 9(7)."""

    MUNICIPAL_BUREAU = "MUNICIPAL_BUREAU"
    INDUSTRY_AUTHORITY = "INDUSTRY_AUTHORITY"
    DISTRICT_BUREAU = "DISTRICT_BUREAU"


class RecheckOutcome(StrEnum):
    """What the re-check found (复查结论): only the third voids a result. Art. 9(7)."""

    UNFOUNDED = "UNFOUNDED"
    FOUNDED_NO_EFFECT = "FOUNDED_NO_EFFECT"
    FOUNDED_AFFECTS_RESULT = "FOUNDED_AFFECTS_RESULT"
