"""What this platform is: glossary, three laws, figures, licences; and every component in all its states."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """The platform about itself."""
    return render(request, "web/about.html")


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Each component in all its states."""
    return render(request, "web/components.html")
