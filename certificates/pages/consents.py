"""Consents of the holder: what each allows, and taking one back after saying what that means."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from certificates import queries
from certificates.pages import wording
from certificates.pages.wallet import holders
from govsim.core import clock, faults
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import Conflict
from govsim.core.models import World
from govsim.exchange import actions as exchanges
from govsim.exchange import queries as exchange


@seated("applicant")
@require_GET
def consent(request: SeatedRequest, consent: int) -> HttpResponse:
    """Show one consent, where it has been used, and what taking it back would mean. Raises NotFound."""
    return _consent(request, consent)


@seated("applicant")
@require_POST
def withdraw(request: SeatedRequest, consent: int) -> HttpResponseBase:
    """Take a consent back. Raises NotFound for somebody else's."""
    world = request.seat.world
    try:
        exchanges.consent.withdraw(
            world=world, consent_id=consent, subject=_mine(request, consent).subject, at=clock.now(world)
        )  # fmt: skip
    except Conflict as ended:
        return _consent(request, consent, refusal=ended)
    return redirect(f"{reverse('my-data')}?tab=consents")


def _consent(request: SeatedRequest, pk: int, *, refusal: Conflict | None = None) -> HttpResponse:
    world, row = request.seat.world, _mine(request, pk)
    [line] = consents(world, [row])
    numbers = {*queries.uses_under(world, row.subject, pk), *exchange.looks_under(world, row.subject, pk)}
    told = {**line, "numbers": sorted(numbers), "faults": faults.of(refusal) if refusal else []}
    return render(request, "certificates/consent.html", told, status=409 if refusal else 200)


def _mine(request: SeatedRequest, pk: int) -> Any:
    """Return a consent of the asker or their firm. Raises NotFound."""
    return exchange.consent_of(request.seat.world, holders(request), pk)


def consents(world: World, rows: list[Any]) -> list[dict[str, Any]]:
    """Return consents in words: what they allow (data, certificates, of these which fields) and whether they hold."""
    live = exchange.consents_in_force(world, [each.pk for each in rows], at=clock.now(world))
    datasets = {each.key: {"zh": each.zh, "en": each.en} for each in exchange.catalogue()}
    return [{"row": each, "live": each.pk in live, **_allowed(each, datasets)} for each in rows]


def _allowed(row: Any, datasets: dict[str, dict[str, str]]) -> dict[str, Any]:
    named = wording.labels(row.certificate_types)
    return {
        "allows": [datasets.get(key, {"zh": key, "en": key}) for key in row.datasets]
        + [wording.type_name(key) for key in row.certificate_types],
        "limited_to": [named.get(key, {"zh": key, "en": key}) for key in row.fields],
    }
