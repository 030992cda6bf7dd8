"""Organisations and persons, as far as others may see them."""

from __future__ import annotations

import strawberry

from domain.accounts import models
from domain.accounts.models import OrganisationKind
from schema.core import Node, connection, node


@node(models.Organisation)
class Organisation(Node):
    """A body that takes part: a bureau, an authority, an agency or an employer. | 参与职称评审的机构"""

    kind: OrganisationKind
    code: str
    name: str


@node(models.Person)
class Person(Node):
    """A natural person; the identity number is shown masked only. | 自然人"""

    name: str
    identity_mask: str


@strawberry.type
class OrganisationQuery:
    """Organisations. | 机构查询"""

    organisations = connection(
        Organisation,
        filters=("kind", "name", "code"),
        orders=("created_at", "name"),
        description="机构列表，供登记单位时选择 | Organisations, to choose from when a unit is registered",
    )
