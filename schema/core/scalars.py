"""Scalars of the field, for what is read. What is typed in stays text, so that a faulty code is refused with its rule."""

from __future__ import annotations

from typing import Any, NewType

import strawberry

UnifiedSocialCreditCode = NewType("UnifiedSocialCreditCode", str)
CertificateNumber = NewType("CertificateNumber", str)
URL = NewType("URL", str)

#: What the schema makes of each.
SCALARS: dict[object, Any] = {
    UnifiedSocialCreditCode: strawberry.scalar(
        name="UnifiedSocialCreditCode",
        description="统一社会信用代码：18位，含校验位（GB 32100-2015） | 18 characters with a check character (GB 32100-2015)",
    ),
    CertificateNumber: strawberry.scalar(
        name="CertificateNumber",
        description="证书编号：含校验位，不可推测 | A certificate number: checked, and not to be guessed",
    ),
    URL: strawberry.scalar(
        name="URL",
        description="网址，可相对于网关 | An address; a relative one is relative to the gateway",
        specified_by_url="https://url.spec.whatwg.org/",
    ),
}
