"""errors.md: the codes of user errors, and every rule that a refusal can cite."""

from __future__ import annotations

from domain.core.errors import Code
from domain.core.labels import label
from domain.core.rules import RULES, Rule, Source, Standing
from schema.contract.markdown import document, table

INTRODUCTION = (
    "A refused mutation lists everything that is wrong in `userErrors`: the code says of which kind, the rule why, the "
    "remedy what to do now. | 被拒绝的操作一次性告知全部理由：类别、依据的规则和改正办法。"
)
STANDING = {
    Standing.LAW: "read in the Measures themselves",
    Standing.CONFIRMED: "another text, confirmed by a published source",
    Standing.MEMORY: "another text; its article number may be off by one or two",
    Standing.SWITCH: "a reading of a silence or a working rule, which the bureau may decide otherwise",
}


def text() -> str:
    codes = [[f"`{code.value}`", label(code).zh, label(code).en] for code in Code]
    standings = [[f"`{standing.value}`", meaning] for standing, meaning in STANDING.items()]
    parts = [
        "## Codes | 错误类别",
        table(["Code", "中文", "English"], codes),
        "## Standing | 规则效力",
        table(["Standing", "Meaning"], standings),
        *(_source(source) for source in Source if any(rule.source is source for rule in RULES.values())),
    ]
    return document("Errors | 错误与规则", INTRODUCTION, parts)


def _source(source: Source) -> str:
    head = ["Rule", "Article", "Source", "Standing", "规则", "Rule (English)", "改正办法", "Remedy"]
    rows = [_row(rule) for rule in RULES.values() if rule.source is source]
    return f"## {source.value}\n\n{table(head, rows)}"


def _row(rule: Rule) -> list[str]:
    return [
        rule.id,
        rule.article,
        rule.source.value,
        rule.standing.value,
        rule.zh,
        rule.en,
        rule.remedy_zh,
        rule.remedy_en,
    ]
