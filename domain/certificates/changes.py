"""What has changed for a unit's own systems: the delta feed of results and certificates.

The feed follows (txid, seq) of the outbox, and shows nothing of transactions that are not older than every running one:
`seq` is drawn before commit, so a reader that followed it alone would lose slow transactions for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import connections

from domain.core.access import visible
from domain.core.roles import Role, Viewer
from domain.results.models import Result

#: A transaction and a place in it.
Position = tuple[int, int]
START: Position = (0, 0)
CANDIDACY = "Candidacy"


class ChangeKind(StrEnum):
    """What kind of object changed (变更对象)."""

    RESULT = "RESULT"
    CERTIFICATE = "CERTIFICATE"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of which object, by which event, when. Read the object itself for what it is now."""

    kind: ChangeKind
    id: UUID
    event: str
    at: datetime
    position: Position


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of changes, where the next one begins, and whether there is more already."""

    changes: Sequence[Change]
    end: Position
    more: bool


#: What each token scope follows.
FOLLOWED: Mapping[str, tuple[str, ...]] = {
    "results:read": tuple(
        f"candidacy.{event}"
        for event in ("accept", "void", "confirm", "hold", "clear", "not_recognise", "certify")
    ),
    "certificates:read": tuple(
        f"certificate.{event}"
        for event in ("issue", "reissue", "correct", "hold", "release", "revoke", "attach_document")
    ),
}
_PAGE = """
SELECT txid, seq, event, subject_type, subject_id, at FROM outbox_events
WHERE unit_id = $1 AND event = ANY($2::text[]) AND (txid, seq) > ($3::bigint, $4::bigint)
  AND txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY txid, seq LIMIT $5
"""


async def changes_after(viewer: Viewer, after: Position, size: int) -> Feed:
    """Up to `size` changes of the viewer's unit after a position.

    Index (unit_id, txid, seq). Only units and their machine clients follow; a client sees what its scopes read.
    """
    events = [
        event
        for scope, names in FOLLOWED.items()
        if viewer.scopes is None or scope in viewer.scopes
        for event in names
    ]
    if viewer.role not in (Role.UNIT, Role.MACHINE) or viewer.organisation_id is None or not events:
        return Feed((), after, False)
    database = connections.get("default")
    rows = await database.execute_query_dict(_PAGE, [viewer.organisation_id, events, *after, size + 1])
    page = rows[:size]
    results = await _results_of(
        [row["subject_id"] for row in page if row["subject_type"] == CANDIDACY], viewer
    )
    changes = [change for row in page if (change := _change(row, results)) is not None]
    end = (page[-1]["txid"], page[-1]["seq"]) if page else after
    return Feed(changes, end, len(rows) > size)


def _change(row: Mapping[str, Any], results: Mapping[UUID, UUID]) -> Change | None:
    """A unit's systems know results, not candidacies; one that came to nothing before its result is no change."""
    about_result = row["subject_type"] == CANDIDACY
    id = results.get(row["subject_id"]) if about_result else row["subject_id"]
    if id is None:
        return None
    kind = ChangeKind.RESULT if about_result else ChangeKind.CERTIFICATE
    return Change(kind=kind, id=id, event=row["event"], at=row["at"], position=(row["txid"], row["seq"]))


async def _results_of(candidacies: Sequence[UUID], viewer: Viewer) -> Mapping[UUID, UUID]:
    found = visible(Result, viewer).filter(candidacy_id__in=candidacies)
    return dict(await found.values_list("candidacy_id", "id")) if candidacies else {}
