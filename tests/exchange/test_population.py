"""The population is a function of the seed; nothing in it can be real; every mechanism finds its people."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from govsim.core.codes import citizen, contacts, credit, names, realestate, regions
from govsim.exchange import catalogue, population
from govsim.exchange.population import firms, words


@pytest.fixture(scope="module")
def rows():
    return list(population.rows(7, persons=2000, enterprises=300))


@pytest.fixture(scope="module")
def registers(rows):
    """dataset → key → records"""
    found = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row.dataset][row.key].append(row.body)
    return found


def test_the_same_seed_gives_the_same_population(rows):
    assert list(population.rows(7, persons=2000, enterprises=300)) == rows
    assert list(population.rows(8, persons=2000, enterprises=300)) != rows


def test_a_larger_population_begins_with_the_same_people():
    few = [person for block in population.people(7, persons=300) for person in block]
    many = [person for block in population.people(7, persons=900) for person in block]
    assert len(few) == 300
    assert len(many) == 900
    assert [person.number for person in few] == [person.number for person in many[:300]]


def test_another_register_leaves_the_old_ones_as_they_were(monkeypatch):
    before = list(population.rows(7, persons=500, enterprises=50))

    def lottery(known, rng):
        return [{"on": "2021-01-01"}] if rng.random() < 0.5 else []

    monkeypatch.setattr(
        "govsim.exchange.population.census.REGISTERS", {"deaths": lottery, **_without("deaths", population.REGISTERS)}
    )
    after = list(population.rows(7, persons=500, enterprises=50))
    assert [row for row in after if row.dataset != "deaths"] == [row for row in before if row.dataset != "deaths"]
    assert [row for row in after if row.dataset == "deaths"] != [row for row in before if row.dataset == "deaths"]


def _without(name, registers):
    return {key: register for key, register in registers.items() if key != name}


def test_a_register_that_draws_more_changes_itself_only(monkeypatch):
    before = list(population.rows(7, persons=500, enterprises=50))
    photos = population.REGISTERS["photos"]

    def wasteful(known, rng):
        rng.random()
        return photos(known, rng)

    monkeypatch.setitem(population.REGISTERS, "photos", wasteful)
    after = list(population.rows(7, persons=500, enterprises=50))
    assert [row for row in after if row.dataset != "photos"] == [row for row in before if row.dataset != "photos"]
    assert after != before


def test_every_record_has_the_fields_of_the_catalogue_with_the_right_types(rows):
    datasets = catalogue.datasets()
    for row in rows:
        assert set(row.body) == set(datasets[row.dataset].fields), row
        for field in datasets[row.dataset].fields.values():
            assert field.fault(row.body[field.key]) is None, row


def test_every_dataset_has_records(registers):
    assert set(registers) == set(catalogue.datasets())


def test_people_have_numbers_of_their_own_in_simulated_regions(registers):
    for number, (body, *_) in registers["population"].items():
        parsed = citizen.parse(number)
        assert regions.is_simulated(parsed.region)
        assert parsed.birth.isoformat() == body["birth_date"]
        assert parsed.sex == body["sex"]
        assert "样" in body["name"]
        assert words.pinyin(body["name"]) == body["pinyin"]
    assert len(registers["population"]) == 2000


def test_every_other_identifier_is_safe(registers):
    for code, (body,) in registers["enterprises"].items():
        parsed = credit.parse(code)
        assert regions.is_simulated(parsed.region)
        assert parsed.organisation.startswith("MN4")
        assert "模拟" in body["name"]
        assert regions.is_simulated(citizen.parse(body["legal_representative"]).region)
        assert body["address_code"] in registers["address_codes"]
    for bodies in registers["social_security_card"].values():
        assert all(contacts.is_safe_bank_account(body["account"]) for body in bodies)
    for bodies in registers["real_estate"].values():
        assert all(regions.is_simulated(realestate.parse(body["unit_code"]).region) for body in bodies)
    for bodies in registers["social_insurance"].values():
        assert all(body["employer"] == "" or body["employer"] in registers["enterprises"] for body in bodies)


def test_families_know_each_other(registers):
    people = {number: bodies[0] for number, bodies in registers["population"].items()}
    couples = 0
    for number, body in people.items():
        if body["spouse"]:
            couples += 1
            assert people[body["spouse"]]["spouse"] == number
            assert people[body["spouse"]]["sex"] != body["sex"]
        if body["guardian"]:
            assert body["guardian"] in people
        assert body["household"] in people
    assert couples > 500


def test_numbers_that_exist_are_not_given_again():
    first = next(population.people(7, persons=1))[0].number
    taken = {person.number for block in population.people(7, persons=100) for person in block}
    again = {person.number for block in population.people(7, persons=100, taken=taken) for person in block}
    assert first in taken
    assert not taken & again


def test_enterprise_names_pass_the_rules_and_never_repeat(registers):
    bodies = [bodies[0] for bodies in registers["enterprises"].values()]
    assert len({body["name"] for body in bodies}) == len(bodies)
    kinds = {"company": "limited_company", "individual": "individual_business", "sole": "sole_proprietorship"}
    for body in bodies[:60]:
        city = next(each.slug for each in regions.CITIES if body["name"].startswith(each.zh))
        findings = names.check(body["name"], city=city, kind=kinds[body["kind"]])
        assert [finding for finding in findings if finding.verdict != "warn"] == [], body["name"]
    far_apart = {firms.firm(7, index).name for index in range(0, 60_000, 7)}
    assert len(far_apart) == len(range(0, 60_000, 7))


def test_there_are_no_more_enterprises_than_codes():
    with pytest.raises(ValueError, match="at most"):
        firms.code_of(firms.MOST)


def test_ages_and_cities_are_spread(registers):
    ages = Counter()
    for bodies in registers["population"].values():
        born = date.fromisoformat(bodies[0]["birth_date"])
        ages[min((population.AS_OF - born).days // 3652, 10)] += 1
    assert all(ages[decade] >= 10 for decade in range(10)), ages
    assert ages[7] + ages[8] + ages[9] + ages[10] >= 100
    cities = Counter(bodies[0]["household_city"] for bodies in registers["population"].values())
    assert cities["shenzhen"] > cities["jiangmen"] > cities["zhaoqing"] > 100
    assert cities["other"] > 100


# --- each mechanism of B.2 finds people to grant, to refuse and to doubt ----------------------------------------------


def age(bodies):
    born = date.fromisoformat(bodies[0]["birth_date"])
    return (population.AS_OF - born).days / 365.2425


def judge(registers, refuse, doubt, among=lambda bodies: True):
    outcomes = Counter()
    for number, bodies in registers["population"].items():
        if not among(bodies):
            continue

        def one(dataset, number=number):
            found = registers[dataset].get(number, [])
            return found[0] if len(found) == 1 else None

        def has(dataset, number=number):
            return bool(registers[dataset].get(number))

        if refuse(bodies[0], one, has):
            outcomes["refused"] += 1
        elif len(bodies) > 1 or doubt(bodies[0], one, has):
            outcomes["doubtful"] += 1
        else:
            outcomes["granted"] += 1
    return outcomes


def enough(outcomes, least=3):
    assert min(outcomes["granted"], outcomes["refused"], outcomes["doubtful"]) >= least, outcomes


def test_old_age_allowance(registers):
    enough(
        judge(
            registers,
            lambda body, one, has: body["household_city"] != "shenzhen" or has("allowance_roll"),
            lambda body, one, has: (
                has("deaths")
                or (one("social_security_card") or {}).get("account_status") != "active"
                or (one("social_security_card") or {}).get("account_name") != body["name"]
                or (one("identity_library") or {}).get("name") != body["name"]
            ),
            among=lambda bodies: age(bodies) >= 70,
        )
    )


def test_graduate_settlement(registers):
    graduates = {person.number for block in population.people(7, persons=2000) for person in block if person.graduate}
    assert len(graduates) >= 60
    enough(
        judge(
            registers,
            lambda body, one, has: (
                body["household_city"] == "shenzhen"
                or bool(one("degrees") and one("degrees")["graduated_on"] < "2019-12-01")
            ),
            lambda body, one, has: (
                not has("degrees")
                or one("degrees")["holder_name"] != body["name"]
                or has("criminal")
                or has("bad_credit")
            ),
            among=lambda bodies: 21 <= age(bodies) < 45,
        )
    )


def test_people_who_may_open_a_company(registers):
    enough(
        judge(
            registers,
            lambda body, one, has: (
                has("disqualified_officers") or has("dishonest_persons") or not has("identity_library")
            ),
            lambda body, one, has: has("abnormal_taxpayers") or one("identity_library")["level"] != "face",
            among=lambda bodies: 18 <= age(bodies) < 70,
        )
    )
    addresses = Counter(
        "blocked"
        if bodies[0]["status"] == "blocked"
        else "full"
        if bodies[0]["registered"] >= bodies[0]["limit"]
        else "free"
        for bodies in registers["address_codes"].values()
    )
    assert min(addresses[key] for key in ("blocked", "full", "free")) >= 10, addresses


def test_ride_hailing_permit(registers):
    enough(
        judge(
            registers,
            lambda body, one, has: (
                has("criminal")
                or has("traffic_offences")
                or has("driver_permits")
                or (one("driving_licence") or {"first_issued_on": ""})["first_issued_on"] > "2018-12-01"
            ),
            lambda body, one, has: has("driving_licence") and one("driving_licence") is None,
            among=lambda bodies: 21 <= age(bodies) < 61,
        ),
        least=1,
    )
    able = [
        number
        for number in registers["exam_results"]
        if number not in registers["driver_permits"] and number not in registers["criminal"]
    ]
    assert len(able) >= 50


def test_housing_fund_withdrawal_for_rent(registers):
    enough(
        judge(
            registers,
            lambda body, one, has: (
                (one("housing_fund") or {"status": "normal"})["status"] != "normal"
                or (one("housing_fund") or {"months_continuous": 9})["months_continuous"] < 3
                or has("real_estate")
                or has("court_freezes")
            ),
            lambda body, one, has: one("housing_fund") is None,
            among=lambda bodies: 22 <= age(bodies) < 60,
        )
    )


def test_senior_citizen_card(registers):
    enough(
        judge(
            registers,
            lambda body, one, has: (
                has("senior_cards") or (body["household_city"] == "other" and not has("residence_permit"))
            ),
            lambda body, one, has: not (one("photos") or {}).get("meets_standard"),
            among=lambda bodies: age(bodies) >= 60,
        )
    )


def test_unemployment_benefit(registers):
    stopped = {
        number
        for number, bodies in registers["social_insurance"].items()
        if bodies[0]["status"] == "stopped" and bodies[0]["stop_code"]
    }
    enough(
        judge(
            registers,
            lambda body, one, has: (
                one("social_insurance")["unemployment_months"] < 12
                or (one("employment") or {"status": "unemployed"})["status"] != "unemployed"
            ),
            lambda body, one, has: one("social_insurance")["stop_code"] == "resigned" or one("employment") is None,
            among=lambda bodies: _number(registers, bodies) in stopped,
        )
    )


def _number(registers, bodies):
    return next(number for number, found in registers["population"].items() if found is bodies)


def test_food_record_filing(registers):
    outcomes = Counter(
        "refused"
        if bodies[0]["status"] != "active" or not bodies[0]["food_sales"]
        else "doubtful"
        if registers["address_codes"][bodies[0]["address_code"]][0]["status"] == "blocked"
        else "granted"
        for bodies in registers["enterprises"].values()
    )
    enough(outcomes)
    assert registers["food_bars"]
