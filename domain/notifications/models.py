"""Messages in inboxes, and the events that could not be relayed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from domain.accounts.models import RoleGrant
from domain.core.access import Scope, everything
from domain.core.roles import GRANTABLE, Role
from domain.core.rows import Row


class Message(Row):
    """Tells one hat of one event. At most one for each event and hat, however often it is relayed. | 消息"""

    grant: fields.ForeignKeyRelation[RoleGrant] = fields.ForeignKeyField(
        "models.RoleGrant",
        related_name="messages",
        on_delete=OnDelete.CASCADE,
        description="接收角色 | The hat it is for",
    )
    grant_id: UUID
    event_seq = fields.BigIntField(description="事件顺序号 | The event's place in the order")
    event = fields.CharField(64, description="事件 | The event, as the lifecycle names it")
    subject_type = fields.CharField(40, description="对象类型 | The kind of object")
    subject_id = fields.UUIDField(description="对象 | The object")
    unit_id: UUID | None = fields.UUIDField(null=True, description="所涉单位 | The unit concerned")
    since: datetime = fields.DatetimeField(description="发生时间 | When it happened")
    due_on: date | None = fields.DateField(null=True, description="办理期限 | By when it waits to be done")
    awaits = fields.BooleanField(
        default=False, description="是否待办 | Whether the reader was expected to act"
    )
    settled_at: datetime | None = fields.DatetimeField(
        null=True, description="办结时间 | When the object moved on, so that nothing is waiting any more"
    )
    read_at: datetime | None = fields.DatetimeField(null=True, description="阅读时间 | When it was read")

    jurisdiction = {role: Scope("grant_id", whose="grant_id") for role in sorted(GRANTABLE)}

    class Meta:
        table = "messages"
        indexes = (Index(fields=("grant_id", "created_at", "id")), Index(fields=("subject_id", "event_seq")))
        constraints = (
            UniqueConstraint(fields=("event_seq", "grant_id"), name="one_message_per_event_and_hat"),
        )


class RelayTrouble(Row):
    """An event that could not be relayed: counted, tried again with growing pauses, then left for a person. | 未能转发的事件"""

    event_seq = fields.BigIntField(unique=True, description="事件顺序号 | The event's place in the order")
    attempts = fields.IntField(default=1, description="尝试次数 | How often it was tried")
    retry_at: datetime | None = fields.DatetimeField(
        null=True, description="下次尝试时间 | When it is tried next; empty when it is given up"
    )
    error = fields.CharField(500, description="错误 | What went wrong, without any personal data")

    jurisdiction = {Role.MUNICIPAL_BUREAU: everything}

    class Meta:
        table = "relay_troubles"
