"""Checks of an item's form, materials, facts and parameters. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from govsim.core.expressions import ExpressionError, compile_expression
from services.schema.known import Known, KnownDataset
from services.schema.reading import Document, Problem

REFERENCE_DATE: Final = date(2021, 12, 1)  # every parameter has a value on it (domain.md, time setting)
SUBJECTS: Final = frozenset({"applicant", "spouse", "firm", "people"})
WITHOUT_RECORDS: Final = frozenset({"form", "system"})

_BINDS = re.compile(r"\.(?:all|exists|exists_one|map|filter)\(\s*(\w+)\s*,")
_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")

type Place = tuple[str | int, ...]


def expression_problems(
    document: Document, place: Place, text: str, names: Iterable[str], tables: Iterable[str] = ()
) -> Iterator[Problem]:
    """Yield what is wrong with an expression that may read `names` and look into `tables`."""
    try:
        expression = compile_expression(text, names=frozenset(names))
    except ExpressionError as error:
        yield document.problem(place, error.zh, error.en)
        return
    for table in sorted(expression.tables - frozenset(tables)):
        yield document.problem(place, f"没有这张分档表：{table}", f"there is no such table: {table}")
    for table in sorted(expression.reads & frozenset(tables)):
        yield document.problem(place, f"分档表须用 lookup 读取：{table}", f"a table is read by lookup: {table}")


def names_read(text: str) -> frozenset[str]:
    """Return the words of an expression outside quoted text; enough to see whether something is used at all."""
    quoted = set(re.findall(r"lookup\(\s*['\"](\w+)", text))
    return frozenset(re.findall(r"[A-Za-z_]\w*", _TEXT.sub(" ", text))) | quoted


def _unknown_fields(text: str, dataset: KnownDataset) -> list[str]:
    """Return the fields that an expression reads of records and that the dataset does not have."""
    bare = _TEXT.sub("''", text)
    bound = {"record", *_BINDS.findall(bare)}
    member = rf"(?:\b(?:{'|'.join(sorted(bound))})|\])\.(\w+)(?!\w|\()"
    return sorted({name for name in re.findall(member, bare) if name not in dataset.fields})


def _key_problems(document: Document, place: Place, key: str, fields: Mapping[str, str]) -> Iterator[Problem]:
    if key in SUBJECTS or (key.startswith("form.") and key.removeprefix("form.") in fields):
        return
    yield document.problem(place, f"无效的查询主体：{key}", f"no such subject or form field: {key}")


def field_types(body: Mapping[str, Any]) -> dict[str, str]:
    """Return form field key → type."""
    return {each["key"]: each["type"] for each in body.get("form", ())}


def form_problems(document: Document, known: Known) -> Iterator[Problem]:
    """Yield the faults of form fields: choices, and prefill from datasets and fields that exist."""
    fields = field_types(document.body)
    for at, each in enumerate(document.body["form"]):
        place: Place = ("form", at)
        if each["type"] == "choice" and "choices" not in each:
            yield document.problem(place, f"缺少可选值：{each['key']}", f"the choices are missing: {each['key']}")
        source = each.get("source")
        if source is None:
            continue
        yield from _source_problems(document, (*place, "source"), source, known, fields)


def _source_problems(
    document: Document, place: Place, source: Mapping[str, str], known: Known, fields: Mapping[str, str]
) -> Iterator[Problem]:
    dataset = known.datasets.get(source["dataset"])
    if dataset is None:
        text = source["dataset"]
        yield document.problem((*place, "dataset"), f"没有这个数据集：{text}", f"there is no such dataset: {text}")
        return
    yield from _key_problems(document, (*place, "key"), source["key"], fields)
    at = (*place, "expression")
    yield from expression_problems(document, at, source["expression"], {"record", "records", "as_of"})
    yield from _field_problems(document, at, source["expression"], source["dataset"], dataset)


def _field_problems(document: Document, place: Place, text: str, key: str, dataset: KnownDataset) -> Iterator[Problem]:
    for name in _unknown_fields(text, dataset):
        yield document.problem(place, f"数据集 {key} 没有字段 {name}", f"dataset {key} has no field {name}")


def material_problems(document: Document, known: Known) -> Iterator[Problem]:
    """Yield the faults of materials: types and datasets that exist, and enough of them for the replace mode."""
    for at, each in enumerate(document.body["materials"]):
        place: Place = ("materials", at)
        for type_key in each.get("certificate_types", ()):
            if type_key not in known.certificates:
                zh, en = f"没有这种证照：{type_key}", f"there is no such certificate type: {type_key}"
                yield document.problem((*place, "certificate_types"), zh, en)
        if each.get("dataset") is not None and each["dataset"] not in known.datasets:
            zh, en = f"没有这个数据集：{each['dataset']}", f"there is no such dataset: {each['dataset']}"
            yield document.problem((*place, "dataset"), zh, en)
        needed = {"certificate": "certificate_types", "data": "dataset"}.get(each["replace_mode"])
        if needed and needed not in each:
            zh, en = f"该替代方式需要 {needed}", f"this way to replace it needs {needed}"
            yield document.problem((*place, "replace_mode"), zh, en)


def fits(kind: str, choices: Iterable[str], value: Any) -> bool:
    """Say whether JSON data is a value of a fact or result type."""
    match kind:
        case "bool":
            return isinstance(value, bool)
        case "int" | "money":
            return isinstance(value, int) and not isinstance(value, bool)
        case "date":
            return isinstance(value, str) and _is_date(value)
        case "choice":
            return isinstance(value, str) and value in choices
        case "choices":
            return isinstance(value, list) and set(value) <= set(choices)
        case _:
            return isinstance(value, str)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def fact_problems(document: Document, known: Known) -> Iterator[Problem]:
    """Yield the faults of facts: source, subject, expression, absence and the value for no record."""
    fields = field_types(document.body)
    shown = {f"form.{each['key']}" for each in document.body.get("form", ()) if "source" in each}
    for at, each in enumerate(document.body["facts"]):
        place: Place = ("facts", at)
        if each["type"] in ("choice", "choices") and "choices" not in each:
            yield document.problem(place, f"缺少可选值：{each['name']}", f"the choices are missing: {each['name']}")
        if "none_value" in each and not fits(each["type"], each.get("choices", ()), each["none_value"]):
            zh, en = "无记录时的取值与类型不符", "the value for no record is not of the fact's type"
            yield document.problem((*place, "none_value"), zh, en)
        if each["absence"] == "none" and "none_value" not in each:
            yield document.problem((*place, "absence"), "缺少无记录时的取值 none_value", "none_value is missing")
        yield from _key_problems(document, (*place, "key"), each["key"], fields)
        if each["key"] in shown and each["dataset"] not in WITHOUT_RECORDS:
            zh, en = "查询主体须为申请人自填的字段", "a source is asked by a field that the applicant fills in"
            yield document.problem((*place, "key"), zh, en)
        yield from _derivation_problems(document, place, each, known, fields)


def _derivation_problems(
    document: Document, place: Place, fact: Mapping[str, Any], known: Known, fields: Mapping[str, str]
) -> Iterator[Problem]:
    text, at = fact["expression"], (*place, "expression")
    given = {"as_of", *(f"form_{key}" for key in fields)}
    if "when" in fact:
        yield from expression_problems(document, (*place, "when"), fact["when"], given)
        if "none_value" not in fact:
            yield document.problem((*place, "when"), "有 when 时须写 none_value", "when needs none_value")
    if fact["dataset"] == "system":
        if text:
            yield document.problem(at, "引擎提供的事实没有表达式", "a fact that the engine supplies has no expression")
        return
    if fact["dataset"] == "form":
        yield from expression_problems(document, at, text, given)
        return
    dataset = known.datasets.get(fact["dataset"])
    if dataset is None:
        zh, en = f"没有这个数据集：{fact['dataset']}", f"there is no such dataset: {fact['dataset']}"
        yield document.problem((*place, "dataset"), zh, en)
        return
    if fact["absence"] == "none" and not dataset.complete:
        zh = f"数据集 {fact['dataset']} 不完整，查无记录不能视为“没有”"
        en = f"dataset {fact['dataset']} is not complete, so no record is not a known none"
        yield document.problem((*place, "absence"), zh, en)
    yield from expression_problems(document, at, text, given | {"record", "records"})
    yield from _field_problems(document, at, text, fact["dataset"], dataset)


def parameter_problems(document: Document) -> Iterator[Problem]:
    """Yield the faults of parameters: dates, a value on the reference date, gaps and overlaps of tables."""
    for at, each in enumerate(document.body.get("parameters", ())):
        place: Place = ("parameters", at)
        if len({"rows" in entry for entry in each["values"]}) > 1:
            yield document.problem(place, "须只有取值或只有分档", "either values or tables, not both")
        starts = [entry["from"] for entry in each["values"]]
        if len(set(starts)) != len(starts):
            yield document.problem((*place, "values"), "生效日期重复", "two entries hold from one date")
        if min(starts) > REFERENCE_DATE.isoformat():
            zh, en = f"{REFERENCE_DATE} 没有生效的取值", f"there is no value on {REFERENCE_DATE}"
            yield document.problem((*place, "values"), zh, en)
        for number, entry in enumerate(each["values"]):
            here = (*place, "values", number)
            if not _is_date(entry["from"]):
                yield document.problem((*here, "from"), "日期无效", "there is no such date")
            if ("rows" in entry) == ("value" in entry):
                yield document.problem(here, "须有 value 或 rows 之一", "there must be either value or rows")
            yield from _row_problems(document, (*here, "rows"), entry.get("rows", ()))


def _row_problems(document: Document, place: Place, rows: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    end: int | None = None
    for number, row in enumerate(rows):
        start, stop, here = row["from"], row.get("to"), (*place, number)
        if stop is not None and stop < start:
            yield document.problem(here, f"区间颠倒：{start}–{stop}", f"the range runs backwards: {start}–{stop}")
        if number and (end is None or start <= end):
            yield document.problem(here, f"分档重叠：{start}", f"the rows overlap at {start}")
        elif number and end is not None and start > end + 1:
            yield document.problem(
                here, f"分档之间有空缺：{end + 1}–{start - 1}", f"the rows leave a gap: {end + 1}–{start - 1}"
            )
        end = stop
