"""Sittings: who came, who left the vote on whom, who holds the keys, what the groups wrote."""

from __future__ import annotations

from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from domain.committees.models import Committee
from domain.core.access import Through, everything, own, personal
from domain.core.constraints import constraint_says
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.experts.models import Expert
from domain.reviews.candidacy_models import Candidacy, ReviewRound
from domain.reviews.recusal_models import Recusal
from domain.reviews.sight import OVERSEERS, PART_OF_SITTING, assigned_and_not_recused, own_committees
from domain.reviews.states import SittingState
from domain.units.models import Unit


def holds_a_key(key: str) -> Through:
    """Rows whose `key` is a sitting of which the viewer's organisation is a trustee: it must find what it opens."""
    return Through(
        lambda: SittingTrustee,
        "sitting_id",
        "organisation_id",
        key=key,
        note="of a sitting for which the viewer's organisation holds a key",
    )


class Sitting(Aggregate):
    """A meeting of the committee on candidates of one round. Members, present and the pass rule are frozen. | 评审会议"""

    state = fields.CharEnumField(
        SittingState, max_length=16, default=SittingState.SCHEDULED, description="状态 | The state"
    )
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit",
        related_name="sittings",
        on_delete=OnDelete.RESTRICT,
        description="自主评审单位 | The unit",
    )
    unit_id: UUID
    round: fields.ForeignKeyRelation[ReviewRound] = fields.ForeignKeyField(
        "models.ReviewRound",
        related_name="sittings",
        on_delete=OnDelete.RESTRICT,
        description="评审批次 | The round",
    )
    round_id: UUID
    committee: fields.ForeignKeyRelation[Committee] = fields.ForeignKeyField(
        "models.Committee",
        related_name="sittings",
        on_delete=OnDelete.RESTRICT,
        description="评审委员会 | The committee",
    )
    committee_id: UUID
    name = fields.CharField(120, description="会议名称 | The sitting's name")
    held_on = fields.DateField(description="会议日期 | The day of the meeting")
    place = fields.CharField(200, description="会议地点 | Where it is held; meetings are closed (N-17)")
    presider: fields.ForeignKeyNullableRelation[Expert] = fields.ForeignKeyField(
        "models.Expert",
        related_name="presided",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="会议主持人 | The chair or vice chair who opened it (N-13)",
    )
    presider_id: UUID | None
    members = fields.IntField(
        null=True, description="评审委员会人数 | Committee members, frozen at the opening"
    )
    present = fields.IntField(null=True, description="出席专家人数 | Experts present, frozen at the opening")
    quorum_numerator = fields.IntField(null=True, description="法定出席比例分子 | Quorum share, numerator")
    quorum_denominator = fields.IntField(
        null=True, description="法定出席比例分母 | Quorum share, denominator"
    )
    pass_numerator = fields.IntField(null=True, description="通过比例分子 | Pass share, numerator")
    pass_denominator = fields.IntField(null=True, description="通过比例分母 | Pass share, denominator")
    recused_leave = fields.BooleanField(
        null=True,
        description="回避专家是否退出出席和表决基数 | Whether the recused leave quorum and denominator (D3)",
    )
    keys_ready = fields.BooleanField(
        default=False, description="投票密钥是否已生成 | Whether the key ceremony is complete"
    )
    server_key_only = fields.BooleanField(
        default=False,
        description="是否没有外部密钥保管人 | Whether no outside trustee holds a key: labelled so for ever",
    )
    opened_at = fields.DatetimeField(null=True, description="开会时间 | When it was opened")
    signed_at = fields.DatetimeField(
        null=True, description="签署时间 | When the presiding member signed (N-16)"
    )
    minutes = fields.TextField(default="", description="会议记录（规范 JSON） | The minutes, canonical JSON")
    minutes_sha256 = fields.CharField(64, default="", description="会议记录散列 | The SHA-256 of the minutes")
    abort_reason = fields.CharField(2000, default="", description="中止理由 | Why it was aborted")

    jurisdiction = {
        **OVERSEERS,
        Role.UNIT: own("unit_id"),
        Role.EXPERT: own_committees("committee_id"),
        Role.SUPERVISING_DEPARTMENT: holds_a_key("id"),
    }
    #: Whatever names an expert (N-17).
    masked = {
        name: frozenset({Role.UNIT, Role.EXPERT, Role.MUNICIPAL_BUREAU}) for name in ("presider", "minutes")
    }

    class Meta:
        table = "sittings"
        indexes = (Index(fields=("unit_id", "created_at", "id")), Index(fields=("round_id",)))


class SittingTrustee(Row):
    """Who holds a share of the key that opens the sums: this system, and bodies outside it if named. | 密钥保管人"""

    sitting: fields.ForeignKeyRelation[Sitting] = fields.ForeignKeyField(
        "models.Sitting",
        related_name="trustees",
        on_delete=OnDelete.RESTRICT,
        description="评审会议 | The sitting",
    )
    sitting_id: UUID
    place = fields.IntField(description="次序，0 为本系统 | The order; 0 is this system")
    organisation_id: UUID | None = fields.UUIDField(
        null=True, description="保管机构，空为本系统 | The body that holds it; none for this system"
    )
    public_key = fields.TextField(
        default="", description="公钥及其证明 | The public key with its proof; empty until given"
    )
    #: Only this system's own share, sealed; erased when the sitting is signed or aborted.
    secret_sealed: bytes | None = fields.BinaryField(null=True)

    jurisdiction = {
        **PART_OF_SITTING,
        Role.DISTRICT_BUREAU: own("organisation_id"),
        Role.INDUSTRY_AUTHORITY: own("organisation_id"),
        Role.SUPERVISING_DEPARTMENT: own("organisation_id"),
        Role.EXPERT: own_committees("sitting__committee_id"),
    }

    class Meta:
        table = "sitting_trustees"
        constraints = (
            UniqueConstraint(fields=("sitting_id", "place"), name="one_trustee_per_place"),
            UniqueConstraint(fields=("sitting_id", "organisation_id"), name="one_key_per_trustee"),
        )


class Attendance(Row):
    """An expert who checked in himself; frozen when the sitting opens. | 专家签到"""

    sitting: fields.ForeignKeyRelation[Sitting] = fields.ForeignKeyField(
        "models.Sitting",
        related_name="attendances",
        on_delete=OnDelete.RESTRICT,
        description="评审会议 | The sitting",
    )
    sitting_id: UUID
    expert: fields.ForeignKeyRelation[Expert] = fields.ForeignKeyField(
        "models.Expert",
        related_name="attendances",
        on_delete=OnDelete.RESTRICT,
        description="评审专家 | The expert",
    )
    expert_id: UUID

    jurisdiction = {**PART_OF_SITTING, Role.EXPERT: personal("expert__person_id")}

    class Meta:
        table = "attendances"
        constraints = (UniqueConstraint(fields=("sitting_id", "expert_id"), name="checked_in_once"),)


constraint_says("checked_in_once", "S-13", "您已签到。", "You have checked in already.")


class PanelOpinion(Row):
    """What a group of at least three experts wrote on a candidate, for reference in the vote only (N-15). | 评议意见"""

    sitting: fields.ForeignKeyRelation[Sitting] = fields.ForeignKeyField(
        "models.Sitting",
        related_name="opinions",
        on_delete=OnDelete.RESTRICT,
        description="评审会议 | The sitting",
    )
    sitting_id: UUID
    candidacy: fields.ForeignKeyRelation[Candidacy] = fields.ForeignKeyField(
        "models.Candidacy",
        related_name="opinions",
        on_delete=OnDelete.RESTRICT,
        description="申报 | The candidacy",
    )
    candidacy_id: UUID
    text = fields.CharField(4000, description="评议意见 | The opinion")

    jurisdiction = {
        **PART_OF_SITTING,
        Role.EXPERT: assigned_and_not_recused(Recusal, "sitting__committee_id", "candidacy_id"),
    }

    class Meta:
        table = "panel_opinions"
        indexes = (Index(fields=("sitting_id", "candidacy_id")),)


class PanelOpinionAuthor(Row):
    """A member of the group that wrote an opinion. | 评议组成员"""

    opinion: fields.ForeignKeyRelation[PanelOpinion] = fields.ForeignKeyField(
        "models.PanelOpinion",
        related_name="authors",
        on_delete=OnDelete.RESTRICT,
        description="评议意见 | The opinion",
    )
    opinion_id: UUID
    expert: fields.ForeignKeyRelation[Expert] = fields.ForeignKeyField(
        "models.Expert",
        related_name="opinions",
        on_delete=OnDelete.RESTRICT,
        description="评审专家 | The expert",
    )
    expert_id: UUID

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.UNIT: own("opinion__sitting__unit_id"),
        Role.EXPERT: personal("expert__person_id"),
    }

    class Meta:
        table = "panel_opinion_authors"
        constraints = (UniqueConstraint(fields=("opinion_id", "expert_id"), name="one_name_per_opinion"),)
