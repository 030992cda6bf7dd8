"""The words of this stage: what a unit is, to whom it belongs, and how somebody is employed there."""

from enum import StrEnum


class UnitState(StrEnum):
    """Whether a unit may hold reviews. Only the municipal bureau moves it out of CANDIDATE (Art. 4). | 单位状态"""

    CANDIDATE = "CANDIDATE"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    WITHDRAWN = "WITHDRAWN"


class UnitCategory(StrEnum):
    """The kinds of units of Art. 5. OTHER stands for its closing 等: only the municipal bureau admits one. | 单位类别"""

    ABOVE_SCALE_ENTERPRISE = "ABOVE_SCALE_ENTERPRISE"
    PUBLIC_INSTITUTION = "PUBLIC_INSTITUTION"
    NEW_RD_INSTITUTION = "NEW_RD_INSTITUTION"
    OTHER = "OTHER"


class Ownership(StrEnum):
    """To whom a unit belongs (隶属关系): with the category it decides the route of Art. 8(1). | 隶属关系"""

    MUNICIPAL = "MUNICIPAL"
    DISTRICT = "DISTRICT"
    NON_PUBLIC = "NON_PUBLIC"
    CENTRAL = "CENTRAL"


class PostType(StrEnum):
    """What kind of post somebody holds; only technical personnel may apply for a review (Art. 6). | 岗位类别"""

    PROFESSIONAL_TECHNICAL = "PROFESSIONAL_TECHNICAL"
    MANAGEMENT = "MANAGEMENT"
    WORKER = "WORKER"
    CIVIL_SERVANT = "CIVIL_SERVANT"


class RelationKind(StrEnum):
    """The relation with the unit. A dispatched worker's labour relation is with the agency (Art. 6). | 劳动人事关系"""

    LABOUR_CONTRACT = "LABOUR_CONTRACT"
    PERSONNEL_APPOINTMENT = "PERSONNEL_APPOINTMENT"
    DISPATCHED = "DISPATCHED"


class IntegrityBasis(StrEnum):
    """Why a person stands in the integrity archive (Order 40, N-24; supervision rules, J-3). | 诚信档案记录事由"""

    FRAUD = "FRAUD"
    FALSE_COMMITMENT = "FALSE_COMMITMENT"
    EXPERT_MISCONDUCT = "EXPERT_MISCONDUCT"
    OTHER = "OTHER"
