"""What can be wrong with a roster (花名册): a fault names the row, the cell and the rule, so all are told at
once.
"""

from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """Why a roster cannot be imported as it is."""

    NOT_A_ROSTER_FILE = "NOT_A_ROSTER_FILE"
    ENCRYPTED_OR_OLD_FORMAT = "ENCRYPTED_OR_OLD_FORMAT"
    MACROS = "MACROS"
    ARCHIVE_BOMB = "ARCHIVE_BOMB"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    SHEET_UNCLEAR = "SHEET_UNCLEAR"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    TOO_MANY_COLUMNS = "TOO_MANY_COLUMNS"
    NO_ROWS = "NO_ROWS"
    HEADER_MISSING = "HEADER_MISSING"
    COLUMN_MISSING = "COLUMN_MISSING"
    COLUMN_UNKNOWN = "COLUMN_UNKNOWN"
    COLUMN_TWICE = "COLUMN_TWICE"
    HIDDEN_ROW = "HIDDEN_ROW"
    HIDDEN_COLUMN = "HIDDEN_COLUMN"
    MERGED_CELLS = "MERGED_CELLS"
    FORMULA = "FORMULA"
    CELL_ERROR = "CELL_ERROR"
    BLANK = "BLANK"
    TOO_LONG = "TOO_LONG"
    CONTROL_CHARACTER = "CONTROL_CHARACTER"
    NUMBER_NOT_TEXT = "NUMBER_NOT_TEXT"
    NAME = "NAME"
    IDENTITY_NUMBER = "IDENTITY_NUMBER"
    IDENTITY_NUMBER_TWICE = "IDENTITY_NUMBER_TWICE"
    BIRTH_DATE_CONTRADICTS = "BIRTH_DATE_CONTRADICTS"
    SEX_CONTRADICTS = "SEX_CONTRADICTS"
    PHONE = "PHONE"
    DATE = "DATE"
    DATE_IN_FUTURE = "DATE_IN_FUTURE"
    CONTRACT_ENDS_BEFORE_START = "CONTRACT_ENDS_BEFORE_START"
    CONTRACT_ENDED = "CONTRACT_ENDED"
    POST_TYPE = "POST_TYPE"
    POST_NOT_TECHNICAL = "POST_NOT_TECHNICAL"
    INSURANCE_NOT_IN_BEIJING = "INSURANCE_NOT_IN_BEIJING"
    SERIES_UNKNOWN = "SERIES_UNKNOWN"
    LEVEL_UNKNOWN = "LEVEL_UNKNOWN"
    LEVEL_NOT_IN_SERIES = "LEVEL_NOT_IN_SERIES"


_RULES = {
    FaultCode.TOO_MANY_ROWS: "S-7",
    FaultCode.TOO_MANY_COLUMNS: "S-7",
    FaultCode.TOO_LONG: "S-7",
    FaultCode.NOT_A_ROSTER_FILE: "S-8",
    FaultCode.ENCRYPTED_OR_OLD_FORMAT: "S-8",
    FaultCode.MACROS: "S-8",
    FaultCode.ARCHIVE_BOMB: "S-8",
    FaultCode.FILE_TOO_LARGE: "S-8",
    FaultCode.IDENTITY_NUMBER_TWICE: "S-13",
    FaultCode.CONTRACT_ENDED: "R-6.1",
    FaultCode.INSURANCE_NOT_IN_BEIJING: "R-6.2",
    FaultCode.POST_TYPE: "R-6.3",
    FaultCode.POST_NOT_TECHNICAL: "R-6.3",
    FaultCode.SERIES_UNKNOWN: "B-10",
    FaultCode.LEVEL_UNKNOWN: "B-10",
    FaultCode.LEVEL_NOT_IN_SERIES: "B-10",
}
_MALFORMED_INPUT = "S-5"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct. `cell` is as the spreadsheet shows it ("B9"); a fault of the whole file has row 0
    and no cell. `rule` is an id of the rule catalogue. The texts never repeat an identity number or a phone.
    """

    row: int
    cell: str
    column: str
    code: FaultCode
    rule: str
    zh: str
    en: str


def fault(code: FaultCode, zh: str, en: str, *, row: int = 0, cell: str = "", column: str = "") -> Fault:
    """A fault with the rule that its code stands for."""
    return Fault(row, cell, column, code, _RULES.get(code, _MALFORMED_INPUT), zh, en)
