"""The knee: the highest rate of applications that the platform takes as it comes, found by steps and halving."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from govsim.load import drawing

HELD: Final = 0.95  # share of the offered rate that has to be accepted
LEFT_OVER: Final = 5.0  # seconds after the last call within which the workers have to be done
SLOWEST: Final = 1.0  # seconds; p95 of being accepted
ERRORS: Final = 0.01  # share that may fail or be shed
CLOSE: Final = 1.15  # the search ends when the lowest rate that failed is no more than this over the highest that held
GENERATOR: Final = "生成器跟不上 / the generator could not send in time"
FIRST: Final = 10.0
MOST_STEPS: Final = 14
HEIGHT, WIDTH, FOOT, LEFT = 260, 720, 34, 52


@dataclass(frozen=True)
class Step:
    """What one rate did: rates per second, seconds, shares; `why_not` says why it did not hold."""

    rate: float
    accepted: float
    decided: float
    p95: float
    errors: float
    why_not: str

    @property
    def held(self) -> bool:
        return not self.why_not


def judge(rate: float, told: Mapping[str, Any]) -> Step:
    """Return the step that the figures of a run make."""
    offered, sent = told["offered"]["rate"], max(1, told["offered"]["n"])
    accepted, decided = told["accepted"]["rate"], told["decided"]["rate"]
    p95, errors = told["accepted"].get("p95") or 0.0, (told["failed"] + told["shed"]) / sent
    why = ""
    if errors >= ERRORS:
        why = f"失败或拒收 {errors:.1%} / failed or shed"
    elif accepted < HELD * offered:
        why = f"受理 {accepted:.1f}/s，计划 {offered:.1f}/s / accepted of offered"
    elif told["backlog"]["drained"] >= LEFT_OVER:  # what takes more in than it decides only puts the knee off
        why = f"结束后 {told['backlog']['drained']:.1f} s 才办完 / still deciding after the end"
    elif p95 >= SLOWEST:
        why = f"受理 p95 {p95:.2f} s"
    elif told["generator"]["bottleneck"]:  # nothing can be said of the platform at this rate
        why = GENERATOR
    return Step(rate, accepted, decided, p95, errors, why)


def search(
    step: Callable[[float], Step], *, first: float = FIRST, close: float = CLOSE, tell: Callable[[Step], None]
) -> list[Step]:
    """Double the rate until one does not hold, then halve the gap; return all steps in the order they were made."""
    made: list[Step] = []
    low, high, rate = 0.0, 0.0, first
    while len(made) < MOST_STEPS:
        found = step(rate)
        made.append(found)
        tell(found)
        low, high = (max(low, rate), high) if found.held else (low, rate)
        if low and high and high <= low * close:
            break
        rate = (low * high) ** 0.5 if low and high else rate * 2 if low else rate / 2
        if rate < 1:
            break
    return made


def knee(steps: Sequence[Step]) -> float:
    """Return the highest rate that held; 0 when none did."""
    return max((each.rate for each in steps if each.held), default=0.0)


def as_data(steps: Sequence[Step]) -> dict[str, Any]:
    """Return the search as plain data: the knee, the rule, the curve by rate.

    `at_least` says that the generator gave up first: the platform's own knee is higher.
    """
    ordered = sorted(steps, key=lambda each: each.rate)
    curve = [asdict(each) | {"held": each.held} for each in ordered]
    failed = [each for each in ordered if not each.held and each.rate > knee(steps)]
    rule = {
        "accepted_of_offered": HELD, "drained_within": LEFT_OVER, "accepted_p95_below": SLOWEST, "errors_below": ERRORS,
    }  # fmt: skip
    return {
        "knee": knee(steps),
        "at_least": bool(failed) and failed[0].why_not == GENERATOR,
        "rule": rule,
        "curve": curve,
    }


def page(told: Mapping[str, Any], *, heading: str, note: str) -> str:
    """Return one HTML file with the curve, for `as_data`'s data."""
    rows = [
        [f"{each['rate']:.1f}", f"{each['accepted']:.1f}", f"{each['decided']:.1f}", f"{each['p95']:.3f} s",
         f"{each['errors']:.1%}", "✓" if each["held"] else f"✕ {each['why_not']}"]
        for each in told["curve"]
    ]  # fmt: skip
    heads = ["计划 offered /s", "受理 accepted /s", "决定 decided /s", "受理 p95", "失败 errors", "成立 held"]
    big = f'<div class="big"><div><b>{told["knee"]:.1f}<small>/s</small></b>拐点 knee</div></div>'
    return drawing.document(
        drawing.head("饱和点搜索", "Saturation search") + big + f"<h2>{heading}</h2><p>{note}</p>"
        + _drawn(told["curve"]) + drawing.table(heads, rows)
    )  # fmt: skip


def _drawn(curve: Sequence[Mapping[str, Any]]) -> str:
    """Return achieved over offered as SVG: the diagonal is what would be ideal, hollow points did not hold."""
    most = max((each["rate"] for each in curve), default=1.0)

    def across(value: float) -> float:
        return LEFT + value / most * (WIDTH - LEFT - 16)

    def up(value: float) -> float:
        return HEIGHT - FOOT - min(value, most) / most * (HEIGHT - FOOT - 16)

    drawn = (
        f'<line x1="{across(0):.0f}" y1="{up(0):.0f}" x2="{across(most):.0f}" y2="{up(most):.0f}" '
        'stroke="#999" stroke-dasharray="4 4"/>'
    )
    for key, colour in (("accepted", "#2f6f9f"), ("decided", "#2f8f6b")):
        points = " ".join(f"{across(each['rate']):.1f},{up(each[key]):.1f}" for each in curve)
        drawn += f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
        for each in curve:
            fill = colour if each["held"] else "#fff"
            place = f'cx="{across(each["rate"]):.1f}" cy="{up(each[key]):.1f}"'
            drawn += f'<circle {place} r="4" fill="{fill}" stroke="{colour}"/>'
    label = "受理与决定速率对计划速率 / accepted and decided rate over offered rate"
    axes = f'<text x="4" y="20">{most:.0f}/s</text><text x="{WIDTH - 90}" y="{HEIGHT - 8}">{most:.0f}/s offered</text>'
    keys = f'<text x="{LEFT + 40}" y="20" fill="#2f6f9f">受理 accepted</text>'
    keys += f'<text x="{LEFT + 190}" y="20" fill="#2f8f6b">决定 decided</text>'
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{drawn}{axes}{keys}</svg>'
