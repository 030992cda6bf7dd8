"""The issuer's own session with a browser: its cookie, and the rows behind it."""

from __future__ import annotations

import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

from api.oauth.issuer import Issuer
from api.oauth.tokens import LoggedIn
from domain.accounts.logins import LOGIN_LIFETIME, begin_login, end_login, login_of
from domain.accounts.models import Account

SESSION_COOKIE = "zhicheng-login"
FORM_COOKIE = "zhicheng-form"


async def who(issuer: Issuer, request: Request) -> LoggedIn | None:
    """Who is logged in at the issuer in this browser."""
    cookie = request.cookies.get(issuer.cookie_name(SESSION_COOKIE))
    session = await login_of(cookie) if cookie else None
    return LoggedIn(session.account, session) if session else None


async def log_in(issuer: Issuer, response: Response, account: Account, before: LoggedIn | None) -> None:
    """A new session under a new cookie. Another person's session in this browser ends; one's own may still be used
    by codes that are under way in another tab.
    """
    if before and before.account.id != account.id:
        await end_login(before.session)
    cookie = secrets.token_urlsafe(32)
    await begin_login(account, cookie)
    set_cookie(issuer, response, SESSION_COOKIE, cookie)


def set_cookie(issuer: Issuer, response: Response, name: str, value: str) -> None:
    """Lax, because the way back from a client is a navigation from another site."""
    response.set_cookie(
        issuer.cookie_name(name),
        value,
        max_age=int(LOGIN_LIFETIME.total_seconds()),
        path="/",
        secure=issuer.secure,
        httponly=True,
        samesite="lax",
    )


def form_token(issuer: Issuer, request: Request) -> tuple[str, str]:
    """The browser's form cookie (kept when it has one, so that two tabs both work) and the token forms carry."""
    cookie = request.cookies.get(issuer.cookie_name(FORM_COOKIE)) or secrets.token_urlsafe(32)
    return cookie, issuer.mac("form", cookie)


def form_is_ours(issuer: Issuer, request: Request, token: str) -> bool:
    """Whether a form was served to this browser, and posted from our own page where the browser says so."""
    cookie = request.cookies.get(issuer.cookie_name(FORM_COOKIE))
    origin = request.headers.get("origin", issuer.url)
    if not cookie or origin not in (issuer.url, "null"):
        return False
    return hmac.compare_digest(issuer.mac("form", cookie).encode(), token.encode())
