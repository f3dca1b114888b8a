"""YAML files that can say where each value stands, so that a complaint names file and line."""

from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError


class YamlError(Exception):
    """The file is not YAML: `line` is where reading stopped, from 1."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


def load(path: Path) -> Any:
    """Return the content of a YAML file with positions kept. Raises YamlError with file and line."""
    reader = YAML(typ="rt")
    reader.allow_duplicate_keys = False
    try:
        return reader.load(StringIO(path.read_text(encoding="utf-8")))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(path, mark.line + 1 if mark else 1, error.problem or "not YAML") from error
    except UnicodeDecodeError as error:
        raise YamlError(path, 1, "not UTF-8") from error


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
