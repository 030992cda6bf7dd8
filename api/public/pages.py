"""How a public page is rendered, and the headers it goes out with."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse

from domain.core.clock import BEIJING

_FOLDER = Path(__file__).parent / "templates"
_STYLE = (_FOLDER / "style.css").read_text(encoding="utf-8")
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "content-language": "zh-CN",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page `name`. The style stands in it, under its hash, so that one request shows everything."""
    text = _TEMPLATES.get_template(f"{name}.html").render(style=Markup(_STYLE), **values)
    return HTMLResponse(text, status, HEADERS)


def trouble(status: int, zh: str, en: str) -> HTMLResponse:
    """A page that says what is wrong and what to do."""
    return page("trouble", status, zh=zh, en=en)


def _chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _beijing_minute(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


_TEMPLATES.filters |= {"day": _chinese_day, "minute": _beijing_minute}
