"""People in front of a real browser, and everything that must not happen while they use it."""

from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from govsim.web.context import THEME_COOKIE
from govsim.web.middleware import LANGUAGES

AXE = Axe()
PICTURES = Path(__file__).resolve().parent.parent.parent / "var" / "browser"
# What the page itself says that the policy stopped, kept where the test can read it.
LISTEN = """
window.__stopped = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.__stopped.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass
class Guest:
    """One browser context of its own: cookies, pages, and what went wrong in them."""

    context: BrowserContext
    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)  # statuses that the test provokes on purpose

    def watch(self, page: Page) -> None:
        page.on("console", lambda said: self._console(said.type, said.text))
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("response", lambda answer: self._answer(answer.status, answer.url))

    def _console(self, kind: str, text: str) -> None:
        refused = text.startswith("Failed to load resource") and any(str(each) in text for each in self.expected)
        if kind in ("error", "warning") and not refused:
            self.wrong.append(f"console {kind}: {text}")

    def _answer(self, status: int, url: str) -> None:
        if status >= 400 and status not in self.expected:
            self.wrong.append(f"{status}: {url}")

    def go(self, path: str) -> Page:
        """Open an address of the demo, once its first requests are over."""
        self.page.goto(self.url + path)
        return self.page

    def stopped(self) -> list[str]:
        """Return what the content security policy stopped on the page that is open."""
        return list(self.page.evaluate("window.__stopped || []"))

    def axe(self) -> list[str]:
        """Return what axe finds on the page that is open."""
        found = AXE.run(self.page).response["violations"]
        return [
            f"{each['id']} ({each['impact']}) at {node['target']}: {' '.join(node['failureSummary'].split())[:200]}"
            for each in found
            for node in each["nodes"]
        ]

    def picture(self, name: str) -> Path:
        """Keep what the page looks like, for whoever reads a failure."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path


def guest(browser: Browser, url: str, *, language: str = "zh", theme: str = "light", width: int = 1440) -> Guest:
    """Return somebody who has just opened a browser of this width, reading this language."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": 900 if width > 500 else 844},
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    context.add_cookies([
        {"name": settings.LANGUAGE_COOKIE_NAME, "value": LANGUAGES[language], "url": url},
        {"name": THEME_COOKIE, "value": theme, "url": url},
    ])  # fmt: skip
    context.add_init_script(LISTEN)
    page = context.new_page()
    page.set_default_timeout(15_000)
    made = Guest(context, page, url)
    made.watch(page)
    return made
