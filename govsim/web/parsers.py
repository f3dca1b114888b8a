"""JSON, strictly: what two readers could understand differently, or no database can hold, is refused (F36, F37)."""

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

DEPTH = 32
WHOLE = 1 << 63
UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")  # NUL and half a surrogate pair


class TooLarge(APIException):
    """The body is larger than the settings allow."""

    status_code = 413
    default_code = "too_large"
    default_detail = "the body is too large"


class StrictJSONParser(JSONParser):
    """Read a JSON object in UTF-8 without duplicate keys, deep nesting, NaN, huge numbers, NUL or half surrogates."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the object. Raises ParseError (400) saying what is wrong, TooLarge (413)."""
        charset = str((parser_context or {}).get("encoding") or "utf-8")
        if charset.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise ParseError("the body must be UTF-8")
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read() if most is None else stream.read(most + 1)
        if most is not None and len(raw) > most:
            raise TooLarge
        return read(raw)


def read(raw: bytes) -> dict[str, Any]:
    """Return the JSON object that `raw` is. Raises ParseError."""
    try:
        found = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_whole,
            parse_float=_fraction,
        )
    except RecursionError:
        raise ParseError("the JSON is nested too deeply") from None
    except UnicodeDecodeError:
        raise ParseError("the body must be UTF-8") from None
    except ValueError as error:
        raise ParseError(f"this is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise ParseError("the body must be a JSON object")
    _walk(found)
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ParseError("a key appears twice in one object")
    return found


def _constant(name: str) -> NoReturn:
    raise ParseError(f"{name} is not JSON")


def _whole(text: str) -> int:
    if len(text) > 20 or not -WHOLE <= int(text) < WHOLE:
        raise ParseError("a whole number does not fit into 64 bits")
    return int(text)


def _fraction(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ParseError("a number is too large")
    return value


def _walk(found: Any) -> None:
    """Look at every text and at the depth without recursion."""
    waiting: list[tuple[Any, int]] = [(found, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEPTH:
            raise ParseError("the JSON is nested too deeply")
        if isinstance(node, str):
            if UNSTORABLE.search(node):
                raise ParseError("a text holds NUL or half a surrogate pair")
        elif isinstance(node, dict):
            waiting += [(key, depth) for key in node]
            waiting += [(value, depth + 1) for value in node.values()]
        elif isinstance(node, list):
            waiting += [(value, depth + 1) for value in node]
