"""GET /files/{id}: evidence under the reader's rights, certificate documents for those who keep them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from domain.core.files import StoredFile
from domain.core.object_store import evidence_key, write
from domain.core.roles import PUBLIC, Role, Viewer
from schema.core.file_links import actor_of, check_link, file_link_key, make_link, new_link, use_file_link_key
from schema.core.ids import global_id
from tests.api.file_stage import Browser, open_browser, pdf, somebody
from tests.api.loose_rows import certificate, loose_rows

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
KEY = b"k" * 32


@pytest.fixture
async def browser(database: str) -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


def grant_of(link: str) -> str:
    return link.partition("?grant=")[2]


def test_a_link_opens_one_file_for_one_actor_until_it_expires() -> None:
    grant = grant_of(make_link(KEY, "file-1", "UNIT:me", LATER))
    last_moment = LATER - timedelta(seconds=1)
    assert check_link(KEY, "file-1", "UNIT:me", grant, last_moment) is True
    assert check_link(KEY, "file-1", "UNIT:me", grant, LATER) is False
    assert check_link(KEY, "file-2", "UNIT:me", grant, NOW) is False
    assert check_link(KEY, "file-1", "UNIT:you", grant, NOW) is False
    assert check_link(b"x" * 32, "file-1", "UNIT:me", grant, NOW) is False


def test_no_changed_character_of_a_link_still_opens() -> None:
    grant = grant_of(make_link(KEY, "file-1", "UNIT:me", LATER))
    for place, character in enumerate(grant):
        changed = grant[:place] + ("A" if character != "A" else "B") + grant[place + 1 :]
        assert check_link(KEY, "file-1", "UNIT:me", changed, NOW) is False


@pytest.mark.parametrize("grant", ["", "A", "é", "====", "A" * 200, "\0"])
def test_what_is_no_link_opens_nothing(grant: str) -> None:
    assert check_link(KEY, "file-1", "UNIT:me", grant, NOW) is False


def test_a_process_takes_the_links_of_another_with_the_same_key() -> None:
    before = file_link_key()
    try:
        use_file_link_key(KEY)
        grant = grant_of(new_link("file-1", PUBLIC))
        assert check_link(KEY, "file-1", actor_of(PUBLIC), grant, datetime.now(UTC)) is True
    finally:
        use_file_link_key(before)


async def uploaded(browser: Browser, owner: Viewer, name: str = "证书 1.pdf") -> tuple[str, bytes]:
    """A file of the owner: its global id and its bytes."""
    content = pdf()
    return (await browser.upload(owner, name, content)).json()["id"], content


async def test_the_owner_downloads_a_file_as_an_attachment(browser: Browser) -> None:
    office = somebody(Role.UNIT)
    id, content = await uploaded(browser, office)
    answer = await browser.get(office, f"/files/{id}")
    row = await StoredFile.get(organisation_id=office.organisation_id)
    assert (answer.status_code, answer.content) == (200, content)
    name = "attachment; filename=\"file\"; filename*=UTF-8''%E8%AF%81%E4%B9%A6%201.pdf"
    expected = {
        "content-type": "application/pdf",
        "content-disposition": name,
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
        "etag": f'"{row.sha256}"',
        "content-length": str(len(content)),
    }
    assert {key: answer.headers.get(key) for key in expected} == expected


def same_answer(one: httpx.Response, other: httpx.Response) -> bool:
    """Whether two answers cannot be told apart, but for their request ids."""

    def shape(answer: httpx.Response) -> object:
        body = answer.json()
        body["errors"][0]["extensions"].pop("requestId")
        return answer.status_code, body, sorted(answer.headers)

    return shape(one) == shape(other)


async def test_absent_and_forbidden_cannot_be_told_apart(browser: Browser) -> None:
    id, _ = await uploaded(browser, somebody(Role.UNIT))
    absent = await browser.get(somebody(Role.UNIT), f"/files/{global_id('StoredFile', uuid4())}")
    assert (absent.status_code, absent.json()["errors"][0]["message"]) == (404, "没有该文件。")
    for stranger in (somebody(Role.UNIT), somebody(Role.EXPERT), somebody(Role.MACHINE), None):
        assert same_answer(absent, await browser.get(stranger, f"/files/{id}")) is True


async def test_an_applicant_does_not_read_a_colleagues_file(
    browser: Browser,
) -> None:
    one = somebody(Role.APPLICANT)
    other = somebody(Role.APPLICANT, organisation_id=one.organisation_id)
    id, _ = await uploaded(browser, one)
    assert (await browser.get(one, f"/files/{id}")).status_code == 200
    assert (await browser.get(other, f"/files/{id}")).status_code == 404


async def test_a_link_lets_its_actor_read_and_nobody_else(browser: Browser) -> None:
    id, content = await uploaded(browser, somebody(Role.UNIT))
    bureau, other = somebody(Role.DISTRICT_BUREAU), somebody(Role.DISTRICT_BUREAU)
    link = new_link(id, bureau)
    read = await browser.get(bureau, link)
    assert (read.status_code, read.content) == (200, content)
    assert (await browser.get(other, link)).status_code == 404
    assert (await browser.get(None, link)).status_code == 404


async def test_an_expired_link_and_one_for_another_file_open_nothing(browser: Browser) -> None:
    id, _ = await uploaded(browser, somebody(Role.UNIT))
    other_id, _ = await uploaded(browser, somebody(Role.UNIT))
    bureau = somebody(Role.DISTRICT_BUREAU)
    over = make_link(file_link_key(), id, actor_of(bureau), datetime.now(UTC) - timedelta(seconds=1))
    assert (await browser.get(bureau, over)).status_code == 404
    carried = f"/files/{other_id}?grant={grant_of(new_link(id, bureau))}"
    assert (await browser.get(bureau, carried)).status_code == 404


@pytest.mark.parametrize(
    "id", ["x", "é", "%00", "A" * 300, global_id("Unit", UUID(int=1)), "U3RvcmVkRmlsZTo", str(UUID(int=2))]
)
async def test_what_is_no_id_of_a_file_is_not_found(browser: Browser, id: str) -> None:
    assert (
        await browser.get(somebody(Role.MUNICIPAL_BUREAU), f"/files/{id}?grant=%FF%00")
    ).status_code == 404


async def test_a_file_that_the_store_changed_is_not_served(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    office = somebody(Role.UNIT)
    id, _ = await uploaded(browser, office)
    row = await StoredFile.get(organisation_id=office.organisation_id)
    await write(evidence_key(row.sha256), b"something else")
    answer = await browser.get(office, f"/files/{id}")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
        500,
        "INTERNAL_SERVER_ERROR",
    )
    assert [record.message.split(" ")[0] for record in caplog.records if record.name == "zhicheng.files"] == [
        "file.damaged"
    ]


async def test_many_downloads_at_once(browser: Browser) -> None:
    office = somebody(Role.UNIT)
    id, content = await uploaded(browser, office)
    answers = await asyncio.gather(*(browser.get(office, f"/files/{id}") for _ in range(20)))
    assert {answer.content for answer in answers} == {content}


async def test_a_certificate_is_downloaded_by_its_holder_its_unit_and_the_bureau(browser: Browser) -> None:
    holder, office, bureau = (
        somebody(Role.APPLICANT, person_id=uuid4()),
        somebody(Role.UNIT),
        somebody(Role.MUNICIPAL_BUREAU),
    )
    others = [
        somebody(Role.APPLICANT, person_id=uuid4(), organisation_id=office.organisation_id),
        somebody(Role.UNIT),
        somebody(Role.EXPERT, person_id=holder.person_id),
        somebody(
            Role.MACHINE, organisation_id=office.organisation_id, scopes=frozenset({"certificates:read"})
        ),
        None,
    ]
    _, content = await uploaded(browser, office, "BJ26.pdf")
    document = await StoredFile.get(organisation_id=office.organisation_id)
    async with loose_rows():
        row = await certificate(
            unit_id=office.organisation_id, person_id=holder.person_id, document_id=document.id
        )
        path = f"/files/{global_id('Certificate', row.id)}"
        answers = [await browser.get(viewer, path) for viewer in (holder, office, bureau)]
        refused = [(await browser.get(viewer, path)).status_code for viewer in others]
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, content)] * 3
    assert refused == [404] * 5


async def test_a_certificate_that_is_not_drawn_yet_has_no_document(browser: Browser) -> None:
    async with loose_rows():
        row = await certificate()
        answer = await browser.get(
            somebody(Role.MUNICIPAL_BUREAU), f"/files/{global_id('Certificate', row.id)}"
        )
    assert answer.status_code == 404
