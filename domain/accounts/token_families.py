"""Codes and refresh tokens serve once. Each is read under a row lock, so of two parallel uses one finds the other's
mark; that one is a replay and revokes the whole family (RFC 6749, 4.1.2; RFC 9700, 4.14.2).

Every function must run inside a transaction, which a `Replayed` must not undo.
"""

from __future__ import annotations

from datetime import timedelta

from domain.accounts.logins import revoke
from domain.accounts.oauth import (
    AuthorizationCode,
    LoginSession,
    OAuthClient,
    RefreshToken,
    TokenFamily,
    fingerprint,
    real_now,
)

CODE_LIFETIME = timedelta(seconds=60)
FAMILY_LIFETIME = timedelta(hours=8)


class Replayed(Exception):
    """A code or refresh token came a second time; its family is revoked."""


async def keep_code(
    code: str,
    *,
    client: OAuthClient,
    session: LoginSession,
    redirect_uri: str,
    scope: str,
    nonce: str,
    code_challenge: str,
) -> None:
    """Remembers a code for a minute, as its fingerprint."""
    await AuthorizationCode.create(
        code_hash=fingerprint(code),
        client=client,
        session=session,
        redirect_uri=redirect_uri,
        scope=scope,
        nonce=nonce,
        code_challenge=code_challenge,
        expires_at=real_now() + CODE_LIFETIME,
    )


async def lock_code(code: str, client: OAuthClient) -> AuthorizationCode | None:
    """A client's code that is still good, with its login, locked until the transaction ends.

    Raises:
        Replayed: it was used before.
    """
    row = await AuthorizationCode.select_for_update().get_or_none(
        code_hash=fingerprint(code), client_id=client.id
    )
    if row is None:
        return None
    if row.used_at is not None:
        await revoke([row.family_id] if row.family_id else [])
        raise Replayed
    await row.fetch_related("session__account")
    return row if row.expires_at > real_now() and is_open(row.session) else None


async def lock_refresh_token(token: str) -> RefreshToken | None:
    """A refresh token that is still good, with its family and login; the family is locked until the transaction ends.

    Raises:
        Replayed: it was used before.
    """
    row = await RefreshToken.get_or_none(token_hash=fingerprint(token))
    if row is None:
        return None
    family = await TokenFamily.select_for_update().get(id=row.family_id)
    await row.refresh_from_db(fields=["used_at"])
    if row.used_at is not None:
        await revoke([family.id])
        raise Replayed
    await row.fetch_related("family__session__account")
    return row if is_live(row.family) else None


async def refresh_token(token: str) -> RefreshToken | None:
    """A refresh token as it stands, with its family, client and login, for introspection and revocation."""
    rows = RefreshToken.filter(token_hash=fingerprint(token))
    return await rows.select_related("family__client", "family__session__account").first()


async def begin_family(client: OAuthClient, session: LoginSession, scope: str) -> TokenFamily:
    """The family of the tokens that a code is exchanged for; it ends after 8 hours, however often it is refreshed."""
    return await TokenFamily.create(
        client=client, session=session, scope=scope, expires_at=real_now() + FAMILY_LIFETIME
    )


async def add_refresh_token(family: TokenFamily, token: str) -> None:
    await RefreshToken.create(token_hash=fingerprint(token), family=family)


async def spend_code(code: AuthorizationCode) -> None:
    """Marks a code as used, with the family it was exchanged for."""
    code.used_at = real_now()
    await code.save(update_fields=["used_at", "family_id"])


async def spend_refresh_token(token: RefreshToken) -> None:
    token.used_at = real_now()
    await token.save(update_fields=["used_at"])


def is_live(family: TokenFamily) -> bool:
    """Whether a family (with its login fetched) may still be refreshed."""
    return family.revoked_at is None and family.expires_at > real_now() and is_open(family.session)


def is_open(session: LoginSession) -> bool:
    """Whether nobody logged out and the account (fetched) is open. Tokens may outlive the login's own end."""
    return session.ended_at is None and not session.account.disabled
