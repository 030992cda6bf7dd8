"""How a request reaches the API and its answer comes back.

Only headers on the two lists pass; hop-by-hop headers, cookies and whatever a client says of its own address or
request id never do.
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.gateway.answers import Refused, api_too_slow, api_unreachable, no_session
from api.gateway.body import read_capped, stream_capped
from api.gateway.context import Gateway
from api.gateway.cookies import SESSION
from api.gateway.csrf import check_json, check_own_page

log = logging.getLogger("zhicheng.gateway")
MAX_OPERATION_BYTES = 100_000
#: A file of 20 MB and the multipart frame around it.
MAX_UPLOAD_BYTES = 20 * 1024 * 1024 + 64 * 1024
GLOBAL_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
TO_API = ("accept", "accept-language", "content-type", "x-acting-as", "if-none-match", "range", "traceparent")
FROM_API = frozenset(
    (
        *(
            "content-type",
            "content-language",
            "content-disposition",
            "content-range",
            "accept-ranges",
            "etag",
        ),
        *("last-modified", "vary", "retry-after", "content-security-policy", "www-authenticate", "allow"),
    )
)


async def graphql(gateway: Gateway, request: Request) -> Response:
    """POST: one operation, with the session's token, or without one for what is public."""
    check_own_page(request, gateway.settings.public_url)
    check_json(request)
    body = await read_capped(request, MAX_OPERATION_BYTES)
    headers = await _headers(gateway, request)
    try:
        answer = await gateway.http.post(f"{gateway.settings.api_url}/graphql", content=body, headers=headers)
    except httpx.HTTPError as error:
        raise _trouble(error, request) from error
    return Response(answer.content, answer.status_code, _passed(answer))


async def upload(gateway: Gateway, request: Request) -> Response:
    """POST: streamed, up to 20 MB."""
    check_own_page(request, gateway.settings.public_url)
    headers = await _headers(gateway, request)
    length = request.headers.get("content-length")
    headers |= {"content-length": length} if length else {}
    body = stream_capped(request, MAX_UPLOAD_BYTES)
    try:
        answer = await gateway.http.post(f"{gateway.settings.api_url}/uploads", content=body, headers=headers)
    except httpx.HTTPError as error:
        raise _trouble(error, request) from error
    return Response(answer.content, answer.status_code, _passed(answer))


async def file(gateway: Gateway, request: Request) -> Response:
    """GET: streamed under the reader's rights."""
    outgoing = gateway.http.build_request(
        "GET", _file_url(gateway, request), headers=await _headers(gateway, request)
    )
    try:
        answer = await gateway.http.send(outgoing, stream=True)
    except httpx.HTTPError as error:
        raise _trouble(error, request) from error
    length = answer.headers.get("content-length")
    headers = _passed(answer) | ({"content-length": length} if length else {})
    return StreamingResponse(_chunks(answer), answer.status_code, headers)


async def _chunks(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()


async def _headers(gateway: Gateway, request: Request) -> dict[str, str]:
    """What goes to the API. Raises Refused (401) for a cookie whose session is over: never anonymous by mistake."""
    headers = {name: _clean(name, request.headers[name]) for name in TO_API if name in request.headers}
    headers["accept-encoding"] = "identity"
    headers["x-request-id"] = request.scope["request_id"]
    headers["x-forwarded-for"] = request.client.host if request.client else ""
    if opaque := gateway.cookies.read(request, SESSION):
        session = await gateway.refresher.current(opaque)
        if session is None:
            raise no_session()
        headers["authorization"] = f"Bearer {session.access_token}"
    return headers


def _clean(name: str, value: str) -> str:
    """Raises Refused (400) for header values that HTTP clients do not send on."""
    if value.isascii() and value.isprintable():
        return value
    raise Refused(
        400, "BAD_REQUEST", f"请求头 {name} 只能含 ASCII 字符。", f"The header {name} must be ASCII."
    )


def _passed(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.lower() in FROM_API}


def _file_url(gateway: Gateway, request: Request) -> str:
    """Raises Refused (404) for what is no global id: it must not become another path of the API."""
    name: str = request.path_params["id"]
    if not GLOBAL_ID.fullmatch(name):
        raise Refused(404, "BAD_USER_INPUT", "没有该文件。", "There is no such file.")
    grant = request.query_params.get("grant")
    query = f"?{urlencode({'grant': grant})}" if grant else ""
    return f"{gateway.settings.api_url}/files/{name}{query}"


def _trouble(error: httpx.HTTPError, request: Request) -> Refused:
    log.error("api.unreachable request=%s %s", request.scope["request_id"], type(error).__name__)
    return api_too_slow() if isinstance(error, httpx.TimeoutException) else api_unreachable()
