"""Available actions and timelines: what may happen to an object, and what has happened."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import Any

import strawberry

from domain.core.ledger import AuditEntry
from domain.core.lifecycle import Action, Lifecycle
from domain.core.roles import AUTHORITIES, Role
from schema.core.context import Info
from schema.core.enums import graphql_enum
from schema.core.refusals import ActionReason, action_reasons
from schema.core.texts import described

graphql_enum(Role)


@strawberry.type
class AvailableAction:
    """A step from the object's state that this role may take; one that is not yet allowed says why. | 可进行的操作"""

    name: str = described("操作名 | The action's name, as events and mutations use it")
    label: str = described("操作名称（按请求语言） | What the action is called, in the request's language")
    allowed: bool = described("此刻是否可以进行 | Whether it may happen now")
    article: str = described("依据条款 | The article it rests on")
    reasons: list[ActionReason] = described(
        "暂不可进行的全部理由 | Every reason why it may not, empty where it may"
    )


@strawberry.type
class TimelineEntry:
    """Something that happened to the object. It names roles, not persons. | 办理经过的一步"""

    at: datetime = described("时间 | When")
    event: str = described("事件 | What happened")
    label: str = described("事件名称（按请求语言） | What it is called, in the request's language")
    role: Role = described("操作角色 | The role that acted")
    from_state: str | None = described("原状态 | The state before")
    to_state: str = described("新状态 | The state after")
    article: str = described("依据条款 | The article it rests on")
    reason: str | None = described(
        "理由（限主管机关和单位查看） | The reason given, for authorities and the unit"
    )


async def available_actions(found: Awaitable[list[Action]], info: Info) -> list[AvailableAction]:
    """The actions of a row in the request's language."""
    return [
        AvailableAction(
            name=action.move.event,
            label=info.context.say(action.move.zh, action.move.en),
            allowed=action.allowed,
            article=action.move.article,
            reasons=action_reasons(action.reasons, info),
        )
        for action in await found
    ]


async def timeline_entries(
    found: Awaitable[list[AuditEntry]], lifecycle: Lifecycle[Any], info: Info
) -> list[TimelineEntry]:
    """The timeline of a row as its viewer may see it: reasons only for authorities and the unit's own office."""
    return [_entry(entry, lifecycle, info, _may_read_reason(entry, info)) for entry in await found]


def _may_read_reason(entry: AuditEntry, info: Info) -> bool:
    viewer = info.context.viewer
    own = viewer.role is Role.UNIT and entry.unit_id == viewer.organisation_id
    return own or viewer.role in AUTHORITIES


def _entry(entry: AuditEntry, lifecycle: Lifecycle[Any], info: Info, with_reason: bool) -> TimelineEntry:
    event = entry.event.partition(".")[2]
    move = lifecycle.by_event.get(event)
    return TimelineEntry(
        at=entry.at,
        event=event,
        label=info.context.say(move.zh, move.en) if move else event,
        role=entry.role,
        from_state=entry.from_state,
        to_state=entry.to_state,
        article=entry.article,
        reason=(entry.reason or None) if with_reason else None,
    )
