"""Opening a roster file: the one sheet that counts, its values, and what a reader of values alone would not
see.

python-calamine reads values fast, but it gives a formula's cached value, nothing for an error, and says
nothing of hidden rows. So the sheet's XML is walked once as well, before calamine: the walk also finds the
true extent of the sheet, because two cells far apart would make calamine lay out everything between them.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from domain.core.office_archives import OfficeArchiveRefused, open_office_archive
from domain.units.roster_faults import Fault, FaultCode, fault

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 64
SHEET_NAME = "花名册"
_MACROS = re.compile(r"vbaProject\.bin|macrosheets/", re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_FAR_AWAY = 10**7

Attributes = dict[str, str]


class RosterFileRefused(Exception):
    """The file cannot be read as a roster at all; `fault` says why."""

    def __init__(self, reason: Fault) -> None:
        super().__init__(reason.en)
        self.fault = reason


@dataclass
class Structure:
    """What the values do not show. Rows count from 1, columns from 0; `cells` are (row, column)."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    last_row: int = 0
    last_column: int = -1

    @property
    def without_values(self) -> set[tuple[int, int]]:
        """Cells that hold something even where the values show nothing: formulas and errors."""
        return self.formulas | self.errors


@dataclass(frozen=True)
class RosterSheet:
    """The values, row 1 first, every row as wide as the sheet; and the structure beside them."""

    rows: list[list[object]]
    structure: Structure


def read_sheet(content: bytes) -> RosterSheet:
    """Raises RosterFileRefused: no .xlsx, encrypted, macros, a bomb, too large, unclear which sheet, too many
    rows.
    """
    if len(content) > MAX_BYTES:
        raise _refused(
            FaultCode.FILE_TOO_LARGE,
            f"文件超过{MAX_BYTES >> 20} MB，请删除图片和多余内容或拆分后上传",
            f"the file exceeds {MAX_BYTES >> 20} MB; remove pictures and what is not needed, or split it",
        )
    archive = _open(content)
    try:
        workbook = CalamineWorkbook.from_object(io.BytesIO(content))
        name = _sheet_name(workbook)
        structure = _walk_sheet(archive.read(_sheet_part(archive, name)))
        _check_extent(structure)
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, expat.ExpatError, KeyError) as error:
        raise _damaged() from error
    return RosterSheet([list(row) for row in rows], structure)


def column_letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    while column >= 0:
        column, place = divmod(column, 26)
        letters = chr(ord("A") + place) + letters
        column -= 1
    return letters


def _open(content: bytes) -> zipfile.ZipFile:
    try:
        archive = open_office_archive(content)
    except OfficeArchiveRefused as error:
        known = error.code in FaultCode.__members__
        code = FaultCode(error.code) if known else FaultCode.NOT_A_ROSTER_FILE
        raise _refused(code, error.zh, error.en) from error
    names = archive.namelist()
    if any(_MACROS.search(name) for name in names):
        raise _refused(
            FaultCode.MACROS,
            "文件含有宏，请另存为不含宏的 .xlsx 后上传",
            "the file holds macros; save it as .xlsx without them",
        )
    if "xl/workbook.xml" not in names:
        raise _damaged()
    return archive


def _sheet_name(workbook: CalamineWorkbook) -> str:
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    names = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    if SHEET_NAME in names:
        return SHEET_NAME
    if len(names) != 1:
        raise _refused(
            FaultCode.SHEET_UNCLEAR,
            f"文件有{len(names)}个可见工作表，请将要导入的工作表命名为“{SHEET_NAME}”",
            f"the file has {len(names)} visible sheets; name the one to import {SHEET_NAME}",
        )
    return names[0]


def _sheet_part(archive: zipfile.ZipFile, name: str) -> str:
    """Where the archive keeps the sheet of that name. Raises KeyError."""
    relations: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            relations[attributes["Id"]] = attributes["Target"]

    def sheet(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            ids = [value for key, value in attributes.items() if key.rpartition(":")[2] == "id"]
            sheets[attributes["name"]] = ids[0] if ids else ""

    _walk(archive.read("xl/_rels/workbook.xml.rels"), relation)
    _walk(archive.read("xl/workbook.xml"), sheet)
    return posixpath.normpath(posixpath.join("/xl", relations[sheets[name]])).lstrip("/")


class _SheetWalk:
    """Collects the structure from the start tags of a sheet, in document order."""

    def __init__(self) -> None:
        self.structure = Structure()
        self._row = 0
        self._column = -1

    def __call__(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._cell(attributes)
        elif tag in {"v", "is", "f"}:
            self._content(tag)
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "mergeCell":
            self.structure.merged.append(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in {"1", "true"}:
            first, last = (_count(attributes.get(key, "1")) for key in ("min", "max"))
            self.structure.hidden_columns += range(first - 1, min(last, MAX_COLUMNS))

    def _start_row(self, attributes: Attributes) -> None:
        self._row = _count(attributes["r"]) if "r" in attributes else self._row + 1
        self._column = -1
        if attributes.get("hidden") in {"1", "true"}:
            self.structure.hidden_rows.append(self._row)

    def _cell(self, attributes: Attributes) -> None:
        self._column += 1
        if "r" in attributes:
            self._row, self._column = _position(attributes["r"])
        if attributes.get("t") == "e":
            self.structure.errors.add((self._row, self._column))

    def _content(self, tag: str) -> None:
        if tag == "f":
            self.structure.formulas.add((self._row, self._column))
        self.structure.last_row = max(self.structure.last_row, self._row)
        self.structure.last_column = max(self.structure.last_column, self._column)


def _walk_sheet(xml: bytes) -> Structure:
    walk = _SheetWalk()
    _walk(xml, walk)
    return walk.structure


def _walk(xml: bytes, on_tag: Callable[[str, Attributes], None]) -> None:
    """Calls `on_tag(local name, attributes)` for every start tag; a document type (entities) is refused."""

    def start(name: str, attributes: Attributes) -> None:
        on_tag(name.rpartition(":")[2], attributes)

    def refuse(*_: object) -> None:
        raise _damaged()

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(xml, True)


def _position(reference: str) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise _damaged()
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else _FAR_AWAY


def _check_extent(structure: Structure) -> None:
    if structure.last_row > MAX_ROWS + 1:
        raise _refused(
            FaultCode.TOO_MANY_ROWS,
            f"内容延伸到第{structure.last_row}行，一次最多导入{MAX_ROWS}人，请拆分文件或删除远处的内容",
            f"content reaches row {structure.last_row}; at most {MAX_ROWS} people at once: split the file",
        )
    if structure.last_column >= MAX_COLUMNS:
        raise _refused(
            FaultCode.TOO_MANY_COLUMNS,
            f"内容延伸到{column_letters(structure.last_column)}列，最多{MAX_COLUMNS}列，请删除多余的列",
            f"content reaches column {column_letters(structure.last_column)}; at most {MAX_COLUMNS} columns",
        )


def _refused(code: FaultCode, zh: str, en: str) -> RosterFileRefused:
    return RosterFileRefused(fault(code, zh, en))


def _damaged() -> RosterFileRefused:
    return _refused(
        FaultCode.NOT_A_ROSTER_FILE,
        "文件不是有效的 .xlsx（可能由CSV等改名或已损坏），请用Excel或WPS另存为 .xlsx 后上传",
        "not a sound .xlsx (perhaps a renamed CSV, or damaged); save it as .xlsx and upload it again",
    )
