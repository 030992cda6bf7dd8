"""/auth/logout and /auth/backchannel-logout: how a session ends."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.gateway.body import read_capped
from api.gateway.context import Gateway
from api.gateway.cookies import SESSION
from api.gateway.csrf import check_own_page
from api.jwt_checks import TokenInvalid

MAX_LOGOUT_BYTES = 16_384


async def logout(gateway: Gateway, request: Request) -> Response:
    """POST: ends the session here, revokes its refresh token, and says where to end the issuer's own session."""
    check_own_page(request, gateway.settings.public_url)
    opaque = gateway.cookies.read(request, SESSION)
    session = await gateway.sessions.find(opaque, touch=False) if opaque else None
    if opaque and session:
        await gateway.sessions.end(opaque)
        await gateway.issuer.revoke(session.refresh_token)
    url = await gateway.issuer.end_session_url(session.sid if session else "")
    response = JSONResponse({"loggedOut": True, "endSessionUrl": url})
    gateway.cookies.clear(response, SESSION)
    return response


async def backchannel_logout(gateway: Gateway, request: Request) -> Response:
    """POST from the issuer (OpenID Connect Back-Channel Logout): ends the sessions of its `sid`, or of its `sub`."""
    body = await read_capped(request, MAX_LOGOUT_BYTES)
    token = parse_qs(body.decode("latin-1")).get("logout_token", [""])[0]
    try:
        claims = await gateway.issuer.logout_claims(token)
    except TokenInvalid:
        return JSONResponse({"error": "invalid_request"}, 400)
    await gateway.sessions.end_all(sub=str(claims.get("sub", "")), sid=str(claims.get("sid", "")))
    return Response(status_code=200)
