"""What the bundled issuer remembers: clients, login sessions, authorization codes and refresh tokens.

Secrets, codes, tokens and cookies are stored as hashes only, so that a copy of the database opens nothing. Their
lifetimes run in real time: the demo clock moves working days, never the validity of a login. No role reads these
rows through the API.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete

from domain.accounts.models import Account, Organisation
from domain.core import clock
from domain.core.rows import Row


def real_now() -> datetime:
    """This moment in UTC as wall clocks show it, whatever the demo clock says."""
    return clock.now() - clock.offset()


def fingerprint(secret: str) -> str:
    """SHA-256 of a random secret of at least 128 bits: such secrets need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class OAuthClient(Row):
    """A program that may ask for tokens, registered with RFC 7591 metadata. | 已登记的客户端程序"""

    client_id = fields.CharField(128, unique=True, description="客户端标识 | The client's id")
    client_name = fields.CharField(120, default="", description="客户端名称 | The client's name")
    secret_hash = fields.CharField(255, default="", description="客户端密钥散列 | argon2 hash of its secret")
    token_endpoint_auth_method = fields.CharField(
        32, default="client_secret_basic", description="客户端认证方式 | How it authenticates"
    )
    jwks: fields.Field[dict[str, Any] | None] = fields.JSONField(
        null=True, description="客户端公钥 | Its public keys, for private_key_jwt"
    )
    grant_types: fields.Field[list[str]] = fields.JSONField(
        default=list, description="允许的授权方式 | The grants it may use"
    )
    redirect_uris: fields.Field[list[str]] = fields.JSONField(
        default=list, description="回调地址 | Where codes may be sent"
    )
    post_logout_redirect_uris: fields.Field[list[str]] = fields.JSONField(
        default=list, description="退出后回调地址 | Where a logout may lead"
    )
    backchannel_logout_uri = fields.CharField(
        2048,
        default="",
        description="后台退出通知地址 | Where logouts are announced (OIDC Back-Channel Logout)",
    )
    scope = fields.CharField(512, default="", description="允许的权限范围 | The scopes it may ask for")
    unit: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation",
        related_name="oauth_clients",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="所代表单位 | The unit a machine client acts for",
    )
    unit_id: UUID | None
    disabled = fields.BooleanField(default=False, description="是否停用 | Whether it is closed")

    jurisdiction = {}

    class Meta:
        table = "oauth_clients"


class LoginSession(Row):
    """Somebody logged in at the issuer's own page. Its id is the `sid` of tokens. | 登录会话"""

    cookie_hash = fields.CharField(64, unique=True, description="会话凭据散列 | SHA-256 of the cookie")
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="login_sessions", description="账号 | The account"
    )
    account_id: UUID
    authenticated_at = fields.DatetimeField(description="登录时间 | When the password was given")
    expires_at = fields.DatetimeField(description="失效时间 | When it ends by itself")
    ended_at = fields.DatetimeField(null=True, description="退出时间 | When it was ended")

    jurisdiction = {}

    class Meta:
        table = "login_sessions"


class TokenFamily(Row):
    """All refresh tokens that descend from one code. A reused token revokes the whole family. | 令牌族"""

    client: fields.ForeignKeyRelation[OAuthClient] = fields.ForeignKeyField(
        "models.OAuthClient", related_name="families", description="客户端 | The client"
    )
    client_id: UUID
    session: fields.ForeignKeyRelation[LoginSession] = fields.ForeignKeyField(
        "models.LoginSession", related_name="families", description="登录会话 | The login behind it"
    )
    session_id: UUID
    scope = fields.CharField(512, description="权限范围 | The scope granted")
    expires_at = fields.DatetimeField(description="失效时间 | When it ends by itself")
    revoked_at = fields.DatetimeField(null=True, description="吊销时间 | When it was revoked")

    jurisdiction = {}

    class Meta:
        table = "token_families"


class RefreshToken(Row):
    """One link of a family: usable once. | 刷新令牌"""

    token_hash = fields.CharField(64, unique=True, description="令牌散列 | SHA-256 of the token")
    family: fields.ForeignKeyRelation[TokenFamily] = fields.ForeignKeyField(
        "models.TokenFamily", related_name="tokens", description="令牌族 | The family"
    )
    family_id: UUID
    used_at = fields.DatetimeField(null=True, description="使用时间 | When it was exchanged")

    jurisdiction = {}

    class Meta:
        table = "refresh_tokens"


class AuthorizationCode(Row):
    """A code of the authorization code flow: usable once, within a minute. | 授权码"""

    code_hash = fields.CharField(64, unique=True, description="授权码散列 | SHA-256 of the code")
    client: fields.ForeignKeyRelation[OAuthClient] = fields.ForeignKeyField(
        "models.OAuthClient", related_name="codes", description="客户端 | The client"
    )
    client_id: UUID
    session: fields.ForeignKeyRelation[LoginSession] = fields.ForeignKeyField(
        "models.LoginSession", related_name="codes", description="登录会话 | The login behind it"
    )
    session_id: UUID
    redirect_uri = fields.CharField(2048, description="回调地址 | Where the code was sent")
    scope = fields.CharField(512, description="权限范围 | The scope granted")
    nonce = fields.CharField(512, default="", description="随机数 | The client's nonce")
    code_challenge = fields.CharField(128, description="PKCE 校验值 | The S256 challenge")
    expires_at = fields.DatetimeField(description="失效时间 | When it ends by itself")
    used_at = fields.DatetimeField(null=True, description="使用时间 | When it was exchanged")
    family: fields.ForeignKeyNullableRelation[TokenFamily] = fields.ForeignKeyField(
        "models.TokenFamily",
        related_name="codes",
        null=True,
        description="令牌族 | What it was exchanged for",
    )
    family_id: UUID | None

    jurisdiction = {}

    class Meta:
        table = "authorization_codes"
