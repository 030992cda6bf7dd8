"""Quorum and pass, in whole numbers: two thirds is a fraction, and 8 of 12 must pass (N-13, N-14)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a whole that "includes the number" (以上包含本数): 2/3 is reached by exactly two thirds."""

    numerator: int
    denominator: int

    def reached(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` is at least this share; of nothing, nothing is."""
        return whole > 0 and self.denominator * part >= self.numerator * whole


TWO_THIRDS = Share(2, 3)

# What a bureau may decide otherwise. A sitting freezes the values it was opened under, so a later change leaves it.
QUORUM_SHARE = TWO_THIRDS  # N-13, [D]: stricter rules exist (Beijing 2003)
PASS_SHARE = TWO_THIRDS  # N-14, of the experts present, so that an abstention counts against
RECUSED_LEAVE = True  # D3: recused experts leave quorum and denominator of that candidate


@dataclass(frozen=True, slots=True)
class Counted:
    """Who counts in one candidate's vote."""

    members: int
    present: int
    entitled: int
    denominator: int

    def quorate(self, share: Share) -> bool:
        """Whether the quorum still holds for this candidate after recusals (N-13)."""
        return share.reached(self.present, self.members)


def counted(
    members: int, present: int, recused: int, recused_present: int, *, recused_leave: bool
) -> Counted:
    """The numbers of one candidate's vote. `recused` counts members, `recused_present` those of them who came.

    A recused expert never votes. Where the recused leave (D3), they are taken from members and present alike;
    otherwise they still count among the present whom the yes votes are measured by.
    """
    entitled = present - recused_present
    if recused_leave:
        return Counted(members - recused, entitled, entitled, entitled)
    return Counted(members, entitled, entitled, present)
