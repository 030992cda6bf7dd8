"""What an operator does with the issuer at the command line. The database is connected before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread

from api.oauth.clients import AUTH_METHODS, GRANT_TYPES, SCOPES
from domain.accounts import commands
from domain.accounts.models import Account, Organisation
from domain.accounts.oauth import OAuthClient
from domain.accounts.passwords import hash_secret, secret_matches
from domain.accounts.reads import municipal_bureau
from domain.core.errors import Invalid, refuse
from domain.core.roles import Role

MIN_SECRET_CHARACTERS = 8
#: RFC 8252: a native app may be called back over http on loopback, anything else over https or its own scheme.
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
ADDRESSES = ("redirect_uris", "post_logout_redirect_uris")


class ClientsRefused(ValueError):
    """The file cannot be imported. `problems` names client, member and remedy; nothing was changed."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


async def import_clients(path: Path) -> str:
    """Adds or updates the clients of a file: a list of RFC 7591 metadata, with `unit` (credit code) for machines.

    An absent client_secret keeps the stored one. Answers with one line that counts them.

    Raises:
        ClientsRefused: something in the file is wrong.
    """
    entries = _entries(path)
    units = await _units(entries)
    stored = {row.client_id: row for row in await OAuthClient.filter(client_id__in=[_id(e) for e in entries])}
    if problems := [p for entry in entries for p in _problems(entry, units, stored.get(_id(entry)))]:
        raise ClientsRefused(problems)
    for entry in entries:
        await _put(entry, units, stored.get(_id(entry)))
    added = sum(_id(entry) not in stored for entry in entries)
    return f"{added} clients added, {len(entries) - added} updated / 新增 {added} 个，更新 {len(entries) - added} 个"


async def create_account(
    login: str, password: str, role: Role, organisation_code: str | None, name: str = ""
) -> Account:
    """An account with one hat at the organisation with this code; the municipal bureau needs no code.

    Raises:
        Refused: there is no such organisation, or the account itself is refused.
    """
    organisation = await _organisation(role, organisation_code)
    if organisation is None:
        refuse(
            Invalid(
                "organisation",
                "没有该机构代码，请给出已登记机构的代码。",
                "There is no organisation with this code; give the code of a registered one.",
            )
        )
    assert organisation is not None  # refuse raised otherwise
    return await commands.create_account(
        login=login, password=password, name=name or login, role=role, organisation=organisation
    )


async def _organisation(role: Role, code: str | None) -> Organisation | None:
    if code is not None:
        return await Organisation.get_or_none(code=code)
    return await municipal_bureau() if role is Role.MUNICIPAL_BUREAU else None


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ClientsRefused([f"{path}: cannot be read as JSON ({type(error).__name__})"]) from error
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise ClientsRefused([f"{path}: must be a list of client metadata (RFC 7591)"])
    ids = [_id(entry) for entry in content]
    if repeated := sorted({client_id for client_id in ids if ids.count(client_id) > 1}):
        raise ClientsRefused([f"{client_id}: occurs twice; keep one" for client_id in repeated])
    return content


async def _units(entries: list[dict[str, Any]]) -> dict[str, Organisation]:
    codes = [entry["unit"] for entry in entries if isinstance(entry.get("unit"), str)]
    return {unit.code: unit for unit in await Organisation.filter(code__in=codes)} if codes else {}


def _problems(entry: dict[str, Any], units: dict[str, Organisation], stored: OAuthClient | None) -> list[str]:
    client_id, method = _id(entry), _method(entry)
    problems = (
        [] if _is_id(client_id) else ["client_id: give 1 to 128 printable ASCII characters without quotes"]
    )
    if method not in AUTH_METHODS:
        problems.append(f"token_endpoint_auth_method: choose one of {', '.join(AUTH_METHODS)}")
    problems += _grant_problems(entry)
    problems += _secret_problems(entry, method, stored)
    problems += [
        f"{member}: {uri!r} must be an https address, http on loopback, or an app's own scheme; no fragment"
        for member in ADDRESSES
        for uri in _list(entry, member)
        if not _is_address(uri)
    ]
    if entry.get("unit") is not None and entry["unit"] not in units:
        problems.append("unit: no organisation has this code; register it first")
    return [f"{client_id or '?'}: {problem}" for problem in problems]


def _grant_problems(entry: dict[str, Any]) -> list[str]:
    grants, problems = _grants(entry), []
    if not grants or not set(grants) <= set(GRANT_TYPES):
        problems.append(f"grant_types: choose of {', '.join(GRANT_TYPES)}")
    if "authorization_code" in grants and not _list(entry, "redirect_uris"):
        problems.append("redirect_uris: give at least one for authorization_code")
    if "client_credentials" in grants and (entry.get("unit") is None or _method(entry) == "none"):
        problems.append("client_credentials: a machine client needs a secret and `unit`, its unit's code")
    if not set(_scopes(entry)) <= set(SCOPES):
        problems.append(f"scope: choose of {' '.join(SCOPES)}")
    return problems


def _secret_problems(entry: dict[str, Any], method: str, stored: OAuthClient | None) -> list[str]:
    secret = entry.get("client_secret")
    if method == "none":
        return ["client_secret: a public client has none; remove it"] if secret else []
    if secret is None:
        return [] if stored and stored.secret_hash else ["client_secret: is missing"]
    if isinstance(secret, str) and len(secret) >= MIN_SECRET_CHARACTERS and "\0" not in secret:
        return []
    return [f"client_secret: give at least {MIN_SECRET_CHARACTERS} characters"]


async def _put(entry: dict[str, Any], units: dict[str, Organisation], stored: OAuthClient | None) -> None:
    unit = units.get(entry.get("unit", ""))
    values = {
        "client_name": str(entry.get("client_name", ""))[:120],
        "token_endpoint_auth_method": _method(entry),
        "grant_types": _grants(entry),
        "redirect_uris": _list(entry, "redirect_uris"),
        "post_logout_redirect_uris": _list(entry, "post_logout_redirect_uris"),
        "backchannel_logout_uri": str(entry.get("backchannel_logout_uri", "")),
        "scope": " ".join(_scopes(entry)),
        "secret_hash": await _secret_hash(entry, stored),
        "unit_id": unit.id if unit else None,
    }
    await OAuthClient.update_or_create(client_id=_id(entry), defaults=values)


async def _secret_hash(entry: dict[str, Any], stored: OAuthClient | None) -> str:
    """The stored hash where the secret is unchanged, so that repeating an import changes nothing."""
    secret, kept = entry.get("client_secret"), stored.secret_hash if stored else ""
    if _method(entry) == "none":
        return ""
    if secret is None or (kept and await to_thread.run_sync(secret_matches, kept, secret)):
        return kept
    return await to_thread.run_sync(hash_secret, secret)


def _id(entry: dict[str, Any]) -> str:
    return str(entry.get("client_id", ""))


def _is_id(client_id: str) -> bool:
    clean = client_id.isascii() and client_id.isprintable() and not set(client_id) & {'"', "\\", " ", ":"}
    return clean and 1 <= len(client_id) <= 128


def _method(entry: dict[str, Any]) -> str:
    return str(entry.get("token_endpoint_auth_method", "client_secret_basic"))


def _grants(entry: dict[str, Any]) -> list[str]:
    """RFC 7591: without grant_types, a client uses the authorization code."""
    return _list(entry, "grant_types") if "grant_types" in entry else ["authorization_code"]


def _scopes(entry: dict[str, Any]) -> list[str]:
    return str(entry.get("scope", "openid profile")).split()


def _list(entry: dict[str, Any], member: str) -> list[str]:
    value = entry.get(member)
    return [str(item) for item in value] if isinstance(value, list) else []


def _is_address(uri: str) -> bool:
    parts = urlsplit(uri)
    if parts.fragment or not uri.isascii() or not uri.isprintable() or len(uri) > 2048:
        return False
    if parts.scheme == "http":
        return parts.hostname in LOOPBACK
    # An app's own scheme is a reversed domain name (RFC 8252, 7.1): it has a dot, so javascript: and data: have none.
    return (parts.scheme == "https" and bool(parts.hostname)) or "." in parts.scheme
