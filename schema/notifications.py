"""Messages: what a hat was told and what waits for it; the words are made when they are read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry

from domain.notifications import commands, models
from domain.notifications.audience import line
from domain.notifications.recipients import MODELS
from schema.core import ID, Call, Info, New, Node, computed, described, global_id, key, mutation, node
from schema.core.nodes import name_of


@node(models.Message)
class Message(Node):
    """One thing that a hat was told. It holds no names: what it is about is read under the reader's rights. | 消息"""

    event: str
    since: datetime
    due_on: date | None
    read_at: datetime | None

    @computed("消息内容（按请求语言） | The words, in the request's language")
    def text(self, info: Info) -> str:
        row: Any = self  # resolvers of nodes run on the model's row
        about = line(row.event)
        return info.context.say(about.zh, about.en)

    @computed("所涉对象标识 | The object it is about, for node(id)")
    def subject(self) -> ID:
        row: Any = self
        return ID(global_id(name_of(MODELS[row.subject_type]), row.subject_id))

    @computed("是否待本角色办理 | Whether it still waits for this hat to act")
    def waits_for_me(self) -> bool:
        row: Any = self
        return bool(row.awaits and row.settled_at is None)


@strawberry.input
class MessageMarkReadInput(New):
    """Which message was read. | 标记已读"""

    id: ID = described("消息标识 | The message")


@strawberry.type
class NotificationsMutation:
    """What is done with messages. | 消息操作"""

    @mutation("message", Message)
    async def message_mark_read(call: Call, input: MessageMarkReadInput) -> models.Message:
        """Marks the viewer's own message as read. | 标记已读"""
        return await commands.mark_read(call, key(input.id, "Message"))
