"""Reading one cell of a roster: what was typed becomes a value, or a reason why it cannot."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from domain.core.identity import (
    IdentityNumber,
    InvalidIdentityNumber,
    InvalidName,
    Sex,
    compact,
    normalise_name,
    parse_identity_number,
)
from domain.core.reference import title_series
from domain.core.titles import TitleLevel, level_from_word
from domain.units.names import PostType
from domain.units.roster_faults import FaultCode

_DATE = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})月?|([0-9]{2}))", re.ASCII)
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})", re.ASCII)
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_SIGNED_NUMBER = re.compile(r"[+\-]?[0-9][0-9 \-]*", re.ASCII)  # +86 138-0000-0000 computes nothing of harm
_EXACT_INTEGERS = 10**15  # Excel keeps 15 digits.


_POST_TYPES = {
    "专业技术": PostType.PROFESSIONAL_TECHNICAL,
    "管理": PostType.MANAGEMENT,
    "工勤技能": PostType.WORKER,
}
_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}


class CellRefused(Exception):
    """The cell cannot be read; the texts say what must be there."""

    def __init__(self, code: FaultCode, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a cell depends on besides the cell: the day of the import, in Beijing."""

    today: date


def cell_text(value: object, longest: int) -> str:
    """A cell as text, trimmed; a whole number without a decimal point; a date as YYYY-MM-DD.

    Raises CellRefused for over-long text, invisible characters, and text that a spreadsheet would run as a
    formula when the roster is exported again.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_INTEGERS:
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    text = str(value).strip()
    if len(text) > longest:
        raise CellRefused(
            FaultCode.TOO_LONG, f"内容不超过{longest}个字，请精简", f"at most {longest} characters"
        )
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} for character in text):
        zh = "含有换行或不可见字符，请重新输入该单元格"
        raise CellRefused(
            FaultCode.CONTROL_CHARACTER, zh, "line breaks or invisible characters; type the cell again"
        )
    if len(text) > 1 and text.startswith(_FORMULA_STARTS) and not _SIGNED_NUMBER.fullmatch(text):
        zh = "不得以 =、+、-、@ 开头（可能被当作公式执行），请改为普通文字"
        raise CellRefused(
            FaultCode.FORMULA, zh, "must not start with =, +, - or @, which a spreadsheet may run"
        )
    return text


def read_name(text: str, reading: Reading) -> str:
    try:
        return normalise_name(text)
    except InvalidName as refused:
        raise CellRefused(FaultCode.NAME, refused.zh, refused.en) from refused


def read_identity_number(text: str, reading: Reading) -> IdentityNumber:
    try:
        return parse_identity_number(text, reading.today)
    except InvalidIdentityNumber as refused:
        raise CellRefused(FaultCode.IDENTITY_NUMBER, refused.zh, refused.en) from refused


def read_phone(text: str, reading: Reading) -> str:
    match = _MOBILE.fullmatch(compact(text))
    if match is None:
        raise CellRefused(
            FaultCode.PHONE,
            "手机号应为以13至19开头的11位数字，请核对",
            "a mobile number has 11 digits and starts with 13 to 19",
        )
    return match[1]


def read_words(text: str, reading: Reading) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def read_post_type(text: str, reading: Reading) -> PostType:
    post_type = _POST_TYPES.get(compact(text).removesuffix("岗位").removesuffix("岗"))
    if post_type is None:
        raise CellRefused(
            FaultCode.POST_TYPE,
            "岗位类别应为专业技术、管理或工勤技能；公务员不属于自主评审人员范围",
            "the post type is 专业技术, 管理 or 工勤技能; civil servants are outside these reviews",
        )
    return post_type


def read_sex(text: str, reading: Reading) -> Sex:
    if text not in _SEXES:
        raise CellRefused(FaultCode.SEX_CONTRADICTS, "性别应填“男”或“女”", "the sex is 男 or 女")
    return _SEXES[text]


def read_series(text: str, reading: Reading) -> str:
    """The two-digit code of a series given by code (05, 5) or by its Chinese name."""
    wanted = compact(text)
    code = wanted.zfill(2)
    for known in title_series().values():
        if code == known.code or wanted == known.name_zh:
            return known.code
    raise CellRefused(
        FaultCode.SERIES_UNKNOWN,
        "职称系列应为01至27的代码或27个系列的名称，请从系列名录中选择",
        "a title series is a code from 01 to 27 or the name of one of the 27 series",
    )


def read_level(text: str, reading: Reading) -> TitleLevel:
    level = level_from_word(compact(text))
    if level is None:
        raise CellRefused(
            FaultCode.LEVEL_UNKNOWN,
            "职称等级应为员级、助理级、中级、副高级或正高级",
            "a title level is 员级, 助理级, 中级, 副高级 or 正高级",
        )
    return level


def read_date(text: str, reading: Reading) -> date:
    match = _DATE.fullmatch(compact_date(text))
    try:
        year, *parts = (int(part) for part in match.groups() if part) if match else (0, 0, 0)
        return date(year, *parts)
    except ValueError:
        zh = "日期应为 YYYY-MM-DD 形式且真实存在，请更正"
        raise CellRefused(
            FaultCode.DATE, zh, "a date is written YYYY-MM-DD and exists in the calendar"
        ) from None


def read_past_date(text: str, reading: Reading) -> date:
    return _not_after_today(read_date(text, reading), reading)


def read_past_month(text: str, reading: Reading) -> date:
    """The first day of a month written YYYY-MM; a full date is taken for its month."""
    month = _MONTH.fullmatch(compact_date(text))
    if month is None:
        return read_past_date(text, reading).replace(day=1)
    year, number = (int(part) for part in month.groups() if part)
    if not (1 <= number <= 12 and year):
        zh = "月份应为 YYYY-MM 形式，请更正"
        raise CellRefused(FaultCode.DATE, zh, "a month is written YYYY-MM")
    return _not_after_today(date(year, number, 1), reading)


def compact_date(text: str) -> str:
    """Full-width forms to ASCII, no spaces; unlike `compact`, the dashes stay."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _not_after_today(day: date, reading: Reading) -> date:
    if day > reading.today:
        zh = "日期晚于今天，请更正"
        raise CellRefused(FaultCode.DATE_IN_FUTURE, zh, "the date lies in the future")
    return day
