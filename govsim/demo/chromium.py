"""The browser that takes pictures and runs the browser tests: Debian's Chromium, or the one that Playwright brings."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # a development tool
    from playwright.sync_api import Browser, Playwright

MISSING: Final = (
    "找不到 Chromium，请安装 / Chromium was not found, install it: "
    "apt-get install chromium fonts-noto-cjk, or .venv/bin/python -m playwright install chromium"
)
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def installed() -> bool:
    """Whether there is a browser to start."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return _on_path() is not None or any(folder.glob("chromium*"))


def launch(playwright: "Playwright") -> "Browser":
    """Start the browser without a window."""
    return playwright.chromium.launch(executable_path=_on_path(), args=FLAGS)


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
