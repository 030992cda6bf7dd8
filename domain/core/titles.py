"""Title levels (职称等级) and committee levels (评委会等级), with their order. Art. 9(4), Order 40 Art. 6."""

from enum import StrEnum


class TitleLevel(StrEnum):
    """The five levels of a professional title, lowest first: `<` means "is lower than". | 职称级别"""

    TECHNICIAN = "TECHNICIAN"
    ASSISTANT = "ASSISTANT"
    INTERMEDIATE = "INTERMEDIATE"
    ASSOCIATE_SENIOR = "ASSOCIATE_SENIOR"
    SENIOR = "SENIOR"

    @property
    def rank(self) -> int:
        """0 for the lowest level (员级), 4 for the highest (正高级)."""
        return list(TitleLevel).index(self)

    @property
    def zh(self) -> str:
        """The word used on forms: 员级, 助理级, 中级, 副高级 or 正高级."""
        return _LEVEL_WORDS[self][0]

    @property
    def en(self) -> str:
        """The word used on the English lines of documents."""
        return _LEVEL_WORDS[self][1]

    # A StrEnum inherits the alphabetical order of str, which would put ASSISTANT below TECHNICIAN only by
    # luck and SENIOR below TECHNICIAN for certain; all four comparisons are therefore defined on the rank.
    def __lt__(self, other: object) -> bool:
        return self.rank < other.rank if isinstance(other, TitleLevel) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.rank <= other.rank if isinstance(other, TitleLevel) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.rank > other.rank if isinstance(other, TitleLevel) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.rank >= other.rank if isinstance(other, TitleLevel) else NotImplemented


_LEVEL_WORDS = {
    TitleLevel.TECHNICIAN: ("员级", "Technician"),
    TitleLevel.ASSISTANT: ("助理级", "Assistant"),
    TitleLevel.INTERMEDIATE: ("中级", "Intermediate"),
    TitleLevel.ASSOCIATE_SENIOR: ("副高级", "Associate senior"),
    TitleLevel.SENIOR: ("正高级", "Senior"),
}


class CommitteeLevel(StrEnum):
    """The level a review committee (评委会) is filed for (Order 40: 高级, 中级, 初级)."""

    SENIOR = "SENIOR"
    MIDDLE = "MIDDLE"
    JUNIOR = "JUNIOR"


_HIGHEST_REVIEWED = {
    CommitteeLevel.SENIOR: TitleLevel.SENIOR,
    CommitteeLevel.MIDDLE: TitleLevel.INTERMEDIATE,
    CommitteeLevel.JUNIOR: TitleLevel.ASSISTANT,
}


def can_review(committee: CommitteeLevel, title: TitleLevel) -> bool:
    """A committee reviews titles of its own level and below (rule N-3, Order 40 Art. 6)."""
    return title <= _HIGHEST_REVIEWED[committee]


def level_from_word(word: str) -> TitleLevel | None:
    """The level a form means by 员级, 助理级, 中级, 副高级 or 正高级; None for any other word."""
    return next((level for level in TitleLevel if level.zh == word), None)
