"""The vocabulary of certificates."""

from __future__ import annotations

from enum import StrEnum


class CertificateState(StrEnum):
    """Whether a certificate holds (证书状态). Art. 10."""

    ISSUED = "ISSUED"
    SUPERSEDED = "SUPERSEDED"
    ON_HOLD = "ON_HOLD"
    REVOKED = "REVOKED"
