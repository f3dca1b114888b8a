"""What a screen shows of a person to those who need not know more (domain.md C.3, Masking)."""

_STAR = "*"


def name(full: str) -> str:
    """陈样甲 → 陈**; always two stars, so that the length of the name is hidden too. (C.3)"""
    return f"{full[:1]}**" if full else ""


def citizen_number(number: str) -> str:
    """440399194003150011 → 4403**********0011. (C.3)"""
    return _middle(number, head=4, tail=4)


def phone(number: str) -> str:
    """10100000001 → 101****0001. (C.3)"""
    return _middle(number, head=3, tail=4)


def document(number: str) -> str:
    """H00000001 → H******01, for permits, passports and cards other than the citizen's. (C.3)"""
    return _middle(number, head=1, tail=2)


def bank_account(number: str) -> str:
    """SIM0000000000000001 → SIM************0001."""
    return _middle(number, head=3, tail=4)


def _middle(text: str, *, head: int, tail: int) -> str:
    # Where less would be hidden than shown, hide everything: half a number of a short kind is nearly the number.
    hidden = len(text) - head - tail
    if hidden < min(head + tail, 4):
        return _STAR * len(text)
    return text[:head] + _STAR * hidden + text[-tail:]
