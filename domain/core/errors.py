"""Refusals travel as data.

    Refusal                  one thing that is wrong, with its rule, its texts and where it is wrong
    ├── NotFound             out of jurisdiction or not there: the two are never told apart
    ├── Forbidden            visible, but this role may not do it
    ├── WrongState           the lifecycle has no such step from here
    ├── RuleBroken           a rule of the Measures (or of a text they build on) says no
    ├── Invalid              the input itself is malformed
    └── Stale                somebody else changed the row first
    Refused                  all refusals of one command at once (一次性告知)

A command collects every refusal before it raises; schema/core turns them into `userErrors` in one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, StrEnum
from typing import ClassVar

from domain.core.labels import label
from domain.core.rules import Rule, rule


class Code(StrEnum):
    """What kind of refusal it is. | 拒绝的类别"""

    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN = "FORBIDDEN"
    INVALID_TRANSITION = "INVALID_TRANSITION"
    RULE_VIOLATION = "RULE_VIOLATION"
    INVALID_INPUT = "INVALID_INPUT"
    CONFLICT = "CONFLICT"


class Refusal(Exception):
    """One thing that is wrong. `zh` and `en` say what; the rule says why and what to do now."""

    code: ClassVar[Code]

    def __init__(self, rule_id: str, zh: str = "", en: str = "", *, field: str = "") -> None:
        self.rule: Rule = rule(rule_id)
        self.zh = zh or self.rule.zh
        self.en = en or self.rule.en
        self.field = field
        super().__init__(f"{self.code} {rule_id} {field}: {self.en}")

    @property
    def remedy_zh(self) -> str:
        return self.rule.remedy_zh

    @property
    def remedy_en(self) -> str:
        return self.rule.remedy_en


class NotFound(Refusal):
    code = Code.NOT_FOUND

    def __init__(self, field: str = "id") -> None:
        super().__init__("S-4", "未找到该对象。", "Not found.", field=field)


class Forbidden(Refusal):
    code = Code.FORBIDDEN

    def __init__(self, zh: str = "", en: str = "", *, rule_id: str = "S-11") -> None:
        super().__init__(rule_id, zh or "当前角色无权进行该操作。", en or "This role may not do that.")


class WrongState(Refusal):
    """`zh` and `en` are what the step is called; the state is named by its label."""

    code = Code.INVALID_TRANSITION

    def __init__(self, zh: str, en: str, state: Enum) -> None:
        words = label(state)
        super().__init__(
            "S-1",
            f"当前状态为“{words.zh}”，不能进行“{zh}”。",
            f"The state is {words.en}; {en} is not a step from there.",
        )


class RuleBroken(Refusal):
    code = Code.RULE_VIOLATION


class Invalid(Refusal):
    code = Code.INVALID_INPUT

    def __init__(self, field: str, zh: str, en: str, *, rule_id: str = "S-5") -> None:
        super().__init__(rule_id, zh, en, field=field)


class Stale(Refusal):
    code = Code.CONFLICT

    def __init__(self, current: int) -> None:
        self.current_version = current
        super().__init__(
            "S-2",
            f"该对象已被他人更新，当前版本为 {current}。",
            f"Somebody changed this first; its version is now {current}.",
            field="version",
        )


class Refused(Exception):
    """Everything that is wrong with a command, at once. `state` and `version` are the row's, where there is one."""

    def __init__(
        self, refusals: Iterable[Refusal], *, state: str | None = None, version: int | None = None
    ) -> None:
        self.refusals = tuple(refusals)
        self.state = state
        self.version = version
        super().__init__("; ".join(str(refusal) for refusal in self.refusals))


def refuse(*refusals: Refusal | None) -> None:
    """Raises all the refusals that there are, if any.

    Raises:
        Refused: with every refusal given.
    """
    if found := [refusal for refusal in refusals if refusal is not None]:
        raise Refused(found)
