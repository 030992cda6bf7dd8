"""The lines of a roster as the tables hold them: a person found by the blind index, an employment written or compared.

Ten thousand people take a handful of statements: columns travel as arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from anyio import to_thread
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from domain.core import clock
from domain.core.identity import mask_identity_number
from domain.core.sealing import CryptoProvider, sealing_context
from domain.core.secrets import sealer
from domain.units.names import RelationKind, UnitCategory
from domain.units.roster import RosterRow


@dataclass(frozen=True, slots=True)
class Entry:
    """One person's line as the table of employments holds it, in the order of `_COLUMNS`."""

    name: str
    identity_mask: str
    department: str
    post_type: str
    relation: str
    started_on: date
    ended_on: date | None
    insured_in: str
    insured_since: date | None
    title_series: str
    title_level: str | None
    title_obtained_on: date | None
    applying_series: str
    applying_specialty: str
    applying_level: str | None


_COLUMNS = {
    "name": "varchar",
    "identity_mask": "varchar",
    "department": "varchar",
    "post_type": "varchar",
    "relation": "varchar",
    "started_on": "date",
    "ended_on": "date",
    "insured_in": "varchar",
    "insured_since": "date",
    "title_series": "varchar",
    "title_level": "varchar",
    "title_obtained_on": "date",
    "applying_series": "varchar",
    "applying_specialty": "varchar",
    "applying_level": "varchar",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import would do, or did: how many people are new, changed, or as they were."""

    added: int
    changed: int
    unchanged: int


def entries_of(rows: Sequence[RosterRow], category: UnitCategory) -> dict[bytes, Entry]:
    """The lines by the blind index of their person's identity number."""
    relation = (
        RelationKind.PERSONNEL_APPOINTMENT
        if category is UnitCategory.PUBLIC_INSTITUTION
        else RelationKind.LABOUR_CONTRACT
    )
    index = sealer().blind_index
    return {index(row.identity_number): _entry(row, relation) for row in rows}


def _entry(row: RosterRow, relation: RelationKind) -> Entry:
    return Entry(
        name=row.name,
        identity_mask=mask_identity_number(row.identity_number),
        department=row.department or "",
        post_type=str(row.post_type),
        relation=str(relation),
        started_on=row.contract_start,
        ended_on=row.contract_end,
        insured_in=row.insurance_city or "",
        insured_since=row.insured_since,
        title_series=row.current_series or "",
        title_level=_word(row.current_level),
        title_obtained_on=row.current_title_date,
        applying_series=row.applied_series or "",
        applying_specialty=row.applied_specialty or "",
        applying_level=_word(row.applied_level),
    )


def _word(value: object) -> str | None:
    return None if value is None else str(value)


async def compare(unit_id: UUID, entries: dict[bytes, Entry]) -> Changes:
    """What writing these lines would change, without writing them."""
    async with in_transaction() as db:
        people = await _known_people(list(entries), db)
        employed = await _employed(unit_id, db)
    present = {index: people[index] for index in entries if people.get(index) in employed}
    changed = sum(employed[person] != astuple(entries[index]) for index, person in present.items())
    return Changes(len(entries) - len(present), changed, len(present) - changed)


async def write_entries(unit_id: UUID, rows: Sequence[RosterRow], entries: dict[bytes, Entry]) -> Changes:
    """Makes the persons nobody knew, and brings the unit's roster to these lines; nobody is removed."""
    async with in_transaction() as db:
        people = await _people(rows, entries, db)
        employed = await _employed(unit_id, db)
        added = {people[index]: entry for index, entry in entries.items() if people[index] not in employed}
        changed = {
            people[index]: entry
            for index, entry in entries.items()
            if people[index] in employed and employed[people[index]] != astuple(entry)
        }
        await _add(unit_id, added, db)
        await _change(unit_id, changed, db)
    return Changes(len(added), len(changed), len(entries) - len(added) - len(changed))


async def _people(
    rows: Sequence[RosterRow], entries: dict[bytes, Entry], db: BaseDBAsyncClient
) -> dict[bytes, UUID]:
    """The person behind each blind index; those nobody knew yet are made."""
    indexes = list(entries)
    known = await _known_people(indexes, db)
    strangers = [(index, row) for index, row in zip(indexes, rows, strict=True) if index not in known]
    if strangers:
        sealed = await to_thread.run_sync(_seal, strangers, sealer())
        # Another import may make the same person at the same time: the unique index decides, and is read again.
        await db.execute_query(
            "INSERT INTO persons (id, created_at, name, identity_sealed, identity_index, identity_mask) "
            "SELECT id, $6, name, sealed, index, mask FROM unnest($1::uuid[], $2::varchar[], $3::bytea[], "
            "$4::bytea[], $5::varchar[]) AS person (id, name, sealed, index, mask) ORDER BY index "
            "ON CONFLICT (identity_index) DO NOTHING",
            [*_arrays(sealed, 5), clock.now()],
        )
        known |= await _known_people([index for index, _ in strangers], db)
    return known


async def _known_people(indexes: list[bytes], db: BaseDBAsyncClient) -> dict[bytes, UUID]:
    found = await db.execute_query_dict(
        "SELECT identity_index, id FROM persons WHERE identity_index = ANY($1::bytea[])", [indexes]
    )
    return {bytes(row["identity_index"]): row["id"] for row in found}


def _seal(
    strangers: Iterable[tuple[bytes, RosterRow]], crypto: CryptoProvider
) -> list[tuple[UUID, str, bytes, bytes, str]]:
    sealed = []
    for index, row in strangers:
        id = uuid4()
        context = sealing_context("persons", "identity_sealed", id)
        number = crypto.seal(row.identity_number, context)
        sealed.append((id, row.name, number, index, mask_identity_number(row.identity_number)))
    return sealed


async def _employed(unit_id: UUID, db: BaseDBAsyncClient) -> dict[UUID, tuple[Any, ...]]:
    """Who is on the unit's roster now, with the line as `astuple(Entry)` gives it. Index: `on_the_roster_once`."""
    columns = ", ".join(_COLUMNS)
    found = await db.execute_query_dict(
        f"SELECT person_id, {columns} FROM employments WHERE unit_id = $1 AND left_on IS NULL", [unit_id]
    )
    return {row["person_id"]: tuple(row[column] for column in _COLUMNS) for row in found}


async def _add(unit_id: UUID, added: dict[UUID, Entry], db: BaseDBAsyncClient) -> None:
    if not added:
        return
    columns = ", ".join(_COLUMNS)
    lines = [(uuid4(), person, *astuple(entry)) for person, entry in added.items()]
    await db.execute_query(
        f"INSERT INTO employments (id, created_at, unit_id, person_id, staff_number, {columns}) "
        f"SELECT line.id, $1, $2, line.person_id, '', {columns} "
        f"FROM unnest($3::uuid[], $4::uuid[], {_unnested(5)}) AS line (id, person_id, {columns})",
        [clock.now(), unit_id, *_arrays(lines, 2 + len(_COLUMNS))],
    )


async def _change(unit_id: UUID, changed: dict[UUID, Entry], db: BaseDBAsyncClient) -> None:
    if not changed:
        return
    assignments = ", ".join(f"{column} = line.{column}" for column in _COLUMNS)
    lines = [(person, *astuple(entry)) for person, entry in changed.items()]
    await db.execute_query(
        f"UPDATE employments SET {assignments} "
        f"FROM unnest($2::uuid[], {_unnested(3)}) AS line (person_id, {', '.join(_COLUMNS)}) "
        "WHERE employments.unit_id = $1 AND employments.person_id = line.person_id AND employments.left_on IS NULL",
        [unit_id, *_arrays(lines, 1 + len(_COLUMNS))],
    )


def _unnested(first: int) -> str:
    return ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(_COLUMNS.values(), first))


def _arrays(lines: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Lines as columns."""
    return [[line[place] for line in lines] for place in range(width)]
