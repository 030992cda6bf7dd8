"""A call: who asks, and how it can be recognised when it comes twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.core.errors import Invalid, Refused
from domain.core.ledger import IdempotencyKey
from domain.core.roles import SYSTEM, Viewer

MAX_KEY_LENGTH = 128
#: A client that retries after a week has forgotten what it wanted. In real time, whatever the demo clock says.
KEYS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Call:
    """One command of one viewer. `fingerprint` is a digest of the input, so that a key cannot be used for another."""

    viewer: Viewer
    key: str | None = None
    fingerprint: bytes = b""
    request_id: str = ""


BY_SYSTEM = Call(SYSTEM)


async def earlier_result(call: Call, operation: str, db: BaseDBAsyncClient) -> UUID | None:
    """Claims the call's key inside the running transaction.

    Returns the object that the first call with this key made or changed, or None if this is the first call. A second
    call that arrives while the first is running waits for it here.

    Raises:
        Refused: the key is too long, or was used by another actor, for another operation or other input (S-3).
    """
    if call.key is None:
        return None
    if not 1 <= len(call.key) <= MAX_KEY_LENGTH:
        text = (
            f"幂等键长度须为 1 至 {MAX_KEY_LENGTH} 个字符。",
            f"An idempotency key has 1 to {MAX_KEY_LENGTH} characters.",
        )
        raise Refused([Invalid("idempotencyKey", *text, rule_id="S-7")])
    claimed = await db.execute_query_dict(
        "INSERT INTO idempotency_keys (key, actor, operation, fingerprint, at) VALUES ($1, $2, $3, $4, now()) "
        "ON CONFLICT (key) DO NOTHING RETURNING key",
        [call.key, call.viewer.actor_key, operation, call.fingerprint],
    )
    if claimed:
        return None
    earlier = await IdempotencyKey.filter(key=call.key).using_db(db).get()
    same = (earlier.actor, earlier.operation, bytes(earlier.fingerprint))
    if same != (call.viewer.actor_key, operation, call.fingerprint) or earlier.subject_id is None:
        text = "该幂等键已用于其他请求。", "This idempotency key was used for another request."
        raise Refused([Invalid("idempotencyKey", *text, rule_id="S-3")])
    subject_id: UUID = earlier.subject_id
    return subject_id


async def remember(call: Call, subject_id: UUID, db: BaseDBAsyncClient) -> None:
    """Stores what came of the call's key, in the same transaction as the change."""
    if call.key is not None:
        await IdempotencyKey.filter(key=call.key).using_db(db).update(subject_id=subject_id)


async def forget_old_keys() -> int:
    """Deletes keys that no caller will repeat any more, and says how many. For a daily job."""
    return await IdempotencyKey.filter(at__lt=datetime.now(UTC) - KEYS_KEPT).delete()
