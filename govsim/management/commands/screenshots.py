"""`manage.py screenshots`: every page in both languages and at two widths, from a world filled for the purpose."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from govsim.core import access
from govsim.core import world as worlds
from govsim.demo import CannotStart, chromium, first_run
from govsim.demo.showcase import Showcase, fill
from govsim.demo.sights import PUBLIC, SIGHTS, Sight
from govsim.management.commands.demo import CANNOT_START
from govsim.management.commands.demo import Command as Demo
from govsim.web.context import THEME_COOKIE
from govsim.web.middleware import LANGUAGES

WIDTHS = {1440: 900, 390: 844}
FOLDER = "GOVSIM_SCREENSHOTS"  # tells the process with a state folder of its own where the pictures go


class Command(BaseCommand):
    help = "把每个页面拍成图片 / take a picture of every page, in Chinese and English, 1440 and 390 pixels wide"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", nargs="+", metavar="NAME", help="只拍这些页面 / only these pages")
        parser.add_argument("--language", choices=LANGUAGES, help="只拍一种语言 / only one language")
        parser.add_argument("--width", type=int, choices=WIDTHS, help="只拍一种宽度 / only one width")
        parser.add_argument("--theme", choices=("light", "dark"), default="light", help="主题 / theme")
        parser.add_argument("--seed", type=int, help="世界的种子 / seed of the world")

    def run_from_argv(self, argv: list[str]) -> None:
        """Start again with a state folder of its own, so that the user's demo stays as it is."""
        if FOLDER in os.environ or "--help" in argv or "-h" in argv:
            super().run_from_argv(argv)
            return
        if not chromium.installed():
            self.stderr.write(chromium.MISSING)
            sys.exit(CANNOT_START)
        with tempfile.TemporaryDirectory(prefix="govsim-screenshots-") as var:
            ours = {"GOVSIM_VAR": var, FOLDER: str(settings.VAR / "screenshots")}
            again = [sys.executable, *argv]
            sys.exit(subprocess.run(again, env=os.environ | ours, check=False).returncode)  # noqa: S603 — this command

    def handle(self, *args: Any, **options: Any) -> None:
        names = {each.name for each in SIGHTS}
        unknown = sorted(set(options["only"] or ()) - names)
        if unknown:
            self.stderr.write(f"没有这些页面 / no such pages: {', '.join(unknown)}; {', '.join(sorted(names))}")
            sys.exit(2)
        chosen = [each for each in SIGHTS if not options["only"] or each.name in options["only"]]
        try:
            with Demo().stack(port=0, lan=False, seed=options["seed"]) as (stack, url):
                round_ = Round(url, Path(os.environ[FOLDER]), chosen, options, self.stdout.write)
                thread = threading.Thread(target=round_.run, daemon=True)
                thread.start()
                while thread.is_alive():
                    stack.watch()
                    thread.join(0.2)
        except CannotStart as reason:
            self.stderr.write(f"govsim: {reason}")
            sys.exit(CANNOT_START)
        if round_.error:
            raise round_.error
        self.stdout.write(f"{round_.taken} 张图片 / pictures: {round_.folder}")


@dataclass
class Round:
    """One round of all pages; made to be run in a thread beside the supervisor, which keeps the main one."""

    url: str
    folder: Path
    sights: list[Sight]
    options: dict[str, Any]
    say: Callable[[str], None]
    taken: int = 0
    error: BaseException | None = None

    def run(self) -> None:
        """Fill the world and take the pictures, or keep the error; close this thread's connections."""
        try:
            showcase = fill(worlds.current(first_run.DEMO_WORLD))
            languages = [self.options["language"]] if self.options["language"] else list(LANGUAGES)
            widths = [self.options["width"]] if self.options["width"] else list(WIDTHS)
            rounds = [(language, width, self._links(showcase)) for language in languages for width in widths]
            self._pictures(showcase.numbers, rounds)
        except BaseException as error:  # raised again in the main thread
            self.error = error
        finally:
            connections.close_all()

    def _links(self, showcase: Showcase) -> dict[str, str]:
        """Return a way in for each seat. Made before the browser starts, in whose thread no query may be made."""
        seats = {each.seat for each in self.sights} - {PUBLIC}
        return {seat: f"{self.url}/in/{access.new_link(showcase.seats[seat])}" for seat in seats}

    def _pictures(self, numbers: dict[str, str], rounds: list[tuple[str, int, dict[str, str]]]) -> None:
        from playwright.sync_api import sync_playwright  # a development tool, so asked for only here

        self.folder.mkdir(parents=True, exist_ok=True)
        if len(self.sights) == len(SIGHTS):  # a whole round leaves nothing of pages that are gone
            for language, width, _ in rounds:
                for old in self.folder.glob(f"*-{language}-{width}.png"):
                    old.unlink()
        with sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            for language, width, links in rounds:
                self._each(browser, numbers, language, width, links)
            browser.close()

    def _each(self, browser: Any, numbers: dict[str, str], language: str, width: int, links: dict[str, str]) -> None:
        """Take every page at one width in one language, with one window for each seat."""
        windows: dict[str, Any] = {}
        for sight in self.sights:
            if sight.seat not in windows:
                windows[sight.seat] = self._window(browser, language, width)
                if sight.seat != PUBLIC:
                    windows[sight.seat].goto(links[sight.seat])
            page = windows[sight.seat]
            page.goto(self.url + sight.at(numbers))
            page.evaluate("document.fonts.ready")
            page.screenshot(path=self.folder / f"{sight.name}-{language}-{width}.png", full_page=True)
            self.taken += 1
        for page in windows.values():
            page.context.close()
        self.say(f"{language} {width}: {len(self.sights)}")

    def _window(self, browser: Any, language: str, width: int) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": WIDTHS[width]}, timezone_id="Asia/Shanghai", reduced_motion="reduce"
        )
        context.add_cookies([
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": LANGUAGES[language], "url": self.url},
            {"name": THEME_COOKIE, "value": self.options["theme"], "url": self.url},
        ])  # fmt: skip
        return context.new_page()
