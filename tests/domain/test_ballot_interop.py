"""Belenios agrees: its ballots, keys and shares are good here, and ours there."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from domain.reviews.ballots import (
    Tally,
    TrusteeKey,
    check_ballot,
    closed_archive,
    make_ballot,
    public_creds_entry,
    read_election,
    read_public_key,
    read_trustee_key,
    tally,
    tracker,
    wire,
)
from domain.reviews.ballots import ballots as making
from tests.domain.ballot_examples import (
    CLOSED_AT,
    KEYS,
    TOOL_MADE,
    VOTE,
    VOTER,
    YES,
    Vote,
    complete,
    new_vote,
    signed,
)

TOOL = shutil.which("belenios-tool")
with_tool = pytest.mark.skipif(TOOL is None, reason="belenios-tool (Debian package) is not on PATH")


def test_an_election_made_by_belenios_is_checked_and_counted_here():
    election = read_election(TOOL_MADE["election"], TOOL_MADE["trustees"])
    allowed = {entry.split(",")[0] for entry in TOOL_MADE["credentials"]}
    for text in TOOL_MADE["ballots"]:
        check_ballot(election, allowed, text)
    counted = tally(election, TOOL_MADE["ballots"], TOOL_MADE["partial_decryptions"], allowed=allowed)
    assert [[counted.yes, counted.no, counted.abstain]] == TOOL_MADE["result"] == [[1, 1, 1]]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert TOOL is not None
    environment = {**os.environ, "BELENIOS_USE_URANDOM": "1"}
    return subprocess.run(
        [TOOL, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


def verified(folder: Path, content: bytes, vote: Vote) -> tuple[int, str]:
    (folder / f"{vote.election.uuid}.bel").write_bytes(content)
    done = run(folder, "election", "verify")
    return done.returncode, done.stderr.splitlines()[-1]


@with_tool
@pytest.mark.parametrize("vote", [VOTE, new_vote(KEYS[:1], 2)], ids=["four ballots", "no ballot"])
def test_belenios_verifies_the_archives(tmp_path: Path, vote: Vote):
    closed = closed_archive(vote.election, vote.allowed, vote.ballots, CLOSED_AT)
    assert verified(tmp_path, closed, vote) == (0, "I: all checks passed")
    assert verified(tmp_path, complete(vote, vote.count()), vote) == (0, "I: all checks passed")


@with_tool
def test_belenios_finds_a_wrong_result_and_a_stuffed_box(tmp_path: Path):
    wrong = complete(VOTE, Tally(yes=3, no=0, abstain=1, cast=4))
    assert verified(tmp_path, wrong, VOTE) == (124, "belenios-tool: check_result failed")
    double = signed(making._answer(VOTE.election, VOTER.public, [1, 1, 0]))
    bent = closed_archive(VOTE.election, VOTE.allowed, [double, *VOTE.ballots[1:]], CLOSED_AT)
    casting = f"belenios-tool: error while casting ballot {tracker(double)}: invalid ballot"
    assert verified(tmp_path, bent, VOTE) == (124, casting)


@with_tool
def test_ballots_and_shares_made_by_belenios_for_our_election(tmp_path: Path):
    empty = new_vote(KEYS[:2], 3)
    files = {"election.json": empty.election.text, "trustees.json": empty.election.trustees}
    listed = [public_creds_entry(one.public, f"expert{n}") for n, one in enumerate(empty.credentials)]
    files |= {"public_creds.json": wire.write(listed), "voter": empty.credentials[0].secret}
    files |= {"choice": "[[0,0,1]]", "key": empty.keys[0].stored}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    assert run(tmp_path, "archive", "init").returncode == 0
    made = run(tmp_path, "election", "generate-ballot", "--privcred", "voter", "--ballot", "choice")
    check_ballot(empty.election, empty.allowed, made.stdout.rstrip("\n"))
    own = make_ballot(empty.election, empty.credentials[1].secret, YES)
    vote = Vote(empty.election, empty.keys, empty.credentials, (made.stdout.rstrip("\n"), own))
    closed = closed_archive(vote.election, vote.allowed, vote.ballots, CLOSED_AT)
    assert verified(tmp_path, closed, vote) == (0, "I: all checks passed")
    share = run(tmp_path, "election", "decrypt", "--privkey", "key", "--trustee-id", "1").stdout.split("\n")[
        0
    ]
    counted = tally(vote.election, vote.ballots, [share, vote.shares[1]], allowed=vote.allowed)
    assert counted == Tally(yes=1, no=0, abstain=1, cast=2)


@with_tool
def test_a_trustee_may_make_the_key_with_belenios(tmp_path: Path):
    assert run(tmp_path, "setup", "generate-trustee-key", "--group", "BELENIOS-2048").returncode == 0
    public, stored = (next(tmp_path.glob(f"*.{end}")).read_text().strip() for end in ("pubkey", "privkey"))
    assert read_public_key(public).public_key == read_public_key(read_trustee_key(stored).public).public_key
    outside = TrusteeKey(read_trustee_key(stored).secret, public)
    assert new_vote((KEYS[0], outside), 2).cast(YES, YES).count() == Tally(yes=2, no=0, abstain=0, cast=2)
