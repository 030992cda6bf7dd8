"""The certificate as a PDF: facts in, bytes out, drawn by the template `certificate.typ` beside this module.
Art. 10.

The same facts give the same bytes, whenever and wherever they are drawn, so a file can be checked by its
digest. Fonts come from installed packages and from typst itself, never from the machine.
"""

import io
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import segno
import typst
from noto_cjk_sans_otc import FONT_PATH

from domain.core.titles import TitleLevel

ISSUER = "北京市人力资源和社会保障局"
SEAL_PURPOSE = "职称专用章"
_TEMPLATE = Path(__file__).with_name("certificate.typ")


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """Everything that a certificate shows. `identity_number_masked` is masked already: this module never sees
    the number itself. `series`, `unit` and `committee` are Chinese names, `verify_url` is where the QR code
    leads.
    """

    number: str
    holder_name: str
    identity_number_masked: str
    title: str
    series: str
    specialty: str
    level: TitleLevel
    unit: str
    committee: str
    passed_on: date
    issued_on: date
    verify_url: str


def render_certificate(facts: CertificateFacts) -> bytes:
    """One A4 page, landscape. The texts of `facts` are placed as they are and never read as markup."""
    return typst.compile(
        str(_TEMPLATE),
        root=str(_TEMPLATE.parent),
        font_paths=fonts(),
        format="pdf",
        sys_inputs={"facts": json.dumps(_template_facts(facts), ensure_ascii=False)},
        timestamp=int(datetime.combine(facts.issued_on, time(), UTC).timestamp()),
    )


def _template_facts(facts: CertificateFacts) -> dict[str, str]:
    return {
        "number": facts.number,
        "holder_name": facts.holder_name,
        "identity_number_masked": facts.identity_number_masked,
        "title": facts.title,
        "series": facts.series,
        "specialty": facts.specialty,
        "level": f"{facts.level.zh}  {facts.level.en}",
        "unit": facts.unit,
        "committee": facts.committee,
        "passed_on": _chinese_date(facts.passed_on),
        "issued_on": facts.issued_on.isoformat(),
        "issued_on_zh": _chinese_date(facts.issued_on),
        "verify_url": facts.verify_url,
        "qr_svg": _qr_svg(facts.verify_url),
        "issuer": ISSUER,
        "seal_below": SEAL_PURPOSE,
        "title_of_document": f"北京市职称证书 {facts.number}",
    }


def _chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _qr_svg(url: str) -> str:
    """Error level M, no border: the template leaves the quiet zone."""
    out = io.BytesIO()
    segno.make_qr(url, error="m").save(out, kind="svg", border=0, xmldecl=False, nl=False, dark="#1d1d1f")
    return out.getvalue().decode()


@cache
def fonts() -> typst.Fonts:
    """The fonts of a process. They may be shared by threads, which a typst.Compiler may not ("Already
    borrowed").
    """
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONT_PATH.parent)])
