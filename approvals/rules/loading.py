"""Making rule sets: the data of an item checked and compiled, once for each content hash."""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from approvals.rules import facts
from approvals.rules.parameters import check
from approvals.rules.ruleset import CASE_NUMBER, CertificateFields, RegisterFields, Result, Rule, RuleSet, RuleSetError
from govsim.core.canonical import digest
from govsim.core.expressions import Expression, ExpressionError, compile_expression

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
GIVEN: Final = frozenset({"as_of"})  # readable in every expression: midnight of the day of the decision
KEPT: Final = 256  # compiled rule sets of one process

_ready: OrderedDict[tuple[str, int, str], RuleSet] = OrderedDict()


def content_hash(body: Mapping[str, Any], standing: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hexadecimal, of all that decides: facts, figures, rules, results, standing conditions.

    It is the hash under which the same content is published.
    """
    parts = ("key", "form", "facts", "parameters", "rules", "outcome", "result_certificate", "registers")
    decides = {part: body[part] for part in parts if part in body}
    return digest({**decides, "standing": {part: standing.get(part, []) for part in ("facts", "rules")}}).hex()


def load(body: Mapping[str, Any], standing: Mapping[str, Any], *, version: int = 0, sha256: str = "") -> RuleSet:
    """Return the rule set of an item's `body` with the `standing` facts and rules of every item, compiled once.

    A published body holds the standing conditions that it was published with (`body["standing"]`); they win, so that
    a later file changes no passport. `version` and `sha256` are those of the published version: a hash that is given
    names the content and is trusted, without one the content is hashed. Raises RuleSetError when anything in it cannot
    be evaluated strictly: nothing half-checked ever decides.
    """
    standing = body.get("standing") or standing
    identity = (body["key"], version, sha256 or content_hash(body, standing))
    found = _ready.get(identity)
    if found is None:
        found = _ready[identity] = _made(body, standing, version, identity[2])
        if len(_ready) > KEPT:
            _ready.popitem(last=False)
    else:
        _ready.move_to_end(identity)
    return found


def _made(body: Mapping[str, Any], standing: Mapping[str, Any], version: int, sha256: str) -> RuleSet:
    fact_bodies = [*(body.get("facts") or ()), *(standing.get("facts") or ())]
    rule_bodies = [*(body.get("rules") or ()), *(standing.get("rules") or ())]
    parameter_bodies = list(body.get("parameters") or ())
    form = {each["key"]: each["type"] for each in body.get("form") or ()}
    declarations = _declarations(fact_bodies)
    for problem in check(parameter_bodies):
        raise RuleSetError(problem.key, problem.zh, problem.en)
    readable = declarations.keys() | _parameter_names(parameter_bodies, declarations) | GIVEN
    tables = {each["key"] for each in parameter_bodies if "rows" in each["values"][0]}
    form_names = {f"form_{key}" for key in form}
    rules = tuple(_rule(each, declarations, readable, tables) for each in rule_bodies)
    if len({rule.id for rule in rules}) != len(rules):
        raise RuleSetError("rules", "规则编号重复", "two rules have one id")
    results = _results(body.get("outcome") or (), declarations, readable, tables)
    by_result = {result.key for result in results}
    return RuleSet(
        item=body["key"],
        version=version,
        sha256=sha256,
        declarations=declarations,
        derivations=_derivations(fact_bodies, form_names, tables),
        conditions=_conditions(fact_bodies, form_names),
        form=form,
        parameters=parameter_bodies,
        rules=rules,
        results=results,
        certificate=_certificate(body.get("result_certificate"), readable | by_result | form_names, tables),
        registers=_registers(body.get("registers") or (), readable | by_result | form_names | {CASE_NUMBER}, tables),
        facts_used=frozenset(
            {*(name for rule in rules for name in rule.facts), *(name for result in results for name in result.facts)}
        ),
        figures_used=tuple(
            sorted(
                {
                    *(name for rule in rules for name in rule.figures),
                    *(name for result in results for name in result.figures),
                }
            )
        ),
    )


def _declarations(bodies: Sequence[Mapping[str, Any]]) -> dict[str, facts.Declaration]:
    found: dict[str, facts.Declaration] = {}
    for body in bodies:
        declared = facts.declaration(body)
        if not NAME.fullmatch(declared.name) or declared.name in GIVEN or declared.name in found:
            raise RuleSetError(declared.name, "事实名称无效或重复", "the name of the fact is not valid or used twice")
        if declared.type not in facts.TYPES:
            raise RuleSetError(declared.name, "事实类型无效", "there is no such type of fact")
        if declared.type in ("choice", "choices") and not declared.choices:
            raise RuleSetError(declared.name, "缺少可选值", "the choices are missing")
        if declared.none_value is not facts.UNKNOWN and facts.check(declared, declared.none_value):
            raise RuleSetError(declared.name, "无记录时的取值类型不符", "the value for no record is of another type")
        found[declared.name] = declared
    return found


def _parameter_names(bodies: Sequence[Mapping[str, Any]], declarations: Mapping[str, facts.Declaration]) -> set[str]:
    found: set[str] = set()
    for body in bodies:
        key = body["key"]
        if not NAME.fullmatch(key) or key in GIVEN or key in found or key in declarations:
            raise RuleSetError(key, "参数名称无效或重复", "the key of the parameter is not valid or used twice")
        found.add(key)
    return found


def _compiled(key: str, text: object, names: set[str], tables: set[str]) -> Expression:
    try:
        expression = compile_expression(str(text), names=names)
    except ExpressionError as error:
        raise RuleSetError(key, error.zh, error.en) from error
    unknown = sorted(expression.tables - tables)
    if unknown:
        raise RuleSetError(key, f"没有这张分档表：{unknown[0]}", f"no such table: {unknown[0]}")
    as_value = sorted(expression.reads & tables)
    if as_value:
        raise RuleSetError(key, f"分档表须用 lookup 读取：{as_value[0]}", f"a table is read by lookup: {as_value[0]}")
    return expression


def _read_by(expression: Expression, declarations: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    read = sorted(expression.reads - GIVEN)
    return (
        tuple(name for name in read if name in declarations),
        (*(name for name in read if name not in declarations), *sorted(expression.tables)),
    )


def _rule(
    body: Mapping[str, Any], declarations: Mapping[str, facts.Declaration], readable: set[str], tables: set[str]
) -> Rule:
    expression = _compiled(body["id"], body["expression"], readable, tables)
    if body["on_fail"] not in ("REJECT", "MANUAL"):
        raise RuleSetError(body["id"], "on_fail 须为 REJECT 或 MANUAL", "on_fail is REJECT or MANUAL")
    read, used = _read_by(expression, declarations)
    words = {key: body[key] for key in ("sentence", "failed", "officer", "clause", "remedy")}
    return Rule(body["id"], expression, body["on_fail"], **words, facts=read, figures=used)


def _results(
    bodies: Sequence[Mapping[str, Any]],
    declarations: Mapping[str, facts.Declaration],
    readable: set[str],
    tables: set[str],
) -> tuple[Result, ...]:
    found: list[Result] = []
    for body in bodies:
        key, before = body["key"], {each.key for each in found}
        if not NAME.fullmatch(key) or key in readable or key in before:
            raise RuleSetError(key, "结果名称无效或重复", "the key of the result is not valid or used twice")
        if body["type"] not in facts.RESULT_TYPES:
            raise RuleSetError(key, "结果类型无效", "there is no such type of result")
        expression = _compiled(key, body["expression"], readable | before, tables)
        read, used = _read_by(expression, declarations)
        used = tuple(name for name in used if name not in before)
        found.append(Result(key, body["label"], body["type"], expression, read, used))
    return tuple(found)


def _derivations(bodies: Sequence[Mapping[str, Any]], form_names: set[str], tables: set[str]) -> dict[str, Expression]:
    found = {}
    for body in bodies:
        if body["dataset"] == "system":
            continue
        given = form_names | GIVEN
        names = given if body["dataset"] == "form" else given | {"record", "records"}
        found[body["name"]] = _compiled(body["name"], body["expression"], names, tables)
    return found


def _conditions(bodies: Sequence[Mapping[str, Any]], form_names: set[str]) -> dict[str, Expression]:
    found = {}
    for body in bodies:
        if body.get("when") is None:
            continue
        if body.get("none_value") is None:
            raise RuleSetError(
                body["name"], "缺少不适用时的取值 none_value", "none_value is missing, for when it is not asked"
            )
        found[body["name"]] = _compiled(body["name"], body["when"], form_names | GIVEN, set())
    return found


def _certificate(body: Mapping[str, Any] | None, names: set[str], tables: set[str]) -> CertificateFields | None:
    if not body:
        return None
    fields = {
        key: _compiled(f"result_certificate.{key}", text, names, tables)
        for key, text in (body.get("fields") or {}).items()
    }
    until = body.get("valid_until")
    return CertificateFields(
        type=body["type"],
        holder=body.get("holder", ""),
        fields=fields,
        valid_until=None if until is None else _compiled("result_certificate.valid_until", until, names, tables),
    )


def _registers(bodies: Sequence[Mapping[str, Any]], names: set[str], tables: set[str]) -> tuple[RegisterFields, ...]:
    return tuple(
        RegisterFields(
            dataset=body["dataset"],
            key=body["key"],
            fields={
                key: _compiled(f"registers.{body['dataset']}.{key}", text, names, tables)
                for key, text in body["record"].items()
            },
        )
        for body in bodies
    )
