"""The words of the system as data: enum values with their labels, and the rules that refusals cite."""

from __future__ import annotations

import strawberry

from domain.core.labels import Tone, label
from domain.core.rules import RULES
from schema.core.context import Info
from schema.core.enums import ENUMS
from schema.core.texts import computed, described


@strawberry.type
class EnumValue:
    """A value of an enum as a screen shows it. | 枚举值"""

    value: str = described("取值 | The value")
    label_zh: str = described("中文标签 | Its label in Chinese")
    label_en: str = described("英文标签 | Its label in English")
    tone: str = described("色调：neutral、progress、success、warning、danger | Its tone")
    order: int = described("顺序 | Its place in the order")


@strawberry.type
class EnumDescription:
    """An enum with its values in order. | 枚举"""

    name: str = described("枚举名 | The enum's name")
    values: list[EnumValue] = described("取值 | Its values, in order")


@strawberry.type
class RuleEntry:
    """A rule of the catalogue. | 规则目录条目"""

    id: str = described("规则编号 | The rule's id")
    article: str = described("条款 | The article")
    source: str = described("文件依据 | The document it comes from")
    standing: str = described("效力：law、confirmed、memory、switch | How firmly it is proven")
    text: str = described("规则（按请求语言） | What it says")
    remedy: str = described("如何改正（按请求语言） | What to do when it refuses")


@strawberry.type
class CatalogueQuery:
    """Words and rules. | 标签与规则"""

    @computed("全部枚举及其标签 | Every enum with its labels")
    def enum_catalogue(self) -> list[EnumDescription]:
        return [_described(name) for name in sorted(ENUMS)]

    @computed("规则目录 | Every rule that this system enforces")
    def rules(self, info: Info) -> list[RuleEntry]:
        say = info.context.say
        return [
            RuleEntry(
                id=rule.id,
                article=rule.article,
                source=rule.source.value,
                standing=rule.standing.value,
                text=say(rule.zh, rule.en),
                remedy=say(rule.remedy_zh, rule.remedy_en),
            )
            for rule in RULES.values()
        ]


def _described(name: str) -> EnumDescription:
    found = sorted(((member, label(member)) for member in ENUMS[name]), key=lambda pair: pair[1].order)
    return EnumDescription(
        name=name,
        values=[
            EnumValue(
                value=member.name,
                label_zh=words.zh,
                label_en=words.en,
                tone=Tone(words.tone).value,
                order=words.order,
            )
            for member, words in found
        ],
    )
