"""A nomination as the office hands it in: who, with which title, for which term. Order 40 (N-6), B-4, B-10."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from domain.accounts.models import Person
from domain.core.errors import Invalid, Refusal, RuleBroken
from domain.core.identity import (
    InvalidIdentityNumber,
    InvalidName,
    mask_identity_number,
    normalise_name,
    parse_identity_number,
)
from domain.core.inputs import text_refusal
from domain.core.sealing import sealing_context
from domain.core.secrets import sealer
from domain.core.titles import TitleLevel
from domain.experts.lifecycle import MAX_TERM_YEARS, years_after
from domain.experts.models import Expert
from domain.units.scopes import MAX_SPECIALTY_LENGTH, title_exists

#: A term that starts further away than this is a mistyped date.
FARTHEST_TERM = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nomination:
    """What is said of the expert, beside who it is."""

    name: str
    series: str
    specialty: str
    title_level: TitleLevel
    title_name: str
    title_obtained_on: date
    employer_name: str
    department: str
    term_start: date
    term_end: date

    def refusals(self, today: date) -> Iterator[Refusal | None]:
        """Everything that is wrong with it."""
        yield _name_refusal(self.name)
        yield text_refusal("specialty", self.specialty, MAX_SPECIALTY_LENGTH)
        yield text_refusal("title_name", self.title_name, 60)
        yield text_refusal("employer_name", self.employer_name, 120)
        yield text_refusal("department", self.department, 120, required=False)
        if not title_exists(self.series, self.title_level):
            yield RuleBroken("B-10", field="title_level")
        if self.title_obtained_on > today:
            text = "职称取得日期不得晚于当日。", "A title cannot be obtained in the future."
            yield Invalid("title_obtained_on", *text)
        yield self._term_refusal(today)

    def _term_refusal(self, today: date) -> Refusal | None:
        if abs(self.term_start - today) > FARTHEST_TERM:
            text = "聘期开始日期不在合理范围内。", "The term starts too far from today."
            return Invalid("term_start", *text, rule_id="S-7")
        if self.term_end < max(self.term_start, today):
            text = (
                "聘期结束日期不得早于开始日期和当日。",
                "The term may not end before it starts, nor before today.",
            )
            return RuleBroken("N-6", *text, field="term_end")
        if self.term_end > years_after(self.term_start, MAX_TERM_YEARS):
            text = f"聘期最长 {MAX_TERM_YEARS} 年。", f"A term lasts {MAX_TERM_YEARS} years at most."
            return RuleBroken("N-6", *text, field="term_end")
        return None

    def written_on(self, expert: Expert) -> None:
        """Takes it over. Only after `refusals` had nothing to say."""
        expert.name = normalise_name(self.name)
        expert.series = self.series
        expert.title_level = self.title_level
        expert.title_obtained_on = self.title_obtained_on
        expert.term_start, expert.term_end = self.term_start, self.term_end
        for column in ("specialty", "title_name", "employer_name", "department"):
            setattr(expert, column, getattr(self, column).strip())


def identity_refusal(number: str, today: date) -> Refusal | None:
    """Why this is no identity number; the text never repeats it."""
    try:
        parse_identity_number(number, today)
    except InvalidIdentityNumber as error:
        return Invalid("identity_number", error.zh, error.en)
    return None


async def person_with(number: str, name: str, today: date) -> UUID:
    """The person with this identity number, made if nobody knew it; the number is stored sealed."""
    plain, id = parse_identity_number(number, today).number, uuid4()
    person, _ = await Person.get_or_create(
        identity_index=sealer().blind_index(plain),
        defaults={
            "id": id,
            "name": normalise_name(name),
            "identity_sealed": sealer().seal(plain, sealing_context("persons", "identity_sealed", id)),
            "identity_mask": mask_identity_number(plain),
        },
    )
    return person.id


def _name_refusal(name: str) -> Refusal | None:
    try:
        normalise_name(name)
    except InvalidName as error:
        return Invalid("name", error.zh, error.en)
    return None
