"""The API of the catalogue: what can be asked for, and the form that fills itself in (秒报)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from govsim.core import clock, organisations
from govsim.core.errors import BadInput, NotFound
from govsim.core.models import World
from govsim.core.rest import Body, Flag, Named, Single, Text, View, Words
from govsim.exchange import actions as exchanges
from govsim.exchange import queries as exchange
from services import queries, vocabulary
from services.models import ItemVersion, ThemeVersion

CITIES = sorted(organisations.cities())


class ItemLine(Named):
    """One service item in a list."""

    version = serializers.IntegerField()
    summary = Words()
    city = serializers.CharField()
    department = Named()
    route = Named()
    subject = Named()
    promised_days = serializers.IntegerField()
    visits = serializers.IntegerField()


class FieldShape(serializers.Serializer[Any]):
    """One field of a form. One with a source is filled in by the platform."""

    key = serializers.CharField()
    label = Words()  # type: ignore[assignment]  # the metaclass takes it out again
    type = serializers.ChoiceField(choices=vocabulary.FIELD_TYPES)
    choices = Named(many=True)
    required = serializers.BooleanField()  # type: ignore[assignment]  # the metaclass takes it out again
    editable = serializers.BooleanField()
    prefilled = serializers.BooleanField()
    hint = Words(allow_null=True)


class MaterialShape(serializers.Serializer[Any]):
    """One material, and what replaces its paper (免证办)."""

    key = serializers.CharField()
    name = Words()
    required = serializers.BooleanField()  # type: ignore[assignment]  # the metaclass takes it out again
    replace_mode = Named()
    certificate_types = serializers.ListField(child=serializers.CharField())


class BasisShape(serializers.Serializer[Any]):
    """A legal basis. What is not verified is sample text."""

    law = Words()
    article = serializers.CharField(allow_blank=True)
    verified = serializers.BooleanField()


class DeliverableShape(serializers.Serializer[Any]):
    """Something that the applicant receives."""

    key = serializers.CharField()
    name = Words()


class ItemShape(ItemLine):
    """One service item: guide, form and materials."""

    basic_code = serializers.CharField()
    item_type = serializers.CharField()
    level = serializers.CharField()
    service_object = serializers.ListField(child=serializers.CharField())
    case_type = serializers.CharField()
    legal_days = serializers.IntegerField()
    online_depth = Named()
    channels = Named(many=True)
    legal = BasisShape(many=True)
    form = FieldShape(many=True)
    materials = MaterialShape(many=True)
    deliverables = DeliverableShape(many=True)
    sha256 = serializers.CharField()


class ThemeLine(Named):
    """One theme (一件事) in a list."""

    version = serializers.IntegerField()
    summary = Words()
    city = serializers.CharField()
    lead = Named()
    promised_working_hours = serializers.FloatField()


class BranchShape(serializers.Serializer[Any]):
    """One branch of a theme."""

    key = serializers.CharField()
    name = Words()
    item = serializers.CharField()
    after = serializers.ListField(child=serializers.CharField())
    chosen_by = serializers.CharField()
    promised_working_hours = serializers.FloatField()
    alternatives = Named(many=True)
    counts_in_clock = serializers.BooleanField()


class ComparisonShape(serializers.Serializer[Any]):
    """One figure before and after the reform; simulated."""

    key = serializers.CharField()
    label = Words()  # type: ignore[assignment]  # the metaclass takes it out again
    unit = Words()
    before = serializers.FloatField()
    after = serializers.FloatField()


class ThemeShape(ThemeLine):
    """One theme: one form and one set of materials for all its branches."""

    form = FieldShape(many=True)
    materials = MaterialShape(many=True)
    signatories = serializers.ListField(child=serializers.CharField())
    branches = BranchShape(many=True)
    before_after = ComparisonShape(many=True)
    sha256 = serializers.CharField()


class Prefilled(serializers.Serializer[Any]):
    """One field as the registers fill it in; without a value `missing` says why."""

    field = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]  # the metaclass takes it out again
    department = Words()
    dataset = Named()
    at = serializers.DateTimeField(allow_null=True)
    editable = serializers.BooleanField()
    missing = serializers.ChoiceField(
        choices=["", "down", "conflict", "no_record", "no_value", "needs_answer"], allow_blank=True
    )


class PrefillAsked(Body):
    """Consent to fill in the form from the registers, for oneself or for a firm that one represents."""

    consent = Flag()
    subject = Text(max_length=18, default="", allow_blank=True)


class ItemFilter(Body):
    """Which items are listed: of one city, with these words."""

    city = serializers.ChoiceField(choices=CITIES, required=False)
    search = Text(max_length=100, required=False)


class ThemeFilter(Body):
    """Which themes are listed."""

    city = serializers.ChoiceField(choices=CITIES, required=False)


def _named(key: str, words: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    zh, en = words[key]
    return {"key": key, "zh": zh, "en": en}


def _department(key: str) -> dict[str, str]:
    found = organisations.department(key)
    return {"key": key, "zh": found.name_zh, "en": found.name_en}


def _item_line(found: ItemVersion) -> dict[str, Any]:
    body = found.body
    return {
        "key": found.key,
        **body["name"],
        "version": found.version,
        "summary": body["summary"],
        "city": body["city"],
        "department": _department(body["department"]),
        "route": _named(body["route"], vocabulary.ROUTES),
        "subject": _named(body["subject"], vocabulary.SUBJECTS),
        "promised_days": body["limits"]["promised_days"],
        "visits": body["visits"],
    }


def _item(found: ItemVersion) -> dict[str, Any]:
    body = found.body
    return {
        **_item_line(found),
        "basic_code": body["basic_code"],
        "item_type": body["item_type"],
        "level": body["level"],
        "service_object": body["service_object"],
        "case_type": body["case_type"],
        "legal_days": body["limits"]["legal_days"],
        "online_depth": _named(body["online_depth"], vocabulary.DEPTHS),
        "channels": [_named(each, vocabulary.CHANNELS) for each in body["channels"]],
        "legal": body["legal"],
        "form": _form(body["form"]),
        "materials": _materials(body["materials"]),
        "deliverables": body["deliverables"],
        "sha256": found.sha256,
    }


def _form(fields: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "key": field["key"],
            "label": field["label"],
            "type": field["type"],
            "choices": [{"key": str(key), **queries.word(str(key))} for key in field.get("choices") or ()],
            "required": bool(field.get("required")),
            "editable": bool(field.get("editable")),
            "prefilled": "source" in field,
            "hint": field.get("hint"),
        }
        for field in fields
    ]


def _materials(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "key": each["key"],
            "name": each["name"],
            "required": bool(each.get("required")),
            "replace_mode": _named(each["replace_mode"], vocabulary.REPLACE_MODES),
            "certificate_types": each.get("certificate_types", []),
        }
        for each in found
    ]


def _theme_line(found: ThemeVersion) -> dict[str, Any]:
    body = found.body
    return {
        "key": found.key,
        **body["name"],
        "version": found.version,
        "summary": body["summary"],
        "city": body["city"],
        "lead": _department(body["lead"]),
        "promised_working_hours": body["promised_working_hours"],
    }


def _theme(found: ThemeVersion) -> dict[str, Any]:
    body = found.body
    branches = [
        {
            **{name: each[name] for name in ("key", "name", "item", "chosen_by", "promised_working_hours")},
            "after": each.get("after", []),
            "alternatives": [_department(key) for key in each.get("alternatives", [])],
            "counts_in_clock": each["counts_in_clock"],
        }
        for each in body["branches"]
    ]
    return {
        **_theme_line(found),
        "form": _form(body["form"]),
        "materials": _materials(body["materials"]),
        "signatories": body["signatories"],
        "branches": branches,
        "before_after": body["before_after"],
        "sha256": found.sha256,
    }


class Items(View):
    """The service items in force."""

    permission_classes = (AllowAny,)
    query = ItemFilter

    @extend_schema(operation_id="items", tags=["catalogue"], parameters=[ItemFilter], responses=ItemLine(many=True))
    def get(self, request: Request) -> Response:
        """List items by key, or best match first when searched."""
        asked = self.parameters()
        city = asked.get("city", "")
        found = queries.search(asked["search"], city=city) if "search" in asked else queries.items(city=city)
        return self.page(ItemLine, found, _item_line)


class OneItem(Single):
    """One service item."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="item", tags=["catalogue"], responses=ItemShape)
    def get(self, request: Request, item: str) -> Response:
        """Return one item with its form, materials and legal bases."""
        return self.answer(ItemShape, _item(queries.item(item)))


class Themes(View):
    """The themes in force."""

    permission_classes = (AllowAny,)
    query = ThemeFilter

    @extend_schema(operation_id="themes", tags=["catalogue"], parameters=[ThemeFilter], responses=ThemeLine(many=True))
    def get(self, request: Request) -> Response:
        """List themes by key."""
        return self.page(ThemeLine, queries.themes(city=self.parameters().get("city", "")), _theme_line)


class OneTheme(Single):
    """One theme."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="theme", tags=["catalogue"], responses=ThemeShape)
    def get(self, request: Request, theme: str) -> Response:
        """Return one theme with its whole form and its branches."""
        return self.answer(ThemeShape, _theme(queries.theme(theme)))


class Prefill(Single):
    """A form that fills itself in (秒报)."""

    @extend_schema(
        operation_id="item_prefill", tags=["catalogue"], request=PrefillAsked, responses=Prefilled(many=True)
    )
    def post(self, request: Request, item: str) -> Response:
        """Fill in the form from the registers, each value with its source. Every look is logged for the subject."""
        given = self.read(PrefillAsked)
        holder = self.holder()
        if not given["consent"]:
            raise BadInput({"consent": ("须先同意使用共享数据", "Consent to the use of shared data first")})
        body = queries.item(item).body
        firm = _firm(self.world, given["subject"], holder)
        return Response(Prefilled(_prefill(self.world, body, holder=holder, firm=firm), many=True).data)


def _firm(world: World, code: str, holder: str) -> str:
    """Return the firm that the asker represents, "" for none. Raises NotFound for somebody else's."""
    if code in ("", holder):
        return code
    try:
        found = exchange.firm(world, code)
    except (NotFound, KeyError):
        found = None
    if found is None or found.legal_representative != holder:
        raise NotFound("没有这家企业，或您不是其法定代表人", "There is no such firm, or you do not represent it")
    return code


def _prefill(world: World, body: Mapping[str, Any], *, holder: str, firm: str) -> list[dict[str, Any]]:
    """Ask for the applicant's fields and for the firm's, and record who was asked."""
    at = clock.now(world)
    mapped = {field["key"]: field for field in body["form"] if "source" in field}
    of_firm = {key for key, field in mapped.items() if field["source"].get("key") == "firm"}
    answers: dict[str, dict[str, Any]] = {}
    log = []
    for subject, keys in ((holder, mapped.keys() - of_firm), (firm, of_firm)):
        wanted = [
            (key, source["dataset"], source.get("key", "applicant"), source["expression"])
            for key, field in mapped.items()
            if key in keys and (source := field["source"])
        ]
        if not subject:
            answers.update({key: {"missing": "needs_answer"} for key in keys})
            continue
        found = exchange.prefill(world, subject, wanted, at=at, department=body["department"])
        answers.update({key: {"missing": why} for key, why in found.missing.items()})
        for key, each in found.items():
            answers[key] = {"value": each.value, "source": each.source, "at": each.at}
        log += found.log
    with transaction.atomic():
        exchanges.log.record(log)
    names = {each.key: each for each in exchange.catalogue()}
    return [_told(field, answers[key], names[field["source"]["dataset"]]) for key, field in mapped.items()]


def _told(field: Mapping[str, Any], answer: Mapping[str, Any], dataset: Any) -> dict[str, Any]:
    source = answer.get("source", "")
    department = organisations.departments().get(source)
    return {
        "field": field["key"],
        "value": answer.get("value"),
        "source": source,
        "department": {"zh": department.name_zh if department else "", "en": department.name_en if department else ""},
        "dataset": {"key": dataset.key, "zh": dataset.zh, "en": dataset.en},
        "at": answer.get("at"),
        "editable": bool(field.get("editable")),
        "missing": answer.get("missing", ""),
    }


urlpatterns = [
    path("items", Items.as_view(), name="api-items"),
    path("items/<str:item>", OneItem.as_view(), name="api-item"),
    path("items/<str:item>/prefill", Prefill.as_view(), name="api-prefill"),
    path("themes", Themes.as_view(), name="api-themes"),
    path("themes/<str:theme>", OneTheme.as_view(), name="api-theme"),
]
