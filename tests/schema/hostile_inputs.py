"""Inputs made from the schema itself: mostly plausible, with hostile values at some of their leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
)

from domain.core import clock
from domain.core.roles import Viewer
from schema.core import global_id
from schema.root import schema

SCHEMA: GraphQLSchema = schema._schema
assert SCHEMA.mutation_type is not None
MUTATIONS = dict(SCHEMA.mutation_type.fields)

#: What a careless or malicious client may put where a text is asked for.
TEXTS = [
    "",
    " \t\r\n",
    "\0",
    "文本\0",
    "\ud800",
    "职\udfff称",
    "长" * 2001,
    "长" * 20_001,
    "a" * 129,
    "💥" * 300,
    "'; DROP TABLE units; --",
    "%_\\",
    "\u202e\u200b\ufeff",
    "{}",
    "null",
    "-1",
    "9" * 500,
    '{"v":1e999}',
]
IDS = ["", "x", "=", "====", "\0", "\ud800", "单位", "a" * 129, "a" * 100_000, "VW5pdDo", "💥", "0", "Unit:1"]
IDS += [global_id("Unit", uuid4()), global_id("Nothing", uuid4()), global_id("", uuid4()), str(uuid4())]
#: The last four do not fit 32 bits: GraphQL itself refuses them.
INTS: list[Any] = [0, -1, 1, 2**31 - 1, -(2**31), 2**31, -(2**31) - 1, 10**30, 1.5]
DATES: list[Any] = ["0001-01-01", "9999-12-31", "1900-01-01", "2026-02-30", "0000-01-01", "", "\0", "今天", 5]
MOMENTS: list[Any] = [
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00",
    "2026-03-03",
    "x",
]
HOSTILE = {"String": TEXTS, "ID": IDS, "Int": INTS, "Date": DATES, "DateTime": MOMENTS, "Boolean": ["yes", 1]}

#: Fields whose name says which objects they mean; `id` means the mutation's own.
MEANS = {
    "candidacies": "Candidacy",
    "candidacy": "Candidacy",
    "round": "ReviewRound",
    "package": "ResultPackage",
    "policySet": "PolicySet",
    "committee": "Committee",
    "planGroup": "PlanGroup",
    "groups": "PlanGroup",
    "employment": "Employment",
    "expert": "Expert",
    "authors": "Expert",
    "leaving": "Expert",
    "joining": "Expert",
    "trustees": "Organisation",
    "districtBureau": "Organisation",
    "supervisingDepartment": "Organisation",
    "industryAuthority": "Organisation",
    "organisation": "Organisation",
    "file": "StoredFile",
    "minutes": "StoredFile",
    "reportFile": "StoredFile",
    "evidence": "StoredFile",
    "relaxation": "ConditionRelaxation",
    "attachment": "Attachment",
    "material": "CandidacyMaterial",
    "opinion": "PolicyOpinion",
    "objection": "InHouseObjection",
    "participants": "TeamMember",
    "signedBy": "TeamMember",
    "result": "Result",
    "entry": "PublicityEntry",
}


@dataclass(frozen=True, slots=True)
class Corner:
    """A unit's part of the world: who acts there, and what there is, as (global id, version)."""

    viewers: list[Viewer]
    objects: dict[str, list[tuple[str, int]]]


def own_type(mutation: str) -> str:
    """The type of the object that the mutation's `id` means."""
    payload: Any = get_named_type(MUTATIONS[mutation].type)
    name = next(field for field in payload.fields if field != "userErrors")
    found = "Sitting" if mutation == "ballotOpen" else str(get_named_type(payload.fields[name].type).name)
    return {"RosterImport": "Unit", "Reporter": "Lead"}.get(found, found)


@dataclass(slots=True)
class Inventor:
    """Makes inputs for one corner; `poison` is the share of leaves that are hostile."""

    random: Random
    corner: Corner
    poison: float

    def input_of(self, mutation: str) -> dict[str, Any]:
        field = MUTATIONS[mutation]
        own = own_type(mutation)
        id, version = self._object(own)
        given: dict[str, Any] = self._value(get_named_type(field.args["input"].type), "", 0)
        if "id" in given and self.random.random() > self.poison:
            given["id"] = id
        if "version" in given and self.random.random() > self.poison:
            given["version"] = version
        if "idempotencyKey" in given and self.random.random() > self.poison:
            given["idempotencyKey"] = str(uuid4())
        return given

    def _object(self, type_name: str) -> tuple[str, int]:
        return self.random.choice(self.corner.objects.get(type_name) or [(global_id("Unit", uuid4()), 1)])

    def _value(self, type_: Any, name: str, depth: int) -> Any:
        if isinstance(type_, GraphQLNonNull):
            if self.random.random() < self.poison / 10:
                return None
            return self._value(type_.of_type, name, depth)
        if isinstance(type_, GraphQLList):
            size = self.random.choice([0, 1, 2, 3] if self.random.random() > self.poison / 4 else [120])
            each = self._value(type_.of_type, name, depth + 1)
            return [self._value(type_.of_type, name, depth + 1) for _ in range(size)] + [each] * (size // 2)
        if isinstance(type_, GraphQLInputObjectType):
            return {key: self._value(each.type, key, depth + 1) for key, each in type_.fields.items()}
        return self._leaf(type_, name)

    def _leaf(self, type_: Any, name: str) -> Any:
        hostile = self.random.random() < self.poison
        if isinstance(type_, GraphQLEnumType):
            return "GARBAGE" if hostile else self.random.choice(list(type_.values))
        if hostile:
            return self.random.choice(HOSTILE[type_.name])
        if type_.name == "ID":
            return self._object(MEANS[name])[0] if name in MEANS else self._object("Unit")[0]
        return self._plausible(type_.name, name)

    def _plausible(self, kind: str, name: str) -> Any:
        day = clock.today() + timedelta(days=self.random.randint(-40, 400))
        return {
            "String": "05"
            if "eries" in name
            else self.random.choice(["说明", "2026-1", "110000199001010015"]),
            "Int": self.random.choice([1, 5, 11, 2026]),
            "Date": day.isoformat(),
            "DateTime": f"{day.isoformat()}T09:00:00+08:00",
            "Boolean": self.random.random() < 0.5,
        }[kind]
