"""How a roster is laid out: the columns it must have, where they stand, and what hides or merges cells."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from domain.core.identity import compact
from domain.units.roster_cells import (
    Reading,
    read_date,
    read_identity_number,
    read_level,
    read_name,
    read_past_date,
    read_past_month,
    read_phone,
    read_post_type,
    read_series,
    read_sex,
    read_words,
)
from domain.units.roster_faults import Fault, FaultCode, fault
from domain.units.roster_sheet import RosterSheet, column_letters


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a roster: its title in the file, the field it fills, and how a cell of it is read."""

    title: str
    field: str
    read: Callable[[str, Reading], object]
    needed: bool = False  # every person must have a value
    optional: bool = False  # the column itself may be missing
    longest: int = 40


COLUMNS = (
    Column("姓名", "name", read_name, needed=True, longest=60),
    Column("身份证号", "identity", read_identity_number, needed=True),
    Column("手机号", "phone", read_phone),
    Column("部门", "department", read_words, longest=100),
    Column("岗位类别", "post_type", read_post_type, needed=True),
    Column("现职称系列", "current_series", read_series),
    Column("现职称等级", "current_level", read_level),
    Column("现职称取得日期", "current_title_date", read_past_date),
    Column("劳动合同起", "contract_start", read_past_date, needed=True),
    Column("劳动合同止", "contract_end", read_date),
    Column("社保缴纳地", "insurance_city", read_words),
    Column("社保起始月", "insured_since", read_past_month),
    Column("申报系列", "applied_series", read_series),
    Column("申报专业", "applied_specialty", read_words, longest=100),
    Column("申报等级", "applied_level", read_level),
    Column("出生日期", "declared_birth_date", read_past_date, optional=True),
    Column("性别", "declared_sex", read_sex, optional=True),
)
_BY_TITLE = {column.title: column for column in COLUMNS}
TITLES = {column.field: column.title for column in COLUMNS}


def read_header(sheet: RosterSheet) -> tuple[dict[int, Column], list[Fault]]:
    """Which column stands where, and what is wrong with row 1."""
    titles = {place: compact(str(value)) for place, value in enumerate(sheet.rows[0] if sheet.rows else [])}
    first_places = {title: place for place, title in reversed(titles.items())}
    places = {place: _BY_TITLE[title] for title, place in first_places.items() if title in _BY_TITLE}
    if not places:
        zh = f"第1行应为表头：{'、'.join(column.title for column in COLUMNS if not column.optional)}"
        return {}, [
            fault(FaultCode.HEADER_MISSING, zh, "row 1 must hold the column titles", row=1, cell="A1")
        ]
    faults = [found for place, title in titles.items() if (found := _title_fault(place, title, titles))]
    missing = (column for column in COLUMNS if column not in places.values() and not column.optional)
    for column in missing:
        zh, en = f"缺少“{column.title}”列，请按模板补上", f"the column {column.title} is missing"
        faults.append(fault(FaultCode.COLUMN_MISSING, zh, en, row=1, column=column.title))
    return places, faults


def _title_fault(place: int, title: str, titles: Mapping[int, str]) -> Fault | None:
    cell = f"{column_letters(place)}1"
    if not title:
        return None
    if title not in _BY_TITLE:
        zh, en = (
            "不认识的列，请按模板命名或删除该列",
            "unknown column; name it as in the template or remove it",
        )
        return fault(FaultCode.COLUMN_UNKNOWN, zh, en, row=1, cell=cell, column=title[:40])
    first = next(other for other, same in titles.items() if same == title)
    if first == place:
        return None
    zh = f"与{column_letters(first)}列重复，请只保留一列"
    en = f"the same column as {column_letters(first)}; keep one of them"
    return fault(FaultCode.COLUMN_TWICE, zh, en, row=1, cell=cell, column=title)


def untitled_faults(sheet: RosterSheet) -> Iterator[Fault]:
    """Content under no title would be dropped silently, so each such column is named by its first cell."""
    for place, title in enumerate(sheet.rows[0]):
        if not is_blank(title):
            continue
        filled = {row for row, values in enumerate(sheet.rows, 1) if not is_blank(values[place])}
        filled |= {row for row, column in sheet.structure.without_values if column == place}
        if filled:
            first = min(filled)
            zh, en = (
                "该列没有列名，请补上列名或删除内容",
                "the column has no title; give it one or remove its content",
            )
            cell = f"{column_letters(place)}{first}"
            yield fault(FaultCode.COLUMN_UNKNOWN, zh, en, row=first, cell=cell)


def structure_faults(sheet: RosterSheet) -> list[Fault]:
    structure, faults = sheet.structure, []
    for row in structure.hidden_rows:
        if row <= structure.last_row:
            zh, en = (
                "该行被隐藏或筛选掉，请取消隐藏后核对",
                "the row is hidden or filtered out; show it and check it",
            )
            faults.append(fault(FaultCode.HIDDEN_ROW, zh, en, row=row, cell=f"A{row}"))
    for column in structure.hidden_columns:
        if column <= structure.last_column:
            cell = f"{column_letters(column)}1"
            zh, en = "该列被隐藏，请取消隐藏后核对", "the column is hidden; show it and check it"
            faults.append(fault(FaultCode.HIDDEN_COLUMN, zh, en, row=1, cell=cell))
    for merged in structure.merged:
        cell = merged.partition(":")[0]
        row = int("".join(character for character in cell if character in "0123456789") or 0)
        zh, en = (
            f"{merged} 为合并单元格，请取消合并并逐格填写",
            f"{merged} is merged; split it and fill every cell",
        )
        faults.append(fault(FaultCode.MERGED_CELLS, zh, en, row=row, cell=cell))
    return faults


def is_blank(value: object) -> bool:
    """True for a cell in which nobody can see anything."""
    return isinstance(value, str) and not value.strip()
