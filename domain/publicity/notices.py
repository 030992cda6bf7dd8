"""What a notice may say: a title, a text without personal numbers, and a way to object (S-16, Art. 9(7))."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from domain.core.errors import Invalid, Refusal, RuleBroken
from domain.core.inputs import text_refusal

MIN_PUBLICITY_WORKING_DAYS = 5  # Art. 9(7)
MAX_PUBLICITY_WORKING_DAYS = 60  # [D] a limit against slips of the keyboard
MAX_TITLE, MAX_NOTICE, MAX_CONTACT, MAX_MAIL, MAX_PHONE = 120, 10_000, 60, 120, 40

#: Eighteen digits (the last may be X) as an identity number is written, whatever stands between the groups.
_IDENTITY_NUMBER = re.compile(
    r"(?<![0-9])[0-9]{6}[\s\-.·]*(?:[0-9][\s\-.·]*){11}[0-9X](?![0-9])", re.IGNORECASE
)
_OLD_IDENTITY_NUMBER = re.compile(
    r"(?<![0-9])[0-9]{6}[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}(?![0-9])"
)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"[0-9+()（）\-\s转,，]{5,40}")


@dataclass(frozen=True, slots=True)
class Notice:
    """What the unit posts."""

    title: str
    text: str
    contact_name: str
    contact_phone: str
    contact_email: str
    working_days: int = MIN_PUBLICITY_WORKING_DAYS


def notice_refusals(notice: Notice) -> Iterator[Refusal | None]:
    """Everything that is wrong with a notice."""
    yield text_refusal("title", notice.title, MAX_TITLE)
    yield text_refusal("text", notice.text, MAX_NOTICE)
    yield text_refusal("contactName", notice.contact_name, MAX_CONTACT)
    for field, text in (("title", notice.title), ("text", notice.text), ("contactName", notice.contact_name)):
        yield no_identity_number(field, text)
    yield from _contact_refusals(notice)
    yield length_refusal(notice.working_days)


def no_identity_number(field: str, text: str) -> Refusal | None:
    """S-16: nothing public holds an identity number, however its digits are spaced or written."""
    plain = unicodedata.normalize("NFKC", text)
    if not (_IDENTITY_NUMBER.search(plain) or _OLD_IDENTITY_NUMBER.search(plain)):
        return None
    zh, en = "公示内容不得含有身份证号码。", "A public notice must not hold an identity number."
    return RuleBroken("S-16", zh, en, field=field)


def length_refusal(days: int) -> Refusal | None:
    """R-9.13: at least five working days."""
    if days < MIN_PUBLICITY_WORKING_DAYS:
        zh = f"公示期不得少于{MIN_PUBLICITY_WORKING_DAYS}个工作日。"
        en = f"A publicity runs for at least {MIN_PUBLICITY_WORKING_DAYS} working days."
        return RuleBroken("R-9.13", zh, en, field="workingDays")
    if days > MAX_PUBLICITY_WORKING_DAYS:
        zh = f"公示期不得超过{MAX_PUBLICITY_WORKING_DAYS}个工作日。"
        en = f"At most {MAX_PUBLICITY_WORKING_DAYS} working days."
        return Invalid("workingDays", zh, en, rule_id="S-7")
    return None


def _contact_refusals(notice: Notice) -> Iterator[Refusal | None]:
    phone, mail = notice.contact_phone.strip(), notice.contact_email.strip()
    yield text_refusal("contactPhone", phone, MAX_PHONE, required=False)
    yield text_refusal("contactEmail", mail, MAX_MAIL, required=False)
    if not phone and not mail:
        zh, en = "须公布受理异议的电话或邮箱。", "Give a phone or a mail address for objections."
        yield RuleBroken("R-9.13", zh, en, field="contactPhone")
    if phone and not _PHONE.fullmatch(phone):
        yield Invalid("contactPhone", "不是有效的电话号码。", "Not a phone number.")
    if mail and not _MAIL.fullmatch(mail):
        yield Invalid("contactEmail", "不是有效的邮箱地址。", "Not a mail address.")
