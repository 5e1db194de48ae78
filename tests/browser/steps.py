"""What people do in a browser, step by step."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from tests.web.conftest import PASSWORD

PATIENCE: Final = 60_000
"""Milliseconds: the processor may be busy with other tests."""
TABS: Final = 80
"""Presses of the tab key after which something cannot be reached by the keyboard."""
_ON: Final = """before => location.pathname.endsWith('/done')
    || !['', before].includes(document.querySelector('#answer [name=turn]')?.value ?? '')"""


def sign_in(page: Page, url: str, name: str, then: str = "/positions") -> None:
    """Sign in and go to a page."""
    page.goto(f"{url}/sign-in?next={then}")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}{then}")


def tab_to(page: Page, wanted: Locator, *, back: bool = False) -> None:
    """Press the tab key until something has the focus."""
    for _ in range(TABS):
        if focused(wanted):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{wanted} cannot be reached by the keyboard from here")


def focused(wanted: Locator) -> bool:
    """Whether it has the focus, where the page has it at all."""
    return wanted.count() == 1 and bool(wanted.evaluate("one => one === document.activeElement"))


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Go to something by the keyboard and press a key on it."""
    tab_to(page, wanted)
    page.keyboard.press(key)


def turn(page: Page) -> str:
    """The number of the line that waits for an answer; empty where none does."""
    field = page.locator("#answer [name=turn]")
    return field.input_value() if field.count() else ""


def went_on(page: Page, before: str) -> None:
    """Wait until the interviewer has said something more, or the interview is over."""
    page.wait_for_function(_ON, arg=before)


def answer(page: Page, words: str) -> None:
    """Write into the box that has the focus, and send it by keys; wait for the next line."""
    before = turn(page)
    assert focused(page.locator("#words")), "the box has the focus, so that one can go on writing"
    page.keyboard.insert_text(words)
    page.keyboard.press("Control+Enter")
    went_on(page, before)


def over(page: Page) -> bool:
    """Whether the interview is over."""
    return urlsplit(page.url).path.endswith("/done")


def rendering(page: Page) -> str:
    """What tells one finding in the review queue from the next: the token of its form; empty where there is none."""
    token = page.locator("#review input[name=csrf]")
    return token.first.get_attribute("value") or "" if token.count() else ""


def next_finding(page: Page, before: str) -> None:
    """Wait until the queue shows something else; without a script in the page, too."""
    for _ in range(PATIENCE // 25):
        if rendering(page) != before:
            return
        page.wait_for_timeout(25)
    raise AssertionError("the queue did not go on")


def read_blind(page: Page) -> None:
    """Read what is to be read blind, as long as that comes first: which findings it is was drawn by lot."""
    review = page.locator("#review")
    while True:
        leave = review.get_by_role("link", name="Leave it, go on")
        if leave.count():
            pressed = leave
        elif review.get_by_text("blind reading", exact=True).count():
            pressed = review.get_by_role("group", name="Your answer").get_by_role("button").first
        else:
            return
        before = rendering(page)
        pressed.click()
        next_finding(page, before)
