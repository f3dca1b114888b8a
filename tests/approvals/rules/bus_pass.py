"""A small item of our own for the engine's tests: a bus pass, with every type of fact and every risky operator."""

import copy
from datetime import date


def words(text):
    return {"zh": f"{text}（样例）", "en": text}


def fact(name, kind, dataset, expression, absence="unknown", **more):
    return {
        "name": name,
        "label": words(name),
        "type": kind,
        "dataset": dataset,
        "key": "applicant",
        "expression": expression,
        "absence": absence,
        **more,
    }


def rule(id_, expression, on_fail):
    texts = {key: words(f"{id_} {key}") for key in ("sentence", "failed", "officer", "remedy")}
    return {
        "id": id_,
        "expression": expression,
        "on_fail": on_fail,
        **texts,
        "clause": {**words(id_), "verified": False},
    }


BODY = {
    "key": "xx.bus_pass",
    "form": [
        {"key": "photo_on", "type": "date"},
        {"key": "nickname", "type": "text"},
        {"key": "shares", "type": "list"},
    ],
    "facts": [
        fact("age", "int", "population", "age(record.birth_date, as_of)"),
        fact("city", "choice", "population", "record.household_city", choices=["here", "there"]),
        fact("name", "text", "population", "record.name"),
        fact("account_name", "text", "social_security_card", "record.account_name"),
        fact("deceased", "bool", "deaths", "size(records) > 0", "none", none_value=False),
        fact("revoked", "bool", "criminal", "records.exists(r, r.kind == 'drug')", "none", none_value=False),
        fact(
            "cards",
            "choices",
            "senior_cards",
            "records.map(r, r.kind)",
            "none",
            none_value=[],
            choices=["blue", "red", "lost"],
        ),
        fact("photo_on", "date", "form", "form_photo_on"),
        fact("nickname", "text", "form", "form_nickname", "none", none_value=""),
        fact("agreed", "bool", "system", ""),
    ],
    "parameters": [
        {
            "key": "from_age",
            "label": words("from age"),
            "values": [{"from": date(2010, 1, 1), "value": 65}, {"from": "2021-05-01", "value": 60}],
        },
        {"key": "cities", "label": words("cities"), "values": [{"from": date(2010, 1, 1), "value": ["here"]}]},
        {
            "key": "fares",
            "label": words("fares"),
            "values": [
                {
                    "from": date(2010, 1, 1),
                    "rows": [
                        {"from": 60, "to": 64, "value": 100},
                        {"from": 65, "to": 99, "value": 0},
                    ],
                }
            ],
        },
    ],
    "rules": [
        rule("P1", "age >= from_age", "REJECT"),
        rule("P2", "city in cities", "REJECT"),
        rule("P3", "deceased != true", "MANUAL"),
        rule("P4", "revoked != true", "REJECT"),
        rule("P5", "name == account_name", "MANUAL"),
        rule("P6", "!('lost' in cards)", "MANUAL"),
        rule("P7", "months(photo_on, as_of) < 6", "MANUAL"),
        rule("P8", "size(nickname) < 40", "MANUAL"),
    ],
    "outcome": [
        {"key": "fare_fen", "label": words("fare"), "type": "money", "expression": "lookup('fares', age)"},
        {"key": "valid_until", "label": words("until"), "type": "date", "expression": "add_months(as_of, 12)"},
        {"key": "half", "label": words("half"), "type": "money", "expression": "fare_fen / 2"},
    ],
    "result_certificate": {
        "type": "bus_pass_card",
        "fields": {"holder": "name", "fare": "fare_fen", "photo": "form_photo_on"},
        "valid_until": "valid_until",
    },
}
STANDING = {"facts": [], "rules": [rule("S1", "agreed", "MANUAL")]}
AS_OF = date(2021, 12, 1)
GRANTED = {
    "age": 66,
    "city": "here",
    "name": "模拟甲",
    "account_name": "模拟甲",
    "deceased": False,
    "revoked": False,
    "cards": ["blue"],
    "photo_on": "2021-11-01",
    "nickname": "",
    "agreed": True,
}


def body(**changes):
    """Return a copy of the item with some of its parts replaced."""
    return {**copy.deepcopy(BODY), **changes}
