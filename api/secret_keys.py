"""The keys a deployment keeps secret: one JSON file, mode 0600, generated for demo and test.

{"sealing": {"current": id, "keys": {id: base64 of 32 bytes}},     wraps the data keys of sealed personal data
 "blindIndex": base64, "cookie": base64, "cursor": base64,         32 bytes each
 "signing": {"current": kid, "keys": {kid: private EC P-256 JWK}}} signs access tokens and status lists

Rotation adds a key and moves `current`; older keys stay as long as something sealed or signed by them lives.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

KEY_BYTES = 32


class SecretKeysError(Exception):
    """The key file cannot be used. `problems` names each wrong entry, never its value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class SealingKeys:
    current: str
    keys: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True)
class SigningKeys:
    """`keys` maps each kid to its private JWK; only `current` signs, all of them are published."""

    current: str
    keys: Mapping[str, Mapping[str, str]] = field(repr=False)


@dataclass(frozen=True)
class SecretKeys:
    sealing: SealingKeys
    signing: SigningKeys
    blind_index: bytes = field(repr=False)
    cookie: bytes = field(repr=False)
    cursor: bytes = field(repr=False)


NO_KEYS = SecretKeys(SealingKeys("", {}), SigningKeys("", {}), b"", b"", b"")
"""What settings hold while a missing key file is being reported; no process starts with it."""


def generate() -> dict[str, Any]:
    """A fresh set of keys, in the form of the file."""
    sealing, signing = _identifier("seal"), _identifier("sign")
    jwk = ECKey.generate_key("P-256", {"kid": signing, "use": "sig", "alg": "ES256"}).as_dict(private=True)
    return {
        "sealing": {"current": sealing, "keys": {sealing: _random()}},
        "blindIndex": _random(),
        "cookie": _random(),
        "cursor": _random(),
        "signing": {"current": signing, "keys": {signing: dict(jwk)}},
    }


def ensure(path: Path) -> None:
    """Writes a generated file with mode 0600 unless `path` exists; two starts at once agree on one file."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(generate(), file, indent=2)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other start won; its keys are as good
    finally:
        draft.unlink()


def load(path: Path) -> SecretKeys:
    """The keys of the file. Raises SecretKeysError when it is unreadable, incomplete or wrong."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SecretKeysError([f"cannot read {path} as JSON ({type(error).__name__})"]) from error
    return parse(content)


def parse(content: object) -> SecretKeys:
    """Checks the parsed file; collects every problem before it raises SecretKeysError."""
    problems: list[str] = []
    file = content if isinstance(content, dict) else {}
    sealing = _ring(file, "sealing", problems)
    signing = _ring(file, "signing", problems)
    keys = SecretKeys(
        sealing=SealingKeys(
            sealing[0], {i: _bytes(k, f"sealing.keys.{i}", problems) for i, k in sealing[1].items()}
        ),
        signing=SigningKeys(
            signing[0], {i: _jwk(k, f"signing.keys.{i}", problems) for i, k in signing[1].items()}
        ),
        blind_index=_bytes(file.get("blindIndex"), "blindIndex", problems),
        cookie=_bytes(file.get("cookie"), "cookie", problems),
        cursor=_bytes(file.get("cursor"), "cursor", problems),
    )
    if problems:
        raise SecretKeysError(problems)
    return keys


def _ring(file: dict[str, Any], name: str, problems: list[str]) -> tuple[str, dict[str, Any]]:
    entry = file.get(name)
    if not isinstance(entry, dict) or not isinstance(entry.get("keys"), dict):
        problems.append(f"{name} must be an object with current and keys")
        return "", {}
    current = entry.get("current")
    if not isinstance(current, str) or current not in entry["keys"]:
        problems.append(f"{name}.current must name one of {name}.keys")
    return str(current), entry["keys"]


def _bytes(value: object, name: str, problems: list[str]) -> bytes:
    try:
        decoded = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except ValueError:  # binascii.Error, or characters outside ASCII
        decoded = b""
    if len(decoded) != KEY_BYTES:
        problems.append(f"{name} must be base64 of {KEY_BYTES} bytes")
    return decoded


def _jwk(value: object, name: str, problems: list[str]) -> Mapping[str, str]:
    try:
        key = ECKey.import_key(value) if isinstance(value, dict) else None
    except (JoseError, ValueError, TypeError, KeyError):
        key = None
    if key is None or not key.is_private or key.curve_name != "P-256":
        problems.append(f"{name} must be a private EC P-256 JWK")
        return {}
    return {str(k): str(v) for k, v in key.as_dict(private=True).items()}


def _identifier(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(4)}"


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")
