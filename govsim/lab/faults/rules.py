"""Faults of rules: rule sets that are poisoned, and rules that change while cases are being decided."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from govsim.lab.faults import fault
from govsim.lab.site import ALLOWANCE, inside, site
from govsim.lab.stack import wait
from govsim.lab.trial import Trial

FILE: Final = Path(__file__).resolve().parents[3] / "services" / "catalogue" / "shenzhen" / "old_age_allowance.yaml"
LONGEST: Final = 20.0  # CPU seconds in which a file has to be judged
LAUGHS: Final = "a0: &a0 [lol]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10))
ITEM: Final = "sz.old_age_allowance"
CASES: Final = 600


@fault("F27", "有毒的规则集", "poisoned rule sets, as files and from the rule studio")
def poisoned(trial: Trial) -> None:
    """Each is refused before anything is published, in seconds; the rules in force stay and go on deciding.

    Rules have no loops of their own and no recursion (CEL); what comes near is nested macros, which are refused by
    their length or depth. Rules that contradict each other are told by the worked examples.
    """
    town = site(trial)
    folder, good = trial.folder(), FILE.read_text(encoding="utf-8")
    files = {
        "syntax": good.replace("rules:\n", "rules: [\n", 1),
        "division": good.replace("expression: age >= age_threshold", "expression: age / 0 > 1"),
        "expression": good.replace("expression: age >= age_threshold", "expression: age >= "),
        "contradiction": good.replace("expression: age >= age_threshold", "expression: age < age_threshold"),
        "laughs": good + LAUGHS, "deep": good + "deep: " + "[" * 5000 + "]" * 5000 + "\n",
        "tag": good + "tag: !!python/object/apply:os.system ['true']\n", "empty": "", "binary": "\x01\x02",
        "huge": good + "# " + "x" * 10_000_000 + "\n" + "huge: [" + "1," * 500_000 + "1]\n",
    }  # fmt: skip
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    read = inside(town.lab, "rulesmiths.checked", folder=str(folder))
    codes, slowest = read["codes"], read["slowest"]
    alone = folder / "contradiction.yaml"
    codes["contradiction"] = town.lab.run("rules", "examples", ITEM, "--catalogue", str(alone)).returncode
    studio = inside(town.lab, "rulesmiths.poisoned")
    taken = [name for name, why in studio["refused"].items() if not why]
    trial.reached(f"{len(files)} files and {len(studio['refused'])} drafts; the slowest took {slowest:.1f} CPU s "
                  f"and {studio['slowest']:.1f} s")  # fmt: skip
    trial.hold("each file is refused (exit 1 or 2)", set(codes.values()) <= {1, 2}, found=codes)
    trial.hold("each draft is refused", not taken, found=taken)
    trial.hold("in seconds", max(slowest, studio["slowest"]) < LONGEST, found=(slowest, studio["slowest"]))
    trial.hold("the rules in force are what they were", studio["same"])
    number = town.person(0).post("applications", ALLOWANCE).json()["number"]
    trial.recovered(town.idle)
    state = town.one("SELECT state FROM approvals_application WHERE number = ?", number)
    trial.hold("and go on deciding", state == "granted", found=state)
    trial.verify(town.lab)


@fault("F28", "办理途中规则变更", "rules that change while cases are being decided")
def change(trial: Trial) -> None:
    """Publish other figures while 600 cases are drained: each decision names the version by which it was made.

    Judging every passport again by the version that it names gives the same bytes (invariant I6).
    """
    town = site(trial, web=False, workers=False, GOVSIM_DRAIN_BATCH="10", GOVSIM_MOST_WAITING="100000")
    town.lab.work("fill", count=CASES)
    with ThreadPoolExecutor(1) as pool:
        ready = trial.folder() / "ready"
        changed = pool.submit(inside, town.lab, "rulesmiths.change", after=30, ready=str(ready))
        wait(ready.exists, seconds=60)  # before the first case is decided
        town.lab.start_broker()
        town.lab.start_worker()
        town.lab.work("ring")
        wait(lambda: town.rows("SELECT 1 FROM approvals_decision LIMIT 1"), seconds=60)
        town.lab.start_sweeper()  # not before: one that nobody hears would decide some itself, beside the worker
        told = changed.result()
    trial.break_()
    trial.recovered(town.idle)
    named = dict(town.rows("SELECT rule_set, count(*) FROM approvals_decision GROUP BY rule_set"))
    other = [sha for sha in named if sha != told["sha256"]]
    trial.reached(f"published after {told['decided']} of {CASES}: {sorted(named.values())} decisions by each version",
                  unless=told["sha256"] not in named or not other)  # fmt: skip
    trial.hold("two versions are named and no third", len(named) == 2, found=named)
    trial.hold("every case has a decision", sum(named.values()) == CASES, found=named)
    order = [
        row[0] for row in town.rows("SELECT rule_set FROM approvals_decision ORDER BY recorded_at, application_id")
    ]
    turned = sum(first != second for first, second in itertools.pairwise(order))
    trial.hold("they change once", turned == 1, found=turned)
    trial.verify(town.lab)
