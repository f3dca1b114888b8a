"""Many questions, few statements; a fault of a source is an answer too."""

from datetime import date, timedelta

import pytest

from govsim.core import clock
from govsim.exchange import actions, queries
from govsim.exchange.models import ExchangeLog
from govsim.exchange.queries import Question
from tests.exchange.conftest import AT, CHEN, HETIAN, LIN

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def ask(dataset, *keys, case=1, department="sz.civil", consent=None):
    return Question(case, f"2112010300{case:04d}", dataset, keys or (CHEN,), consent, department)


def answer_to(world, question, at=AT):
    return queries.gather(world, [question], at=at).answers[question]


@pytest.mark.parametrize("cases", [1, 200])
def test_a_batch_of_any_size_takes_two_statements(cast, django_assert_num_queries, cases):
    datasets = ["population", "identity_library", "deaths", "allowance_roll", "social_security_card", "enterprises"]
    numbers = [f"440399{1900 + case % 100}0101{case:03d}0" for case in range(cases)]
    questions = [ask(dataset, numbers[case], case=case) for case in range(cases) for dataset in datasets]
    with django_assert_num_queries(2):
        gathered = queries.gather(cast, questions, at=AT)
    assert len(gathered.answers) == len(gathered.log) == cases * len(datasets)


def test_an_answer_names_its_source_and_has_real_dates(cast):
    answer = answer_to(cast, ask("population"))
    assert answer.status == "answered"
    assert answer.source == "sz.psb"
    assert [record["birth_date"] for record in answer.records] == [date(1940, 3, 15)]
    assert answer.at == AT + timedelta(seconds=answer.seconds)


def test_no_record_is_an_answer_from_the_register_of_the_asking_city(cast):
    answer = answer_to(cast, ask("deaths", department="jm.civil"))
    assert (answer.status, answer.records, answer.source) == ("answered", (), "jm.civil")
    assert answer_to(cast, ask("degrees", department="jm.civil")).source == "gd.moe"


def test_several_subjects_and_several_records_are_all_returned(cast):
    assert len(answer_to(cast, ask("identity_library", CHEN, LIN)).records) == 2
    homes = answer_to(cast, ask("real_estate"))
    assert [home["city"] for home in homes.records] == ["shenzhen", "jiangmen"]
    assert homes.status == "answered"


def test_another_world_answers_nothing(cast, neighbour):
    assert answer_to(neighbour, ask("population")).records == ()


def test_answer_times_depend_on_seed_dataset_and_number_only(cast):
    questions = [ask("population", case=1), ask("deaths", case=1), ask("population", case=2)]
    forwards = queries.gather(cast, questions, at=AT).answers
    backwards = queries.gather(cast, reversed(questions), at=AT + timedelta(days=3)).answers
    assert {question: answer.seconds for question, answer in forwards.items()} == {
        question: answer.seconds for question, answer in backwards.items()
    }
    assert len({answer.seconds for answer in forwards.values()}) == 3


def test_a_slow_source_only_takes_longer(cast):
    usual = answer_to(cast, ask("deaths"))
    actions.fault.set(world=cast, source="deaths", mode="slow", factor=20)
    slow = answer_to(cast, ask("deaths"))
    assert slow.status == "answered"
    assert slow.seconds == pytest.approx(usual.seconds * 20)


def test_a_source_that_is_down_says_nothing_even_of_what_it_has(cast):
    actions.fault.set(world=cast, source="sz.psb", mode="down")
    gathered = queries.gather(cast, [ask("population"), ask("social_security_card")], at=AT)
    down, up = (gathered.answers[question] for question in (ask("population"), ask("social_security_card")))
    assert (down.status, down.records) == ("down", ())
    assert up.status == "answered"
    assert {row.dataset: (row.status, row.rows) for row in gathered.log} == {
        "population": ("down", 0),
        "social_security_card": ("answered", 1),
    }


@pytest.mark.parametrize("dataset", sorted(kind.key for kind in queries.catalogue()))
def test_records_in_conflict_differ(cast, dataset):
    actions.fault.set(world=cast, source=dataset, mode="conflict")
    answer = answer_to(cast, ask(dataset, HETIAN if dataset == "enterprises" else CHEN))
    assert answer.status == "conflict"
    first, second = answer.records
    assert first != second


def test_down_is_stronger_than_conflict(cast):
    actions.fault.set(world=cast, source="population", mode="conflict")
    actions.fault.set(world=cast, source="sz.psb", mode="down")
    assert answer_to(cast, ask("population")).status == "down"


def test_two_different_records_where_one_is_held_contradict_each_other(world):
    both = [{"key": CHEN, "status": "employed"}, {"key": CHEN, "status": "retired"}]
    actions.load_cast(world=world, data={"records": {"employment": both}})
    answer = answer_to(world, ask("employment"))
    assert answer.status == "conflict"
    assert [record["status"] for record in answer.records] == ["employed", "retired"]


def test_a_fault_ends_at_its_time_or_when_it_is_cleared(cast, tomorrow):
    actions.fault.set(world=cast, source="deaths", mode="down", until=tomorrow)
    assert answer_to(cast, ask("deaths")).status == "down"
    assert answer_to(cast, ask("deaths"), at=tomorrow).status == "answered"
    assert actions.fault.clear(world=cast, source="deaths")
    assert answer_to(cast, ask("deaths")).status == "answered"
    assert not actions.fault.clear(world=cast, source="deaths")


def test_a_new_fault_takes_the_place_of_the_old_one(cast):
    actions.fault.set(world=cast, source="deaths", mode="slow")
    actions.fault.set(world=cast, source="deaths", mode="down")
    assert [fault.mode for fault in queries.faults(cast, at=AT)] == ["down"]


def test_people_see_who_looked_at_their_data_once_it_is_recorded(cast):
    consent = actions.consent.give(
        world=cast, subject=CHEN, purpose="高龄津贴", datasets=["deaths"], until=AT + timedelta(days=9), at=AT
    )
    gathered = queries.gather(cast, [ask("deaths", consent=consent.pk), ask("identity_library", CHEN, LIN)], at=AT)
    assert queries.log_of(cast, CHEN) == []
    assert actions.log.record(gathered.log) == 3
    lines = {line.dataset: line for line in queries.log_of(cast, CHEN)}
    assert set(lines) == {"deaths", "identity_library"}
    line = lines["deaths"]
    assert line.department_names == ("深圳市民政局", "Shenzhen Civil Affairs Bureau")
    assert line.dataset_names == ("死亡登记", "Register of deaths")
    assert line.purpose == ("办件审批核验", "Checking facts for a decision")
    assert (line.consent_id, line.number, line.rows) == (consent.pk, ask("deaths").number, 0)
    assert [line.subject for line in queries.log_of(cast, LIN)] == [LIN]
    assert len(queries.log_of_case(cast, ask("deaths").number)) == 3
    recorded = ExchangeLog.objects.latest("recorded_at").recorded_at
    assert abs((clock.wall() - recorded).total_seconds()) < 60


def test_one_look_is_logged_once_however_often_it_is_asked(cast):
    gathered = queries.gather(cast, [ask("deaths"), ask("deaths"), ask("deaths", CHEN, LIN)], at=AT)
    assert len(gathered.log) == 2
