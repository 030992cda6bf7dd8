"""POST /uploads: evidence by its content, once, under a clean name, from people who are logged in."""

from __future__ import annotations

import asyncio
import hashlib
import unicodedata
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.uploads import FRAME_BYTES, MAX_BODY, SCOPE
from domain.core.evidence_files import MAX_BYTES
from domain.core.files import StoredFile
from domain.core.object_store import read
from domain.core.roles import Role, Viewer
from schema.core.ids import global_id, key
from tests.api.file_stage import PDF, Browser, open_browser, pdf, somebody


@pytest.fixture
async def browser(database: str) -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


def refusal(answer: httpx.Response) -> dict[str, Any]:
    """The one error of an answer, without its request id, which must be there."""
    (error,) = answer.json()["errors"]
    assert error["extensions"].pop("requestId") == answer.headers["x-request-id"]
    assert error["message"] in (error["extensions"]["messageZh"], error["extensions"].pop("messageEn"))
    return {"status": answer.status_code, "message": error["message"], **error["extensions"]}


async def test_an_office_hands_in_a_file(browser: Browser) -> None:
    office, content = somebody(Role.UNIT), pdf()
    answer = await browser.upload(office, "法人证书.pdf", content)
    row = await StoredFile.get(organisation_id=office.organisation_id)
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "id": global_id("StoredFile", row.id),
            "name": "法人证书.pdf",
            "mediaType": "application/pdf",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    )
    assert (row.uploaded_by_id, row.media_type) == (office.account_id, "application/pdf")
    assert await read(row) == content
    assert answer.headers["cache-control"] == "private, no-store"


async def test_the_same_file_twice_is_the_same_row_under_its_first_name(browser: Browser) -> None:
    office, content = somebody(Role.UNIT), pdf()
    colleague = somebody(Role.UNIT, organisation_id=office.organisation_id)
    first = await browser.upload(office, "a.pdf", content)
    second = await browser.upload(colleague, "b.pdf", content)
    assert first.json() == second.json()
    assert await StoredFile.filter(organisation_id=office.organisation_id).count() == 1


async def test_ten_at_once_make_one_row(browser: Browser) -> None:
    office, content = somebody(Role.UNIT), pdf()
    answers = await asyncio.gather(*(browser.upload(office, "a.pdf", content) for _ in range(10)))
    assert [answer.status_code for answer in answers] == [201] * 10
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_another_organisation_has_its_own_row(browser: Browser) -> None:
    content = pdf()
    ids = {(await browser.upload(somebody(Role.UNIT), "a.pdf", content)).json()["id"] for _ in range(2)}
    assert len(ids) == 2


async def test_an_applicant_learns_nothing_of_a_colleagues_file(browser: Browser) -> None:
    one, content = somebody(Role.APPLICANT), pdf()
    other = somebody(Role.APPLICANT, organisation_id=one.organisation_id)
    first, second = (
        await browser.upload(one, "甲.pdf", content),
        await browser.upload(other, "乙.pdf", content),
    )
    assert first.json()["id"] != second.json()["id"]
    assert second.json()["name"] == "乙.pdf"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\证书.pdf", "证书.pdf"),
        (unicodedata.normalize("NFD", "é.pdf"), unicodedata.normalize("NFC", "é.pdf")),
        ("  空白 .pdf ", "空白 .pdf"),
    ],
)
async def test_a_name_is_brought_to_one_clean_form(browser: Browser, sent: str, kept: str) -> None:
    assert (await browser.upload(somebody(Role.UNIT), sent, pdf())).json()["name"] == kept


@pytest.mark.parametrize("name", ["a\u200bb.pdf", "photo\u202egpj.exe", "长" * 201, "..", "a/"])
async def test_a_name_that_deceives_or_is_none_is_refused(browser: Browser, name: str) -> None:
    office = somebody(Role.UNIT)
    answer = await browser.upload(office, name)
    assert (answer.status_code, refusal(answer)["rule"]) == (422, "S-8")
    assert await StoredFile.filter(organisation_id=office.organisation_id).count() == 0


async def test_a_program_called_pdf_is_refused_in_the_language_asked_for(browser: Browser) -> None:
    zh = "仅接受 PDF、PNG、JPEG、XLSX、DOCX 文件（按内容判断，改扩展名无效），请转换后上传"
    en = "only PDF, PNG, JPEG, XLSX and DOCX are accepted, by content and not by extension; convert the file"
    expected = {"status": 415, "code": "BAD_USER_INPUT", "messageZh": zh, "rule": "S-8", "field": "file"}
    for language, message in (("zh-CN", zh), ("en-GB,zh;q=0.5", en)):
        answer = await browser.upload(somebody(Role.UNIT), "a.pdf", b"MZ\x90\0" + bytes(100), language)
        assert refusal(answer) == expected | {"message": message}


async def test_an_empty_file_is_refused(browser: Browser) -> None:
    assert (await browser.upload(somebody(Role.UNIT), "a.pdf", b"")).status_code == 422


async def test_the_largest_file_is_taken_and_one_byte_more_is_not(browser: Browser) -> None:
    tail = b"\n%%EOF\n"
    largest = PDF + b" " * (MAX_BYTES - len(PDF) - len(tail)) + tail
    assert (await browser.upload(somebody(Role.UNIT), "a.pdf", largest)).status_code == 201
    answer = await browser.upload(somebody(Role.UNIT), "a.pdf", largest + b"\n")
    assert (answer.status_code, refusal(answer)["code"]) == (413, "BAD_USER_INPUT")


async def test_a_declared_length_over_the_cap_is_refused_unread(browser: Browser) -> None:
    async def never() -> AsyncIterator[bytes]:
        pytest.fail("the body was read")
        yield b""

    headers = browser.known.know(somebody(Role.UNIT)) | {
        "content-type": "multipart/form-data; boundary=x",
        "content-length": str(MAX_BODY + 1),
    }
    answer = await browser.http.post("/uploads", content=never(), headers=headers)
    assert refusal(answer)["status"] == 413


async def test_an_endless_body_without_a_length_is_cut_at_the_cap(browser: Browser) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        while True:
            sent += 1024 * 1024
            yield bytes(1024 * 1024)

    headers = browser.known.know(somebody(Role.UNIT)) | {"content-type": "multipart/form-data; boundary=x"}
    answer = await browser.http.post("/uploads", content=endless(), headers=headers)
    assert refusal(answer)["status"] == 413
    assert sent <= MAX_BYTES + 2 * 1024 * 1024


def part(disposition: str, body: bytes = PDF) -> bytes:
    return f"--x\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + body + b"\r\n"


FILE = part('name="file"; filename="a.pdf"')


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("multipart/form-data; boundary=x", part('name="other"; filename="a.pdf"') + b"--x--\r\n", 400),
        ("multipart/form-data; boundary=x", part('name="file"', b"a text") + b"--x--\r\n", 400),
        ("multipart/form-data; boundary=x", FILE + FILE + b"--x--\r\n", 400),
        ("multipart/form-data; boundary=x", FILE + part('name="n"', bytes(FRAME_BYTES + 1)) + b"--x--", 400),
        ("multipart/form-data; boundary=x", part('name="file"; filename="a\0b.pdf"') + b"--x--\r\n", 422),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=x", b"\0\xff nonsense", 400),
        ("multipart/form-data", FILE + b"--x--\r\n", 400),
        ("multipart/form-data; boundary=" + "x" * 5000, FILE, 400),
        ("multipart/form-data; charset=idna; boundary=x", part('name="file"; filename="\xff..a"'), 400),
        ("application/json", b"{}", 415),
        ("", PDF, 415),
    ],
)
async def test_a_malformed_form_is_the_clients_mistake(
    browser: Browser, content_type: str, body: bytes, status: int
) -> None:
    headers = browser.known.know(somebody(Role.UNIT)) | {"content-type": content_type}
    answer = await browser.http.post("/uploads", content=body, headers=headers)
    assert (answer.status_code, refusal(answer)["field"]) == (status, "file")


async def test_the_public_must_log_in(browser: Browser) -> None:
    answer = await browser.upload(None)
    assert (answer.status_code, refusal(answer)["code"]) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == 'Bearer realm="zhicheng"'


async def test_an_expired_token_is_told(browser: Browser) -> None:
    answer = await browser.http.post("/uploads", files={"file": PDF}, headers={"x-viewer": "expired"})
    assert (answer.status_code, refusal(answer)["messageZh"]) == (401, "访问令牌已过期，请重新获取。")


@pytest.mark.parametrize(
    ("scopes", "status"), [(frozenset({"results:read"}), 403), (None, 403), (frozenset({SCOPE}), 201)]
)
async def test_a_machine_uploads_only_with_the_scope(
    browser: Browser, scopes: frozenset[str] | None, status: int
) -> None:
    machine: Viewer = somebody(Role.MACHINE, account_id=None, grant_id=None, client_id="hr", scopes=scopes)
    assert (await browser.upload(machine, "a.pdf", pdf())).status_code == status


async def test_an_upload_answers_an_id_that_commands_take(browser: Browser) -> None:
    office = somebody(Role.UNIT)
    id = (await browser.upload(office, "a.pdf", pdf())).json()["id"]
    row = await StoredFile.get(organisation_id=office.organisation_id)
    assert key(id, "StoredFile") == row.id
