"""A real browser (Debian's Chromium, headless) before a real server; what no page of ours does is an error here."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, sync_playwright

from tests.browser.furnished import Furnished, small
from tests.browser.steps import PATIENCE
from tests.serving import Served

CHROMIUM: Final = shutil.which("chromium")
QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Nothing is asked of anybody but the page; and root may start it."""
DESKTOP: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 900}}
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser; it is started once for all tests of this folder."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium), so that nothing is known")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


class Watched:
    """A context of the browser, with what went wrong in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.wrong: list[str] = []
        self.asked: list[str] = []
        context.set_default_timeout(PATIENCE)
        context.on("page", self._watch)
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("dialog", self._dialog)

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.wrong.append(f"asked another house: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # The browser itself remarks on every answer that is an error, and on a connection that is not there.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.wrong.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        if dialog.type == "confirm":
            self.asked.append(dialog.message)
            dialog.accept()
        else:
            self.wrong.append(f"{dialog.type}: {dialog.message}")
            dialog.dismiss()


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers with cookies of their own: `browse(PHONE, color_scheme="dark")`.

    When the test is over, no script of any page may have failed, and nobody else may have been asked for anything.
    """
    made: list[Watched] = []
    with ExitStack() as stack:

        def make(device: dict[str, Any] = DESKTOP, **more: Any) -> BrowserContext:
            context = stack.enter_context(chromium.new_context(**{"locale": "en-GB", **device, **more}))
            made.append(Watched(context))
            return context

        yield make
        wrong = [one for watched in made for one in watched.wrong]
    assert wrong == []


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Furnished:
    """A home folder with something on every page."""
    home = tmp_path_factory.mktemp("furnished") / "home"
    home.mkdir()
    return small(home)


@pytest.fixture(scope="module")
def url(furnished: Furnished) -> Iterator[str]:
    """Where that home folder is served."""
    with Served(furnished.home) as served:
        yield served.url


@pytest.fixture
def empty(tmp_path: Path, chromium: Browser) -> Path:
    """A home folder with nothing in it."""
    home = tmp_path / "served"
    home.mkdir()
    return home
