"""A masked field is null, and neither a filter nor an order gives away what it holds (api rule 3)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.core.access import Guarded, may_read
from domain.core.errors import Refused
from domain.core.paging import Order
from domain.core.roles import Role, Viewer
from domain.publicity.models import Lead
from domain.results.models import Result
from domain.reviews.models import Candidacy, Sitting
from domain.units.models import IntegrityRecord
from schema.core.connections import _readable
from schema.core.filters import make_filter
from schema.core.nodes import NODES
from tests.access.walk import read_nodes
from tests.access.world import World, models

#: Who is told what, from the rules: D4 for candidacies, N-17 for sittings, Art. 9(7) for leads, N-24 for integrity records.
MASKS: dict[type[Guarded], dict[str, set[str]]] = {
    Candidacy: {"state": {"UNIT", "EXPERT", "MUNICIPAL_BUREAU"}},
    Sitting: {name: {"UNIT", "EXPERT", "MUNICIPAL_BUREAU"} for name in ("presider", "minutes")},
    Lead: {
        "content": {"MUNICIPAL_BUREAU", "INDUSTRY_AUTHORITY", "DISTRICT_BUREAU", "APPLICANT"},
        "checkable_facts": {"MUNICIPAL_BUREAU", "INDUSTRY_AUTHORITY", "DISTRICT_BUREAU", "APPLICANT"},
        "hearing_record": {"MUNICIPAL_BUREAU", "INDUSTRY_AUTHORITY", "DISTRICT_BUREAU"},
        "timeline": {"MUNICIPAL_BUREAU", "INDUSTRY_AUTHORITY", "DISTRICT_BUREAU", "APPLICANT"},
        **{
            name: {"MUNICIPAL_BUREAU", "APPLICANT"}
            for name in ("receipt_number", "anonymous", "dismissal_reason")
        },
    },
    IntegrityRecord: {
        name: {"MUNICIPAL_BUREAU", "APPLICANT", "EXPERT"}
        for name in ("basis", "decision", "unit_id", "from_on")
    },
    Result: {
        name: {"UNIT", "DISTRICT_BUREAU", "INDUSTRY_AUTHORITY", "MUNICIPAL_BUREAU", "APPLICANT"}
        for name in ("yes", "no", "abstain", "uncast")
    },
}
#: Of the masked ones, what a filter can be made of.
FILTERED = [
    (Candidacy, "state"),
    (Lead, "content"),
    (Lead, "receipt_number"),
    (Lead, "anonymous"),
    (Sitting, "presider"),
    (IntegrityRecord, "basis"),
    (IntegrityRecord, "decision"),
    (Result, "yes"),
]


async def test_the_masks_are_those_of_the_rules(world: World) -> None:
    found = {
        model: {name: {str(role) for role in roles} for name, roles in model.masked.items()}
        for model in models().values()
        if model.masked
    }
    assert found == MASKS


async def test_a_masked_field_is_null_for_whom_it_is_not_meant(world: World) -> None:
    """The office knows that there is a lead, that its employee stands in the archive until when; no more."""
    office, client = world.a.stage.office, world.a.machine("results:read", "certificates:read")
    (lead,) = await _seen(world, office, "Lead")
    assert [lead[name] for name in ("content", "checkableFacts", "receiptNumber", "anonymous")] == [None] * 4
    (record,) = await _seen(world, office, "IntegrityRecord")
    assert [record[name] for name in ("basis", "decision", "fromOn", "untilOn")] == [None] * 3 + [
        "2028-12-31"
    ]
    for result in await _seen(world, client, "Result"):
        assert [result[name] for name in ("yes", "no", "abstain", "uncast")] == [None] * 4
    for sitting in await _seen(world, world.a.stage.district, "Sitting"):
        assert (sitting["presider"], sitting["minutes"]) == (None, None)


async def _seen(world: World, viewer: Viewer, name: str) -> list[dict[str, object]]:
    rows = sorted(world.rows_a[NODES[name].model.__name__])
    return [each for each in await read_nodes(viewer, name, rows, depth=1) if each is not None]


def _roles() -> Iterator[Role]:
    yield from (role for role in Role if role is not Role.SYSTEM)


@pytest.mark.parametrize(("model", "column"), FILTERED)
async def test_a_masked_column_is_neither_filtered_nor_ordered_by(model: type[Guarded], column: str) -> None:
    """For each role: refused exactly where it may not be read."""
    probe = make_filter(f"Probe{model.__name__}{column.title().replace('_', '')}", model, (column,))
    given = probe.input_type(**{column: _Anything()})  # type: ignore[call-arg]
    for role in _roles():
        viewer = Viewer(role)
        refused = [_is_refused(probe.q, given, viewer), _is_refused(_readable, model, Order(column), viewer)]
        assert (role, refused) == (role, [not may_read(model, column, viewer)] * 2)


class _Anything:
    """A condition without conditions: only its column counts."""


def _is_refused(does: object, *given: object) -> bool:
    assert callable(does)
    try:
        does(*given)
    except Refused:
        return True
    return False
