"""The pages people see: plain HTML that works without JavaScript, Chinese with small English below."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.oauth.browser import FORM_COOKIE, form_token, set_cookie
from api.oauth.issuer import Issuer

_FOLDER = Path(__file__).parent / "templates"
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
)
_STYLE = (_FOLDER / "style.css").read_text(encoding="utf-8")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


def page(name: str, status: int = 200, *, form_to: str = "", **values: Any) -> HTMLResponse:
    """A page that no cache keeps and no other site frames. `form_to`: an origin the form's answer may lead to."""
    response = HTMLResponse(_TEMPLATES.get_template(f"{name}.html").render(**values), status)
    response.headers["content-security-policy"] = (
        f"default-src 'none'; style-src 'self'; form-action 'self'{form_to}; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["cache-control"] = "no-store"
    response.headers["x-content-type-options"] = "nosniff"
    response.headers["x-frame-options"] = "DENY"
    response.headers["referrer-policy"] = "same-origin"
    return response


def form_page(issuer: Issuer, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page with a form that only this browser can send back."""
    cookie, token = form_token(issuer, request)
    response = page(name, status, form_token=token, **values)
    set_cookie(issuer, response, FORM_COOKIE, cookie)
    return response


def trouble(status: int, zh: str, en: str) -> HTMLResponse:
    """A page that says what is wrong and what to do."""
    return page("trouble", status, zh=zh, en=en)


def after_login(return_to: str) -> str:
    """The origin behind an authorization request: browsers apply form-action to the redirects after a form, too."""
    target = parse_qs(urlsplit(return_to).query).get("redirect_uri", [""])[0]
    found = _ORIGIN.match(target)
    return f" {found.group()}" if found else ""


async def style(request: Request) -> Response:
    return Response(_STYLE, media_type="text/css", headers={"cache-control": "public, max-age=3600"})
