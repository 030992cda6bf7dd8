"""Why a ballot is refused: nine reasons, each with rule and remedy in Chinese and English.

No reason depends on the choice, and no text quotes the ballot: refusals may be shown and logged.
"""

from dataclasses import dataclass
from enum import StrEnum


class Rejection(StrEnum):
    """The reasons, in the order in which they are looked for."""

    TOO_LARGE = "TOO_LARGE"
    MALFORMED = "MALFORMED"
    NOT_CANONICAL = "NOT_CANONICAL"
    WRONG_ELECTION = "WRONG_ELECTION"
    UNKNOWN_CREDENTIAL = "UNKNOWN_CREDENTIAL"
    WRONG_HASH = "WRONG_HASH"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    NOT_IN_GROUP = "NOT_IN_GROUP"
    BAD_PROOF = "BAD_PROOF"


@dataclass(frozen=True)
class Message:
    """The text shown to the expert, in both languages."""

    zh: str
    en: str


MESSAGES = {
    Rejection.TOO_LARGE: Message(
        "选票超过 8192 字节的上限，请刷新页面后重新投票。",
        "The ballot is larger than 8192 bytes. Reload the page and vote again.",
    ),
    Rejection.MALFORMED: Message(
        "选票不是规定格式的 JSON，请刷新页面后重新投票。",
        "The ballot is not JSON of the prescribed form. Reload the page and vote again.",
    ),
    Rejection.NOT_CANONICAL: Message(
        "选票未按规范书写（空格、重复字段、前导零等），请原样提交生成的选票。",
        "The ballot is not canonical (spaces, repeated fields, leading zeros...). Send it as it was made.",
    ),
    Rejection.WRONG_ELECTION: Message(
        "选票属于另一位申报人的投票，请在对应的投票页面重新投票。",
        "The ballot was made for another candidate's vote. Vote again on this candidate's page.",
    ),
    Rejection.UNKNOWN_CREDENTIAL: Message(
        "投票凭证不在本次投票的名单中，请核对是否已签到、是否应当回避。",
        "The credential is not on this vote's list. Check that you are checked in and not recused.",
    ),
    Rejection.WRONG_HASH: Message(
        "签名所列的摘要与选票内容不符，请重新生成选票。",
        "The hash in the signature is not that of the ballot. Make the ballot again.",
    ),
    Rejection.BAD_SIGNATURE: Message(
        "选票签名与投票凭证不符，请核对凭证后重新投票。",
        "The signature does not belong to the credential. Check the credential and vote again.",
    ),
    Rejection.NOT_IN_GROUP: Message(
        "选票含有不属于规定群的数值，请重新生成选票。",
        "The ballot has a number outside the prescribed group. Make the ballot again.",
    ),
    Rejection.BAD_PROOF: Message(
        "选票未能证明恰好选择了一项，请重新生成选票。",
        "The ballot does not prove that exactly one answer was chosen. Make the ballot again.",
    ),
}


class BallotRejected(ValueError):
    """A ballot was refused for `reason`; the text in both languages is `message`."""

    def __init__(self, reason: Rejection) -> None:
        super().__init__(reason.value)
        self.reason = reason

    @property
    def message(self) -> Message:
        return MESSAGES[self.reason]
