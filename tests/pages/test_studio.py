"""The rule studio in a browser: read, try, draft, replay, review by a second officer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.actions import replay as replaying
from approvals.models import Application, Decision, Replay
from govsim.core import access, clock
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.queries import PersonView
from services import queries as catalogue
from services.models import RuleSetProposal
from tests.pages.browser import Form, Page, Visitor
from tests.pages.conftest import sit, visit

pytestmark = [pytest.mark.django_db]
ITEM = "sz.old_age_allowance"


@pytest.fixture
def lin(town: World) -> Visitor:
    return visit(sit(town, "rule_officer", department="sz.civil"))


@pytest.fixture
def wu(town: World) -> Visitor:
    return visit(sit(town, "rule_officer", department="sz.hrss"))


@pytest.fixture
def trainer(town: World) -> Visitor:
    return visit(sit(town, "trainer"))


def form(page: Page, ends: str) -> Form:
    return next(each for each in page.forms if each.action.endswith(ends))


def start(visitor: Visitor) -> Page:
    page = visitor.get(reverse("studio-rule-set", args=[ITEM]))
    return visitor.send(form(page, "/drafts"))


def edit(page: Page) -> Form:
    return next(each for each in page.forms if "rules-0-expression" in each.values)


def raised(visitor: Visitor, years: str = "80") -> Page:
    """Draft another age and save it."""
    return visitor.send(edit(start(visitor)).put("parameters-0-values-0-value", years))


def draft_rules(visitor: Visitor) -> None:
    """Draft an age that refuses everybody, replay it and hand it over."""
    page = raised(visitor, "119")
    visitor.send(form(page, "/replay"))
    visitor.send(form(visitor.get(reverse("studio-draft", args=[ITEM, 1])), "/submit"))


def draft(world: World) -> RuleSetProposal:
    return RuleSetProposal.objects.get(world=world, item=ITEM, state__in=RuleSetProposal.OPEN)


def test_the_list_leads_to_a_rule_set_in_sentences(lin: Visitor) -> None:
    page = lin.get(reverse("studio"))
    assert reverse("studio-rule-set", args=[ITEM]) in page.links
    shown = lin.get(reverse("studio-rule-set", args=[ITEM]))
    for rule in catalogue.item(ITEM).body["rules"]:
        assert rule["sentence"]["zh"] in shown.text
        assert rule["expression"] not in shown.text
    expert = lin.get(reverse("studio-rule-set", args=[ITEM]) + "?view=expert")
    assert "age >= age_threshold" in expert.text


@pytest.mark.parametrize("role", ["handler", "window", "certificate_officer", "applicant"])
def test_others_stay_outside(town: World, elder: PersonView, role: str) -> None:
    seat = sit(town, role, elder) if role == "applicant" else sit(town, role, department="sz.civil")
    client = visit(seat).client
    for address in (reverse("studio"), reverse("studio-rule-set", args=[ITEM]), reverse("studio-try", args=[ITEM])):
        assert client.get(address).status_code == 403
    assert client.post(reverse("studio-draft-start", args=[ITEM])).status_code == 403


def test_an_auditor_reads_and_changes_nothing(town: World, lin: Visitor) -> None:
    raised(lin)
    auditor = visit(sit(town, "auditor"))
    page = auditor.get(reverse("studio-draft", args=[ITEM, 1]))
    assert not [each for each in page.forms if "/studio/" in each.action]
    for verb in ("submit", "publish", "return", "withdraw", "replay"):
        assert auditor.client.post(reverse("studio-draft-do", args=[ITEM, 1, verb])).status_code == 403


def test_a_typed_case_is_judged_and_kept_as_typed(lin: Visitor) -> None:
    page = lin.get(reverse("studio-try", args=[ITEM]))
    facts = next(each for each in page.forms if "fact-age" in each.values)
    told = lin.send(facts.put("fact-age", "69"))
    assert "不予许可" in told.text
    assert next(each for each in told.forms if "fact-age" in each.values).values["fact-age"] == ["69"]
    assert "准予" in lin.send(facts.put("fact-age", "70")).text
    assert "转人工" in lin.send(facts.put("fact-age", "")).text
    refused = lin.send(facts.put("fact-age", "old"), status=400)
    assert next(each for each in refused.forms if "fact-age" in each.values).values["fact-age"] == ["old"]


def test_a_person_is_looked_up_and_sees_it_in_their_log(town: World, lin: Visitor, elder: PersonView) -> None:
    page = lin.get(reverse("studio-try", args=[ITEM]))
    person = next(each for each in page.forms if each.values.get("person") == [""])
    told = lin.send(person.put("person", elder.number))
    assert "试算结果，不是决定" in told.text
    assert "准予" in told.text
    purposes = {each.purpose[0] for each in registers.log_of(town, elder.number)}
    assert purposes == {"规则试算"}
    lin.send(person.put("person", "440399195001010000"), status=400)
    assert not Decision.objects.filter(world=town).exists()


def test_a_draft_says_what_changes_and_which_examples_break(lin: Visitor) -> None:
    page = raised(lin, "80")
    assert "起领年龄" in page.text
    assert "79岁，仍在第一档" in page.text  # no longer holds
    assert "个不再成立" in page.text


def test_a_later_figure_and_a_table_are_read_as_typed(town: World, lin: Visitor) -> None:
    filled = edit(start(lin)).put("parameters-0-values-1-from", "2023-01-01").put("parameters-0-values-1-value", "75")
    lin.send(filled.put("parameters-1-values-1-rows", "70-79: 250.50\n80-: 400"))
    body = draft(town).body
    assert body["parameters"][0]["values"][1] == {"from": "2023-01-01", "value": 75}
    assert body["parameters"][1]["values"][1]["rows"] == [
        {"from": 70, "to": 79, "value": 25050}, {"from": 80, "value": 40000},
    ]  # fmt: skip
    assert body["rules"] == catalogue.item(ITEM).body["rules"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("parameters-1-values-1-rows", "70-79: 200\n85-: 400", "空缺"),
        ("parameters-1-values-1-rows", "70-79: 200\n75-: 400", "重叠"),
        ("parameters-1-values-1-rows", "seventy", "70-79: 200"),
        ("parameters-0-values-0-value", "old", "整数"),
        ("parameters-0-values-0-from", "", "生效"),
        ("rules-1-expression", "aeg >= age_threshold", "aeg"),
        ("rules-1-expression", "age >=", ""),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_lost(
    town: World, lin: Visitor, field: str, typed: str, said: str
) -> None:
    filled = edit(start(lin)).put("note", "why").put(field, typed)
    page = lin.send(filled, status=400)
    assert "请先解决以下问题" in page.text
    assert f"#{field}" in page.links
    assert said in page.text
    again = edit(page)
    assert (again.values["note"], again.values[field]) == (["why"], [typed])
    assert any(each.attrs.get("id") == f"{field}-fault" for each in page.all("p"))
    assert draft(town).version == 1


def test_of_two_authors_the_first_wins_and_the_second_loses_nothing(town: World, lin: Visitor, wu: Visitor) -> None:
    first = edit(start(lin))
    second = edit(wu.get(reverse("studio-draft", args=[ITEM, 1])))
    lin.send(first.put("parameters-0-values-0-value", "75"))
    page = wu.send(second.put("parameters-0-values-0-value", "80"), status=409)
    assert draft(town).body["parameters"][0]["values"][0]["value"] == 75
    kept = edit(page)
    assert kept.values["parameters-0-values-0-value"] == ["80"]
    wu.send(kept)  # having seen the other's
    assert draft(town).body["parameters"][0]["values"][0]["value"] == 80
    assert len(draft(town).authors) == 2


def test_a_second_officer_publishes_for_this_world_only(town: World, lin: Visitor, wu: Visitor) -> None:
    before = catalogue.current_rule_set(ITEM, None, clock.now(town).date())
    page = lin.send(form(raised(lin), "/submit"))
    assert not [each for each in page.forms if each.action.endswith("/publish")]
    own = lin.client.post(
        reverse("studio-draft-do", args=[ITEM, 1, "publish"]), {"version": 3, "valid_from": "2022-01-01"}
    )
    assert own.status_code == 422

    review = wu.get(reverse("studio-draft", args=[ITEM, 1]))
    wu.send(form(review, "/publish"))
    held = catalogue.current_rule_set(ITEM, town.pk, clock.now(town).date())
    assert (held.world_id, held.body["parameters"][0]["values"][0]["value"]) == (town.pk, 80)
    assert catalogue.current_rule_set(ITEM, None, clock.now(town).date()).sha256 == before.sha256
    assert "本世界" in lin.get(reverse("studio-rule-set", args=[ITEM])).text
    wu.send(form(review, "/publish"), status=409)  # once only


def test_a_trainer_sends_back_with_a_reason(lin: Visitor, trainer: Visitor) -> None:
    lin.send(form(raised(lin), "/submit"))
    review = trainer.get(reverse("studio-draft", args=[ITEM, 1]))
    trainer.send(form(review, "/return"), status=400)
    trainer.send(form(review, "/return").put("reason", "先看影响"))
    page = lin.get(reverse("studio-draft", args=[ITEM, 1]))
    assert "先看影响" in page.text
    assert form(page, "/submit")


def test_the_way_back_to_the_installation(town: World, lin: Visitor, wu: Visitor) -> None:
    lin.send(form(raised(lin), "/submit"))
    wu.send(form(wu.get(reverse("studio-draft", args=[ITEM, 1])), "/publish"))
    page = lin.get(reverse("studio-rule-set", args=[ITEM]))
    back = next(each for each in page.forms if each.values.get("from") == ["installation"])
    lin.send(form(lin.send(back), "/submit"))
    wu.send(form(wu.get(reverse("studio-draft", args=[ITEM, 2])), "/publish"))
    held = catalogue.current_rule_set(ITEM, town.pk, clock.now(town).date())
    assert (held.world_id, held.version) == (town.pk, 2)
    assert held.sha256 == catalogue.installed_rule_set(ITEM).sha256


def test_a_replay_lists_who_flips_and_why(
    town: World, lin: Visitor, trainer: Visitor, claim: Callable[..., Application], run: Callable[..., None]
) -> None:
    case = claim()
    run()
    page = raised(lin, "119")
    told = lin.send(form(page, "/replay"))
    replay = Replay.objects.get(world=town)
    assert (replay.seen, replay.flips, replay.kinds) == (1, 1, {"GRANT>REJECT": 1})
    assert case.number in told.text
    assert "A2" in told.text
    shown = trainer.get(reverse("studio-replay", args=[ITEM, 1, 1]))
    assert reverse("application", args=[case.number]) in shown.links
    assert (
        case.number
        not in trainer.get(reverse("studio-replay", args=[ITEM, 1, 1]) + "?kind=REJECT%3EGRANT&before=1").text
    )


def test_a_long_replay_goes_on_from_where_it_was(
    town: World, lin: Visitor, claim: Callable[..., Application], run: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    claim()
    run()
    claim()  # on the roll by now: refused
    run()
    page = raised(lin, "119")
    monkeypatch.setattr(replaying, "CHUNK", 1)
    replay = Replay.objects.get(pk=replaying.start(
        world=town, item=ITEM, number=1, actor=access.actor(sit(town, "trainer"))
    ).pk)  # fmt: skip
    replaying.advance(replay, budget=0)
    address = reverse("studio-replay", args=[ITEM, 1, 1])
    assert visit(sit(town, "auditor")).client.post(address).status_code == 403
    page = lin.get(address)
    assert "已重放 1 件" in page.text
    page = lin.send(form(page, "/replays/1"))
    assert not [each for each in page.forms if each.action.endswith("/replays/1")]
    replay.refresh_from_db()
    assert (replay.seen, replay.kinds) == (2, {"GRANT>REJECT": 1, "REJECT>REJECT": 1})


def test_the_file_is_the_one_that_the_command_writes(lin: Visitor, capsys: Any) -> None:
    answer = lin.client.get(reverse("studio-export", args=[ITEM]))
    assert answer["Content-Type"].startswith("application/yaml")
    text = answer.content.decode()
    assert "key: sz.old_age_allowance" in text
    assert catalogue.installed_rule_set(ITEM).sha256 in text


def test_another_world_is_not_there(town: World, lin: Visitor) -> None:
    raised(lin)
    assert lin.client.get(reverse("studio-draft", args=[ITEM, 2])).status_code == 404
    assert lin.client.get(reverse("studio-replay", args=[ITEM, 1, 7])).status_code == 404
    assert lin.client.get(reverse("studio-rule-set", args=["sz.nothing"])).status_code == 404
    assert Client().get(reverse("studio")).status_code == 302
