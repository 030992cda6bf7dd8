"""Texts that no column can hold: PostgreSQL takes no NUL, and UTF-8 has no lone surrogates."""

from __future__ import annotations

from domain.core.errors import Invalid, Refusal


def unreadable(path: str, text: str) -> Refusal | None:
    """Why the text at this path of an input is no text at all; None where it is one."""
    if "\0" in text:
        return Invalid(path, "文本不能包含空字符（NUL）。", "A text cannot contain NUL.")
    try:
        text.encode()
    except UnicodeEncodeError:
        return Invalid(path, "文本包含不完整的字符。", "The text has broken characters (lone surrogates).")
    return None
