"""What a roster file holds, before it is imported."""

from __future__ import annotations

import strawberry

from domain.core.rules import rule
from domain.units.roster_faults import Fault
from domain.units.roster_import import Dry
from schema.core import Context, described


@strawberry.type
class RosterFault:
    """One thing to correct in a roster file. | 花名册中的一处错误"""

    row: int = described("行号，0为整个文件 | The row; 0 is the whole file")
    column: str = described("列名 | The column's title")
    cell: str = described("单元格，如 B9 | The cell, as the spreadsheet shows it")
    code: str = described("错误代码 | What kind of fault it is")
    rule: str = described("规则编号 | The id of the rule it breaks")
    message: str = described("说明（按请求语言） | What to correct, in the request's language")
    remedy: str = described("补救办法（按请求语言） | What the rule says to do")


@strawberry.type
class RosterPreview:
    """A dry run of a roster import: nothing is written. | 花名册预览，不写入"""

    importable: bool = described("是否可以导入 | Whether nothing is wrong")
    rows: int = described("可读人数 | People who could be read")
    added: int = described("将新增人数 | People the import would add")
    changed: int = described("将变更人数 | People whose entry it would change")
    unchanged: int = described("不变人数 | People whose entry is the same")
    faults: list[RosterFault] = described("全部错误，按表中顺序 | Every fault, in the order of the sheet")
    unlisted_faults: int = described("未列出的错误数 | Faults beyond the longest list")


def roster_preview_of(dry: Dry, context: Context) -> RosterPreview:
    """The preview in the request's language."""
    return RosterPreview(
        importable=dry.preview.importable,
        rows=len(dry.preview.rows),
        added=dry.changes.added,
        changed=dry.changes.changed,
        unchanged=dry.changes.unchanged,
        faults=[_fault(each, context) for each in dry.preview.faults],
        unlisted_faults=dry.preview.unlisted_faults,
    )


def _fault(fault: Fault, context: Context) -> RosterFault:
    broken = rule(fault.rule)
    return RosterFault(
        row=fault.row,
        column=fault.column,
        cell=fault.cell,
        code=str(fault.code),
        rule=fault.rule,
        message=context.say(fault.zh, fault.en),
        remedy=context.say(broken.remedy_zh, broken.remedy_en),
    )
