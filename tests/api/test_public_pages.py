"""Pages that anybody may open: checking a certificate, and the public notices (Art. 9(7), 10; S-16)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser

import httpx
import pytest
from starlette.applications import Starlette

from api.public.notices import PAGE_SIZE
from api.public.routes import routes
from domain.certificates.names import CertificateState
from domain.certificates.numbers import new_number
from domain.publicity.names import PublicityState
from tests.api.loose_rows import certificate, loose_rows, publicity

NOT_FOUND = "未找到编号与姓名相符的证书"


@pytest.fixture
async def http(database: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        yield client


class Page(HTMLParser):
    """What matters of a page: its tags, its words, and what its form would send."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._hidden = False
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.words.append(" ".join(data.split()))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def fields(self) -> dict[str | None, str | None]:
        return {each["name"]: each.get("value") for each in self.all("input")}

    @property
    def text(self) -> str:
        return " ".join(self.words)


async def check(http: httpx.AsyncClient, number: str, name: str) -> httpx.Response:
    return await http.post("/verify", data={"number": number, "holderName": name})


async def test_the_address_of_a_qr_code_shows_the_form_with_its_number(http: httpx.AsyncClient) -> None:
    answer = await http.get("/verify/BJ26-7KQ2M-9XWTA-4R8NC-H")
    page = Page(answer)
    assert answer.status_code == 200
    assert page.fields() == {"number": "BJ26-7KQ2M-9XWTA-4R8NC-H", "holderName": ""}
    assert [(form["method"], form["action"]) for form in page.all("form")] == [("post", "/verify")]
    assert NOT_FOUND not in page.text


async def test_number_and_name_together_show_the_certificate(http: httpx.AsyncClient) -> None:
    async with loose_rows():
        row = await certificate()
        answer = await check(http, row.number.lower().replace("-", " "), " 张三丰 ")
    page = Page(answer)
    shown = [word for word in page.words if re.search(r"[\u4e00-\u9fff]|BJ|\*", word)]
    facts = shown[shown.index("证书状态：有效") : shown.index("查验时间")]
    assert answer.status_code == 200
    assert facts == [
        "证书状态：有效",
        *("证书编号", row.number, "持证人", "张**", "职称", "高级工程师", "级别", "副高级"),
        *(
            "系列",
            "工程技术人员",
            "专业",
            "集成电路设计",
            "评审单位",
            "智成研究院",
            "发证日期",
            "2026年3月18日",
        ),
    ]
    assert "张三丰" not in answer.text
    assert page.fields() == {"number": "", "holderName": ""}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (CertificateState.REVOKED, "证书状态：已撤销"),
        (CertificateState.SUPERSEDED, "证书状态：已更正换发"),
        (CertificateState.ON_HOLD, "证书状态：有效"),  # said to the authorities only
    ],
)
async def test_a_certificate_that_no_longer_holds_says_so(
    http: httpx.AsyncClient, state: CertificateState, said: str
) -> None:
    async with loose_rows():
        row = await certificate(state=state)
        page = Page(await check(http, row.number, "张三丰"))
    assert [word for word in page.words if word.startswith("证书状态")] == [said]


async def test_a_wrong_number_a_wrong_name_and_no_number_at_all_look_the_same(
    http: httpx.AsyncClient,
) -> None:
    async with loose_rows():
        row = await certificate()
        wrong_name = await check(http, row.number, "李四")
        wrong_number = await check(http, new_number(2026), "张三丰")
        no_number = await check(http, "abc", "张三丰")

    def shape(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], str]:
        # What was typed stands in the form again, and nothing else may differ.
        headers = [(key, value) for key, value in answer.headers.items() if key != "content-length"]
        return answer.status_code, headers, re.sub(r' value="[^"]*"', "", answer.text)

    assert shape(wrong_name) == shape(wrong_number) == shape(no_number)
    assert (wrong_name.status_code, NOT_FOUND in wrong_name.text) == (200, True)
    assert "张" not in Page(wrong_name).text


@pytest.mark.parametrize(
    "form", [{"x": ""}, {"number": "BJ26"}, {"holderName": "张三"}, {"number": " ", "holderName": "张" * 61}]
)
async def test_an_incomplete_form_is_shown_again(http: httpx.AsyncClient, form: dict[str, str]) -> None:
    answer = await http.post("/verify", data=form)
    assert answer.status_code == 422
    assert "请填写证书编号和持证人姓名" in Page(answer).text


FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"number=%00&holderName=a", FORM, 400),
        (b"number=1&number=2", FORM, 400),
        (b"\xff\xfe", FORM, 400),
        (b"number=%FF&holderName=a", FORM, 400),
        (b"a" * 70_000, FORM, 413),
        (b"{}", {"content-type": "application/json"}, 400),
        (b"number=" + b"9" * 5000 + b"&holderName=a", FORM, 200),
    ],
)
async def test_a_malformed_form_is_the_clients_mistake(
    http: httpx.AsyncClient, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert (await http.post("/verify", content=body, headers=headers)).status_code == status


async def test_what_somebody_typed_is_never_markup(http: httpx.AsyncClient) -> None:
    evil = '"><script>alert(1)</script>'
    posted = Page(await check(http, evil, evil))
    got = Page(await http.get("/verify/%22%3E%3Cscript%3Ealert(1)"))
    assert posted.fields() == {"number": evil, "holderName": evil}
    assert got.fields()["number"] == '"><script>alert(1)'
    assert (posted.all("script"), got.all("script")) == ([], [])


@pytest.mark.parametrize("path", ["/verify", "/verify/x", "/notices"])
async def test_a_page_is_safe_plain_and_accessible(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    page = Page(answer)
    style = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    hashes = [b64encode(sha256(each.encode()).digest()).decode() for each in style]
    assert answer.headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert (len(style), answer.headers["x-content-type-options"]) == (1, "nosniff")
    assert (answer.headers["referrer-policy"], "set-cookie" in answer.headers) == ("no-referrer", False)
    assert page.all("html") == [{"lang": "zh-CN"}]
    assert (len(page.all("h1")), len(page.all("main"))) == (1, 1)
    assert [tag for tag, attributes in page.tags if tag == "script" or "style" in attributes] == []
    labelled = {label["for"] for label in page.all("label")}
    assert {field["id"] for field in page.all("input")} - labelled == set()
    described = {field.get("aria-describedby") for field in page.all("input")}
    assert described - {attributes.get("id") for _, attributes in page.tags} == set()


async def articles(http: httpx.AsyncClient, path: str = "/notices") -> list[str]:
    """The notices of a page, each as its words."""
    parts = (await http.get(path)).text.split("<article")[1:]
    return [
        " ".join(re.sub(r"<[^>]*>", " ", part.split("</article>")[0].partition(">")[2]).split())
        for part in parts
    ]


async def test_a_notice_shows_masked_names_and_how_to_object(http: httpx.AsyncClient) -> None:
    async with loose_rows():
        row = await publicity("欧阳修", "张三", contact_email="zc@example.cn")
        (shown,) = [text for text in await articles(http) if row.title in text]
    assert shown == (
        f"公示中 Open {row.title} 公示单位 Unit 智成研究院 公示期 Publicity 2026年3月2日 至 2026年3月9日 24:00（5个工作日） "
        "现予公示。 公示名单，共2人 List of 2 姓名 职称 级别 专业 "
        "张* 正高级工程师 正高级 集成电路设计 欧** 正高级工程师 正高级 集成电路设计 "
        "反映问题 How to object 受理部门：职称办公室，电话：010-62780000，邮箱：zc@example.cn。 "
        "请写明所涉人员和可查证的事实（时间、地点、材料），可以署名，也可以匿名。 "
        "Say whom it concerns and what can be checked: when, where, which document. "
        "You may give your name or leave it out."
    )


async def test_an_annulled_notice_is_taken_down(http: httpx.AsyncClient) -> None:
    async with loose_rows():
        up = await publicity("张三", state=PublicityState.CLOSED)
        down = await publicity("李四", state=PublicityState.ANNULLED)
        text = (await http.get("/notices")).text
    assert (up.title in text, down.title in text) == (True, False)


async def test_notices_go_on_from_page_to_page(http: httpx.AsyncClient) -> None:
    future = datetime.now(UTC) + timedelta(days=400)
    async with loose_rows():
        rows = [
            await publicity("张三", created_at=future - timedelta(minutes=age))
            for age in range(PAGE_SIZE + 1)
        ]
        first = await http.get("/notices")
        (onward,) = re.findall(r'href="(/notices\?after=[^"]+)" rel="next"', first.text)
        second = await http.get(onward)
        started_anew = await http.get("/notices?after=made-up%00")
    titles = [row.title for row in rows]
    assert [title for title in titles if title in first.text] == titles[:PAGE_SIZE]
    assert [title for title in titles if title in second.text] == titles[PAGE_SIZE:]
    assert (started_anew.status_code, started_anew.text == first.text) == (200, True)


async def test_a_units_text_is_never_markup(http: httpx.AsyncClient) -> None:
    async with loose_rows():
        await publicity("<b>张", text="<script>alert(1)</script>", title="<i>公示")
        page = Page(await http.get("/notices"))
    assert (page.all("script"), page.all("i"), page.all("b")) == ([], [], [])
