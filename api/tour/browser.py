"""Somebody at a browser: logs in through the gateway as a person would, and works through its GraphQL endpoint."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import httpx

ERRORS = (
    "userErrors { code field message messageEn rule { id article text remedy } currentState currentVersion }"
)
HEADERS = {"x-csrf": "1", "accept-language": "zh"}


class TourFailed(Exception):
    """The tour could not go on: what was tried, by whom, and what came back."""


@dataclass(frozen=True)
class Refusal:
    """A wrong step that was refused, as it must be."""

    article: str
    tried: str
    rules: list[str]
    message: str
    remedy: str


@dataclass
class Browser:
    """One logged-in account. Cookies are its own; the gateway keeps the tokens."""

    login: str
    gateway: str
    http: httpx.AsyncClient
    refusals: list[Refusal] = field(default_factory=list)

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of a query. Raises TourFailed on any error."""
        body = {"query": document, "variables": variables}
        response = await self.http.post(f"{self.gateway}/graphql", json=body, headers=HEADERS)
        answer = _json(response, self.login)
        if response.status_code != 200 or answer.get("errors"):
            raise TourFailed(
                f"{self.login}: {answer.get('errors') or response.status_code} for {document[:200]}"
            )
        data: dict[str, Any] = answer["data"]
        return data

    async def act(self, mutation: str, input: dict[str, Any], selection: str) -> dict[str, Any]:
        """Runs one mutation and returns its object (the payload's one field besides userErrors).

        Raises:
            TourFailed: it was refused.
        """
        payload = await self._mutate(mutation, input, selection)
        if payload["userErrors"]:
            told = "; ".join(f"{error['rule']['id']} {error['message']}" for error in payload["userErrors"])
            raise TourFailed(f"{self.login}: {mutation} was refused: {told}")
        found: dict[str, Any] = next(value for name, value in payload.items() if name != "userErrors")
        return found

    async def refused(
        self, article: str, tried: str, mutation: str, input: dict[str, Any], *rules: str
    ) -> None:
        """Tries a wrong step and keeps the refusal.

        Raises:
            TourFailed: it was accepted, or refused for another rule than the expected ones.
        """
        payload = await self._mutate(mutation, input, "")
        found = [error["rule"]["id"] for error in payload["userErrors"]]
        if not set(rules) & set(found):
            raise TourFailed(
                f"{self.login}: {mutation} ({tried}) must be refused by {rules}, but got {found or 'accepted'}"
            )
        first = next(error for error in payload["userErrors"] if error["rule"]["id"] in rules)
        self.refusals.append(Refusal(article, tried, found, first["message"], first["rule"]["remedy"]))

    async def upload(self, name: str, content: bytes) -> str:
        """Hands in a file; returns its global id."""
        response = await self.http.post(
            f"{self.gateway}/uploads", files={"file": (name, content)}, headers={"x-csrf": "1"}
        )
        answer = _json(response, self.login)
        if response.status_code != 201:
            raise TourFailed(f"{self.login}: upload of {name}: {response.status_code} {answer}")
        return str(answer["id"])

    async def _mutate(self, mutation: str, input: dict[str, Any], selection: str) -> dict[str, Any]:
        name = mutation[0].upper() + mutation[1:]
        document = (
            f"mutation ($input: {name}Input!) {{ {mutation}(input: $input) {{ {selection} {ERRORS} }} }}"
        )
        data = await self.ask(document, input={"idempotencyKey": str(uuid4()), **input})
        payload: dict[str, Any] = data[mutation]
        return payload


async def log_in(gateway: str, login: str, password: str, refusals: list[Refusal]) -> Browser:
    """Walks the login pages: gateway, issuer, form, and back with a session.

    Raises:
        TourFailed: the pages did not lead back to the gateway with a session.
    """
    http = httpx.AsyncClient(follow_redirects=True, timeout=30.0)
    page = await http.get(f"{gateway}/auth/login", params={"return_to": "/auth/session"})
    form = _LoginForm()
    form.feed(page.text)
    if not form.action:
        raise TourFailed(f"{login}: no login form at {page.url} ({page.status_code})")
    fields = {**form.fields, "login": login, "password": password}
    landed = await http.post(
        urljoin(str(page.url), form.action), data=fields, headers={"origin": _origin(str(page.url))}
    )
    if landed.status_code != 200 or not str(landed.url).startswith(gateway):
        raise TourFailed(f"{login}: login ended at {landed.url} with {landed.status_code}")
    return Browser(login, gateway, http, refusals)


async def log_in_all(gateway: str, logins: list[str], refusals: list[Refusal]) -> dict[str, Browser]:
    """Everybody of the demonstration, a few at a time."""
    few = asyncio.Semaphore(4)

    async def one(login: str) -> Browser:
        async with few:
            return await log_in(gateway, login, f"{login}-demo", refusals)

    return dict(zip(logins, await asyncio.gather(*map(one, logins)), strict=True))


class _LoginForm(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given.get("value", "")


def _json(response: httpx.Response, login: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = response.json()
    except ValueError as error:
        raise TourFailed(
            f"{login}: {response.request.url} answered {response.status_code}, not JSON"
        ) from error
    return answer


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])
