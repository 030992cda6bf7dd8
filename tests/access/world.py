"""The world of the access matrix: two complete sides, organisations that own nothing, and viewers of every role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tortoise import Tortoise
from tortoise.queryset import QuerySet

from domain.accounts.models import OrganisationKind, Person
from domain.core.access import Guarded
from domain.core.database import APP
from domain.core.roles import PUBLIC, Role, Viewer
from tests.access.sides import Side, build
from tests.stages import people
from tests.stages.units import new_unit

#: The keys of a model's rows.
Keys = frozenset[Any]
Rows = Mapping[str, Keys]


@dataclass(frozen=True, slots=True)
class World:
    """`rows_a` and `rows_b` are the rows that came to be with each side, by the model's name."""

    a: Side
    b: Side
    rows_a: Rows
    rows_b: Rows
    nobody: Mapping[Role, Viewer]


def models() -> dict[str, type[Guarded]]:
    """Every registered model that says who sees it, by name."""
    registered = Tortoise.apps[APP].values()
    return {model.__name__: model for model in registered if issubclass(model, Guarded)}


async def made_world() -> World:
    """Builds it; takes some seconds, so once in a run."""
    before = await _all_rows()
    a = await build("甲方")
    after_a = await _all_rows()
    b = await build("乙方")
    after_b = await _all_rows()
    return World(a, b, _new(before, after_a), _new(after_a, after_b), await _nobody())


async def _all_rows() -> Rows:
    return {name: await keys_of(model.all()) for name, model in models().items()}


async def keys_of(rows: QuerySet[Any]) -> Keys:
    """The keys of a selection. (`pk` is not known to values_list where the key has another name.)"""
    return frozenset(await rows.values_list(rows.model._meta.pk_attr, flat=True))


def _new(before: Rows, after: Rows) -> Rows:
    return {name: after[name] - before[name] for name in after}


async def _nobody() -> Mapping[Role, Viewer]:
    """A third of each kind, who owns nothing and takes part in nothing."""
    district = await people.organisation(OrganisationKind.DISTRICT_BUREAU)
    authority = await people.organisation(OrganisationKind.AUTHORITY)
    unit = (await new_unit(name="北京丙方科技有限公司")).unit
    expert, applicant = [await Person.create(name=name) for name in ("无关专家", "无关人员")]
    return {
        Role.UNIT: await people.officer(Role.UNIT, unit.id),
        Role.DISTRICT_BUREAU: await people.officer(Role.DISTRICT_BUREAU, district.id),
        Role.INDUSTRY_AUTHORITY: await people.officer(Role.INDUSTRY_AUTHORITY, authority.id),
        Role.SUPERVISING_DEPARTMENT: await people.officer(Role.SUPERVISING_DEPARTMENT, authority.id),
        Role.EXPERT: await people.officer(Role.EXPERT, unit.id, "无关专家", expert),
        Role.APPLICANT: await people.officer(Role.APPLICANT, unit.id, "无关人员", applicant),
        Role.MACHINE: Viewer(
            Role.MACHINE, organisation_id=unit.id, client_id="other-client", scopes=frozenset()
        ),
        Role.PUBLIC: PUBLIC,
    }
