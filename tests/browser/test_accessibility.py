"""Every page of both sides, at two widths and in both colour schemes: axe-core, narrow screens, targets for fingers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.furnished import ADMIN, VIEWER, Furnished
from tests.browser.pages import Shown, pages
from tests.browser.steps import sign_in
from tests.endpoint import LOOPBACK

pytestmark = [pytest.mark.slow, LOOPBACK]
VENDOR: Final = Path(__file__).parent / "vendor"
AXE: Final = (VENDOR / "axe.min.js").read_text(encoding="utf-8")
RUN: Final = """async part => (await axe.run(part, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
})).violations.map(one => ({
    id: one.id, impact: one.impact, help: one.help, where: one.nodes.slice(0, 5).map(node => node.html.slice(0, 200)),
}))"""
FINGER: Final = 44
"""Pixels that a target is high at least, on a phone."""
SMALL: Final = """least => {
    const targets = 'button, select, textarea, summary, a.button, input:not([type=hidden])';
    return [...document.querySelectorAll(targets)]
        .filter(one => one.checkVisibility({checkVisibilityCSS: true}) && !one.disabled)
        .map(one => one.closest('label') ?? one)
        .map(one => [one, one.getBoundingClientRect()])
        .filter(([one, box]) => box.height < least - 0.5 || box.width < least - 0.5)
        .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`);
}"""
EACH_KIND: Final = (
    *("01-notice", "04-talk", "13-evidence-open", "01-sign-in", "03-positions", "09-settings", "11-invites"),
    *("22-question", "30-results", "32-queue", "36-interview-open", "41-record"),
)
"""One page of each kind, for what their common style decides."""
NARROW: Final = 320
"""Pixels: a page of 1280 at four times its size."""
WIDE: Final = """() => {
    const most = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= most) return [];
    return [...document.querySelectorAll('body *')]
        .map(one => [one, one.getBoundingClientRect().right])
        .filter(([one, right]) => right > most + 1)
        .slice(-3).map(([one, right]) => `${one.outerHTML.slice(0, 120)} ends at ${Math.round(right)}`);
}"""


def test_axe_is_the_file_that_was_vendored() -> None:
    told = (VENDOR / "VENDORED.md").read_text(encoding="utf-8")
    assert hashlib.sha256((VENDOR / "axe.min.js").read_bytes()).hexdigest() in told
    assert "Mozilla Public License" in (VENDOR / "axe.LICENSE.txt").read_text(encoding="utf-8")


def grave(page: Page, shown: Shown) -> list[str]:
    """What axe finds that is serious or critical."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN, shown.part)
    return [json.dumps(one, indent=1) for one in found if one["impact"] in ("serious", "critical")]


def each(
    browse: Callable[..., BrowserContext],
    url: str,
    found: Furnished,
    device: dict[str, Any],
    look: Callable[[Page, Shown], list[str]],
    *,
    only: Collection[str] = (),
    **more: Any,
) -> dict[str, list[str]]:
    """What is wrong with each page, by its name; `only` some of them, by the ends of their names."""
    signed_in: dict[str, Page] = {"": browse(device, **more).new_page()}
    for name in (ADMIN, VIEWER):
        signed_in[name] = browse(device, **more).new_page()
        sign_in(signed_in[name], url, name)
    wrong = {}
    wanted = [one for one in pages(found) if not only or one.name.endswith(tuple(only))]
    assert len(wanted) == len(only) if only else len(wanted) > 55, "these are all pages"
    for shown in wanted:
        page = signed_in[shown.who]
        page.goto(f"{url}{shown.path}")
        shown.reach(page)
        wrong[shown.name] = look(page, shown)
    return {name: faults for name, faults in wrong.items() if faults}


def fits(page: Page) -> list[str]:
    """What has to be scrolled to sideways on the narrowest screen, or with letters twice as large."""
    usual = page.viewport_size
    assert usual
    page.set_viewport_size({"width": NARROW, "height": 640})
    wrong = [f"at {NARROW} pixels: {one}" for one in page.evaluate(WIDE)]
    page.set_viewport_size({"width": 640, "height": 450})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wrong += [f"with large letters: {one}" for one in page.evaluate(WIDE)]
    page.set_viewport_size(usual)
    return wrong


def test_on_a_desk_in_light_colours(browse: Callable[..., BrowserContext], url: str, furnished: Furnished) -> None:
    assert each(browse, url, furnished, DESKTOP, grave, color_scheme="light") == {}


def test_on_a_phone_in_dark_colours(browse: Callable[..., BrowserContext], url: str, furnished: Furnished) -> None:
    def look(page: Page, shown: Shown) -> list[str]:
        # A report is a page for print, and its own.
        small = [] if shown.name.endswith("report") else page.evaluate(SMALL, FINGER)
        return [*grave(page, shown), *(f"small: {one}" for one in small), *fits(page)]

    assert each(browse, url, furnished, PHONE, look, color_scheme="dark") == {}


def test_nothing_moves_for_those_who_asked_for_stillness(
    browse: Callable[..., BrowserContext], url: str, furnished: Furnished
) -> None:
    moving = """() => [...document.querySelectorAll('*')].filter(one => {
        const style = getComputedStyle(one);
        const lasts = text => text.split(',').some(part => parseFloat(part) > 0.01);
        return lasts(style.transitionDuration) || (style.animationName !== 'none' && lasts(style.animationDuration));
    }).map(one => one.outerHTML.slice(0, 90))"""

    def look(page: Page, _: Shown) -> list[str]:
        found: list[str] = page.evaluate(moving)
        return found

    assert each(browse, url, furnished, DESKTOP, look, only=EACH_KIND, reduced_motion="reduce") == {}


def test_what_has_the_focus_can_be_seen(browse: Callable[..., BrowserContext], url: str, furnished: Furnished) -> None:
    """By the keyboard: each stop of the first twenty has an outline, around it or around the card that it opens."""
    seen = """() => {
        const one = document.activeElement;
        // The parts of a date have a look of the browser's own.
        if (!one || one === document.body || one.type === 'date') return '';
        const outlined = part => {
            const {outlineStyle, outlineWidth} = getComputedStyle(one, part);
            return outlineStyle === 'auto' || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2);
        };
        return outlined(null) || outlined('::after') ? '' : one.outerHTML.slice(0, 120);
    }"""

    def look(page: Page, _: Shown) -> list[str]:
        stops = set()
        for _number in range(20):
            page.keyboard.press("Tab")
            stops.add(page.evaluate(seen))
        return sorted(stops - {""})

    assert each(browse, url, furnished, DESKTOP, look, only=EACH_KIND) == {}
