"""Global ids: opaque to clients, one for every node, `Type:uuid` underneath."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from uuid import UUID

from domain.core.errors import NotFound, Refused

MAX_ID_LENGTH = 128


def global_id(type_name: str, id: UUID) -> str:
    """The id under which clients know a node."""
    return urlsafe_b64encode(type_name.encode() + b":" + id.bytes).decode().rstrip("=")


def parse_id(text: str) -> tuple[str, UUID] | None:
    """The type and key behind a global id, or None for anything that is not one."""
    if len(text) > MAX_ID_LENGTH:
        return None
    try:
        name, _, raw = urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).partition(b":")
        return name.decode(), UUID(bytes=raw)
    except (ValueError, binascii.Error):
        return None


def key(id: str, type_name: str | None = None, *, field: str = "id") -> UUID:
    """The key behind a global id in an input.

    Raises:
        Refused: NotFound, where it is malformed or the id of another type.
    """
    found = parse_id(str(id))
    if found is None or (type_name is not None and found[0] != type_name):
        raise Refused([NotFound(field)])
    return found[1]


def keys(ids: Iterable[str], type_name: str | None = None, *, field: str = "ids") -> list[UUID]:
    """The keys behind several global ids. Raises Refused as `key` does."""
    return [key(id, type_name, field=field) for id in ids]
