"""Ballot boxes and what lies in them. No column here, and none anywhere, holds or tells a choice.

Who is entitled (BallotCredential), that somebody has voted (VoterSlip) and the encrypted ballots (StoredBallot) are
three tables. The server knows who has voted, because it must refuse a second ballot; what was voted only the sums tell.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.core.access import Guarded, own, personal
from domain.core.constraints import constraint_says
from domain.core.roles import Role
from domain.core.rows import Aggregate, Row
from domain.experts.models import Expert
from domain.reviews.candidacy_models import Candidacy
from domain.reviews.sight import OVERSEERS, own_committees
from domain.reviews.sitting_models import Sitting, SittingTrustee, holds_a_key
from domain.reviews.states import BallotBoxState
from domain.units.models import Unit


class BallotBox(Aggregate):
    """The vote on one candidate: one small election whose credentials are the present less the recused. | 投票箱"""

    state = fields.CharEnumField(
        BallotBoxState, max_length=16, default=BallotBoxState.OPEN, description="状态 | The state"
    )
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "models.Unit", related_name="ballot_boxes", on_delete=OnDelete.RESTRICT, description="单位 | The unit"
    )
    unit_id: UUID
    sitting: fields.ForeignKeyRelation[Sitting] = fields.ForeignKeyField(
        "models.Sitting",
        related_name="boxes",
        on_delete=OnDelete.RESTRICT,
        description="评审会议 | The sitting",
    )
    sitting_id: UUID
    candidacy: fields.ForeignKeyRelation[Candidacy] = fields.ForeignKeyField(
        "models.Candidacy",
        related_name="boxes",
        on_delete=OnDelete.RESTRICT,
        description="申报 | The candidacy",
    )
    candidacy_id: UUID
    election = fields.TextField(
        description="选举参数（规范 JSON） | The election, canonical JSON; its hash is in each proof"
    )
    trustees = fields.TextField(
        description="密钥保管人公钥（规范 JSON） | The trustees' public keys, canonical JSON"
    )
    entitled = fields.IntField(
        description="有表决权专家人数 | Experts entitled to vote: present less recused"
    )
    recused = fields.IntField(description="回避的出席专家人数 | Experts present who are recused")
    members = fields.IntField(description="法定出席基数 | Members counted for the quorum of this vote")
    denominator = fields.IntField(
        description="表决基数 | The number of experts that the yes votes are measured by"
    )
    pass_numerator = fields.IntField(description="通过比例分子 | Pass share, numerator")
    pass_denominator = fields.IntField(description="通过比例分母 | Pass share, denominator")
    closed_at: datetime | None = fields.DatetimeField(
        null=True, description="投票截止时间 | When it was closed"
    )
    cast: int | None = fields.IntField(
        null=True, description="收到票数 | Ballots in the box, counted at the close"
    )
    yes: int | None = fields.IntField(null=True, description="同意票 | Votes in favour")
    no: int | None = fields.IntField(null=True, description="不同意票 | Votes against")
    abstain: int | None = fields.IntField(null=True, description="弃权票 | Abstentions")
    passed = fields.BooleanField(null=True, description="是否通过 | Whether the candidate passed (N-14)")

    jurisdiction = {
        **OVERSEERS,
        Role.UNIT: own("unit_id"),
        # A recused presiding member still opens and closes the ballot; the candidacy behind it stays out of sight.
        Role.EXPERT: own_committees("sitting__committee_id"),
        Role.SUPERVISING_DEPARTMENT: holds_a_key("sitting_id"),
    }

    class Meta:
        table = "ballot_boxes"
        indexes = (Index(fields=("unit_id", "created_at", "id")),)
        constraints = (
            UniqueConstraint(fields=("sitting_id", "candidacy_id"), name="one_vote_per_candidate"),
            CheckConstraint(
                check='yes IS NULL OR (yes + no + abstain = "cast" AND "cast" <= entitled)',
                name="sums_add_up",
            ),
        )


constraint_says(
    "one_vote_per_candidate",
    "N-14",
    "该申报人在本次会议的投票已经开放过。",
    "The ballot on this candidate has been opened in this sitting already.",
)
constraint_says("sums_add_up", "N-14", "票数不一致。", "The sums do not add up.")


class BallotCredential(Row):
    """What entitles one expert to one ballot on one candidate. The private part is erased at the close. | 投票凭证"""

    box: fields.ForeignKeyRelation[BallotBox] = fields.ForeignKeyField(
        "models.BallotBox",
        related_name="credentials",
        on_delete=OnDelete.RESTRICT,
        description="投票箱 | The box",
    )
    box_id: UUID
    expert: fields.ForeignKeyRelation[Expert] = fields.ForeignKeyField(
        "models.Expert",
        related_name="credentials",
        on_delete=OnDelete.RESTRICT,
        description="专家 | The expert",
    )
    expert_id: UUID
    public = fields.TextField(description="公开凭证 | The public credential")
    secret_sealed: bytes | None = fields.BinaryField(null=True)

    jurisdiction = {Role.EXPERT: personal("expert__person_id")}

    class Meta:
        table = "ballot_credentials"
        constraints = (UniqueConstraint(fields=("box_id", "expert_id"), name="one_credential_per_expert"),)


class VoterSlip(Guarded):
    """That an expert has voted on a candidate, and nothing else: the row that decides between two attempts. | 投票签领"""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    box: fields.ForeignKeyRelation[BallotBox] = fields.ForeignKeyField(
        "models.BallotBox", related_name="slips", on_delete=OnDelete.RESTRICT, description="投票箱 | The box"
    )
    box_id: UUID
    expert: fields.ForeignKeyRelation[Expert] = fields.ForeignKeyField(
        "models.Expert", related_name="slips", on_delete=OnDelete.RESTRICT, description="专家 | The expert"
    )
    expert_id: UUID

    jurisdiction = {Role.EXPERT: personal("expert__person_id")}

    class Meta:
        table = "voter_slips"
        constraints = (UniqueConstraint(fields=("box_id", "expert_id"), name="one_ballot_per_expert"),)


constraint_says(
    "one_ballot_per_expert",
    "N-14",
    "您已对该申报人投票，每人只能投一次，投出后不能更改。",
    "You have voted on this candidate; a ballot is cast once and not changed.",
    field="ballot",
)


class StoredBallot(Guarded):
    """An encrypted ballot, checked in full before it was stored. It is never decrypted by itself. | 加密选票"""

    # Random, and without a time: a serial number would tell in which order ballots were cast.
    id = fields.UUIDField(primary_key=True, default=uuid4)
    box: fields.ForeignKeyRelation[BallotBox] = fields.ForeignKeyField(
        "models.BallotBox",
        related_name="ballots",
        on_delete=OnDelete.RESTRICT,
        description="投票箱 | The box",
    )
    box_id: UUID
    text = fields.TextField(description="加密选票原文 | The ballot as it was cast")
    tracker = fields.CharField(44, description="选票追踪码 | The ballot's tracker")

    jurisdiction = {}

    class Meta:
        table = "stored_ballots"
        indexes = (Index(fields=("box_id",)),)
        constraints = (UniqueConstraint(fields=("box_id", "tracker"), name="one_copy_of_a_ballot"),)


constraint_says(
    "one_copy_of_a_ballot", "N-14", "该选票已投出。", "This ballot has been cast already.", field="ballot"
)


class PartialDecryption(Row):
    """A trustee's share of the decryption of the sums, with its proofs. | 部分解密"""

    box: fields.ForeignKeyRelation[BallotBox] = fields.ForeignKeyField(
        "models.BallotBox", related_name="shares", on_delete=OnDelete.RESTRICT, description="投票箱 | The box"
    )
    box_id: UUID
    trustee: fields.ForeignKeyRelation[SittingTrustee] = fields.ForeignKeyField(
        "models.SittingTrustee",
        related_name="shares",
        on_delete=OnDelete.RESTRICT,
        description="密钥保管人 | The trustee",
    )
    trustee_id: UUID
    text = fields.TextField(description="部分解密及其证明 | The share with its proofs")

    jurisdiction = {}

    class Meta:
        table = "partial_decryptions"
        constraints = (UniqueConstraint(fields=("box_id", "trustee_id"), name="one_share_per_trustee"),)


constraint_says(
    "one_share_per_trustee", "S-13", "该保管人已提交部分解密。", "This trustee has given the share already."
)
