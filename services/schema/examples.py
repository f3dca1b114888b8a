"""Checks of the shape of worked examples; whether they hold is found out by running the rules. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.schema.facts import Place, fits
from services.schema.reading import Document, Problem


def example_problems(document: Document, standing: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the faults of an item's examples.

    The first one grants and covers every fact; one rejects and one goes to a person; names, types and results agree
    with the item. An example may set a standing fact.
    """
    body, found = document.body, document.body["examples"]
    if found[0]["outcome"] != "GRANT":
        yield document.problem(("examples", 0, "outcome"), "第一个例子须为 GRANT", "the first example has to grant")
    for each in body["facts"]:
        if found[0]["facts"].get(each["name"]) is None:
            zh, en = f"第一个例子缺少事实 {each['name']}", f"the first example lacks the fact {each['name']}"
            yield document.problem(("examples", 0, "facts"), zh, en)
    for wanted in ("REJECT", "MANUAL"):
        if not any(each["outcome"] == wanted for each in found):
            yield document.problem(("examples",), f"缺少 {wanted} 的例子", f"there is no example for {wanted}")
    for at, each in enumerate(found):
        yield from _example(document, ("examples", at), each, standing)


def _example(
    document: Document, place: Place, example: Mapping[str, Any], standing: Mapping[str, Any]
) -> Iterator[Problem]:
    body = document.body
    declared = {each["name"]: each for each in (*body["facts"], *standing.get("facts", ()))}
    for name, value in example["facts"].items():
        if name not in declared:
            yield document.problem((*place, "facts", name), f"未声明的事实：{name}", f"undeclared fact: {name}")
        elif value is not None and not fits(declared[name]["type"], declared[name].get("choices", ()), value):
            yield document.problem((*place, "facts", name), f"取值类型不符：{name}", f"not of the fact's type: {name}")
    rules = {each["id"]: each for each in (*body["rules"], *standing.get("rules", ()))}
    for part in ("failed", "unknown"):
        for rule_id in example.get(part, ()):
            if rule_id not in rules:
                yield document.problem((*place, part), f"没有这条规则：{rule_id}", f"there is no such rule: {rule_id}")
    failed = [rules[rule_id] for rule_id in example.get("failed", ()) if rule_id in rules]
    expected = "GRANT"
    if any(rule["on_fail"] == "REJECT" for rule in failed):
        expected = "REJECT"
    elif failed or example.get("unknown"):
        expected = "MANUAL"
    if example["outcome"] != expected:
        zh = f"按所列规则应为 {expected}，例子写的是 {example['outcome']}"
        en = f"by the rules listed it is {expected}, the example says {example['outcome']}"
        yield document.problem((*place, "outcome"), zh, en)
    yield from _result(document, place, example)


def _result(document: Document, place: Place, example: Mapping[str, Any]) -> Iterator[Problem]:
    result, declared = example.get("result", {}), {each["key"]: each for each in document.body.get("outcome", ())}
    if example["outcome"] != "GRANT":
        if result:
            yield document.problem((*place, "result"), "只有 GRANT 才有结果", "only a grant has results")
        return
    for key in sorted(declared.keys() ^ result.keys()):
        zh, en = f"结果与事项声明不一致：{key}", f"the results are not those declared: {key}"
        yield document.problem((*place, "result"), zh, en)
    for key, value in result.items():
        if key in declared and not fits(declared[key]["type"], (), value):
            yield document.problem((*place, "result", key), f"结果类型不符：{key}", f"not of the result's type: {key}")
