"""A visitor of the pages without a browser: a session, its forms and files, as a small script would send them."""

import re
from typing import Any, Final

import httpx

from govsim.lab.site import Site

MATERIAL: Final = "m-identity_card"


class Visitor:
    """Somebody with a session cookie, signed in by the one-time link of their seat."""

    def __init__(self, town: Site, seat: dict[str, str] | None = None) -> None:
        self.http = httpx.Client(base_url=town.base, timeout=60)
        town.sessions.append(self.http)
        self.draft = ""
        if seat is not None:
            self.http.get(f"/in/{seat['link']}")
        self.http.get("/sign-in")  # sets the cookie of the CSRF token

    def post(self, path: str, data: dict[str, Any], *, files: Any = None, **headers: str) -> httpx.Response:
        """Send a form with its CSRF token."""
        data = {"csrfmiddlewaretoken": self.http.cookies.get("csrftoken", ""), **data}
        return self.http.post(path, data=data, files=files, headers=headers)

    def begin(self, item: str) -> str:
        """Open a draft of an item and return its address."""
        self.http.get(f"/items/{item}/apply")
        answer = self.post(f"/items/{item}/apply", {"consent": "true"})
        found = re.fullmatch(r"/apply/\d+", answer.headers.get("location", ""))
        if found is None:
            raise RuntimeError(f"no draft: {answer.status_code} {answer.text[:300]}")
        self.draft = found.group()
        return self.draft

    def give_material(self, name: str, content: bytes) -> int:
        """Give a file for the identity card of the draft; return the status."""
        chosen = {"step": "save", f"{MATERIAL}-way": "upload"}
        file = {f"{MATERIAL}-file": (name, content, "application/pdf")}
        answer = self.post(f"{self.draft}/materials", chosen, files=file)
        if answer.status_code == 422 and "identity_card" not in _faulty(answer.text):
            return 302  # this one was taken; the page asks for the others
        return answer.status_code

    def verify_file(self, name: str, content: bytes) -> int:
        """Give a file at the public verification; return the status."""
        return self.post("/verify", {"presented": ""}, files={"file": (name, content, "text/plain")}).status_code


def _faulty(page: str) -> set[str]:
    """Return which materials the error summary names."""
    return set(re.findall(r'href="#materials\.(\w+)"', page))
