"""The public archive of one election, UUID.bel: `belenios-tool election verify` reads it (section 4.4).

An append-only tar of JSON texts named by their hashes; events form a hash chain. It holds no names of
experts. Credentials and ballots are sorted by their own hashes and all entries bear one time, so that the
archive tells nothing of the order of voting or of the list of experts.
"""

import hashlib
import struct
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from . import wire
from .credentials import WEIGHT
from .elections import Election
from .tally import Tally, encrypted_tally

BLOCK = 512


def _tar_header(name: str, size: int, time: int) -> bytes:
    """One header of the tar of 1979.

    Verifiers rebuild the archive and compare all of its bytes, so it may have neither the newer fields which
    Python's tarfile writes nor its empty blocks at the end.
    """

    def filled(checksum: bytes) -> bytes:
        octal = (b"0000644", b"0000000", b"0000000", b"%011o" % size, b"%011o" % time, checksum, b"0")
        return struct.pack("100s8s8s8s12s12s8sc355x", name.encode(), *octal)

    return filled(b"%06o\0 " % sum(filled(b" " * 8)))


class _Chain:
    """The archive as it grows: data entries, and events which name their predecessor."""

    def __init__(self, time: int) -> None:
        self.time, self.height, self.parent = time, 0, ""
        self.blocks: list[bytes] = []
        self.entry("BELENIOS", wire.write({"version": 1, "timestamp": str(time)}))

    def entry(self, name: str, text: str) -> None:
        content = text.encode()
        self.blocks += [_tar_header(name, len(content), self.time), content, bytes(-len(content) % BLOCK)]

    def data(self, value: object) -> str:
        """Add a text as it is, or anything else as its canonical text; answers its hash."""
        text = value if isinstance(value, str) else wire.write(value)
        digest = _hexadecimal(text)
        self.entry(f"{digest}.data.json", text)
        return digest

    def event(self, kind: str, payload: object | None = None) -> None:
        parent = {"parent": self.parent} if self.parent else {}
        referred = {} if payload is None else {"payload": self.data(payload)}
        text = wire.write({**parent, "height": self.height, "type": kind, **referred})
        self.parent = _hexadecimal(text)
        self.entry(f"{self.parent}.event.json", text)
        self.height += 1


def _hexadecimal(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _closed(
    election: Election, credentials: Collection[str], ballots: Sequence[str], closed_at: datetime
) -> _Chain:
    chain = _Chain(int(closed_at.timestamp()))
    listed = [f"{public},{WEIGHT}" for public in sorted(credentials, key=_hexadecimal)]
    setup = {
        "election": chain.data(election.text),
        "trustees": chain.data(election.trustees),
        "credentials": chain.data(listed),
    }
    chain.event("Setup", setup)
    for text in sorted(ballots, key=_hexadecimal):
        chain.event("Ballot", text)
    chain.event("EndBallots")
    sums = [[{"alpha": str(alpha), "beta": str(beta)} for alpha, beta in encrypted_tally(ballots)]]
    count = len(ballots)
    sized = {"num_tallied": count, "total_weight": count * WEIGHT, "encrypted_tally": chain.data(sums)}
    chain.event("EncryptedTally", sized)
    return chain


def closed_archive(
    election: Election, credentials: Collection[str], ballots: Sequence[str], closed_at: datetime
) -> bytes:
    """The archive after the close and before decryption: what a trustee verifies before giving a share."""
    return b"".join(_closed(election, credentials, ballots, closed_at).blocks)


def tallied_archive(
    election: Election,
    credentials: Collection[str],
    ballots: Sequence[str],
    closed_at: datetime,
    partial_decryptions: Iterable[str],
    result: Tally,
) -> bytes:
    """The complete archive: `closed_archive` continued by every trustee's share and the result.

    The result must be what `tally` made of the very ballots and shares; a verifier finds any other wrong.
    """
    chain = _closed(election, credentials, ballots, closed_at)
    for owner, share in enumerate(partial_decryptions, start=1):
        chain.event("PartialDecryption", {"owner": owner, "payload": chain.data(share)})
    chain.event("Result", {"result": [[result.yes, result.no, result.abstain]]})
    return b"".join(chain.blocks)
