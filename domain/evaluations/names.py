"""The words of this stage."""

from enum import StrEnum


class EvaluationState(StrEnum):
    """Where an evaluation stands. | 评估状态"""

    UNDER_WAY = "UNDER_WAY"
    CONCLUDED = "CONCLUDED"
    RECOGNISED = "RECOGNISED"
    REFUSED = "REFUSED"


class TeamBody(StrEnum):
    """The bodies of which Art. 8(4) composes the team. | 评估组所代表机构"""

    MUNICIPAL_BUREAU = "MUNICIPAL_BUREAU"
    INDUSTRY_AUTHORITY = "INDUSTRY_AUTHORITY"
    DISTRICT_BUREAU = "DISTRICT_BUREAU"
    SERVICE_AGENCY = "SERVICE_AGENCY"


class EvaluationMethod(StrEnum):
    """The three methods of Art. 8(4). | 评估形式"""

    DOCUMENT_REVIEW = "DOCUMENT_REVIEW"
    SITE_VISIT = "SITE_VISIT"
    DISCUSSION = "DISCUSSION"


class EvaluationDimension(StrEnum):
    """The four dimensions of Art. 8(4). | 评估方面"""

    QUALIFICATION = "QUALIFICATION"
    SYSTEM_AND_STANDARDS = "SYSTEM_AND_STANDARDS"
    EXPERTS_AND_CAPACITY = "EXPERTS_AND_CAPACITY"
    SOCIAL_CONTRIBUTION = "SOCIAL_CONTRIBUTION"
