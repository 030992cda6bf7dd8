"""A registered client as Authlib's core asks about it."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import ClientMixin

from domain.accounts.oauth import OAuthClient
from domain.accounts.passwords import secret_matches
from domain.accounts.reads import client_by_id

#: What the bundled issuer knows to grant. `results:read` and `certificates:read` are for machine clients.
SCOPES = ("openid", "profile", "offline_access", "results:read", "certificates:read")
#: How a client may authenticate; `none` is for public clients, which PKCE protects.
AUTH_METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt", "none")
#: Those that prove more than knowing the client's id.
CONFIDENTIAL_METHODS = AUTH_METHODS[:-1]
GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")


class Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """Wraps one row; compares redirect addresses exactly."""

    def __init__(self, row: OAuthClient) -> None:
        self.row = row
        self.client_id: str = row.client_id
        self.id_token_signed_response_alg = "ES256"

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """None: a request must name its redirect_uri, so that the exchange can be compared with it."""
        return None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The requested scopes this client may have, all of its own when it asks for none; None when none is left."""
        own = self.row.scope.split()
        wanted = scope.split() if scope else own
        return " ".join(dict.fromkeys(name for name in wanted if name in own)) or None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.row.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return secret_matches(self.row.secret_hash, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return bool(self.row.token_endpoint_auth_method == method)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and "authorization_code" in self.row.grant_types

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.row.grant_types


async def find_client(client_id: str) -> Client | None:
    """An open client, or None."""
    row = await client_by_id(client_id)
    return Client(row) if row else None
