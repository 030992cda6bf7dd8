"""Organisations, persons, accounts and role grants."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.migrations.constraints import UniqueConstraint

from domain.core.access import everything, own, personal
from domain.core.roles import Role
from domain.core.rows import Row


class OrganisationKind(StrEnum):
    """What a body is. 经开区社会事业局 is a district bureau like the sixteen others (R-0.1)."""

    MUNICIPAL_BUREAU = "MUNICIPAL_BUREAU"
    DISTRICT_BUREAU = "DISTRICT_BUREAU"
    AUTHORITY = "AUTHORITY"
    SERVICE_AGENCY = "SERVICE_AGENCY"
    UNIT = "UNIT"


class Organisation(Row):
    """A body that takes part: a bureau, an authority, a review service agency, or an employer. | 参与职称评审的机构"""

    kind = fields.CharEnumField(OrganisationKind, max_length=24, description="机构类别 | The kind of body")
    code = fields.CharField(32, unique=True, description="机构代码 | The code that names the body")
    name = fields.CharField(120, description="机构名称 | The body's name")

    jurisdiction = {role: everything for role in Role if role not in (Role.PUBLIC, Role.MACHINE)}

    class Meta:
        table = "organisations"
        constraints = (
            UniqueConstraint(
                fields=("kind",), name="one_municipal_bureau", condition="kind = 'MUNICIPAL_BUREAU'"
            ),
        )


class Person(Row):
    """A natural person. The identity number is sealed; its blind index finds it again. | 自然人"""

    name = fields.CharField(60, description="姓名 | The person's name")
    identity_sealed = fields.BinaryField(
        null=True, description="密封的身份证件号码 | The sealed identity number"
    )
    identity_index = fields.BinaryField(
        null=True, description="身份证件号码盲索引 | The identity number's blind index"
    )
    identity_mask = fields.CharField(
        24, default="", description="遮盖后的证件号码 | The masked identity number"
    )

    jurisdiction = {
        Role.MUNICIPAL_BUREAU: everything,
        Role.APPLICANT: personal("id"),
        Role.EXPERT: personal("id"),
    }

    class Meta:
        table = "persons"
        constraints = (UniqueConstraint(fields=("identity_index",), name="one_person_per_identity_number"),)


class Account(Row):
    """Somebody who can log in. `subject` is the name under which tokens of `issuer` speak of it. | 账号"""

    login = fields.CharField(64, unique=True, description="登录名 | The login name")
    password_hash = fields.CharField(255, default="", description="口令散列 | The password's argon2 hash")
    name = fields.CharField(60, description="显示姓名 | The name shown")
    issuer = fields.CharField(
        255, default="", description="身份提供方 | The issuer; empty means the bundled one"
    )
    subject = fields.CharField(255, default="", description="主体标识 | The subject at that issuer")
    disabled = fields.BooleanField(default=False, description="是否停用 | Whether the account is closed")
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person",
        null=True,
        on_delete=OnDelete.RESTRICT,
        description="账号所属自然人 | The person behind it",
    )
    person_id: UUID | None

    jurisdiction = {}

    class Meta:
        table = "accounts"
        constraints = (UniqueConstraint(fields=("issuer", "subject"), name="one_account_per_subject"),)


class RoleGrant(Row):
    """One hat: a role at an organisation. | 角色授权"""

    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="grants", description="账号 | The account"
    )
    account_id: UUID
    role = fields.CharEnumField(Role, max_length=24, description="角色 | The role")
    organisation: fields.ForeignKeyRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="grants", description="所在机构 | The organisation"
    )
    organisation_id: UUID
    is_default = fields.BooleanField(default=False, description="是否默认 | Whether it is the default hat")

    jurisdiction = {Role.MUNICIPAL_BUREAU: everything, Role.UNIT: own("organisation_id")}

    class Meta:
        table = "role_grants"
        constraints = (
            UniqueConstraint(
                fields=("account_id", "role", "organisation_id"), name="one_grant_per_role_and_place"
            ),
        )
