"""A reader marks a message as read. It is nobody's business but the reader's: no state, no audit, no event."""

from __future__ import annotations

from uuid import UUID

from domain.core import clock
from domain.core.access import visible
from domain.core.calls import Call
from domain.core.errors import NotFound, Refused
from domain.notifications.models import Message


async def mark_read(call: Call, id: UUID) -> Message:
    """Marks the viewer's own message as read; a second time changes nothing.

    Raises:
        Refused: NotFound for anybody else's message.
    """
    message = await visible(Message, call.viewer).get_or_none(id=id)
    if message is None:
        raise Refused([NotFound()])
    if message.read_at is None:
        message.read_at = clock.now()
        await message.save(update_fields=["read_at"])
    return message
