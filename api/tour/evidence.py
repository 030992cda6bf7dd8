"""Evidence as units hand it in: real PDF files, one page each."""

from __future__ import annotations

import json

import typst

from domain.certificates.document import fonts

_PAGE = b"""
#let facts = json(bytes(sys.inputs.facts))
#set page(paper: "a4", margin: 2.5cm)
#set text(font: "Noto Sans CJK SC", size: 12pt)
#align(center, text(18pt, facts.title))
#v(1cm)
#for line in facts.lines [#par(line)]
#v(1fr)
#align(right)[#facts.unit]
"""


def evidence_pdf(title: str, unit: str, *lines: str) -> bytes:
    """A page that says what it proves. The texts are data, never markup."""
    facts = json.dumps({"title": title, "unit": unit, "lines": lines}, ensure_ascii=False)
    made = typst.compile(_PAGE, format="pdf", font_paths=fonts(), sys_inputs={"facts": facts})
    assert isinstance(made, bytes)
    return made
