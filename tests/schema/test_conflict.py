"""Somebody else was first: the answer shows the object as it is now, to whoever may see it."""

from __future__ import annotations

from schema.core.ids import global_id
from tests.graphql import act
from tests.stages.units import new_unit

OFFICE = {"officeName": "职称办", "establishedOn": "2026-03-02", "fullTimeStaffCount": 2}


async def test_a_stale_version_is_answered_with_the_current_object() -> None:
    stage = await new_unit()
    id = global_id("Unit", stage.unit.id)
    first = await act(
        stage.office, "unitRecordOffice", {"id": id, "version": 1, **OFFICE}, "unit { version }"
    )
    assert first == {"unit": {"version": 2}, "userErrors": []}
    late = await act(
        stage.office, "unitRecordOffice", {"id": id, "version": 1, **OFFICE}, "unit { version officeName }"
    )
    assert late["unit"] == {"version": 2, "officeName": "职称办"}
    (error,) = late["userErrors"]
    assert (error["code"], error["field"], error["currentVersion"]) == ("CONFLICT", ["version"], 2)


async def test_a_neighbour_learns_nothing_by_it() -> None:
    stage, neighbour = await new_unit(), await new_unit()
    input = {"id": global_id("Unit", stage.unit.id), "version": 7, **OFFICE}
    answer = await act(neighbour.office, "unitRecordOffice", input, "unit { version }")
    assert answer["unit"] is None
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_FOUND"]
