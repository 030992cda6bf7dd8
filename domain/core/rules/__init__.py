"""The rule catalogue: every rule this system enforces, with its text and its remedy in Chinese and English.

The TOML files beside this module hold the rules in the order of the Measures, then of the texts behind them:

    R-7.2   the Measures, Article 7, second rule          N-13   Order 40
    J-6     the supervision rules of 2024                  B-4    Beijing's other documents and practice
    S-1     this system's own working rules

A refusal names one of these ids, so a text is written once and shown everywhere. A catalogue with a fault
stops the import: nobody is refused with an empty sentence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType


class Standing(StrEnum):
    """How firmly the rule is proven. A rule of mixed proof bears the weaker mark."""

    LAW = "law"
    """Read in the Measures themselves."""
    CONFIRMED = "confirmed"
    """Another text, confirmed by a published source."""
    MEMORY = "memory"
    """Another text whose wording could not be read again; its article number may be off by one or two."""
    SWITCH = "switch"
    """A reading of a silence, or a working rule: the bureau may decide otherwise."""


class Source(StrEnum):
    """The documents that rules come from, as a decision quotes them."""

    MEASURES = "京人社事业发〔2025〕13号"
    ORDER_40 = "人社部令第40号"
    SUPERVISION_RULES = "人社部发〔2024〕56号"
    REFORM_OPINION = "《关于深化职称制度改革的意见》"
    BEIJING_REVIEWS = "京人社事业发〔2020〕12号"
    BEIJING_AGENCIES = "京人社事业发〔2023〕13号"
    BEIJING_YEARLY_NOTICE = "京人社事业字〔2024〕96号"
    BEIJING_PRACTICE = "北京市既往职称评审实践"
    TITLE_SERIES = "人力资源社会保障部职称系列名录"
    SYSTEM = "系统"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `article` is as quoted ("9(7)"), "notice" for the issuing notice, "—" where none is known."""

    id: str
    article: str
    source: Source
    standing: Standing
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


class CatalogueFault(ValueError):
    """A catalogue file is wrong; the text names the rule and the fault."""


_FILES = (
    "measures-scope.toml",
    "measures-application.toml",
    "measures-reviews.toml",
    "measures-supervision.toml",
    "order-40.toml",
    "supervision-56.toml",
    "beijing-practice.toml",
    "system.toml",
)
_KEYS = {field.name for field in fields(Rule)} - {"id"}
_SOURCES = frozenset(Source)
_STANDINGS = frozenset(Standing)
_ID = re.compile(r"R-\d{1,2}\.\d{1,2}|[NJBS]-\d{1,2}")
_ARTICLE = re.compile(r"notice|—|\d{1,2}(\(\d\))?|\d{1,2}-\d{1,2}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def build(rule_id: str, entry: Mapping[str, object]) -> Rule:
    """A checked rule from one table of a file.

    Raises:
        CatalogueFault: naming the rule and everything that is wrong with its table.
    """
    if not _ID.fullmatch(rule_id):
        raise CatalogueFault(f"{rule_id}: not a rule id")
    if entry.keys() != _KEYS:
        raise CatalogueFault(f"{rule_id}: missing or unknown keys {sorted(entry.keys() ^ _KEYS)}")
    texts = {key: value.strip() for key, value in entry.items() if isinstance(value, str)}
    if wrong := [key for key in sorted(_KEYS) if not _well_formed(key, texts.get(key, ""))]:
        raise CatalogueFault(f"{rule_id}: {', '.join(wrong)} is empty or not of its form or language")
    source, standing = Source(texts.pop("source")), Standing(texts.pop("standing"))
    return Rule(id=rule_id, source=source, standing=standing, **texts)


def _well_formed(key: str, text: str) -> bool:
    match key:
        case "article":
            return _ARTICLE.fullmatch(text) is not None
        case "source":
            return text in _SOURCES
        case "standing":
            return text in _STANDINGS
        case "zh" | "remedy_zh":
            return _CHINESE.search(text) is not None
        case _:
            return bool(text) and text.isascii()


def _entries(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """The tables of one file; a source at the head of the file holds for those that name none."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    default = {"source": document.pop("source")} if "source" in document else {}
    for rule_id, table in document.items():
        yield rule_id, default | table


def load(*paths: Path) -> Mapping[str, Rule]:
    """All rules of the files, in their order.

    Raises:
        CatalogueFault: if a table is wrong or an id is used twice.
    """
    rules: dict[str, Rule] = {}
    for path in paths:
        for rule_id, entry in _entries(path):
            if rule_id in rules:
                raise CatalogueFault(f"{rule_id}: declared twice")
            rules[rule_id] = build(rule_id, entry)
    return MappingProxyType(rules)


RULES: Mapping[str, Rule] = load(*(Path(__file__).with_name(name) for name in _FILES))


def rule(rule_id: str) -> Rule:
    """The rule of this id.

    Raises:
        KeyError: for an unknown id, with the ids that look like it, so that a typing error is found at once.
    """
    found = RULES.get(rule_id)
    if found is None:
        near = ", ".join(get_close_matches(rule_id, RULES)) or "none"
        raise KeyError(f"no rule {rule_id!r}; near matches: {near}")
    return found
