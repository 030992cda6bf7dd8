"""Drawing experts at random so that everybody entitled can draw them again (Order 40, N-7).

Each expert of the list is ranked by SHA-256 over the seed and the expert's id; the first ones are drawn. With the
recorded seed and list, whoever repeats it gets the same experts in the same order, in any language.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from secrets import token_hex
from uuid import UUID

from domain.committees.models import ExpertDraw

METHOD = "sha256(seed:expert)/1"


def drawn_from(pool: Iterable[str], seed: str, wanted: int) -> list[str]:
    """The experts that this seed draws from this list, in the order drawn."""
    return sorted(pool, key=lambda expert: sha256(f"{seed}:{expert}".encode()).hexdigest())[:wanted]


def draw(committee_id: UUID, experts: Iterable[UUID], wanted: int) -> ExpertDraw:
    """A draw with a fresh seed, not yet saved."""
    pool, seed = sorted(str(id) for id in experts), token_hex(32)
    return ExpertDraw(
        committee_id=committee_id,
        method=METHOD,
        seed=seed,
        wanted=wanted,
        pool=pool,
        drawn=drawn_from(pool, seed, wanted),
    )


def replay(recorded: ExpertDraw) -> list[str]:
    """Draws again from what was recorded: equal to `recorded.drawn` unless somebody changed the record."""
    return drawn_from(recorded.pool, recorded.seed, recorded.wanted)
