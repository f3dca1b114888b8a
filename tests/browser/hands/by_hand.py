"""A walk-through whose every deed is done in the pages; its looks are read from the API and compared with the page."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
from playwright.sync_api import Error, Page

from govsim.core import access
from govsim.exchange.queries.rights import PURPOSES
from govsim.walkthroughs.paths import fill
from govsim.walkthroughs.runner import Runner, StepFailed
from govsim.walkthroughs.story import PUBLIC, Pack, Step
from tests.browser.guests import Guest
from tests.browser.hands import applicant, certificates, desk, founding, looks, trainer
from tests.browser.hands.windows import REFUSALS, NotOffered, Shown

type Deed = Callable[..., Shown]
# What an API path that is posted to means to hands; what the path holds comes before the body.
DEEDS: Final[Mapping[str, Deed]] = {
    r"/items/([\w.]+)/prefill": applicant.prefill,
    r"/applications": applicant.apply,
    r"/applications/(\d+)/correct": applicant.correct,
    r"/applications/(\d+)/rate": applicant.rate,
    r"/applications/(\d+)/ask_review": applicant.ask_review,
    r"/applications/(\d+)/(accept|handle|review|grant|ask_correction)": desk.move,
    r"/packages": founding.start,
    r"/packages/(\d+)/sign": founding.sign,
    r"/wallet/([\w.]+)/present": certificates.present,
    r"/certificates/([\w.]+)/(revoke)": certificates.change,
    r"/verify": certificates.verify,
    r"/world/faults": trainer.fault,
    r"/world/faults/clear": trainer.clear,
    r"/world/settings": trainer.settings,
    r"/world/clock": trainer.move_clock,
}


AHEAD: Final = PURPOSES["look_ahead"]
MOST: Final = 1500  # characters of a failure; a page that lacks something is told whole


class ByHand(Runner):
    """One run of one pack in browser windows against a running stack."""

    def __init__(self, pack: Pack, http: httpx.Client, enter: Callable[[], Guest]) -> None:
        super().__init__(pack, http, in_process=False)
        self.enter = enter
        self.guests: dict[str, Guest] = {}
        self.step: Step | None = None

    def guest(self, role: str) -> Guest:
        """Return the window of somebody in the story; it opens when their first turn comes."""
        if role not in self.guests:
            self.guests[role] = self.enter()
            if role != PUBLIC:
                self.guests[role].go(f"/in/{access.new_link(self.seat(role))}")
        return self.guests[role]

    def take(self, step: Step) -> None:
        """Do one step in the pages. Raises StepFailed."""
        self.step = step
        try:
            super().take(step)
        except (Error, AssertionError, NotOffered) as failure:
            raise StepFailed(
                f"{self.pack.path.name}:{step.line} {type(failure).__name__}: {str(failure)[:MOST]}"
            ) from failure

    def check_books(self) -> None:
        """Leave all pages, for the world ends now; then check the books."""
        for each in self.guests.values():
            each.page.goto("about:blank")
        super().check_books()

    def request(self, method: str, path: str, role: str, body: Any = None) -> httpx.Response:
        """Read from the API; do everything else by hand, and answer as the API would have."""
        if method == "GET":
            return _undrafted(super().request(method, path, role, body))
        wanted = self._wanted()
        guest = self.guest(role)
        guest.expected |= {wanted} & REFUSALS
        try:
            shown = self._done(guest.page, path, body or {})
        except NotOffered as absent:
            if wanted not in REFUSALS:
                raise
            shown = Shown(wanted, {"detail": f"the page does not offer it: {absent}"})
        told = dict(shown.told)
        if shown.at:
            told |= self.request("GET", shown.at, role).json()
        if path.endswith("/prefill") and shown.status == 200:
            answer = super().request(method, path, role, body)
            looks.filled_in(guest.page, answer.json())
            return answer
        return httpx.Response(shown.status, json=told)

    def _wanted(self) -> int:
        return (self.step.status or 200) if self.step is not None and self.step.verb == "post" else 200

    def _done(self, page: Page, path: str, body: Any) -> Shown:
        for pattern, deed in DEEDS.items():
            if found := re.fullmatch(pattern, path):
                return deed(page, *found.groups(), body)
        raise NotOffered(f"no hands for {path} {json.dumps(body, ensure_ascii=False)}")

    def _look(self, step: Step) -> None:
        super()._look(step)
        path = str(fill(step.target, self.values))
        guest = self.guest(step.role)
        guest.expected |= {step.status or 200} & REFUSALS
        looks.see(guest.page, path, self.pack.roles.get(step.role), self.answer, step.status or 200)


def _undrafted(answer: httpx.Response) -> httpx.Response:
    """Return the answer without what a draft leaves behind: in the pages every application begins as one, in packs
    none does. These are the event of the draft, and the looks ahead before it is sent.
    """
    if not answer.is_success or "json" not in answer.headers.get("content-type", ""):
        return answer
    told = answer.json()
    if isinstance(told, dict) and "history" in told:
        told["history"] = [each for each in told["history"] if each["event"] != "ApplicationDrafted"]
    elif isinstance(told, dict) and isinstance(told.get("results"), list):
        told["results"] = [each for each in told["results"] if each.get("purpose") != AHEAD]
    return httpx.Response(answer.status_code, json=told)
