"""A roster is read exactly, or told in full what is wrong with it: by row, cell and rule, all at once."""

import io
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from stdnum.cn import ric

from domain.core.identity import Sex
from domain.core.reference import FAULTY_SAMPLE_ROSTER, SAMPLE_ROSTER
from domain.core.rules import rule
from domain.core.titles import TitleLevel
from domain.units.names import PostType
from domain.units.roster import MAX_LISTED_FAULTS, RosterPreview, RosterRow, read_roster
from domain.units.roster_faults import FaultCode, fault
from domain.units.roster_sheet import MAX_BYTES

TODAY = date(2026, 11, 23)
TITLES = [
    *["姓名", "身份证号", "手机号", "部门", "岗位类别", "现职称系列", "现职称等级", "现职称取得日期"],
    *["劳动合同起", "劳动合同止", "社保缴纳地", "社保起始月", "申报系列", "申报专业", "申报等级"],
]
PERSON: list[Any] = [
    *["张静洋", "110000199312150937", "13000000000", "算法部", "专业技术", "05", "助理级", "2012-12-31"],
    *["2016-04-01", None, "北京", "2014-06", "05", "生物工程", "中级"],
]
OTHER: list[Any] = ["孙超", "11000019871225452X", *PERSON[2:]]

Change = Callable[[Worksheet], None]


def identity_number(serial: int) -> str:
    first_17 = f"110000{1960 + serial % 40}0{1 + serial % 9}{10 + serial // 40 % 18}{serial // 720:03}"
    return first_17 + ric.calc_check_digit(first_17 + "0")


def workbook(*rows: list[Any], titles: list[Any] = TITLES, change: Change | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "花名册"
    for row in (titles, *rows):
        sheet.append(row)
    if change:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def set_cell(cell: str, value: Any) -> Change:
    def change(sheet: Worksheet) -> None:
        sheet[cell] = value

    return change


def told(preview: RosterPreview) -> list[tuple[int, str, str]]:
    return [(found.row, found.cell, found.code.value) for found in preview.faults]


def test_the_sample_roster_gives_240_people_and_no_fault() -> None:
    preview = read_roster(SAMPLE_ROSTER.read_bytes(), TODAY)
    assert (len(preview.rows), preview.faults, preview.unlisted_faults, preview.importable) == (
        240,
        [],
        0,
        True,
    )
    assert [row.row for row in preview.rows] == list(range(2, 242))
    assert preview.rows[3] == RosterRow(
        row=5,
        name="孙超",
        identity_number="11000019871225452X",
        birth_date=date(1987, 12, 25),
        sex=Sex.FEMALE,
        phone="13000000003",
        department="生物医药部",
        post_type=PostType.PROFESSIONAL_TECHNICAL,
        current_series="05",
        current_level=TitleLevel.ASSOCIATE_SENIOR,
        current_title_date=date(2014, 12, 31),
        contract_start=date(2011, 8, 1),
        contract_end=None,
        insurance_city="北京",
        insured_since=date(2016, 5, 1),
        applied_series="05",
        applied_specialty="生物工程",
        applied_level=TitleLevel.SENIOR,
    )
    assert repr(preview.rows[3]) == "RosterRow(row=5)"


def test_every_planted_fault_of_the_faulty_sample_is_named_at_once() -> None:
    preview = read_roster(FAULTY_SAMPLE_ROSTER.read_bytes(), TODAY)
    assert [
        (found.row, found.cell, found.column, found.code.value, found.rule) for found in preview.faults
    ] == [
        (3, "B3", "身份证号", "IDENTITY_NUMBER", "S-5"),
        (5, "K5", "社保缴纳地", "INSURANCE_NOT_IN_BEIJING", "R-6.2"),
        (7, "J7", "劳动合同止", "CONTRACT_ENDED", "R-6.1"),
        (9, "B9", "身份证号", "IDENTITY_NUMBER_TWICE", "S-13"),
        (11, "O11", "申报等级", "LEVEL_UNKNOWN", "B-10"),
        (13, "A13", "姓名", "BLANK", "S-5"),
        (15, "E15", "岗位类别", "POST_TYPE", "R-6.3"),
        (17, "O17", "申报等级", "LEVEL_NOT_IN_SERIES", "B-10"),
        (19, "A19", "姓名", "FORMULA", "S-5"),
    ]
    assert not preview.importable
    assert [row.row for row in preview.rows] == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 21, 22, 23, 24, 25]
    duplicate = preview.faults[3]
    assert "第8行和第9行" in duplicate.zh
    assert "rows 8 and 9" in duplicate.en
    assert all(found.zh and found.en for found in preview.faults)


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("A2", "  ", "BLANK"),
        ("A2", "123", "NAME"),
        ("A2", "张" * 61, "TOO_LONG"),
        ("A2", "张\u200b静", "CONTROL_CHARACTER"),
        ("A2", "张\n静", "CONTROL_CHARACTER"),
        ("A2", "_x0000_张", "CONTROL_CHARACTER"),
        ("A2", "＝HYPERLINK()", "FORMULA"),
        ("A2", "=1+1", "FORMULA"),
        ("D2", "@SUM(1)", "FORMULA"),
        ("D2", "+cmd|' /C calc'!A0", "FORMULA"),
        ("D2", "部" * 101, "TOO_LONG"),
        ("D2", "#N/A", "CELL_ERROR"),
        ("B2", None, "BLANK"),
        ("B2", 110000199312150937, "NUMBER_NOT_TEXT"),
        ("B2", "110000199312150938", "IDENTITY_NUMBER"),
        ("B2", "11000019931215", "IDENTITY_NUMBER"),
        ("C2", "12000000000", "PHONE"),
        ("C2", 1300000000, "PHONE"),
        ("C2", "010-12345678", "PHONE"),
        ("E2", None, "BLANK"),
        ("E2", "工勤", "POST_TYPE"),
        ("E2", "工勤技能", "POST_NOT_TECHNICAL"),
        ("E2", "管理", "POST_NOT_TECHNICAL"),
        ("F2", "28", "SERIES_UNKNOWN"),
        ("F2", 0, "SERIES_UNKNOWN"),
        ("F2", None, "BLANK"),
        ("G2", "高级", "LEVEL_UNKNOWN"),
        ("H2", "2012-02-30", "DATE"),
        ("H2", 41274, "DATE"),
        ("H2", "2026-11-24", "DATE_IN_FUTURE"),
        ("I2", None, "BLANK"),
        ("I2", True, "DATE"),
        ("I2", date(2026, 11, 24), "DATE_IN_FUTURE"),
        ("J2", "2016-03-31", "CONTRACT_ENDS_BEFORE_START"),
        ("J2", "2026-11-22", "CONTRACT_ENDED"),
        ("J2", "长期", "DATE"),
        ("K2", None, "INSURANCE_NOT_IN_BEIJING"),
        ("K2", "天津", "INSURANCE_NOT_IN_BEIJING"),
        ("L2", "2014-13", "DATE"),
        ("L2", "2026-12", "DATE_IN_FUTURE"),
        ("L2", None, "BLANK"),
        ("N2", None, "BLANK"),
        ("O2", None, "BLANK"),
        ("P7", "备注", "COLUMN_UNKNOWN"),
    ],
)
def test_one_wrong_cell_is_named_with_its_rule(cell: str, value: Any, code: str) -> None:
    preview = read_roster(workbook(PERSON, OTHER, change=set_cell(cell, value)), TODAY)
    assert told(preview) == [(int(cell[1:]), cell, code)]


@pytest.mark.parametrize(
    ("cell", "value", "field", "read"),
    [
        ("A2", "张 静\u3000洋 ", "name", "张静洋"),
        ("B2", "１１００００１９９３１２１５０９３７", "identity_number", "110000199312150937"),
        ("C2", 13812345678, "phone", "13812345678"),
        ("C2", "+86 138-1234-5678", "phone", "13812345678"),
        ("C2", None, "phone", None),
        ("D2", 305, "department", "305"),
        ("E2", "专业技术岗位", "post_type", PostType.PROFESSIONAL_TECHNICAL),
        ("F2", 5, "current_series", "05"),
        ("F2", "工程技术人员", "current_series", "05"),
        ("H2", datetime(2012, 12, 31, 8, 30), "current_title_date", date(2012, 12, 31)),  # noqa: DTZ001 - a cell has no zone
        ("H2", "2012年12月31日", "current_title_date", date(2012, 12, 31)),
        ("H2", 20121231, "current_title_date", date(2012, 12, 31)),
        ("H2", "2012/1/9", "current_title_date", date(2012, 1, 9)),
        ("I2", date(2026, 11, 23), "contract_start", date(2026, 11, 23)),
        ("J2", "2026-11-23", "contract_end", date(2026, 11, 23)),
        ("K2", "北京市", "insurance_city", "北京市"),
        ("L2", date(2014, 6, 17), "insured_since", date(2014, 6, 1)),
        ("L2", "2014年6月", "insured_since", date(2014, 6, 1)),
        ("L2", 201406, "insured_since", date(2014, 6, 1)),
    ],
)
def test_a_cell_is_understood_however_it_was_typed(cell: str, value: Any, field: str, read: Any) -> None:
    preview = read_roster(workbook(PERSON, change=set_cell(cell, value)), TODAY)
    assert preview.faults == []
    assert getattr(preview.rows[0], field) == read


def test_somebody_who_does_not_apply_may_work_in_any_post_and_be_insured_anywhere() -> None:
    worker = [
        "李四",
        "110000199205225227",
        None,
        None,
        "工勤技能",
        *[None] * 3,
        "2012-05-01",
        None,
        "河北",
        *[None] * 4,
    ]
    preview = read_roster(workbook(PERSON, worker), TODAY)
    assert preview.faults == []
    assert (preview.rows[1].post_type, preview.rows[1].applied_level) == (PostType.WORKER, None)


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    preview = read_roster(workbook(PERSON, [None] * 15, [" "] * 15, OTHER), TODAY)
    assert ([row.row for row in preview.rows], preview.faults) == ([2, 5], [])


def test_several_faults_of_a_row_are_all_told_in_the_order_of_the_sheet() -> None:
    row = [
        None,
        "110000199312150938",
        "1",
        None,
        "公务员",
        *PERSON[5:9],
        "2000-01-01",
        "上海",
        *PERSON[11:14],
        "特级",
    ]
    assert told(read_roster(workbook(OTHER, row), TODAY)) == [
        (3, "A3", "BLANK"),
        (3, "B3", "IDENTITY_NUMBER"),
        (3, "C3", "PHONE"),
        (3, "E3", "POST_TYPE"),
        (3, "J3", "CONTRACT_ENDS_BEFORE_START"),
        (3, "K3", "INSURANCE_NOT_IN_BEIJING"),
        (3, "O3", "LEVEL_UNKNOWN"),
    ]


def test_a_number_that_stands_three_times_is_named_twice_with_its_first_row() -> None:
    preview = read_roster(workbook(PERSON, OTHER, PERSON, PERSON), TODAY)
    assert told(preview) == [(4, "B4", "IDENTITY_NUMBER_TWICE"), (5, "B5", "IDENTITY_NUMBER_TWICE")]
    assert [found.en[:39] for found in preview.faults] == ["the same identity number as in row 2; c"] * 2


def test_optional_columns_must_not_contradict_the_number() -> None:
    titles = [*TITLES, "出生日期", "性别"]
    sound, wrong = [*PERSON, "1993-12-15", "男"], [*OTHER, "1987-12-26", "男"]
    assert told(read_roster(workbook(sound, titles=titles), TODAY)) == []
    assert told(read_roster(workbook(sound, wrong, titles=titles), TODAY)) == [
        (3, "P3", "BIRTH_DATE_CONTRADICTS"),
        (3, "Q3", "SEX_CONTRADICTS"),
    ]


def test_a_wrong_header_is_told_together_with_the_cells_that_can_be_read() -> None:
    titles: list[Any] = [*TITLES, "民族", "姓 名"]
    titles[2] = "联系方式"
    preview = read_roster(workbook([*PERSON[:10], "天津", *PERSON[11:]], titles=titles), TODAY)
    assert told(preview) == [
        (1, "", "COLUMN_MISSING"),
        (1, "C1", "COLUMN_UNKNOWN"),
        (1, "P1", "COLUMN_UNKNOWN"),
        (1, "Q1", "COLUMN_TWICE"),
        (2, "K2", "INSURANCE_NOT_IN_BEIJING"),
    ]
    assert (preview.faults[0].column, preview.rows) == ("手机号", [])


def test_columns_may_stand_in_any_order() -> None:
    preview = read_roster(workbook(PERSON[::-1], titles=TITLES[::-1]), TODAY)
    assert preview == read_roster(workbook(PERSON), TODAY)


def test_a_title_line_above_the_header_is_told() -> None:
    preview = read_roster(workbook(TITLES, PERSON, titles=["某单位花名册"]), TODAY)
    assert told(preview) == [(1, "A1", "HEADER_MISSING")]
    blank_first_row = read_roster(workbook(TITLES, PERSON, titles=[None]), TODAY)
    assert told(blank_first_row) == [(1, "A1", "HEADER_MISSING")]


def test_hidden_rows_and_columns_and_merged_cells_are_told() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[900].hidden = True  # nothing stands there
        sheet.column_dimensions["D"].hidden = True
        sheet.merge_cells("N2:N3")

    assert told(read_roster(workbook(PERSON, OTHER, change=change), TODAY)) == [
        (1, "D1", "HIDDEN_COLUMN"),
        (2, "N2", "MERGED_CELLS"),
        (3, "A3", "HIDDEN_ROW"),
        (3, "N3", "BLANK"),
    ]


def test_only_the_sheet_named_roster_is_read_and_otherwise_there_must_be_one() -> None:
    def two_sheets(second: str, state: str = "visible") -> bytes:
        def change(sheet: Worksheet) -> None:
            sheet.title = "人员"
            other = sheet.parent.create_sheet(second)
            other.sheet_state = state
            for row in (TITLES, OTHER):
                other.append(row)

        return workbook(PERSON, change=change)

    assert told(read_roster(two_sheets("说明"), TODAY)) == [(0, "", "SHEET_UNCLEAR")]
    assert [row.name for row in read_roster(two_sheets("花名册"), TODAY).rows] == ["孙超"]
    assert [row.name for row in read_roster(two_sheets("说明", "hidden"), TODAY).rows] == ["张静洋"]


def repacked(content: bytes, change: Callable[[str, bytes], bytes], *extra: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
        for name, data in extra:
            target.writestr(name, data)
    return out.getvalue()


def entity_bomb(name: str, data: bytes) -> bytes:
    bomb = b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;">]><worksheet'
    return data.replace(b"<worksheet", bomb) if name.endswith("sheet1.xml") else data


def unchanged(name: str, data: bytes) -> bytes:
    return data


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "NOT_A_ROSTER_FILE"),
        ("姓名,身份证号\n张三,1\n".encode(), "NOT_A_ROSTER_FILE"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ENCRYPTED_OR_OLD_FORMAT"),
        (repacked(workbook(PERSON), unchanged, ("xl/vbaProject.bin", b"x")), "MACROS"),
        (repacked(workbook(PERSON), unchanged, ("xl/media/a", bytes(90_000_000))), "ARCHIVE_BOMB"),
        (repacked(workbook(PERSON), entity_bomb), "NOT_A_ROSTER_FILE"),
        (repacked(workbook(PERSON), lambda name, data: data[:-20]), "NOT_A_ROSTER_FILE"),
        (workbook(PERSON)[:-200], "NOT_A_ROSTER_FILE"),
        (bytes(MAX_BYTES + 1), "FILE_TOO_LARGE"),
        (workbook(PERSON, change=set_cell("A20002", "张三")), "TOO_MANY_ROWS"),
        (workbook(PERSON, change=set_cell("A1048576", "张三")), "TOO_MANY_ROWS"),
        (workbook(PERSON, change=set_cell("XFD2", "x")), "TOO_MANY_COLUMNS"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_as_a_whole(content: bytes, code: str) -> None:
    preview = read_roster(content, TODAY)
    assert (told(preview), preview.rows) == ([(0, "", code)], [])


def test_formatted_but_empty_cells_far_away_do_no_harm() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A1048576"].number_format = "@"
        sheet["XFD3"].number_format = "@"

    assert told(read_roster(workbook(PERSON, change=change), TODAY)) == []


def test_a_roster_without_people_is_told() -> None:
    assert told(read_roster(workbook(), TODAY)) == [(0, "", "NO_ROWS")]


def test_no_damaged_file_ever_breaks_the_reader() -> None:
    sound = workbook(PERSON, OTHER)
    for place in range(0, len(sound), 7):
        damaged = sound[:place] + bytes([sound[place] ^ 0x55]) + sound[place + 1 :]
        preview = read_roster(damaged, TODAY)
        assert preview.faults or len(preview.rows) == 2


ODD_XML = [
    *[
        'r="A2"',
        'r="ZZZZ99999999"',
        'r="A0"',
        't="s"',
        't="e"',
        't="d"',
        's="999"',
        'hidden="1"',
        'ref="A1:XFD1048576"',
    ],
    *[
        "<v>99999999999</v>",
        "<v>-1</v>",
        "<v>1e400</v>",
        "<v>NaN</v>",
        "<v>2958466</v>",
        'r:id=""',
        'Target="../../x"',
    ],
]


def test_no_odd_workbook_ever_breaks_the_reader() -> None:
    chance, sound = random.Random(6), workbook(PERSON, OTHER)

    def oddly(name: str, data: bytes) -> bytes:
        if not name.startswith(("xl/workbook", "xl/worksheets", "xl/sharedStrings", "xl/styles", "xl/_rels")):
            return data
        text = data.decode()
        spot = chance.choice(list(re.finditer(r'[A-Za-z:]+="[^"]*"|<v>[^<]*</v>', text)))
        odd = chance.choice(ODD_XML) if chance.random() < 0.5 else ""
        return (text[: spot.start()] + odd + text[spot.end() :]).encode()

    for _ in range(200):
        preview = read_roster(repacked(sound, oddly), TODAY)
        assert len(preview.rows) <= 2


def test_every_fault_names_a_rule_of_the_catalogue() -> None:
    assert {rule(fault(code, "", "").rule).id for code in FaultCode} == {
        *{"S-5", "S-7", "S-8", "S-13", "B-10"},
        *{"R-6.1", "R-6.2", "R-6.3"},
    }


def test_faults_beyond_the_list_are_counted() -> None:
    nameless = [
        [None, identity_number(serial), "1", *PERSON[3:]] for serial in range(MAX_LISTED_FAULTS // 2 + 5)
    ]
    preview = read_roster(workbook(*nameless), TODAY)
    assert (len(preview.faults), preview.unlisted_faults, preview.rows) == (MAX_LISTED_FAULTS, 10, [])


@pytest.fixture(scope="session")
def roster_of_10_000(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("花名册")
    sheet.append(TITLES)
    for serial in range(10_000):
        sheet.append([PERSON[0], identity_number(serial), *PERSON[2:]])
    path = tmp_path_factory.mktemp("roster") / "roster-10000.xlsx"
    book.save(path)
    return path


# VmHWM and not ru_maxrss: the latter survives exec, so it would report the test process that started this
# one.
MEASURED = """
import re, sys, time
from datetime import date
from pathlib import Path
from domain.units.roster import read_roster
started = time.perf_counter()
preview = read_roster(Path(sys.argv[1]).read_bytes(), date(2026, 11, 23))
seconds = time.perf_counter() - started
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(len(preview.rows), len(preview.faults), seconds, int(peak[1]) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_10_000_people_are_read_within_10_seconds_and_300_megabytes(roster_of_10_000: Path) -> None:
    command = [sys.executable, "-c", MEASURED, str(roster_of_10_000)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows, faults, seconds, megabytes = out.split()
    assert (rows, faults) == ("10000", "0")
    assert float(seconds) <= 10
    assert float(megabytes) <= 300
