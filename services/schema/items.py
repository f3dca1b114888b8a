"""Checks of one item or of the standing conditions: head, names, rules, results, certificate. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from govsim.core import organisations
from govsim.core.codes import items as codes
from govsim.core.codes.errors import CodeError
from services import vocabulary
from services.schema import examples, facts
from services.schema.facts import Place
from services.schema.known import Known, KnownCertificate
from services.schema.reading import Document, Problem

_LISTS: Final = (
    ("form", "key"),
    ("materials", "key"),
    ("facts", "name"),
    ("parameters", "key"),
    ("rules", "id"),
    ("outcome", "key"),
    ("deliverables", "key"),
)
SAMPLE: Final = ("示例文本", "Sample text")  # how a clause that nobody has verified begins (decision 20)


def item_problems(
    document: Document,
    known: Known,
    standing: Mapping[str, Any],
    words: Iterable[str],
    *,
    with_examples: bool = True,
) -> list[Problem]:
    """Return the faults of an item whose shape is right, in no particular order."""
    return [
        *_head(document, known),
        *_doubled(document, standing),
        *facts.form_problems(document, known),
        *facts.material_problems(document, known),
        *facts.fact_problems(document, known),
        *facts.parameter_problems(document),
        *_rules(document),
        *_outcome(document),
        *_certificate(document, known),
        *_registers(document, known),
        *_unused(document),
        *_words(document, frozenset(words) | known.words),
        *(examples.example_problems(document, standing) if with_examples else ()),
    ]


def standing_problems(document: Document, known: Known) -> list[Problem]:
    """Return the faults of the standing conditions whose shape is right."""
    return [
        *_doubled(document, {}),
        *facts.fact_problems(document, known),
        *_rules(document),
        *examples.example_problems(document, {}),
    ]


def _head(document: Document, known: Known) -> Iterator[Problem]:
    body, say = document.body, document.problem
    city = organisations.cities().get(body["city"])
    if city is None:
        yield say(("city",), f"没有这个城市：{body['city']}", f"there is no such city: {body['city']}")
    elif not body["key"].startswith(f"{city.prefix}."):
        yield say(("key",), f"该市事项的键以 {city.prefix}. 开头", f"a key of this city begins with {city.prefix}.")
    if known.departments.get(body["department"]) != body["city"]:
        text = body["department"]
        yield say(("department",), f"该市没有这个部门：{text}", f"the city has no such department: {text}")
    yield from _codes(document)
    legal, promised = body["limits"]["legal_days"], body["limits"]["promised_days"]
    if legal is not None and promised > legal:
        yield say(("limits",), "承诺时限超过法定时限", "the promised limit is above the legal limit")
    if body["case_type"] == "immediate" and promised:
        yield say(("limits",), "即办件的承诺时限为 0", "an immediate case promises 0 days")
    if body["online_depth"] in vocabulary.FULLY_ONLINE and body["visits"]:
        yield say(("visits",), "全程网办的到场次数为 0", "a fully online item needs 0 visits")
    if not body["visits"] and body["online_depth"] not in vocabulary.APPLIED_ONLINE and "post" not in body["channels"]:
        yield say(("visits",), "零跑动且不能网办的须可邮寄", "0 visits without the web need the post")
    if (body["route"] == "instant") != body["flags"]["instant_approval"]:
        yield say(("route",), "秒批标志与办理方式不一致", "the flag and the route do not agree on instant approval")
    if body["route"] == "instant" and "auto_seconds" not in body["handling"]:
        yield say(("handling",), "秒批事项须有 auto_seconds", "instant approval needs auto_seconds")


def _codes(document: Document) -> Iterator[Problem]:
    try:
        parsed = codes.parse_basic(document.body["basic_code"])
    except CodeError as error:
        yield document.problem(("basic_code",), str(error.zh), str(error.en))
        return
    if parsed.item_type != document.body["item_type"]:
        yield document.problem(
            ("basic_code",), "基本编码中的事项类型与 item_type 不符", "the code holds another item type than item_type"
        )


def _doubled(document: Document, standing: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield names used twice: inside a list, and among facts, parameters and results, which rules read by name."""
    readable = {each["name"] for each in standing.get("facts", ())} | {"as_of"}
    rule_ids = {each["id"] for each in standing.get("rules", ())}
    for part, name in _LISTS:
        seen: set[str] = set()
        for at, entry in enumerate(document.body.get(part, ())):
            text, shared = entry[name], part in ("facts", "parameters", "outcome")
            if text in seen or (shared and text in readable) or (part == "rules" and text in rule_ids):
                yield document.problem((part, at, name), f"名称重复：{text}", f"the name is used twice: {text}")
            seen.add(text)
            if shared:
                readable.add(text)


def _tables(body: Mapping[str, Any]) -> set[str]:
    return {each["key"] for each in body.get("parameters", ()) if "rows" in each["values"][0]}


def _readable(body: Mapping[str, Any]) -> set[str]:
    parameters = {each["key"] for each in body.get("parameters", ())}
    return {"as_of", *(each["name"] for each in body["facts"])} | parameters


def _rules(document: Document) -> Iterator[Problem]:
    names, tables = _readable(document.body), _tables(document.body)
    for at, rule in enumerate(document.body["rules"]):
        yield from facts.expression_problems(document, ("rules", at, "expression"), rule["expression"], names, tables)
        clause = rule["clause"]
        if not clause["verified"] and not (clause["zh"].startswith(SAMPLE[0]) and clause["en"].startswith(SAMPLE[1])):
            yield document.problem(
                ("rules", at, "clause"),
                "未核实的条款须以“示例文本”开头",
                'a clause that is not verified begins with "Sample text"',
            )


def _outcome(document: Document) -> Iterator[Problem]:
    names, tables = _readable(document.body), _tables(document.body)
    for at, each in enumerate(document.body["outcome"]):
        place: Place = ("outcome", at, "expression")
        yield from facts.expression_problems(document, place, each["expression"], names, tables)
        names = names | {each["key"]}


def _certificate(document: Document, known: Known) -> Iterator[Problem]:
    body = document.body.get("result_certificate")
    if body is None:
        return
    kind = known.certificates.get(body["type"])
    if kind is None:
        zh, en = f"没有这种证照：{body['type']}", f"there is no such certificate type: {body['type']}"
        yield document.problem(("result_certificate", "type"), zh, en)
        return
    yield from _certificate_fields(document, body, kind)
    results = {each["key"] for each in document.body["outcome"]}
    names = _readable(document.body) | results | {f"form_{key}" for key in facts.field_types(document.body)}
    tables = _tables(document.body)
    texts = {("result_certificate", "fields", key): text for key, text in body["fields"].items()}
    if "valid_until" in body:
        texts["result_certificate", "valid_until", ""] = body["valid_until"]
    for place, text in texts.items():
        yield from facts.expression_problems(document, tuple(step for step in place if step), text, names, tables)


def _certificate_fields(document: Document, body: Mapping[str, Any], kind: KnownCertificate) -> Iterator[Problem]:
    for key in body["fields"]:
        if key not in kind.fields:
            zh, en = f"证照 {body['type']} 没有字段 {key}", f"certificate {body['type']} has no field {key}"
            yield document.problem(("result_certificate", "fields", key), zh, en)
    for key in sorted(kind.mandatory - body["fields"].keys()):
        zh, en = f"证照必填字段未给出：{key}", f"a field that the certificate needs is missing: {key}"
        yield document.problem(("result_certificate", "fields"), zh, en)


def _registers(document: Document, known: Known) -> Iterator[Problem]:
    """Yield what is wrong with the records that a grant adds: every field of the dataset is there, and no other."""
    results = {each["key"] for each in document.body["outcome"]}
    names = _readable(document.body) | results | {f"form_{key}" for key in facts.field_types(document.body)}
    names |= {"case_number"}
    for at, each in enumerate(document.body.get("registers", ())):
        dataset = known.datasets.get(each["dataset"])
        if dataset is None:
            zh, en = f"没有这个数据集：{each['dataset']}", f"there is no such dataset: {each['dataset']}"
            yield document.problem(("registers", at, "dataset"), zh, en)
            continue
        for key in sorted(dataset.fields.keys() ^ each["record"].keys()):
            zh, en = f"字段与数据集不符：{key}", f"the field does not fit the dataset: {key}"
            yield document.problem(("registers", at, "record"), zh, en)
        for key, text in each["record"].items():
            place: Place = ("registers", at, "record", key)
            yield from facts.expression_problems(document, place, text, names, _tables(document.body))


def _unused(document: Document) -> Iterator[Problem]:
    """Yield facts and parameters that nothing reads: personal data would be asked for without a use."""
    body = document.body
    certificate = body.get("result_certificate") or {}
    texts = [each["expression"] for part in ("rules", "outcome") for each in body[part]]
    texts += [text for each in body.get("registers", ()) for text in each["record"].values()]
    texts += [*(certificate.get("fields") or {}).values(), certificate.get("valid_until", "")]
    read = frozenset[str]().union(*(facts.names_read(text) for text in texts))
    for part, name in (("facts", "name"), ("parameters", "key")):
        for at, each in enumerate(body.get(part, ())):
            if each[name] not in read:
                yield document.problem((part, at), f"没有被用到：{each[name]}", f"nothing reads it: {each[name]}")


def _words(document: Document, words: frozenset[str]) -> Iterator[Problem]:
    for part in ("form", "facts"):
        for at, each in enumerate(document.body[part]):
            for choice in each.get("choices", ()):
                if choice not in words and "." not in choice:  # organisations have names of their own
                    zh, en = f"选项没有中英文用语：{choice}", f"the choice has no words: {choice}"
                    yield document.problem((part, at, "choices"), zh, en)
