"""From a request to the context that the schema reads: who asks, in which language, under which request id."""

from __future__ import annotations

import re
from uuid import uuid4

from starlette.requests import HTTPConnection

from domain.core.roles import Viewer
from schema.core.context import Context

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(request: HTTPConnection) -> str:
    """The gateway's request id where it sent a decent one, else a new one."""
    given = request.headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid4().hex


def language(request: HTTPConnection) -> str:
    """`en` where the client prefers English to Chinese, else `zh`: this is a Beijing system."""
    return preferred(request.headers.get("accept-language", ""))


def preferred(accept_language: str) -> str:
    """The better of zh and en by the header's quality values; a malformed part counts nothing."""
    best, best_quality = "zh", 0.0
    for part in accept_language[:256].split(","):
        tag, _, parameters = part.strip().partition(";")
        quality = _quality(parameters)
        name = tag.strip().lower().partition("-")[0]
        if name in ("zh", "en") and quality > best_quality:
            best, best_quality = name, quality
    return best


def context_of(request: HTTPConnection, viewer: Viewer, id: str) -> Context:
    return Context(viewer=viewer, request_id=id, language=language(request))


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
