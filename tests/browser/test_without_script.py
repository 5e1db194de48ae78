"""Both sides without JavaScript: everything can be done with plain forms, and nothing is done twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from interviewer.core.events import MAX_TURN_CHARS
from tests.browser.conftest import PHONE
from tests.browser.furnished import ADMIN, Furnished
from tests.browser.steps import over, read_blind, sign_in, turn
from tests.endpoint import LOOPBACK

pytestmark = [pytest.mark.slow, LOOPBACK]
WORDS: Final = "The client sends a request to the server, and the server sends back a response."
FINISH: Final = "I have no question: finish"
MOST_TURNS: Final = 40


def say(page: Page, words: str) -> None:
    """Write an answer and send it."""
    page.get_by_label("Your answer", exact=True).fill(words)
    press(page, "Send")


def press(page: Page, button: str) -> None:
    """Press a button, and wait for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def mine(page: Page) -> list[str]:
    """What the candidate has said, as the page shows it."""
    return [one.removeprefix("You").strip() for one in page.locator("#log .mine").all_inner_texts()]


def test_a_whole_interview_with_plain_forms(
    browse: Callable[..., BrowserContext], url: str, furnished: Furnished
) -> None:
    context = browse(PHONE, java_script_enabled=False)
    page, link = context.new_page(), f"{url}/i/{furnished.tokens['fresh']}"
    page.goto(link)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Agree and go on").click()
    page.get_by_label("Your answer, to try it out").fill("With hot water.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("With hot water.")).to_be_visible()
    page.get_by_role("button", name="Begin the interview").click()
    page.wait_for_url("**/talk")
    before = turn(page)
    say(page, WORDS)
    page.wait_for_url("**/talk#now")
    assert mine(page) == [WORDS]
    nothing_comes_twice(page, before)
    in_two_tabs(page, context.new_page())
    aside(page)
    for _ in range(MOST_TURNS):
        if over(page):
            break
        if page.get_by_role("button", name=FINISH).count():
            press(page, FINISH)
        else:
            say(page, "404 means that the resource does not exist. That is all that I know.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Noor Example")
    page.get_by_role("link", name="See what was heard").click()
    finding = page.locator(".finding").first
    finding.locator("summary").click()
    finding.get_by_role("textbox").fill("I said so.")
    finding.get_by_role("button", name="Contest it").click()
    expect(page.locator(".finding").first).to_contain_text("You contested this.")


def nothing_comes_twice(page: Page, before: str) -> None:
    """Neither by loading the page again, nor by going back, nor by a form that is sent a second time."""
    page.reload()
    assert mine(page) == [WORDS]
    page.go_back()
    page.get_by_role("heading", level=1).wait_for()
    page.go_forward()
    page.get_by_label("Your answer", exact=True).wait_for()
    again = page.context.request.post(page.url.split("/talk")[0] + "/say", form={"turn": before, "words": WORDS})
    assert again.ok, again.status
    page.reload()
    assert mine(page) == [WORDS]


def in_two_tabs(first: Page, second: Page) -> None:
    """Words that come too late are not stored, and come back in the box."""
    second.goto(first.url)
    say(first, "A request has a method.")
    before = len(mine(first))
    say(second, "It comes too late.")
    expect(second.get_by_role("alert")).to_contain_text("was answered already")
    expect(second.get_by_label("Your answer", exact=True)).to_have_value("It comes too late.")
    first.reload()
    assert len(mine(first)) == before and "It comes too late." not in mine(first)
    second.close()


def aside(page: Page) -> None:
    """Hints, saying it again, nothing at all, too much, leaving and coming back, and something that broke."""
    page.get_by_role("button", name="Ask for a hint").click()
    expect(page.get_by_text("(You asked for a hint.)")).to_be_visible()
    page.get_by_role("button", name="Say it again").click()
    expect(page.get_by_text("(You asked to hear it again.)")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("nothing in the box")
    say(page, "a" * (MAX_TURN_CHARS + 1))
    expect(page.get_by_role("alert")).to_contain_text("Please shorten it")
    expect(page.get_by_label("Your answer", exact=True)).to_have_value("a" * (MAX_TURN_CHARS + 1))
    page.get_by_label("Your answer", exact=True).fill("I was about to say")
    for opens, deed, then in (
        ("Leave for now", "Leave for now", "Go on now"),
        ("Something broke", "Tell them", "Go on with the interview"),
    ):
        page.locator("summary").filter(has_text=re.compile(f"^{opens}$")).click()
        page.get_by_role("button", name=deed).click()
        expect(page.get_by_label("What you were writing")).to_have_value("I was about to say")
        page.get_by_role("button", name=then).click()
        expect(page.get_by_label("Your answer", exact=True)).to_have_value("I was about to say")


def test_a_review_with_plain_forms(browse: Callable[..., BrowserContext], url: str, furnished: Furnished) -> None:
    page = browse(java_script_enabled=False).new_page()
    sign_in(page, url, ADMIN, f"/positions/{furnished.position}/results")
    page.get_by_label("Decision").select_option("open")
    page.get_by_role("button", name="Show", exact=True).click()
    assert "decision=open" in page.url
    page.get_by_role("link", name="To check").click()
    assert "sort=doubts" in page.url
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("button", name="Compare the chosen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Side by side")
    page.goto(f"{url}/positions/{furnished.position}/queue")
    read_blind(page)
    target = page.locator("input[name=target]").first.input_value()
    interview = page.locator("input[name=interview]").first.input_value()
    page.locator("details.reason summary").click()
    page.get_by_label("Reason", exact=True).fill("Read without a script.")
    page.get_by_role("group", name="Your answer").get_by_role("button").first.click()
    expect(page.locator("#review .progress")).to_contain_text("Settled:")
    page.get_by_role("link", name="Change it").click()
    expect(page.locator(f"[id='p-{target}']")).to_contain_text("Read without a script.")
    page.locator(f"[id='p-{target}'] summary").click()
    page.locator(f"[id='p-{target}']").get_by_label("Reason").fill("On second thoughts.")
    page.locator(f"[id='p-{target}']").get_by_role("button", name="Change", exact=True).click()
    expect(page.locator(f"[id='p-{target}']")).to_contain_text("On second thoughts.")
    page.get_by_label("Hold").check()
    page.locator("#decision-reason").fill("Somebody else should read it, too.")
    page.get_by_role("button", name="Keep the decision").click()
    expect(page.get_by_text("The decision is kept.")).to_be_visible()
    expect(page.get_by_text("on hold")).to_be_visible()
    page.goto(f"{url}/interviews/{interview}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Example")
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")


def test_a_scenario_is_changed_with_plain_forms(
    browse: Callable[..., BrowserContext], url: str, furnished: Furnished
) -> None:
    page = browse(java_script_enabled=False).new_page()
    sign_in(page, url, ADMIN, f"/positions/our-own/scenario/questions/{furnished.question}")
    page.get_by_label("Title").first.fill("A question of our own")
    points = page.locator("#points details.item").count()
    page.get_by_role("button", name="Add a point").click()
    expect(page.locator("#points details.item")).to_have_count(points + 1)
    expect(page.get_by_label("Title").first).to_have_value("A question of our own")
    added = page.locator("#points details.item").last
    added.get_by_label("What it says").fill("Cookies are sent with each request.")
    for name, words in (("heard", "you said cookies"), ("why", "They matter."), ("probe", "What else goes along?")):
        added.locator(f"[name$='.{name}']").fill(words)
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator("#points")).to_contain_text("Cookies are sent with each request.")
    assert page.locator("#points details.item").count() == points + 1
