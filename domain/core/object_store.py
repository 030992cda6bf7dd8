"""The object store: bytes under keys, on a disk (`file://`) or in an S3-compatible store (`s3://`).

Evidence lies under its own hash, so that the same file handed in twice is stored once and a changed one is noticed.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from obstore.store import LocalStore, MemoryStore, S3Store, from_url

from domain.core.files import StoredFile

Store = LocalStore | S3Store | MemoryStore


class _Process:
    store: Store | None = None


def use_object_store(url: str) -> None:
    """Called once at the start of a process. `file:///dir` makes the directory; `s3://bucket/prefix` reads AWS_* settings.

    Raises:
        ValueError: the URL is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        Path(parts.path).mkdir(parents=True, exist_ok=True)
        _Process.store = LocalStore(parts.path)
    elif parts.scheme == "s3":
        store = from_url(url)
        assert isinstance(store, S3Store)
        _Process.store = store
    else:
        raise ValueError(f"OBJECT_STORE_URL must begin with file:// or s3://, not {parts.scheme}://")


def _store() -> Store:
    if _Process.store is None:
        raise RuntimeError("use_object_store() was not called at the start of this process")
    return _Process.store


async def write(key: str, content: bytes) -> None:
    """Stores bytes under a key; writing the same again changes nothing."""
    await _store().put_async(key, content)


async def read(file: StoredFile) -> bytes:
    """The bytes of a stored file."""
    return await read_key(evidence_key(file.sha256))


async def read_key(key: str) -> bytes:
    """The bytes under a key.

    Raises:
        FileNotFoundError: nothing lies there.
    """
    found = await _store().get_async(key)
    return bytes(await found.bytes_async())


def evidence_key(sha256: str) -> str:
    """Where a file of this hash lies."""
    return f"evidence/{sha256[:2]}/{sha256}"
