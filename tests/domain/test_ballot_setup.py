"""Group, credentials, trustees and elections of the secret ballots (Art. 9(5))."""

import json

import gmpy2
import pytest

from domain.reviews.ballots import (
    ElectionInvalid,
    TrusteeKeyInvalid,
    build_election,
    group,
    is_well_formed,
    make_ballot,
    make_trustee_key,
    new_uuid,
    public_credential,
    public_creds_entry,
    read_election,
    read_public_key,
    read_trustee_key,
)
from tests.domain.ballot_examples import KEYS, TOOL_MADE, VOTE, VOTER, YES, edited, new_vote


def test_group_is_of_prime_order():
    assert [gmpy2.is_prime(group.P), gmpy2.is_prime(group.Q), group.P.bit_length(), group.Q.bit_length()] == [
        True,
        True,
        2048,
        256,
    ]
    assert (group.P - 1) % group.Q == 0 and group.is_member(group.G) and group.G != 1


@pytest.mark.parametrize("number", [0, -1, group.P, group.P + group.G, group.P - group.G, 2])
def test_numbers_outside_the_group(number: int):
    assert group.is_member(number) is False


def test_private_credentials_are_derived_as_belenios_derives_them():
    uuid = json.loads(TOOL_MADE["election"])["uuid"]
    derived = {public_credential(secret, uuid) + ",1" for secret in TOOL_MADE["private_credentials"]}
    assert derived == set(TOOL_MADE["credentials"])


def test_the_checksum_finds_typing_errors():
    secret = VOTER.secret
    wrong = secret[:-1] + ("2" if secret[-1] != "2" else "3")
    texts = [secret, wrong, secret.replace("-", ""), "", "-" * 19, secret + "\n", "0OI-l00-000-000-000"]
    assert [is_well_formed(text) for text in texts] == [True, False, False, False, False, False, False]
    with pytest.raises(ValueError, match="XXX-XXX-XXX-XXX-XXX"):
        make_ballot(VOTE.election, wrong, YES)


def test_setup_lines_name_credential_weight_and_login():
    assert public_creds_entry("123", "expert7") == "123,1,expert7"
    for login in ("", "a,1", "a\nb"):
        with pytest.raises(ValueError, match="login"):
            public_creds_entry("123", login)


def test_secrets_do_not_show_in_representations():
    assert VOTER.secret not in repr(VOTER)
    assert str(KEYS[0].secret) not in repr(KEYS[0])


def test_a_stored_secret_gives_the_same_key_again():
    again = read_trustee_key(KEYS[0].stored)
    assert again.secret == KEYS[0].secret
    assert read_public_key(again.public).public_key == read_public_key(KEYS[0].public).public_key


@pytest.mark.parametrize("text", ["", "12", '"0"', '"012"', '"-1"', '"x"', "[]", f'"{group.Q}"', '"1"\n'])
def test_stored_secrets_are_checked(text: str):
    with pytest.raises(TrusteeKeyInvalid):
        read_trustee_key(text)


def test_a_key_without_knowledge_of_its_secret_is_refused():
    cancelling = read_public_key(KEYS[0].public).public_key
    stolen = edited(KEYS[1].public, lambda key: key.update(public_key=cancelling))
    with pytest.raises(TrusteeKeyInvalid, match="proof"):
        read_public_key(stolen)
    with pytest.raises(TrusteeKeyInvalid, match="group"):
        read_public_key(edited(KEYS[1].public, lambda key: key.update(public_key="2")))


@pytest.mark.parametrize("keys", [[], [KEYS[0].public, KEYS[0].public], ["{}"]])
def test_trustees_are_some_and_each_once(keys: list[str]):
    with pytest.raises(TrusteeKeyInvalid):
        build_election(uuid=new_uuid(), name="x", description="y", trustee_keys=keys)


def test_elections_are_read_back_from_their_texts():
    assert read_election(VOTE.election.text, VOTE.election.trustees) == VOTE.election
    assert json.loads(VOTE.election.text)["questions"] == [
        {"answers": ["同意", "不同意", "弃权"], "min": 1, "max": 1, "question": "是否同意通过评审？"}
    ]


def test_an_election_has_its_own_trustees_key():
    stranger = new_vote((make_trustee_key(),), 0)
    with pytest.raises(ElectionInvalid, match="product"):
        read_election(VOTE.election.text, stranger.election.trustees)
    for uuid, name in (("short", "x"), (new_uuid(), "\ud800")):
        with pytest.raises(ElectionInvalid):
            build_election(uuid=uuid, name=name, description="", trustee_keys=[KEYS[0].public])
