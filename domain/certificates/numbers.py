"""Certificate numbers (证书编号): `BJ26-XXXXX-XXXXX-XXXXX-C`. Art. 10.

BJ, two digits of the year of issue, fifteen random symbols (75 bits, so that nobody finds a certificate by
counting), and a check symbol. Nothing in a number says anything about its holder. The alphabet is Crockford's
base 32: no I, L, O or U, so a number read aloud or copied from paper survives, and O, I and L are understood
as 0, 1 and 1.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable
from functools import reduce

from domain.core.bilingual import BilingualError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_SYMBOLS = 15
_BITS_A_SYMBOL = 5
_MISREAD = str.maketrans("OIL", "011")
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−_.·]+")
_COMPACT = re.compile(rf"BJ([0-9]{{2}}[{ALPHABET}]{{{_RANDOM_SYMBOLS + 1}}})")
_LONGEST_INPUT = 64


class InvalidCertificateNumber(BilingualError):
    """Not a certificate number; no look-up is needed to know that."""


def new_number(year: int, random_bits: Callable[[int], int] = secrets.randbits) -> str:
    """A fresh number for a certificate issued in `year`. `random_bits(k)` gives k random bits as an integer.

    Raises ValueError for a year outside 2000 to 2099.
    """
    if not 2000 <= year <= 2099:
        raise ValueError("certificate numbers are defined for the years 2000 to 2099")
    drawn = random_bits(_RANDOM_SYMBOLS * _BITS_A_SYMBOL)
    symbols = [ALPHABET[drawn >> _BITS_A_SYMBOL * place & 31] for place in range(_RANDOM_SYMBOLS)]
    body = f"{year % 100:02}{''.join(symbols)}"
    return _written(body + _check_symbol(body))


def parse_number(text: str) -> str:
    """The one written form of a number as somebody typed it: any case, spaces, dashes and full-width forms.

    Raises InvalidCertificateNumber for anything of another shape or with a wrong check symbol.
    """
    typed = unicodedata.normalize("NFKC", text[:_LONGEST_INPUT]).upper()
    shape = _COMPACT.fullmatch(_SEPARATORS.sub("", typed).translate(_MISREAD))
    if shape is None or len(text) > _LONGEST_INPUT:
        zh = "证书编号格式应为 BJ26-XXXXX-XXXXX-XXXXX-X，请按证书填写"
        en = "a certificate number looks like BJ26-XXXXX-XXXXX-XXXXX-X; copy it from the certificate"
        raise InvalidCertificateNumber("CERTIFICATE_NUMBER_SHAPE", zh, en)
    body = shape[1]
    if body[-1] != _check_symbol(body[:-1]):
        zh = "证书编号校验位不正确，请逐位核对证书"
        en = "the check symbol does not fit; compare each symbol with the certificate"
        raise InvalidCertificateNumber("CERTIFICATE_NUMBER_CHECK", zh, en)
    return _written(body)


def _written(body: str) -> str:
    year, first, second, third, check = body[:2], body[2:7], body[7:12], body[12:17], body[17:]
    return f"BJ{year}-{first}-{second}-{third}-{check}"


def _check_symbol(body: str) -> str:
    """The value of the body as a polynomial at x = 2 in GF(32), times x.

    x has order 31, so the 18 places of a number have 18 different, non-zero weights (the check symbol's is
    1): every single wrong symbol and every exchange of two symbols, adjacent or not, is noticed. A check
    modulo 10 or 97 does not fit an alphabet of 32.
    """
    return ALPHABET[reduce(lambda total, symbol: _doubled(total ^ ALPHABET.index(symbol)), body, 0)]


def _doubled(value: int) -> int:
    """Times x in GF(32) with the primitive polynomial x^5 + x^2 + 1."""
    return value << 1 ^ (0b100101 if value & 0b10000 else 0)
