"""Changes made to a module of the product inside one experiment, to reach a moment or to remove a guard.

`Stack.hook` writes them into a `sitecustomize` of its processes; the product itself has no such switch.
"""

import importlib.abc
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

type Patch = Callable[[ModuleType], None]


class _Finder(importlib.abc.MetaPathFinder):
    """Finds nothing itself; runs the patch of a module after the module."""

    def __init__(self) -> None:
        self.patches: dict[str, Patch] = {}

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        patch = self.patches.get(name)
        if patch is None:
            return None
        others = (each for each in sys.meta_path if each is not self)
        spec = next((found for each in others if (found := each.find_spec(name, path, target))), None)
        if spec is not None and spec.loader is not None:
            honest = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                honest(module)
                patch(module)

            setattr(spec.loader, exec_module.__name__, exec_module)
        return spec


_finder = _Finder()


def after_import(name: str, patch: Patch) -> None:
    """Call `patch` with the module `name` as soon as it has been imported."""
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    _finder.patches[name] = patch
