"""What this platform is: glossary, three laws, figures, licences; and every component in all its states."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from govsim.core import reported
from govsim.core.organisations import cities
from govsim.figures import live, simulated
from govsim.web import inventory
from govsim.web.context import world_of


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """The platform about itself. Figures of the world are the bounded ones of the first page."""
    world = world_of(request)
    return render(request, "web/about.html", {
        "reported": [(city, _reported(key)) for key, city in ({"": None} | dict(cities())).items()],
        "source": reported.source(),
        "counted": live.counted(world) if world is not None else None,
        "simulated": [*simulated.base_figures(), *simulated.catalogue_figures()],
        "glossary": inventory.glossary(),
        "vendored": inventory.vendored(),
        "packages": inventory.packages(),
        "versions": inventory.versions(),
    })  # fmt: skip


def _reported(city: str) -> list[dict[str, Any]]:
    return [reported.shown(each) for each in reported.registry() if each.city == city]


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Each component in all its states, made by the partials that the pages use, with sample words."""
    chosen = ("sz.instant_approval.items", "sz.startup.days", "jm.cross_region.items", "jm.immediate_rate")
    return render(request, "web/components.html", {
        "figures": [reported.shown(each) for each in reported.registry() if each.key in chosen],
        "readings": simulated.catalogue_figures()[:4],
        "nothing": {"label": {"zh": "还没有数据", "en": "Nothing yet"}, "value": None, "unit": {"zh": "", "en": ""}},
        "tags": TAGS,
        "lights": LIGHTS,
        "events": EVENTS,
        "marks": MARKS,
        "change": [{"label": {"zh": "纸质材料", "en": "Papers"}, "before": 3, "after": 0,
                    "unit": {"zh": "份", "en": "papers"}}],
        "sample_faults": [{"field": "sample-field", "zh": "请填写手机号码", "en": "Enter a mobile number"}],
    })  # fmt: skip


# Sample states for the page of components: tone, words.
TAGS = (
    ("", {"zh": "草稿", "en": "Draft"}),
    ("work", {"zh": "办理中", "en": "In progress"}),
    ("wait", {"zh": "等您补正", "en": "Waits for you"}),
    ("done", {"zh": "准予", "en": "Granted"}),
    ("bad", {"zh": "不予许可", "en": "Refused"}),
)
LIGHTS = (
    ("green", {"zh": "剩 3 个工作日", "en": "3 working days left"}),
    ("yellow", {"zh": "今天到期", "en": "due today"}),
    ("red", {"zh": "超期 1 天", "en": "1 day over"}),
)
EVENTS = (
    {"what": {"zh": "提交申请", "en": "Submitted"}, "when": "2021-12-01T08:30:00+08:00", "tone": "done",
     "note": {"zh": "申请人", "en": "applicant"}},
    {"what": {"zh": "要求补正", "en": "Correction asked"}, "when": "2021-12-01T08:30:04+08:00", "tone": "wait",
     "note": {"zh": "缺一份证明", "en": "one proof is missing"}},
    {"what": {"zh": "部门办理", "en": "The department handles"}, "when": "2021-12-01T09:10:00+08:00", "tone": "work",
     "note": {"zh": "承办人", "en": "handler"}},
)  # fmt: skip
MARKS = (
    ("PASS", {"zh": "符合", "en": "Met"},
     {"zh": "您的户籍登记在深圳市", "en": "Your household registration is in Shenzhen"}),
    ("FAIL", {"zh": "不符合", "en": "Not met"},
     {"zh": "您在首次发放日未满起领年龄", "en": "You will not have reached the age"}),
    ("UNKNOWN", {"zh": "无法确定", "en": "Unknown"}, {"zh": "数据源没有答复", "en": "The source did not answer"}),
)  # fmt: skip
