"""Feeds go forward only: `first` and an `after` that their own cursors fill."""

from __future__ import annotations

from typing import Any

from domain.core.errors import Invalid, Refused
from domain.core.paging import MAX_PAGE
from schema.core.cursors import read_cursor


def feed_window(scope: str, first: int, after: str | None, start: tuple[Any, Any]) -> tuple[Any, Any]:
    """The position to read on from.

    Raises:
        Refused: a size out of bounds, or a cursor of something else.
    """
    if not 1 <= first <= MAX_PAGE:
        text = f"每页 1 至 {MAX_PAGE} 项。", f"A page has 1 to {MAX_PAGE} items."
        raise Refused([Invalid("first", *text, rule_id="S-7")])
    if after is None:
        return start
    try:
        return read_cursor(scope, after)
    except (ValueError, KeyError, TypeError) as error:
        text = "游标无效，请使用本接口返回的游标。", "Not a cursor of this feed; use one that it returned."
        raise Refused([Invalid("after", *text)]) from error
