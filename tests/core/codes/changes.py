"""One character of a valid code, changed: a check character must notice."""

from hypothesis import strategies as st

from govsim.core.codes.iso7064 import ALPHANUMERIC


def one_change(code: str, alphabet: str = ALPHANUMERIC, *, positions: range | None = None) -> st.SearchStrategy[str]:
    """Every code that differs from this one in one character."""
    places = st.sampled_from(positions or range(len(code))).filter(lambda place: code[place] not in "-.")
    return places.flatmap(
        lambda place: (
            st.sampled_from(alphabet)
            .filter(lambda character: character != code[place])
            .map(lambda character: code[:place] + character + code[place + 1 :])
        )
    )
