"""/auth/login, /auth/callback and /auth/session: how a session begins, and what the page may know of it."""

from __future__ import annotations

import logging
import re
import secrets
from datetime import UTC, datetime

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.gateway.answers import Refused
from api.gateway.context import Gateway
from api.gateway.cookies import BROWSER, SESSION
from api.gateway.csrf import HEADER
from api.gateway.issuer import GrantRefused
from api.gateway.pending import LIFETIME_SECONDS, Pending
from api.gateway.seal import name_of
from api.gateway.sessions import Session

log = logging.getLogger("zhicheng.gateway")
#: A path of this origin. A second slash or a backslash would name another host to a browser.
SAME_ORIGIN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f\ud800-\udfff]*")
MAX_PATH_CHARACTERS = 2048
MAX_PARAMETER_CHARACTERS = 2048


async def login(gateway: Gateway, request: Request) -> Response:
    """GET ?return_to=/path&max_age=seconds: leaves for the issuer. `max_age=0` demands a fresh login (step-up)."""
    browser = gateway.cookies.read(request, BROWSER) or secrets.token_urlsafe(32)
    pending = Pending(
        verifier=secrets.token_urlsafe(48),
        nonce=secrets.token_urlsafe(32),
        return_to=_return_to(request),
        browser=name_of(browser),
        max_age=_max_age(request),
    )
    state = await gateway.pending.add(pending)
    response = RedirectResponse(await gateway.issuer.authorization_url(pending, state), 303)
    gateway.cookies.write(response, BROWSER, browser, LIFETIME_SECONDS)
    return response


async def callback(gateway: Gateway, request: Request) -> Response:
    """GET from the issuer: the code becomes a session under a new id, whatever id the browser had before."""
    query = request.query_params
    browser = gateway.cookies.read(request, BROWSER)
    pending = await gateway.pending.take(query.get("state", ""), browser) if browser else None
    if pending is None or not await _from_our_issuer(gateway, query.get("iss")):
        raise _failed(
            "The login was not begun here, or long ago; begin again.", "登录请求无效或已过期，请重新登录。"
        )
    code = query.get("code", "")
    if query.get("error") or not 0 < len(code) <= MAX_PARAMETER_CHARACTERS:
        raise _failed("The issuer refused the login; begin again.", "登录未成功，请重新登录。")
    try:
        begun = await gateway.issuer.session_for(code, pending)
    except GrantRefused as error:
        log.warning("login.unconfirmed request=%s reason=%s", request.scope["request_id"], error)
        raise _failed(
            "The login could not be confirmed; begin again.", "登录无法确认，请重新登录。"
        ) from error
    return await _begin(gateway, request, begun, pending.return_to)


async def session(gateway: Gateway, request: Request) -> Response:
    """GET: whether somebody is logged in, who, until when. A poll does not prolong the session."""
    opaque = gateway.cookies.read(request, SESSION)
    found = await gateway.sessions.find(opaque, touch=False) if opaque else None
    csrf = {"header": HEADER, "value": "1"}
    if found is None:
        response = JSONResponse({"loggedIn": False, "csrf": csrf})
        if opaque:
            gateway.cookies.clear(response, SESSION)
        return response
    return JSONResponse(
        {
            "loggedIn": True,
            "name": found.name,
            "expiresAt": _moment(found.ends),
            "authenticatedAt": _moment(found.authenticated_at),
            "csrf": csrf,
        }
    )


async def _begin(gateway: Gateway, request: Request, begun: Session, return_to: str) -> Response:
    before = gateway.cookies.read(request, SESSION)
    replaced = await gateway.sessions.find(before, touch=False) if before else None
    if before and replaced:
        await gateway.sessions.end(before)
    response = RedirectResponse(return_to, 303)
    gateway.cookies.write(response, SESSION, await gateway.sessions.begin(begun))
    if replaced:
        response.background = BackgroundTask(gateway.issuer.revoke, replaced.refresh_token)
    return response


async def _from_our_issuer(gateway: Gateway, iss: str | None) -> bool:
    """RFC 9207: an issuer that promises `iss` must send its own; another must not send a foreign one."""
    promised = (await gateway.issuer.remote.metadata()).get("authorization_response_iss_parameter_supported")
    return iss.rstrip("/") == gateway.issuer.remote.url if iss is not None else not promised


def _return_to(request: Request) -> str:
    path = request.query_params.get("return_to", "/")
    if len(path) > MAX_PATH_CHARACTERS or not SAME_ORIGIN_PATH.fullmatch(path):
        raise Refused(
            400,
            "BAD_USER_INPUT",
            "return_to 须为本站路径，例如 /applications。",
            "return_to must be a path of this site, such as /applications.",
        )
    return path


def _max_age(request: Request) -> int | None:
    value = request.query_params.get("max_age")
    if value is not None and not re.fullmatch(r"[0-9]{1,6}", value):
        raise Refused(400, "BAD_USER_INPUT", "max_age 须为秒数。", "max_age must be a number of seconds.")
    return int(value) if value is not None else None


def _failed(en: str, zh: str) -> Refused:
    return Refused(400, "BAD_REQUEST", zh, en)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()
