"""The tables of reviews: rounds with candidacies, sittings, ballots."""

from domain.reviews.ballot_models import (
    BallotBox,
    BallotCredential,
    PartialDecryption,
    StoredBallot,
    VoterSlip,
)
from domain.reviews.candidacy_models import (
    Candidacy,
    CandidacyMaterial,
    CorrectionPoint,
    InHouseObjection,
    ReviewRound,
)
from domain.reviews.recusal_models import Recusal
from domain.reviews.sitting_models import (
    Attendance,
    PanelOpinion,
    PanelOpinionAuthor,
    Sitting,
    SittingTrustee,
)

__all__ = [
    "Attendance",
    "BallotBox",
    "BallotCredential",
    "Candidacy",
    "CandidacyMaterial",
    "CorrectionPoint",
    "InHouseObjection",
    "PanelOpinion",
    "PanelOpinionAuthor",
    "PartialDecryption",
    "Recusal",
    "ReviewRound",
    "Sitting",
    "SittingTrustee",
    "StoredBallot",
    "VoterSlip",
]
