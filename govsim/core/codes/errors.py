"""The one error of this package."""

from govsim.core.errors import GovsimError


class CodeError(GovsimError):
    """A code that cannot be accepted.

    `code` is stable, for programs (`bad_length`, `bad_character`, `bad_region`, `bad_date`, `bad_check_digit`, …);
    `zh` and `en` are sentences that the citizen can read.
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(zh, en, code)
        self.args = (code, zh, en)  # what an exception is rebuilt from when it crosses a process

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"
