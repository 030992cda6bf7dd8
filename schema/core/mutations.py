"""Mutations: one per business action. The decorator makes the payload and turns what the domain refuses into `userErrors`.

    @mutation("unit", Unit)
    async def unit_suspend(call: Call, input: WithReason) -> models.Unit: ...

gives `unitSuspend(input: UnitSuspendInput!): UnitSuspendPayload!` with `unit: Unit` and `userErrors: [UserError!]!`.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Awaitable, Callable, Iterator
from enum import Enum
from hashlib import sha256
from typing import Annotated, Any, TypeVar, get_type_hints

import msgspec
import strawberry

from domain.core.calls import Call
from domain.core.errors import Invalid, Refusal, Refused, Stale
from schema.core import loaders
from schema.core.context import ID, Info
from schema.core.ids import parse_id
from schema.core.nodes import SPECS
from schema.core.readable import unreadable
from schema.core.refusals import UserError, user_errors
from schema.core.texts import described, docstring

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
MAX_TEXT = 20_000


@strawberry.input
class New:
    """What a command that makes something always takes. | 新建类操作的公共参数"""

    idempotency_key: str = described("幂等键：同键同参只执行一次 | The same key and input act once")


@strawberry.input
class OnVersion:
    """What a command on something that exists always takes. | 更新类操作的公共参数"""

    id: ID = described("对象标识 | The object's global id")
    version: int = described("所见版本号 | The version that was seen")
    idempotency_key: str = described("幂等键：同键同参只执行一次 | The same key and input act once")


@strawberry.input
class WithReason(OnVersion):
    """A command that must say why. | 须说明理由的操作"""

    reason: str = described("理由 | The reason")


def mutation(field: str, type_: Any, *, description: str | None = None) -> Callable[[F], Any]:
    """Declares a mutation. `field` and `type_` are the payload's object; the function takes (call, input)."""

    def declare(function: F) -> Any:
        name = "".join(word.capitalize() for word in function.__name__.split("_"))
        hints = get_type_hints(function, include_extras=True)
        input_type = _own_input(name, hints["input"])
        payload = _payload(name, field, type_)

        async def resolve(info: Info, input: Any) -> Any:
            try:
                refuse_unreadable(input)
                return payload(**{field: await function(_call(info, name, input), input), "user_errors": []})
            except Refused as refused:
                current = await _current(type_, input, refused, info)
                return payload(**{field: current, "user_errors": user_errors(refused, info.context)})

        text = "输入 | What the command needs"
        resolve.__annotations__["input"] = Annotated[input_type, strawberry.argument(description=text)]
        resolve.__annotations__["return"] = payload
        return strawberry.mutation(resolver=resolve, description=description or docstring(function, name))

    return declare


async def _current(type_: Any, input: Any, refused: Refused, info: Info) -> Any:
    """The object as it is now, where somebody else changed it first: the caller can go on from there."""
    if not any(isinstance(each, Stale) for each in refused.refusals) or type_ not in SPECS:
        return None
    found = parse_id(str(input.id))
    if found is None or found[0] != type_.__name__:
        return None
    return await loaders.one(info.context, SPECS[type_].model, found[1])


def _own_input(name: str, given: type) -> type:
    """The mutation's own input type, so that each can grow without the others."""
    if given not in (New, OnVersion, WithReason):
        return given
    made = type(f"{name}Input", (given,), {"__annotations__": {}, "__module__": __name__})
    return strawberry.input(made, description=docstring(given, name))


def _payload(name: str, field: str, type_: Any) -> Any:
    text = "操作后的对象；被拒绝时为空，版本冲突时为现状 | The object afterwards; null where refused, as it is now on a conflict"
    errors = "全部拒绝理由，成功时为空 | Everything that was refused; empty on success"
    namespace = {
        "__annotations__": {field: type_ | None, "user_errors": list[UserError]},
        field: described(text),
        "user_errors": described(errors),
    }
    made = type(f"{name}Payload", (), namespace)
    return strawberry.type(made, description=f"What came of {name}. | 操作结果")


def _call(info: Info, operation: str, input: Any) -> Call:
    plain = msgspec.json.encode([operation, _plain(input)], order="sorted")
    return Call(
        viewer=info.context.viewer,
        key=getattr(input, "idempotency_key", None),
        fingerprint=sha256(plain).digest(),
        request_id=info.context.request_id,
    )


def _plain(value: Any) -> Any:
    """An input as plain data, without its idempotency key: what a repeated call must have in common."""
    if dataclasses.is_dataclass(value):
        fields = (field.name for field in dataclasses.fields(value))
        return {name: _plain(getattr(value, name)) for name in fields if name != "idempotency_key"}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def refuse_unreadable(input: Any) -> None:
    """Refuses texts that no column can hold, before anything is looked up.

    Raises:
        Refused: with every field that has a NUL or is longer than any text may be.
    """
    refusals = [_unreadable(path, text) for path, text in _texts(input, "")]
    if found := [refusal for refusal in refusals if refusal is not None]:
        raise Refused(found)


def _unreadable(path: str, text: str) -> Refusal | None:
    if refusal := unreadable(path, text):
        return refusal
    if len(text) > MAX_TEXT and path.rsplit(".", 1)[-1] != "ballot":
        return Invalid(
            path, f"文本最长 {MAX_TEXT} 字。", f"A text has at most {MAX_TEXT} characters.", rule_id="S-7"
        )
    return None


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield from _texts(each, f"{path}.{index}")
    elif dataclasses.is_dataclass(value) and not inspect.isclass(value):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
