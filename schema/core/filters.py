"""Typed filters and orders of lists, made from the columns that a connection names.

A column that the viewer may not read can be neither filtered nor sorted by: the answer would give it away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, EnumMeta
from typing import Annotated, Any, Optional

import strawberry
from strawberry import UNSET
from tortoise import fields
from tortoise.expressions import Q

from domain.core.access import NOTHING, Guarded, may_read
from domain.core.errors import Invalid, Refused, refuse
from domain.core.paging import Order
from domain.core.roles import Viewer
from schema.core.enums import graphql_enum
from schema.core.ids import key, keys
from schema.core.readable import unreadable
from schema.core.texts import described

MAX_CHOICES = 100
MAX_DEPTH = 5
EQUAL = "等于 | Equal to"
AMONG = "属于其中之一 | One of these"


@strawberry.input(description="Conditions on a text. | 文本条件")
class StringFilter:
    eq: str | None = described(EQUAL, default=UNSET)
    in_: list[str] | None = described(AMONG, name="in", default=UNSET)
    contains: str | None = described("包含（不区分大小写） | Contains, whatever the case", default=UNSET)


@strawberry.input(description="Conditions on a number. | 数值条件")
class IntFilter:
    eq: int | None = described(EQUAL, default=UNSET)
    in_: list[int] | None = described(AMONG, name="in", default=UNSET)
    gte: int | None = described("不小于 | At least", default=UNSET)
    lte: int | None = described("不大于 | At most", default=UNSET)


@strawberry.input(description="A condition on yes or no. | 是否条件")
class BooleanFilter:
    eq: bool | None = described(EQUAL, default=UNSET)


@strawberry.input(description="Conditions on a day. | 日期条件")
class DateFilter:
    eq: date | None = described(EQUAL, default=UNSET)
    gte: date | None = described("不早于 | Not before", default=UNSET)
    lte: date | None = described("不晚于 | Not after", default=UNSET)


@strawberry.input(description="Conditions on a moment. | 时间条件")
class DateTimeFilter:
    gte: datetime | None = described("不早于 | Not before", default=UNSET)
    lte: datetime | None = described("不晚于 | Not after", default=UNSET)


@strawberry.input(description="Conditions on a related object. | 关联对象条件")
class IdFilter:
    eq: strawberry.ID | None = described(EQUAL, default=UNSET)
    in_: list[strawberry.ID] | None = described(AMONG, name="in", default=UNSET)


_LOOKUPS = {"eq": "", "in_": "__in", "contains": "__icontains", "gte": "__gte", "lte": "__lte"}
_ENUM_FILTERS: dict[str, type] = {}


@dataclass(frozen=True, slots=True)
class FilterSpec:
    """A concept's filter input, and which columns it reaches."""

    input_type: type
    model: type[Guarded]
    columns: Sequence[str]

    def q(self, given: Any, viewer: Viewer, depth: int = 0) -> Q:
        """The condition that a filter input states.

        Raises:
            Refused: it is nested too deep, lists too much, or names a column this viewer may not read.
        """
        if depth > MAX_DEPTH:
            text = "筛选条件嵌套过深。", f"A filter nests at most {MAX_DEPTH} deep."
            raise Refused([Invalid("filter", *text, rule_id="S-7")])
        found = Q()
        for column in self.columns:
            if condition := getattr(given, column, None):
                found &= self._condition(column, condition, viewer)
        for each in _bounded("and", given.and_ or ()):
            found &= self.q(each, viewer, depth + 1)
        if given.or_:
            first, *others = _bounded("or", given.or_)
            either = self.q(first, viewer, depth + 1)
            for each in others:
                either |= self.q(each, viewer, depth + 1)
            found &= either
        if given.not_:
            found &= ~self.q(given.not_, viewer, depth + 1)
        return found

    def _condition(self, column: str, condition: Any, viewer: Viewer) -> Q:
        if not may_read(self.model, column, viewer):
            raise Refused(
                [Invalid(f"filter.{column}", "不能按该字段筛选。", "This field cannot be filtered by.")]
            )
        found = Q()
        for name, suffix in _LOOKUPS.items():
            value = getattr(condition, name, None)
            if value is not None and value is not UNSET:
                found &= self._comparison(column, suffix, value)
        return found

    def _comparison(self, column: str, suffix: str, value: Any) -> Q:
        values = _bounded(column, value) if isinstance(value, list) else [value]
        if column in self.model._meta.fk_fields:
            found: Any = keys(values) if isinstance(value, list) else key(value)
            return Q(**{f"{column}_id{suffix}": found})
        refuse(*(unreadable(f"filter.{column}", each) for each in values if isinstance(each, str)))
        held: Any = [each for each in values if self._could_hold(column, each)]
        if not held:
            return NOTHING
        return Q(**{f"{column}{suffix}": held if isinstance(value, list) else held[0]})

    def _could_hold(self, column: str, value: Any) -> bool:
        """Whether the column is long enough for the text. No row equals or contains a longer one, and Tortoise would
        refuse to ask for it as if it were to be stored."""
        longest = getattr(self.model._meta.fields_map[column], "max_length", None)
        return (
            longest is None or isinstance(value, Enum) or not isinstance(value, str) or len(value) <= longest
        )


def _bounded(where: str, given: Sequence[Any]) -> Sequence[Any]:
    if len(given) > MAX_CHOICES:
        text = f"最多 {MAX_CHOICES} 项。", f"At most {MAX_CHOICES} values."
        raise Refused([Invalid(f"filter.{where}", *text, rule_id="S-7")])
    return given


def make_filter(name: str, model: type[Guarded], columns: Sequence[str]) -> FilterSpec:
    """The filter input `<name>Filter` over these columns, with `and`, `or` and `not`."""
    type_name = f"{name}Filter"
    itself: Any = Annotated[type_name, strawberry.lazy(__name__)]
    hints: dict[str, Any] = {column: Optional[_filter_of(model, column)] for column in columns}  # noqa: UP045
    namespace: dict[str, Any] = {
        column: described(model._meta.fields_map[column].description or "", default=UNSET)
        for column in columns
    }
    for word, hint, text in (
        ("and", list[itself], "同时满足 | All of these"),
        ("or", list[itself], "满足其一 | Any of these"),
        ("not", itself, "不满足 | Not this"),
    ):
        hints[f"{word}_"] = Optional[hint]  # noqa: UP045
        namespace[f"{word}_"] = described(text, name=word, default=UNSET)
    made = type(type_name, (), {**namespace, "__annotations__": hints, "__module__": __name__})
    # The type refers to itself by name, so the name must stand in this module when the schema is built.
    globals()[type_name] = strawberry.input(made, description=f"Which {name} rows to list. | 列表筛选条件")
    return FilterSpec(globals()[type_name], model, tuple(columns))


def make_order(name: str, columns: Sequence[str]) -> type[Enum]:
    """The enum `<name>Order` with an ascending and a descending value for each column."""
    members = {f"{column}_{way}".upper(): f"{column}:{way}" for column in columns for way in ("asc", "desc")}
    functional: Any = Enum
    made: Any = functional(f"{name}Order", members)
    strawberry.enum(made, description=f"How a list of {name} is ordered. | 排序方式")
    definition: Any = made.__strawberry_definition__
    for value in definition.values:
        way = "升序 | ascending" if value.name.endswith("_ASC") else "降序 | descending"
        value.description = f"{value.name.rsplit('_', 1)[0].lower()} {way}"
    return made  # type: ignore[no-any-return]


def order_of(choice: Enum | None, default: Order) -> Order:
    """The order that a choice stands for; ties are broken by id."""
    if choice is None:
        return default
    column, _, way = str(choice.value).partition(":")
    return Order(column, descending=way == "desc", tie=default.tie)


def _filter_of(model: type[Guarded], column: str) -> Any:
    if column in model._meta.fk_fields:
        return IdFilter
    field = model._meta.fields_map[column]
    enum: Any = getattr(field, "enum_type", None)
    if isinstance(enum, EnumMeta):
        return _enum_filter(enum)
    plain: Mapping[type, type] = {
        fields.BooleanField: BooleanFilter,
        fields.IntField: IntFilter,
        fields.DateField: DateFilter,
        fields.DatetimeField: DateTimeFilter,
    }
    return next((made for kind, made in plain.items() if isinstance(field, kind)), StringFilter)


def _enum_filter(enum: Any) -> type:
    name = f"{enum.__name__}Filter"
    if name not in _ENUM_FILTERS:
        graphql_enum(enum)
        hints = {"eq": Optional[enum], "in_": Optional[list[enum]]}  # noqa: UP045
        namespace = {
            "eq": described(EQUAL, default=UNSET),
            "in_": described(AMONG, name="in", default=UNSET),
            "__annotations__": hints,
        }
        made = type(name, (), namespace)
        _ENUM_FILTERS[name] = strawberry.input(made, description=f"Conditions on {enum.__name__}. | 枚举条件")
    return _ENUM_FILTERS[name]
