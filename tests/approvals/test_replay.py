"""A draft of rules judged over past decisions: nothing flips without a change, and with one, what a loop finds."""

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest

from approvals.actions import replay as replays
from approvals.actions import submit
from approvals.models import Decision, Replay
from approvals.queries.replays import changes
from approvals.rules import engine
from approvals.rules.replay import again
from approvals.tasks import drain_worlds
from certificates.actions import seed as hold_certificates
from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.codes.citizen import check_digit
from govsim.core.errors import NotAllowed, NotFound
from govsim.core.models import World
from govsim.exchange import queries as registers
from govsim.exchange.actions import load_cast
from services import actions as catalogue_actions
from services import queries as catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ITEM = "sz.old_age_allowance"
LIN = Actor(role="rule_officer", key="seat:901")


BIRTHS = [f"{year}{month:02}15" for year in range(1926, 1957, 2) for month in (3, 9)]  # 65 to 95 years


def elders(world: World) -> list[str]:
    """Put a cast of elders of two cities into the world, every fifth with a frozen account; return their numbers."""
    people, cards = [], []
    for index, birth in enumerate(BIRTHS):
        city, region = ("jiangmen", "440799") if index % 6 == 5 else ("shenzhen", "440399")
        number = f"{region}{birth}{index + 1:03}"
        number += check_digit(number)
        people.append(
            {"number": number, "name": "顾样甲", "household_city": city, "household_region": f"{region[:4]}05"}
        )
        status = "frozen" if index % 5 == 4 else "active"
        cards.append({"key": number, "number": f"SIM{index}", "bank": "模拟湾区银行", "account": f"SIM{index:016d}",
                      "account_name": "顾样甲", "account_status": status})  # fmt: skip
    load_cast(world=world, data={"people": people, "records": {"social_security_card": cards}})
    hold_certificates(world=world)
    return [each["number"] for each in people]


@pytest.fixture
def decided(town: World) -> World:
    """Some fifty claims of the cast and of people of the town, decided by the rules or by simulated officers."""
    people = registers.sample_persons(town, min_age=60, limit=25)
    for number in [*elders(town), *(each.number for each in people)]:
        submit.submit(
            world=town, actor=Actor("applicant", number), applicant_name="顾样甲", item_key=ITEM,
            form={"mobile": "10100000001"},
        )  # fmt: skip
    drain_worlds([town])
    for _ in range(150):
        if clock.earliest_due(town.pk) is None:
            break
        clock.advance(town)
        drain_worlds([town])
    return town


def draft(world: World, **changes: Any) -> Any:
    """Start a draft and change it; without changes it says what is in force."""
    at = clock.now(world)
    made = catalogue_actions.draft_rule_set(world=world, item=ITEM, actor=LIN, at=at)
    if not changes:
        return made
    return catalogue_actions.save_draft(
        world=world, proposal_id=made.pk, version=made.version, changes=changes, actor=LIN, at=at
    )


def replay(world: World, made: Any, **options: Any) -> Replay:
    return replays.advance(replays.start(world=world, item=ITEM, number=made.number, actor=LIN, **options))


def looped(world: World, made: Any, figures_of: date | None = None) -> dict[str, tuple[str, str]]:
    """Judge every passport one by one with the engine alone; return those whose outcome is another one."""
    ruleset = engine.load(made.body, made.body["standing"])
    found = {}
    for decision in Decision.objects.filter(world=world, item_key=ITEM).select_related("application"):
        passport = json.loads(decision.passport)
        known = {}
        for entry in passport["facts"]:
            declared = ruleset.declarations[entry["fact"]]
            value = engine.UNKNOWN if entry.get("why") else engine.facts.from_data(declared, entry["value"])
            known[entry["fact"]] = engine.Fact(entry["fact"], value, entry.get("why", ""))
        now = engine.evaluate(ruleset, known, figures_of or date.fromisoformat(passport["as_of"])).outcome
        if now != passport["outcome"]:
            found[decision.application.number] = (passport["outcome"], now)
    return found


def flipped(made: Replay) -> dict[str, tuple[str, ...]]:
    """Return the listed cases whose outcome is another one."""
    listed = {each["number"]: tuple(each["kind"].split(">")) for each in changes(made, most=1000)}
    return {number: outcomes for number, outcomes in listed.items() if len(set(outcomes)) > 1}


def parameter(key: str, values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**each, "values": values} if each["key"] == key else each for each in catalogue.item(ITEM).body["parameters"]
    ]


def expression(rule: str, text: str) -> list[dict[str, Any]]:
    rules = catalogue.item(ITEM).body["rules"]
    return [{**each, "expression": text} if each["id"] == rule else each for each in rules]


def test_the_world_has_decisions_of_every_kind(decided: World) -> None:
    rows = Decision.objects.filter(world=decided, item_key=ITEM)
    said = Counter(json.loads(each.passport)["outcome"] for each in rows)
    assert said["GRANT"] >= 5
    assert said["REJECT"] >= 5
    assert said["MANUAL"] >= 1
    assert rows.filter(automatic=False).exists()


def test_the_rules_in_force_flip_nothing(decided: World) -> None:
    made = replay(decided, draft(decided))

    assert made.seen == Decision.objects.filter(world=decided, item_key=ITEM).count() >= 30
    assert (made.flips, made.other_results, made.by_rule, made.below) == (0, 0, {}, None)
    assert made.changes.count() == 0


@pytest.mark.parametrize("years", [65, 73, 80])
def test_another_age_flips_what_a_loop_over_all_passports_finds(decided: World, years: int) -> None:
    changed = draft(decided, parameters=parameter("age_threshold", [{"from": "2015-01-01", "value": years}]))
    made = replay(decided, changed)

    expected = looped(decided, changed)
    assert flipped(made) == expected
    assert made.flips == len(expected) > 0
    assert {rule for rule in made.by_rule if made.by_rule[rule]} == {"A2"}


def test_another_city_flips_what_a_loop_finds(decided: World) -> None:
    changed = draft(decided, rules=expression("A1", "household_city == 'jiangmen'"))
    made = replay(decided, changed)

    expected = looped(decided, changed)
    assert flipped(made) == expected
    assert {("GRANT", "REJECT"), ("REJECT", "GRANT")} <= set(expected.values())


def test_a_tier_left_out_sends_grants_to_a_person(decided: World) -> None:
    rows = [{"from": 70, "to": 79, "value": 20000}, {"from": 80, "to": 89, "value": 30000}]
    changed = draft(decided, parameters=parameter("monthly_tiers", [{"from": "2015-01-01", "rows": rows}]))
    made = replay(decided, changed)

    assert flipped(made) == looped(decided, changed)
    assert set(flipped(made).values()) <= {("GRANT", "MANUAL")}


def test_another_amount_is_told_apart_from_a_flip(decided: World) -> None:
    rows = [{"from": 70, "to": 79, "value": 25000}, {"from": 80, "value": 30000}]
    changed = draft(decided, parameters=parameter("monthly_tiers", [{"from": "2015-01-01", "rows": rows}]))
    made = replay(decided, changed)

    assert made.flips == 0 == len(looped(decided, changed))
    told = changes(made, kind="GRANT>GRANT", most=1000)
    assert len(told) == made.other_results > 0
    assert [20000, 25000] in [each["result"].get("monthly_fen") for each in told]


def test_a_figure_that_begins_later_is_seen_with_the_figures_of_that_day(decided: World) -> None:
    values = [{"from": "2015-01-01", "value": 70}, {"from": "2022-07-01", "value": 75}]
    changed = draft(decided, parameters=parameter("age_threshold", values))

    assert replay(decided, changed).flips == 0  # each case by the figures of its own day
    later = replay(decided, changed, figures_of=date(2022, 7, 1))
    assert flipped(later) == looped(decided, changed, figures_of=date(2022, 7, 1))
    assert later.flips > 0


def test_chunks_count_every_case_once(decided: World, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = draft(decided, parameters=parameter("age_threshold", [{"from": "2015-01-01", "value": 73}]))
    whole = replay(decided, changed)
    monkeypatch.setattr(replays, "CHUNK", 7)
    made = replays.start(world=decided, item=ITEM, number=changed.number, actor=LIN)
    rounds = 0
    while made.below is not None:
        stale = Replay.objects.get(pk=made.pk)
        made = replays.advance(made, budget=0)
        replays._chunk(stale, engine.load(stale.body, stale.body["standing"], sha256=stale.rule_set))
        assert Replay.objects.get(pk=made.pk).seen == made.seen  # the same chunk again records nothing
        rounds += 1
    assert rounds > 3
    assert (made.seen, made.flips, made.kinds) == (whole.seen, whole.flips, whole.kinds)
    assert flipped(made) == flipped(whole)


def test_the_list_goes_on_without_gaps(decided: World) -> None:
    changed = draft(decided, parameters=parameter("age_threshold", [{"from": "2015-01-01", "value": 80}]))
    made = replay(decided, changed)
    listed, before = [], 0
    while page := changes(made, before=before, most=3):
        listed += [each["number"] for each in page]
        before = page[-1]["case"]
    assert listed == [each["number"] for each in changes(made, most=1000)]


def test_only_the_studio_replays_and_only_its_own_world(decided: World) -> None:
    changed = draft(decided)
    with pytest.raises(NotAllowed):
        replays.start(world=decided, item=ITEM, number=changed.number, actor=Actor("handler", "seat:1", "sz.civil"))
    with pytest.raises(NotFound):
        replays.start(world=decided, item=ITEM, number=changed.number + 1, actor=LIN)


def test_what_a_passport_does_not_hold_is_not_granted(decided: World) -> None:
    passport = json.loads(Decision.objects.filter(world=decided, outcome="granted", automatic=True)[0].passport)
    ruleset = engine.load(catalogue.item(ITEM).body, catalogue.standing())
    assert not again(passport, ruleset).differs
    lacking = {**passport, "facts": [each for each in passport["facts"] if each["fact"] != "deceased"]}
    assert again(lacking, ruleset).now == "MANUAL"
