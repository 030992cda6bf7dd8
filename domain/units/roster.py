"""The staff roster (花名册) of a unit: an .xlsx becomes rows, or a list of everything that is wrong with it.
Art. 6.

Nothing is stored here. `read_roster` gives a preview; a unit imports it only when it has no fault, and a
faulty file is told in full, by row and cell, so that one correction is enough (一次性告知). The staff count
of Art. 7(2) comes from the roster too, so it lists everybody; the conditions of Art. 6 bind only those whose
row applies for a title.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.core.identity import Sex
from domain.core.titles import TitleLevel
from domain.units.names import PostType
from domain.units.roster_cells import CellRefused, Reading, cell_text, read_identity_number
from domain.units.roster_faults import Fault, FaultCode, fault
from domain.units.roster_layout import (
    COLUMNS,
    TITLES,
    Column,
    is_blank,
    read_header,
    structure_faults,
    untitled_faults,
)
from domain.units.roster_rules import row_faults
from domain.units.roster_sheet import RosterFileRefused, RosterSheet, column_letters, read_sheet

MAX_LISTED_FAULTS = 10_000


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of the roster, as the unit declares it. `row` is the row of the file; `insured_since` is the
    first day of a month; a series is its two-digit code. The repr holds no personal data.
    """

    row: int
    name: str
    identity_number: str
    birth_date: date
    sex: Sex
    phone: str | None
    department: str | None
    post_type: PostType
    current_series: str | None
    current_level: TitleLevel | None
    current_title_date: date | None
    contract_start: date
    contract_end: date | None
    insurance_city: str | None
    insured_since: date | None
    applied_series: str | None
    applied_specialty: str | None
    applied_level: TitleLevel | None

    def __repr__(self) -> str:
        return f"RosterRow(row={self.row})"


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """What a roster file holds: its sound rows, and its faults in the order of the sheet.

    At most MAX_LISTED_FAULTS faults are listed; `unlisted_faults` counts the others.
    """

    rows: list[RosterRow]
    faults: list[Fault]
    unlisted_faults: int = 0

    @property
    def importable(self) -> bool:
        """True if nothing is wrong anywhere in the file."""
        return not self.faults


_DECLARED_TWICE = {"declared_birth_date", "declared_sex"}


def read_roster(content: bytes, today: date) -> RosterPreview:
    """The preview of a roster file; never raises for what the file holds. `today` is the day in Beijing."""
    try:
        sheet = read_sheet(content)
    except RosterFileRefused as refused:
        return RosterPreview([], [refused.fault])
    places, faults = read_header(sheet)
    rows: list[RosterRow] = []
    if places:
        faults += [*untitled_faults(sheet), *structure_faults(sheet)]
        rows = _read_rows(sheet, places, Reading(today), faults)
        if sheet.structure.last_row < 2:
            faults.append(
                fault(FaultCode.NO_ROWS, "第2行起没有人员，请填写后上传", "no people from row 2 on")
            )
    faults.sort(key=lambda found: (found.row, len(found.cell), found.cell))
    return RosterPreview(rows, faults[:MAX_LISTED_FAULTS], max(len(faults) - MAX_LISTED_FAULTS, 0))


def _read_rows(
    sheet: RosterSheet, places: Mapping[int, Column], reading: Reading, faults: list[Fault]
) -> list[RosterRow]:
    """The rows without a fault of their own; faults are added to the list."""
    letters = {column.field: column_letters(place) for place, column in places.items()}
    complete = {column.field for column in COLUMNS if not column.optional} <= set(letters)
    first_rows: dict[str, int] = {}
    rows = []
    for number, values in _filled_rows(sheet, places):
        found: list[tuple[str, CellRefused]] = []
        read = dict(_read_cells(sheet, number, values, places, reading, found))
        found += row_faults(number, read, reading.today, first_rows)
        faults += [_placed(number, letters.get(name, ""), TITLES[name], reason) for name, reason in found]
        if complete and not found:
            rows.append(_row(number, read))
    return rows


def _filled_rows(sheet: RosterSheet, places: Collection[int]) -> Iterator[tuple[int, Sequence[object]]]:
    """Rows from 2 on with anything under a title; a formula or an error without a value counts."""
    beyond_values = {row for row, place in sheet.structure.without_values if place in places}
    width = sheet.structure.last_column + 1
    last = max(beyond_values, default=0)
    for number in range(2, max(len(sheet.rows), last) + 1):
        values = sheet.rows[number - 1] if number <= len(sheet.rows) else [""] * width
        if number in beyond_values or not all(is_blank(values[place]) for place in places):
            yield number, values


def _read_cells(
    sheet: RosterSheet,
    number: int,
    values: Sequence[object],
    places: Mapping[int, Column],
    reading: Reading,
    found: list[tuple[str, CellRefused]],
) -> Iterator[tuple[str, object]]:
    """Field and value of every cell that could be read (None: left blank); the others go into `found`."""
    for place, column in places.items():
        try:
            _check_structure(sheet, (number, place))
            yield column.field, _read_cell(column, values[place], reading)
        except CellRefused as refused:
            found.append((column.field, refused))


def _check_structure(sheet: RosterSheet, position: tuple[int, int]) -> None:
    if position in sheet.structure.formulas:
        zh, en = (
            "单元格是公式，请改为直接填写的内容",
            "the cell is a formula; replace it by what it should say",
        )
        raise CellRefused(FaultCode.FORMULA, zh, en)
    if position in sheet.structure.errors:
        raise CellRefused(
            FaultCode.CELL_ERROR, "单元格是错误值，请重新填写", "the cell holds an error; fill it in again"
        )


def _read_cell(column: Column, value: object, reading: Reading) -> object:
    if is_blank(value):
        if column.needed:
            zh, en = f"“{column.title}”不能为空，请填写", f"{column.title} must not be blank"
            raise CellRefused(FaultCode.BLANK, zh, en)
        return None
    if column.read is read_identity_number and not isinstance(value, str):
        zh = "身份证号被存为数字，末几位可能已丢失；请将该列设为文本格式后重新填写"
        en = "stored as a number, so its last digits may be lost; format the column as text and type it again"
        raise CellRefused(FaultCode.NUMBER_NOT_TEXT, zh, en)
    return column.read(cell_text(value, column.longest), reading)


def _placed(number: int, letters: str, title: str, reason: CellRefused) -> Fault:
    cell = f"{letters}{number}" if letters else ""
    return fault(reason.code, reason.zh, reason.en, row=number, cell=cell, column=title)


def _row(number: int, read: Mapping[str, Any]) -> RosterRow:
    identity = read["identity"]
    values = {
        name: value for name, value in read.items() if name not in _DECLARED_TWICE and name != "identity"
    }
    return RosterRow(
        row=number,
        identity_number=identity.number,
        birth_date=identity.birth_date,
        sex=identity.sex,
        **values,
    )
