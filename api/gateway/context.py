"""What the gateway's endpoints share."""

from __future__ import annotations

import httpx
from redis.asyncio import Redis

from api.gateway.cookies import Cookies
from api.gateway.issuer import IssuerClient
from api.gateway.pending import PendingLogins
from api.gateway.refresh import Refresher
from api.gateway.sessions import Sessions
from api.gateway.settings import GatewaySettings


class Gateway:
    """One gateway process: its settings, and what it talks to."""

    def __init__(self, settings: GatewaySettings, redis: Redis, http: httpx.AsyncClient) -> None:
        self.settings = settings
        self.redis = redis
        self.http = http
        self.cookies = Cookies(settings.secure)
        self.issuer = IssuerClient(settings, http)
        self.sessions = Sessions(redis, settings.cookie_key)
        self.pending = PendingLogins(redis, settings.cookie_key)
        self.refresher = Refresher(self.sessions, self.issuer)
