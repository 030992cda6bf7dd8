"""The words of this stage: states, routes, conditions and kinds of documents."""

from enum import StrEnum


class ApplicationState(StrEnum):
    """Where an application stands. | 申请状态"""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    LAPSED = "LAPSED"
    DECLINED = "DECLINED"
    RECOMMENDED = "RECOMMENDED"
    FILED = "FILED"
    UNDER_EVALUATION = "UNDER_EVALUATION"
    EVALUATED = "EVALUATED"
    RECOGNISED = "RECOGNISED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


ENDED = frozenset(
    {
        ApplicationState.LAPSED,
        ApplicationState.DECLINED,
        ApplicationState.RECOGNISED,
        ApplicationState.REFUSED,
        ApplicationState.WITHDRAWN,
    }
)
FROM_FILING_ON = frozenset(
    {
        ApplicationState.FILED,
        ApplicationState.UNDER_EVALUATION,
        ApplicationState.EVALUATED,
        ApplicationState.RECOGNISED,
        ApplicationState.REFUSED,
    }
)


class ApplicationRoute(StrEnum):
    """To whom the application goes (Art. 8(1)). OTHER is set by the municipal bureau, with its reason. | 申请途径"""

    MUNICIPAL_OWNED = "MUNICIPAL_OWNED"
    DISTRICT_OR_NON_PUBLIC = "DISTRICT_OR_NON_PUBLIC"
    NEW_RD = "NEW_RD"
    OTHER = "OTHER"


class QualificationCondition(StrEnum):
    """The conditions of Art. 5 and 7. Art. 7(6) is not one of them: it relaxes others. | 申请条件"""

    CATEGORY = "CATEGORY"
    LEGAL_PERSON = "LEGAL_PERSON"
    TECHNICAL_TEAM = "TECHNICAL_TEAM"
    SENIOR_EXPERTS = "SENIOR_EXPERTS"
    INFLUENCE = "INFLUENCE"
    POLICY_DOCUMENTS = "POLICY_DOCUMENTS"
    FOUR_CENTRES = "FOUR_CENTRES"


class AttachmentKind(StrEnum):
    """What a document is. | 附件类别"""

    LEGAL_PERSON_CERTIFICATE = "LEGAL_PERSON_CERTIFICATE"
    ABOVE_SCALE_PROOF = "ABOVE_SCALE_PROOF"
    STAFF_STATISTICS = "STAFF_STATISTICS"
    WORK_PLAN = "WORK_PLAN"
    CRITERIA = "CRITERIA"
    INFLUENCE_EVIDENCE = "INFLUENCE_EVIDENCE"
    COMMITMENT_LETTER = "COMMITMENT_LETTER"
    OTHER = "OTHER"
