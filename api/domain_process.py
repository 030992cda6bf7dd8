"""What a process needs before it may touch the domain: keys, object store, clock and database."""

from __future__ import annotations

from typing import Protocol

from api.secret_keys import SecretKeys
from domain.core.database import connect
from domain.core.demo_clock import allow_demo_clock
from domain.core.object_store import use_object_store
from domain.core.sealing import Sealer
from domain.core.secrets import use_sealer


class DomainSettings(Protocol):
    """The part of a process's settings that the domain is opened with."""

    @property
    def database_url(self) -> str: ...
    @property
    def object_store_url(self) -> str: ...
    @property
    def secret_keys(self) -> SecretKeys: ...
    @property
    def demo_clock(self) -> bool: ...


async def open_domain(settings: DomainSettings) -> None:
    """Opens the domain for the life of this process; `domain.core.database.disconnect` closes it."""
    keys = settings.secret_keys
    use_sealer(Sealer(keys.sealing.keys, keys.sealing.current, keys.blind_index))
    use_object_store(settings.object_store_url)
    if settings.demo_clock:
        allow_demo_clock()
    await connect(settings.database_url)
