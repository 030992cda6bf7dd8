"""/oauth/end_session (OpenID Connect RP-Initiated Logout) and what it tells the clients (Back-Channel Logout).

A request that proves it knows the session (an ID token of it, or its `sid` as `logout_hint` from the same browser)
ends it at once; any other asks the person first.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Any
from uuid import UUID

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.jwt_checks import Expected, TokenInvalid, check
from api.oauth.adapter import with_parameters
from api.oauth.browser import SESSION_COOKIE, form_is_ours, who
from api.oauth.clients import find_client
from api.oauth.issuer import Issuer
from api.oauth.pages import form_page, page
from api.oauth.parameters import read_pairs
from domain.accounts.logins import clients_to_tell, end_login, login_by_id
from domain.accounts.oauth import LoginSession, OAuthClient

BACKCHANNEL_EVENT = "http://schemas.openid.net/event/backchannel-logout"
NOTICE_SECONDS = 3.0


async def end_session(issuer: Issuer, request: Request) -> Response:
    """GET or POST. Leads back to the client's registered address, or shows that the session is over."""
    query, form = await read_pairs(request)
    given = dict([*query, *form])
    hint = _hint(issuer, given.get("id_token_hint", ""))
    session = await _proven_session(issuer, request, given, hint)
    if session is None and (here := await who(issuer, request)):
        return form_page(issuer, request, "log_out", person=here.account.name, given=_carried(given))
    response = await _onward(given, hint)
    response.delete_cookie(issuer.cookie_name(SESSION_COOKIE), secure=issuer.secure, httponly=True)
    if session:
        await end_login(session)
        response.background = BackgroundTask(tell_clients, issuer, session)
    return response


async def _proven_session(
    issuer: Issuer, request: Request, given: dict[str, str], hint: dict[str, Any]
) -> LoginSession | None:
    """The session to end, if the request proves that it comes from the person or from a client of that session."""
    if sid := hint.get("sid"):
        return await login_by_id(str(sid))
    here = await who(issuer, request)
    if here is None:
        return None
    confirmed = request.method == "POST" and form_is_ours(issuer, request, given.get("form_token", ""))
    return here.session if confirmed or given.get("logout_hint") == str(here.session.id) else None


def _hint(issuer: Issuer, token: str) -> dict[str, Any]:
    """The claims of an ID token of ours, expired or not; nothing for anything else."""
    if not token:
        return {}
    expected = Expected(issuer.url, None, types=("jwt",), required=("sub", "sid", "aud"))
    try:
        return check(token, issuer.keys.public, expected, allow_expired=True)
    except TokenInvalid:
        return {}


async def _onward(given: dict[str, str], hint: dict[str, Any]) -> Response:
    client = await find_client(str(hint.get("aud") or given.get("client_id", "")))
    target = given.get("post_logout_redirect_uri", "")
    if client is None or target not in client.row.post_logout_redirect_uris:
        return page("logged_out")
    state = given.get("state")
    url = with_parameters(target, [("state", state)]) if state else target
    return RedirectResponse(url, 303, {"cache-control": "no-store"})


def _carried(given: dict[str, str]) -> dict[str, str]:
    kept = ("client_id", "post_logout_redirect_uri", "state")
    return {name: given[name] for name in kept if name in given}


async def tell_clients(issuer: Issuer, session: LoginSession) -> None:
    """Sends a logout token to each client that had tokens of this session. Best effort: refresh tokens are revoked
    whether or not a client hears of it.
    """
    clients = await clients_to_tell(session)
    async with httpx.AsyncClient(transport=issuer.transport, timeout=NOTICE_SECONDS, trust_env=False) as http:
        notices = [_tell(http, issuer, client, session.account.subject, session.id) for client in clients]
        await asyncio.gather(*notices, return_exceptions=True)


async def _tell(
    http: httpx.AsyncClient, issuer: Issuer, client: OAuthClient, subject: str, sid: UUID
) -> None:
    now = int(time.time())
    claims = {
        "iss": issuer.url,
        "aud": client.client_id,
        "sub": subject,
        "sid": str(sid),
        "iat": now,
        "exp": now + 120,
        "jti": secrets.token_urlsafe(16),
        "events": {BACKCHANNEL_EVENT: {}},
    }
    token = issuer.keys.sign(claims, "logout+jwt")
    await http.post(client.backchannel_logout_uri, data={"logout_token": token})
