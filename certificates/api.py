"""The API of certificates: the wallet, the officer's verbs, and what anybody may ask: verify, status, issuer."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from certificates import actions, queries, schema, sdjwt
from certificates.queries.issuer import VCT
from govsim.core import clock, organisations
from govsim.core import world as worlds
from govsim.core.errors import BadInput, GovsimError, NotFound
from govsim.core.models import World
from govsim.core.rest import Body, Named, Single, Text, Texts, View, Whole, Words

MOST_LINES = 2000
# How long a verifier may keep a status list or the issuer's keys, in seconds.
STATUS_AGE, ISSUER_AGE = 60, 300


class TypeField(serializers.Serializer[Any]):
    """One field of a certificate type."""

    key = serializers.CharField()
    label = Words()  # type: ignore[assignment]  # the metaclass takes it out again
    type = serializers.ChoiceField(choices=sorted(schema.FIELD_TYPES))
    mandatory = serializers.BooleanField()


class TypeShape(Named):
    """One certificate type (证照目录)."""

    number = serializers.IntegerField()
    issuer = serializers.CharField()
    level = serializers.CharField()
    holders = serializers.ListField(child=serializers.CharField())
    verified = serializers.BooleanField()
    fields = TypeField(many=True)  # type: ignore[assignment]  # the metaclass takes it out again


class CardLine(serializers.Serializer[Any]):
    """One certificate in a wallet."""

    identifier = serializers.CharField()
    type = Named()
    number = serializers.CharField()
    edition = serializers.IntegerField()
    issuer = Named()
    holder_name = serializers.CharField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    issued_at = serializers.DateTimeField()
    state = Named()


class FieldValue(serializers.Serializer[Any]):
    """One field of a certificate with its value."""

    key = serializers.CharField()
    label = Words()  # type: ignore[assignment]  # the metaclass takes it out again
    value = serializers.JSONField(allow_null=True)


class CardShape(CardLine):
    """One certificate with everything on it."""

    holder_code = serializers.CharField()
    fields = FieldValue(many=True)  # type: ignore[assignment]  # the metaclass takes it out again
    case_number = serializers.CharField(allow_blank=True)
    replaces = serializers.CharField(allow_blank=True)
    verification_address = serializers.CharField()
    metadata = serializers.DictField(help_text="元数据 · GB/T 36903")


class Presentation(Body):
    """To whom a certificate is shown, for what, which of its fields, and for how long the copy is good."""

    purpose = Text(max_length=200)
    user = Text(max_length=60)
    fields = Texts(default=list)  # type: ignore[assignment]  # the metaclass takes it out again
    minutes = Whole(min_value=1, max_value=60, default=5)


class Presented(serializers.Serializer[Any]):
    """A presentation: the token with only the chosen fields, and the annotated copy (加注件)."""

    identifier = serializers.CharField()
    token = serializers.CharField(help_text="SD-JWT VC")
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # as above
    copy_svg = serializers.CharField()
    copy_sha256 = serializers.CharField()
    until = serializers.DateTimeField()
    verification_address = serializers.CharField()


class UseShape(serializers.Serializer[Any]):
    """One use of a certificate (用证日志)."""

    at = serializers.DateTimeField()
    identifier = serializers.CharField()
    type = Named()
    actor = serializers.CharField()
    department = Named()
    item = serializers.CharField(allow_blank=True)
    case_number = serializers.CharField(allow_blank=True)
    purpose = serializers.CharField()
    fields = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # as above
    result = serializers.CharField()
    consent = serializers.IntegerField(allow_null=True)


class ChangeReason(Body):
    """Why a certificate is changed."""

    reason = Text(max_length=500)


class ToVerify(Body):
    """What was shown: a token or an identifier, and the world in whose register it is looked up."""

    token = Text(max_length=sdjwt.MAX_BYTES, required=False)
    identifier = Text(max_length=160, required=False)
    world = Text(max_length=60, required=False, help_text="如 demo-1；令牌自带 · a token names it itself")


class VerdictShape(serializers.Serializer[Any]):
    """The answer. `claims` is what has been proven; empty unless the certificate is authentic."""

    verdict = serializers.CharField()
    reason = serializers.CharField()
    valid = serializers.BooleanField()
    zh = serializers.CharField()
    en = serializers.CharField()
    identifier = serializers.CharField(allow_blank=True)
    type = Named(allow_null=True)
    claims = serializers.DictField()
    checked_at = serializers.DateTimeField(help_text="模拟世界时间 · time of the world")


def _department(key: str) -> dict[str, str]:
    found = organisations.departments().get(key)
    return {"key": key, "zh": found.name_zh if found else key, "en": found.name_en if found else key}


def _type(key: str) -> dict[str, str]:
    kind = queries.certificate_types().get(key)
    return {"key": key, "zh": kind.name.zh if kind else key, "en": kind.name.en if kind else key}


def _kind(kind: schema.CertificateType) -> dict[str, Any]:
    return {
        **_type(kind.key),
        "number": kind.number,
        "issuer": kind.issuer,
        "level": kind.level,
        "holders": kind.holders,
        "verified": kind.verified,
        "fields": [
            {"key": each.key, "label": _words(each.label), "type": each.type, "mandatory": each.mandatory}
            for each in kind.fields.values()
        ],
    }


def _words(label: schema.Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}


def _line(found: queries.Held) -> dict[str, Any]:
    return {
        "identifier": found.identifier,
        "type": _type(found.type_key),
        "number": found.number,
        "edition": found.edition,
        "issuer": _department(found.issuer_key),
        "holder_name": found.holder_name,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
        "issued_at": found.issued_at,
        "state": {"key": found.state.key, "zh": found.state.zh, "en": found.state.en},
    }


def _card(world: World, found: queries.Held, metadata: Mapping[str, Any]) -> dict[str, Any]:
    kind = queries.type_of(found.type_key)
    return {
        **_line(found),
        "holder_code": found.holder_code,
        "fields": [
            {"key": key, "label": _words(field.label), "value": found.fields[key]}
            for key, field in kind.fields.items()
            if key in found.fields
        ],
        "case_number": found.case_number,
        "replaces": found.replaced,
        "verification_address": queries.verification_address(world, found.identifier),
        "metadata": metadata,
    }


def _use(line: queries.UseLine) -> dict[str, Any]:
    return {
        "at": line.at,
        "identifier": line.identifier,
        "type": _type(line.type_key),
        "actor": line.actor.partition(":")[0],
        "department": _department(line.department),
        "item": line.item_key,
        "case_number": line.case_number,
        "purpose": line.purpose,
        "fields": line.fields,
        "result": line.result,
        "consent": line.consent_id,
    }


class Types(View):
    """The certificate types."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="certificate_types", tags=["catalogue"], responses=TypeShape(many=True))
    def get(self, request: Request) -> Response:
        """List the certificate types in the order of the catalogue."""
        return self.page(TypeShape, list(queries.certificate_types().values()), _kind)


class Wallet(View):
    """The asker's certificates."""

    @extend_schema(operation_id="wallet", tags=["holder"], responses=CardLine(many=True))
    def get(self, request: Request) -> Response:
        """List the asker's certificates: usable ones first."""
        return self.page(CardLine, queries.wallet(self.world, self.holder(), at=clock.now(self.world)), _line)


class Mine(Single):
    """A door to one certificate of the asker."""

    def card(self, identifier: str) -> queries.Held:
        """Return a certificate of the asker. Raises NotFound for a stranger's as for none at all."""
        found = queries.held(self.world, identifier, at=clock.now(self.world))
        if found.holder_code != self.holder():
            raise NotFound("没有查到这个证照", "No such certificate was found")
        return found


class OneCard(Mine):
    """One certificate of the asker."""

    @extend_schema(operation_id="wallet_certificate", tags=["holder"], responses=CardShape)
    def get(self, request: Request, identifier: str) -> Response:
        """Return one certificate with its fields and its metadata file."""
        found = self.card(identifier)
        metadata = queries.metadata(self.world, identifier, at=clock.now(self.world))
        return self.answer(CardShape, _card(self.world, found, metadata))


class Present(Mine):
    """Presenting (亮证)."""

    @extend_schema(operation_id="wallet_present", tags=["holder"], request=Presentation, responses=Presented)
    def post(self, request: Request, identifier: str) -> Response:
        """Make a presentation with only the chosen fields, and log its use. Refused for a certificate not in force."""
        given = self.read(Presentation)
        self.card(identifier)
        shown = actions.disclose(world=self.world, identifier=identifier, actor=self.actor, **given)
        return self.answer(
            Presented,
            {
                "identifier": identifier,
                "token": shown.token,
                "fields": given["fields"],
                "copy_svg": shown.copy_svg,
                "copy_sha256": shown.copy_sha256,
                "until": shown.until,
                "verification_address": queries.verification_address(self.world, identifier),
            },
        )


class UseLog(View):
    """Who used my certificates."""

    @extend_schema(operation_id="use_log", tags=["holder"], responses=UseShape(many=True))
    def get(self, request: Request) -> Response:
        """List every use of the asker's certificates, newest first."""
        return self.page(UseShape, queries.use_log(self.world, self.holder(), limit=MOST_LINES), _use)


VERBS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("suspend", actions.suspend),
    ("resume", actions.resume),
    ("revoke", actions.revoke),
    ("cancel", actions.cancel),
)


def door(verb: str, action: Callable[..., Any]) -> type[Single]:
    """Return the door of one verb of the certificate officer."""

    class Change(Single):
        @extend_schema(
            operation_id=f"certificate_{verb}", tags=["certificates"], request=ChangeReason, responses=CardLine,
            description=action.__doc__,
        )  # fmt: skip
        def post(self, request: Request, identifier: str) -> Response:
            given = self.read(ChangeReason)
            now = clock.now(self.world)
            self._expect_mine(queries.held(self.world, identifier, at=now))
            action(world=self.world, identifier=identifier, reason=given["reason"], actor=self.actor, at=now)
            return self.answer(CardLine, _line(queries.held(self.world, identifier, at=now)))

        def _expect_mine(self, found: queries.Held) -> None:
            """Raise NotFound unless the certificate is the asker's, or their department issued it."""
            seat = self.seat
            if found.holder_code != seat.holder and (seat.role == "applicant" or found.issuer_key != seat.department):
                raise NotFound("没有查到这个证照", "No such certificate was found")

    Change.__name__ = f"{verb.title()}Certificate"
    Change.__doc__ = action.__doc__
    return Change


class Verify(Single):
    """Is it real, and does it count? Anybody may ask."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="verify", tags=["public"], request=ToVerify, responses=VerdictShape)
    def post(self, request: Request) -> Response:
        """Judge a token or an identifier. An identifier needs the world; a token names its own."""
        given = self.read(ToVerify)
        shown = [given[name] for name in ("token", "identifier") if name in given]
        if len(shown) != 1:
            raise BadInput({"token": ("请提供令牌或标识其中之一", "Give either a token or an identifier")})
        world = self._which_world(given)
        at = clock.now(world)
        found = queries.verify(shown[0], world=world, at=at, wall=clock.wall())
        key = str(found.claims.get("vct", "")).removeprefix(VCT)
        return self.answer(
            VerdictShape,
            {
                "verdict": found.code,
                "reason": found.reason,
                "valid": found.is_valid,
                "zh": found.zh,
                "en": found.en,
                "identifier": found.identifier,
                "type": _type(key) if key else None,
                "claims": found.claims,
                "checked_at": at,
            },
        )

    def _which_world(self, given: Mapping[str, str]) -> World:
        """Return the world that is named, that an authentic token is from, of the asker, or the only one."""
        if "world" in given:
            return worlds.at_address(given["world"])
        if named := queries.issuing_world(given.get("token", ""), wall=clock.wall()):
            return worlds.at_address(named)
        if self.request.user.is_authenticated:
            return self.world
        living = worlds.living()
        # A token that is not authentic is refused in every world alike.
        if not living or ("identifier" in given and len(living) > 1):
            raise BadInput({"world": ("请指明模拟世界", "Say in which simulated world")})
        return living[0]


urlpatterns = [
    path("certificate-types", Types.as_view(), name="api-certificate-types"),
    path("wallet", Wallet.as_view(), name="api-wallet"),
    path("wallet/<str:identifier>", OneCard.as_view(), name="api-card"),
    path("wallet/<str:identifier>/present", Present.as_view(), name="api-present"),
    path("use-log", UseLog.as_view(), name="api-use-log"),
    *(
        path(f"certificates/<str:identifier>/{verb}", door(verb, action).as_view(), name=f"api-certificate-{verb}")
        for verb, action in VERBS
    ),
    path("verify", Verify.as_view(), name="api-verify"),
]


# --- for foreign verifiers: addresses that tokens carry ---------------------------------------------------------------


@require_safe
def status_list(request: HttpRequest, world: str, number: int) -> HttpResponse:
    """Publish a signed status list (Token Status List)."""
    try:
        token = queries.status_list_token(worlds.at_address(world), number, wall=clock.wall())
    except NotFound as missing:
        return _refusal(missing, 404)
    except queries.SigningFailed as failed:
        return _refusal(failed, 503)
    answer = HttpResponse(token, content_type="application/statuslist+jwt")
    answer.headers["Cache-Control"] = f"public, max-age={STATUS_AGE}"
    return answer


@require_safe
def issuer(request: HttpRequest, world: str) -> HttpResponse:
    """Publish the issuer metadata of a world with its keys (SD-JWT VC)."""
    try:
        found = queries.issuer_metadata(worlds.at_address(world))
    except NotFound as missing:
        return _refusal(missing, 404)
    except queries.SigningFailed as failed:
        return _refusal(failed, 503)
    answer = JsonResponse(found)
    answer.headers["Cache-Control"] = f"public, max-age={ISSUER_AGE}"
    return answer


def _refusal(error: GovsimError, status: int) -> JsonResponse:
    body = {"title": f"{error.zh} / {error.en}", "status": status, "detail": error.en, "code": error.code}
    return JsonResponse(body, status=status, content_type="application/problem+json")


public_urlpatterns = [
    path("w/<slug:world>/status-lists/<int:number>", status_list, name="status-list"),
    path("w/<slug:world>/.well-known/jwt-vc-issuer", issuer, name="issuer"),
    path(".well-known/jwt-vc-issuer/w/<slug:world>", issuer, name="issuer-well-known"),
]
