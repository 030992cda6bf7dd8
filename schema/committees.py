"""Review committees, their members and their filing. Art. 9(4), Order 40 (N-2 to N-7)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry

from domain.committees import commands, filing, models, replacements
from domain.committees.composition import Seat, floor_of
from domain.committees.draws import replay
from domain.committees.lifecycle import COMMITTEE
from domain.committees.models import CommitteeBasis, CommitteeRole
from domain.core.titles import CommitteeLevel
from schema.core import (
    ID,
    Call,
    New,
    Node,
    OnVersion,
    WithReason,
    children,
    computed,
    connection,
    described,
    key,
    mutation,
    node,
    row_type,
)
from schema.experts import Expert
from schema.units import Unit


@row_type(models.CommitteeMember)
class CommitteeMember:
    """An expert's seat; a seat that was given up stays on record. Only office, bureau and the expert see it (N-17). | 组成人员"""

    expert: Expert | None
    role: CommitteeRole
    left_at: datetime | None
    left_reason: str


@row_type(models.ExpertDraw)
class ExpertDraw:
    """A random draw with all that is needed to replay it (N-7). | 专家随机抽取记录"""

    method: str
    seed: str
    wanted: int
    pool: list[str]
    drawn: list[str]
    created_at: datetime

    @computed("按记录重新抽取的结果是否一致 | Whether drawing again from the record gives the same experts")
    def replays(self) -> bool:
        row: Any = self  # resolvers of types run on the model's row
        return bool(replay(row) == row.drawn)


@node(models.Committee, lifecycle=COMMITTEE)
class Committee(Node):
    """A unit's review committee, for one series or specialty and one level (R-9.9). | 职称评审委员会"""

    unit: Unit | None
    name: str
    basis: CommitteeBasis
    series: str
    specialty: str
    level: CommitteeLevel
    member_count: int
    drawn: bool
    floor_override: int | None
    override_reason: str
    override_document: str
    filing_submitted_at: datetime | None
    filing_number: str | None
    filed_on: date | None
    valid_from: date | None
    valid_until: date | None
    state_reason: str
    open_meetings: int
    members: list[CommitteeMember] = children(models.CommitteeMember, "committee_id", order="position")
    draws: list[ExpertDraw] = children(models.ExpertDraw, "committee_id")

    @computed("组成人数下限 | The fewest members it may have (N-5)")
    def floor(self) -> int:
        row: Any = self  # resolvers of nodes run on the model's row
        return floor_of(row)


@strawberry.type
class CommitteesQuery:
    """Committees. | 评审委员会"""

    committees = connection(
        Committee,
        filters=("state", "unit", "basis", "series", "level", "filing_number", "valid_until"),
        orders=("created_at", "name"),
        description="Committees that the viewer may see. | 可见的评审委员会",
    )


@strawberry.input(description="A specialty of a series. | 专业")
class SpecialtyInput:
    series: str = described("职称系列代码 | The code of the title series")
    specialty: str = described("专业 | The specialty")


@strawberry.input(
    description="A new committee; exactly one of bySeries and bySpecialty (R-9.9). | 组建评委会"
)
class CommitteeFormInput(New):
    name: str = described("评委会名称 | The committee's name")
    level: CommitteeLevel = described("评委会级别 | The committee's level")
    by_series: str | None = described("按系列：系列代码 | By series: its code", default=None)
    by_specialty: SpecialtyInput | None = described("按专业 | By specialty", default=None)


@strawberry.input(description="A seat. | 席位")
class SeatInput:
    expert: ID = described("专家 | The expert")
    role: CommitteeRole = described(
        "职务，默认委员 | The office, a member by default", default=CommitteeRole.MEMBER
    )


@strawberry.input(description="Who sits on a committee. | 组成人员")
class CommitteeSetMembersInput(OnVersion):
    members: list[SeatInput] = described("全部组成人员，替换原有 | All members, in place of the former")


@strawberry.input(description="A draw. | 随机抽取")
class CommitteeDrawMembersInput(OnVersion):
    wanted: int = described("抽取人数，须为单数 | How many to draw, an odd number")


@strawberry.input(description="An adjustment of the least number of members. | 调整人数下限")
class CommitteeAdjustFloorInput(WithReason):
    floor: int = described("调整后的人数下限 | The least number of members")
    document: str = described("同意调整的文号 | The document that agrees to it")


@strawberry.input(description="A filing. | 备案")
class CommitteeFileInput(OnVersion):
    filing_number: str = described("备案编号 | The filing number")
    valid_from: date | None = described(
        "有效期开始，默认当日 | The first valid day, today by default", default=None
    )
    valid_until: date = described(
        "有效期届满日（含当日），不满三年 | The last valid day, less than three years on"
    )


@strawberry.input(description="A replacement by a named expert. | 更换组成人员")
class CommitteeReplaceMemberInput(WithReason):
    leaving: ID = described("离任专家 | The expert who leaves")
    joining: ID = described("接任专家 | The expert who takes the seat")


@strawberry.input(description="A replacement by a draw. | 抽取更换")
class CommitteeReplaceByDrawInput(WithReason):
    leaving: ID = described("离任专家 | The expert who leaves")


@strawberry.type
class CommitteesMutation:
    """The life of a committee and of its filing (Art. 9(4)). | 评审委员会与备案"""

    @mutation("committee", Committee)
    async def committee_form(call: Call, input: CommitteeFormInput) -> models.Committee:
        """Forms a committee for one series or one specialty (R-9.9). | 组建评委会"""
        specialty = input.by_specialty
        return await commands.form(
            call,
            input.name,
            input.level,
            by_series=input.by_series,
            by_specialty=(specialty.series, specialty.specialty) if specialty else None,
        )

    @mutation("committee", Committee)
    async def committee_set_members(call: Call, input: CommitteeSetMembersInput) -> models.Committee:
        """Sets the members; every fault is named at once (N-5, N-6). | 确定组成人员"""
        seats = [
            Seat(key(each.expert, "Expert", field=f"members.{place}.expert"), each.role)
            for place, each in enumerate(input.members)
        ]
        return await commands.set_members(call, key(input.id), input.version, seats)

    @mutation("committee", Committee)
    async def committee_draw_members(call: Call, input: CommitteeDrawMembersInput) -> models.Committee:
        """Draws members from the pool at random, on record (N-7). | 随机抽取专家"""
        return await commands.draw_members(call, key(input.id), input.version, input.wanted)

    @mutation("committee", Committee)
    async def committee_adjust_floor(call: Call, input: CommitteeAdjustFloorInput) -> models.Committee:
        """Agrees to another least number of members (N-5). | 调整人数下限"""
        return await commands.adjust_floor(
            call, key(input.id), input.version, input.floor, input.reason, input.document
        )

    @mutation("committee", Committee)
    async def committee_submit_filing(call: Call, input: OnVersion) -> models.Committee:
        """Submits the committee for filing (R-9.10). | 报送备案"""
        return await filing.submit_filing(call, key(input.id), input.version)

    @mutation("committee", Committee)
    async def committee_file(call: Call, input: CommitteeFileInput) -> models.Committee:
        """Puts the committee on file for less than three years (N-4). | 备案"""
        return await filing.file(
            call,
            key(input.id),
            input.version,
            input.filing_number,
            input.valid_until,
            valid_from=input.valid_from,
        )

    @mutation("committee", Committee)
    async def committee_reject_filing(call: Call, input: WithReason) -> models.Committee:
        """Gives the committee back to its unit, with reasons. | 退回备案"""
        return await filing.reject_filing(call, key(input.id), input.version, input.reason)

    @mutation("committee", Committee)
    async def committee_replace_member(call: Call, input: CommitteeReplaceMemberInput) -> models.Committee:
        """Puts a named expert in another's seat; the committee is filed again (N-7). | 更换组成人员"""
        leaving = key(input.leaving, "Expert", field="leaving")
        joining = key(input.joining, "Expert", field="joining")
        return await replacements.replace_member(
            call, key(input.id), input.version, leaving, joining, input.reason
        )

    @mutation("committee", Committee)
    async def committee_replace_by_draw(call: Call, input: CommitteeReplaceByDrawInput) -> models.Committee:
        """Draws a member's successor from the filed pool; no new filing (N-7). | 抽取更换组成人员"""
        leaving = key(input.leaving, "Expert", field="leaving")
        return await replacements.replace_by_draw(call, key(input.id), input.version, leaving, input.reason)

    @mutation("committee", Committee)
    async def committee_suspend(call: Call, input: WithReason) -> models.Committee:
        """Suspends a committee: it does not meet (Art. 13). | 暂停评委会"""
        return await filing.suspend(call, key(input.id), input.version, input.reason)

    @mutation("committee", Committee)
    async def committee_resume(call: Call, input: WithReason) -> models.Committee:
        """Lets a suspended committee meet again. | 恢复评委会"""
        return await filing.resume(call, key(input.id), input.version, input.reason)

    @mutation("committee", Committee)
    async def committee_revoke(call: Call, input: WithReason) -> models.Committee:
        """Takes a committee off the file for good (Art. 13). | 撤销备案"""
        return await filing.revoke(call, key(input.id), input.version, input.reason)

    @mutation("committee", Committee)
    async def committee_renew(call: Call, input: OnVersion) -> models.Committee:
        """Forms the successor of an expired committee; its filing is a new one (N-4). | 换届续备"""
        return await filing.renew(call, key(input.id), input.version)
