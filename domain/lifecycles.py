"""Every lifecycle, in the order of the procedure: what the contract, the audience table and the generated tests walk."""

from __future__ import annotations

from typing import Any

from domain.applications.lifecycle import APPLICATION
from domain.certificates.lifecycle import CERTIFICATE
from domain.committees.lifecycle import COMMITTEE
from domain.core.lifecycle import Lifecycle
from domain.evaluations.lifecycle import EVALUATION
from domain.experts.lifecycle import EXPERT
from domain.plans.lifecycle import PLAN
from domain.policy_documents.lifecycle import POLICY_SET
from domain.publicity.lifecycle import LEAD, PUBLICITY
from domain.results.lifecycle import RESULT_PACKAGE
from domain.reviews.lifecycle import BALLOT_BOX, CANDIDACY, ROUND, SITTING
from domain.units.lifecycle import UNIT

LIFECYCLES: tuple[Lifecycle[Any], ...] = (
    UNIT,
    APPLICATION,
    EVALUATION,
    POLICY_SET,
    PLAN,
    EXPERT,
    COMMITTEE,
    ROUND,
    CANDIDACY,
    SITTING,
    BALLOT_BOX,
    RESULT_PACKAGE,
    PUBLICITY,
    LEAD,
    CERTIFICATE,
)
