"""Seals what the gateway keeps in Redis (AES-256-GCM).

The key of an entry comes from the deployment's cookie key *and* the opaque value that only the browser holds, so
neither a Redis dump, nor the dump together with the deployment's key, opens a session.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


def name_of(opaque: str) -> str:
    """What an entry is stored under: SHA-256 of the value the browser holds."""
    return hashlib.sha256(opaque.encode()).hexdigest()


class Seal:
    """Seals and opens the entries of one purpose."""

    def __init__(self, key: bytes, purpose: str) -> None:
        self._key = key
        self._purpose = purpose.encode()

    def close(self, opaque: str, content: dict[str, Any]) -> bytes:
        """The sealed content, bound to its owner's opaque value."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = json.dumps(content).encode()
        return nonce + AESGCM(self._derived(opaque)).encrypt(nonce, plain, self._purpose)

    def open(self, opaque: str, sealed: bytes) -> dict[str, Any] | None:
        """The content; None when it was sealed for somebody else, with another key, or changed."""
        cipher = AESGCM(self._derived(opaque))
        try:
            plain = cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._purpose)
        except (InvalidTag, ValueError):
            return None
        content: dict[str, Any] = json.loads(plain)
        return content

    def _derived(self, opaque: str) -> bytes:
        derivation = HKDF(
            algorithm=SHA256(), length=32, salt=opaque.encode(), info=b"gateway " + self._purpose
        )
        return derivation.derive(self._key)
