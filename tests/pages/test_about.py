"""About, components, and the pages that say what went wrong."""

from importlib import metadata
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from govsim.core import reported
from govsim.core.errors import BadInput, Busy, Conflict, GovsimError, NotAllowed, NotFound
from govsim.core.models import World
from govsim.web import inventory, middleware
from tests.pages.browser import Page
from tests.pages.conftest import sit, visit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh", "en"])
def test_about_tells_figures_words_and_licences(town: World, language: str) -> None:
    text = visit(language=language).get(reverse("about")).text
    for each in reported.registry():
        assert each.label[language] in text
        assert each.row in text
    for each in inventory.glossary():
        assert each["zh"] in text
        assert each["en"] in text
    for name in ("Tabler", "jsQR", "django", str(town.seed), metadata.version("django")):
        assert name in text


def test_every_named_package_has_a_licence() -> None:
    found = inventory.packages()
    assert len(found) > 50
    assert not [each["name"] for each in found if each["licence"] in ("", "—")]


def test_reported_figures_keep_their_qualifier(town: World) -> None:
    assert "超过 1,300" in " ".join(visit().get(reverse("about")).text.split())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_components_show_every_state(town: World, language: str) -> None:
    page = visit(language=language).get(reverse("components"))
    shown = {each.attrs.get("data-s") for each in page.all("span")}
    assert shown >= {"work", "wait", "done", "bad"}
    assert {each.attrs.get("data-k") for each in page.all("div")} >= {"empty", "loading", "error", "degraded"}
    assert {each.attrs.get("data-v") for each in page.all("tr")} >= {"PASS", "FAIL", "UNKNOWN"}


SAID: tuple[tuple[GovsimError, int, str], ...] = (
    (NotFound("出了事", "It happened"), 404, "请核对地址或编号"),
    (NotAllowed("出了事", "It happened"), 403, "这个页面属于另一种身份"),
    (Conflict("出了事", "It happened"), 409, "内容刚被别人更新过"),
    (Busy("出了事", "It happened", retry_after=2), 503, "几秒后再试"),
    (BadInput({"a": ("出了事", "It happened"), "b": ("还有一件", "And this")}), 422, "还有一件"),
)


@pytest.mark.parametrize(("error", "status", "todo"), SAID)
def test_a_problem_says_what_happened_and_what_to_do(
    town: World, rf: RequestFactory, error: GovsimError, status: int, todo: str
) -> None:
    request: Any = rf.get("/applications/1")
    request.seat, request.user = None, AnonymousUser()
    door = middleware.SeatMiddleware(lambda _: HttpResponse())
    with translation.override("zh-hans"):
        answer = door.process_exception(request, error)
    assert answer is not None
    assert answer.status_code == status
    page = Page(answer.content.decode())
    for words in ("出了事", todo, "没有丢失", "错误："):
        assert words in page.text
    assert len(list(page.all("h1"))) == 1


def test_a_page_that_is_not_there_and_one_for_another_role(town: World) -> None:
    assert "没有这个页面" in visit().get("/no-such-page", status=404).text
    office = visit(sit(town, "handler", department="sz.civil"))
    assert "这个页面属于另一种身份" in office.get(reverse("world"), status=403).text


def test_sign_in_says_that_one_comes_back(town: World) -> None:
    assert "登录后会回到这里" in visit().get(reverse("wallet")).text
    assert "登录后会回到这里" not in visit().get(reverse("sign-in")).text
    assert Client().get(reverse("sign-in")).status_code == 200
