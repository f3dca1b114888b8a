"""The report as one HTML file that needs nothing else: tables, and charts as SVG with their table beside them. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

WIDTH: Final = 760
HEIGHT: Final = 180
STYLE: Final = """
body{font:15px/1.6 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;color:#1d2530;background:#fbfaf7;
max-width:980px;margin:24px auto;padding:0 16px}
h1{font-size:26px;margin:0}h2{font-size:18px;margin:32px 0 8px}p{margin:4px 0}small,.en{color:#5b6573}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:8px 0;width:100%}
th,td{text-align:right;padding:4px 10px;border-bottom:1px solid #e2ded5}th:first-child,td:first-child{text-align:left}
.ribbon{background:#1d2530;color:#fff;padding:6px 12px;margin-bottom:16px}
.big{display:flex;flex-wrap:wrap;gap:24px;margin:16px 0}.big b{display:block;font-size:28px;font-weight:600}
.held{color:#1f6b52}.not{color:#a5352b}svg{max-width:100%;height:auto;background:#fff;border:1px solid #e2ded5}
svg text{font:12px sans-serif;fill:#5b6573}code{background:#efece5;padding:2px 6px;overflow-wrap:anywhere}
details{margin:4px 0}.scroll{overflow-x:auto}
@media(prefers-color-scheme:dark){body{background:#14181e;color:#e6e3dc}small,.en,svg text{color:#a7adb6;fill:#a7adb6}
th,td{border-color:#333a44}svg{background:#1a1f27;border-color:#333a44}code{background:#262c35}
.held{color:#6fc9a6}.not{color:#f08c80}}
"""
COLOURS: Final = {"offered": "#8a8f98", "accepted": "#2f6f9f", "decided": "#2f8f6b", "waiting": "#b9822b"}
NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "offered": ("计划", "offered"),
    "accepted": ("受理", "accepted"),
    "decided": ("决定", "decided"),
    "waiting": ("待办", "waiting"),
    "reads": ("查阅", "reads"),
    "refused": ("拒收", "shed"),
}


def seconds(value: float | None) -> str:
    """Return a time as people read it: 8.3 ms, 1.24 s."""
    if value is None:
        return "–"
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def page(told: Mapping[str, Any]) -> str:
    """Return the report of one run."""
    profile, machine = told["profile"], told["machine"]
    parts = [
        head("压测报告", "load report"),
        f"<p><code>{escape(told['command'])}</code></p>",
        f"<p><small>{escape(machine['processor'])} · {machine['cores']} cores · {machine['database']} · "
        f"Python {machine['python']} · {machine['commit']} · seed {profile['seed']} · "
        f"{machine['scope']['zh']} <span lang=en>{machine['scope']['en']}</span></small></p>",
        _verdicts(told),
        _big(told),
        _h2("时延（自计划时刻起）", "latency from the planned moment"),
        _latencies({name: told[name] for name in ("accepted", "decided", "reads", "refused")}),
        _h2("每秒", "each second"),
        chart(
            {name: told["timeline"][name] for name in ("offered", "accepted", "decided")},
            unit="/s",
            label="计划、受理与决定的速率 / rates offered, accepted and decided",
        ),
        _h2("积压", "backlog"),
        chart({"waiting": [each["waiting"] for each in told["looks"]]}, unit="", label="待办件数 / cases waiting"),
        _backlog(told),
        _h2("分项", "by item"),
        _latencies(told["by_item"]),
        _h2("分调用", "by call"),
        _latencies(told["by_call"]),
        _h2("结果与答复", "outcomes and answers"),
        _pairs(told["outcomes"]),
        _pairs(told["statuses"]),
        _h2("设置与版本", "settings and versions"),
        _pairs(_flat({"profile": profile, "packages": machine["packages"], "settings": machine["settings"]})),
    ]
    return document("".join(parts))


def comparison(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Return a page that sets two runs side by side, with the second as a share of the first."""
    told = [
        head("两次压测对比", "two runs compared"),
        f"<p>A <code>{escape(one['command'])}</code></p><p>B <code>{escape(other['command'])}</code></p>",
        table(["", "A", "B", "B ÷ A"], [[f"{zh} {en}", *row] for (zh, en), *row in compared(one, other)]),
        chart(
            {"A": one["timeline"]["decided"], "B": other["timeline"]["decided"]}, unit="/s", label="决定 / decided"
        ),
    ]  # fmt: skip
    return document("".join(told))


def compared(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[tuple[tuple[str, str], str, str, str]]:
    """Return rows of (figure in both languages, first, second, second as a share of the first)."""
    rows = []
    for path, names in COMPARED.items():
        first, second = _dig(one, path), _dig(other, path)
        ratio = f"{second / first:.2f}×" if first and second is not None else "–"
        form = seconds if ".p" in path or path.endswith(("drained", "oldest", "recovered_s")) else _number
        rows.append((names, form(first), form(second), ratio))
    return rows


COMPARED: Final[Mapping[str, tuple[str, str]]] = {
    "offered.rate": ("计划 /s", "offered /s"),
    "accepted.rate": ("受理 /s", "accepted /s"),
    "decided.rate": ("决定 /s", "decided /s"),
    "accepted.p50": ("受理用时 p50", "time to acceptance p50"),
    "accepted.p95": ("受理用时 p95", "time to acceptance p95"),
    "accepted.p99": ("受理用时 p99", "time to acceptance p99"),
    "decided.p50": ("决定用时 p50", "time to decision p50"),
    "decided.p95": ("决定用时 p95", "time to decision p95"),
    "decided.p99": ("决定用时 p99", "time to decision p99"),
    "reads.p95": ("查阅用时 p95", "time to read p95"),
    "reads.shed": ("拒收的查阅", "reads shed"),
    "shed": ("拒收的申报", "applications shed"),
    "refused.p99": ("拒收用时 p99", "time to refusal p99"),
    "recovered_s": ("高峰后恢复", "recovered after the rush"),
    "failed": ("失败", "failed"),
    "retries": ("重试", "retries"),
    "lost": ("丢失", "lost"),
    "duplicates": ("重复", "duplicates"),
    "doubled": ("重复决定", "decided twice"),
    "backlog.most": ("最多待办", "most waiting"),
    "backlog.oldest": ("最久等待", "longest wait"),
    "backlog.drained": ("结束后清空", "drained after the end"),
    "generator.cpu_share": ("生成器占用 CPU", "generator's share of a core"),
}


def document(body: str) -> str:
    """Return a whole page that stands alone."""
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>govsim 压测报告 / load report</title><style>{STYLE}</style><body>{body}</body></html>\n"
    )


def head(zh: str, en: str) -> str:
    """Return the ribbon and the heading of a page."""
    notice = "模拟系统，非政府网站；数字由本次运行计数 / Simulation; figures counted from this run"
    return f'<p class="ribbon">{notice}</p><h1>{zh} <small lang="en">{en}</small></h1>'


def _h2(zh: str, en: str) -> str:
    return f'<h2>{zh} <small class="en" lang="en">{en}</small></h2>'


def _verdicts(told: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<p class="{"held" if each["held"] else "not"}">{"✓" if each["held"] else "✕"} {escape(each["text"])} '
        f"<small>{_number(each['found'])}</small></p>"
        for each in told.get("expectations", ())
    )
    if told["failed"] > 0.01 * max(1, told["offered"]["n"]):
        rows += '<p class="not">✕ 失败超过 1%，时延不作数 / more than 1 % failed: the latencies do not count</p>'
    if told["generator"]["bottleneck"]:
        rows += '<p class="not">✕ 生成器本身是瓶颈，结果不作数 / the generator was the bottleneck: no figure counts</p>'
    return rows


def _big(told: Mapping[str, Any]) -> str:
    shown: list[tuple[str, str, str]] = [
        ("计划 offered", f"{told['offered']['rate']:.1f}", "/s"),
        ("受理 accepted", f"{told['accepted']['rate']:.1f}", "/s"),
        ("决定 decided", f"{told['decided']['rate']:.1f}", "/s"),
        ("丢失 lost", str(told["lost"]), ""),
        ("重复 duplicates", str(told["duplicates"] + told["doubled"]), ""),
        ("拒收 shed", str(told["shed"]), ""),
        ("失败 failed", str(told["failed"]), ""),
    ]
    cells = "".join(f"<div><b>{value}<small>{unit}</small></b>{name}</div>" for name, value, unit in shown)
    return f'<div class="big">{cells}</div>'


def _latencies(spreads: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for name, each in spreads.items():
        told = both(name)
        figures = [seconds(each.get(key)) for key in ("mean", "p50", "p90", "p95", "p99", "p999", "max")]
        rows.append([told, str(each["n"]), *figures])
    return table(["", "n", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"], rows)


def _backlog(told: Mapping[str, Any]) -> str:
    law, backlog, generator = told["little"], told["backlog"], told["generator"]
    gap = f"{law['gap']:.0%}" if law["gap"] is not None else "–"
    rows = [
        ["最多待办 most waiting", str(backlog["most"])],
        ["最久等待 oldest", seconds(backlog["oldest"])],
        ["结束后清空 drained after", seconds(backlog["drained"])],
        ["高峰后恢复 recovered after the rush", seconds(told["recovered_s"])],
        ["拒收的查阅 reads shed", str(told["reads"]["shed"])],
        ["在办 L（实测） measured", f"{law['measured']:.2f}"],
        ["λ × W", f"{law['rate_times_time']:.2f}"],
        ["差 gap (Little)", gap],
        ["重试 retries", str(told["retries"])],
        ["未答复 unanswered", f"{told['unanswered']['n']} ({told['unanswered']['stored']} stored)"],
        ["生成器迟发 p99 generator late", seconds(generator["late"].get("p99"))],
        ["生成器占用 CPU", f"{generator['cpu_share']:.0%}"],
    ]
    return table(["", ""], rows)


def _pairs(pairs: Mapping[str, Any]) -> str:
    return table(["", ""], [[key, _number(value)] for key, value in pairs.items()])


def _flat(tree: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{before}{key}.")
        else:
            found[before + key] = value
    return found


def _number(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _dig(tree: Mapping[str, Any], path: str) -> Any:
    found: Any = tree
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; its cells are text."""
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def both(name: str) -> str:
    """Return the name of a series in both languages, for a file that stands alone."""
    return " ".join(NAMES.get(name, (name,)))


def chart(
    series: Mapping[str, Sequence[float]], *, unit: str, label: str, name: Callable[[str], str] = both,
    numbers: str = "数据表 / table",
) -> str:  # fmt: skip
    """Return lines over the seconds of a run as SVG, with the numbers as a table to open."""
    longest = max((len(each) for each in series.values()), default=0)
    most = max((max(each, default=0) for each in series.values()), default=0) or 1
    if not longest:
        return ""

    def across(place: int) -> float:
        return 44 + place * (WIDTH - 56) / max(1, longest - 1)

    def up(value: float) -> float:
        return HEIGHT - 24 - value * (HEIGHT - 44) / most

    palette = iter(("#2f6f9f", "#b9822b", "#2f8f6b"))
    drawn = ""
    for order, (key, values) in enumerate(series.items()):
        colour = COLOURS.get(key) or next(palette)
        points = " ".join(f"{across(place):.1f},{up(value):.1f}" for place, value in enumerate(values))
        drawn += f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
        drawn += f'<rect x="{60 + order * 150}" y="6" width="10" height="10" fill="{colour}"/>'
        drawn += f'<text x="{76 + order * 150}" y="17">{escape(name(key))}</text>'
    axis = f'<text x="4" y="{up(most) + 4:.0f}">{most:g}{unit}</text><text x="4" y="{HEIGHT - 22}">0</text>'
    axis += f'<text x="{WIDTH - 8}" y="{HEIGHT - 6}" text-anchor="end">{longest - 1} s</text>'
    rows = [[str(place), *(f"{each[place]:g}" if place < len(each) else "" for each in series.values())]
            for place in range(longest)]  # fmt: skip
    svg = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">{drawn}{axis}</svg>'
    return f"{svg}<details><summary>{escape(numbers)}</summary>{table(['s', *map(name, series)], rows)}</details>"
