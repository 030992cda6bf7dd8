"""Clients from a file of RFC 7591 metadata: everything is checked before anything is written."""

from __future__ import annotations

import json
from pathlib import Path

from anyio import to_thread
from tortoise.transactions import in_transaction

from api.oauth.registration import SECRETLESS, Registration
from domain.accounts.models import Organisation
from domain.accounts.oauth import OAuthClient
from domain.accounts.passwords import hash_secret, secret_matches
from domain.accounts.reads import clients_by_id, organisations_by_code


class ClientsRefused(ValueError):
    """The file cannot be imported. `problems` names client, member and remedy; nothing was changed."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


async def import_clients(path: Path) -> str:
    """Adds or updates the clients of a file: a list of metadata. An absent client_secret keeps the stored one.

    Answers with one line that counts them.

    Raises:
        ClientsRefused: something in the file is wrong.
    """
    wanted = _read(path)
    units = await organisations_by_code([registration.unit for registration in wanted])
    ids = [registration.client_id for registration in wanted]
    stored = await clients_by_id(ids)
    problems = [
        problem
        for one in wanted
        for problem in one.problems(
            known_units=frozenset(units),
            has_secret=one.client_id in stored and bool(stored[one.client_id].secret_hash),
        )
    ]
    if problems:
        raise ClientsRefused(problems)
    async with in_transaction():
        for one in wanted:
            await _put(one, units.get(one.unit), stored.get(one.client_id))
    added = len(set(ids) - set(stored))
    return f"{added} clients added, {len(ids) - added} updated / 新增 {added} 个，更新 {len(ids) - added} 个"


def _read(path: Path) -> list[Registration]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ClientsRefused([f"{path}: cannot be read as JSON ({type(error).__name__})"]) from error
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise ClientsRefused([f"{path}: must be a list of client metadata (RFC 7591)"])
    if "\\u0000" in json.dumps(content):
        raise ClientsRefused([f"{path}: contains NUL characters; remove them"])
    ids = [str(entry.get("client_id", "")) for entry in content]
    if repeated := sorted({client_id for client_id in ids if ids.count(client_id) > 1}):
        raise ClientsRefused([f"{client_id}: occurs twice; keep one" for client_id in repeated])
    return [Registration(entry) for entry in content]


async def _put(wanted: Registration, unit: Organisation | None, stored: OAuthClient | None) -> None:
    values = {
        "client_name": wanted.client_name,
        "token_endpoint_auth_method": wanted.method,
        "grant_types": wanted.grants,
        "redirect_uris": wanted.redirect_uris,
        "post_logout_redirect_uris": wanted.post_logout_redirect_uris,
        "backchannel_logout_uri": wanted.backchannel_logout_uri,
        "scope": " ".join(wanted.scopes),
        "jwks": wanted.jwks,
        "secret_hash": await _secret_hash(wanted, stored.secret_hash if stored else ""),
        "unit_id": unit.id if unit else None,
    }
    await OAuthClient.update_or_create(client_id=wanted.client_id, defaults=values)


async def _secret_hash(wanted: Registration, kept: str) -> str:
    """The stored hash where the secret is unchanged, so that repeating an import changes nothing."""
    if wanted.method in SECRETLESS:
        return ""
    if not wanted.secret or (kept and await to_thread.run_sync(secret_matches, kept, wanted.secret)):
        return kept
    return await to_thread.run_sync(hash_secret, wanted.secret)
