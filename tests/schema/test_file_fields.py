"""Files in the schema: a link where the file is seen, and files shown with the rows they are attached to."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import httpx
import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from domain.core.evidence import hand_in, inspect
from domain.core.files import StoredFile as StoredFileRow
from domain.core.roles import Role, Viewer
from schema.core.context import Context
from schema.core.execution import RowExecutor
from schema.core.ids import global_id
from schema.core.scalars import SCALARS
from schema.files import StoredFile, attached
from tests.api.file_stage import open_browser, pdf, somebody
from tests.graphql import gql

DOCUMENT = "query ($id: ID!) { node(id: $id) { id ... on StoredFile { name mediaType size sha256 url } } }"


class Paper:
    """A row of a part: something with a file, whose model masks one of its files."""

    jurisdiction: ClassVar[dict[Role, tuple[()]]] = {}
    masked: ClassVar = {"statement": frozenset({Role.UNIT})}

    def __init__(self, file_id: UUID | None, statement_id: UUID | None = None) -> None:
        self.file_id, self.statement_id = file_id, statement_id


@strawberry.type
class PaperType:
    file: StoredFile | None = attached("file_id")
    statement: StoredFile | None = attached("statement_id", "声明 | The statement")


def papers(*rows: Paper) -> strawberry.Schema:
    """A schema whose only list is these papers."""

    def resolve() -> list[PaperType]:
        found: Any = list(rows)
        return found  # type: ignore[no-any-return]

    query = strawberry.type(type("Query", (), {"papers": strawberry.field(resolver=resolve)}))
    config = StrawberryConfig(scalar_map=SCALARS)
    return strawberry.Schema(query=query, execution_context_class=RowExecutor, config=config)


async def evidence(owner: Viewer, name: str = "证明.pdf") -> StoredFileRow:
    return await hand_in(owner, inspect(name, pdf()))


async def ask(viewer: Viewer, shown: strawberry.Schema, selection: str) -> Any:
    result = await shown.execute(f"{{ papers {{ {selection} }} }}", context_value=Context(viewer=viewer))
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data["papers"]


async def test_the_owner_finds_the_file_with_a_link_that_downloads_it() -> None:
    office = somebody(Role.UNIT)
    row = await evidence(office)
    answer = await gql(office, DOCUMENT, id=global_id("StoredFile", row.id))
    url = answer["data"]["node"].pop("url")
    assert answer == {
        "data": {
            "node": {
                "id": global_id("StoredFile", row.id),
                "name": "证明.pdf",
                "mediaType": "application/pdf",
                "size": row.size,
                "sha256": row.sha256,
            }
        },
        "errors": [],
    }
    async with open_browser() as browser:
        answered: httpx.Response = await browser.get(office, url)
    assert (answered.status_code, len(answered.content)) == (200, row.size)


async def test_a_strangers_file_is_no_node() -> None:
    row = await evidence(somebody(Role.UNIT))
    answer = await gql(somebody(Role.UNIT), DOCUMENT, id=global_id("StoredFile", row.id))
    assert answer == {"data": {"node": None}, "errors": []}


async def test_an_attached_file_is_read_by_whoever_sees_the_row_it_proves() -> None:
    row, bureau = await evidence(somebody(Role.UNIT)), somebody(Role.DISTRICT_BUREAU)
    shown = await ask(bureau, papers(Paper(row.id), Paper(None)), "file { name url }")
    assert [paper["file"] and paper["file"]["name"] for paper in shown] == ["证明.pdf", None]
    async with open_browser() as browser:
        url = shown[0]["file"]["url"]
        assert (await browser.get(bureau, url)).status_code == 200
        assert (await browser.get(somebody(Role.DISTRICT_BUREAU), url)).status_code == 404


async def test_a_masked_attachment_stays_masked() -> None:
    row = await evidence(somebody(Role.UNIT))
    selection = "statement { name }"
    assert await ask(somebody(Role.UNIT), papers(Paper(None, row.id)), selection) == [
        {"statement": {"name": "证明.pdf"}}
    ]
    assert await ask(somebody(Role.EXPERT), papers(Paper(None, row.id)), selection) == [{"statement": None}]


async def test_the_files_of_a_page_cost_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = somebody(Role.UNIT)
    rows = [await evidence(owner, f"{place}.pdf") for place in range(3)]
    asked: list[int] = []
    original = StoredFileRow.filter

    def counting(*args: Any, **kwargs: Any) -> Any:
        asked.append(len(kwargs["id__in"]))
        return original(*args, **kwargs)

    monkeypatch.setattr(StoredFileRow, "filter", counting)
    for page in (rows[:1], rows):
        shown = await ask(owner, papers(*(Paper(row.id) for row in page)), "file { name }")
        assert [paper["file"]["name"] for paper in shown] == [row.name for row in page]
    assert asked == [1, 3]
