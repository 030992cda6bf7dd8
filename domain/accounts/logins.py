"""A login at the issuer begins and ends, and with it every token that came from it. All in real time.

Callers run each function in a transaction of their own or in the one that surrounds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from tortoise.queryset import QuerySet

from domain.accounts.models import Account
from domain.accounts.oauth import (
    AuthorizationCode,
    LoginSession,
    OAuthClient,
    RefreshToken,
    TokenFamily,
    fingerprint,
    real_now,
)

LOGIN_LIFETIME = timedelta(hours=8)
#: Expired codes, tokens and logins are kept this long, so that replays are still recognised and faults explained.
KEPT_AFTER_EXPIRY = timedelta(days=7)


async def begin_login(account: Account, cookie: str) -> LoginSession:
    """A new session under a new cookie, of which only the fingerprint is kept."""
    now = real_now()
    return await LoginSession.create(
        cookie_hash=fingerprint(cookie),
        account=account,
        authenticated_at=now,
        expires_at=now + LOGIN_LIFETIME,
    )


async def login_of(cookie: str) -> LoginSession | None:
    """The open session of a cookie, with its open account. Index: `cookie_hash`."""
    sessions = _open_logins().filter(cookie_hash=fingerprint(cookie), account__disabled=False)
    return await sessions.first()


async def login_by_id(sid: str) -> LoginSession | None:
    """The open session that tokens call `sid`. A malformed id is none."""
    try:
        return await _open_logins().filter(id=UUID(sid)).first()
    except ValueError:
        return None


async def end_login(session: LoginSession) -> None:
    """Ends a session and every token that came from it."""
    session.ended_at = real_now()
    await session.save(update_fields=["ended_at"])
    await TokenFamily.filter(session_id=session.id, revoked_at__isnull=True).update(revoked_at=real_now())


async def revoke(families: Iterable[UUID]) -> None:
    """Ends families of refresh tokens; those already revoked keep their moment."""
    await TokenFamily.filter(id__in=list(families), revoked_at__isnull=True).update(revoked_at=real_now())


async def families_of(session_id: UUID, client_id: str) -> list[UUID]:
    """What a login gave to one client."""
    rows = await TokenFamily.filter(session_id=session_id, client__client_id=client_id)
    return [row.id for row in rows]


async def clients_to_tell(session: LoginSession) -> list[OAuthClient]:
    """The open clients that had tokens of this login and want to hear of its end."""
    found = OAuthClient.filter(families__session_id=session.id, disabled=False)
    return await found.exclude(backchannel_logout_uri="").distinct()


async def forget_old_logins() -> int:
    """Deletes what expired over a week ago and says how many logins went. For a daily job."""
    before = real_now() - KEPT_AFTER_EXPIRY
    await AuthorizationCode.filter(expires_at__lt=before).delete()
    await RefreshToken.filter(family__expires_at__lt=before).delete()
    await TokenFamily.filter(expires_at__lt=before).delete()
    return await LoginSession.filter(
        expires_at__lt=before, families__id__isnull=True, codes__id__isnull=True
    ).delete()


def _open_logins() -> QuerySet[LoginSession]:
    rows = LoginSession.filter(ended_at__isnull=True, expires_at__gt=real_now())
    return rows.select_related("account")
