"""API clients sign in with a token: `Authorization: Bearer …`. Browsers use their session (with CSRF)."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from govsim.core import access

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """A token opens one seat. Only its digest is stored, so the search by digest leaks nothing about the token."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        """Return (user, token), or None for a request without the header.

        Raises AuthenticationFailed for a token that is unknown or has run out, or whose world has been reset.
        """
        header: str = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _, token = header.partition(" ")
        if scheme.lower() != SCHEME.lower() or not token.strip():
            raise AuthenticationFailed("this API reads “Authorization: Bearer <token>” only")
        seat = access.seat_of_token(token.strip())
        if seat is None:
            raise AuthenticationFailed("the token is unknown or has run out")
        if seat.world.retired_at is not None:
            raise AuthenticationFailed("the world of this token has been reset")
        return seat.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 asks for."""
        return f'{SCHEME} realm="govsim"'
