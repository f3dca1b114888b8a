"""Errors of the domain as lines of an error summary: which field, and what to do, in both languages."""

from govsim.core.errors import BadInput, GovsimError

type Fault = dict[str, str]  # {"field", "zh", "en"}


def of(error: GovsimError) -> list[Fault]:
    """Return one line for each faulty field of a form, or the one sentence of any other refusal."""
    if isinstance(error, BadInput):
        return [{"field": field, "zh": zh, "en": en} for field, (zh, en) in error.fields.items()]
    return [{"field": "", "zh": error.zh, "en": error.en}]
