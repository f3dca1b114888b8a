"""About, components, and the pages that say what went wrong."""

from importlib import metadata

import pytest
from django.test import Client
from django.urls import reverse

from govsim.core.errors import BadInput, Busy, Conflict, NotAllowed, NotFound
from govsim.core.models import World
from govsim.figures import reported
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


SAID = {
    NotFound: (404, "请核对地址或编号"),
    NotAllowed: (403, "这个页面属于另一种身份"),
    Conflict: (409, "内容刚被别人更新过"),
    Busy: (503, "几秒后再试"),
}


@pytest.mark.parametrize("kind", SAID)
def test_a_problem_says_what_happened_and_what_to_do(town: World, rf: object, kind: type[NotFound]) -> None:
    status, todo = SAID[kind]  # type: ignore[index]
    request = rf.get("/applications/1")  # type: ignore[attr-defined]
    request.seat, request.user = None, None
    answer = middleware.SeatMiddleware(lambda _: None).process_exception(request, kind("出了事", "It happened"))  # type: ignore[arg-type,return-value]
    assert answer is not None
    assert answer.status_code == status
    page = Page(answer.content.decode())
    for words in ("出了事", todo, "没有丢失", "错误："):
        assert words in page.text
    assert len(list(page.all("h1"))) == 1


def test_a_bad_input_names_each_fault(town: World, rf: object) -> None:
    request = rf.get("/x")  # type: ignore[attr-defined]
    request.seat, request.user = None, None
    error = BadInput({"a": ("缺甲", "a is missing"), "b": ("缺乙", "b is missing")})
    answer = middleware.SeatMiddleware(lambda _: None).process_exception(request, error)  # type: ignore[arg-type,return-value]
    assert answer is not None
    assert all(words in answer.content.decode() for words in ("缺甲", "缺乙"))


def test_a_page_that_is_not_there_and_one_for_another_role(town: World) -> None:
    assert "没有这个页面" in visit().get("/no-such-page", status=404).text
    office = visit(sit(town, "handler", department="sz.civil"))
    assert "这个页面属于另一种身份" in office.get(reverse("world"), status=403).text


def test_sign_in_says_that_one_comes_back(town: World) -> None:
    assert "登录后会回到这里" in visit().get(reverse("wallet")).text
    assert "登录后会回到这里" not in visit().get(reverse("sign-in")).text
    assert Client().get(reverse("sign-in")).status_code == 200
