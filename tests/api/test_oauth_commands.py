"""What operators do at the command line: clients from a file, and accounts."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tortoise.exceptions import IntegrityError

from api.oauth.assertions import ASSERTION_TYPE
from api.oauth.commands import ClientsRefused, create_account, import_clients
from domain.accounts.models import Organisation, OrganisationKind, RoleGrant
from domain.accounts.oauth import OAuthClient
from domain.core.errors import Refused
from domain.core.roles import Role
from tests.api import login_stage as stage
from tests.api.login_stage import API

pytest_plugins = ["tests.api.login_fixtures"]
KEY = ECKey.generate_key("P-256", {"kid": "hr"})
PUBLIC_KEYS = {"keys": [KEY.as_dict(private=False)]}


def written(folder: Path, *entries: Any) -> Path:
    file = folder / "clients.json"
    file.write_text(json.dumps(list(entries)), encoding="utf-8")
    return file


def metadata(**changes: Any) -> dict[str, Any]:
    good = {
        "client_id": f"app-{uuid4().hex[:8]}",
        "client_secret": "a-long-secret",
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["https://app.example/back"],
        "scope": "openid profile email",
        "contacts": ["somebody@example.com"],
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


async def test_an_import_adds_and_updates(tmp_path: Path, browser: httpx.AsyncClient) -> None:
    unit = await stage.organisation()
    app = metadata()
    machine = metadata(
        grant_types=["client_credentials"], scope="results:read", unit=unit.code, redirect_uris=None
    )
    file = written(tmp_path, app, machine)
    assert await import_clients(file) == "2 clients added, 0 updated / 新增 2 个，更新 0 个"
    row = await OAuthClient.get(client_id=app["client_id"])
    assert (row.redirect_uris, row.scope, row.unit_id) == (
        ["https://app.example/back"],
        "openid profile",
        None,
    )
    assert row.secret_hash.startswith("$argon2id$")
    data = {"grant_type": "client_credentials"}
    answer = await browser.post("/oauth/token", data=data, auth=(machine["client_id"], "a-long-secret"))
    assert (answer.status_code, answer.json()["scope"]) == (200, "results:read")

    del app["client_secret"]
    app["redirect_uris"] = ["cn.gov.beijing.app:/back", "http://127.0.0.1:9000/back"]
    assert await import_clients(written(tmp_path, app)) == "0 clients added, 1 updated / 新增 0 个，更新 1 个"
    again = await OAuthClient.get(client_id=app["client_id"])
    assert (again.id, again.secret_hash, again.redirect_uris) == (
        row.id,
        row.secret_hash,
        app["redirect_uris"],
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"client_id": ""}, "client_id"),
        ({"client_id": "a b"}, "client_id"),
        ({"client_id": "c" * 129}, "client_id"),
        ({"unit": "u" * 33}, "unit"),
        ({"client_secret": None}, "client_secret"),
        ({"client_secret": "short"}, "client_secret"),
        ({"token_endpoint_auth_method": "none"}, "client_secret"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "private_key_jwt", "client_secret": None}, "jwks"),
        ({"jwks": {"keys": [KEY.as_dict(private=True)]}}, "jwks"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}, "jwks"),
        ({"jwks": []}, "jwks"),
        ({"grant_types": ["password"]}, "grant_types"),
        ({"grant_types": ["client_credentials"]}, "client_credentials"),
        ({"unit": "unheard-of"}, "unit"),
        ({"scope": "email"}, "scope"),
        ({"redirect_uris": []}, "redirect_uris"),
        ({"redirect_uris": ["http://app.example/back"]}, "'http://app.example/back'"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "'javascript:alert(1)'"),
        ({"redirect_uris": ["https://app.example/#x"]}, "'https://app.example/#x'"),
        ({"redirect_uris": ["https://[x"]}, "'https://[x'"),
        ({"backchannel_logout_uri": "cn.gov.app:/x"}, "backchannel_logout_uri"),
    ],
)
async def test_a_wrong_entry_stops_the_import(tmp_path: Path, changes: dict[str, Any], problem: str) -> None:
    good, wrong = metadata(), metadata(**changes)
    with pytest.raises(ClientsRefused) as refused:
        await import_clients(written(tmp_path, good, wrong))
    assert [text.split(": ")[1] for text in refused.value.problems] == [problem]
    assert not await OAuthClient.exists(client_id=good["client_id"])


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[1]", "nul", '[{"client_id": "a\\u0000"}]', '[{"client_id":"a"},{"client_id":"a"}]'],
)
async def test_a_file_that_is_no_list_of_clients(tmp_path: Path, content: str) -> None:
    file = tmp_path / "clients.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ClientsRefused):
        await import_clients(file)
    with pytest.raises(ClientsRefused):
        await import_clients(tmp_path / "missing.json")


async def test_a_machine_may_sign_instead_of_sharing_a_secret(
    tmp_path: Path, browser: httpx.AsyncClient
) -> None:
    unit = await stage.organisation()
    machine = metadata(
        client_secret=None,
        token_endpoint_auth_method="private_key_jwt",
        grant_types=["client_credentials"],
        redirect_uris=None,
        jwks=PUBLIC_KEYS,
        unit=unit.code,
        scope="results:read",
    )
    await import_clients(written(tmp_path, machine))

    def assertion(key: ECKey = KEY, **changes: Any) -> str:
        now = int(time.time())
        name = machine["client_id"]
        good = {"iss": name, "sub": name, "aud": f"{API}/oauth/token", "exp": now + 60, "jti": uuid4().hex}
        return jwt.encode({"alg": "ES256", "kid": "hr"}, good | changes, key)

    async def ask(signed: str) -> tuple[int, str]:
        data = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
        answer = await browser.post("/oauth/token", data=data | {"client_assertion": signed})
        return answer.status_code, answer.json().get("error", "")

    once = assertion()
    assert await ask(once) == (200, "")
    assert await ask(assertion(aud=API)) == (200, "")
    refused = [
        once,
        assertion(aud="https://elsewhere.example"),
        assertion(exp=1),
        assertion(exp=int(time.time()) + 3600),
        assertion(sub="other"),
        assertion(iss="other"),
        assertion(ECKey.generate_key("P-256", {"kid": "hr"})),
        "rubbish",
        "",
    ]
    assert [await ask(signed) for signed in refused] == [(400, "invalid_client")] * len(refused)


async def test_an_account_for_an_operator() -> None:
    unit = await stage.organisation()
    login = f"op-{uuid4().hex[:8]}"
    made = await create_account(login, "a-password", Role.UNIT, unit.code, "李四")
    grant = await RoleGrant.get(account_id=made.id)
    assert (made.login, made.name, grant.role, grant.organisation_id) == (login, "李四", Role.UNIT, unit.id)
    for role, code in ((Role.UNIT, None), (Role.UNIT, "unheard-of")):
        with pytest.raises(Refused) as refused:
            await create_account(f"op-{uuid4().hex[:8]}", "a-password", role, code)
        assert [refusal.field for refusal in refused.value.refusals] == ["organisation"]


async def test_the_municipal_bureau_needs_no_code() -> None:
    bureau = await Organisation.get(kind=OrganisationKind.MUNICIPAL_BUREAU)
    for code in (None, bureau.code):
        made = await create_account(f"m-{uuid4().hex[:8]}", "a-password", Role.MUNICIPAL_BUREAU, code)
        assert (await RoleGrant.get(account_id=made.id)).organisation_id == bureau.id


async def test_there_is_one_municipal_bureau() -> None:
    """Art. 2: the database itself refuses a second one."""
    with pytest.raises(IntegrityError):
        await stage.organisation(OrganisationKind.MUNICIPAL_BUREAU)
