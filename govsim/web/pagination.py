"""Lists are cut into pages by a cursor: a page stays the same page while new rows arrive in front of it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.pagination import Cursor as Place
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

MOST = 200


class Cursor(CursorPagination):
    """Cursor pages of a queryset by the view's `ordering`, or of a list that a query has bounded already.

    A list is counted from its end, so that what is new in front of it moves nothing.
    """

    page_size_query_param = "page_size"
    max_page_size = MOST
    invalid_cursor_message = "the cursor cannot be read"

    def get_page_size(self, request: Request) -> int:
        """Return the size of a page. Raises ParseError for one that is not 1 to MOST."""
        asked = str(request.query_params.get("page_size", ""))
        if "page_size" not in request.query_params:
            return int(self.page_size or MOST)
        if not (asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= MOST):
            raise ParseError(f"page_size must be 1 to {MOST}")
        return int(asked)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the rows of the page that the request asks for. Raises ParseError for a cursor of another list."""
        if not isinstance(queryset, QuerySet):
            return self._of_list(queryset, request)
        try:
            return super().paginate_queryset(queryset, request, view) or []
        except (ValidationError, ValueError, TypeError, OverflowError):
            raise ParseError(self.invalid_cursor_message) from None

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """Return the order in which the view's list is cut."""
        return tuple(view.ordering)

    def decode_cursor(self, request: Request) -> Any:
        """Return the cursor of the request, None for the first page. Raises ParseError instead of "not found"."""
        try:
            return super().decode_cursor(request)
        except NotFound:
            raise ParseError(self.invalid_cursor_message) from None

    def _of_list(self, rows: Sequence[Any], request: Request) -> list[Any]:
        self.base_url = request.build_absolute_uri()
        size = self.page_size = self.get_page_size(request)
        self.cursor = self.decode_cursor(request)
        left = len(rows)
        if self.cursor is not None:
            text = str(self.cursor.position or "")
            if not (text.isascii() and text.isdigit() and len(text) < 9):
                raise ParseError(self.invalid_cursor_message)
            left = min(int(text), len(rows))
        start = len(rows) - left
        self._next = left - size if left > size else None
        self._previous = min(left + size, len(rows)) if start else None
        return list(rows[start : start + size])

    def get_next_link(self) -> str | None:
        """Return the address of the next page, None on the last."""
        if hasattr(self, "_next"):
            return self._link(self._next)
        return _local(super().get_next_link())

    def get_previous_link(self) -> str | None:
        """Return the address of the page before, None on the first."""
        if hasattr(self, "_previous"):
            return self._link(self._previous)
        return _local(super().get_previous_link())

    def _link(self, position: int | None) -> str | None:
        if position is None:
            return None
        return _local(self.encode_cursor(_position(position)))

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with the addresses of its neighbours."""
        return Response({"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a page."""
        link = {"type": ["string", "null"], "format": "uri-reference"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the parameters that every list takes."""
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "由上一页给出，不可自造 · given by the page before",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": "每页行数 · rows on a page",
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": self.page_size},
            },
        ]


def _position(number: int) -> Any:
    return Place(offset=0, reverse=False, position=str(number))  # type: ignore[arg-type]  # it is a text in every cursor


def _local(address: str | None) -> str | None:
    """Return path and query only: behind a proxy the platform does not know under which name it was called."""
    if address is None:
        return None
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"
