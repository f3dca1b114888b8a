"""The rule studio: a rule set as sentences, tried, changed in a draft, replayed and published for one world."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def rule_sets(request: HttpRequest) -> HttpResponse:
    """List the rule sets of the world."""
    return render(request, "approvals/studio.html")
