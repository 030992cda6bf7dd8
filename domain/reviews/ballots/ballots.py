"""Making and checking one ballot, and its tracker (specification, sections 4.11, 4.14, 4.15).

`make_ballot` is what the expert's own device does; a server that runs it for an expert learns the choice.
`check_ballot` is what the server does before it stores a ballot, and what anybody can repeat from the
archive.
"""

import base64
from collections.abc import Container, Sequence

import msgspec

from . import credentials, group, proofs, wire
from .elections import BallotChoice, Election
from .rejections import BallotRejected, Rejection

MAX_BALLOT_BYTES = 8192  # A ballot has about 6,100; the longest numbers possible give 6,400.
BIT = (0, 1)
EXACTLY_ONE = (1,)


def make_ballot(election: Election, credential: str, choice: BallotChoice) -> str:
    """A signed ballot for the choice, encrypted to all trustees together.

    Raises ValueError for a private credential that is not well formed.
    """
    secret = credentials.exponent(credential, election.uuid)
    public = str(group.secret_power(group.G, secret))
    answer = _answer(election, public, [int(choice is one) for one in BallotChoice])
    unsigned = wire.UnsignedBallot(election.uuid, election.hash, public, (answer,))
    signed_hash = group.digest(wire.write(unsigned))
    signature = wire.Signature(signed_hash, proofs.prove_knowledge(f"sig|{signed_hash}", secret))
    return wire.write(wire.Ballot(election.uuid, election.hash, public, (answer,), signature))


def _encrypt(key: int, bit: int, blinding: int) -> proofs.Pair:
    hidden = group.secret_power(key, blinding)
    return group.secret_power(group.G, blinding), group.product(hidden, group.G if bit else 1)


def _answer(election: Election, public: str, bits: Sequence[int]) -> wire.Answer:
    """Encrypt the bits; prove each of them 0 or 1 and their sum 1, for this election and credential."""
    key, context = election.public_key, f"{election.hash}|{public}"
    blindings = [group.random_exponent() for _ in bits]
    pairs = [_encrypt(key, bit, blinding) for bit, blinding in zip(bits, blindings, strict=True)]
    individual = [
        proofs.prove_interval(context, key, one, blinding, BIT, bit)
        for one, bit, blinding in zip(pairs, bits, blindings, strict=True)
    ]
    overall = proofs.prove_interval(
        _sum_context(context, pairs), key, combined(pairs), sum(blindings) % group.Q, EXACTLY_ONE, 0
    )
    choices = [wire.Ciphertext(str(alpha), str(beta)) for alpha, beta in pairs]
    # Converted, not constructed: conversion checks the lengths which a type checker cannot see in lists.
    parts = {"choices": choices, "individual_proofs": individual, "overall_proof": overall}
    return msgspec.convert(parts, wire.Answer)


def _sum_context(context: str, pairs: Sequence[proofs.Pair]) -> str:
    return f"{context}|" + ",".join(f"{alpha},{beta}" for alpha, beta in pairs)


def combined(pairs: Sequence[proofs.Pair]) -> proofs.Pair:
    """The encryption of the sum of what the pairs encrypt; of zero for no pairs."""
    return group.product(*(alpha for alpha, _ in pairs)), group.product(*(beta for _, beta in pairs))


def read_ballot(text: str) -> wire.Ballot:
    """The ballot's numbers, unchecked; raises `BallotRejected` for a text that has not the canonical form."""
    if not isinstance(text, str):
        raise BallotRejected(Rejection.MALFORMED)
    if len(text) > MAX_BALLOT_BYTES:
        raise BallotRejected(Rejection.TOO_LARGE)
    try:
        return wire.parse(text, wire.Ballot)
    except wire.NotCanonical:
        raise BallotRejected(Rejection.NOT_CANONICAL) from None
    except ValueError:
        raise BallotRejected(Rejection.MALFORMED) from None


def check_ballot(election: Election, allowed_public_credentials: Container[str], text: str) -> None:
    """Check everything about a ballot; raises `BallotRejected` with the first reason found, and nothing else.

    Cheap checks and the signature come first, so that strangers cannot buy the costly proofs.
    One answer is proved, not opened: neither success nor refusal tells which it was.
    """
    ballot = read_ballot(text)
    if (ballot.election_uuid, ballot.election_hash) != (election.uuid, election.hash):
        raise BallotRejected(Rejection.WRONG_ELECTION)
    if ballot.credential not in allowed_public_credentials:
        raise BallotRejected(Rejection.UNKNOWN_CREDENTIAL)
    _check_signature(ballot)
    _check_answer(election, ballot.credential, ballot.answers[0])


def _check_signature(ballot: wire.Ballot) -> None:
    unsigned = wire.UnsignedBallot(
        ballot.election_uuid, ballot.election_hash, ballot.credential, ballot.answers
    )
    signature = ballot.signature
    if signature.hash != group.digest(wire.write(unsigned)):
        raise BallotRejected(Rejection.WRONG_HASH)
    if not proofs.check_knowledge(f"sig|{signature.hash}", int(ballot.credential), signature.proof):
        raise BallotRejected(Rejection.BAD_SIGNATURE)


def _check_answer(election: Election, public: str, answer: wire.Answer) -> None:
    pairs = [proofs.pair(ciphertext) for ciphertext in answer.choices]
    if not all(group.is_member(number) for one in pairs for number in one):
        raise BallotRejected(Rejection.NOT_IN_GROUP)
    key, context = election.public_key, f"{election.hash}|{public}"
    sound = all(
        proofs.check_interval(context, key, one, BIT, proof)
        for one, proof in zip(pairs, answer.individual_proofs, strict=True)
    )
    whole = _sum_context(context, pairs), key, combined(pairs), EXACTLY_ONE, answer.overall_proof
    if not sound or not proofs.check_interval(*whole):
        raise BallotRejected(Rejection.BAD_PROOF)


def tracker(ballot_text: str) -> str:
    """The smart ballot tracker: what an expert notes down to find the ballot in the archive again."""
    return group.digest(ballot_text)


def archived_name(ballot_tracker: str) -> str:
    """The name of the file, inside the archive, which holds the ballot with this tracker."""
    return base64.b64decode(ballot_tracker + "=").hex() + ".data.json"
