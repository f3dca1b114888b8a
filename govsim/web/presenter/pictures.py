"""Pictures of the platform's own pages: opened as somebody in the story, kept as they were at that moment.

The page is asked for at its real address by a client that signed in like any browser. What it answers is kept without
its scripts, with the images of its holder inside, and with a style sheet for the stage; so an earlier step can be
shown again although its world has gone on, and nothing on the stage can change anything.
"""

import base64
import re
import zlib

import httpx
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.templatetags.static import static
from django.utils.translation import get_language, override

from govsim.core import access
from govsim.core.models import Seat
from govsim.walkthroughs.clients import inner
from govsim.web.middleware import LANGUAGES
from govsim.web.models import Picture, Show

_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
_LINK = re.compile(r'(<(?:a|area)\b[^>]*?)\shref="[^#"][^"]*"')
_IMAGE = re.compile(r'(<img\b[^>]*?\ssrc=")(/(?!static/)[^"]*)(")')
_FORM = re.compile(r"<form\b[^>]*>")
_FOCUS = re.compile(r"\sautofocus\b")
MISSED = 400


def take(show: Show, step: int, seat: Seat | None, page: str, base_url: str) -> bool:
    """Keep what `page` looks like to `seat` (None: to the public) in both languages; say whether it was there."""
    with override(get_language()), inner(base_url) as http:  # the calls inside speak languages of their own
        if seat is not None:
            http.get(f"/in/{access.new_link(seat)}")
        found = [(language, _open(http, page, code)) for language, code in LANGUAGES.items()]
        _sign_out(http)
    for language, (_, text) in found:
        Picture.objects.update_or_create(
            show=show, step=step, language=language,
            defaults={"world_id": show.world_id, "page": zlib.compress(text.encode())},
        )  # fmt: skip
    return all(status < MISSED for _, (status, _) in found)


def read(show: Show, step: int, language: str) -> str | None:
    """Return the picture of a step as HTML, or None when it has none."""
    found = Picture.objects.filter(show=show, step=step, language=language).values_list("page", flat=True).first()
    return zlib.decompress(bytes(found)).decode() if found is not None else None


def _open(http: httpx.Client, page: str, language: str) -> tuple[int, str]:
    cookies = {**http.cookies, settings.LANGUAGE_COOKIE_NAME: language}
    said = http.get(page, headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())})
    text = _SCRIPT.sub("", said.text)
    text = _IMAGE.sub(lambda found: found[1] + _inside(http, found[2]) + found[3], text)
    text = _FOCUS.sub("", _LINK.sub(r"\1", _FORM.sub("<form>", text)))
    style = f'<link rel="stylesheet" href="{static("govsim/present-stage.css")}"></head>'
    return said.status_code, text.replace("</head>", style, 1).replace("<html ", '<html data-stage="" ', 1)


def _inside(http: httpx.Client, address: str) -> str:
    """Return an image as a data address: what only its holder may fetch would not come again later."""
    said = http.get(address)
    kind = said.headers.get("content-type", "").partition(";")[0]
    return f"data:{kind};base64,{base64.b64encode(said.content).decode()}"


def _sign_out(http: httpx.Client) -> None:
    key = http.cookies.get(settings.SESSION_COOKIE_NAME)
    if key:
        SessionStore(key).delete()
