"""Rules about one row of a roster that no cell shows alone: contradictions, contracts, titles, and Art. 6."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from domain.core.reference import title_series
from domain.units.names import PostType
from domain.units.roster_cells import CellRefused
from domain.units.roster_faults import FaultCode

BEIJING_NAMES = frozenset({"北京", "北京市"})
_CURRENT_TITLE = ("current_series", "current_level", "current_title_date")
_APPLIED_TITLE = ("applied_series", "applied_specialty", "applied_level")

Found = tuple[str, CellRefused]


def row_faults(
    number: int, read: Mapping[str, Any], today: date, first_rows: dict[str, int]
) -> Iterator[Found]:
    """Faults with the field they belong to. A cell that could not be read is not in `read`, and no rule
    judges it.

    `first_rows` remembers in which row an identity number stood first, over the calls for one file.
    """
    yield from _identity_faults(number, read, first_rows)
    yield from _contract_faults(read, today)
    for fields in (_CURRENT_TITLE, _APPLIED_TITLE):
        yield from _title_faults(fields, read)
    if any(read.get(name) for name in _APPLIED_TITLE):
        yield from _applicant_faults(read)


def _identity_faults(number: int, read: Mapping[str, Any], first_rows: dict[str, int]) -> Iterator[Found]:
    identity = read.get("identity")
    if identity is None:
        return
    first = first_rows.setdefault(identity.number, number)
    if first != number:
        zh = f"与第{first}行的身份证号相同，请核对第{first}行和第{number}行，一人只留一行"
        en = f"the same identity number as in row {first}; compare rows {first} and {number}, keep one a person"
        yield "identity", CellRefused(FaultCode.IDENTITY_NUMBER_TWICE, zh, en)
    if read.get("declared_birth_date") not in (None, identity.birth_date):
        zh, en = "出生日期与身份证号不一致，请核对", "the date of birth contradicts the identity number"
        yield "declared_birth_date", CellRefused(FaultCode.BIRTH_DATE_CONTRADICTS, zh, en)
    if read.get("declared_sex") not in (None, identity.sex):
        zh, en = "性别与身份证号不一致，请核对", "the sex contradicts the identity number"
        yield "declared_sex", CellRefused(FaultCode.SEX_CONTRADICTS, zh, en)


def _contract_faults(read: Mapping[str, Any], today: date) -> Iterator[Found]:
    """R-6.1: the labour relation must cover the day of the import; a contract without end (无固定期限) is
    blank.
    """
    start, end = read.get("contract_start"), read.get("contract_end")
    if end is None:
        return
    if start is not None and end < start:
        zh, en = "劳动合同止早于劳动合同起，请更正", "the contract ends before it starts"
        yield "contract_end", CellRefused(FaultCode.CONTRACT_ENDS_BEFORE_START, zh, en)
    elif end < today:
        zh = "劳动合同已到期，请填写续签后的合同，已离职人员请删除该行"
        en = "the contract has ended; enter the renewed one, or remove the row of somebody who left"
        yield "contract_end", CellRefused(FaultCode.CONTRACT_ENDED, zh, en)


def _title_faults(fields: tuple[str, ...], read: Mapping[str, Any]) -> Iterator[Found]:
    """A title is given whole or not at all, and its series must have its level (B-10)."""
    if any(read.get(name) for name in fields):
        for name in fields:
            if name in read and read[name] is None:
                zh, en = (
                    "本组三列应同时填写或同时留空，请补充",
                    "fill in all three columns of this title, or none",
                )
                yield name, CellRefused(FaultCode.BLANK, zh, en)
    series_field, level_field = (
        next(name for name in fields if name.endswith(end)) for end in ("series", "level")
    )
    series, level = read.get(series_field), read.get(level_field)
    if series and level and level not in title_series()[series].titles:
        name = title_series()[series].name_zh
        levels = "、".join(known.zh for known in title_series()[series].titles)
        zh, en = (
            f"“{name}”系列没有{level.zh}，可选：{levels}",
            f"series {series} has no level {level.zh}; it has {levels}",
        )
        yield level_field, CellRefused(FaultCode.LEVEL_NOT_IN_SERIES, zh, en)


def _applicant_faults(read: Mapping[str, Any]) -> Iterator[Found]:
    """Art. 6 for those who apply: a technical post, and social insurance paid in Beijing."""
    if read.get("post_type", PostType.PROFESSIONAL_TECHNICAL) is not PostType.PROFESSIONAL_TECHNICAL:
        zh = "申报职称的人员应在专业技术岗位，请更正岗位类别或清空申报各列"
        en = "who applies for a title must hold a technical post; correct the post or clear the application columns"
        yield "post_type", CellRefused(FaultCode.POST_NOT_TECHNICAL, zh, en)
    city = read.get("insurance_city", "北京")
    if city is None or city not in BEIJING_NAMES:
        zh = "申报职称的人员应在北京缴纳社会保险，请核对社保缴纳地或清空申报各列"
        en = "who applies for a title must be insured in Beijing; check the place or clear the application columns"
        yield "insurance_city", CellRefused(FaultCode.INSURANCE_NOT_IN_BEIJING, zh, en)
    if "insured_since" in read and read["insured_since"] is None:
        zh, en = (
            "申报职称的人员应填写社保起始月",
            "who applies for a title must state since when he is insured",
        )
        yield "insured_since", CellRefused(FaultCode.BLANK, zh, en)
