"""The fault matrix (F1 to F59): each fault is really injected, proved to have been reached, and judged.

A fault is a function of a `Trial`. It starts what it needs, breaks it, tells the trial when the fault was reached
(`reached`), what has to hold (`hold`), and when all was well again (`recovered`). What it raises is a fault that did
not hold. Modules of this package register their faults when they are imported.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

type Deed = Callable[[Any], None]


@dataclass(frozen=True)
class Fault:
    """One row of the matrix: its id, what is broken, in both languages, and which tools of the machine it needs.

    `needs` names programs, `modules` Python modules of the development tools.
    """

    id: str
    zh: str
    en: str
    deed: Deed
    needs: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


_registered: dict[str, Fault] = {}
# Rows of the matrix whose mechanism is not there yet; listed, never skipped in silence.
LATER: Final = {
    "F33": ("密钥轮换尚未实现", "rotating the signing key comes with a later version"),
    "F48": (
        "由互操作测试覆盖，故障运行器稍后纳入",
        "forged certificates are judged by the interop tests; not here yet",
    ),
    "F49": ("由互操作测试覆盖，故障运行器稍后纳入", "SD-JWT tricks are judged by the interop tests; not here yet"),
    "F50": ("重放由出示测试覆盖，故障运行器稍后纳入", "replayed presentations come with a later version"),
    "F52": ("状态列表故障稍后纳入", "broken status lists come with a later version"),
}


def fault(
    id_: str, zh: str, en: str, *, needs: tuple[str, ...] = (), modules: tuple[str, ...] = ()
) -> Callable[[Deed], Deed]:
    """Register a fault under its id of the matrix; `needs` and `modules` have to be on the machine."""

    def register(deed: Deed) -> Deed:
        if id_ in _registered or id_ in LATER:
            raise ValueError(f"{id_} is registered twice")
        _registered[id_] = Fault(id_, zh, en, deed, needs, modules)
        return deed

    return register


def matrix() -> dict[str, Fault]:
    """Return every fault that can be run, in the order of the matrix."""
    for found in pkgutil.iter_modules(__path__):
        if found.name.startswith("_"):  # what several modules of faults share
            continue
        importlib.import_module(f"{__name__}.{found.name}")
    return dict(sorted(_registered.items(), key=lambda each: int(each[0][1:])))
