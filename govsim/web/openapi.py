"""The schema of the API: what every operation has in common is written here once, so that no room repeats it."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from govsim.web.idempotency import HEADER, LONGEST, REPLAYED
from govsim.web.problems import MEDIA_TYPE, TYPES

HEADERS: Literal["header"] = "header"
_READS = ("400", "401", "403", "404", "406", "422", "503")
_WRITES = ("400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "429", "503")


class Fault(serializers.Serializer[Any]):
    """What is wrong with one field of the request."""

    field = serializers.CharField()
    pointer = serializers.CharField(help_text="JSON pointer")
    zh = serializers.CharField()
    en = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """A refusal (RFC 9457). Programs branch on `type` and `code`; people read `zh` or `en`."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    errors = Fault(many=True)  # type: ignore[assignment]  # the metaclass takes it out again
    trace_id = serializers.CharField()


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library is half typed
    """The token of an API client."""

    target_class = "govsim.web.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return how the token is sent."""
        return {"type": "http", "scheme": "bearer"}


class Schema(AutoSchema):
    """Add to every operation its refusals, and the headers that its view understands."""

    def get_override_parameters(self) -> list[Any]:
        """Return the headers of this operation."""
        found = [*super().get_override_parameters()]
        if self.method == "POST" and not self._is_public():
            found.append(
                OpenApiParameter(
                    HEADER,
                    {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": r"^[!-~]+$"},
                    HEADERS,
                    required=bool(getattr(self.view, "key_required", False)),
                    description="重试时不变的键 · a key that stays the same when the request is repeated",
                )
            )
            made = ["200", "201", "202"]
            found.append(OpenApiParameter(REPLAYED, {"type": "string", "enum": ["true"]}, HEADERS, response=made))
        if getattr(self.view, "makes", False) and self.method == "POST":
            where = {"type": "string", "format": "uri-reference"}
            found.append(OpenApiParameter("Location", where, HEADERS, response=["201", "202"]))
        if getattr(self.view, "versioned", False):
            name = "If-None-Match" if self.method == "GET" else "If-Match"
            what = "上次读到的 ETag · the ETag that was read last"
            found.append(OpenApiParameter(name, {"type": "string"}, HEADERS, description=what))
            if self.method == "GET":
                found.append(OpenApiParameter("ETag", {"type": "string"}, HEADERS, response=["200", "304"]))
        return found

    def _is_public(self) -> bool:
        return not any(str(each.__class__.__name__) == "IsAuthenticated" for each in self.view.get_permissions())

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if getattr(self.view, "versioned", False) and self.method == "GET":
            bodies["304"] = {"description": "没有变化 · not modified"}
        for code in _READS if self.method == "GET" else _WRITES:
            told: Any = self._get_response_for_code  # the library is half typed
            said = told(Problem, code, media_types=[MEDIA_TYPE])
            said["description"] = " · ".join(
                f"{zh} / {en}" for status, zh, en, _, _ in TYPES.values() if str(status) == code
            )
            bodies.setdefault(code, said)
        return bodies

    def _map_serializer(self, serializer: Any, direction: str, bypass_extensions: bool = False) -> Any:
        mapped: Any = super()._map_serializer  # as above
        found = mapped(serializer, direction, bypass_extensions)
        if getattr(serializer, "strict", False) and direction == "request":
            found["additionalProperties"] = False
        return found
