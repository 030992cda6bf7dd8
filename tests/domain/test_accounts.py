"""Accounts, their passwords and their hats."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.accounts.commands import create_account, grant_role, set_password, verify_password
from domain.accounts.logins import KEPT_AFTER_EXPIRY, begin_login, forget_old_logins
from domain.accounts.models import Account, Organisation, OrganisationKind, Person, RoleGrant
from domain.accounts.oauth import (
    AuthorizationCode,
    LoginSession,
    OAuthClient,
    RefreshToken,
    TokenFamily,
    real_now,
)
from domain.accounts.passwords import hash_secret, secret_matches
from domain.accounts.reads import BUNDLED_ISSUER, hats_of
from domain.accounts.token_families import add_refresh_token, begin_family, keep_code
from domain.core import clock
from domain.core.errors import Refused
from domain.core.roles import GRANTABLE, Role

PASSWORD = "correct horse"


@pytest.fixture
async def unit() -> Organisation:
    return await Organisation.create(kind=OrganisationKind.UNIT, code=f"A{uuid4().hex[:17]}", name="测试单位")


async def someone(unit: Organisation, role: Role = Role.UNIT) -> Account:
    login = f"a-{uuid4().hex[:10]}"
    return await create_account(login=login, password=PASSWORD, name="张三", role=role, organisation=unit)


async def test_only_the_right_password_opens(unit: Organisation) -> None:
    account = await someone(unit)
    assert account.password_hash.startswith("$argon2id$")
    assert await verify_password(account.login, PASSWORD) == account
    for login, password in (
        (account.login, "wrong"),
        (account.login, ""),
        (account.login, PASSWORD + " "),
        (account.login.upper(), PASSWORD),
        ("nobody", PASSWORD),
    ):
        assert await verify_password(login, password) is None
    account.disabled = True
    await account.save()
    assert await verify_password(account.login, PASSWORD) is None


async def test_an_account_without_a_password_opens_to_none(unit: Organisation) -> None:
    account = await someone(unit)
    account.password_hash = ""
    await account.save()
    for password in ("", "nobody has this password", PASSWORD):
        assert await verify_password(account.login, password) is None


def test_unknown_logins_cost_what_known_ones_cost() -> None:
    stored = hash_secret(PASSWORD)

    def cost(hashed: str) -> float:
        def once() -> float:
            begun = time.perf_counter()
            secret_matches(hashed, "wrong")
            return time.perf_counter() - begun

        return min(once() for _ in range(7))

    assert 0.5 < cost("") / cost(stored) < 2.0


async def test_a_new_password_replaces_the_old_one(unit: Organisation) -> None:
    account = await someone(unit)
    await set_password(account, "another horse")
    assert await verify_password(account.login, PASSWORD) is None
    assert await verify_password(account.login, "another horse") == account
    with pytest.raises(Refused):
        await set_password(account, "short")


async def test_everything_wrong_is_told_at_once(unit: Organisation) -> None:
    taken = await someone(unit)
    with pytest.raises(Refused) as refused:
        await create_account(login=taken.login, password="x", name="", role=Role.MACHINE, organisation=unit)
    assert [refusal.field for refusal in refused.value.refusals] == ["login", "password", "role", "name"]
    for login in ("", " a", "a" * 65, "a\0b", "a\nb"):
        with pytest.raises(Refused):
            await create_account(
                login=login, password=PASSWORD, name="张三", role=Role.UNIT, organisation=unit
            )


@pytest.mark.parametrize("role", sorted(GRANTABLE))
async def test_experts_and_applicants_are_persons(unit: Organisation, role: Role) -> None:
    account = await someone(unit, role)
    person = await Person.get_or_none(id=account.person_id) if account.person_id else None
    expected = "张三" if role in (Role.EXPERT, Role.APPLICANT) else None
    assert (person.name if person else None) == expected


async def test_hats_come_with_the_account(unit: Organisation) -> None:
    account = await someone(unit)
    other = await grant_role(account, Role.DISTRICT_BUREAU, unit, is_default=True)
    assert await grant_role(account, Role.DISTRICT_BUREAU, unit) == other
    hats = await hats_of(BUNDLED_ISSUER, account.subject)
    assert [(hat.role, hat.is_default, hat.account_id) for hat in hats] == [
        (Role.UNIT, False, account.id),
        (Role.DISTRICT_BUREAU, True, account.id),
    ]
    assert await hats_of("https://elsewhere.example", account.subject) == []
    account.disabled = True
    await account.save()
    assert await hats_of(BUNDLED_ISSUER, account.subject) == []
    assert await RoleGrant.filter(account_id=account.id).count() == 2


def test_logins_run_in_real_time() -> None:
    assert abs((real_now() - (clock.now() - clock.offset())).total_seconds()) < 1
    assert abs(real_now().timestamp() - time.time()) < 1


async def test_old_logins_are_forgotten_and_young_ones_kept(unit: Organisation) -> None:
    account = await someone(unit)
    client = await OAuthClient.create(client_id=f"c-{uuid4().hex[:8]}", redirect_uris=["https://a.example/"])
    for _ in range(2):
        session = await begin_login(account, uuid4().hex)
        family = await begin_family(client, session, "openid")
        await add_refresh_token(family, uuid4().hex)
        await keep_code(
            uuid4().hex,
            client=client,
            session=session,
            redirect_uri="https://a.example/",
            scope="openid",
            nonce="",
            code_challenge="c",
        )
        await AuthorizationCode.filter(session_id=session.id).update(family_id=family.id)
    long_ago = real_now() - KEPT_AFTER_EXPIRY - timedelta(hours=1)
    for rows in (LoginSession.filter(id=session.id), TokenFamily.filter(id=family.id)):
        await rows.update(expires_at=long_ago)
    await AuthorizationCode.filter(session_id=session.id).update(expires_at=long_ago)
    assert await forget_old_logins() == 1
    assert [await model.filter(**{path: account.id}).count() for model, path in KEPT] == [1, 1, 1, 1]


KEPT = (
    (LoginSession, "account_id"),
    (TokenFamily, "session__account_id"),
    (RefreshToken, "family__session__account_id"),
    (AuthorizationCode, "session__account_id"),
)
