"""Authlib's synchronous OAuth 2 core on asynchronous Starlette.

The core does no input or output of its own: it calls back for clients, codes and tokens. `run` executes it in a worker
thread and the callbacks hop back to the event loop with `on_loop`. anyio copies the context both ways, so that a
transaction opened round `run` also covers the callbacks.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from anyio import from_thread, to_thread
from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Payload, OAuth2Request
from starlette.requests import Request
from starlette.responses import Response
from tortoise.transactions import in_transaction

from api.oauth.clients import Client, find_client
from api.oauth.parameters import Pairs, check_basic_credentials, read_pairs

T = TypeVar("T")
# At DEBUG, Authlib logs the tokens that it issues.
logging.getLogger("authlib").setLevel(logging.INFO)


def on_loop(function: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> T:
    """Awaits `function` on the event loop, from the worker thread that runs the core."""
    return from_thread.run(function, *arguments)


class Payload(OAuth2Payload):  # type: ignore[misc]  # Authlib has no types
    """Query and form together. A parameter occurs once: `read_pairs` has refused the rest."""

    def __init__(self, pairs: Pairs) -> None:
        self._data = dict(pairs)

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, {name: [value] for name, value in self._data.items()})


class CoreRequest(OAuth2Request):  # type: ignore[misc]
    """A request as the core reads it. `revocation` says that a replay revoked tokens, which must outlive its error."""

    def __init__(self, method: str, url: str, headers: Mapping[str, str], query: Pairs, form: Pairs) -> None:
        super().__init__(method, url, headers=headers)
        self._query, self._form = dict(query), dict(form)
        self.payload = Payload([*query, *form])
        self.revocation = False

    @property
    def args(self) -> dict[str, str]:
        return self._query

    @property
    def form(self) -> dict[str, str]:
        return self._form


class Refusal(Exception):
    """Rolls the transaction back and carries the error response out of it."""

    def __init__(self, response: Response) -> None:
        self.response = response


class CoreServer(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server. `issuer` is the configured public address, never taken from the Host header."""

    def __init__(
        self, issuer: str, scopes: Sequence[str], save: Callable[..., Coroutine[Any, Any, None]]
    ) -> None:
        super().__init__(scopes_supported=list(scopes))
        self.issuer = issuer
        self._save = save

    def query_client(self, client_id: str) -> Client | None:
        return on_loop(find_client, client_id)

    def save_token(self, token: dict[str, Any], request: CoreRequest) -> None:
        on_loop(self._save, token, request)

    def send_signal(self, name: str, *arguments: Any, **named: Any) -> None:
        """Nobody listens: what happened is in the rows."""

    def create_oauth2_request(self, request: CoreRequest) -> CoreRequest:
        return request

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Response:
        """Adds RFC 9207's `iss` to redirects and forbids caches to keep answers."""
        answer = {"cache-control": "no-store", "pragma": "no-cache", **dict(headers or ())}
        if location := answer.get("Location"):
            answer["Location"] = with_parameters(location, [("iss", self.issuer)])
        return Response(json.dumps(body) if isinstance(body, dict) else body, status, answer)

    async def read(self, request: Request) -> CoreRequest:
        """Raises:
        HTTPException: 400 or 413 for what no OAuth request may contain.
        """
        check_basic_credentials(request)
        query, form = await read_pairs(request)
        headers = {name.title(): value for name, value in request.headers.items()}
        return CoreRequest(request.method, self.issuer + request.url.path, headers, query, form)

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """Runs a function of the core in a worker thread."""
        return await to_thread.run_sync(function, *arguments)

    async def in_one_transaction(self, function: Callable[..., Response], request: CoreRequest) -> Response:
        """Runs `function`; an error response undoes its writes, unless they are the revocation a replay caused."""
        try:
            async with in_transaction():
                response = await self.run(function, request)
                if response.status_code >= 400 and not request.revocation:
                    raise Refusal(response)
                return response
        except Refusal as refusal:
            return refusal.response


def with_parameters(url: str, parameters: Pairs) -> str:
    """The URL with these query parameters added."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode(parse_qsl(parts.query, True) + parameters)))
