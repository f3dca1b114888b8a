"""What the API doors of every room are made of: who asks, strict input, pages of lists, answers of one shape.

The guards that every door needs (problem documents, idempotent POSTs, the schema) are put on by the roof.
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from govsim.core import access
from govsim.core.actors import Actor
from govsim.core.errors import NotAllowed, NotFound
from govsim.core.models import Seat, World

MOST_TEXT = 2000
MOST_LIST = 200


class UnknownParameter(APIException):
    """The address carries a parameter that this route does not know; ignoring it would answer another question."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "unknown_parameter"

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(names)
        super().__init__(f"unknown or repeated query parameter: {', '.join(self.names)}")


class PreconditionFailed(APIException):
    """The row has changed since the version that `If-Match` names."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "precondition_failed"
    default_detail = "the row has changed since the version that If-Match names"


# --- input: nothing is converted, nothing is ignored ------------------------------------------------------------------


class Text(serializers.CharField):
    """Text only: a number is not taken for its digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": MOST_TEXT, **options})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false only."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A whole number only: neither text nor true."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Number(serializers.FloatField):
    """A number only: neither text nor true."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A moment with its zone, as text."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not (data.endswith(("Z", "z")) or data[-6:-5] in ("+", "-")):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+08:00")
        try:
            return super().to_internal_value(data)
        except OverflowError:
            self.fail("overflow")


class Texts(serializers.ListField):
    """A list of short texts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"child": Text(max_length=160), "max_length": MOST_LIST, **options})


class Body(serializers.Serializer[Any]):
    """What a request may carry: a field that is not declared is a fault and not ignored."""

    strict: ClassVar[bool] = True

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [str(name)[:60] for name in data if name not in self.fields]
            if unknown:
                raise ValidationError({name: ["unknown"] for name in unknown}, code="unknown")
        return super().to_internal_value(data)


class Nothing(Body):
    """No content: `{}` or an empty body."""


class Words(serializers.Serializer[Any]):
    """One text in both languages."""

    zh = serializers.CharField()
    en = serializers.CharField()


class Named(Words):
    """Something with a key and a name in both languages."""

    key = serializers.CharField()


@functools.cache
def _shape[Shape: serializers.Serializer[Any]](shape: type[Shape]) -> Shape:
    """Return one instance of a shape for all requests: making its fields anew costs more than using them.

    Only `run_validation` and `to_representation` may be asked of it, which keep nothing.
    """
    return shape()


# --- the door ---------------------------------------------------------------------------------------------------------


class View(GenericAPIView[Any]):
    """A door of the API. It parses, asks one action or query, and answers; it decides nothing."""

    query: type[Body] | None = None  # the query parameters that a GET takes
    ordering: tuple[str, ...] = ("-pk",)  # by which a list is cut into pages
    throttle_scope: str | None = None  # the rate that limits POSTs to this door

    @property
    def seat(self) -> Seat:
        """Return the seat from which the request is made. Raises NotAllowed for a user without one."""
        found: Seat | None = getattr(self.request.user, "seat", None)
        if found is None:
            raise NotAllowed("该账号在模拟世界中没有席位", "This account has no seat in a simulated world")
        if found.world.retired_at is not None:
            raise NotAllowed("这个模拟世界已重置，请重新登录", "This world has been reset; sign in again")
        return found

    @property
    def world(self) -> World:
        """Return the world of the request: the seat's, never one that the body names."""
        return self.seat.world

    @property
    def actor(self) -> Actor:
        """Return who acts."""
        return access.actor(self.seat)

    def only(self, *roles: str) -> Seat:
        """Return the seat when it has one of these roles. Raises NotAllowed."""
        if self.seat.role not in roles:
            raise NotAllowed("您的角色不能使用这个接口", "Your role may not use this")
        return self.seat

    def holder(self) -> str:
        """Return the citizen number or credit code of the applicant who asks. Raises NotAllowed for others."""
        return self.only("applicant").holder

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, then refuse parts of the address that no row can have and parameters that nobody reads."""
        super().initial(request, *args, **kwargs)
        if any("\0" in value for value in kwargs.values() if isinstance(value, str)):
            raise NotFound("没有这个地址", "There is no such address")
        self._check_parameters(request)
        if request.user.is_authenticated:
            _ = self.seat

    def _check_parameters(self, request: Request) -> None:
        known = set(_shape(self.query).fields) if self.query is not None and request.method == "GET" else set()
        if request.method == "GET" and self.paginator is not None:
            known |= {"cursor", "page_size"}
        given = request.query_params
        strange = {name for name in given if name not in known or len(given.getlist(name)) > 1}
        if strange:
            raise UnknownParameter(strange)

    def get_throttles(self) -> list[BaseThrottle]:
        """Limit only what changes something, and only where the settings give this door a rate."""
        rates: Any = settings.REST_FRAMEWORK.get("DEFAULT_THROTTLE_RATES", {})
        limited = self.request.method == "POST" and self.throttle_scope and rates.get(self.throttle_scope)
        return super().get_throttles() if limited else []

    def read(self, shape: type[Body]) -> dict[str, Any]:
        """Return the checked body of the request. Raises ValidationError naming every faulty field."""
        return dict(_shape(shape).run_validation(self.request.data))

    def parameters(self) -> dict[str, Any]:
        """Return the checked query parameters of a GET, without the pager's own."""
        if self.query is None:
            return {}
        known = _shape(self.query).fields
        given = {name: value for name, value in self.request.query_params.items() if name in known}
        return dict(_shape(self.query).run_validation(given))

    def answer(
        self, shape: type[serializers.Serializer[Any]], data: Any, *, code: int = 200, location: str = ""
    ) -> Response:
        """Return one thing in its shape."""
        headers = {"Location": location} if location else {}
        return Response(_shape(shape).to_representation(data), status=code, headers=headers)

    def page(
        self, shape: type[serializers.Serializer[Any]], rows: Any, tell: Callable[[Any], Any] | None = None
    ) -> Response:
        """Return one page of a queryset or of a list, each row told by `tell` and written in its shape."""
        found = self.paginate_queryset(rows) or []
        told = [tell(row) for row in found] if tell is not None else list(found)
        write = _shape(shape).to_representation
        return self.get_paginated_response([write(each) for each in told])


class Single(View):
    """A door without lists."""

    pagination_class = None
