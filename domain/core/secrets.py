"""The process's sealer: set once at the start from the secrets file, used wherever personal data is stored."""

from __future__ import annotations

from domain.core.sealing import CryptoProvider


class _Process:
    provider: CryptoProvider | None = None


def use_sealer(provider: CryptoProvider) -> None:
    """Called once at the start of a process, with the keys of its secrets file."""
    _Process.provider = provider


def sealer() -> CryptoProvider:
    """The sealer of this process.

    Raises:
        RuntimeError: the process was started without one; a fault of ours, never of a caller.
    """
    if _Process.provider is None:
        raise RuntimeError("use_sealer() was not called at the start of this process")
    return _Process.provider
