"""The tables of publicity: notices with their lists, and leads with their re-checks."""

from domain.publicity.lead_models import Lead, RecheckOpinion
from domain.publicity.notice_models import Publicity, PublicityEntry

__all__ = ["Lead", "Publicity", "PublicityEntry", "RecheckOpinion"]
