"""Secret ballots (Art. 9(5)): every forgery is refused, for its own reason and in both languages."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from domain.reviews.ballots import (
    MAX_BALLOT_BYTES,
    MESSAGES,
    BallotChoice,
    BallotRejected,
    Rejection,
    Tally,
    check_ballot,
    encrypted_tally,
    group,
    make_ballot,
    make_credentials,
    tracker,
    wire,
)
from domain.reviews.ballots import ballots as making
from tests.domain.ballot_examples import (
    ABSTAIN,
    KEYS,
    NO,
    OTHER,
    VALID,
    VOTE,
    VOTER,
    YES,
    Vote,
    answer_edited,
    edited,
    reason,
    signed,
)


@pytest.mark.parametrize("choice", list(BallotChoice))
def test_every_choice_makes_a_ballot_of_the_same_form_and_is_counted(choice: BallotChoice):
    vote = OTHER.cast(choice)
    check_ballot(vote.election, vote.allowed, vote.ballots[0])
    assert vote.count() == Tally(choice is YES, choice is NO, choice is ABSTAIN, 1)
    assert len(vote.ballots[0]) < 6500 < MAX_BALLOT_BYTES


def test_two_equal_choices_of_one_expert_look_different():
    again = make_ballot(VOTE.election, VOTER.secret, YES)
    assert tracker(again) != tracker(VALID)
    assert encrypted_tally([again]) != encrypted_tally([VALID])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{}",
        "[]",
        "1",
        "NaN",
        "\x00",
        "\ud800",
        "[" * 8000,
        '{"a":' * 1600,
        VALID[:-1],
        VALID + "}",
    ],
)
def test_malformed_texts(text: str):
    assert reason(text) == Rejection.MALFORMED


@pytest.mark.parametrize("value", [None, b"{}", 7, ["{}"]])
def test_what_is_no_text(value: Any):
    assert reason(value) == Rejection.MALFORMED


@pytest.mark.parametrize(
    "credential",
    [1, -1, 1.5, True, None, [], {}, "-1", "1.0", "1e9", "01", "", "9" * 700, "9\n", "٣", "1\x00"],
)
def test_wrong_numbers(credential: object):
    assert reason(edited(VALID, lambda ballot: ballot.update(credential=credential))) == Rejection.MALFORMED


@pytest.mark.parametrize(
    "edit",
    [
        lambda ballot: ballot.update(note="x"),
        lambda ballot: ballot.update(answers=[]),
        lambda ballot: ballot["answers"][0]["choices"].pop(),
        lambda ballot: ballot["answers"][0]["overall_proof"].append({"challenge": "1", "response": "1"}),
        lambda ballot: ballot.pop("signature"),
    ],
)
def test_wrong_shapes(edit: Callable[[dict[str, Any]], object]):
    assert reason(edited(VALID, edit)) == Rejection.MALFORMED


def test_too_large():
    assert reason(VALID + " " * MAX_BALLOT_BYTES) == Rejection.TOO_LARGE


@pytest.mark.parametrize(
    "text",
    [
        VALID + "\n",
        VALID.replace(",", ", ", 1),
        VALID.replace("election_uuid", "\\u0065lection_uuid", 1),
        "{" + f'"credential":"1",{VALID[1:]}',
        json.dumps(dict(reversed(json.loads(VALID).items())), separators=(",", ":")),
    ],
)
def test_not_canonical(text: str):
    assert reason(text) == Rejection.NOT_CANONICAL


def test_replay_into_another_election():
    assert reason(VALID, OTHER) == Rejection.WRONG_ELECTION
    moved = edited(VALID, lambda ballot: ballot.update(election_uuid=OTHER.election.uuid))
    assert reason(moved, OTHER) == Rejection.WRONG_ELECTION
    relabelled = edited(moved, lambda ballot: ballot.update(election_hash=OTHER.election.hash))
    both = Vote(OTHER.election, KEYS, OTHER.credentials + VOTE.credentials)
    assert reason(relabelled, both) == Rejection.WRONG_HASH


def test_a_recused_expert_has_no_credential_for_this_candidate():
    recused = Vote(VOTE.election, KEYS, VOTE.credentials[1:])
    assert reason(VALID, recused) == Rejection.UNKNOWN_CREDENTIAL
    own = make_credentials(VOTE.election.uuid, 1)[0]
    assert reason(make_ballot(VOTE.election, own.secret, YES)) == Rejection.UNKNOWN_CREDENTIAL


def test_nobody_signs_for_another():
    neighbour = VOTE.credentials[1].public
    assert reason(edited(VALID, lambda b: b.update(credential=neighbour))) == Rejection.WRONG_HASH
    forged = json.loads(signed(wire.parse(VALID, wire.Ballot).answers[0]))
    body = {**forged, "credential": neighbour}
    signature = body.pop("signature")
    text = wire.write({**body, "signature": {**signature, "hash": group.digest(wire.write(body))}})
    assert reason(text) == Rejection.BAD_SIGNATURE


def test_a_number_plus_the_order_is_not_the_number():
    def add_order(ballot: dict[str, Any]) -> None:
        proof = ballot["signature"]["proof"]
        proof["response"] = str(int(proof["response"]) + group.Q)

    assert reason(edited(VALID, add_order)) == Rejection.BAD_SIGNATURE

    def add_order_to_answer(answer: dict[str, Any]) -> None:
        proof = answer["overall_proof"][0]
        proof["response"] = str(int(proof["response"]) + group.Q)

    assert reason(answer_edited(add_order_to_answer)) == Rejection.BAD_PROOF


@pytest.mark.parametrize("number", [0, 2, group.P, group.P - group.G])
@pytest.mark.parametrize("part", ["alpha", "beta"])
def test_ciphertexts_outside_the_group(part: str, number: int):
    text = answer_edited(lambda answer: answer["choices"][2].update({part: str(number)}))
    assert reason(text) == Rejection.NOT_IN_GROUP


@pytest.mark.parametrize("bits", [[1, 1, 0], [1, 1, 1], [0, 0, 0]])
def test_two_answers_or_none(bits: list[int]):
    assert reason(signed(making._answer(VOTE.election, VOTER.public, bits))) == Rejection.BAD_PROOF


def test_two_votes_for_one_answer():
    def double(answer: dict[str, Any]) -> None:
        choice = answer["choices"][0]
        choice["beta"] = str(group.product(int(choice["beta"]), group.G))

    assert reason(answer_edited(double)) == Rejection.BAD_PROOF


def test_each_proof_counts():
    other = json.loads(wire.write(making._answer(VOTE.election, VOTER.public, [1, 0, 0])))
    for place in range(3):

        def swap(answer: dict[str, Any], place: int = place) -> None:
            answer["individual_proofs"][place] = other["individual_proofs"][place]

        assert reason(answer_edited(swap)) == Rejection.BAD_PROOF
    assert (
        reason(answer_edited(lambda a: a.update(overall_proof=other["overall_proof"]))) == Rejection.BAD_PROOF
    )


def test_copying_a_neighbours_encrypted_answer():
    copied = wire.parse(VALID, wire.Ballot).answers[0]
    check_ballot(VOTE.election, VOTE.allowed, signed(copied))
    assert reason(signed(copied, VOTE.credentials[1])) == Rejection.BAD_PROOF


def test_every_reason_has_its_texts_in_both_languages():
    assert set(MESSAGES) == set(Rejection)
    assert len({text for message in MESSAGES.values() for text in (message.zh, message.en)}) == 18
    assert BallotRejected(Rejection.BAD_PROOF).message == MESSAGES[Rejection.BAD_PROOF]
    limit = MESSAGES[Rejection.TOO_LARGE]
    assert [limit.zh.count(str(MAX_BALLOT_BYTES)), limit.en.count(str(MAX_BALLOT_BYTES))] == [1, 1]
