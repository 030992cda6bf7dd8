"""Art. 6: who may apply is decided from the unit's roster, which is imported whole or not at all."""

from __future__ import annotations

import asyncio
import io
from typing import Any

from openpyxl import Workbook, load_workbook

from domain.accounts.models import Person
from domain.core.access import visible
from domain.core.reference import FAULTY_SAMPLE_ROSTER, SAMPLE_ROSTER
from domain.core.roles import Role, Viewer
from domain.core.sealing import sealing_context
from domain.core.secrets import sealer
from domain.units.models import Employment, IntegrityRecord, RosterImport, Unit
from domain.units.names import PostType, RelationKind, UnitCategory
from domain.units.reads import blocked_until
from schema.core import global_id
from tests.graphql import act, gql, rules_of
from tests.measures.test_article_04 import on
from tests.measures.test_article_05 import faults
from tests.stages import people, units

IMPORT = "rosterImport { rows added changed unchanged }"
PREVIEW = (
    "query ($unit: ID!, $file: ID!) { rosterPreview(unit: $unit, file: $file) { importable rows added changed "
    "unchanged unlistedFaults faults { row column cell code rule message } } }"
)
TITLES = (
    "姓名", "身份证号", "手机号", "部门", "岗位类别", "现职称系列", "现职称等级", "现职称取得日期",
    "劳动合同起", "劳动合同止", "社保缴纳地", "社保起始月", "申报系列", "申报专业", "申报等级",
)  # fmt: skip


def line(name: str, number: str, department: str = "研发部", **changes: str | None) -> list[str | None]:
    """A sound line of a roster, in the order of TITLES; `changes` are by title."""
    values = (
        name, number, "13000000000", department, "专业技术", "05", "中级", "2018-12-31",
        "2016-04-01", None, "北京", "2016-04", "05", "人工智能", "副高级",
    )  # fmt: skip
    return list({**dict(zip(TITLES, values, strict=True)), **changes}.values())


def roster(*lines: list[str | None]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "花名册"
    sheet.append(TITLES)
    for each in lines:
        sheet.append(each)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


async def bring_in(stage: units.Stage, content: bytes, **more: Any) -> dict[str, Any]:
    """Imports a roster file into the stage's unit, as its office."""
    file = await people.spreadsheet(stage.office, content)
    unit = await Unit.get(id=stage.unit.id)
    given = on(unit, file=global_id("StoredFile", file.id), **more)
    return await act(stage.office, "rosterImport", given, IMPORT)


async def preview(stage: units.Stage, content: bytes, viewer: Viewer | None = None) -> Any:
    file = await people.spreadsheet(stage.office, content)
    ids = {"unit": global_id("Unit", stage.unit.id), "file": global_id("StoredFile", file.id)}
    return (await gql(viewer or stage.office, PREVIEW, **ids))["data"]["rosterPreview"]


async def test_a_roster_as_units_send_it_is_imported_once() -> None:
    """R-6.1 to R-6.3: 240 people; the same file again changes nothing and says so."""
    stage = await units.new_unit()
    content = SAMPLE_ROSTER.read_bytes()
    assert (await bring_in(stage, content))["rosterImport"] == {
        "rows": 240, "added": 240, "changed": 0, "unchanged": 0
    }  # fmt: skip
    before = await Employment.filter(unit_id=stage.unit.id).order_by("id").values()
    assert (await bring_in(stage, content))["rosterImport"] == {
        "rows": 240, "added": 0, "changed": 0, "unchanged": 240
    }  # fmt: skip
    assert await Employment.filter(unit_id=stage.unit.id).order_by("id").values() == before
    first = next(each for each in before if each["name"] == "高桐霞")
    assert (first["post_type"], first["relation"]) == (
        PostType.PROFESSIONAL_TECHNICAL,
        RelationKind.LABOUR_CONTRACT,
    )
    assert (first["identity_mask"], str(first["ended_on"])) == ("110***********5227", "2029-12-31")


async def test_a_preview_names_every_fault_by_its_cell_and_writes_nothing() -> None:
    """R-6.1 to R-6.3, B-10, S-13: all at once; and what an import would change."""
    stage = await units.new_unit()
    shown = await preview(stage, FAULTY_SAMPLE_ROSTER.read_bytes())
    assert not shown["importable"]
    found = {(each["cell"], each["code"], each["rule"]) for each in shown["faults"]}
    assert {
        ("B3", "IDENTITY_NUMBER", "S-5"),
        ("K5", "INSURANCE_NOT_IN_BEIJING", "R-6.2"),
        ("J7", "CONTRACT_ENDED", "R-6.1"),
        ("B9", "IDENTITY_NUMBER_TWICE", "S-13"),
        ("O11", "LEVEL_UNKNOWN", "B-10"),
        ("E15", "POST_TYPE", "R-6.3"),
    } <= found
    assert not any("110000199205225220" in each["message"] for each in shown["faults"])
    sound = await preview(stage, SAMPLE_ROSTER.read_bytes())
    assert {name: sound[name] for name in ("importable", "rows", "added", "changed", "faults")} == {
        "importable": True, "rows": 240, "added": 240, "changed": 0, "faults": []
    }  # fmt: skip
    assert await Employment.filter(unit_id=stage.unit.id).count() == 0
    assert await RosterImport.filter(unit_id=stage.unit.id).count() == 0


async def test_a_faulty_roster_changes_nothing() -> None:
    """R-6.1 to R-6.3: all or nothing, the sound rows included; each refusal names its cell."""
    stage = await units.new_unit()
    content = FAULTY_SAMPLE_ROSTER.read_bytes()
    listed = (await preview(stage, content))["faults"]
    payload = await bring_in(stage, content)
    assert payload["rosterImport"] is None
    assert faults(payload) == [(each["rule"], f"file.{each['cell']}") for each in listed]
    assert await Employment.filter(unit_id=stage.unit.id).count() == 0
    assert (await stage.fresh()).unit.version == stage.unit.version


async def test_a_person_on_two_rosters_is_one_person() -> None:
    """N-8: deduplicated by the blind index over all units; the number itself is stored sealed only."""
    first, second = await units.new_unit(), await units.new_unit()
    number = people.identity_number()
    for stage in (first, second):
        assert rules_of(await bring_in(stage, roster(line("张三", number)))) == []
    person = await Person.get(identity_index=sealer().blind_index(number))
    employers = await Employment.filter(person_id=person.id).values_list("unit_id", flat=True)
    assert set(employers) == {first.unit.id, second.unit.id}
    assert person.identity_sealed is not None and number.encode() not in bytes(person.identity_sealed)
    context = sealing_context("persons", "identity_sealed", person.id)
    assert sealer().open(bytes(person.identity_sealed), context) == number


async def test_a_changed_line_changes_one_entry() -> None:
    stage = await units.new_unit(category=UnitCategory.PUBLIC_INSTITUTION)
    one, two = people.identity_number(), people.identity_number()
    await bring_in(stage, roster(line("张三", one), line("李四", two)))
    moved = roster(line("张三", one, "算法部"), line("李四", two), line("王五", people.identity_number()))
    shown = await preview(stage, moved)
    assert (shown["added"], shown["changed"], shown["unchanged"]) == (1, 1, 1)
    assert (await bring_in(stage, moved))["rosterImport"] == {
        "rows": 3, "added": 1, "changed": 1, "unchanged": 1
    }  # fmt: skip
    entry = await Employment.get(unit_id=stage.unit.id, name="张三")
    assert (entry.department, entry.relation) == ("算法部", RelationKind.PERSONNEL_APPOINTMENT)


async def test_two_imports_at_once_make_each_person_once() -> None:
    """Two units with the same new people at the same time; and one unit twice with the same version."""
    first, second = await units.new_unit(), await units.new_unit()
    content = roster(*(line(f"员工{place}", people.identity_number()) for place in range(200)))
    payloads = await asyncio.gather(
        bring_in(first, content), bring_in(second, content), bring_in(first, content)
    )
    assert sorted(rules_of(each) for each in payloads) == [[], [], ["S-2"]]
    ids = await Employment.filter(unit_id=first.unit.id).values_list("person_id", flat=True)
    assert len(set(ids)) == 200
    others = await Employment.filter(unit_id=second.unit.id).values_list("person_id", flat=True)
    assert set(others) == set(ids)


async def test_the_same_key_imports_once() -> None:
    stage = await units.new_unit()
    file = await people.spreadsheet(stage.office, roster(line("张三", people.identity_number())))
    given = on(stage.unit, file=global_id("StoredFile", file.id), idempotencyKey=str(file.id))
    first = await act(stage.office, "rosterImport", given, IMPORT)
    assert first["rosterImport"] == {"rows": 1, "added": 1, "changed": 0, "unchanged": 0}
    assert await act(stage.office, "rosterImport", given, IMPORT) == first
    assert await RosterImport.filter(unit_id=stage.unit.id).count() == 1
    later = on(await Unit.get(id=stage.unit.id), file=given["file"])
    again = await act(stage.office, "rosterImport", later, IMPORT)
    assert again["rosterImport"] == {"rows": 1, "added": 0, "changed": 0, "unchanged": 1}


async def test_a_roster_is_the_units_own_business() -> None:
    """R-2.2: a neighbour's file and a neighbour's unit are not found; an authority imports nothing."""
    stage, neighbour = await units.new_unit(), await units.new_unit()
    content = roster(line("张三", people.identity_number()))
    theirs = await people.spreadsheet(neighbour.office, content)
    given = on(stage.unit, file=global_id("StoredFile", theirs.id))
    assert faults(await act(stage.office, "rosterImport", given, IMPORT)) == [("S-4", "file")]
    ours = await people.spreadsheet(stage.office, content)
    given = on(stage.unit, file=global_id("StoredFile", ours.id))
    assert faults(await act(neighbour.office, "rosterImport", given, IMPORT)) == [("S-4", "id")]
    forbidden = await act(stage.municipal, "rosterImport", given, IMPORT)
    assert [error["code"] for error in forbidden["userErrors"]] == ["FORBIDDEN"]
    assert await preview(stage, content, neighbour.office) is None


async def test_rosters_are_read_inside_their_jurisdiction() -> None:
    """Who sees what: the office its own staff, the person himself, the bureau all; a district bureau nobody."""
    stage, neighbour = await units.new_unit(), await units.new_unit()
    number = people.identity_number()
    await bring_in(stage, roster(line("张三", number), line("李四", people.identity_number())))
    person = await Person.get(identity_index=sealer().blind_index(number))
    himself = Viewer(Role.APPLICANT, organisation_id=stage.unit.id, person_id=person.id)
    ours = {
        viewer.role: await visible(Employment, viewer).filter(unit_id=stage.unit.id).count()
        for viewer in (
            stage.office,
            himself,
            stage.municipal,
            stage.district,
            stage.industry,
            stage.supervisor,
        )
    }
    assert ours == {
        Role.UNIT: 2,
        Role.APPLICANT: 1,
        Role.MUNICIPAL_BUREAU: 2,
        Role.DISTRICT_BUREAU: 0,
        Role.INDUSTRY_AUTHORITY: 0,
        Role.SUPERVISING_DEPARTMENT: 0,
    }
    assert await visible(Employment, neighbour.office).filter(unit_id=stage.unit.id).count() == 0


async def test_somebody_who_left_is_off_the_roster() -> None:
    """R-6.1: from the day recorded; a later roster that names him again is a new employment."""
    stage = await units.new_unit()
    number = people.identity_number()
    await bring_in(stage, roster(line("张三", number)))
    entry = await Employment.get(unit_id=stage.unit.id)
    employment = global_id("Employment", entry.id)
    unit = await Unit.get(id=stage.unit.id)
    early = on(unit, employment=employment, leftOn="2016-03-31")
    assert faults(await act(stage.office, "unitRecordDeparture", early, "unit { id }")) == [("S-5", "leftOn")]
    left = on(unit, employment=employment, leftOn="2026-01-31")
    assert rules_of(await act(stage.office, "unitRecordDeparture", left, "unit { id }")) == []
    twice = on(await Unit.get(id=unit.id), employment=employment, leftOn="2026-01-31")
    assert faults(await act(stage.office, "unitRecordDeparture", twice, "unit { id }")) == [
        ("S-21", "employment")
    ]
    assert (await bring_in(stage, roster(line("张三", number))))["rosterImport"]["added"] == 1
    assert await Employment.filter(unit_id=unit.id).count() == 2


async def test_a_unit_learns_of_an_integrity_record_only_until_when() -> None:
    """N-24: it blocks until its last day; why is shown to the bureau and to the person, not to the unit."""
    stage, neighbour = await units.new_unit(), await units.new_unit()
    number = people.identity_number()
    await bring_in(stage, roster(line("张三", number)))
    person = await Person.get(identity_index=sealer().blind_index(number))
    record = await IntegrityRecord.create(
        person_id=person.id, basis="FRAUD", decision="决定书", from_on="2025-06-01", until_on="2028-05-31"
    )
    record = await IntegrityRecord.get(id=record.id)
    until = record.until_on
    assert await blocked_until([person.id], record.from_on) == {person.id: until}
    assert await blocked_until([person.id], until) == {person.id: until}
    assert await blocked_until([person.id], until.replace(year=2029)) == {}
    document = "query ($id: ID!) { node(id: $id) { ... on IntegrityRecord { untilOn basis decision } } }"
    id = global_id("IntegrityRecord", record.id)
    himself = Viewer(Role.APPLICANT, person_id=person.id)
    seen = {
        viewer.role: (await gql(viewer, document, id=id))["data"]["node"]
        for viewer in (stage.office, himself, stage.municipal, stage.district)
    }
    whole = {"untilOn": "2028-05-31", "basis": "FRAUD", "decision": "决定书"}
    assert seen == {
        Role.UNIT: {"untilOn": "2028-05-31", "basis": None, "decision": None},
        Role.APPLICANT: whole,
        Role.MUNICIPAL_BUREAU: whole,
        Role.DISTRICT_BUREAU: None,
    }
    assert (await gql(neighbour.office, document, id=id))["data"] == {"node": None}


def test_the_sample_roster_has_the_columns_of_these_tests() -> None:
    """The lines above are laid out as units really send them."""
    sheet = load_workbook(SAMPLE_ROSTER, read_only=True).active
    assert next(sheet.iter_rows(values_only=True)) == TITLES
