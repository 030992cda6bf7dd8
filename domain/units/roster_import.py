"""A roster file is previewed, then imported: all of it or nothing (Art. 6). The same file again changes nothing.

A person is found again by the blind index of the identity number, over all units; the roster never renames a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from anyio import to_thread

from domain.core import clock
from domain.core.access import visible
from domain.core.calls import Call
from domain.core.errors import Invalid, NotFound, Refusal, Refused, RuleBroken
from domain.core.files import StoredFile
from domain.core.lifecycle import Facts
from domain.core.object_store import read
from domain.core.perform import find, perform
from domain.core.roles import Viewer
from domain.units.lifecycle import UNIT
from domain.units.models import RosterImport, Unit
from domain.units.roster import RosterPreview, read_roster
from domain.units.roster_entries import Changes, compare, entries_of, write_entries

#: A refused import tells this many faults; the preview lists them all.
MAX_TOLD_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Dry:
    """A preview: what the file holds, and what importing it would change."""

    preview: RosterPreview
    changes: Changes


async def preview_roster(viewer: Viewer, unit_id: UUID, file_id: UUID) -> Dry | None:
    """Reads a roster file without writing anything: every fault by row and cell, and what an import would change.

    None for a unit or a file that is not there or out of the viewer's jurisdiction.
    """
    unit = await visible(Unit, viewer).get_or_none(id=unit_id)
    file = await _file_of(viewer, unit_id, file_id)
    if unit is None or file is None:
        return None
    preview = await _read(file)
    entries = await to_thread.run_sync(entries_of, preview.rows, unit.category)
    return Dry(preview, await compare(unit.id, entries))


async def import_roster(call: Call, unit_id: UUID, version: int, file_id: UUID) -> RosterImport:
    """Imports a roster file, all of it or nothing.

    Raises:
        Refused: with the faults of the file by cell (at most MAX_TOLD_FAULTS), NotFound for a file that is not the unit's.
    """
    unit = await find(Unit, call.viewer, unit_id)
    file = await _file_of(call.viewer, unit.id, file_id)
    if file is None:
        raise Refused([NotFound("file")])
    preview = await _read(file)
    entries = await to_thread.run_sync(entries_of, preview.rows, unit.category)

    async def act(unit: Unit, _facts: Facts) -> None:
        changes = await write_entries(unit.id, preview.rows, entries)
        await RosterImport.create(
            unit_id=unit.id,
            file_id=file.id,
            sha256=file.sha256,
            rows=len(entries),
            added=changes.added,
            changed=changes.changed,
            unchanged=changes.unchanged,
            imported_at=clock.now(),
        )

    check = partial(_fault_refusals, preview)
    await perform(call, UNIT, "import_roster", unit_id, version=version, check=check, act=act)
    made = await RosterImport.filter(unit_id=unit_id, file_id=file_id).order_by("-created_at", "-id").first()
    assert made is not None, "written by this import or by the first with the same key"
    return made


async def _file_of(viewer: Viewer, unit_id: UUID, file_id: UUID) -> StoredFile | None:
    """The roster file, if the unit itself handed it in."""
    return await visible(StoredFile, viewer).get_or_none(id=file_id, organisation_id=unit_id)


async def _read(file: StoredFile) -> RosterPreview:
    return await to_thread.run_sync(read_roster, await read(file), clock.today())


def _fault_refusals(preview: RosterPreview, _unit: Unit, _facts: Facts) -> Iterator[Refusal]:
    for fault in preview.faults[:MAX_TOLD_FAULTS]:
        yield RuleBroken(fault.rule, fault.zh, fault.en, field=f"file.{fault.cell}" if fault.cell else "file")
    if untold := len(preview.faults) + preview.unlisted_faults - min(len(preview.faults), MAX_TOLD_FAULTS):
        zh = f"另有{untold}处错误未列出，请先预览花名册查看全部错误。"
        yield Invalid("file", zh, f"{untold} more faults are not listed here; the preview lists them all.")
