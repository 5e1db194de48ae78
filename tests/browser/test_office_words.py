"""What was typed in the office, in a real browser: it stays when the session has ended, and when it is refused."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.furnished import ADMIN, Furnished
from tests.browser.steps import sign_in
from tests.web.conftest import PASSWORD

Browse = Callable[..., BrowserContext]
WORDS = "Clear about caches.\n\nAsked first what they are for, “in this case”."


def again(page: Page) -> None:
    """Sign in on the page that asks for it, which says that the words are kept."""
    expect(page.get_by_text("You were signed out. What you typed is kept")).to_be_visible()
    page.get_by_label("Name").fill(ADMIN)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not sent yet")


def test_a_comment_outlives_the_session(browse: Browse, furnished: Furnished, url: str) -> None:
    context = browse(PHONE)
    page = context.new_page()
    place = f"/interviews/{furnished.interviews[0]}"
    sign_in(page, url, ADMIN, place)
    form = page.locator(f"form[action='{place}/comment']").last
    form.locator("textarea").fill(WORDS)
    context.clear_cookies()
    form.get_by_role("button").click()
    again(page)
    assert page.locator("dd.words").inner_text() == WORDS
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not sent yet")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_text("The comment is kept.")).to_be_visible()
    expect(page.get_by_text("Asked first what they are for")).to_be_visible()


def test_an_answer_that_a_script_sends_gets_the_sign_in_page(browse: Browse, furnished: Furnished, url: str) -> None:
    context = browse()
    page = context.new_page()
    place = f"/positions/{furnished.position}/queue"
    sign_in(page, url, ADMIN, place)
    context.clear_cookies()
    page.locator("form.answer button[name=answer]").first.click()
    again(page)
    expect(page.get_by_text("A blind reading").or_(page.get_by_text("An answer in the review"))).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("heading", name="Review", level=1)).to_be_visible()


def test_an_answer_that_is_refused_leaves_the_page_as_it_is(browse: Browse, furnished: Furnished, url: str) -> None:
    page = browse().new_page()
    sign_in(page, url, ADMIN, f"/positions/{furnished.position}/queue")
    button = page.locator("form.answer button[name=answer]").first
    button.evaluate("one => { one.value = 'nonsense' }")
    button.click()
    expect(page.locator("#message")).to_contain_text("This is no answer to a finding.")
    expect(page.locator("#review form.answer").first).to_be_visible()
