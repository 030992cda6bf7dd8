"""POST /graphql: one operation a request, JSON in and JSON out, and never a 500 for a client's mistake.

Status codes follow the GraphQL-over-HTTP specification: 400 for a request that cannot be executed when the client
accepts application/graphql-response+json, 200 for the same under plain application/json.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import msgspec
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from strawberry import Schema

from api.authentication import Authentication, AuthenticationFailed
from api.context import context_of, request_id
from domain.core.errors import Refused

log = logging.getLogger("zhicheng.graphql")

MAX_BODY = 100_000
#: A ballot is a kilobyte of proofs for each answer; an election's archive of partial decryptions is larger.
PLAIN, GRAPHQL = "application/json", "application/graphql-response+json"
_encode = msgspec.json.Encoder(decimal_format="string").encode


class BadRequest(Exception):
    """A request that cannot be executed: its status, code and what to do."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class Operation:
    """What a client asks to execute."""

    query: str
    variables: dict[str, Any]
    name: str | None


@dataclass(frozen=True)
class GraphQLEndpoint:
    """The endpoint over one schema. `open_documents` says whether people may send documents of their own."""

    schema: Schema
    authentication: Authentication

    async def serve(self, request: Request) -> Response:
        id = request_id(request)
        media_type = _accepted(request)
        try:
            if media_type is None:
                raise BadRequest(406, "BAD_REQUEST", f"Accept must allow {PLAIN} or {GRAPHQL}.")
            operation = await _operation(request)
            viewer = await self.authentication.authenticate(request)
        except BadRequest as error:
            return _answer(
                {"errors": [_error(error.message, error.code, id)]}, error.status, media_type or PLAIN, id
            )
        except AuthenticationFailed as error:
            headers = {"www-authenticate": 'Bearer error="invalid_token"'} if error.status == 401 else {}
            refused = {"errors": [_error(error.en, error.code, id)]}
            return _answer(refused, error.status, media_type or PLAIN, id, headers)
        result = await self.schema.execute(
            operation.query,
            variable_values=operation.variables,
            operation_name=operation.name,
            context_value=context_of(request, viewer, id),
        )
        body: dict[str, Any] = (
            {"data": result.data} if result.data is not None or _executed(result.errors) else {}
        )
        if result.errors:
            body["errors"] = [_formatted(error, id) for error in result.errors[:5]]
        status = 400 if "data" not in body and media_type == GRAPHQL else 200
        return _answer(body, status, media_type or PLAIN, id)


async def _operation(request: Request) -> Operation:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != PLAIN:
        raise BadRequest(415, "BAD_REQUEST", f"Send the operation as {PLAIN}.")
    body = await _body(request)
    try:
        given = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadRequest(400, "BAD_REQUEST", "The body is not JSON in UTF-8.") from None
    return _checked(given)


def _checked(given: Any) -> Operation:
    if not isinstance(given, dict):
        raise BadRequest(400, "BAD_REQUEST", "The body must be a JSON object with `query`.")
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise BadRequest(400, "BAD_REQUEST", "`query` must be a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest(400, "BAD_REQUEST", "`variables` must be an object.")
    if name is not None and not isinstance(name, str):
        raise BadRequest(400, "BAD_REQUEST", "`operationName` must be a string.")
    return Operation(query, variables or {}, name)


async def _body(request: Request) -> bytes:
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > MAX_BODY:
            raise BadRequest(413, "BAD_REQUEST", f"A request has at most {MAX_BODY} bytes.")
    return bytes(found)


def _accepted(request: Request) -> str | None:
    """The media type to answer in: the specification's own where it is asked for, plain JSON for anything else."""
    accept = request.headers.get("accept", "*/*").lower()
    if GRAPHQL in accept:
        return GRAPHQL
    return PLAIN if any(part in accept for part in (PLAIN, "*/*", "application/*")) or not accept else None


def _executed(errors: list[GraphQLError] | None) -> bool:
    return any(error.path for error in errors or ())


def _formatted(error: GraphQLError, id: str) -> dict[str, Any]:
    original = error.original_error
    if isinstance(original, Refused):
        first = original.refusals[0]
        found = _error(
            first.en, "BAD_USER_INPUT", id, rule=first.rule.id, field=first.field, messageZh=first.zh
        )
    elif original is not None and not isinstance(original, GraphQLError):
        # The client gets the request id; the log gets the trace, once, without variables.
        log.error("graphql.fault request=%s path=%s", id, error.path, exc_info=original)
        found = _error("Something failed on our side; tell us the request id.", "INTERNAL_SERVER_ERROR", id)
    else:
        found = _error(error.message, _code_of(error), id)
    if error.path:
        found["path"] = error.path
    if error.locations:
        found["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return found


def _code_of(error: GraphQLError) -> str:
    if error.message.startswith("Syntax Error"):
        return "GRAPHQL_PARSE_FAILED"
    if "operation" in error.message.lower() and not error.locations:
        return "OPERATION_RESOLUTION_FAILURE"
    return (
        "BAD_USER_INPUT"
        if error.path or error.message.startswith("Variable")
        else "GRAPHQL_VALIDATION_FAILED"
    )


def _error(message: str, code: str, id: str, **more: Any) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code, "requestId": id, **more}}


def _answer(
    body: dict[str, Any], status: int, media_type: str, id: str, headers: dict[str, str] | None = None
) -> Response:
    always = {
        "content-type": f"{media_type}; charset=utf-8",
        "cache-control": "private, no-store",
        "vary": "Accept, Accept-Language, Authorization",
        "x-request-id": id,
    }
    return Response(_encode(body), status, headers={**always, **(headers or {})})
