"""/: where no front end is deployed under this address, a page that at least lets people log in."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.gateway.context import Gateway
from api.gateway.cookies import SESSION

PAGE = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>北京市职称自主评审系统</title>
<h1>北京市职称自主评审系统</h1>
<p lang="en">Professional-title reviews, Beijing</p>
{text}
"""
LOGIN = '<p><a href="/auth/login?return_to=/">登录 <span lang="en">Log in</span></a></p>'
LOGGED_IN = '<p>{name}，您已登录。 <span lang="en">You are logged in.</span></p>'


async def home(gateway: Gateway, request: Request) -> Response:
    """GET: says whether somebody is logged in, and links to the login."""
    opaque = gateway.cookies.read(request, SESSION)
    session = await gateway.sessions.find(opaque, touch=False) if opaque else None
    text = LOGGED_IN.format(name=escape(session.name)) if session else LOGIN
    return HTMLResponse(PAGE.format(text=text))
