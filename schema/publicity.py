"""Publicity of accepted results (Art. 9(7)); `leads` has what is reported about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry

from domain.core.titles import TitleLevel
from domain.publicity import commands, models
from domain.publicity.lifecycle import PUBLICITY
from domain.publicity.notices import MIN_PUBLICITY_WORKING_DAYS, Notice
from domain.publicity.reads import open_notices
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
    global_id,
    key,
    mutation,
    node,
    row_type,
)
from schema.results import ResultPackage
from schema.units import Unit


@row_type(models.PublicityEntry)
class PublicityEntry:
    """One line of a notice: name, title, specialty and level, never an identity number (S-16). | 公示名单中的一人"""

    name: str
    series: str
    specialty: str
    level: TitleLevel
    title_name: str

    @computed("名单条目标识，反映问题时填写 | The line's id, which leadFile takes")
    def id(self) -> ID:
        row: Any = self  # resolvers of parts run on the model's row
        return ID(global_id("PublicityEntry", row.id))


@node(models.Publicity, lifecycle=PUBLICITY)
class Publicity(Node):
    """A public notice of accepted results for at least five working days (Art. 9(7)). | 评审结果公示"""

    package: ResultPackage | None
    unit: Unit | None
    unit_name: str
    title: str
    text: str
    contact_name: str
    contact_phone: str
    contact_email: str
    working_days: int
    starts_on: date
    ends_on: date
    ends_at: datetime
    closed_at: datetime | None
    annul_reason: str
    entries: list[PublicityEntry] = children(models.PublicityEntry, "publicity_id", order="name")


@strawberry.type
class PublicityQuery:
    """Publicity. | 公示查询"""

    publicities = connection(
        Publicity,
        filters=("state", "unit", "package", "starts_on", "ends_on"),
        orders=("created_at", "ends_on"),
        description="可见的公示 | The publicities that the viewer may see",
    )
    publicity_notices = connection(
        Publicity,
        name="PublicityNotice",
        rows=open_notices,
        description="正在公示的名单（无需登录） | The notices posted now, for everybody",
    )


@strawberry.input
class PublicityOpenInput(New):
    """The notice to post. | 开启公示"""

    package: ID = described("已通过验收的结果标识 | The accepted results")
    title: str = described("公示标题 | The title of the notice")
    text: str = described("公示正文，不得含身份证号码 | The text, without identity numbers")
    contact_name: str = described("受理部门 | Who takes objections")
    contact_phone: str = described("受理电话 | The phone for objections", default="")
    contact_email: str = described("受理邮箱 | The mail address for objections", default="")
    working_days: int = described(
        "公示工作日数，不少于5 | Working days, at least five", default=MIN_PUBLICITY_WORKING_DAYS
    )


@strawberry.input
class PublicityExtendInput(WithReason):
    """How long the publicity is to run in all. | 延长公示"""

    working_days: int = described("延长后的工作日总数 | Working days in all, more than at present")


@strawberry.type
class PublicityMutation:
    """What is done with publicities. | 公示操作"""

    @mutation("publicity", Publicity)
    async def publicity_open(call: Call, input: PublicityOpenInput) -> models.Publicity:
        """Posts accepted results for at least five working days (Art. 9(7)). | 开启公示"""
        notice = Notice(
            title=input.title,
            text=input.text,
            contact_name=input.contact_name,
            contact_phone=input.contact_phone,
            contact_email=input.contact_email,
            working_days=input.working_days,
        )
        return await commands.open_publicity(
            call, key(input.package, "ResultPackage", field="package"), notice
        )

    @mutation("publicity", Publicity)
    async def publicity_extend(call: Call, input: PublicityExtendInput) -> models.Publicity:
        """Lengthens the window; it can never be shortened (S-17). | 延长公示"""
        return await commands.extend(call, _publicity(input), input.version, input.working_days, input.reason)

    @mutation("publicity", Publicity)
    async def publicity_annul(call: Call, input: WithReason) -> models.Publicity:
        """Takes a defective notice down; it must be posted again for the full length. | 作废公示"""
        return await commands.annul(call, _publicity(input), input.version, input.reason)


def _publicity(input: OnVersion) -> UUID:
    return key(input.id, "Publicity")
