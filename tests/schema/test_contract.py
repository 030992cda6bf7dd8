"""The contract: what the front end is built against is complete, described in both languages, and as committed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    build_schema,
    get_named_type,
)

from domain.core.rules import RULES
from domain.lifecycles import LIFECYCLES
from schema.contract import FOLDER, documents, write
from schema.contract.lifecycles import sentence
from schema.contract.markdown import table
from schema.contract.roles import guarded_models
from schema.core.describe import describe_types
from schema.core.nodes import NODES
from schema.root import schema

#: What the viewer may carry by its bare id: it names hats for `x-acting-as`, and its organisation, not an object's owner.
BARE_IDS = {"Viewer.organisationId", "Viewer.grantId"}
OF_A_LIFECYCLE = {"state", "version", "availableActions", "timeline"}

describe_types(schema)
TYPES: dict[str, GraphQLNamedType] = {
    name: type_ for name, type_ in schema._schema.type_map.items() if not name.startswith("__")
}
BUILT_IN = {"String", "Int", "Float", "Boolean", "ID"}


@pytest.mark.skipif(not (FOLDER / "schema.graphql").exists(), reason="the contract was never generated")
def test_the_committed_contract_is_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert (write(check=True), capsys.readouterr().err) == (0, "")


def test_a_check_tells_the_drift_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write(False, tmp_path) == 0
    assert {file.name for file in tmp_path.iterdir()} == set(documents())
    assert (write(True, tmp_path), capsys.readouterr().err) == (0, "")
    errors = tmp_path / "errors.md"
    changed = errors.read_text(encoding="utf-8").replace("# Errors |", "# Mistakes |")
    errors.write_text(changed, encoding="utf-8")
    assert write(True, tmp_path) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")] == [
        "-# Mistakes | 错误与规则",
        "+# Errors | 错误与规则",
    ]
    assert errors.read_text(encoding="utf-8") == changed


def test_the_sdl_is_a_schema_and_the_same_twice() -> None:
    text = documents()["schema.graphql"]
    assert set(build_schema(text).type_map) >= set(TYPES) - BUILT_IN
    assert documents()["schema.graphql"] == text


def test_the_documents_speak_of_every_lifecycle_model_and_rule() -> None:
    found = documents()
    headings = re.findall(r"^## (\w+) \|", found["lifecycles.md"], re.MULTILINE)
    assert headings == [cycle.name for cycle in LIFECYCLES]
    models = re.findall(r"^\| \*\*(\w+)\*\*", found["roles.md"], re.MULTILINE)
    assert models == [model.__name__ for model in guarded_models()]
    rules = re.findall(r"^\| ([RNJBS]-[\d.]+) \|", found["errors.md"], re.MULTILINE)
    assert sorted(rules) == sorted(RULES)


def test_every_condition_reads_as_a_sentence() -> None:
    guards = {guard for cycle in LIFECYCLES for move in cycle.moves for guard in move.when}
    assert (
        sorted(text for text in map(sentence, guards) if not re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)+", text))
        == []
    )


def test_a_cell_cannot_break_its_table() -> None:
    assert table(["a"], [["x | y\nz"], [""]]) == "| a |\n| --- |\n| x \\| y z |\n| — |"


def described_things() -> Iterator[tuple[str, str | None]]:
    """Everything that a client can name, with its description."""
    for name, type_ in TYPES.items():
        if name in BUILT_IN:
            continue
        yield name, type_.description
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{name}.{value}", each.description) for value, each in type_.values.items())
        if isinstance(type_, GraphQLInputObjectType):
            yield from ((f"{name}.{field}", each.description) for field, each in type_.fields.items())
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field, found in type_.fields.items():
                yield f"{name}.{field}", found.description
                yield from ((f"{name}.{field}({arg})", each.description) for arg, each in found.args.items())


def speaks_both(text: str | None) -> bool:
    return bool(text and re.search(r"[\u4e00-\u9fff]", text) and re.search(r"[A-Za-z]{2}", text))


def test_everything_is_described_in_both_languages() -> None:
    things = list(described_things())
    # Scalars that come with the library carry its own English descriptions.
    library = {name for name, type_ in TYPES.items() if isinstance(type_, GraphQLScalarType)}
    assert sorted(name for name, text in things if name not in library and not speaks_both(text)) == []


def objects() -> Iterator[tuple[str, GraphQLObjectType]]:
    for name, type_ in TYPES.items():
        if isinstance(type_, GraphQLObjectType):
            yield name, type_


def test_objects_are_referred_to_as_objects_and_not_by_their_ids() -> None:
    raw = [
        f"{name}.{field}"
        for name, type_ in objects()
        for field in type_.fields
        if re.search(r"[a-z]Ids?$", field)
    ]
    assert sorted(set(raw) - BARE_IDS) == []


def test_what_has_a_lifecycle_tells_where_it_stands_and_what_may_happen() -> None:
    living = {name: spec for name, spec in NODES.items() if spec.lifecycle is not None}
    missing = {
        name: OF_A_LIFECYCLE - set(cast(GraphQLObjectType, TYPES[name]).fields)
        for name in living
        if not set(cast(GraphQLObjectType, TYPES[name]).fields) >= OF_A_LIFECYCLE
    }
    assert missing == {}
    models = {spec.model: name for name, spec in NODES.items()}
    shown = {cycle.name: models[cycle.model] for cycle in LIFECYCLES if cycle.model in models}
    assert [name for name in shown.values() if name not in living] == []


def mutations() -> Iterator[tuple[str, Any]]:
    found = schema._schema.mutation_type
    yield from found.fields.items() if found is not None else ()


def test_every_mutation_takes_a_key_and_tells_what_it_refuses() -> None:
    offenders = []
    for name, field in mutations():
        input_type = get_named_type(field.args["input"].type) if set(field.args) == {"input"} else None
        keyed = isinstance(input_type, GraphQLInputObjectType) and "idempotencyKey" in input_type.fields
        payload = cast(GraphQLObjectType, get_named_type(field.type))
        errors = payload.fields.get("userErrors")
        if not keyed or errors is None or str(errors.type) != "[UserError!]!":
            offenders.append(name)
    assert offenders == []


def test_mutations_are_named_object_first_and_their_types_after_them() -> None:
    wrong = []
    for name, field in mutations():
        title = name[0].upper() + name[1:]
        types = [str(get_named_type(each)) for each in (field.args["input"].type, field.type)]
        if types != [f"{title}Input", f"{title}Payload"]:
            wrong.append((name, *types))
    assert wrong == []


def test_lists_hold_no_nulls_but_those_that_stand_for_something_unseen() -> None:
    """`nodes(ids)` answers in the order asked, with null for what is out of sight. A payload of a refused command has
    no objects at all.
    """
    loose = [
        f"{name}.{field}"
        for name, type_ in objects()
        for field, found in type_.fields.items()
        if "[" in str(found.type)
        and not re.fullmatch(r"\[.+!\]!", str(found.type))
        and not (name == "UserError" and field == "field")
        and not (name.endswith("Payload") and re.fullmatch(r"\[.+!\]", str(found.type)))
    ]
    assert loose == ["Query.nodes"]


def test_every_connection_takes_the_four_paging_arguments() -> None:
    connections = [
        (f"{name}.{field}", set(found.args))
        for name, type_ in objects()
        for field, found in type_.fields.items()
        # A feed goes forward only, because it has no end to start from.
        if str(found.type).rstrip("!").endswith("Connection") and field != "changes"
    ]
    paging = {"first", "after", "last", "before"}
    assert [name for name, arguments in connections if not arguments >= paging] == []


def test_ids_of_objects_are_never_null() -> None:
    nullable = [
        name
        for name, type_ in objects()
        if "id" in type_.fields and not isinstance(type_.fields["id"].type, GraphQLNonNull)
    ]
    assert nullable == []
