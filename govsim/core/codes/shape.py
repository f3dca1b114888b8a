"""How every code of this package is taken apart and put together, so that all refuse in the same words."""

import re
from collections.abc import Container
from datetime import date

from govsim.core.codes.errors import CodeError


def fields(pattern: re.Pattern[str], text: str, *, lengths: Container[int], zh: str, en: str) -> dict[str, str]:
    """The named groups of `pattern`, which must cover the whole text.

    Raises CodeError `bad_length` or `bad_character`; `zh` and `en` name the kind of code in the sentence.
    """
    if len(text) not in lengths:
        raise CodeError("bad_length", f"{zh}的长度不正确", f"The {en} has the wrong length")
    matched = pattern.fullmatch(text)
    if matched is None:
        raise CodeError("bad_character", f"{zh}含有不允许的字符", f"The {en} has a character that is not allowed there")
    return matched.groupdict()


def digits(number: int, width: int) -> str:
    """The number, filled with zeros to `width` digits. Raises CodeError `bad_sequence` if it does not fit."""
    if not 0 <= number < 10**width:
        raise CodeError("bad_sequence", f"序号应为0至{10**width - 1}", f"The sequence must be 0 to {10**width - 1}")
    return f"{number:0{width}d}"


def compact(on: date) -> str:
    """The date as YYYYMMDD (GB/T 39046-2020); strftime would not fill a year below 1000."""
    return on.isoformat().replace("-", "")


def day(text: str) -> date:
    """The date written YYYYMMDD (GB/T 39046-2020). Raises CodeError `bad_date` if there is no such day."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise CodeError("bad_date", f"日期{text}不存在", f"There is no day {text}") from None


def expect_check(expected: str, found: str, *, zh: str, en: str) -> None:
    """Raises CodeError `bad_check_digit` if the two differ, without telling which would be right.

    Naming the right one would turn the form into a generator of valid numbers.
    """
    if expected != found:
        raise CodeError("bad_check_digit", f"{zh}的校验码不正确", f"The check character of the {en} is wrong")
