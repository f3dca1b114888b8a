"""A strict face on CEL, the expression language of rules, facts and results.

CEL refuses wrong orderings and wrong logic, but `!=`, `in`, `size` and `all` accept anything, and an error inside
`a || b` is swallowed. So this wrapper refuses undeclared names and functions when an expression is compiled, lets
only typed plain values in, and calls an evaluation failed if any function failed on the way (decisions 1).

Dates enter as midnight in business time (+08:00), because CEL knows moments and no calendar dates.
"""

import logging
import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import cel

from govsim.core.errors import GovsimError
from govsim.core.expressions.functions import BUSINESS_ZONE, CALENDAR_AND_TEXT, midnight

__all__ = [
    "BUSINESS_ZONE",
    "DEFAULT",
    "INTEGERS",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Lookup",
    "Scope",
    "compile_expression",
    "midnight",
    "plain",
]

LONGEST: Final = 4000  # characters of one expression; the rule studio takes text from people
INTEGERS: Final = range(-(2**63), 2**63)  # what CEL calls int; beyond it a value would turn unsigned

# The engine repeats every failure of a function in its log, arguments included. They are personal data, and
# EvaluationError says the same without them.
logging.getLogger("cel").setLevel(logging.CRITICAL + 1)


class ExpressionError(GovsimError):
    """The expression cannot be used. `line` and `column` count from 1, 0 where the place is not known."""

    code = "expression"

    def __init__(self, zh: str, en: str, *, line: int = 0, column: int = 0) -> None:
        super().__init__(zh, en)
        self.line = line
        self.column = column


class EvaluationError(Exception):
    """The expression has no value for these inputs. The text names no input value."""


OPERATORS: Final = frozenset(
    {
        *("!_", "-_", "_+_", "_-_", "_*_", "_/_", "_%_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"),
        *("_&&_", "_||_", "_?_:_", "_[_]", "@in", "@not_strictly_false"),
    }
)
DEFAULT: Final = frozenset(CALENDAR_AND_TEXT) | {
    "lookup",
    *("size", "contains", "startsWith", "endsWith", "matches", "string", "int", "timestamp", "duration"),
    *("getFullYear", "getMonth", "getDate", "getDayOfMonth"),
}

_failed = threading.local()  # the last failure of a function in this thread, which `||` could have swallowed


def _noted(function: Callable[..., object]) -> Callable[..., object]:
    def call(*arguments: object) -> object:
        try:
            return function(*arguments)
        except Exception as error:
            _failed.error = error
            raise

    return call


_NOTED: Final = {name: _noted(function) for name, function in CALENDAR_AND_TEXT.items()}


def plain(value: object) -> Any:
    """Return `value` as CEL takes it: bool, int, text, null, moments, and lists and dictionaries of them.

    A date becomes its midnight. Raises EvaluationError for everything else: a float or a Decimal would be compared
    without a word, and a moment without a zone would be taken for UTC.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is int and value in INTEGERS:
        return value
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return value
    elif isinstance(value, date):
        return midnight(value)
    elif isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    elif isinstance(value, list | tuple):
        return [plain(part) for part in value]
    raise EvaluationError(f"a value of type {kind.__name__} cannot be used")


Lookup = Callable[[str, Any], object]


class Scope:
    """The values that a group of expressions reads. One per application: making it is the costly part."""

    __slots__ = ("_context",)

    def __init__(self, values: Mapping[str, object] | None = None, *, lookup: Lookup | None = None) -> None:
        """Hold `values`, already plain; `lookup(table, value)` answers for dated tables and raises when it cannot."""
        functions = _NOTED if lookup is None else {**_NOTED, "lookup": _noted(lookup)}
        try:
            self._context = cel.Context(dict(values or {}), dict(functions))
        except (ValueError, TypeError, OverflowError) as error:
            raise EvaluationError("a value cannot be used") from error

    def set(self, name: str, value: object) -> None:
        """Add or replace one value, already plain. Raises EvaluationError when it cannot be used."""
        try:
            self._context.add_variable(name, value)
        except (ValueError, TypeError, OverflowError) as error:
            raise EvaluationError(f"the value of {name} cannot be used") from error

    def run(self, program: cel.Program) -> object:
        """Return the value of a compiled program. Raises EvaluationError when it has none."""
        _failed.error = None
        try:
            value: object = program.execute(self._context)
        except Exception as error:
            raise EvaluationError(_reason(error)) from None
        except BaseException as error:  # a panic of the Rust side is no Exception; it must not end a batch
            if type(error).__name__ != "PanicException":
                raise
            raise EvaluationError("the engine failed") from None
        if _failed.error is not None:
            raise EvaluationError(_reason(_failed.error))
        return value


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__} while evaluating"  # never str(error): it quotes the values


_COLUMN = re.compile(r"\s*record\.([a-z][a-z0-9_]*)\s*")


class Expression:
    """One compiled expression: `text`, the declared names that it `reads`, the lookup `tables` that it names.

    `column` is the name of a column when the expression is nothing but that column of `record`: most facts and form
    fields are, and reading it needs no engine.
    """

    __slots__ = ("column", "program", "reads", "tables", "text")

    def __init__(self, text: str, program: cel.Program, reads: frozenset[str], tables: frozenset[str]) -> None:
        self.text = text
        column = _COLUMN.fullmatch(text)
        self.column = column[1] if column else ""
        self.program = program
        self.reads = reads
        self.tables = tables

    def evaluate(self, values: Mapping[str, object], *, lookup: Lookup | None = None) -> object:
        """Return its value over `values` (dates allowed). Raises EvaluationError when it has none.

        For many expressions over the same values make one Scope and use `evaluate_in`.
        """
        return self.evaluate_in(Scope({name: plain(value) for name, value in values.items()}, lookup=lookup))

    def evaluate_in(self, scope: Scope) -> object:
        """Return its value over the values of `scope`. Raises EvaluationError when it has none."""
        return scope.run(self.program)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


_TOKEN = re.compile(
    r"""(?P<blank>\s+|//[^\n]*)
      | (?P<text>[rRbB]{0,2}(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
      | (?P<word>[A-Za-z_]\w*)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})
_PLACE = re.compile(r"<input>:(\d+):(\d+): (.*)")


def _tokens(text: str) -> list[tuple[str, str]]:
    found = ((match.lastgroup or "", match.group()) for match in _TOKEN.finditer(text))
    return [token for token in found if token[0] != "blank"]


def _bound_names(tokens: Sequence[tuple[str, str]]) -> set[str]:
    """Return the names that `xs.all(x, …)` and its sisters bind: CEL lists them among the variables."""
    return {
        tokens[at + 3][1]
        for at in range(len(tokens) - 4)
        if tokens[at] == ("sign", ".")
        and tokens[at + 1][1] in _MACROS
        and tokens[at + 2] == ("sign", "(")
        and tokens[at + 3][0] == "word"
        and tokens[at + 4] == ("sign", ",")
    }


def _tables(tokens: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Return the tables named by `lookup('table', value)`. A computed name is refused: nobody could check it."""
    found = set()
    for at, token in enumerate(tokens):
        if token != ("word", "lookup"):
            continue
        ahead = tokens[at + 1 : at + 4]
        if [kind for kind, _ in ahead] != ["sign", "text", "sign"] or ahead[0][1] != "(" or ahead[2][1] != ",":
            raise ExpressionError(
                "lookup 的第一个参数须为表名", "lookup needs the name of a table as its first argument"
            )
        found.add(ahead[1][1].strip("'\""))
    return frozenset(found)


def _parsed(text: str) -> cel.Program:
    try:
        return cel.compile(text)
    except ValueError as error:
        place = _PLACE.search(str(error))
        line, column, problem = (int(place[1]), int(place[2]), place[3]) if place else (0, 0, "syntax error")
    raise ExpressionError(
        f"表达式第 {line} 行第 {column} 列有语法错误",
        f"syntax error at line {line}, column {column}: {problem}",
        line=line,
        column=column,
    )


def compile_expression(text: str, *, names: Collection[str], functions: Collection[str] = DEFAULT) -> Expression:
    """Compile `text`, which may read `names` and call `functions`.

    Raises ExpressionError when it does not parse, reads or calls something undeclared, hides a declared name behind
    a bound one, or makes the name of a lookup table at run time.
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        raise ExpressionError(
            f"表达式须为不超过 {LONGEST} 字的文本", f"an expression is a text of up to {LONGEST} characters"
        )
    program = _parsed(text)
    tokens = _tokens(text)
    bound = _bound_names(tokens)
    hidden = sorted(bound.intersection(names))
    if hidden:
        raise ExpressionError(
            f"局部变量与已声明的名称相同：{hidden[0]}", f"a local name hides a declared one: {hidden[0]}"
        )
    reads = set(program.variables()) - bound
    unknown = sorted(reads.difference(names))
    if unknown:
        raise ExpressionError(f"未声明的名称：{unknown[0]}", f"undeclared name: {unknown[0]}")
    called = sorted(set(program.functions()) - OPERATORS - set(functions))
    if called:
        raise ExpressionError(f"未提供的函数：{called[0]}", f"no such function: {called[0]}")
    if any(tokens[at][0] == "word" and tokens[at + 1][1] == "{" for at in range(len(tokens) - 1)):
        raise ExpressionError("不支持构造对象", "objects cannot be constructed")
    return Expression(text, program, frozenset(reads), _tables(tokens))
