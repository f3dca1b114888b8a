"""The presenter: one walk-through on a stage, told step by step."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def pick(request: HttpRequest) -> HttpResponse:
    """List the walk-throughs that can be shown."""
    return render(request, "web/present.html")
