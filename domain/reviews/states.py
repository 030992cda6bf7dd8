"""The vocabulary of reviews: the states and kinds, before any logic."""

from __future__ import annotations

from enum import StrEnum


class RoundState(StrEnum):
    """OPEN takes candidacies; IN_REVIEW has a sitting; COMPLETED has been compiled into results (Art. 9(6)). | 评审批次的状态"""

    OPEN = "OPEN"
    IN_REVIEW = "IN_REVIEW"
    COMPLETED = "COMPLETED"
    VOIDED = "VOIDED"


class CandidacyState(StrEnum):
    """From the draft to the certificate. From ACCEPTED on, the later stages tell it what has become of the result. | 职称申报的状态"""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    ABANDONED = "ABANDONED"
    VERIFIED = "VERIFIED"
    INELIGIBLE = "INELIGIBLE"
    IN_INTERNAL_PUBLICITY = "IN_INTERNAL_PUBLICITY"
    ADMITTED = "ADMITTED"
    ASSIGNED = "ASSIGNED"
    PASSED = "PASSED"
    NOT_PASSED = "NOT_PASSED"
    ACCEPTED = "ACCEPTED"
    VOIDED = "VOIDED"
    ON_HOLD = "ON_HOLD"
    CONFIRMED = "CONFIRMED"
    NOT_RECOGNISED = "NOT_RECOGNISED"
    CERTIFIED = "CERTIFIED"
    WITHDRAWN = "WITHDRAWN"


class SittingState(StrEnum):
    """A meeting of the committee; what it decided holds once the presiding member has signed (N-16). | 评审会议的状态"""

    SCHEDULED = "SCHEDULED"
    IN_SESSION = "IN_SESSION"
    SIGNED = "SIGNED"
    ABORTED = "ABORTED"


class BallotBoxState(StrEnum):
    """CLOSED waits for the trustees' shares; TALLIED has its sums; they are shown once the sitting is SIGNED. | 投票箱的状态"""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    TALLIED = "TALLIED"
    SIGNED = "SIGNED"
    VOIDED = "VOIDED"


class ApplicationChannel(StrEnum):
    """Step by step through the levels, or the green channel for breakthroughs and those the rules relax (N-9). | 申报渠道"""

    NORMAL = "NORMAL"
    EXCEPTIONAL = "EXCEPTIONAL"


class MaterialKind(StrEnum):
    """What a document of the candidate shows. | 申报材料类别"""

    EDUCATION = "EDUCATION"
    PRESENT_TITLE = "PRESENT_TITLE"
    EMPLOYMENT = "EMPLOYMENT"
    ACHIEVEMENT = "ACHIEVEMENT"
    PUBLICATION = "PUBLICATION"
    EXCEPTIONAL_GROUND = "EXCEPTIONAL_GROUND"
    OTHER = "OTHER"


class RecusalGround(StrEnum):
    """Why an expert leaves one candidate's vote (N-18); the last three are found when the candidate is assigned. | 回避事由"""

    OWN_MOTION = "OWN_MOTION"
    BY_OFFICE = "BY_OFFICE"
    SAME_PERSON = "SAME_PERSON"
    DECLARED_TIE = "DECLARED_TIE"
    SAME_DEPARTMENT = "SAME_DEPARTMENT"
