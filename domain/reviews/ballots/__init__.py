"""Secret ballots (无记名投票, Art. 9(5)): homomorphic ballots in the published format of Belenios 2.0.

One small election per candidate; its credential list is the experts present less those recused.

What is secret from whom. The choice is encrypted on the expert's device to all trustees together. Nobody
reads a single ballot: not the server, not a database administrator with a full dump, not any trustee alone.
After the close only the product of all ballots is decrypted, so the world learns three sums and the
turnout. That an expert has voted is *not* secret: the server knows it, and must, to refuse a second ballot.

What anybody can check. Every ballot is signed by a listed credential and proves exactly one answer; every
share of the decryption is proved. `belenios-tool election verify` checks the archive without this code. An
expert finds the ballot again by its tracker.

What remains. JavaScript of our own server, turned malicious, could read or change a choice before
encryption. All trustees colluding can open single ballots; with the server as the only trustee, that is the
server alone. A unanimous result, or a single ballot, tells how everybody voted. Who keeps the randomness of
their ballot can prove how they voted: there is no receipt-freeness. Whoever issues the credentials could
cast for absent experts, but not unseen, as the turnout of each candidate is published. Encryption rests on
a classical assumption.
"""

from .archive import closed_archive, tallied_archive
from .ballots import MAX_BALLOT_BYTES, archived_name, check_ballot, make_ballot, tracker
from .credentials import (
    Credential,
    is_well_formed,
    make_credential,
    make_credentials,
    public_credential,
    public_creds_entry,
)
from .elections import (
    ANSWERS,
    BallotChoice,
    Election,
    ElectionInvalid,
    build_election,
    new_uuid,
    read_election,
)
from .rejections import MESSAGES, BallotRejected, Message, Rejection
from .tally import (
    Tally,
    TallyRefused,
    check_partial_decryption,
    encrypted_tally,
    partial_decryption,
    tally,
)
from .trustees import TrusteeKey, TrusteeKeyInvalid, make_trustee_key, read_public_key, read_trustee_key

__all__ = [
    "ANSWERS",
    "MAX_BALLOT_BYTES",
    "MESSAGES",
    "BallotChoice",
    "BallotRejected",
    "Credential",
    "Election",
    "ElectionInvalid",
    "Message",
    "Rejection",
    "Tally",
    "TallyRefused",
    "TrusteeKey",
    "TrusteeKeyInvalid",
    "archived_name",
    "build_election",
    "check_ballot",
    "check_partial_decryption",
    "closed_archive",
    "encrypted_tally",
    "is_well_formed",
    "make_ballot",
    "make_credential",
    "make_credentials",
    "make_trustee_key",
    "new_uuid",
    "partial_decryption",
    "public_credential",
    "public_creds_entry",
    "read_election",
    "read_public_key",
    "read_trustee_key",
    "tallied_archive",
    "tally",
    "tracker",
]
