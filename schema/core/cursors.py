"""Cursors: opaque, and sealed with a keyed hash, so that a position cannot be made up or carried to another list."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from secrets import token_bytes
from typing import Any
from uuid import UUID

_TAG = 12
MAX_CURSOR_LENGTH = 512


class _Process:
    #: Without a configured key cursors still work within one process.
    key = token_bytes(32)


def use_cursor_key(key: bytes) -> None:
    """Called once at the start of a process, so that every process takes every other's cursors."""
    _Process.key = key


def make_cursor(scope: str, position: tuple[Any, Any]) -> str:
    """The cursor of a position in the list that `scope` names."""
    body = json.dumps([_plain(part) for part in position], ensure_ascii=False).encode()
    return urlsafe_b64encode(_tag(scope, body) + body).decode().rstrip("=")


def read_cursor(scope: str, cursor: str) -> tuple[Any, Any]:
    """The position behind a cursor.

    Raises:
        ValueError: it was made up, changed, or belongs to another list or order.
    """
    if len(cursor) > MAX_CURSOR_LENGTH:
        raise ValueError("cursor too long")
    raw = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
    tag, body = raw[:_TAG], raw[_TAG:]
    if not hmac.compare_digest(tag, _tag(scope, body)):
        raise ValueError("not a cursor of this list")
    value, tie = json.loads(body)
    return _typed(value), _typed(tie)


def _tag(scope: str, body: bytes) -> bytes:
    return hmac.new(_Process.key, scope.encode() + b"\0" + body, sha256).digest()[:_TAG]


def _plain(part: Any) -> Any:
    if isinstance(part, datetime):
        return {"t": part.isoformat()}
    if isinstance(part, date):
        return {"d": part.isoformat()}
    if isinstance(part, UUID):
        return {"u": part.hex}
    return part if part is None or isinstance(part, int | str) else str(part)


def _typed(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    ((kind, text),) = part.items()
    read: dict[str, Callable[[str], Any]] = {"t": datetime.fromisoformat, "d": date.fromisoformat, "u": UUID}
    return read[kind](text)
