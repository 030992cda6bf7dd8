"""The certificate PDF shows the facts, reads no name as markup, and is the same file each time it is
drawn.
"""

import io
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import cast

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from domain.certificates.document import CertificateFacts, render_certificate
from domain.core.titles import TitleLevel

FACTS = CertificateFacts(
    number="BJ26-ZZZZZ-ZZZZZ-ZZZZZ-6",
    holder_name="欧阳静怡",
    identity_number_masked="110***********0937",
    title="正高级工程师",
    series="工程技术人员",
    specialty="人工智能",
    level=TitleLevel.SENIOR,
    unit="北京云海智能科技股份有限公司",
    committee="工程技术系列人工智能专业高级职称评审委员会",
    passed_on=date(2026, 10, 15),
    issued_on=date(2026, 11, 23),
    verify_url="https://zhicheng.example/verify/BJ26-ZZZZZ-ZZZZZ-ZZZZZ-6",
)


def lines(pdf: bytes) -> list[str]:
    return [line.strip() for line in PdfReader(io.BytesIO(pdf)).pages[0].extract_text().splitlines()]


def test_a_certificate_shows_its_facts() -> None:
    text = "".join(lines(render_certificate(FACTS)))  # long values wrap
    for expected in (
        "北京市职称证书",
        "BEIJING PROFESSIONAL TITLE CERTIFICATE",
        FACTS.number,
        FACTS.holder_name,
        FACTS.identity_number_masked,
        FACTS.title,
        FACTS.series,
        FACTS.specialty,
        "正高级  Senior",
        FACTS.unit,
        FACTS.committee,
        "2026年10月15日",
        "2026年11月23日",
        "Issued on 2026-11-23",
        "北京市人力资源和社会保障局",
        "职称专用章",
        FACTS.verify_url,
    ):
        assert expected in text


def test_it_is_one_a4_page_in_landscape_that_names_itself_and_carries_its_fonts() -> None:
    reader = PdfReader(io.BytesIO(render_certificate(FACTS)))
    assert len(reader.pages) == 1
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [842, 595]
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == (
        "北京市职称证书 BJ26-ZZZZZ-ZZZZZ-ZZZZZ-6",
        "北京市人力资源和社会保障局",
    )
    fonts = cast(dict[str, DictionaryObject], cast(DictionaryObject, reader.pages[0]["/Resources"])["/Font"])
    names = {str(font["/BaseFont"]) for font in (fonts[name] for name in fonts)}
    assert {re.sub(r"^/[A-Z]{6}\+|-Identity-H$", "", name) for name in names} == {
        "NotoSansCJKsc-Regular",
        "LibertinusSerif-Regular",
        "DejaVuSansMono",
    }


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")*_$',
        "#{1+1} [x] <a> @b `c` \\ // /* ~ = - +",
        '"]) }} #read("/etc/passwd")',
        "𠮷野·阿卜杜拉",
        "张3",
    ],
)
def test_a_name_is_text_and_never_markup(name: str) -> None:
    facts = replace(FACTS, holder_name=name, unit=name, specialty=name)
    shown = lines(render_certificate(facts))
    assert shown[2] == name
    assert sum(line.count(name) for line in shown) == 3


def test_long_texts_stay_on_the_page_and_shrink() -> None:
    facts = replace(FACTS, holder_name="阿" * 60, unit="北京" * 50, committee="委" * 110, title="师" * 60)
    reader = PdfReader(io.BytesIO(render_certificate(facts)))
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    assert (text.count("阿"), text.count("师")) == (60, 60)
    assert (text.count("北京"), text.count("委")) == (50 + 2, 110 + 1)


def test_the_same_facts_give_the_same_bytes_also_from_many_threads() -> None:
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda turn: render_certificate(facts_of(turn % 2)), range(8)))
    assert set(drawn) == {render_certificate(facts_of(0)), render_certificate(facts_of(1))}
    assert len(set(drawn)) == 2


def test_a_page_is_drawn_within_a_second() -> None:
    render_certificate(FACTS)
    started = time.perf_counter()
    render_certificate(replace(FACTS, holder_name="新姓名"))
    assert time.perf_counter() - started < 1


def facts_of(turn: int) -> CertificateFacts:
    return replace(FACTS, holder_name=f"张{turn}")
