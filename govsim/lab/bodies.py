"""Request bodies that can be read in two ways, or not at all: what the tests and the trials send (F36, F37)."""

from typing import Final

MALFORMED: Final[dict[str, bytes]] = {
    "truncated": b'{"item": "sz.old',
    "not json": b"item=sz",
    "nan": b'{"item": NaN}',
    "infinity": b'{"item": -Infinity}',
    "huge float": b'{"item": 1e999}',
    "huge integer": b'{"item": ' + b"9" * 5000 + b"}",
    "beyond 64 bits": b'{"item": 9223372036854775808}',
    "latin-1": '{"item": "é"}'.encode("latin-1"),
    "utf-16": '{"item": "x"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"item": "x"}',
    "list": b"[]",
    "null": b"null",
    "text": b'"x"',
    "duplicate key": b'{"item": "a", "item": "b"}',
    "duplicate key deep inside": b'{"form": {"x": {"a": 1, "a": 2}}}',
    "lone surrogate": b'{"form": {"mobile": "\\ud800"}}',
    "lone surrogate in a key": b'{"form": {"\\udfff": 1}}',
    "nul": b'{"form": {"mobile": "a\\u0000b"}}',
}
NESTED: Final[dict[str, bytes]] = {
    "nested 2000 deep": b'{"form": ' + b'{"a":' * 2000 + b"1" + b"}" * 2000 + b"}",
    "nested 100000 deep": b'{"form": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested 400000 deep, never closed": b'{"form": ' + b'{"a":' * 400_000,
}
