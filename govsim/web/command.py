"""The command centre: what the city's offices are doing now, where it is stuck, and whom to urge."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The wall."""
    return render(request, "web/command.html")
