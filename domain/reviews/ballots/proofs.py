"""Zero-knowledge proofs of Belenios 2.0 (specification, sections 4.5, 4.12, 4.14, 4.18).

Each check answers a bool and never raises for numbers parsed by `wire`.
"""

from collections.abc import Sequence

from . import group, wire
from .group import G_INVERSE, G, P, Q

Pair = tuple[int, int]


def pair(ciphertext: wire.Ciphertext) -> Pair:
    """The two numbers (alpha, beta) of a ciphertext."""
    return int(ciphertext.alpha), int(ciphertext.beta)


def numbers(proof: wire.Proof) -> Pair:
    """The two numbers (challenge, response) of a proof."""
    return int(proof.challenge), int(proof.response)


def _is_reduced(*proofs: wire.Proof) -> bool:
    """A number and the same number plus Q would prove the same: only the smaller is admitted."""
    return all(number < Q for proof in proofs for number in numbers(proof))


def _proof(challenge: int, response: int) -> wire.Proof:
    return wire.Proof(str(challenge), str(response))


def prove_knowledge(context: str, secret: int) -> wire.Proof:
    """Prove to know the secret exponent of a public key; `context` is hashed before the commitment."""
    nonce = group.random_exponent()
    challenge = group.challenge(f"{context}|{group.secret_power(G, nonce)}")
    return _proof(challenge, (nonce - secret * challenge) % Q)


def check_knowledge(context: str, public: int, proof: wire.Proof) -> bool:
    """Check a proof of `prove_knowledge` for this public key."""
    challenge, response = numbers(proof)
    commitment = group.product(group.power(G, response), group.power(public, challenge))
    return _is_reduced(proof) and group.challenge(f"{context}|{commitment}") == challenge


def _commitments(key: int, ciphertext: Pair, plain: int, proof: wire.Proof) -> Pair:
    """The commitments which the proof implies, if the ciphertext holds `plain` (0 or 1)."""
    alpha, beta = ciphertext
    challenge, response = numbers(proof)
    masked = beta * G_INVERSE % P if plain else beta
    left = group.product(group.power(G, response), group.power(alpha, challenge))
    return left, group.product(group.power(key, response), group.power(masked, challenge))


def _interval_challenge(context: str, ciphertext: Pair, commitments: Sequence[Pair]) -> int:
    listed = ",".join(str(number) for one in commitments for number in one)
    return group.challenge(f"prove|{context}|{ciphertext[0]},{ciphertext[1]}|{listed}")


def prove_interval(
    context: str, key: int, ciphertext: Pair, blinding: int, plains: Sequence[int], true_index: int
) -> tuple[wire.Proof, ...]:
    """Prove that the ciphertext holds one of `plains`, without telling which.

    All branches but the true one are simulated; the hash leaves only one challenge free, and the branch
    whose challenge was fixed last cannot be told from the others.
    """
    simulated = [_proof(group.random_exponent(), group.random_exponent()) for _ in plains]
    nonce = group.random_exponent()
    commitments = [_commitments(key, ciphertext, m, one) for m, one in zip(plains, simulated, strict=True)]
    commitments[true_index] = group.secret_power(G, nonce), group.secret_power(key, nonce)
    others = sum(int(one.challenge) for index, one in enumerate(simulated) if index != true_index)
    challenge = (_interval_challenge(context, ciphertext, commitments) - others) % Q
    simulated[true_index] = _proof(challenge, (nonce - blinding * challenge) % Q)
    return tuple(simulated)


def check_interval(
    context: str, key: int, ciphertext: Pair, plains: Sequence[int], proofs: Sequence[wire.Proof]
) -> bool:
    """Check a proof of `prove_interval`."""
    if not _is_reduced(*proofs):
        return False
    commitments = [_commitments(key, ciphertext, m, one) for m, one in zip(plains, proofs, strict=True)]
    total = sum(int(one.challenge) for one in proofs) % Q
    return _interval_challenge(context, ciphertext, commitments) == total


def prove_decryption(context: str, public: int, secret: int, alpha: int) -> wire.Proof:
    """Prove that `alpha ** secret` was computed with the secret of this very public key."""
    nonce = group.random_exponent()
    left, right = group.secret_power(G, nonce), group.secret_power(alpha, nonce)
    challenge = group.challenge(f"decrypt|{context}|{public}|{left},{right}")
    return _proof(challenge, (nonce - secret * challenge) % Q)


def check_decryption(context: str, public: int, alpha: int, factor: int, proof: wire.Proof) -> bool:
    """Check a proof of `prove_decryption`.

    The format does not hash the factor. A dishonest trustee can thus pass the check with a wrong factor, but
    not choose it: the shift is divided by a hash, so the sum becomes undecryptable and `tally` refuses it.
    """
    challenge, response = numbers(proof)
    left = group.product(group.power(G, response), group.power(public, challenge))
    right = group.product(group.power(alpha, response), group.power(factor, challenge))
    expected = group.challenge(f"decrypt|{context}|{public}|{left},{right}")
    return _is_reduced(proof) and expected == challenge
