"""Running documents in process, as somebody."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from domain.core.roles import Viewer
from schema.core.context import Context
from schema.root import schema


async def gql(viewer: Viewer, document: str, *, language: str = "zh", **variables: Any) -> dict[str, Any]:
    """The answer to a document: {"data", "errors"}; errors carry their extensions."""
    context = Context(viewer=viewer, request_id="test", language=language)
    result = await schema.execute(document, variable_values=variables, context_value=context)
    errors = [error.formatted for error in result.errors or []]
    return {"data": result.data, "errors": errors}


async def act(viewer: Viewer, mutation: str, input: dict[str, Any], selection: str = "") -> dict[str, Any]:
    """Runs one mutation and returns its payload; makes an idempotency key unless one is given."""
    name = mutation[0].upper() + mutation[1:]
    document = (
        f"mutation ($input: {name}Input!) {{ {mutation}(input: $input) {{ {selection} "
        "userErrors { code field message messageEn rule { id article } currentState currentVersion } } }"
    )
    given = {"idempotencyKey": str(uuid4()), **input}
    answer = await gql(viewer, document, input=given)
    assert answer["errors"] == [], answer["errors"]
    payload: dict[str, Any] = answer["data"][mutation]
    return payload


def rules_of(payload: dict[str, Any]) -> list[str]:
    """The rule ids that a payload's refusals cite, in order."""
    return [error["rule"]["id"] for error in payload["userErrors"]]
