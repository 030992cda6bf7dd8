"""Passwords and client secrets as argon2id hashes (OWASP: 19 MiB, 2 passes, 1 lane).

Each check takes about 20 ms of one core, so checks run in worker threads, a few at a time.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
#: What a login that does not exist is compared with, so that it costs as much as one that does.
_NOBODY = _HASHER.hash("nobody has this password")


def hash_secret(secret: str) -> str:
    """The argon2id hash to store for a password or a client secret."""
    return _HASHER.hash(secret)


def secret_matches(stored: str, secret: str) -> bool:
    """Whether `secret` is the one hashed in `stored`. An empty `stored` costs the same and never matches."""
    try:
        return _HASHER.verify(stored or _NOBODY, secret) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False
