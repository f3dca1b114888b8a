"""YAML files that can say where each value stands, so that a complaint names file and line."""

import re
from io import StringIO
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

LARGEST: Final = 500_000  # bytes; the largest file of the catalogue has a tenth of it
DEEPEST: Final = 100  # brackets in each other; the catalogue has four
MOST_NODES: Final = 100_000  # with every alias written out: a bomb of aliases is small only until it is read


class YamlError(Exception):
    """The file is not YAML: `line` is where reading stopped, from 1."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


def load(path: Path) -> Any:
    """Return the content of a YAML file with positions kept.

    Raises YamlError with file and line; also for a file that is too large, nested too deeply, or a bomb of aliases.
    """
    reader = YAML(typ="rt")
    reader.allow_duplicate_keys = False
    if path.stat().st_size > LARGEST:
        raise YamlError(path, 1, f"larger than {LARGEST} bytes")
    try:
        text = path.read_text(encoding="utf-8")
        if _depth(text) > DEEPEST:
            raise YamlError(path, 1, f"brackets nested more than {DEEPEST} deep")
        found = reader.load(StringIO(text))
        if _nodes(found, {}) > MOST_NODES:
            raise YamlError(path, 1, f"more than {MOST_NODES} values when its aliases are written out")
        return found
    except RecursionError as error:
        raise YamlError(path, 1, "nested too deeply") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(path, mark.line + 1 if mark else 1, error.problem or "not YAML") from error
    except UnicodeDecodeError as error:
        raise YamlError(path, 1, "not UTF-8") from error
    except YAMLError as error:
        raise YamlError(path, 1, str(error).splitlines()[0]) from error


def _depth(text: str) -> int:
    """Return how deep brackets stand in each other: the reader takes time by its square, so it is asked before."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth = max(0, depth + (1 if bracket in "[{" else -1))
        deepest = max(deepest, depth)
    return deepest


def _nodes(node: Any, known: dict[int, int]) -> int:
    """Count the values below a node as if every alias were written out; each node is looked at once."""
    if not isinstance(node, dict | list):
        return 1
    if id(node) not in known:
        known[id(node)] = 1 + sum(_nodes(each, known) for each in (node.values() if isinstance(node, dict) else node))
    return known[id(node)]


def line(node: Any, key: Any = None) -> int:
    """Return the line, from 1, of `key` in a mapping or sequence that `load` returned, or of the node itself."""
    marks = getattr(node, "lc", None)
    if marks is None:
        return 1
    if key is not None:
        try:
            return int(marks.key(key)[0] if isinstance(node, dict) else marks.item(key)[0]) + 1
        except (KeyError, TypeError, AttributeError):
            pass
    return int(marks.line) + 1


def where(path: Path, node: Any, key: Any = None) -> str:
    """Return `file:line` of `key` in `node`."""
    return f"{path}:{line(node, key)}"


def plain(node: Any) -> Any:
    """Return the same content as ordinary dictionaries, lists and scalars."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return float(node)
    if isinstance(node, str):
        return str(node)
    return node
