"""Sittings and ballots (Art. 9(5); N-13 to N-18). The mutations stand in `schema.sitting_mutations`.

What is encrypted goes in; what comes out are turnout, and after the signature the sums. The expert takes the election
and his own credential from `ballotBox`, makes the ballot on his own device, and sends it with `ballotCast`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from domain.core.access import may_read
from domain.core.roles import Role, Viewer
from domain.experts.models import Expert as ReviewExpert
from domain.reviews import archives, models, reads
from domain.reviews.lifecycle import BALLOT_BOX, SITTING
from domain.reviews.states import BallotBoxState, RecusalGround
from schema.candidacies import Candidacy
from schema.committees import Committee
from schema.core import (
    ID,
    Info,
    Node,
    children,
    computed,
    connection,
    described,
    key,
    loaders,
    node,
    row_type,
    viewer_of,
)
from schema.experts import Expert
from schema.rounds import ReviewRound
from schema.units import Unit


@row_type(models.Attendance)
class Attendance:
    """An expert who checked in; experts see their own only (N-17). | 专家签到"""

    expert: Expert | None
    created_at: datetime


@row_type(models.Recusal)
class Recusal:
    """An expert who leaves the vote on one candidate; experts see their own only (N-18). | 专家回避"""

    candidacy: Candidacy | None
    expert: Expert | None
    ground: RecusalGround
    reason: str


@row_type(models.PanelOpinion)
class PanelOpinion:
    """What a group of at least three experts wrote, for reference in the vote only (N-15). | 评议意见"""

    candidacy: Candidacy | None
    text: str


@row_type(models.SittingTrustee)
class SittingTrustee:
    """Who holds a share of the key; place 0 is this system. | 密钥保管人"""

    place: int
    public_key: str


@strawberry.type
class BallotTally:
    """The sums of one vote, known once the sitting is signed. Single ballots are never opened (N-14). | 计票结果"""

    yes: int = described("同意票 | Votes in favour")
    no: int = described("不同意票 | Votes against")
    abstain: int = described("弃权票 | Abstentions")
    cast: int = described("收到票数 | Ballots cast")
    denominator: int = described("表决基数 | Experts that the yes votes are measured by")
    passed: bool = described("是否通过 | Whether the candidate passed")


def _batched(
    read: Callable[[Viewer, Sequence[UUID]], Awaitable[Mapping[UUID, Any]]], hint: Any, description: str
) -> Any:
    """A field of boxes that is read once for a page."""

    def resolve(root: Any, info: Info) -> Any:
        async def load(ids: list[UUID]) -> list[Any]:
            found = await read(info.context.viewer, ids)
            return [found.get(each) for each in ids]

        return info.context.loaders.setdefault(("ballot", description), DataLoader(load_fn=load)).load(
            root.id
        )

    resolve.__annotations__["return"] = hint
    return strawberry.field(resolver=resolve, description=description)


async def _turnouts(_viewer: Viewer, boxes: Sequence[UUID]) -> Mapping[UUID, int]:
    found = await reads.turnouts(boxes)
    return {id: found.get(id, 0) for id in boxes}


async def _voted(viewer: Viewer, boxes: Sequence[UUID]) -> Mapping[UUID, bool]:
    voted = await reads.boxes_voted_in(viewer, boxes)
    return {id: id in voted for id in boxes}


@node(models.BallotBox, lifecycle=BALLOT_BOX)
class BallotBox(Node):
    """The vote on one candidate: an election of its own, for the present less the recused (N-14). | 投票箱"""

    candidacy: Candidacy | None
    election: str
    trustees: str
    entitled: int
    recused: int
    members: int
    denominator: int
    closed_at: datetime | None

    turnout: int = _batched(
        _turnouts, int, "已投票人数 | How many have voted: all that is shown before the result is announced"
    )
    voted: bool = _batched(_voted, bool, "本人是否已投票 | Whether the viewer has voted here")
    my_credential: str | None = _batched(
        reads.own_credentials,
        str | None,
        "本人的投票凭证，仅投票开放期间对本人可见 | The viewer's own while the ballot is open; null to all others",
    )

    @computed("计票结果，主持人签署后公布 | The sums, once the presiding member has signed")
    def tally(self) -> BallotTally | None:
        row = _row(self)
        if row.state != BallotBoxState.SIGNED or None in (row.yes, row.no, row.abstain, row.cast, row.passed):
            return None
        return BallotTally(
            yes=row.yes,
            no=row.no,
            abstain=row.abstain,
            cast=row.cast,
            denominator=row.denominator,
            passed=row.passed,
        )


def _row(box: BallotBox) -> Any:
    """Resolvers of a node run on the model's row."""
    return box


def _minutes() -> Any:
    """The minutes as a field. Among the experts only who presided reads them: they name the others, and what was
    written and voted on candidates from whom a reader may be recused (N-16 to N-18)."""

    def resolve(root: Any, info: Info) -> Any:
        viewer = info.context.viewer
        if not may_read(models.Sitting, "minutes", viewer):
            return None
        return _to_presider(root, info) if viewer.role is Role.EXPERT else root.minutes

    resolve.__annotations__["return"] = str | None
    description = models.Sitting._meta.fields_map["minutes"].description
    return strawberry.field(resolver=resolve, description=description)


async def _to_presider(root: Any, info: Info) -> str | None:
    own = root.presider_id and await loaders.one(info.context, ReviewExpert, root.presider_id)
    return root.minutes if own else None


@node(models.Sitting, lifecycle=SITTING)
class Sitting(Node):
    """A meeting of the committee on candidates of one round (Art. 9(5)). | 评审会议"""

    unit: Unit | None
    round: ReviewRound | None
    committee: Committee | None
    name: str
    held_on: date
    place: str
    presider: Expert | None
    members: int | None
    present: int | None
    keys_ready: bool
    server_key_only: bool
    opened_at: datetime | None
    signed_at: datetime | None
    minutes: str | None = _minutes()
    minutes_sha256: str
    abort_reason: str
    candidacies: list[Candidacy] = children(models.Candidacy, "sitting_id")
    boxes: list[BallotBox] = children(models.BallotBox, "sitting_id")
    attendances: list[Attendance] = children(models.Attendance, "sitting_id")
    recusals: list[Recusal] = children(models.Recusal, "sitting_id")
    opinions: list[PanelOpinion] = children(models.PanelOpinion, "sitting_id")
    trustees: list[SittingTrustee] = children(models.SittingTrustee, "sitting_id", order="place")


@strawberry.type
class BallotArchive:
    """One candidate's election as a file; `belenios-tool election verify` checks it without this system. | 投票档案"""

    name: str = described("文件名 | The file's name")
    box: BallotBox = described("投票箱 | The box")
    content: str = described("文件内容（Base64） | The file's content in Base64")


@strawberry.type
class SittingQuery:
    """Sittings and ballots. | 评审会议与投票查询"""

    sittings = connection(
        Sitting,
        filters=("state", "round", "unit", "committee", "held_on"),
        orders=("created_at", "held_on"),
        description="可见的评审会议 | The sittings that the viewer may see",
    )

    @computed("会议的投票档案，截止后可取 | The archives of a sitting's closed ballots")
    async def ballot_archives(
        self,
        info: Info,
        sitting: Annotated[ID, strawberry.argument(description="会议标识 | The sitting's global id")],
    ) -> list[BallotArchive]:
        found = await archives.archives_of(viewer_of(info), key(sitting, "Sitting", field="sitting"))
        return [
            BallotArchive(name=each.name, box=cast("BallotBox", each.box), content=_base64(each.content))
            for each in found
        ]


def _base64(content: bytes) -> str:
    return b64encode(content).decode()
