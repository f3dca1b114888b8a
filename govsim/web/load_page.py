"""The load page: start a profile, watch it, stop it, read its report, compare two (for trainers)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govsim.core import clock
from govsim.core.doors import seated
from govsim.core.errors import BadInput, NotFound
from govsim.core.faults import of as found_faults
from govsim.load import LoadError, drawing, folders
from govsim.load.profile import SHAPES, Profile
from govsim.load.report import VERSION

FILES = {
    "report.html": "text/html",
    "report.json": "application/json",
    "timeline.csv": "text/csv",
    "calls.csv": "text/csv",
}
# What can be chosen at once: a name in both languages, and what it changes of the plain profile.
PRESETS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("试一试：每秒 10 件，20 秒", "A try: 10 a second for 20 s", {"rate": 10, "seconds": 20}),
    ("平稳：每秒 50 件，60 秒", "Steady: 50 a second for 60 s", {"rate": 50, "seconds": 60}),
    ("一天：两个高峰，90 秒", "A day: two peaks in 90 s", {"rate": 30, "seconds": 90, "shape": "day"}),
    ("突增：三倍，60 秒", "A spike: three times, 60 s", {"rate": 30, "seconds": 60, "shape": "spike"}),
)
TIMED = ("accepted", "decided", "reads", "refused")
SHAPE_NAMES = {
    "constant": ("匀速", "constant"), "poisson": ("随机", "random (Poisson)"),
    "day": ("一天，两个高峰", "a day, two peaks"), "steps": ("逐级上升", "steps"),
    "spike": ("中段突增三倍", "a spike, three times"), "surge": ("先高峰，后平缓", "a rush, then calm"),
}  # fmt: skip
PLAIN = {"rate": "20", "seconds": "30", "shape": "poisson", "seed": "1", "people": "1000"}
# What may be typed here: a run that lasts longer or goes faster is for the command line.
LIMITS: Mapping[str, tuple[Callable[[str], float], float, float]] = {
    "rate": (float, 0.1, 500), "seconds": (float, 5, 600), "seed": (int, 0, 2**31), "people": (int, 50, 20_000),
}  # fmt: skip


@seated("trainer")
@require_http_methods(["GET", "POST"])
def runs(request: HttpRequest) -> HttpResponseBase:
    """List the runs, and start one; a form with faults comes back as it was typed."""
    typed, faults, status = dict(PLAIN), [], 200
    if request.method == "POST":
        typed |= {name: request.POST.get(name, "") for name in typed}
        name = f"{clock.wall():%Y%m%d-%H%M%S}"
        try:
            folders.start(settings.VAR, name, _profile(typed))
        except LoadError as error:
            zh, _, en = str(error).partition(" / ")
            faults, status = [{"field": "", "zh": zh, "en": en or zh}], 409
        except BadInput as error:
            faults, status = found_faults(error), 422
        else:
            return redirect("load-run", name)
    context = {
        "runs": [_line(each) for each in folders.all_runs(settings.VAR)],
        "typed": typed,
        "faults": faults,
        "shapes": [(each, _words(SHAPE_NAMES[each])) for each in SHAPES],
        "presets": [(_words((zh, en)), PLAIN | {key: str(value) for key, value in more.items()})
                    for zh, en, more in PRESETS],
        "busy": folders.running(settings.VAR),
    }  # fmt: skip
    return render(request, "web/load.html", context, status=status)


def _profile(typed: Mapping[str, str]) -> Profile:
    """Return the profile that the form asks for. Raises BadInput naming every faulty field."""
    faults: dict[str, tuple[str, str]] = {}
    found: dict[str, Any] = {"shape": typed["shape"]}
    if typed["shape"] not in SHAPES:
        faults["shape"] = ("请选择到达曲线", "Choose how they arrive")
    for name, (kind, least, most) in LIMITS.items():
        try:
            found[name] = kind(typed[name])
        except ValueError:
            found[name] = least - 1
        if not least <= found[name] <= most:
            faults[name] = (f"请填写 {least} 到 {most} 之间的数", f"Enter a number between {least} and {most}")
    if faults:
        raise BadInput(faults)
    return Profile(**found)


def _words(pair: tuple[str, str]) -> dict[str, str]:
    return {"zh": pair[0], "en": pair[1]}


def _line(found: folders.Folder) -> dict[str, Any]:
    told = found.report if found.report.get("version") == VERSION else {}
    profile = found.live.get("profile", {})
    shape = _words(SHAPE_NAMES[profile["shape"]]) if profile.get("shape") in SHAPE_NAMES else {}
    return {"name": found.name, "state": found.state, "profile": profile, "shape": shape, "told": told}


def _found(name: str) -> folders.Folder:
    found = folders.one(settings.VAR, name)
    if found is None:
        raise NotFound("没有这次压测", "There is no such run")
    return found


@seated("trainer")
@require_GET
def run(request: HttpRequest, name: str) -> HttpResponse:
    """One run: live while it is under way, its report afterwards."""
    return render(request, "web/load_run.html", _shown(_found(name)))


@seated("trainer")
@require_GET
def live(request: HttpRequest, name: str) -> HttpResponse:
    """The moving part of one run; when it has ended, the page is loaded anew."""
    found = _found(name)
    response = render(request, "web/_load_live.html", _shown(found))
    if found.state != "running":
        response["HX-Refresh"] = "true"
    return response


def _shown(found: folders.Folder) -> dict[str, Any]:
    told = _line(found)["told"]
    looks = found.live.get("looks", [])
    waiting = _chart({"waiting": [each["waiting"] for each in looks]}, gettext("待办件数")) if looks else ""
    rates = ""
    if told:
        rates = _chart(
            {name: told["timeline"][name] for name in ("offered", "accepted", "decided")}, gettext("每秒件数")
        )
    return {
        "run": _line(found),
        "look": looks[-1] if looks else None,
        "waiting": waiting,
        "rates": rates,
        "latencies": [(_timed(each), _times(told.get(each, {"n": 0}))) for each in TIMED] if told else [],
        "files": [each for each in FILES if (found.path / each).exists()],
    }


def _times(spread: Mapping[str, Any]) -> list[str]:
    return [str(spread["n"]), *(drawing.seconds(spread.get(key)) for key in ("mean", "p50", "p95", "p99", "max"))]


def _name(key: str) -> str:
    return {
        "offered": gettext("计划到达"), "accepted": gettext("受理"), "decided": gettext("决定"),
        "waiting": gettext("待办件数"),
    }.get(key, key)  # fmt: skip


def _timed(key: str) -> str:
    return {
        "accepted": gettext("受理用时"), "decided": gettext("决定用时"), "reads": gettext("查阅用时"),
        "refused": gettext("拒收用时"),
    }[key]  # fmt: skip


def _chart(series: Mapping[str, Any], label: str) -> SafeString:
    """Return a chart; its texts are escaped where it is drawn, the rest are numbers."""
    svg = drawing.chart(series, unit="", label=label, name=_name, numbers=gettext("数据表"))
    return mark_safe(svg)  # noqa: S308 — see above


@seated("trainer")
@require_POST
def stop(request: HttpRequest, name: str) -> HttpResponseBase:
    """End a run."""
    folders.stop(_found(name))
    return redirect("load")


@seated("trainer")
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two reports side by side."""
    chosen = request.GET.getlist("run")[:2]
    if len(chosen) != 2:
        raise BadInput({"run": ("请选择两次压测", "Choose two runs")})
    one, other = (_found(name) for name in chosen)
    if not (_line(one)["told"] and _line(other)["told"]):
        raise NotFound("这次压测没有报告", "This run has no report")
    return render(request, "web/load_compare.html", {
        "one": one,
        "other": other,
        "rows": [(_words(names), *row) for names, *row in drawing.compared(one.report, other.report)],
        "chart": _chart({one.name: one.report["timeline"]["decided"], other.name: other.report["timeline"]["decided"]},
                        gettext("每秒决定件数")),
    })  # fmt: skip


@seated("trainer")
@require_GET
def download(request: HttpRequest, name: str, file: str) -> HttpResponseBase:
    """One file of a report, to be kept."""
    path = _found(name).path / file
    if file not in FILES or not path.exists():
        raise NotFound("没有这个文件", "There is no such file")
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{name}-{file}", content_type=FILES[file])
