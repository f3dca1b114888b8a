"""The API of the data exchange: the catalogue of shared data, and what subjects may ask and decide about theirs."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from govsim.core import clock, organisations
from govsim.core.rest import Body, Moment, Named, Nothing, Single, Text, Texts, View, Words
from govsim.exchange import actions, queries
from govsim.exchange.catalogue import SHARING, Dataset
from govsim.exchange.models import Consent, DataDispute, ExchangeLog

MOST_LINES = 2000


class DatasetField(Words):
    """One column of a dataset."""

    key = serializers.CharField()
    type = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField(allow_blank=True))
    sensitive = serializers.BooleanField()


class DatasetShape(Named):
    """One entry of the shared-data catalogue (domain.md B.18)."""

    code = serializers.CharField()
    department = serializers.CharField()
    subject = serializers.CharField()
    holds = serializers.CharField()
    complete = serializers.BooleanField()
    sharing = Named()
    median_seconds = serializers.FloatField(help_text="模拟的应答时间 · simulated answer time")
    fields = DatasetField(many=True)  # type: ignore[assignment]  # the metaclass takes it out again


class LookShape(serializers.Serializer[Any]):
    """One look at one's data: who asked whom, for what, and whether there was an answer."""

    at = serializers.DateTimeField()
    number = serializers.CharField(help_text="办件编号；未办件时为空 · empty while only a form is open")
    dataset = Named()
    department = Named()
    source = Named()  # type: ignore[assignment]  # the metaclass takes it out again
    purpose = Words()
    status = serializers.ChoiceField(choices=ExchangeLog.Status.values)
    rows = serializers.IntegerField()
    seconds = serializers.FloatField(help_text="模拟用时 · simulated")
    consent = serializers.IntegerField(allow_null=True)


class ConsentShape(serializers.Serializer[Any]):
    """One consent."""

    id = serializers.IntegerField()
    purpose = serializers.CharField()
    datasets = serializers.ListField(child=serializers.CharField())
    certificate_types = serializers.ListField(child=serializers.CharField())
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # the metaclass takes it out again
    given_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    in_force = serializers.BooleanField()


class NewConsent(Body):
    """A consent to give: it must name data or certificates, and end."""

    purpose = Text(max_length=120)
    datasets = Texts(default=list)
    certificate_types = Texts(default=list)
    fields = Texts(default=list)  # type: ignore[assignment]  # the metaclass takes it out again
    until = Moment(help_text="模拟世界时间 · time of the world")


class DisputeShape(serializers.Serializer[Any]):
    """One data dispute (数据异议)."""

    number = serializers.CharField()
    dataset = Named()
    field = serializers.CharField()
    source = Named()  # type: ignore[assignment]  # the metaclass takes it out again
    source_value = serializers.JSONField(allow_null=True)
    claimed_value = serializers.JSONField(allow_null=True)
    state = serializers.ChoiceField(choices=DataDispute.State.values)
    note = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)


def _named(key: str, names: tuple[str, str]) -> dict[str, str]:
    return {"key": key, "zh": names[0], "en": names[1]}


def _department(key: str) -> dict[str, str]:
    found = organisations.departments().get(key)
    return _named(key, (found.name_zh, found.name_en) if found else (key, key))


def _dataset(found: Dataset) -> dict[str, Any]:
    return {
        "key": found.key,
        "zh": found.zh,
        "en": found.en,
        "code": found.code,
        "department": found.department,
        "subject": found.subject,
        "holds": found.holds,
        "complete": found.complete,
        "sharing": {"key": found.sharing, **SHARING[found.sharing]},
        "median_seconds": found.median_seconds,
        "fields": [
            {
                "key": each.key,
                "zh": each.zh,
                "en": each.en,
                "type": each.type,
                "choices": each.choices,
                "sensitive": each.sensitive,
            }
            for each in found.fields.values()
        ],
    }


def _look(line: queries.LogLine) -> dict[str, Any]:
    return {
        "at": line.at,
        "number": line.number,
        "dataset": _named(line.dataset, line.dataset_names),
        "department": _named(line.department, line.department_names),
        "source": _named(line.source, line.source_names),
        "purpose": {"zh": line.purpose[0], "en": line.purpose[1]},
        "status": line.status,
        "rows": line.rows,
        "seconds": line.seconds,
        "consent": line.consent_id,
    }


def _consent(row: Consent, in_force: set[int]) -> dict[str, Any]:
    return {
        "id": row.pk,
        "purpose": row.purpose,
        "datasets": row.datasets,
        "certificate_types": row.certificate_types,
        "fields": row.fields,
        "given_at": row.given_at,
        "until": row.until,
        "withdrawn_at": row.withdrawn_at,
        "in_force": row.pk in in_force,
    }


def _dispute(row: DataDispute) -> dict[str, Any]:
    found = {each.key: each for each in queries.catalogue()}[row.dataset]
    return {
        "number": row.number,
        "dataset": _named(row.dataset, (found.zh, found.en)),
        "field": row.field,
        "source": _department(row.source),
        "source_value": row.source_value,
        "claimed_value": row.claimed_value,
        "state": row.state,
        "note": row.note,
        "opened_at": row.opened_at,
        "resolved_at": row.resolved_at,
    }


class Datasets(View):
    """The shared-data catalogue."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="datasets", tags=["catalogue"], responses=DatasetShape(many=True))
    def get(self, request: Request) -> Response:
        """List every dataset: who keeps it, what it holds, on which terms it is shared."""
        return self.page(DatasetShape, queries.catalogue(), _dataset)


class DataLog(View):
    """Who looked at my data."""

    @extend_schema(operation_id="data_log", tags=["holder"], responses=LookShape(many=True))
    def get(self, request: Request) -> Response:
        """List every look at the asker's data, newest first."""
        return self.page(LookShape, queries.log_of(self.world, self.holder(), limit=MOST_LINES), _look)


class Consents(View):
    """My consents."""

    @extend_schema(operation_id="consents_list", tags=["holder"], responses=ConsentShape(many=True))
    def get(self, request: Request) -> Response:
        """List what the asker allowed, newest first."""
        rows = queries.consents_of(self.world, self.holder())
        now = clock.now(self.world)
        in_force = queries.consents_in_force(self.world, [row.pk for row in rows], at=now)
        return self.page(ConsentShape, rows, lambda row: _consent(row, in_force))

    @extend_schema(operation_id="consents_give", tags=["holder"], request=NewConsent, responses={201: ConsentShape})
    def post(self, request: Request) -> Response:
        """Allow the use of data or certificates for one purpose until a moment of the world's time."""
        given = self.read(NewConsent)
        row = actions.consent.give(world=self.world, subject=self.holder(), at=clock.now(self.world), **given)
        return self.answer(ConsentShape, _consent(row, {row.pk}), code=201)


class WithdrawConsent(Single):
    """Taking a consent back."""

    @extend_schema(operation_id="consent_withdraw", tags=["holder"], request=Nothing, responses=ConsentShape)
    def post(self, request: Request, consent: int) -> Response:
        """Withdraw a consent; what was decided under it stays."""
        self.read(Nothing)
        at = clock.now(self.world)
        row = actions.consent.withdraw(world=self.world, consent_id=consent, subject=self.holder(), at=at)
        return self.answer(ConsentShape, _consent(row, set()))


class Disputes(View):
    """My data disputes."""

    @extend_schema(operation_id="disputes", tags=["holder"], responses=DisputeShape(many=True))
    def get(self, request: Request) -> Response:
        """List the disputes that the asker opened; officers see those that their department has to answer."""
        if self.seat.role == "applicant":
            rows = queries.disputes_of(self.world, self.holder())
        else:
            rows = queries.open_disputes(self.world, self.seat.department)
        return self.page(DisputeShape, rows, _dispute)


urlpatterns = [
    path("datasets", Datasets.as_view(), name="api-datasets"),
    path("data-log", DataLog.as_view(), name="api-data-log"),
    path("consents", Consents.as_view(), name="api-consents"),
    path("consents/<int:consent>/withdraw", WithdrawConsent.as_view(), name="api-consent-withdraw"),
    path("disputes", Disputes.as_view(), name="api-disputes"),
]
