"""The one form in which the pure building blocks refuse a value: a code, and the reason in Chinese and
English.
"""


class BilingualError(ValueError):
    """A value was refused. `code` is stable for programs; `zh` and `en` name the rule and the remedy for
    people.

    `str()` gives the English text, because that is what ends up in a log or a traceback. The texts never
    repeat the refused value: it may be an identity number.
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.zh = zh
        self.en = en
