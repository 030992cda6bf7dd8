"""Refusals as clients see them: the one place where domain errors become `userErrors` and action reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable

import strawberry

from domain.core.errors import Code, Refusal, Refused, Stale
from schema.core.context import Context, Info
from schema.core.enums import graphql_enum
from schema.core.texts import described

graphql_enum(Code)


@strawberry.type(name="Rule")
class RuleText:
    """A rule of the Measures, or of a text they build on, that a refusal cites. | 被引用的规则"""

    id: str = described("规则编号 | The rule's id")
    article: str = described("条款 | The article it stands in")
    source: str = described("文件依据 | The document it comes from")
    text: str = described("规则原文（按请求语言） | What it says, in the request's language")
    remedy: str = described("如何改正（按请求语言） | What to do now, in the request's language")


@strawberry.type
class UserError:
    """Something wrong with a command: which field, which rule, what to do. All of them come at once. | 拒绝理由"""

    code: Code = described("错误类别 | The kind of refusal")
    message: str = described("说明（按 Accept-Language） | What is wrong, by Accept-Language")
    message_zh: str = described("中文说明 | What is wrong, in Chinese")
    message_en: str = described("英文说明 | What is wrong, in English")
    field: list[str] | None = described("出错字段路径 | Where in the input it is wrong", default=None)
    rule: RuleText | None = described("依据的规则 | The rule that refuses", default=None)
    current_state: str | None = described("对象当前状态 | The object's state now", default=None)
    current_version: int | None = described("对象当前版本 | The object's version now", default=None)


@strawberry.type
class ActionReason:
    """Why an action is not allowed yet. | 暂不可操作的理由"""

    code: Code = described("类别 | The kind of reason")
    message: str = described("说明（按 Accept-Language） | Why not, by Accept-Language")
    article: str = described("条款 | The article it rests on")
    rule: RuleText = described("依据的规则 | The rule that refuses")


def user_errors(refused: Refused, context: Context) -> list[UserError]:
    return [_user_error(each, refused, context) for each in refused.refusals]


def action_reasons(refusals: Iterable[Refusal], info: Info) -> list[ActionReason]:
    say = info.context.say
    return [
        ActionReason(
            code=each.code,
            message=say(each.zh, each.en),
            article=each.rule.article,
            rule=rule_text(each, info.context),
        )
        for each in refusals
    ]


def rule_text(refusal: Refusal, context: Context) -> RuleText:
    rule = refusal.rule
    return RuleText(
        id=rule.id,
        article=rule.article,
        source=rule.source.value,
        text=context.say(rule.zh, rule.en),
        remedy=context.say(rule.remedy_zh, rule.remedy_en),
    )


def _user_error(refusal: Refusal, refused: Refused, context: Context) -> UserError:
    version = refusal.current_version if isinstance(refusal, Stale) else refused.version
    return UserError(
        code=refusal.code,
        message=context.say(refusal.zh, refusal.en),
        message_zh=refusal.zh,
        message_en=refusal.en,
        field=[_camel(part) for part in refusal.field.split(".")] if refusal.field else None,
        rule=rule_text(refusal, context),
        current_state=refused.state,
        current_version=version,
    )


def _camel(name: str) -> str:
    """A domain column's name as the input calls it: `total_staff_count` -> `totalStaffCount`."""
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)
