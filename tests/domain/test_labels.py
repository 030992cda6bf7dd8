"""The words for enum values: complete, in both languages, in the order a person would list them."""

from collections import Counter
from enum import StrEnum

import pytest

from domain.accounts.models import OrganisationKind
from domain.core.labels import LABELS, Label, Tone, label
from domain.core.roles import Role
from domain.core.titles import CommitteeLevel, TitleLevel
from domain.reviews.ballots.elections import BallotChoice


class CertificateState(StrEnum):
    """Only the name and the values matter to a look-up; LOST has no label."""

    ISSUED = "ISSUED"
    REVOKED = "REVOKED"
    LOST = "LOST"


class Unlabelled(StrEnum):
    ISSUED = "ISSUED"


def test_the_lifecycle_of_a_person_under_review_is_listed_in_its_order() -> None:
    assert [(value, str(each.tone)) for value, each in LABELS["CandidacyState"].items()] == [
        ("DRAFT", "neutral"),
        ("SUBMITTED", "progress"),
        ("RETURNED", "warning"),
        ("ABANDONED", "danger"),
        ("VERIFIED", "progress"),
        ("INELIGIBLE", "danger"),
        ("IN_INTERNAL_PUBLICITY", "progress"),
        ("ADMITTED", "progress"),
        ("ASSIGNED", "progress"),
        ("PASSED", "success"),
        ("NOT_PASSED", "danger"),
        ("ACCEPTED", "progress"),
        ("VOIDED", "danger"),
        ("ON_HOLD", "warning"),
        ("CONFIRMED", "success"),
        ("NOT_RECOGNISED", "danger"),
        ("CERTIFIED", "success"),
        ("WITHDRAWN", "neutral"),
    ]


def test_a_label_has_words_tone_and_order() -> None:
    assert label(CertificateState.ISSUED) == Label("有效", "Issued", Tone.SUCCESS, 0)
    assert label(CertificateState.REVOKED) == Label("已撤销", "Revoked", Tone.DANGER, 3)


@pytest.mark.parametrize(
    ("member", "line"),
    [
        (CertificateState.LOST, "labels.toml has no 'LOST' under [CertificateState]"),
        (Unlabelled.ISSUED, "labels.toml has no 'ISSUED' under [Unlabelled]"),
    ],
)
def test_a_missing_label_names_the_line_to_add(member: StrEnum, line: str) -> None:
    with pytest.raises(KeyError) as refused:
        label(member)
    assert refused.value.args == (line,)


@pytest.mark.parametrize("enum", [Role, OrganisationKind, TitleLevel, CommitteeLevel, BallotChoice])
def test_enums_are_labelled_in_their_own_order(enum: type[StrEnum]) -> None:
    assert list(LABELS[enum.__name__]) == [member.value for member in enum]
    assert [label(member).order for member in enum] == list(range(len(enum)))


def test_title_levels_have_one_word() -> None:
    assert [(label(level).zh, label(level).en) for level in TitleLevel] == [
        (level.zh, level.en) for level in TitleLevel
    ]


@pytest.mark.parametrize("enum_name", LABELS)
def test_words_are_of_their_language_and_tell_values_apart(enum_name: str) -> None:
    labels = LABELS[enum_name].values()
    assert [each.zh for each in labels if each.zh.isascii()] == []
    assert [each.en for each in labels if not each.en.isascii() or not each.en] == []
    for words in ([each.zh for each in labels], [each.en for each in labels]):
        assert [word for word, times in Counter(words).items() if times > 1] == []
