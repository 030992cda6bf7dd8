"""Accounts are made, get a password, prove it, and get hats."""

from __future__ import annotations

from uuid import uuid4

from anyio import CapacityLimiter, to_thread
from tortoise.transactions import in_transaction

from domain.accounts.models import Account, Organisation, Person, RoleGrant
from domain.accounts.passwords import hash_secret, secret_matches
from domain.accounts.reads import BUNDLED_ISSUER, account_by_login
from domain.core.errors import Invalid, refuse
from domain.core.roles import GRANTABLE, Role

MAX_LOGIN_CHARACTERS = 64
MIN_PASSWORD_CHARACTERS = 8
MAX_PASSWORD_CHARACTERS = 256
#: Hats that belong to a natural person: their jurisdiction is the person, so the account must have one.
PERSONAL = frozenset({Role.EXPERT, Role.APPLICANT})
#: argon2 takes 19 MiB and a core for each check: a burst of logins must not take the machine.
_CHECKS = CapacityLimiter(4)


async def create_account(
    *,
    login: str,
    password: str,
    name: str,
    role: Role,
    organisation: Organisation,
    person: Person | None = None,
) -> Account:
    """An account with one hat, which becomes its default. Experts and applicants get a person where none is given.

    Raises:
        Refused: the login is taken or malformed, the password too short, or the role cannot be granted.
    """
    refuse(await _login_refusal(login), _password_refusal(password), _role_refusal(role), _name_refusal(name))
    password_hash = await to_thread.run_sync(hash_secret, password, limiter=_CHECKS)
    async with in_transaction():
        if person is None and role in PERSONAL:
            person = await Person.create(name=name)
        account_id = uuid4()
        account = await Account.create(
            id=account_id,
            login=login,
            password_hash=password_hash,
            name=name,
            issuer=BUNDLED_ISSUER,
            subject=str(account_id),
            person=person,
        )
        await grant_role(account, role, organisation, is_default=True)
    return account


async def grant_role(
    account: Account, role: Role, organisation: Organisation, *, is_default: bool = False
) -> RoleGrant:
    """Another hat; the same one twice is one. The default moves to this grant when asked.

    Raises:
        Refused: the role cannot be granted to an account.
    """
    refuse(_role_refusal(role))
    async with in_transaction():
        if is_default:
            await RoleGrant.filter(account_id=account.id).update(is_default=False)
        grant, made = await RoleGrant.get_or_create(
            account_id=account.id,
            role=role,
            organisation_id=organisation.id,
            defaults={"is_default": is_default},
        )
        if is_default and not made:
            grant.is_default = True
            await grant.save(update_fields=["is_default"])
    return grant


async def set_password(account: Account, password: str) -> None:
    """Raises:
    Refused: the password is too short or too long.
    """
    refuse(_password_refusal(password))
    account.password_hash = await to_thread.run_sync(hash_secret, password, limiter=_CHECKS)
    await account.save(update_fields=["password_hash"])


async def verify_password(login: str, password: str) -> Account | None:
    """The account, if the password is right and the account open. Unknown and closed logins cost the same time."""
    account = await account_by_login(login)
    stored = account.password_hash if account else ""
    matches = await to_thread.run_sync(secret_matches, stored, password, limiter=_CHECKS)
    return account if account and matches and not account.disabled else None


async def _login_refusal(login: str) -> Invalid | None:
    if not 1 <= len(login) <= MAX_LOGIN_CHARACTERS or not login.isprintable() or login != login.strip():
        return Invalid(
            "login", "登录名须为 1 至 64 个可见字符。", "A login name has 1 to 64 visible characters."
        )
    if await Account.exists(login=login):
        return Invalid("login", "该登录名已被使用，请换一个。", "This login name is taken; choose another.")
    return None


def _name_refusal(name: str) -> Invalid | None:
    if 1 <= len(name) <= 60 and name.isprintable():
        return None
    return Invalid("name", "姓名须为 1 至 60 个可见字符。", "A name has 1 to 60 visible characters.")


def _password_refusal(password: str) -> Invalid | None:
    if MIN_PASSWORD_CHARACTERS <= len(password) <= MAX_PASSWORD_CHARACTERS and "\0" not in password:
        return None
    return Invalid(
        "password",
        f"口令须为 {MIN_PASSWORD_CHARACTERS} 至 {MAX_PASSWORD_CHARACTERS} 个字符。",
        f"A password has {MIN_PASSWORD_CHARACTERS} to {MAX_PASSWORD_CHARACTERS} characters.",
    )


def _role_refusal(role: Role) -> Invalid | None:
    if role in GRANTABLE:
        return None
    allowed = ", ".join(sorted(GRANTABLE))
    return Invalid(
        "role",
        f"角色 {role} 不能授予账号，可授予：{allowed}。",
        f"{role} cannot be granted; choose of {allowed}.",
    )
