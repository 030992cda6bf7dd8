"""/login: a form with a name and a password."""

from __future__ import annotations

import logging
import re

from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.oauth.browser import form_is_ours, log_in, who
from api.oauth.issuer import Issuer
from api.oauth.pages import after_login, form_page, page, trouble
from api.oauth.parameters import read_pairs
from domain.accounts.commands import MAX_LOGIN_CHARACTERS, MAX_PASSWORD_CHARACTERS, verify_password

log = logging.getLogger("zhicheng.login")
#: After a login the browser goes on with an authorization request of our own, and nowhere else.
CONTINUATION = re.compile(r"/oauth/authorize\?[\x21-\x5B\x5D-\x7E]*")
WRONG = ("登录名或口令不正确。", "The login name or the password is wrong.")
TOO_MANY = ("尝试次数过多，请十五分钟后再试。", "Too many attempts. Try again in fifteen minutes.")
STALE_FORM = ("页面已过期，请重新登录。", "This page has expired. Log in again.")


async def login_page(issuer: Issuer, request: Request) -> Response:
    """GET: the form."""
    query, _ = await read_pairs(request)
    return _form(issuer, request, dict(query).get("return_to", ""))


async def login(issuer: Issuer, request: Request) -> Response:
    """POST: checks the form, the number of failures, and the password, in this order."""
    _, pairs = await read_pairs(request)
    form = dict(pairs)
    name, return_to = form.get("login", "").strip()[:MAX_LOGIN_CHARACTERS], form.get("return_to", "")
    if not form_is_ours(issuer, request, form.get("form_token", "")):
        return _form(issuer, request, return_to, 403, STALE_FORM)
    address = request.client.host if request.client else ""
    try:
        return await _try(issuer, request, name, form.get("password", ""), address, return_to)
    except RedisError:
        return trouble(
            503, "登录服务暂时不可用，请稍后再试。", "Login is unavailable for the moment. Try again soon."
        )


async def _try(
    issuer: Issuer, request: Request, name: str, password: str, address: str, return_to: str
) -> Response:
    async with issuer.attempts.turn:
        if not await issuer.attempts.open(name, address):
            log.warning("login.closed address=%s", address)
            response = _form(issuer, request, return_to, 429, TOO_MANY)
            response.headers["retry-after"] = "900"
            return response
        account = await verify_password(name, password[: MAX_PASSWORD_CHARACTERS + 1])
        if account is None:
            await issuer.attempts.failed(name, address)
            log.info("login.failed address=%s", address)
            return _form(issuer, request, return_to, 401, WRONG)
    await issuer.attempts.succeeded(name, address)
    response = _onward(return_to, account.name)
    await log_in(issuer, response, account, await who(issuer, request))
    log.info("login.succeeded account=%s address=%s", account.id, address)
    return response


def _onward(return_to: str, name: str) -> Response:
    if CONTINUATION.fullmatch(return_to):
        return RedirectResponse(return_to, 303, {"cache-control": "no-store"})
    return page("logged_in", person=name)


def _form(
    issuer: Issuer, request: Request, return_to: str, status: int = 200, wrong: tuple[str, str] | None = None
) -> Response:
    safe = return_to if CONTINUATION.fullmatch(return_to) else ""
    return form_page(issuer, request, "login", status, form_to=after_login(safe), return_to=safe, wrong=wrong)
