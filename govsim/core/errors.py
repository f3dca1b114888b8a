"""What the domain says when it refuses. Pages and the API turn these into answers; nobody else knows HTTP."""

from collections.abc import Mapping


class GovsimError(Exception):
    """A refusal with one sentence in each language and a stable `code` that programs may branch on."""

    code = "error"

    def __init__(self, zh: str, en: str, code: str | None = None) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en
        if code is not None:
            self.code = code


class Refused(GovsimError):
    """A rule of the domain forbids it, whoever asks."""

    code = "refused"


class NotFound(GovsimError):
    """There is no such thing, or it is not the asker's to see."""

    code = "not_found"


class NotAllowed(GovsimError):
    """The asker's role may not do this."""

    code = "not_allowed"


class Conflict(GovsimError):
    """Somebody else was first, or the thing is no longer in the state that the asker saw."""

    code = "conflict"


class BadInput(GovsimError):
    """The form has faults: field key → (Chinese sentence, English sentence). Nothing was stored."""

    code = "bad_input"

    def __init__(self, fields: Mapping[str, tuple[str, str]]) -> None:
        super().__init__("提交的内容有误，请更正后再试", "There is a problem with what was entered")
        self.fields = dict(fields)


class Busy(GovsimError):
    """The service cannot take more work now; ask again after `retry_after` seconds. Nothing was stored."""

    code = "busy"

    def __init__(self, zh: str, en: str, *, retry_after: int) -> None:
        super().__init__(zh, en)
        self.retry_after = retry_after
