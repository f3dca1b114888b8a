"""Which page of the platform shows what a step of a walk-through did, and who is at work in it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse

from govsim.core.actors import OFFICERS
from govsim.walkthroughs.paths import MISSING, fill, find
from govsim.walkthroughs.story import PUBLIC, Pack, Step

# How the address of a request to the API begins or reads, and the page that stands for it; the first that fits.
LISTS: tuple[tuple[str, str], ...] = (
    ("/inbox", "inbox"), ("/data-log", "my-data"), ("/use-log", "my-data"), ("/consents", "my-data"),
    ("/messages", "applications"), ("/world", "world"), ("/figures", "home"), ("/wallet", "wallet"),
    ("/applications", "applications"), ("/verify", "verify"), ("/packages", "packages"),
)  # fmt: skip
# States in which a branch of a package is with its department.
RUNNING = frozenset({"submitted", "received", "accepted", "reviewing", "approving", "special"})


class View(NamedTuple):
    """A page, and as whom it is looked at: a key of the pack's roles, or `public`."""

    role: str
    page: str


def view(pack: Pack, step: Step, values: Mapping[str, Any], answer: Any) -> View | None:
    """Return what to show after a step, or None when it belongs to no page: then the former one is shown again."""
    if not isinstance(step.target, str) or not step.role:
        return None
    path = str(fill(step.target, values))
    body = fill(step.body, values) or {}
    officer = step.role != PUBLIC and pack.roles[step.role].role in OFFICERS
    page = _one(path, step, body, answer, officer=officer, world=str(values["world"])) or _list(path, officer=officer)
    return View(step.role, page) if page else None


def _one(path: str, step: Step, body: Any, answer: Any, *, officer: bool, world: str) -> str:
    """Return the page of the one thing that an address of the API names, or nothing."""
    plain, _, query = path.partition("?")
    parts = plain.strip("/").split("/")
    number = find(answer, "number")
    match parts:
        case ["items", key]:
            return reverse("item", args=[key])
        case ["items", key, "prefill"]:
            return reverse("apply", args=[key]) + ("?consent=1" if body.get("consent") else "")
        case ["themes", key]:
            return reverse("theme", args=[key])
        case ["applications"] if step.verb == "post":
            return reverse("apply", args=[body["item"]]) if number is MISSING else reverse("application", args=[number])
        case ["packages"] if step.verb == "post":
            known = number is not MISSING
            return reverse("package", args=[number]) if known else reverse("package-new", args=[body["theme"]])
        case ["applications", one, *rest]:
            page = reverse("case" if officer else "application", args=[one])
            expert = "?view=expert" if "view=expert" in query else ""
            return page + expert + ("#passport" if rest == ["passport"] else "")
        case ["packages", one, *_]:
            return reverse("package", args=[one])
        case ["wallet", one, *_]:
            return reverse("certificate", args=[one])
        case ["certificates", one, *_]:
            return reverse("verify-certificate", args=[world, one])
        case ["verify"]:
            one = find(answer, "identifier")
            return "" if one is MISSING or not one else reverse("verify-certificate", args=[world, one])
        case _:
            return ""


def _list(path: str, *, officer: bool) -> str:
    if path.startswith("/disputes"):
        return reverse("disputes" if officer else "my-data")
    return next((reverse(name) for begins, name in LISTS if re.match(rf"{begins}(/|\?|$)", path)), "")


def at_work(pack: Pack, step: Step, answer: Any) -> list[str]:
    """Return the keys of the departments at work in a step, as its answer tells; an officer's own comes first."""
    own = pack.roles[step.role].department if step.role in pack.roles else ""
    if own:
        return [own]
    branches = find(answer, "branches")
    if isinstance(branches, list):
        running = [each for each in branches if find(each, "state.key") in RUNNING]
        return list(dict.fromkeys(find(each, "department.key") for each in running))
    for place in ("department.key", "results[0].department.key"):
        if isinstance(found := find(answer, place), str):
            return [found]
    sources = find(answer, "passport.answers[*].source")
    return list(dict.fromkeys(sources)) if isinstance(sources, list) else []


def took(answer: Any) -> float | None:
    """Return the world seconds from submission to the decision, or to the end of a package, or None before that."""
    began, ended = find(answer, "submitted_at"), find(answer, "decision.decided_at")
    if not isinstance(ended, str):
        ended = find(answer, "finished_at")
    if not isinstance(began, str) or not isinstance(ended, str):
        return None
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()


def state(answer: Any) -> dict[str, str] | None:
    """Return the state that an answer tells of, with its key and words, or None."""
    told = find(answer, "state")
    known = isinstance(told, Mapping) and {"key", "zh", "en"} <= set(told)
    return {name: str(told[name]) for name in ("key", "zh", "en")} if known else None


def refusal(answer: Any) -> dict[str, str] | None:
    """Return what the platform said when it turned a request down, the first fault before the general words."""
    if not isinstance(answer, Mapping) or "trace_id" not in answer:
        return None
    said = (answer.get("errors") or [answer])[0]
    return {"zh": str(said["zh"]), "en": str(said["en"])}
