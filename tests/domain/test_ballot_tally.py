"""The tally opens the exact sums (Art. 9(5)), and only for rightful ballots and honest trustees."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from domain.reviews.ballots import (
    Tally,
    TallyRefused,
    archived_name,
    check_partial_decryption,
    closed_archive,
    encrypted_tally,
    group,
    make_ballot,
    make_credentials,
    partial_decryption,
    tally,
    tracker,
    wire,
)
from domain.reviews.ballots import ballots as making
from tests.domain.ballot_examples import (
    ABSTAIN,
    CLOSED_AT,
    KEYS,
    NO,
    VALID,
    VOTE,
    VOTER,
    YES,
    Vote,
    complete,
    edited,
    new_vote,
    signed,
)


def test_the_tally_is_the_sum():
    assert VOTE.count() == Tally(yes=2, no=1, abstain=1, cast=4)
    assert new_vote(KEYS[:1], 3).cast(NO, NO, ABSTAIN).count() == Tally(yes=0, no=2, abstain=1, cast=3)
    assert new_vote(KEYS[:1], 3).count() == Tally(yes=0, no=0, abstain=0, cast=0)


def refused(vote: Vote, shares: list[str]) -> str:
    with pytest.raises(TallyRefused) as error:
        tally(vote.election, vote.ballots, shares, allowed=vote.allowed)
    return str(error.value)


def test_all_trustees_are_needed_each_in_its_place():
    shares = VOTE.shares
    assert refused(VOTE, shares[:2]) == "every trustee of the election gives one partial decryption"
    assert refused(VOTE, [shares[1], shares[0], shares[2]]).startswith("the partial decryption of trustee 1 ")
    assert refused(VOTE, [shares[0], shares[0], shares[2]]).startswith("the partial decryption of trustee 2 ")


def spoil_factor(share: dict[str, Any]) -> None:
    factor = share["decryption_factors"][0][0]
    share["decryption_factors"][0][0] = str(group.product(int(factor), group.G))


def spoil_proof(share: dict[str, Any]) -> None:
    proof = share["decryption_proofs"][0][2]
    proof["response"] = str((int(proof["response"]) + 1) % group.Q)


def add_order(share: dict[str, Any]) -> None:
    proof = share["decryption_proofs"][0][1]
    proof["response"] = str(int(proof["response"]) + group.Q)


@pytest.mark.parametrize("spoil", [spoil_factor, spoil_proof, add_order])
def test_tampered_partial_decryptions_are_refused(spoil: Callable[[dict[str, Any]], None]):
    shares = VOTE.shares
    shares[2] = edited(shares[2], spoil)
    assert refused(VOTE, shares) == "the partial decryption of trustee 3 is not proved"


def test_a_factor_outside_the_group_is_refused_though_its_proof_holds():
    """An even power of a factor is that of its negative: half of all proofs hold for both."""
    sums, challenge = encrypted_tally(VOTE.ballots), 1
    while challenge % 2:
        share = json.loads(partial_decryption(VOTE.election, sums, KEYS[0]))
        challenge = int(share["decryption_proofs"][0][0]["challenge"])
    share["decryption_factors"][0][0] = str(group.P - int(share["decryption_factors"][0][0]))
    message = "the partial decryption of trustee 1 is not proved"
    assert refused(VOTE, [wire.write(share), *VOTE.shares[1:]]) == message


@pytest.mark.parametrize("text", ["", "{}", "null", "[" * 8000, "\x00", '{"decryption_factors":[["1","1"]]}'])
def test_malformed_partial_decryptions_are_refused(text: str):
    assert refused(VOTE, [text, *VOTE.shares[1:]]) == "the partial decryption of trustee 1 is malformed"


def test_a_share_for_another_box_is_refused():
    fewer = VOTE.cast(YES, NO)
    assert refused(VOTE, fewer.shares) == "the partial decryption of trustee 1 is not proved"


def test_a_dishonest_trustee_cannot_choose_the_result():
    """The format leaves the factor unhashed: a wrong factor can be proved, but then nothing can be opened."""
    key, election, sums = KEYS[0], VOTE.election, encrypted_tally(VOTE.ballots)
    public, alpha, nonce = election.trustee_keys[0], sums[0][0], group.random_exponent()
    left, right = group.power(group.G, nonce), group.product(group.power(alpha, nonce), group.G)
    challenge = group.challenge(f"decrypt|{election.hash}|{public}|{left},{right}")
    response = (nonce - key.secret * challenge) % group.Q
    quotient = group.product(right, group.inverse(group.power(alpha, response)))
    factor = group.power(quotient, pow(challenge, -1, group.Q))

    def forge(share: dict[str, Any]) -> None:
        share["decryption_factors"][0][0] = str(factor)
        share["decryption_proofs"][0][0] = {"challenge": str(challenge), "response": str(response)}

    share = edited(VOTE.shares[0], forge)
    assert check_partial_decryption(election, sums, 0, share)[0] == factor != group.power(alpha, key.secret)
    assert "do not open the sum" in refused(VOTE, [share, *VOTE.shares[1:]])


def test_a_stuffed_box_is_refused():
    twice = Vote(VOTE.election, KEYS, VOTE.credentials, (*VOTE.ballots, VALID))
    assert refused(twice, twice.shares) == "two ballots in the box have the same credential"
    again = make_ballot(VOTE.election, VOTER.secret, NO)
    changed = Vote(VOTE.election, KEYS, VOTE.credentials, (*VOTE.ballots, again))
    assert refused(changed, changed.shares) == "two ballots in the box have the same credential"
    stranger = make_credentials(VOTE.election.uuid, 1)[0]
    more = (*VOTE.ballots, make_ballot(VOTE.election, stranger.secret, YES))
    stuffed = Vote(VOTE.election, KEYS, VOTE.credentials, more)
    assert refused(stuffed, stuffed.shares) == "a ballot in the box is refused: UNKNOWN_CREDENTIAL"
    double = signed(making._answer(VOTE.election, VOTER.public, [1, 1, 0]))
    bent = Vote(VOTE.election, KEYS, VOTE.credentials, (double, *VOTE.ballots[1:]))
    assert refused(bent, bent.shares) == "a ballot in the box is refused: BAD_PROOF"


def test_an_expert_finds_the_ballot_in_the_archive_but_nobody_the_order_of_voting():
    content = closed_archive(VOTE.election, VOTE.allowed, VOTE.ballots, CLOSED_AT)
    for text in VOTE.ballots:
        assert content.count(archived_name(tracker(text)).encode()) == content.count(text.encode()) == 1
    backwards = closed_archive(VOTE.election, VOTE.allowed, VOTE.ballots[::-1], CLOSED_AT)
    assert content == backwards
    assert complete(VOTE, VOTE.count()).startswith(content)
