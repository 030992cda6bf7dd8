"""/notices: results that are publicised, with the names masked (Art. 9(7), S-16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.public.pages import page as rendered
from domain.core.access import visible
from domain.core.identity import mask_name
from domain.core.labels import label
from domain.core.paging import Order, Window, page
from domain.core.roles import PUBLIC
from domain.publicity.models import Publicity, PublicityEntry
from domain.publicity.names import PublicityState
from schema.core.cursors import make_cursor, read_cursor

PAGE_SIZE = 10
_LIST = "public notices"
_NEWEST_FIRST = Order()


async def notices(request: Request) -> Response:
    """GET: the newest notices; `?after=` continues a list, and one that is no place in it starts anew."""
    position = _position(request.query_params.get("after", ""))
    window = Window(PAGE_SIZE, after=position)
    found = await page(visible(Publicity, PUBLIC), window, _NEWEST_FIRST)
    entries = await _entries([row.id for row in found.rows])
    last = found.rows[-1] if found.has_next else None
    return rendered(
        "notices",
        notices=[_shown(row, entries[row.id]) for row in found.rows],
        continued=position is not None,
        next=make_cursor(_LIST, _NEWEST_FIRST.position(last)) if last else None,
    )


def _position(cursor: str) -> tuple[Any, Any] | None:
    try:
        return read_cursor(_LIST, cursor) if cursor else None
    except (ValueError, KeyError, TypeError):
        return None


async def _entries(ids: Sequence[UUID]) -> dict[UUID, list[PublicityEntry]]:
    """The lines of these notices, in one query."""
    found: dict[UUID, list[PublicityEntry]] = defaultdict(list)
    rows = visible(PublicityEntry, PUBLIC).filter(publicity_id__in=ids)
    for row in await rows.order_by("series", "specialty", "name", "id"):
        found[row.publicity_id].append(row)
    return found


def _shown(row: Publicity, entries: Sequence[PublicityEntry]) -> dict[str, Any]:
    return {
        "row": row,
        "open": row.state == PublicityState.OPEN,
        "state": label(row.state),
        "entries": [
            {
                "name": mask_name(entry.name),
                "title": entry.title_name,
                "level": entry.level.zh,
                "specialty": entry.specialty,
            }
            for entry in entries
        ],
    }
