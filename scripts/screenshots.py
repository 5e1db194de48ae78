"""Pictures of every page of the screening application, at two widths, over the demo's simulated candidates."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, DESKTOP, PHONE, QUIET
from tests.browser.furnished import ROLES, Furnished, of_the_demo
from tests.browser.pages import pages
from tests.browser.steps import sign_in
from tests.serving import Served

WIDTHS: Final = {"phone": PHONE, "desk": DESKTOP}


def main(folder: Path, scheme: str) -> None:
    """Make the demo in a home folder of its own, and take the pictures."""
    if CHROMIUM is None:
        sys.exit("Chromium is not installed (Debian: apt-get install chromium).")
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        found = of_the_demo(home, print)
        with Served(home) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            for width, device in WIDTHS.items():
                take(browser, served.url, found, folder, width, {**device, "color_scheme": scheme})
            browser.close()


def take(browser: Browser, url: str, found: Furnished, folder: Path, width: str, device: dict[str, Any]) -> None:
    """All pages at one width."""
    signed_in: dict[str, Page] = {"": browser.new_context(**device).new_page()}
    for name in ROLES:
        signed_in[name] = browser.new_context(**device).new_page()
        sign_in(signed_in[name], url, name)
    for shown in pages(found):
        page = signed_in[shown.who]
        page.goto(f"{url}{shown.path}")
        shown.reach(page)
        file = folder / f"{shown.name}.{width}.{device['color_scheme']}.png"
        page.screenshot(path=file, full_page=True, animations="disabled")
        print(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]), "dark" if "--dark" in sys.argv[2:] else "light")
