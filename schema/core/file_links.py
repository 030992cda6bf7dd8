"""Links to files: capabilities that say "this actor may read this file until then", sealed with a keyed hash.

A file is readable by whoever may see the object it proves, and only the schema knows which objects those are. So the
link is minted where the object is visible, and minting it *is* the authorisation; the download checks nothing but the
link. It is bound to the actor and lives for minutes, so a link that is passed on opens nothing.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_bytes

from domain.core.roles import Viewer

#: Links are sealed for real time, not for the demonstration's clock: they are no deadline of the Measures.
LIFETIME = timedelta(minutes=10)
_STAMP = 8
_TAG = 25  # with the stamp 33 bytes, which need no padding in base64


class _Process:
    #: Without a configured key links still work within one process.
    key = token_bytes(32)


def use_file_link_key(key: bytes) -> None:
    """Called once at the start of a process, so that every process takes every other's links."""
    _Process.key = key


def file_link_key() -> bytes:
    return _Process.key


def actor_of(viewer: Viewer) -> str:
    """Whom a link is for: the role with its grant or client, so that no client's name passes for another role."""
    return f"{viewer.role}:{viewer.actor_key}"


def make_link(key: bytes, file_id: str, actor: str, expires: datetime) -> str:
    """The path under which `actor` may read the file until `expires`. `file_id` is the file's global id."""
    stamp = int(expires.timestamp()).to_bytes(_STAMP, "big")
    grant = urlsafe_b64encode(stamp + _tag(key, file_id, actor, stamp)).decode()
    return f"/files/{file_id}?grant={grant}"


def check_link(key: bytes, file_id: str, actor: str, grant: str, now: datetime) -> bool:
    """Whether `grant` (the link's parameter) was made for this file and actor and is still good."""
    try:
        raw = urlsafe_b64decode(grant.encode("ascii"))
    except (ValueError, binascii.Error):
        return False
    stamp, tag = raw[:_STAMP], raw[_STAMP:]
    good = hmac.compare_digest(tag, _tag(key, file_id, actor, stamp))
    return good and int.from_bytes(stamp, "big") > now.timestamp()


def new_link(file_id: str, viewer: Viewer) -> str:
    """A link for this viewer, from now on."""
    return make_link(_Process.key, file_id, actor_of(viewer), datetime.now(UTC) + LIFETIME)


def opens(file_id: str, viewer: Viewer, grant: str) -> bool:
    """Whether this viewer holds a good link to the file."""
    return check_link(_Process.key, file_id, actor_of(viewer), grant, datetime.now(UTC))


def _tag(key: bytes, file_id: str, actor: str, stamp: bytes) -> bytes:
    # The key also seals cursors; the first part keeps the two apart.
    message = b"\0".join((b"file link", file_id.encode(), actor.encode(), stamp))
    return hmac.new(key, message, sha256).digest()[:_TAG]
