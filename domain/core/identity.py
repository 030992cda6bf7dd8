"""What identifies a person or a unit: resident identity numbers (公民身份号码), unified social credit codes
(统一社会信用代码) and names, checked and brought to one form at entry, so that look-ups do not fail on
typing.

Identity numbers are held to check digit, date and province, and not to python-stdnum's list of counties. Its
list knows when a county code existed but compares that with the year of *birth*: a real number first issued
in 1999 under a code created in 1998 is refused for anybody born earlier. It also lacks the residence permits
of Hong Kong, Macao and Taiwan residents (81, 82, 83) and the permanent residence card of foreigners (9),
whose holders may apply in Beijing. Unassigned codes such as 110000 are used in invented data and are accepted
for the same reason.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.cn import ric, uscc

from domain.core.bilingual import BilingualError

_SPACES_AND_DASHES = re.compile(r"[\s\-‐‑‒–—−]+")
_IDENTITY_SHAPE = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
# GB 32100-2015: registering authority 1-9, A (military), N (agriculture) or Y (other); entity class; six
# digits of region; nine characters of organisation code; check character. python-stdnum knows only digits in
# the first place.
_CREDIT_CODE_SHAPE = re.compile(r"[1-9ANY][0-9A-HJ-NPQRTUWXY][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_PROVINCE_RANGES = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
_PROVINCES = frozenset(str(code) for low, high in _PROVINCE_RANGES for code in range(low, high + 1))
_PERMANENT_RESIDENT = "9"
_EARLIEST_BIRTH = date(1900, 1, 1)
_HAN = r"[\u3400-\u9fff\U00020000-\U000323af]"
_MIDDLE_DOTS = re.compile(rf"\s*[·•‧∙⋅・●⸱ㆍᐧ]\s*|(?<={_HAN})\s*\.\s*(?={_HAN})")
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")


class InvalidIdentityNumber(BilingualError):
    """Not a possible identity number."""


class InvalidCreditCode(BilingualError):
    """Not a possible unified social credit code (Art. 7(1): an independent legal person has one)."""


class InvalidName(BilingualError):
    """Not a possible name of a person."""


class Sex(StrEnum):
    MALE = "MALE"
    FEMALE = "FEMALE"


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A checked identity number and what it says. Its repr is masked, so that no log shows the number."""

    number: str
    birth_date: date
    sex: Sex

    def __repr__(self) -> str:
        return f"IdentityNumber({mask_identity_number(self.number)})"


def compact(text: str) -> str:
    """Full-width forms to ASCII, no spaces or dashes, upper case: the one written form of numbers and
    codes.
    """
    return _SPACES_AND_DASHES.sub("", unicodedata.normalize("NFKC", text)).upper()


def parse_identity_number(text: str, today: date) -> IdentityNumber:
    """Checks a number as somebody typed it. Raises InvalidIdentityNumber: shape, check digit, date or
    province.
    """
    number = compact(text)
    if not _IDENTITY_SHAPE.fullmatch(number):
        zh = "身份证号应为18位：17位数字加校验码（0-9或X），请按证件填写"
        raise InvalidIdentityNumber(
            "ID_SHAPE", zh, "18 characters: 17 digits and a check character (0-9 or X)"
        )
    if number[-1] != ric.calc_check_digit(number):
        zh = "身份证号校验码不正确，请逐位核对证件"
        raise InvalidIdentityNumber(
            "ID_CHECK_DIGIT", zh, "the check digit does not fit; compare with the document"
        )
    if _province(number) not in _PROVINCES:
        zh = "身份证号前两位不是省级行政区划代码，请核对证件"
        raise InvalidIdentityNumber(
            "ID_PROVINCE", zh, "the first digits name no province; compare with the document"
        )
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return IdentityNumber(number, _birth_date(number, today), sex)


def _province(number: str) -> str:
    # The card of foreign permanent residents (2023): 9, province, three digits of country, birth date,
    # serial, check.
    return number[1:3] if number.startswith(_PERMANENT_RESIDENT) else number[:2]


def _birth_date(number: str, today: date) -> date:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        born = date.min
    if not _EARLIEST_BIRTH <= born <= today:
        zh = "身份证号第7至14位不是有效的出生日期，请核对证件"
        en = "digits 7 to 14 are no possible date of birth; compare with the document"
        raise InvalidIdentityNumber("ID_BIRTH_DATE", zh, en)
    return born


def parse_credit_code(text: str) -> str:
    """Checks a unified social credit code (GB 32100-2015) as typed; returns its 18 characters. Art. 7(1).

    Raises InvalidCreditCode: shape or check character.
    """
    code = compact(text)
    if not _CREDIT_CODE_SHAPE.fullmatch(code):
        zh = "统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z），请按证照填写"
        en = "18 digits or capital letters (without I, O, S, V, Z) as on the licence"
        raise InvalidCreditCode("CREDIT_CODE_SHAPE", zh, en)
    if code[-1] != uscc.calc_check_digit(code[:17]):
        zh = "统一社会信用代码校验码不正确，请逐位核对证照"
        raise InvalidCreditCode(
            "CREDIT_CODE_CHECK", zh, "the check character does not fit; compare with the licence"
        )
    return code


def normalise_name(text: str) -> str:
    """One written form of a person's name: NFKC, no spaces inside a Chinese name, every middle dot as ·.

    Raises InvalidName for a blank name, one over 60 characters, one without a letter, and for control or
    invisible characters, which would let two equal-looking names differ.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    name = _BETWEEN_HAN.sub("", _MIDDLE_DOTS.sub("·", name))
    if not any(unicodedata.category(character).startswith("L") for character in name):
        raise InvalidName(
            "NAME_BLANK", "姓名不能为空，且须含文字", "a name is needed, with at least one letter"
        )
    if len(name) > 60:
        raise InvalidName("NAME_TOO_LONG", "姓名不能超过60个字符", "a name has at most 60 characters")
    if any(unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Cn"} for character in name):
        zh = "姓名含有不可见字符，请重新输入"
        raise InvalidName("NAME_INVISIBLE", zh, "the name holds invisible characters; type it again")
    return name


def mask_identity_number(number: str) -> str:
    """`110***********1234`: the form that others may see."""
    return f"{number[:3]}{'*' * 11}{number[-4:]}" if len(number) == 18 else "*" * len(number)


def mask_phone(phone: str) -> str:
    """`138****5678`; anything that is not a mobile number is hidden entirely."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "*" * len(phone)


def mask_name(name: str) -> str:
    """The first character and one star for each other: 张*, 欧**."""
    return name[:1] + "*" * (len(name) - 1)
