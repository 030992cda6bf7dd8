"""The four lifecycles of reviews, where every stage has its own: rounds, candidacies, sittings, ballot boxes."""

from domain.reviews.box_lifecycle import BALLOT_BOX
from domain.reviews.candidacy_lifecycle import CANDIDACY
from domain.reviews.round_lifecycle import ROUND
from domain.reviews.sitting_lifecycle import SITTING

__all__ = ["BALLOT_BOX", "CANDIDACY", "ROUND", "SITTING"]
