"""Certificate numbers cannot be guessed, survive bad typing, and betray every slip of one or two symbols."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.certificates.numbers import ALPHABET, InvalidCertificateNumber, new_number, parse_number

numbers = st.builds(
    lambda year, bits: new_number(year, lambda _: bits), st.integers(2000, 2099), st.integers(0, 2**75 - 1)
)


def test_a_number_is_what_the_random_source_said() -> None:
    asked: list[int] = []

    def source(bits: int) -> int:
        asked.append(bits)
        return 2**75 - 1

    assert new_number(2026, source) == "BJ26-ZZZZZ-ZZZZZ-ZZZZZ-6"
    assert asked == [75]
    assert new_number(2026, lambda _: 0) == "BJ26-00000-00000-00000-K"


def test_fresh_numbers_differ_and_can_be_read() -> None:
    fresh = {new_number(2026) for _ in range(2000)}
    assert len(fresh) == 2000
    assert {parse_number(number) for number in fresh} == fresh


@given(numbers)
def test_a_number_is_read_however_it_was_typed(number: str) -> None:
    assert parse_number(number) == number
    assert parse_number(number.lower()) == number
    assert parse_number(f"  {number.replace('-', ' ')} ") == number
    assert parse_number(number.replace("-", "")) == number
    assert parse_number("".join(chr(ord(c) + 0xFEE0) for c in number)) == number  # full-width forms
    assert parse_number(number[:2] + number[2:].replace("0", "O").replace("1", "l")) == number
    assert parse_number(number[:2] + number[2:].replace("0", "o").replace("1", "I")) == number


@given(numbers)
def test_every_single_wrong_symbol_is_noticed(number: str) -> None:
    body = number.replace("-", "")
    for place in range(2, len(body)):
        for symbol in "0123456789" if place < 4 else ALPHABET:
            if symbol != body[place]:
                assert_refused(body[:place] + symbol + body[place + 1 :], "CERTIFICATE_NUMBER_CHECK")


@given(numbers)
def test_every_exchange_of_two_symbols_is_noticed(number: str) -> None:
    body = number.replace("-", "")
    for first, second in combinations(range(2, len(body)), 2):
        swapped = list(body)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        if body[first] != body[second]:
            year_holds_a_letter = not "".join(swapped[2:4]).isdigit()
            assert_refused(
                "".join(swapped), f"CERTIFICATE_NUMBER_{'SHAPE' if year_holds_a_letter else 'CHECK'}"
            )


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "BJ26",
        "BJ26-00000-00000-00000",
        "BJ26-00000-00000-00000-HH",
        "SH26-00000-00000-00000-K",
        "BJ26-U0000-00000-00000-H",
        "BJ26-00000-00000-00000-H\x00",
        "BJ26-0000\u0660-00000-00000-H",
        "BJ26-00000-00000-00000-K" + " " * 100,
        "京26-00000-00000-00000-K",
    ],
)
def test_anything_else_is_refused_by_shape(typed: str) -> None:
    assert_refused(typed, "CERTIFICATE_NUMBER_SHAPE")


@pytest.mark.parametrize("year", [1999, 2100])
def test_years_that_two_digits_cannot_tell_apart_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="2000 to 2099"):
        new_number(year)


@given(st.text(max_size=80))
def test_no_text_ever_breaks_the_reader(text: str) -> None:
    try:
        assert parse_number(text) == parse_number(parse_number(text))
    except InvalidCertificateNumber as refused:
        assert refused.zh and refused.en


def assert_refused(typed: str, code: str) -> None:
    with pytest.raises(InvalidCertificateNumber) as refused:
        parse_number(typed)
    assert refused.value.code == code
