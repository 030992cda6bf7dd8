"""The inbox: what a hat was told, and what waits for it."""

from __future__ import annotations

from tortoise.queryset import QuerySet

from domain.core.access import visible
from domain.core.roles import Viewer
from domain.notifications.models import Message


def inbox(viewer: Viewer) -> QuerySet[Message]:
    """The viewer's messages under its present hat; order by (created_at, id), index (grant_id, created_at, id)."""
    return visible(Message, viewer)
