"""What a request may contain before anything looks at it.

PostgreSQL refuses NUL, Authlib's error texts refuse quotes and non-ASCII, and a repeated parameter means different
things to different readers: each of them would be a fault of ours where it is a mistake of the client's.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

MAX_VALUE_CHARACTERS = 8192
MAX_FORM_BYTES = 65_536
MAX_FIELDS = 50
#: Parameters whose values Authlib repeats in its ASCII-only error texts (RFC 6749, appendix A).
PROTOCOL_NAMES = frozenset(
    {"client_id", "response_type", "grant_type", "redirect_uri", "scope", "response_mode"}
)
PROTOCOL_VALUE = re.compile(r"[\x20\x21\x23-\x5B\x5D-\x7E]*")

Pairs = list[tuple[str, str]]


async def read_pairs(request: Request) -> tuple[Pairs, Pairs]:
    """The query's and the form's pairs, checked.

    Raises:
        HTTPException: 400 for NUL, lone surrogates, repeated or over-long parameters; 413 for a body over 64 KiB.
    """
    query = request.query_params.multi_items()
    form = await _form(request) if request.method == "POST" else []
    _check_pairs([*query, *form])
    return query, form


def check_basic_credentials(request: Request) -> None:
    """Raises:
    HTTPException: 400 when an Authorization header of scheme Basic is not base64 of clean text.
    """
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return
    try:
        credentials = base64.b64decode(value.strip(), validate=True).decode("ascii")
    except ValueError as error:
        raise HTTPException(400, "The Basic credentials are not base64 of ASCII text.") from error
    decoded = credentials.lower()
    if "\0" in decoded or "%00" in decoded or len(decoded) > MAX_VALUE_CHARACTERS:
        raise HTTPException(400, "The Basic credentials contain NUL or are too long.")


async def _form(request: Request) -> Pairs:
    """The form of a POST. Only application/x-www-form-urlencoded, as OAuth demands; another type has no fields."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        raise HTTPException(400, "Send application/x-www-form-urlencoded.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise HTTPException(413, "The form is larger than 64 KiB.")
    try:
        return parse_qsl(body.decode("ascii"), True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise HTTPException(400, "The form is not percent-encoded UTF-8, or has too many fields.") from error


def _check_pairs(pairs: Pairs) -> None:
    if len(pairs) > MAX_FIELDS:
        raise HTTPException(400, "Too many parameters.")
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise HTTPException(400, "A parameter is repeated.")
    for name, value in pairs:
        if not _clean(name, value):
            raise HTTPException(
                400, "A parameter contains NUL, is not text, or is longer than 8192 characters."
            )
        if name in PROTOCOL_NAMES and not PROTOCOL_VALUE.fullmatch(value):
            raise HTTPException(400, f"{name} contains characters that OAuth does not allow there.")


def _clean(*texts: str) -> bool:
    return all(
        len(text) <= MAX_VALUE_CHARACTERS and "\0" not in text and not _surrogates(text) for text in texts
    )


def _surrogates(text: Iterable[str]) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
