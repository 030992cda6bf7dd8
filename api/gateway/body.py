"""Reading bodies no further than allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import Request

from api.gateway.answers import Refused


async def read_capped(request: Request, limit: int) -> bytes:
    """The whole body. Raises Refused (413) as soon as it is larger than `limit` bytes."""
    return b"".join([chunk async for chunk in stream_capped(request, limit)])


async def stream_capped(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body as it comes. Raises Refused (413) by its declared length, or where it grows beyond `limit` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise too_large(limit)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        yield chunk


def too_large(limit: int) -> Refused:
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1000} kB"
    return Refused(413, "BAD_REQUEST", f"请求体超过 {size}。", f"The body is larger than {size}.")
