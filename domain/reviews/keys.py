"""The key ceremony: this system's share of the key, sealed, and the shares of bodies outside it (N-14).

All trustees together open the sums, none alone. Without an outside trustee this system could open single ballots; such
a sitting is labelled so in its record for ever. Our secrets are erased when the sitting is signed or aborted.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.core.errors import Invalid, Refusal, RuleBroken, refuse
from domain.core.sealing import sealing_context
from domain.core.secrets import sealer
from domain.reviews.ballot_models import BallotBox, BallotCredential
from domain.reviews.ballots import (
    TrusteeKey,
    TrusteeKeyInvalid,
    make_trustee_key,
    read_public_key,
    read_trustee_key,
)
from domain.reviews.sitting_models import Sitting, SittingTrustee

SERVER_PLACE = 0
MAX_KEY_TEXT = 4000


async def begin_ceremony(sitting: Sitting, outside: Sequence[UUID]) -> None:
    """Makes this system's share and keeps a place for each outside trustee."""
    key = make_trustee_key()
    own = SittingTrustee(sitting_id=sitting.id, place=SERVER_PLACE, public_key=key.public)
    own.secret_sealed = sealer().seal(key.stored, _context(own))
    places = [
        SittingTrustee(sitting_id=sitting.id, place=place, organisation_id=organisation)
        for place, organisation in enumerate(outside, start=SERVER_PLACE + 1)
    ]
    await SittingTrustee.bulk_create([own, *places])


def public_key_refusal(text: str) -> Refusal | None:
    """S-5, where the text is no public key with a proof that its owner knows the secret."""
    try:
        if len(text) > MAX_KEY_TEXT:
            raise TrusteeKeyInvalid("too long")
        read_public_key(text)
    except TrusteeKeyInvalid:
        zh, en = (
            "公钥格式不正确或者其证明不成立。",
            "This is no public key of the prescribed form with a valid proof.",
        )
        return Invalid("public_key", zh, en)
    return None


async def take(sitting: Sitting, organisation: UUID, public_key: str) -> None:
    """Stores an outside trustee's public key.

    Raises:
        Refused: N-14, where another trustee of the sitting has handed in the very same key.
    """
    if await SittingTrustee.exists(sitting_id=sitting.id, public_key=public_key):
        text = "该公钥已由其他保管人提交。", "Another trustee has handed in this key."
        refuse(RuleBroken("N-14", *text, field="public_key"))
    await SittingTrustee.filter(sitting_id=sitting.id, organisation_id=organisation).update(
        public_key=public_key
    )


def own_key(trustee: SittingTrustee) -> TrusteeKey:
    """This system's pair again."""
    assert trustee.secret_sealed is not None
    return read_trustee_key(sealer().open(bytes(trustee.secret_sealed), _context(trustee)))


async def erase(sitting: Sitting) -> None:
    """Erases every secret of the sitting: nobody will open its ballots any more."""
    await SittingTrustee.filter(sitting_id=sitting.id).update(secret_sealed=None)
    boxes = await BallotBox.filter(sitting_id=sitting.id).only("id")
    await BallotCredential.filter(box_id__in=[box.id for box in boxes]).update(secret_sealed=None)


def credential_context(credential: BallotCredential) -> str:
    """What a sealed private credential is bound to."""
    return sealing_context("ballot_credentials", "secret_sealed", credential.id)


def _context(trustee: SittingTrustee) -> str:
    return sealing_context("sitting_trustees", "secret_sealed", trustee.id)
