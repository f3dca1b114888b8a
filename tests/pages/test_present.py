"""A show from its opening to its closing by forms alone, and everything that must not break it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from govsim.core import access
from govsim.core import world as worlds
from govsim.core.models import World
from govsim.walkthroughs.runner import Runner, StepFailed
from govsim.walkthroughs.story import CUTS, Step
from govsim.web.models import Picture, Show
from govsim.web.presenter import cuts, queries
from govsim.web.presenter.actions import go as going
from tests.pages.browser import Page, Visitor
from tests.pages.conftest import sit, visit
from tests.pages.test_every_page import proper

pytestmark = [pytest.mark.django_db]
PACK = "instant_approval_granted"
BESIDE = "127.0.0.1"
BEGIN = {"zh": "开始", "en": "Start"}
NEXT = {"zh": "下一步", "en": "Next"}


@pytest.fixture(autouse=True)
def _alone(published: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    monkeypatch.setattr(going, "IN_PROCESS", True)  # there are no workers here: the runner does their part


@pytest.fixture
def presenter() -> Visitor:
    return visit()


def begin(presenter: Visitor, pack: str = PACK, cut: int = 10) -> tuple[Show, Page]:
    """Start a show as its page does; return it and its opening."""
    page = presenter.get(reverse("present"))
    form = next(each for each in page.forms if each.values.get("pack") == [pack])
    page = presenter.send(form, button=("cut", str(cut)))
    return Show.objects.get(code=presenter.at.rpartition("/")[2]), page


def to(presenter: Visitor, show: Show, position: int | str, status: int = 200) -> Page:
    """Ask for a position."""
    answer = presenter.client.post(reverse("present-go", args=[show.code]), {"to": str(position)}, follow=True)
    assert answer.status_code == status, position
    show.refresh_from_db()
    return Page(answer.content.decode())


def wish(page: Page, name: str) -> str:
    """Return where the button for the next or the former step leads."""
    forms = [each for each in page.forms if "to" in each.values]
    found = next(each for each in forms if any(words.startswith(name) for *_, words in each.buttons))
    return found.values["to"][0]


@pytest.mark.parametrize("pack", [each.name for each in queries.all_packs()])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_show_goes_from_its_opening_to_its_closing(pack: str, language: str) -> None:
    presenter = visit(language=language)
    show, page = begin(presenter, pack)
    story = queries.pack_named(pack)
    stops = cuts.stops(story, 10)
    assert proper(page, language) == []
    for stop in stops[1:]:
        assert wish(page, BEGIN[language] if show.position == 0 else NEXT[language]) == str(stop)
        page = to(presenter, show, stop)
        assert (show.position, show.done, show.busy_until) == (stop, stop, None)
        assert [each["detail"] for each in show.results if not each["passed"]] == []
        assert proper(page, language) == []
        if stop < cuts.closing(story):
            assert getattr(story.steps[stop - 1].say, language) in " ".join(page.text.split("\n"))
            seen = presenter.get(reverse("present-picture", args=[show.code, stop]))
            assert list(seen.all("script")) == []
            assert not any(each.startswith("/") for each in seen.links)
            notes = presenter.get(reverse("present-notes", args=[show.code]))
            assert proper(notes, language) == []
            assert getattr(story.steps[stop - 1].title, language) in notes.text
    assert len(show.results) == len(story.steps) + 1  # steps that the cut passes by were done as well
    assert show.results[-1]["passed"]  # the books were checked


def test_the_show_has_a_world_of_its_own_that_the_public_does_not_see(town: World, presenter: Visitor) -> None:
    show, _ = begin(presenter)
    to(presenter, show, 3)
    worlds.create(name=town.name, seed=1)  # its generation is newer than the show's world
    page = visit().get(reverse("home"))
    assert show.world.name not in page.text
    assert show.world != worlds.current(town.name)
    assert page.text.count("20211201") == 0


def test_back_shows_the_picture_as_it_was_and_undoes_nothing(presenter: Visitor) -> None:
    show, _ = begin(presenter)
    to(presenter, show, 2)
    former = presenter.get(reverse("present-picture", args=[show.code, 2])).text
    to(presenter, show, 5)
    page = to(presenter, show, wish(presenter.get(reverse("present-show", args=[show.code])), "上一步"))
    assert (show.position, show.done) == (4, 5)
    assert "说明书" in page.text
    to(presenter, show, 2)
    assert presenter.get(reverse("present-picture", args=[show.code, 2])).text == former
    assert presenter.get(reverse("present-show", args=[show.code])).text.count("顾老伯提交申请") >= 1


def test_asking_twice_does_a_step_once(presenter: Visitor) -> None:
    show, _ = begin(presenter)
    to(presenter, show, 2)
    before = (show.version, show.calls, len(show.results))
    to(presenter, show, 2)
    assert (show.version, show.calls, len(show.results)) == before
    assert Picture.objects.filter(show=show, step=2).count() == 2  # one for each language


def test_while_a_step_is_being_done_another_wish_changes_nothing(presenter: Visitor) -> None:
    show, _ = begin(presenter)
    assert going._claim(show, 1)
    to(presenter, show, 1)
    assert (show.done, show.position) == (0, 0)
    presenter.client.post(reverse("present-reset", args=[show.code]))
    former = show.world
    show.refresh_from_db()
    assert show.world == former  # not in the middle of a step
    Show.objects.filter(pk=show.pk).update(busy_until=show.started_at)  # whoever did it is gone
    to(presenter, show, 1)
    assert show.done == 1


@pytest.mark.parametrize("wrong", ["-1", "x", "", "99999999999"])
def test_a_wrong_wish_breaks_nothing(presenter: Visitor, wrong: str) -> None:
    show, _ = begin(presenter)
    to(presenter, show, 1)
    to(presenter, show, wrong)
    assert show.position in (1, cuts.closing(queries.pack_named(PACK)))
    assert presenter.get(reverse("present-show", args=[show.code]))


def test_reset_begins_again_in_a_fresh_world(presenter: Visitor) -> None:
    show, _ = begin(presenter)
    to(presenter, show, 4)
    former = show.world
    page = presenter.get(reverse("present-show", args=[show.code]))
    presenter.send(page.form("/reset"))
    show.refresh_from_db()
    former.refresh_from_db()
    assert (show.position, show.done, show.results, show.calls) == (0, 0, [], 0)
    assert former.retired_at is not None
    assert (show.world.seed, show.world.retired_at) == (former.seed, None)
    assert not Picture.objects.filter(show=show).exists()
    to(presenter, show, 4)
    assert all(each["passed"] for each in show.results)


def test_a_step_that_fails_says_so_and_the_show_goes_on(presenter: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    take = Runner.take

    def fail(self: Runner, step: Step) -> None:
        if "谁看过" in step.title.zh:
            raise StepFailed("state.key 为 / is nothing")
        take(self, step)

    monkeypatch.setattr(Runner, "take", fail)
    show, _ = begin(presenter)
    page = to(presenter, show, 8)
    assert (show.position, show.done) == (5, 5)  # it stops where it failed
    assert "这一步没有照剧本走" in page.text
    assert "state.key 为 / is nothing" in page.text
    page = to(presenter, show, wish(page, "跳过，继续"))
    assert show.done == 7
    assert "没有照剧本走" not in page.text


def test_a_cut_stops_at_its_steps_and_can_be_changed(presenter: Visitor) -> None:
    show, page = begin(presenter, cut=3)
    story = queries.pack_named(PACK)
    assert wish(page, "开始") == "2"
    page = to(presenter, show, 2)
    assert wish(page, "下一步") == "3"
    presenter.client.post(reverse("present-go", args=[show.code]), {"cut": "30"})
    presenter.client.post(reverse("present-go", args=[show.code]), {"cut": "7"})  # there is no such cut
    show.refresh_from_db()
    assert (show.cut, show.position) == (30, 2)
    assert cuts.stops(story, 30) == list(range(cuts.closing(story) + 1))


def test_every_pack_has_three_cuts_that_grow() -> None:
    for pack in queries.all_packs():
        found = [cuts.stops(pack, cut) for cut in CUTS]
        assert 3 <= len(found[0]) - 2 <= 5, pack.name
        assert set(found[0]) < set(found[1]) <= set(found[2]), pack.name
        assert len(found[2]) == len(pack.steps) + 2
        assert any(step.notes for step in pack.steps), pack.name


def test_two_windows_agree(presenter: Visitor) -> None:
    show, _ = begin(presenter)
    address = reverse("present-live", args=[show.code])
    assert presenter.client.get(address, {"seen": show.version, "window": "notes"}).status_code == 204
    seen = show.version
    to(presenter, show, 1)
    for window, words in (("notes", "接下来"), ("audience", "讲稿窗口")):
        answer = presenter.client.get(address, {"seen": seen, "window": window})
        assert answer.status_code == 200
        assert words in answer.content.decode()
        assert f"seen={show.version}" in answer.content.decode()


def test_a_stranger_does_not_find_a_show(presenter: Visitor) -> None:
    show, _ = begin(presenter)
    to(presenter, show, 1)
    stranger = visit()
    begin(stranger)  # with a show of its own
    for name, args in (("present-show", []), ("present-notes", []), ("present-live", []), ("present-picture", [1])):
        assert stranger.client.get(reverse(name, args=[show.code, *args])).status_code == 404, name
    for name in ("present-go", "present-reset", "present-end"):
        assert stranger.client.post(reverse(name, args=[show.code]), {"to": "2"}).status_code == 404, name
        assert presenter.client.get(reverse(name, args=[show.code])).status_code == 405, name
    show.refresh_from_db()
    assert (show.done, show.world.retired_at) == (1, None)
    forged = visit()
    forged.client.cookies["govsim_presenter"] = "somebody"
    assert forged.client.get(reverse("present-show", args=[show.code])).status_code == 404


def test_who_may_start_a_show(settings: Any, town: World) -> None:
    settings.DEMO = False
    assert visit().client.post(reverse("present"), {"pack": PACK, "cut": "3"}).status_code == 403
    assert not any(each.method == "post" and "pack" in each.values for each in visit().get(reverse("present")).forms)
    trainer = visit(sit(town, "trainer"))
    show, _ = begin(trainer)
    assert trainer.get(reverse("present-show", args=[show.code]))
    settings.DEMO = True
    far = visit(REMOTE_ADDR="192.0.2.7")
    assert far.client.post(reverse("present"), {"pack": PACK, "cut": "3"}).status_code == 403
    assert visit(REMOTE_ADDR=BESIDE).client.post(reverse("present"), {"pack": "none", "cut": "3"}).status_code == 404
    assert visit(REMOTE_ADDR=BESIDE).client.post(reverse("present"), {"pack": PACK, "cut": "x"}).status_code == 422


def test_a_presenter_has_three_shows_at_most_and_can_end_them(presenter: Visitor) -> None:
    shows = [begin(presenter)[0] for _ in range(4)]
    living = set(Show.objects.filter(world__retired_at=None).values_list("code", flat=True))
    assert living == {each.code for each in shows[1:]}
    assert presenter.client.get(reverse("present-show", args=[shows[0].code])).status_code == 404
    page = presenter.get(reverse("present"))
    presenter.send(next(each for each in page.forms if each.action.endswith(f"{shows[3].code}/end")))
    assert presenter.client.get(reverse("present-show", args=[shows[3].code])).status_code == 404


def test_a_picture_leaves_no_session_behind(presenter: Visitor) -> None:
    from django.contrib.sessions.models import Session

    show, _ = begin(presenter)
    before = Session.objects.count()
    to(presenter, show, 5)
    assert Session.objects.count() == before


def test_rows_of_a_show_go_with_its_world(presenter: Visitor) -> None:
    show, _ = begin(presenter)
    to(presenter, show, 2)
    worlds.retire(show.world)
    world = World.objects.get(pk=show.world_id)
    while worlds.purge(world):
        pass
    assert not Show.objects.exists()
    assert not Picture.objects.exists()


def test_a_show_costs_few_statements(presenter: Visitor) -> None:
    show, _ = begin(presenter)
    to(presenter, show, 5)
    counted = {}
    for name, more in (("present-show", ""), ("present-notes", ""), ("present-live", f"?seen={show.version}")):
        with CaptureQueriesContext(connection) as seen:
            presenter.client.get(reverse(name, args=[show.code]) + more)
        counted[name] = len(seen)
    assert all(count <= 6 for count in counted.values()), counted
    with CaptureQueriesContext(connection) as seen:
        presenter.client.get(reverse("present"))
    assert len(seen) <= 6


def test_a_trainer_finds_the_shows_of_the_seat(town: World) -> None:
    from govsim.web.presenter.actions.start import start
    from govsim.web.presenter.pages import of_seat

    seat = access.seat(town, role="trainer")
    show = start(pack_name=PACK, cut=3, presenter=of_seat(seat))
    assert visit(seat).get(reverse("present-show", args=[show.code]))
    assert visit(sit(town, "auditor")).client.get(reverse("present-show", args=[show.code])).status_code == 404


def test_what_the_platform_turns_down_is_told_in_its_words(presenter: Visitor) -> None:
    show, _ = begin(presenter, "instant_approval_by_officers")
    page = to(presenter, show, 8)
    assert show.results[7]["refusal"]["zh"] in page.text
    assert show.results[6]["refusal"] is None


def test_everybody_at_work_is_named(presenter: Visitor) -> None:
    show, _ = begin(presenter, "one_window_within_a_day")
    page = to(presenter, show, 7)
    assert len(show.results[6]["departments"]) == 6  # six branches at the same moment
    assert "深圳市公安局" not in show.results[6]["departments"]
    assert "税务局" in page.text
    page = to(presenter, show, 8)
    assert show.results[7]["departments"] == []
    assert show.results[7]["took"] > 0
    assert "从提交到办结" in page.text
