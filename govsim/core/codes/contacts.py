"""Telephones, mail and bank accounts that reach nobody (domain.md C.1)."""

import re

from govsim.core.codes import shape

# Mainland mobile numbers start 13 to 19; 101 is in no allocation and near no short code.
_SAFE_MOBILE = re.compile(r"101[0-9]{8}")
_SAFE_ACCOUNT = re.compile(r"SIM[0-9]{16}")
_LOCAL_PART = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")


def mobile(number: int) -> str:
    """The mobile `10100000001` for 1; up to 8 digits. Raises CodeError `bad_sequence`. (C.1)"""
    return f"101{shape.digits(number, 8)}"


def is_safe_mobile(text: str) -> bool:
    """Is this one of the numbers that `mobile` makes?"""
    return bool(_SAFE_MOBILE.fullmatch(text))


def hong_kong_phone(number: int) -> str:
    """`+852 0000 0001` for 1: numbers there do not start with 0. Raises CodeError `bad_sequence`. (C.1)"""
    return f"+852 0000 {shape.digits(number, 4)}"


def macao_phone(number: int) -> str:
    """`+853 0000 0001` for 1: numbers there do not start with 0. Raises CodeError `bad_sequence`. (C.1)"""
    return f"+853 0000 {shape.digits(number, 4)}"


def landline(number: int) -> str:
    """`0000-00000001` for 1: there is no area code 0000. Raises CodeError `bad_sequence`. (C.1)"""
    return f"0000-0000{shape.digits(number, 4)}"


def bank_account(number: int) -> str:
    """`SIM` and 16 digits, which no bank can mistake. Raises CodeError `bad_sequence`. (C.1)"""
    return f"SIM{shape.digits(number, 16)}"


def is_safe_bank_account(text: str) -> bool:
    """Is this one of the accounts that `bank_account` makes?"""
    return bool(_SAFE_ACCOUNT.fullmatch(text))


def email(local_part: str) -> str:
    """An address at the reserved example.com. Raises CodeError `bad_length` or `bad_character`. (C.1)"""
    shape.fields(_LOCAL_PART, local_part, lengths=range(1, 65), zh="邮箱名", en="mailbox name")
    return f"{local_part}@example.com"
