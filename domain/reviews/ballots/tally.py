"""The tally: the ballots' product, its partial decryptions, the three sums (sections 4.16 to 4.19).

Only the product of all ballots is ever decrypted, never one ballot. Where a single ballot was cast the
product *is* that ballot: whether such a vote is held at all is for the rules on quorum to decide.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from . import group, proofs, wire
from .ballots import check_ballot, combined, read_ballot
from .elections import Election
from .rejections import BallotRejected
from .trustees import TrusteeKey

Sums = tuple[proofs.Pair, proofs.Pair, proofs.Pair]


class TallyRefused(ValueError):
    """The ballots or the partial decryptions do not give a sum; the text says which and why."""


@dataclass(frozen=True)
class Tally:
    """How many experts answered what. `cast` is the number of ballots; the three others sum to it."""

    yes: int
    no: int
    abstain: int
    cast: int


def encrypted_tally(ballots: Sequence[str]) -> Sums:
    """The three encrypted sums of checked ballots; raises `BallotRejected` for a text that is no ballot."""
    rows = [[proofs.pair(one) for one in read_ballot(text).answers[0].choices] for text in ballots]
    yes, no, abstain = (combined([row[index] for row in rows]) for index in range(3))
    return yes, no, abstain


def partial_decryption(election: Election, sums: Sums, key: TrusteeKey) -> str:
    """One trustee's share of the decryption of the sums, with its proofs, as JSON text.

    A trustee should compute `sums` from ballots they have checked themselves, not take them from the server.
    """
    public = group.secret_power(group.G, key.secret)
    factors = [str(group.secret_power(alpha, key.secret)) for alpha, _ in sums]
    shown = [proofs.prove_decryption(election.hash, public, key.secret, alpha) for alpha, _ in sums]
    return wire.write({"decryption_factors": [factors], "decryption_proofs": [shown]})


def check_partial_decryption(election: Election, sums: Sums, trustee: int, text: str) -> tuple[int, ...]:
    """The three decryption factors of the trustee with this place (from 0); raises `TallyRefused`."""
    try:
        share = wire.parse(text, wire.PartialDecryption)
    except ValueError as error:
        raise TallyRefused(f"the partial decryption of trustee {trustee + 1} is malformed") from error
    factors = tuple(int(number) for number in share.decryption_factors[0])
    public = election.trustee_keys[trustee]
    rows = zip(sums, factors, share.decryption_proofs[0], strict=True)
    for (alpha, _), factor, proof in rows:
        proved = proofs.check_decryption(election.hash, public, alpha, factor, proof)
        if not (group.is_member(factor) and proved):
            raise TallyRefused(f"the partial decryption of trustee {trustee + 1} is not proved")
    return factors


def tally(
    election: Election,
    ballots: Sequence[str],
    partial_decryptions: Sequence[str],
    *,
    allowed: Collection[str],
) -> Tally:
    """Check every ballot again, every trustee's share, and open the three sums.

    `partial_decryptions` are in the order of the election's trustees; `allowed` is its list of public
    credentials. Ballots are checked again because what lies in a database may have been put there by
    another way. Raises `TallyRefused`.
    """
    _check_ballots(election, ballots, allowed)
    if len(partial_decryptions) != len(election.trustee_keys):
        raise TallyRefused("every trustee of the election gives one partial decryption")
    sums = encrypted_tally(ballots)
    shares = [
        check_partial_decryption(election, sums, trustee, text)
        for trustee, text in enumerate(partial_decryptions)
    ]
    masks = [group.product(*factors) for factors in zip(*shares, strict=True)]
    counts = [
        _logarithm(group.product(beta, group.inverse(mask)), len(ballots))
        for (_, beta), mask in zip(sums, masks, strict=True)
    ]
    yes, no, abstain = counts
    return Tally(yes, no, abstain, len(ballots))


def _check_ballots(election: Election, ballots: Sequence[str], allowed: Collection[str]) -> None:
    seen: set[str] = set()
    for text in ballots:
        try:
            check_ballot(election, allowed, text)
        except BallotRejected as error:
            raise TallyRefused(f"a ballot in the box is refused: {error.reason}") from error
        seen.add(read_ballot(text).credential)
    if len(seen) != len(ballots):
        raise TallyRefused("two ballots in the box have the same credential")


def _logarithm(element: int, largest: int) -> int:
    """The exponent in 0..largest to which G gives the element."""
    candidate = 1
    for exponent in range(largest + 1):
        if candidate == element:
            return exponent
        candidate = candidate * group.G % group.P
    raise TallyRefused("the partial decryptions do not open the sum: a trustee's share is wrong")
