"""Identity numbers, credit codes and names are checked, brought to one form, and masked."""

from datetime import date

import pytest
from stdnum.cn import ric, uscc

from domain.core.bilingual import BilingualError
from domain.core.identity import (
    IdentityNumber,
    InvalidCreditCode,
    InvalidIdentityNumber,
    InvalidName,
    Sex,
    compact,
    mask_identity_number,
    mask_name,
    mask_phone,
    normalise_name,
    parse_credit_code,
    parse_identity_number,
)

TODAY = date(2026, 11, 23)


def with_check_digit(first_17: str) -> str:
    return first_17 + ric.calc_check_digit(first_17 + "0")


@pytest.mark.parametrize(
    ("typed", "number", "born", "sex"),
    [
        ("110000199312150937", "110000199312150937", date(1993, 12, 15), Sex.MALE),
        ("11000019871225452x", "11000019871225452X", date(1987, 12, 25), Sex.FEMALE),
        ("１１００００１９８７１２２５４５２Ｘ", "11000019871225452X", date(1987, 12, 25), Sex.FEMALE),
        (" 110000 19931215-0937\u3000", "110000199312150937", date(1993, 12, 15), Sex.MALE),
    ],
)
def test_a_number_is_read_however_it_was_typed(typed: str, number: str, born: date, sex: Sex) -> None:
    assert parse_identity_number(typed, TODAY) == IdentityNumber(number, born, sex)


@pytest.mark.parametrize(
    ("first_17", "why"),
    [
        ("11011319700101001", "county code of 1998, born in 1970: the police issued such numbers"),
        ("83000019800101001", "residence permit of a Taiwan resident"),
        ("91115619880101001", "permanent residence card of a foreigner"),
        ("11000019800101001", "unassigned county code, used in invented data"),
    ],
)
def test_numbers_that_a_county_list_would_refuse_are_accepted(first_17: str, why: str) -> None:
    number = with_check_digit(first_17)
    assert parse_identity_number(number, TODAY).number == number, why


def test_the_county_list_of_the_library_is_really_that_narrow() -> None:
    assert [
        ric.is_valid(with_check_digit(first)) for first in ("11011319700101001", "83000019800101001")
    ] == [
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "ID_SHAPE"),
        ("11000019931215093", "ID_SHAPE"),
        ("1100001993121509377", "ID_SHAPE"),
        ("11000019931215O937", "ID_SHAPE"),
        ("11000019931215\x00937", "ID_SHAPE"),
        ("١١٠٠٠٠١٩٩٣١٢١٥٠٩٣٧", "ID_SHAPE"),  # digits, but not ASCII ones
        ("110000199312150938", "ID_CHECK_DIGIT"),
        ("110000199312150397", "ID_CHECK_DIGIT"),  # two digits swapped
        (with_check_digit("16000019931215093"), "ID_PROVINCE"),
        (with_check_digit("91615619880101001"), "ID_PROVINCE"),
        (with_check_digit("11000019930230093"), "ID_BIRTH_DATE"),
        (with_check_digit("11000018991231093"), "ID_BIRTH_DATE"),
        (with_check_digit("11000020261124093"), "ID_BIRTH_DATE"),  # tomorrow
    ],
)
def test_a_wrong_number_is_refused_by_its_rule(typed: str, code: str) -> None:
    with pytest.raises(InvalidIdentityNumber) as refused:
        parse_identity_number(typed, TODAY)
    assert refused.value.code == code
    assert isinstance(refused.value, ValueError)
    assert refused.value.zh and refused.value.en == str(refused.value)


def test_no_text_or_repr_shows_the_number() -> None:
    number = parse_identity_number("110000199312150937", TODAY)
    assert repr(number) == "IdentityNumber(110***********0937)"
    with pytest.raises(InvalidIdentityNumber) as refused:
        parse_identity_number("110000199312150938", TODAY)
    assert "1993" not in refused.value.zh + refused.value.en


@pytest.mark.parametrize(
    "code", ["91110000600037341L", "12100000400002259P", "91110000600037341l", " 91110000-600037341Ｌ"]
)
def test_a_credit_code_is_read_however_it_was_typed(code: str) -> None:
    assert parse_credit_code(code) == compact(code)


def test_credit_codes_of_every_registering_authority_are_accepted() -> None:
    for authority in "123456789ANY":
        first_17 = f"{authority}2110000400686224"
        code = first_17 + uscc.calc_check_digit(first_17)
        assert parse_credit_code(code) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "CREDIT_CODE_SHAPE"),
        ("91110000600037341", "CREDIT_CODE_SHAPE"),
        ("91110000600O37341L", "CREDIT_CODE_SHAPE"),
        ("B1110000600037341L", "CREDIT_CODE_SHAPE"),
        ("9111000060003734\x00L", "CREDIT_CODE_SHAPE"),
        ("91110000600037341M", "CREDIT_CODE_CHECK"),
        ("91110000600037431L", "CREDIT_CODE_CHECK"),
    ],
)
def test_a_wrong_credit_code_is_refused_by_its_rule(typed: str, code: str) -> None:
    with pytest.raises(InvalidCreditCode) as refused:
        parse_credit_code(typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张三", "张三"),
        ("  张 \u3000三\t", "张三"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉 ・ 买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉･买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
        ("Ｊｏｈｎ  Q. Public", "John Q. Public"),
        ("张Bob 三", "张Bob 三"),
        ("𠮷野", "𠮷野"),
    ],
)
def test_a_name_has_one_written_form(typed: str, name: str) -> None:
    assert normalise_name(typed) == name
    assert normalise_name(name) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "NAME_BLANK"),
        ("\u3000 ", "NAME_BLANK"),
        ("12345", "NAME_BLANK"),
        ("·", "NAME_BLANK"),
        ("张" * 61, "NAME_TOO_LONG"),
        ("张\x00三", "NAME_INVISIBLE"),
        ("张\u200b三", "NAME_INVISIBLE"),
        ("张\u202e三", "NAME_INVISIBLE"),
        ("张\ue000", "NAME_INVISIBLE"),
    ],
)
def test_a_name_that_is_none_is_refused(typed: str, code: str) -> None:
    with pytest.raises(InvalidName) as refused:
        normalise_name(typed)
    assert refused.value.code == code
    assert isinstance(refused.value, BilingualError)


def test_masks() -> None:
    assert mask_identity_number("110000199312151234") == "110***********1234"
    assert mask_identity_number("11000019931215") == "**************"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("010-1234") == "********"
    assert [mask_name(name) for name in ("张三", "欧阳修", "张", "")] == ["张*", "欧**", "张", ""]
