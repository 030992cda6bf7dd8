"""Rows that every change writes in its own transaction: audit, outbox, and the idempotency keys.

The outbox is the truth about what happened; the queue is only a doorbell. Its payload holds ids, never names, identity
numbers or choices: texts are rendered when they are delivered, under the recipient's rights.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.fields.db_defaults import SqlDefault
from tortoise.indexes import Index

from domain.core import clock
from domain.core.access import Guarded, everything
from domain.core.roles import Role


class AuditEntry(Guarded):
    """Who did what to what, when, in which role and why. Append-only: the database refuses to change it. | 审计记录"""

    seq = fields.BigIntField(primary_key=True, generated=True, description="顺序号 | Its place in the order")
    at = fields.DatetimeField(default=clock.now, description="时间 | When")
    event = fields.CharField(64, description="事件 | The event, as the lifecycle names it")
    subject_type = fields.CharField(40, description="对象类型 | The kind of object")
    subject_id = fields.UUIDField(description="对象 | The object")
    unit_id = fields.UUIDField(null=True, description="所涉单位 | The unit concerned")
    role = fields.CharEnumField(Role, max_length=24, description="操作角色 | The role that acted")
    organisation_id = fields.UUIDField(null=True, description="操作机构 | The organisation that acted")
    account_id = fields.UUIDField(null=True, description="操作账号 | The account that acted")
    client_id = fields.CharField(64, null=True, description="机器客户端 | The machine client that acted")
    from_state = fields.CharField(32, null=True, description="原状态 | The state before")
    to_state = fields.CharField(32, description="新状态 | The state after")
    version = fields.IntField(description="新版本号 | The version after")
    article = fields.CharField(16, default="", description="依据条款 | The article it rests on")
    reason = fields.TextField(default="", description="理由 | The reason given")
    request_id = fields.CharField(64, default="", description="请求编号 | The request that caused it")

    jurisdiction = {Role.MUNICIPAL_BUREAU: everything}

    class Meta:
        table = "audit_entries"
        indexes = (Index(fields=("subject_id", "seq")),)


class OutboxEvent(Guarded):
    """Something that happened and somebody may have to be told. | 待发事件"""

    seq = fields.BigIntField(primary_key=True, generated=True, description="顺序号 | Its place in the order")
    at = fields.DatetimeField(default=clock.now, description="时间 | When")
    event = fields.CharField(64, description="事件 | The event, as the lifecycle names it")
    subject_type = fields.CharField(40, description="对象类型 | The kind of object")
    subject_id = fields.UUIDField(description="对象 | The object")
    unit_id = fields.UUIDField(null=True, description="所涉单位 | The unit concerned")
    actor_grant_id = fields.UUIDField(null=True, description="操作者 | The grant that acted")
    relayed_at: datetime | None = fields.DatetimeField(
        null=True, description="转发时间 | When it was relayed"
    )

    #: The transaction that wrote it. `seq` is drawn before commit, so a reader that follows `seq` alone would lose slow
    #: transactions for ever; the change feed follows (txid, seq) below the oldest transaction still running.
    txid: int = fields.BigIntField(
        db_default=SqlDefault("(pg_current_xact_id()::text::bigint)"),
        description="事务号 | The transaction that wrote it",
    )

    jurisdiction = {}

    class Meta:
        table = "outbox_events"
        indexes = (
            Index(fields=("relayed_at", "seq")),
            Index(fields=("subject_id", "seq")),
            Index(fields=("unit_id", "txid", "seq")),
        )


class IdempotencyKey(Guarded):
    """A key that a caller has used, and what came of it. The row is the lock: two at once wait for each other."""

    key = fields.CharField(128, primary_key=True, generated=False)
    actor = fields.CharField(64)
    operation = fields.CharField(80)
    fingerprint = fields.BinaryField()
    subject_id: UUID | None = fields.UUIDField(null=True)
    at = fields.DatetimeField(default=clock.now)

    jurisdiction = {}

    class Meta:
        table = "idempotency_keys"
