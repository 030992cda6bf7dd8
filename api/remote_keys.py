"""The published keys of an issuer elsewhere: fetched over HTTP, kept for ten minutes, fetched again for an unknown key.

An attacker can invent key ids, so unknown ones cause at most one fetch in thirty seconds. When the issuer is down, the
keys already known go on serving.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

FRESH_SECONDS = 600
REFETCH_SECONDS = 30
#: An issuer that never answered yet is not asked again by every request that waits for it.
RETRY_SECONDS = 2
MAX_DOCUMENT_BYTES = 262_144


class IssuerUnreachable(Exception):
    """The issuer did not answer, or not with what it must publish."""


class RemoteIssuer:
    """An issuer's metadata and keys. One fetch at a time, however many requests wait for it."""

    def __init__(
        self, url: str, http: httpx.AsyncClient, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.url = url.rstrip("/")
        self._http = http
        self._now = now
        self._lock = asyncio.Lock()
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._fetched = float("-inf")
        self._failed = float("-inf")

    async def metadata(self) -> dict[str, Any]:
        """The discovery document, whose `issuer` must be exactly the configured one.

        Raises:
            IssuerUnreachable: it cannot be had.
        """
        if not self._metadata or self._now() - self._fetched > FRESH_SECONDS:
            await self._refresh(FRESH_SECONDS)
        return self._metadata

    async def keys(self, kid: str | None) -> KeySet:
        """The published keys, fetched again when `kid` is not among them.

        Raises:
            IssuerUnreachable: no keys are known and none can be had.
        """
        keys = self._keys
        if keys is None or self._now() - self._fetched > FRESH_SECONDS:
            keys = await self._refresh(FRESH_SECONDS)
        if kid is not None and all(key.kid != kid for key in keys):
            keys = await self._refresh(REFETCH_SECONDS)
        return keys

    async def _refresh(self, older_than: float) -> KeySet:
        async with self._lock:
            if self._keys is not None and self._now() - self._fetched <= older_than:
                return self._keys
            if self._now() - self._failed <= RETRY_SECONDS:
                raise IssuerUnreachable("it did not answer a moment ago")
            try:
                await self._fetch()
            except IssuerUnreachable:
                if self._keys is None:
                    self._failed = self._now()
                    raise
                # Known keys go on serving; the next fetch waits its turn like any other.
                self._fetched = self._now()
            assert self._keys is not None  # _fetch sets it or raises
            return self._keys

    async def _fetch(self) -> None:
        metadata = await self._document(f"{self.url}/.well-known/openid-configuration")
        if str(metadata.get("issuer", "")).rstrip("/") != self.url:
            raise IssuerUnreachable("its metadata name another issuer")
        try:
            keys = KeySet.import_key_set(await self._document(str(metadata.get("jwks_uri"))))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise IssuerUnreachable("its key set is unusable") from error
        self._metadata, self._keys, self._fetched = metadata, keys, self._now()

    async def _document(self, url: str) -> dict[str, Any]:
        try:
            answer = await self._http.get(url, headers={"accept": "application/json"})
            answer.raise_for_status()
            document = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise IssuerUnreachable(f"{type(error).__name__} at {url}") from error
        if not isinstance(document, dict) or len(answer.content) > MAX_DOCUMENT_BYTES:
            raise IssuerUnreachable(f"no JSON object of a sensible size at {url}")
        return document
