"""Who asks: identity, hats and permissions; and the demonstration's clock."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from domain.accounts.reads import GrantOfAccount, grants_of_account
from domain.core import clock
from domain.core.demo_clock import move_demo_clock
from domain.core.errors import Refused
from domain.core.roles import Role, Viewer
from domain.lifecycles import LIFECYCLES
from domain.notifications.reads import inbox
from schema.core.connections import connection
from schema.core.context import ID, Info
from schema.core.ids import global_id
from schema.core.mutations import New
from schema.core.refusals import UserError, user_errors
from schema.core.texts import computed, described
from schema.notifications import Message


@strawberry.type
class Grant:
    """A hat: a role at an organisation. | 角色授权"""

    id: ID = described("授权标识，用于 x-acting-as 请求头 | The id that the header x-acting-as takes")
    role: Role = described("角色 | The role")
    organisation_name: str = described("所在机构 | The organisation")
    is_default: bool = described("是否默认 | Whether it is the default hat")


@strawberry.type
class Permission:
    """Something that this role may do at all; whether it may now is `availableActions` of the object. | 角色权限"""

    lifecycle: str = described("对象种类 | The kind of object")
    event: str = described("操作 | The action")
    label: str = described("操作名称（按请求语言） | What it is called, in the request's language")
    article: str = described("条款 | The article it rests on")


@strawberry.type(name="Viewer")
class ViewerType:
    """Who makes this request, under exactly one hat. | 当前用户"""

    viewer: strawberry.Private[Viewer]

    @computed("角色 | The role of this request")
    def role(self) -> Role:
        return self.viewer.role

    @computed("姓名 | The name")
    def name(self) -> str:
        return self.viewer.name

    @computed("所在机构全局标识 | The organisation's global id")
    def organisation_id(self) -> ID | None:
        id: UUID | None = self.viewer.organisation_id
        return ID(global_id("Organisation", id)) if id else None

    @computed("当前授权 | The grant of this request")
    def grant_id(self) -> ID | None:
        return ID(str(self.viewer.grant_id)) if self.viewer.grant_id else None

    @computed("本账号全部授权 | Every hat of the account")
    async def grants(self) -> list[Grant]:
        return [_grant(each) for each in await grants_of_account(self.viewer)]

    inbox = connection(
        Message,
        name="Inbox",
        rows=inbox,
        description="消息与待办：办什么、自何时、至何时 | What I was told and what waits for me, since when, by when",
    )

    @computed("本角色可进行的操作 | What this role may do")
    def permissions(self, info: Info) -> list[Permission]:
        say = info.context.say
        return [
            Permission(
                lifecycle=cycle.name, event=move.event, label=say(move.zh, move.en), article=move.article
            )
            for cycle in LIFECYCLES
            for move in cycle.moves
            if self.viewer.role in move.by
        ]


@strawberry.type
class ViewerQuery:
    """The viewer and the system's time. | 当前用户与系统时间"""

    @computed("当前用户；未登录者角色为 PUBLIC | Who asks; PUBLIC where nobody is logged in")
    def viewer(self, info: Info) -> ViewerType:
        return ViewerType(viewer=info.context.viewer)

    @computed("系统时间；演示环境可被调整 | The system's time; a demonstration may move it")
    async def now(self, info: Info) -> datetime:
        return (await info.context.facts()).now


@strawberry.input
class DemoClockMoveInput(New):
    """Where to move the demonstration's time. | 演示时钟调整"""

    to: datetime = described("调整到的时间，不得早于当前 | The moment to move to, not before the present one")


ClockInput = Annotated[DemoClockMoveInput, strawberry.argument(description="输入 | What the command needs")]


@strawberry.type
class DemoClockMovePayload:
    """What came of moving the clock. | 演示时钟调整结果"""

    now: datetime = described("调整后的系统时间 | The system's time afterwards")
    user_errors: list[UserError] = described("全部拒绝理由 | Everything that was refused")


@strawberry.type
class ViewerMutation:
    """The demonstration's clock. | 演示时钟"""

    @strawberry.mutation(
        description="调整演示时钟（仅演示环境的市局） | Moves the demonstration's clock forward"
    )  # type: ignore[untyped-decorator]
    async def demo_clock_move(self, info: Info, input: ClockInput) -> DemoClockMovePayload:
        try:
            return DemoClockMovePayload(
                now=await move_demo_clock(info.context.viewer, input.to), user_errors=[]
            )
        except Refused as refused:
            return DemoClockMovePayload(now=clock.now(), user_errors=user_errors(refused, info.context))


def _grant(each: GrantOfAccount) -> Grant:
    return Grant(
        id=ID(str(each.grant_id)),
        role=each.role,
        organisation_name=each.organisation_name,
        is_default=each.is_default,
    )
