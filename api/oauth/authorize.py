"""/oauth/authorize: from a client's request to a code, by way of a login."""

from __future__ import annotations

import time
from functools import partial
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.oauth.adapter import CoreRequest
from api.oauth.browser import who
from api.oauth.issuer import Issuer
from api.oauth.pages import trouble
from api.oauth.tokens import LoggedIn

#: The whole request comes back as one form field after the login.
MAX_REQUEST_CHARACTERS = 6000
PROMPTS = frozenset({"none", "login", "consent", "select_account"})


class LoginRequired(OAuth2Error):  # type: ignore[misc]  # Authlib has no types
    """prompt=none, and nobody is logged in, or not recently enough (OpenID Connect Core 3.1.2.6)."""

    error = "login_required"
    description = "The person must log in"


async def authorize(issuer: Issuer, request: Request) -> Response:
    """Answers with a code, a way to the login page, or an error: to the client once its address is known to be its
    own, to the person otherwise.
    """
    core = await issuer.server.read(request)
    if len(urlencode(core.payload.data)) > MAX_REQUEST_CHARACTERS:
        raise HTTPException(400, "The authorization request is too long.")
    user = await who(issuer, request)
    try:
        grant = await issuer.server.run(issuer.server.get_consent_grant, core, user)
        if not _may_go_on(core, user, grant.redirect_uri):
            return _to_login(core)
    except OAuth2Error as error:
        return _refused(issuer, core, error)
    answer = partial(issuer.server.create_authorization_response, grant_user=user, grant=grant)
    return await issuer.server.in_one_transaction(answer, core)


def _may_go_on(core: CoreRequest, user: LoggedIn | None, redirect_uri: str) -> bool:
    """Whether the login there is suffices. Raises LoginRequired where it does not and the client wants no dialogue."""
    try:
        prompts, max_age = _prompts(core), _max_age(core)
        fresh = user is not None and (max_age is None or time.time() - user.authenticated_at <= max_age)
        if "none" in prompts and not fresh:
            raise LoginRequired()
        return fresh and not prompts & {"login", "select_account"}
    except OAuth2Error as error:
        error.redirect_uri, error.state = redirect_uri, core.payload.state
        raise


def _prompts(core: CoreRequest) -> frozenset[str]:
    prompts = frozenset(core.payload.data.get("prompt", "").split())
    if not prompts <= PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise InvalidRequestError("Unknown or contradictory prompt")
    return prompts


def _max_age(core: CoreRequest) -> int | None:
    value = core.payload.data.get("max_age")
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise InvalidRequestError("max_age is not a number of seconds")
    return int(value)


def _to_login(core: CoreRequest) -> Response:
    """After the login the same request continues, without what demanded the login: the client checks auth_time."""
    rest = {name: value for name, value in core.payload.data.items() if name not in ("prompt", "max_age")}
    query = urlencode({"return_to": f"/oauth/authorize?{urlencode(rest)}"})
    return RedirectResponse(f"/login?{query}", 303, {"cache-control": "no-store"})


def _refused(issuer: Issuer, core: CoreRequest, error: OAuth2Error) -> Response:
    if error.redirect_uri:
        response: Response = issuer.server.handle_error_response(core, error)
        return response
    return trouble(
        400,
        "该登录请求无效，请返回原网站重新登录。",
        f"This login request is not valid ({error.error}). Go back to the site you came from and try again.",
    )
