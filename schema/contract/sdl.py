"""schema.graphql: the schema in its own language, sorted, so that a diff shows changes and nothing else."""

from __future__ import annotations

from graphql import lexicographic_sort_schema, print_schema
from strawberry import Schema

from schema.core.describe import describe_types


def text(schema: Schema) -> str:
    describe_types(schema)
    return print_schema(lexicographic_sort_schema(schema._schema)) + "\n"
