"""What the registers know of a person's work, fund, home and driving (B.2.2, B.2.4, B.2.5, B.2.7). Pure."""

import random
from datetime import timedelta

from govsim.core.codes import realestate as unit_codes
from govsim.core.codes import regions
from govsim.exchange.population.people import AS_OF, pick, weighted
from govsim.exchange.population.persons import Body, Known, Register, ago, serial, years_after


def social_insurance(known: Known, rng: random.Random) -> list[Body]:
    person, mark, long, short, when, who = (known.person, *(rng.random() for _ in range(5)))
    code = weighted(rng, (("dismissed", 38), ("expired", 32), ("resigned", 30)))
    doing = known.occupation
    share = {"employed": 0.95, "unemployed": 0.96, "retired": 0.75, "none": 0.4}.get(doing, 0.0)
    if mark > share:
        return []
    total = max(1, int(min(person.age - 19, 34) * 12 * (0.15 + 0.85 * long)))
    stopped = doing != "employed"
    days = 10 + when * (300 if doing == "unemployed" else 2500 if doing == "retired" else 700)
    return [
        {
            "city": person.city,
            "status": "stopped" if stopped else "insured",
            "employer": "" if stopped else known.employer(who),
            "months_total": total,
            "unemployment_months": int(short * 11) if short < 0.15 else int(total * (0.5 + 0.5 * short)),
            "stop_code": code if doing == "unemployed" else "resigned" if doing == "none" else "",
            "stopped_on": ago(days) if stopped else "",
        }
    ]


def employment(known: Known, rng: random.Random) -> list[Body]:
    mark, when, again = rng.random(), rng.random(), rng.random()
    doing = known.occupation
    if doing in ("child", "student", "none") or mark > (0.8 if doing == "unemployed" else 0.92):
        return []
    # Some who stopped paying work again already: the claim for benefit must find out (G4).
    status = "employed" if doing == "unemployed" and again < 0.1 else doing
    body = {"status": status, "registered_on": ago(5 + when * (280 if doing == "unemployed" else 2000))}
    if rng.random() < 0.006:
        return [body, {**body, "status": "employed" if status != "employed" else "unemployed"}]
    return [body]


def housing_fund(known: Known, rng: random.Random) -> list[Body]:
    mark, state, months, pay, saved = (rng.random() for _ in range(5))
    share = {"employed": 0.72, "unemployed": 0.35, "retired": 0.3}.get(known.occupation, 0.0)
    if mark > share:
        return []
    continuous = int(state * 3) if known.occupation != "employed" else 1 + int(180 * months**2)
    monthly = 40_000 + int(56 * pay**2) * 10_000
    body = {
        "account": serial(known, "HF"),
        "city": known.person.city,
        "status": "normal" if state < (0.94 if known.occupation == "employed" else 0.5) else "sealed",
        "months_continuous": continuous,
        "monthly_fen": monthly,
        "balance_fen": monthly * (continuous + int(saved * 40)),
    }
    if rng.random() < 0.008:
        return [body, {**body, "status": "sealed" if body["status"] == "normal" else "normal"}]
    return [body]


def fund_withdrawals(known: Known, rng: random.Random) -> list[Body]:
    mark, when, share = rng.random(), rng.random(), rng.random()
    kind = weighted(rng, (("rent", 60), ("loan", 25), ("purchase", 10), ("leave", 5)))
    if not known.has("housing_fund") or mark > 0.25:
        return []
    amount = int(known.before["housing_fund"][0]["balance_fen"] * (0.1 + 0.4 * share)) // 100 * 100
    return [{"kind": kind, "on": ago(5 + when * 420), "amount_fen": amount}]


def fund_loans(known: Known, rng: random.Random) -> list[Body]:
    mark, paid, done = rng.random(), rng.random(), rng.random()
    if not known.has("housing_fund") or known.person.age < 26 or mark > 0.2:
        return []
    return [
        {
            "contract": serial(known, "HL"),
            "repaid_this_year_fen": 600_000 + int(paid * 54) * 100_000,
            "paid_out_this_period": done < 0.4,
        }
    ]


def court_freezes(known: Known, rng: random.Random) -> list[Body]:
    mark, when = rng.random(), rng.random()
    if known.person.age < 22 or mark > 0.018:
        return []
    return [{"order": f"（2021）粤0399执保{known.person.index:07d}号", "since": ago(10 + when * 320)}]


def real_estate(known: Known, rng: random.Random) -> list[Body]:
    person, mark, second, area, when = (known.person, *(rng.random() for _ in range(4)))
    away, elsewhere = rng.random(), pick(rng, ("shenzhen", "jiangmen", "zhaoqing"))
    local = person.household_city == person.city
    if person.age < 25 or mark > (0.4 if local else 0.14):
        return []
    bought = max(person.birth.year + 24, 1998)
    days = (AS_OF - years_after(person.birth, bought - person.birth.year)).days
    homes = 2 if second < 0.12 else 1
    return [
        {
            "unit_code": unit_codes.make(
                regions.city(place).simulated,
                district=1 + person.index % 900,
                subdistrict=1 + person.index // 900 % 900,
                parcel_feature="GB",
                parcel=person.index // 810_000 + 1,
                fixture_feature="F",
                fixture=10_001 + at,
            ),
            "city": place,
            "area_m2": 38 + int(110 * area) + 9 * at,
            "obtained_on": ago(max(1.0, days * when) / (at + 1)),
        }
        for at in range(homes)
        for place in [elsewhere if away < 0.12 and at == 0 else person.city]
    ]


def leases(known: Known, rng: random.Random) -> list[Body]:
    person, mark, rent, start, length = (known.person, *(rng.random() for _ in range(4)))
    if person.age < 20 or known.has("real_estate") or mark > 0.3:
        return []
    since = AS_OF - timedelta(days=int(10 + start * 420))
    return [
        {
            "contract": serial(known, "LS"),
            "monthly_rent_fen": (80_000 if person.city == "shenzhen" else 40_000) + int(rent * 60) * 10_000,
            "valid_from": since.isoformat(),
            "valid_until": (since + timedelta(days=365 * (1 + int(length * 2)))).isoformat(),
        }
    ]


def driving_licence(known: Known, rng: random.Random) -> list[Body]:
    person, mark, when, end, state = (known.person, *(rng.random() for _ in range(4)))
    licence_class = weighted(rng, (("C1", 78), ("C2", 12), ("B2", 5), ("A1", 1), ("D", 4)))
    if not 18 <= person.age <= 70 or mark > 0.52:
        return []
    first = years_after(person.birth, 18)
    first += timedelta(days=int((AS_OF - first).days * when))
    body = {
        "number": person.number,
        "licence_class": licence_class,
        "first_issued_on": first.isoformat(),
        "valid_until": (AS_OF + timedelta(days=int(end * 2900) - 90)).isoformat(),
        "status": "suspended" if state < 0.03 else "valid",
    }
    if rng.random() < 0.012:
        return [body, {**body, "first_issued_on": ago(30 + 700 * when)}]
    return [body]


def traffic_offences(known: Known, rng: random.Random) -> list[Body]:
    mark, when = rng.random(), rng.random()
    kind = weighted(rng, (("drink_driving", 45), ("full_points", 55)))
    if not known.has("driving_licence") or mark > 0.06:
        return []
    return [{"kind": kind, "on": ago(20 + when * 1800)}]


def exam_results(known: Known, rng: random.Random) -> list[Body]:
    mark, when = rng.random(), rng.random()
    if not known.has("driving_licence") or not 21 <= known.person.age <= 62 or mark > 0.28:
        return []
    passed = AS_OF - timedelta(days=int(5 + when * 1250))
    return [
        {
            "kind": "ride_hailing",
            "number": serial(known, "EX"),
            "passed_on": passed.isoformat(),
            "valid_until": years_after(passed, 3).isoformat(),
        }
    ]


def driver_permits(known: Known, rng: random.Random) -> list[Body]:
    person, mark, state, end = known.person, rng.random(), rng.random(), rng.random()
    if not known.has("exam_results") or mark > 0.32:
        return []
    active = state < 0.75
    until = AS_OF + timedelta(days=int(60 + end * 900)) if active else AS_OF - timedelta(days=int(20 + end * 300))
    return [
        {
            "number": f"DL{regions.city(person.city).simulated}{person.index % 100_000_000:08d}",
            "city": person.city,
            "status": "active" if active else "ended",
            "valid_until": until.isoformat(),
        }
    ]


def senior_cards(known: Known, rng: random.Random) -> list[Body]:
    mark, state = rng.random(), rng.random()
    if known.person.age < 60 or mark > 0.5:
        return []
    status = "active" if state < 0.9 else "ended"
    return [{"number": serial(known, "SN"), "city": known.person.city, "status": status}]


def photos(known: Known, rng: random.Random) -> list[Body]:
    mark, good, when = rng.random(), rng.random(), rng.random()
    if known.person.age < 6 or mark > 0.94:
        return []
    return [{"meets_standard": good < 0.92, "taken_on": ago(20 + when * 1800)}]


def disqualified_officers(known: Known, rng: random.Random) -> list[Body]:
    mark, end = rng.random(), rng.random()
    if known.person.age < 25 or mark > 0.012:
        return []
    until = AS_OF + timedelta(days=int(end * 1000) - 200)
    return [{"reason": "revoked_enterprise", "until": until.isoformat()}]


def abnormal_taxpayers(known: Known, rng: random.Random) -> list[Body]:
    mark, when = rng.random(), rng.random()
    return [{"since": ago(40 + when * 600)}] if known.person.age >= 25 and mark < 0.012 else []


def food_bars(known: Known, rng: random.Random) -> list[Body]:
    mark, end = rng.random(), rng.random()
    if known.person.age < 25 or mark > 0.01:
        return []
    return [{"until": (AS_OF + timedelta(days=int(end * 1500) - 200)).isoformat()}]


WORK_AND_HOME: dict[str, Register] = {
    "social_insurance": social_insurance,
    "employment": employment,
    "housing_fund": housing_fund,
    "fund_withdrawals": fund_withdrawals,
    "fund_loans": fund_loans,
    "court_freezes": court_freezes,
    "real_estate": real_estate,
    "leases": leases,
    "driving_licence": driving_licence,
    "traffic_offences": traffic_offences,
    "exam_results": exam_results,
    "driver_permits": driver_permits,
    "senior_cards": senior_cards,
    "photos": photos,
    "disqualified_officers": disqualified_officers,
    "abnormal_taxpayers": abnormal_taxpayers,
    "food_bars": food_bars,
}
