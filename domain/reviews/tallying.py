"""Opening the sums of a closed box: every trustee's share, then three numbers, then whether they suffice (N-14)."""

from __future__ import annotations

from domain.core.calls import Call
from domain.core.errors import RuleBroken, refuse
from domain.core.perform import cascade
from domain.reviews import ballots, keys
from domain.reviews.ballot_models import BallotBox, BallotCredential, PartialDecryption, StoredBallot
from domain.reviews.box_lifecycle import BALLOT_BOX
from domain.reviews.counting import Share
from domain.reviews.sitting_facts import BoxFacts
from domain.reviews.sitting_models import SittingTrustee
from domain.reviews.states import BallotBoxState

MAX_SHARE_TEXT = 20_000


async def stored_ballots(box: BallotBox) -> list[str]:
    """The encrypted ballots, in the order of their trackers: the order of voting is told to nobody."""
    return [each.text for each in await StoredBallot.filter(box_id=box.id).order_by("tracker")]


async def public_credentials(box: BallotBox) -> list[str]:
    """The list of the entitled, as the archive publishes it, without names."""
    return sorted(each.public for each in await BallotCredential.filter(box_id=box.id).only("public"))


async def give_own_share(box: BallotBox, facts: BoxFacts) -> None:
    """This system's share of the decryption of the sums."""
    own = facts.trustees[keys.SERVER_PLACE]
    election = ballots.read_election(box.election, box.trustees)
    sums = ballots.encrypted_tally(await stored_ballots(box))
    share = ballots.partial_decryption(election, sums, keys.own_key(own))
    await PartialDecryption.create(box_id=box.id, trustee_id=own.id, text=share)


async def take_share(box: BallotBox, trustee: SittingTrustee, share: str) -> None:
    """Stores an outside trustee's share, if its proofs hold.

    Raises:
        Refused: N-14.
    """
    election = ballots.read_election(box.election, box.trustees)
    sums = ballots.encrypted_tally(await stored_ballots(box))
    try:
        if len(share) > MAX_SHARE_TEXT:
            raise ballots.TallyRefused("too long")
        ballots.check_partial_decryption(election, sums, trustee.place, share)
    except ballots.TallyRefused:
        text = "部分解密的格式不正确或者其证明不成立。", "The share is malformed, or its proof does not hold."
        refuse(RuleBroken("N-14", *text, field="share"))
    await PartialDecryption.create(box_id=box.id, trustee_id=trustee.id, text=share)


async def count_if_complete(call: Call, box: BallotBox) -> BallotBox:
    """Counts a closed box as soon as the last share is there; a box that still waits stays as it is."""
    if box.state != BallotBoxState.CLOSED:
        return box
    trustees = await SittingTrustee.filter(sitting_id=box.sitting_id).count()
    if await PartialDecryption.filter(box_id=box.id).count() < trustees:
        return box
    [counted] = await cascade(call, BALLOT_BOX, "tally", [box.id], act=_count)
    return counted


async def _count(box: BallotBox, facts: BoxFacts) -> None:
    result = await tally_of(box, facts)
    box.yes, box.no, box.abstain = result.yes, result.no, result.abstain
    share = Share(box.pass_numerator, box.pass_denominator)
    box.passed = share.reached(result.yes, box.denominator)


async def tally_of(box: BallotBox, facts: BoxFacts) -> ballots.Tally:
    """The sums, with every ballot and every share checked again."""
    return ballots.tally(
        ballots.read_election(box.election, box.trustees),
        await stored_ballots(box),
        [facts.shares[each.id] for each in facts.trustees],
        allowed=await public_credentials(box),
    )
