"""The items and themes to choose from, narrowed by words, city, theme, and whom they are for."""

from collections.abc import Container

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from govsim.core import organisations
from services import queries, vocabulary
from services.pages import wording


@require_GET
def items(request: HttpRequest) -> HttpResponse:
    """List the items and themes that fit what was asked; a choice that does not exist is no choice."""
    text = request.GET.get("q", "").strip()[:100]
    themes = {each.key: each for each in queries.themes()}
    city = _chosen(request, "city", organisations.cities())
    theme = _chosen(request, "theme", themes)
    subject = _chosen(request, "subject", vocabulary.SUBJECTS)
    branches = {each["item"] for each in themes[theme].body["branches"]} if theme else set()
    found = [
        each for each in queries.search(text, city=city)
        if (not subject or each.body["subject"] == subject) and (not theme or each.key in branches)
    ]  # fmt: skip
    shown = queries.search_themes(text, city=city) if not subject and not theme else []
    return render(request, "services/items.html", {
        "q": text,
        "city": city,
        "theme": theme,
        "subject": subject,
        "narrowed": bool(text or city or theme or subject),
        "cities": [{"key": each.key, "zh": each.zh, "en": each.en} for each in organisations.cities().values()],
        "all_themes": [{"key": key, **each.body["name"]} for key, each in themes.items()],
        "subjects": [{"key": key, "zh": zh, "en": en} for key, (zh, en) in vocabulary.SUBJECTS.items()],
        "found": [wording.line(each.key, each.body) for each in found],
        "themes": [{"key": each.key, "city_name": wording.city(each.body["city"]), **each.body} for each in shown],
    })  # fmt: skip


def _chosen(request: HttpRequest, name: str, offered: Container[str]) -> str:
    asked = request.GET.get(name, "")
    return asked if asked in offered else ""
