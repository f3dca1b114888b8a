"""The shape of a catalogue file as JSON Schema: which keys exist and what may stand in them. Pure."""

from typing import Any, Final

from services import vocabulary as words

type Shape = dict[str, Any]

NAME: Final[Shape] = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
KEY: Final[Shape] = {"type": "string", "pattern": r"^[a-z]+\.[a-z][a-z0-9_]*$"}
TEXT: Final[Shape] = {"type": "string", "minLength": 1}
DATE: Final[Shape] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
COUNT: Final[Shape] = {"type": "integer", "minimum": 0}
BOOL: Final[Shape] = {"type": "boolean"}
FIGURE: Final[Shape] = {
    "anyOf": [{"type": ["integer", "string", "boolean"]}, {"type": "array", "items": {"type": "string"}}]
}


def one_of(codes: Any) -> Shape:
    """Return the shape of one code of a list."""
    return {"enum": list(codes)}


def many(shape: Shape, *, at_least: int = 0) -> Shape:
    """Return the shape of a list."""
    return {"type": "array", "items": shape, "minItems": at_least}


def mapping(required: Shape, optional: Shape | None = None) -> Shape:
    """Return the shape of a mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


WORDS: Final = mapping({"zh": TEXT, "en": TEXT})
CITED: Final = mapping({"zh": TEXT, "en": TEXT, "verified": BOOL})
SOURCE: Final = mapping({"dataset": NAME, "key": TEXT, "expression": TEXT})
CHOICES: Final = many({"type": "string", "minLength": 1}, at_least=1)

FIELD: Final = mapping(
    {"key": NAME, "label": WORDS, "type": one_of(words.FIELD_TYPES), "required": BOOL, "editable": BOOL},
    {"choices": CHOICES, "source": SOURCE, "hint": WORDS},
)
MATERIAL: Final = mapping(
    {"key": NAME, "name": WORDS, "required": BOOL, "replace_mode": one_of(words.REPLACE_MODES)},
    {"certificate_types": many(NAME, at_least=1), "fields": many(NAME), "dataset": NAME},
)
FACT: Final = mapping(
    {
        "name": NAME,
        "label": WORDS,
        "type": one_of(words.FACT_TYPES),
        "dataset": NAME,
        "key": TEXT,
        "expression": {"type": "string"},
        "absence": one_of(words.ABSENCES),
    },
    {"choices": CHOICES, "none_value": FIGURE, "when": TEXT, "sensitive": BOOL},
)
ROW: Final = mapping({"from": {"type": "integer"}, "value": FIGURE}, {"to": {"type": ["integer", "null"]}})
DATED: Final = mapping({"from": DATE}, {"value": FIGURE, "rows": many(ROW, at_least=1)})
PARAMETER: Final = mapping(
    {"key": NAME, "label": WORDS, "unit": WORDS, "values": many(DATED, at_least=1), "reference": CITED}
)
RULE: Final = mapping(
    {
        "id": {"type": "string", "pattern": "^[A-Z][A-Za-z0-9]*$"},
        "expression": TEXT,
        "on_fail": one_of(("REJECT", "MANUAL")),
        "sentence": WORDS,
        "failed": WORDS,
        "officer": WORDS,
        "clause": CITED,
        "remedy": WORDS,
    }
)
RESULT: Final = mapping({"key": NAME, "label": WORDS, "type": one_of(words.RESULT_TYPES), "expression": TEXT})
CERTIFICATE: Final = mapping(
    {"type": NAME, "fields": {"type": "object", "additionalProperties": TEXT}},
    {"holder": one_of(("applicant", "firm", "new_firm")), "valid_until": TEXT},
)
REGISTER: Final = mapping(
    {
        "dataset": NAME,
        "key": one_of(("applicant", "firm", "new_firm")),
        "record": {"type": "object", "additionalProperties": TEXT},
    }
)
NAMED: Final = mapping({"key": NAME, "name": WORDS})
EXAMPLE: Final = mapping(
    {"name": WORDS, "as_of": DATE, "facts": {"type": "object"}, "outcome": one_of(("GRANT", "REJECT", "MANUAL"))},
    {"failed": many({"type": "string"}), "unknown": many({"type": "string"}), "result": {"type": "object"}},
)

ITEM: Final = mapping(
    {
        "key": KEY,
        "name": WORDS,
        "summary": WORDS,
        "city": NAME,
        "department": KEY,
        "basic_code": {"type": "string", "pattern": "^[0-9]{12}$"},
        "item_type": one_of(words.ITEM_TYPES),
        "level": one_of(words.EXERCISE_LEVELS),
        "service_object": many(one_of(words.SERVICE_OBJECTS), at_least=1),
        "case_type": one_of(words.CASE_TYPES),
        "limits": mapping({"legal_days": {"type": ["integer", "null"], "minimum": 1}, "promised_days": COUNT}),
        "visits": COUNT,
        "online_depth": one_of(words.DEPTHS),
        "channels": many(one_of(words.CHANNELS), at_least=1),
        "flags": mapping({"instant_filing": BOOL, "instant_approval": BOOL}),
        "route": one_of(words.ROUTES),
        "subject": one_of(words.SUBJECTS),
        "legal": many(mapping({"law": WORDS, "article": {"type": "string"}, "verified": BOOL}), at_least=1),
        "form": many(FIELD),
        "materials": many(MATERIAL),
        "facts": many(FACT, at_least=1),
        "rules": many(RULE, at_least=1),
        "outcome": many(RESULT, at_least=1),
        "handling": mapping(
            {"minutes": {"type": "number", "exclusiveMinimum": 0}, "sigma": {"type": "number"}},
            {"auto_seconds": {"type": "number", "exclusiveMinimum": 0}},
        ),
        "deliverables": many(NAMED, at_least=1),
        "examples": many(EXAMPLE, at_least=1),
    },
    {
        "parameters": many(PARAMETER),
        "result_certificate": CERTIFICATE,
        "registers": many(REGISTER),
        "assigns": one_of(("credit_code",)),
    },
)
STANDING: Final = mapping(
    {"facts": many(FACT, at_least=1), "rules": many(RULE, at_least=1), "examples": many(EXAMPLE, at_least=1)}
)
BRANCH: Final = mapping(
    {
        "key": NAME,
        "name": WORDS,
        "item": KEY,
        "after": many(NAME),
        "chosen_by": NAME,
        "promised_working_hours": {"type": "number", "exclusiveMinimum": 0},
        "alternatives": many(KEY),
        "counts_in_clock": BOOL,
    },
    {"deliverables": many(NAMED)},
)
THEME: Final = mapping(
    {
        "key": KEY,
        "name": WORDS,
        "summary": WORDS,
        "city": NAME,
        "lead": KEY,
        "promised_working_hours": {"type": "number", "exclusiveMinimum": 0},
        "licence_working_hours": {"type": "number", "exclusiveMinimum": 0},
        "form": many(FIELD),
        "materials": many(MATERIAL),
        "signatories": many(NAME),
        "branches": many(BRANCH, at_least=1),
        "before_after": many(mapping({"key": NAME, "label": WORDS, "unit": WORDS, "before": COUNT, "after": COUNT})),
    }
)
VOCABULARY: Final[Shape] = {"type": "object", "additionalProperties": WORDS}
SHAPES: Final = {"item": ITEM, "theme": THEME, "standing": STANDING, "words": VOCABULARY}
