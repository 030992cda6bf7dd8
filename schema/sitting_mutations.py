"""What is done with sittings and ballots, in the order of a sitting's day."""

from __future__ import annotations

from datetime import date

import strawberry

from domain.reviews import conclusion, meeting, models, sittings, voting
from schema.core import ID, Call, New, OnVersion, WithReason, described, key, keys, mutation
from schema.sittings import BallotBox, Sitting


@strawberry.input
class SittingScheduleInput(New):
    """Schedules a sitting. | 安排会议"""

    round: ID = described("评审批次标识 | The round")
    name: str = described("会议名称 | The sitting's name")
    held_on: date = described("会议日期 | The day of the meeting")
    place: str = described("会议地点 | Where it is held")
    candidacies: list[ID] = described("分配的申报 | The admitted candidates to assign", default_factory=list)
    trustees: list[ID] = described(
        "外部密钥保管机构 | Bodies outside the unit that hold a key as well", default_factory=list
    )


@strawberry.input
class SittingAssignInput(OnVersion):
    """Assigns further candidates. | 分配申报人"""

    candidacies: list[ID] = described("申报标识 | The admitted candidates")


@strawberry.input
class SittingHandInKeyInput(OnVersion):
    """A trustee's key. | 提交密钥"""

    public_key: str = described("公钥及其证明（规范 JSON） | The public key with its proof, canonical JSON")


@strawberry.input
class SittingCheckInInput(New):
    """Checks in. | 签到"""

    id: ID = described("会议标识 | The sitting")


@strawberry.input
class SittingRecuseInput(New):
    """Leaves the vote on one candidate. | 回避"""

    id: ID = described("会议标识 | The sitting")
    candidacy: ID = described("申报标识 | The candidate")
    reason: str = described("事由 | The reason")
    expert: ID | None = described(
        "专家标识（专职机构通知回避时必填） | Whom the office recuses", default=None
    )


@strawberry.input
class SittingRecordOpinionInput(New):
    """A group's opinion. | 记录评议意见"""

    id: ID = described("会议标识 | The sitting")
    candidacy: ID = described("申报标识 | The candidate")
    authors: list[ID] = described("评议组专家，至少3人 | The group, at least three experts (N-15)")
    text: str = described("评议意见 | The opinion")


@strawberry.input
class BallotOpenInput(OnVersion):
    """Opens the ballot on one candidate; `id` and `version` are the sitting's. | 开放投票"""

    candidacy: ID = described("申报标识 | The candidate")


@strawberry.input
class BallotCastInput(New):
    """Casts the viewer's own ballot. | 投票"""

    id: ID = described("投票箱标识 | The box")
    ballot: str = described("加密选票 | The encrypted ballot, made on the expert's own device")


@strawberry.input
class BallotGiveShareInput(OnVersion):
    """A trustee's share of the decryption of the sums. | 提交部分解密"""

    share: str = described("部分解密及其证明（规范 JSON） | The share with its proofs, canonical JSON")


@strawberry.type
class SittingMutation:
    """What is done with sittings and ballots. | 评审会议与投票操作"""

    @mutation("sitting", Sitting)
    async def sitting_schedule(call: Call, input: SittingScheduleInput) -> models.Sitting:
        """Schedules a sitting of the round's committee (Art. 9(5), R-9.10). | 安排会议"""
        given = sittings.SittingGiven(
            round_id=key(input.round, "ReviewRound", field="round"),
            name=input.name,
            held_on=input.held_on,
            place=input.place,
            candidacies=tuple(keys(input.candidacies, "Candidacy", field="candidacies")),
            trustees=tuple(keys(input.trustees, "Organisation", field="trustees")),
        )
        return await sittings.schedule(call, given)

    @mutation("sitting", Sitting)
    async def sitting_assign(call: Call, input: SittingAssignInput) -> models.Sitting:
        """Assigns admitted candidates; members in conflict are recused (N-18). | 分配申报人"""
        chosen = keys(input.candidacies, "Candidacy", field="candidacies")
        return await sittings.assign(call, key(input.id, "Sitting"), input.version, chosen)

    @mutation("sitting", Sitting)
    async def sitting_hand_in_key(call: Call, input: SittingHandInKeyInput) -> models.Sitting:
        """A trustee outside this system hands in its public key (N-14). | 提交密钥"""
        return await sittings.hand_in_key(call, key(input.id, "Sitting"), input.version, input.public_key)

    @mutation("sitting", Sitting)
    async def sitting_check_in(call: Call, input: SittingCheckInInput) -> models.Sitting:
        """The expert checks in himself, on the day (N-13, N-14). | 签到"""
        return await meeting.check_in(call, key(input.id, "Sitting"))

    @mutation("sitting", Sitting)
    async def sitting_recuse(call: Call, input: SittingRecuseInput) -> models.Sitting:
        """An expert leaves the vote on one candidate: on own motion, or told by the office (N-18). | 回避"""
        expert = key(input.expert, "Expert", field="expert") if input.expert else None
        candidacy = key(input.candidacy, "Candidacy", field="candidacy")
        return await meeting.recuse(call, key(input.id, "Sitting"), candidacy, input.reason, expert_id=expert)

    @mutation("sitting", Sitting)
    async def sitting_open(call: Call, input: OnVersion) -> models.Sitting:
        """The chair or a vice chair opens with two thirds present; attendance is frozen (N-13). | 宣布开会"""
        return await meeting.open_sitting(call, key(input.id, "Sitting"), input.version)

    @mutation("sitting", Sitting)
    async def sitting_record_opinion(call: Call, input: SittingRecordOpinionInput) -> models.Sitting:
        """Records what a group of at least three present experts wrote (N-15). | 记录评议意见"""
        authors = keys(input.authors, "Expert", field="authors")
        candidacy = key(input.candidacy, "Candidacy", field="candidacy")
        return await meeting.record_opinion(call, key(input.id, "Sitting"), candidacy, authors, input.text)

    @mutation("ballot_box", BallotBox)
    async def ballot_open(call: Call, input: BallotOpenInput) -> models.BallotBox:
        """The presiding member opens the ballot on one candidate (N-14). | 开放投票"""
        candidacy = key(input.candidacy, "Candidacy", field="candidacy")
        return await voting.open_ballot(call, key(input.id, "Sitting"), input.version, candidacy)

    @mutation("ballot_box", BallotBox)
    async def ballot_cast(call: Call, input: BallotCastInput) -> models.BallotBox:
        """Casts the viewer's own encrypted ballot, once (N-14). | 投票"""
        return await voting.cast_ballot(call, key(input.id, "BallotBox"), input.ballot)

    @mutation("ballot_box", BallotBox)
    async def ballot_close(call: Call, input: OnVersion) -> models.BallotBox:
        """The presiding member closes the ballot; who has not voted has not said yes (N-14). | 截止投票"""
        return await voting.close_ballot(call, key(input.id, "BallotBox"), input.version)

    @mutation("ballot_box", BallotBox)
    async def ballot_give_share(call: Call, input: BallotGiveShareInput) -> models.BallotBox:
        """A trustee outside this system gives its share of the decryption of the sums (N-14). | 提交部分解密"""
        return await voting.give_share(call, key(input.id, "BallotBox"), input.version, input.share)

    @mutation("sitting", Sitting)
    async def sitting_sign(call: Call, input: OnVersion) -> models.Sitting:
        """The presiding member signs: minutes sealed, results announced (N-16). | 签署结果"""
        return await conclusion.sign(call, key(input.id, "Sitting"), input.version)

    @mutation("sitting", Sitting)
    async def sitting_abort(call: Call, input: WithReason) -> models.Sitting:
        """Stops a sitting; its ballots are void and are never opened. | 中止会议"""
        return await conclusion.abort(call, key(input.id, "Sitting"), input.version, input.reason)
