"""What a case and a list page cost when much is stored already, against what they cost when little is.

CPU is process time of web, worker and database server, so that a neighbour on the machine hardly counts. The
installation is the same before and after: real cases first, then their copies (`multiply`).
"""

import os
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx

from govsim.lab.bench import measures
from govsim.lab.bench.bed import Bed, Failed
from govsim.lab.stack import children
from govsim.load import figures

BLOCKS: Final = 5  # of which the median is told
BUSY: Final = 10  # elders who hold a whole page of cases, all of which wait for an officer ...
EACH: Final = 30
LOOKS: Final = 30  # at each page in one block
TICK: Final = os.sysconf("SC_CLK_TCK")
PAGES: Final = {  # what is looked at, by whom
    "inbox": ("handler", "/inbox"),
    "applications": ("applicant", "/applications"),
    "granted": ("dispatcher", "/command/rows/granted"),
    "open": ("dispatcher", "/command/rows/open"),
    "pressing": ("dispatcher", "/command/rows/pressing"),
}


def elders(bed: Bed) -> int:
    """Return how many people it takes."""
    sizes = bed.sizes
    return BUSY + sizes.grown_from + 2 * (BLOCKS * sizes.cost + 3 * sizes.warm_up)


def growth(bed: Bed) -> measures.Found:
    """Measure with `grown_from` real cases stored, multiply them to `grown_to`, measure again. Raises Failed.

    Of the list pages the ratio is told of the one that grew most.
    """
    sizes = bed.sizes
    bed.deed("refer", first=bed.use(BUSY), people=BUSY, each=EACH)
    count = sizes.grown_from - BUSY * EACH
    bed.deed("store", first=bed.use(count), count=count)
    bed.deed("finish")
    bed.deed("settle_down")
    before = _measure(bed)
    made = bed.deed("multiply", to=sizes.grown_to, timeout=1800)
    if made["stored"] < sizes.grown_to:
        raise Failed(f"{made['stored']} stored, not {sizes.grown_to}")
    after = _measure(bed)
    worst = max(PAGES, key=lambda page: after[page] / before[page])
    found = {"grown_stored": made["stored"], "grown_bytes": made["bytes"]}
    found |= {"cpu_10k": before["cpu"], "cpu_1m": after["cpu"]}
    found |= {"list_p95_10k": before[worst], "list_p95_1m": after[worst]}
    for page in PAGES:
        found |= {f"list_{page}_10k": before[page], f"list_{page}_1m": after[page]}
    return found


def _measure(bed: Bed) -> dict[str, float]:
    """Return the CPU of one application, and the p95 of each page, in milliseconds; medians of BLOCKS."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    with bed.workers(sweeper=True):
        bed.pump(measures.submissions(bed, bed.sizes.warm_up))
        bed.deed("wait_idle")
        since = bed.deed("mark")["mark"]
        for _ in range(BLOCKS):
            found["cpu"].append(_cost(bed))
        measures.all_decided(bed, since, BLOCKS * bed.sizes.cost)
    readers = _readers(bed)
    try:
        _looks(readers)  # not counted
        for _ in range(BLOCKS):
            for page, spans in _looks(readers).items():
                found[page].append(figures.percentile(sorted(spans), 0.95))
    finally:
        for each in readers.values():
            each.close()
    return {name: 1000 * statistics.median(each) for name, each in found.items()}


def _cost(bed: Bed) -> float:
    """Return the CPU seconds of one application, from its POST to its certificate."""
    began = _cpu(bed)
    bed.pump(measures.submissions(bed, bed.sizes.cost))
    bed.deed("wait_idle")
    return (_cpu(bed) - began) / bed.sizes.cost


def _readers(bed: Bed) -> Mapping[str, httpx.Client]:
    """Return somebody signed in for each role that looks at a page. Raises Failed."""
    links = bed.deed("links", place=0)
    made = {role: httpx.Client(base_url=bed.url, timeout=60) for role in links}
    for role, link in links.items():
        if made[role].get(f"/in/{link}").status_code != httpx.codes.FOUND:
            raise Failed(f"{role} could not sign in")
    return made


def _looks(readers: Mapping[str, httpx.Client]) -> dict[str, list[float]]:
    """Look at each page LOOKS times, one after the other; return the seconds of each answer."""
    spans: dict[str, list[float]] = {page: [] for page in PAGES}
    for _ in range(LOOKS):
        for page, (role, path) in PAGES.items():
            began = time.perf_counter()
            answer = readers[role].get(path)
            spans[page].append(time.perf_counter() - began)
            if answer.status_code != httpx.codes.OK:
                raise Failed(f"{path}: {answer.status_code}")
    return spans


def _cpu(bed: Bed) -> float:
    """Return the CPU seconds that web, worker and database server have used, with their children that have ended."""
    roots = [bed.running[name].pid for name in ("web", "worker")]
    return sum(_of_tree(pid) for pid in [*roots, *bed.servers])


def _of_tree(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    own = sum(int(each) for each in fields[11:15]) / TICK  # utime, stime, and those of children that were waited for
    return own + sum(_of_tree(each) for each in children(pid))
