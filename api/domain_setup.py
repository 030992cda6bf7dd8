"""Gives the domain what a process has read: its database, its keys, its object store. The domain reads nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from api.secret_keys import SecretKeys
from domain.core import database
from domain.core.object_store import use_object_store
from domain.core.sealing import Sealer
from domain.core.secrets import use_sealer


class DomainSettings(Protocol):
    """What the settings of every process that works on the domain have in common."""

    @property
    def database_url(self) -> str: ...
    @property
    def object_store_url(self) -> str: ...
    @property
    def secret_keys(self) -> SecretKeys: ...


@asynccontextmanager
async def open_domain(settings: DomainSettings) -> AsyncIterator[None]:
    """The domain in working order for the length of the block, in this process."""
    keys = settings.secret_keys
    use_sealer(Sealer(keys.sealing.keys, keys.sealing.current, keys.blind_index))
    use_object_store(settings.object_store_url)
    await database.connect(settings.database_url)
    try:
        yield
    finally:
        await database.disconnect()
