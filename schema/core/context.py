"""What a request carries through the schema: who asks, in which language, and the loaders that batch its reads."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import strawberry
from strawberry.types import Info as StrawberryInfo

from domain.core.lifecycle import Facts
from domain.core.perform import base_facts
from domain.core.roles import Viewer


@dataclass(slots=True)
class Context:
    """One request. Loaders live as long as the request, so nothing is remembered for somebody else."""

    viewer: Viewer
    request_id: str = ""
    language: str = "zh"
    #: The grants of the account, for `viewer.grants`; a machine or the public has none.
    loaders: dict[Any, Any] = field(default_factory=dict)
    _facts: asyncio.Future[Facts] | None = None

    async def facts(self) -> Facts:
        """The base facts of this request: one moment and one calendar for all of its guards."""
        if self._facts is None:
            # Kept before it is there: loaders that start together would each read a moment of their own.
            self._facts = asyncio.ensure_future(base_facts(self.viewer))
        return await self._facts

    def say(self, zh: str, en: str) -> str:
        """The text in the language of the request."""
        return en if self.language == "en" else zh


Info = StrawberryInfo[Context, Any]
ID = strawberry.ID


def viewer_of(info: Info) -> Viewer:
    return info.context.viewer
