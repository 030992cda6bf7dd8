"""Who leaves the vote on whom; a candidacy is out of sight of the experts recused from it (N-18)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from domain.core.access import personal
from domain.core.constraints import constraint_says
from domain.core.roles import Role
from domain.core.rows import Row
from domain.experts.models import Expert
from domain.reviews.sight import PART_OF_SITTING
from domain.reviews.states import RecusalGround

if TYPE_CHECKING:  # who sees a candidacy depends on its recusals, so its module imports this one
    from domain.reviews.candidacy_models import Candidacy
    from domain.reviews.sitting_models import Sitting


class Recusal(Row):
    """An expert who leaves the vote on one candidate, and no longer sees that file (N-18). | 专家回避"""

    sitting: fields.ForeignKeyRelation[Sitting] = fields.ForeignKeyField(
        "models.Sitting",
        related_name="recusals",
        on_delete=OnDelete.RESTRICT,
        description="评审会议 | The sitting",
    )
    sitting_id: UUID
    candidacy: fields.ForeignKeyRelation[Candidacy] = fields.ForeignKeyField(
        "models.Candidacy",
        related_name="recusals",
        on_delete=OnDelete.RESTRICT,
        description="申报 | The candidacy",
    )
    candidacy_id: UUID
    expert: fields.ForeignKeyRelation[Expert] = fields.ForeignKeyField(
        "models.Expert",
        related_name="recusals",
        on_delete=OnDelete.RESTRICT,
        description="评审专家 | The expert",
    )
    expert_id: UUID
    ground = fields.CharEnumField(RecusalGround, max_length=16, description="回避事由 | On what ground")
    reason = fields.CharField(500, default="", description="说明 | The explanation given")

    jurisdiction = {**PART_OF_SITTING, Role.EXPERT: personal("expert__person_id")}

    class Meta:
        table = "recusals"
        indexes = (Index(fields=("expert_id",)),)
        constraints = (
            UniqueConstraint(fields=("sitting_id", "candidacy_id", "expert_id"), name="recused_once"),
        )


constraint_says(
    "recused_once", "S-13", "该专家已对该申报人回避。", "The expert is recused from this candidate already."
)
