"""The minutes (N-16): attendance, candidates, opinions and votes, written from the facts and sealed with a hash.

The same facts give the same text: canonical JSON with sorted keys. They hold sums and never who voted how, because
nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from domain.reviews.ballot_models import BallotBox
from domain.reviews.models import Candidacy, ReviewRound
from domain.reviews.recusal_models import Recusal
from domain.reviews.sitting_facts import SittingFacts
from domain.reviews.sitting_models import PanelOpinion, PanelOpinionAuthor, Sitting
from domain.units.models import Employment, Unit

FORM = "zhicheng-minutes-1"


async def write_minutes(row: Sitting, facts: SittingFacts) -> tuple[str, str]:
    """The text of the minutes and its SHA-256, in nine queries."""
    names = {seat.expert_id: seat.name for seat in facts.seats}
    present = [seat for seat in facts.seats if seat.expert_id in facts.checked_in]
    content = {
        "form": FORM,
        "unit": (await Unit.get(id=row.unit_id)).name,
        "round": (await ReviewRound.get(id=row.round_id)).name,
        "committee": facts.committee.name,
        "filing_number": facts.committee.filing_number,
        "sitting": row.name,
        "held_on": row.held_on,
        "place": row.place,
        "opened_at": _moment(row.opened_at),
        "signed_at": _moment(facts.now),
        "presider": names.get(row.presider_id) if row.presider_id else None,
        "members": row.members,
        "present": row.present,
        "attendance": [{"name": seat.name, "role": seat.role} for seat in present],
        "quorum": [row.quorum_numerator, row.quorum_denominator],
        "pass": [row.pass_numerator, row.pass_denominator],
        "recused_leave": row.recused_leave,
        "outside_trustees": not row.server_key_only,
        "candidates": await _candidates(row, names),
    }
    text = msgspec.json.encode(content, order="sorted").decode()
    return text, sha256(text.encode()).hexdigest()


async def _candidates(row: Sitting, names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """One entry for each candidate, by staff number and then by name."""
    candidacies = await Candidacy.filter(sitting_id=row.id)
    people = await Employment.in_bulk({each.employment_id for each in candidacies}, "id")
    boxes = {each.candidacy_id: each for each in await BallotBox.filter(sitting_id=row.id)}
    recusals = await Recusal.filter(sitting_id=row.id).order_by("created_at", "id")
    opinions = await _opinions(row, names)

    def entry(candidacy: Candidacy) -> dict[str, Any]:
        person = people[candidacy.employment_id]
        return {
            "candidacy": candidacy.id,
            "name": candidacy.name,
            "staff_number": person.staff_number,
            "series": candidacy.series,
            "specialty": candidacy.specialty,
            "level": candidacy.level,
            "title": candidacy.title_name,
            "recused": [
                {"name": names.get(each.expert_id, ""), "ground": each.ground}
                for each in recusals
                if each.candidacy_id == candidacy.id
            ],
            "opinions": opinions.get(candidacy.id, []),
            **_vote(boxes[candidacy.id]),
        }

    ordered = sorted(candidacies, key=lambda each: (people[each.employment_id].staff_number, each.id))
    return [entry(each) for each in ordered]


def _vote(box: BallotBox) -> dict[str, Any]:
    return {
        "entitled": box.entitled,
        "denominator": box.denominator,
        "cast": box.cast,
        "yes": box.yes,
        "no": box.no,
        "abstain": box.abstain,
        "passed": box.passed,
    }


async def _opinions(row: Sitting, names: Mapping[UUID, str]) -> dict[UUID, list[dict[str, Any]]]:
    opinions = await PanelOpinion.filter(sitting_id=row.id).order_by("created_at", "id")
    authors: Sequence[PanelOpinionAuthor] = await PanelOpinionAuthor.filter(
        opinion_id__in=[each.id for each in opinions]
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for opinion in opinions:
        group = sorted(names.get(each.expert_id, "") for each in authors if each.opinion_id == opinion.id)
        found.setdefault(opinion.candidacy_id, []).append({"authors": group, "text": opinion.text})
    return found


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
