"""What every text that somebody types must be, before it is stored. Lengths are in characters."""

from __future__ import annotations

from domain.core.errors import Invalid, Refusal, RuleBroken

MAX_REASON = 2000


def text_refusal(field: str, text: str, maximum: int, *, required: bool = True) -> Refusal | None:
    """Why this text cannot be stored in a field of so many characters; None where it can."""
    if "\0" in text:
        return Invalid(field, "文本不能包含空字符（NUL）。", "A text cannot contain NUL.")
    if len(text) > maximum:
        return Invalid(
            field, f"文本最长 {maximum} 字。", f"A text has at most {maximum} characters.", rule_id="S-7"
        )
    if required and not text.strip():
        return Invalid(field, "该项不能为空。", "This cannot be blank.")
    return None


def reason_refusal(reason: str, *, field: str = "reason") -> Refusal | None:
    """A reason is never blank: the person concerned will read it (S-10)."""
    if not reason.strip():
        return RuleBroken("S-10", field=field)
    return text_refusal(field, reason, MAX_REASON)
