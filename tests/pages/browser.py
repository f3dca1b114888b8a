"""A page as somebody without a screen gets it: its words, its links, its forms with what stands in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SPOKEN = ("aria-label", "alt", "title", "placeholder")


@dataclass
class Form:
    """One form: where it goes and what stands in it. `buttons` are (name, value, words)."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def put(self, name: str, *values: str) -> "Form":
        """Type something in a field that the form has."""
        assert name in self.values, (name, sorted(self.values))
        self.values[name] = list(values)
        return self


@dataclass
class Element:
    """A start tag with its attributes."""

    tag: str
    attrs: dict[str, str]
    line: int


class Page(HTMLParser):
    """One HTML page, read once. Nesting is checked while it is read."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.words: list[tuple[str, str]] = []  # (language, text)
        self.forms: list[Form] = []
        self._open: list[tuple[str, str]] = []  # (tag, language)
        self._form: Form | None = None
        self._select: tuple[str, list[str], list[str]] | None = None  # name, chosen, all
        self._option: list[str] | None = None
        self._area: str | None = None
        self._button: tuple[str, str, list[str]] | None = None
        self.feed(text)
        self.close()
        assert self._open == [], f"left open: {self._open}"

    # --- what tests ask ---
    @property
    def text(self) -> str:
        """Return everything that is written on the page."""
        return "\n".join(words for _, words in self.words)

    @property
    def links(self) -> list[str]:
        """Return where its links go."""
        return [each.attrs.get("href", "") for each in self.elements if each.tag == "a"]

    def all(self, tag: str) -> Iterator[Element]:
        """Yield every element with this tag."""
        return (each for each in self.elements if each.tag == tag)

    def form(self, action: str) -> Form:
        """Return the one form that goes to an address ending like this."""
        found = [each for each in self.forms if each.action.partition("?")[0].endswith(action)]
        assert len(found) == 1, (action, [each.action for each in self.forms])
        return found[0]

    # --- reading ---
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs, open_=tag not in VOID)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._start(tag, attrs, open_=False)

    def _start(self, tag: str, attrs: list[tuple[str, str | None]], *, open_: bool) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"line {self.getpos()[0]}: an attribute of <{tag}> stands twice"
        got = {name: value or "" for name, value in attrs}
        language = got.get("lang") or (self._open[-1][1] if self._open else "")
        self.elements.append(Element(tag, got, self.getpos()[0]))
        self.words += [(language, got[name]) for name in SPOKEN if got.get(name, "").strip()]
        if open_:
            self._open.append((tag, language))
        self._control(tag, got)

    def _control(self, tag: str, got: dict[str, str]) -> None:
        name = got.get("name", "")
        if tag == "form":
            assert self._form is None, "a form in a form"
            self._form = Form(got.get("action", ""), got.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is None:
            return
        held = self._form.values
        if tag == "input" and name:
            kind = got.get("type", "text")
            if kind in ("checkbox", "radio"):
                held.setdefault(name, [])
                if "checked" in got:
                    held[name].append(got.get("value", "on"))
            elif kind != "submit":
                held.setdefault(name, []).append(got.get("value", ""))
        elif tag == "select":
            self._select = (name, [], [])
        elif tag == "option" and self._select is not None:
            value = got.get("value", "")
            self._select[2].append(value)
            if "selected" in got:
                self._select[1].append(value)
        elif tag == "textarea":
            self._area = name
            held[name] = [""]
        elif tag == "button" and got.get("type", "submit") == "submit":
            self._button = (name, got.get("value", ""), [])

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"line {self.getpos()[0]}: </{tag}> was never opened"
        assert self._open[-1][0] == tag, f"line {self.getpos()[0]}: </{tag}> closes <{self._open[-1][0]}>"
        self._open.pop()
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select" and self._select is not None and self._form is not None:
            name, chosen, offered = self._select
            self._form.values[name] = chosen or offered[:1]
            self._select = None
        elif tag == "button" and self._button is not None and self._form is not None:
            self._form.buttons.append((self._button[0], self._button[1], " ".join(self._button[2])))
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._form is not None:
            self._form.values[self._area][0] += data.removeprefix("\n") if data.startswith("\n") else data
            return
        tag, language = self._open[-1] if self._open else ("", "")
        words = " ".join(data.split())
        if not words or tag in ("script", "style"):
            return
        self.words.append((language, words))
        if self._button is not None:
            self._button[2].append(words)


class Visitor:
    """Somebody with a web browser, signed in or not."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.at = ""

    def get(self, address: str, status: int = 200, **more: str) -> Page:
        """Open a page and expect an answer."""
        answer = self.client.get(address, headers=more or None, follow=True)
        return self._seen(address, answer, status)

    def send(self, form: Form, *, button: tuple[str, str] | None = None, status: int = 200) -> Page:
        """Send a form as it stands, with one of its buttons pressed; follow where it leads."""
        values = {name: values for name, values in form.values.items() if values}
        if button is not None:
            assert button in [each[:2] for each in form.buttons], (button, form.buttons)
            values[button[0]] = [button[1]]
        where = form.action or self.at
        send = self.client.post if form.method == "post" else self.client.get
        return self._seen(where, send(where, values, follow=True), status)

    def _seen(self, address: str, answer: HttpResponse, status: int) -> Page:
        assert answer.status_code == status, (address, answer.status_code, _said(answer))
        chain = getattr(answer, "redirect_chain", [])
        self.at = chain[-1][0] if chain else address
        return Page(answer.content.decode())


def _said(answer: HttpResponse) -> str:
    """Return what a page reports as wrong, else how it begins."""
    page = Page(answer.content.decode())
    alert = next((at for at, each in enumerate(page.elements) if each.attrs.get("role") == "alert"), None)
    title = page.words[0][1] if page.words else ""
    return title if alert is None else f"{title}: {[each for _, each in page.words[:60]][-40:]}"
