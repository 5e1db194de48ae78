"""The conversation in a browser: nothing is sent twice, nothing that was typed is lost, and everybody can follow it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from interviewer.core.events import Paused, Said, Who
from interviewer.screening.invite import token_sha256
from tests.browser.conftest import PHONE
from tests.browser.furnished import accounts, begun, closed, opened, position
from tests.browser.steps import answer, focused, press, tab_to, turn, went_on
from tests.endpoint import LOOPBACK
from tests.factories import tiny_scenario
from tests.serving import Served

pytestmark = [pytest.mark.slow, LOOPBACK]
WORDS: Final = "The client sends a request to the server, and the server sends back a response."
OTHER: Final = "A request has a method, such as GET or POST."
CANDIDATES: Final = 20


class Talks:
    """Interviews that have just begun, one for each test, and what was stored of them."""

    def __init__(self, home: Path, url: str, tokens: list[str]) -> None:
        self._home = home
        self._url = url
        self._tokens: Iterator[str] = iter(tokens)

    def link(self) -> str:
        """The link of a candidate whose interview has just begun."""
        return f"{self._url}/i/{next(self._tokens)}"

    def events(self, link: str) -> list[object]:
        """All that is stored of the interview, read from the file beside the server."""
        house = opened(self._home)
        try:
            invite = house.office.invite_by_token(token_sha256(link.rsplit("/", 1)[1]))
            assert invite and invite.interview
            return list(house.hall.read(invite.interview).events)
        finally:
            closed(house)

    def said(self, link: str) -> list[str]:
        """What the candidate has said."""
        return [one.text for one in self.events(link) if isinstance(one, Said) and one.who is Who.CANDIDATE]


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Talks]:
    home = tmp_path_factory.mktemp("talks") / "home"
    home.mkdir()
    house = opened(home)
    accounts(house)
    position(house, "backend", tiny_scenario())
    tokens = [begun(house, "backend", f"Candidate {number}") for number in range(CANDIDATES)]
    closed(house)
    with Served(home) as served:
        yield Talks(home, served.url, tokens)


def talk(context: BrowserContext, link: str) -> Page:
    """The page of the conversation."""
    page = context.new_page()
    page.goto(f"{link}/talk")
    expect(page.locator("#words")).to_be_visible()
    return page


def held_back(page: Page) -> list[Route]:
    """Hold back what is sent, until the test lets it go."""
    waiting: list[Route] = []
    page.route("**/say", lambda route: waiting.append(route))
    return waiting


def until_held(page: Page, waiting: list[Route]) -> None:
    """Wait until something is held back."""
    for _ in range(200):
        if waiting:
            return
        page.wait_for_timeout(25)
    raise AssertionError("nothing was sent")


def let_go(page: Page, waiting: list[Route]) -> None:
    """Let what is held back go on its way."""
    for one in waiting:
        one.continue_()
    page.unroute("**/say")


# Sent once


def test_an_impatient_double_click_sends_once(browse: Callable[..., BrowserContext], talks: Talks) -> None:
    link = talks.link()
    page = talk(browse(), link)
    before, sent = turn(page), []
    page.on("request", lambda request: sent.append(request) if request.url.endswith("/say") else None)
    page.locator("#words").fill(WORDS)
    page.locator("#send").dblclick()
    went_on(page, before)
    assert len(sent) == 1 and talks.said(link) == [WORDS]


def test_while_it_is_sent_the_words_stand_there_and_nothing_can_be_pressed(
    browse: Callable[..., BrowserContext], talks: Talks
) -> None:
    link = talks.link()
    page = talk(browse(), link)
    before, waiting = turn(page), held_back(page)
    page.locator("#words").fill(WORDS)
    page.keyboard.press("Control+Enter")
    until_held(page, waiting)
    expect(page.locator("#log .turn.mine.sending")).to_have_text(re.compile(re.escape(WORDS)))
    expect(page.locator("#spoken")).to_contain_text("Sent.")
    expect(page.locator("#send")).to_be_disabled()
    page.keyboard.press("Control+Enter")
    page.locator("#send").click(force=True)
    let_go(page, waiting)
    went_on(page, before)
    assert len(waiting) == 1 and talks.said(link) == [WORDS]
    expect(page.locator("#log .sending")).to_have_count(0)
    assert focused(page.locator("#words")) and page.locator("#words").input_value() == ""


def test_lines_come_one_after_another_as_they_are_stored(browse: Callable[..., BrowserContext], talks: Talks) -> None:
    page = talk(browse(), talks.link())
    page.evaluate("""() => {
        window.seen = [];
        new MutationObserver(() => {
            for (const one of document.querySelectorAll('#log > li')) {
                const words = `${one.className} | ${one.querySelector('.says').textContent.slice(0, 40)}`;
                if (!window.seen.includes(words)) window.seen.push(words);
            }
        }).observe(document.getElementById('log'), {childList: true, subtree: true, characterData: true});
    }""")
    rows = []
    page.on("response", lambda answer: rows.append(answer) if answer.url.endswith("/say") else None)
    before = turn(page)
    page.locator("#words").fill(WORDS)
    page.locator("#send").click()
    went_on(page, before)
    assert rows[0].headers["content-type"] == "application/x-ndjson"
    seen: list[str] = page.evaluate("window.seen")
    mine = next(number for number, one in enumerate(seen) if "mine" in one)
    theirs = next(number for number, one in enumerate(seen) if "theirs" in one and "fresh" in one)
    assert mine < theirs, "one's own words stand there before the interviewer has said anything"
    expect(page.locator("#log > li").last).to_have_class(re.compile("theirs.*now"))


def test_two_tabs_answer_once_and_the_late_words_stay(browse: Callable[..., BrowserContext], talks: Talks) -> None:
    link, context = talks.link(), browse()
    first, second = talk(context, link), talk(context, link)
    second.locator("#words").fill(OTHER)
    before = turn(first)
    first.locator("#words").fill(WORDS)
    first.locator("#send").click()
    went_on(first, before)
    second.locator("#send").click()
    expect(second.get_by_role("alert")).to_contain_text("was answered already")
    assert second.locator("#words").input_value() == OTHER and talks.said(link) == [WORDS]
    expect(second.locator("#log")).to_contain_text(WORDS)
    before = turn(second)
    assert before == turn(first), "the second tab stands at the line that waits now"
    second.locator("#send").click()
    went_on(second, before)
    assert talks.said(link) == [WORDS, OTHER]


def test_coming_back_with_the_browsers_button_repeats_nothing(
    browse: Callable[..., BrowserContext], talks: Talks
) -> None:
    link = talks.link()
    page = talk(browse(), link)
    tab_to(page, page.locator("#words"))
    answer(page, WORDS)
    page.goto(f"{link}/broke")
    page.go_back()
    expect(page.locator("#log")).to_contain_text(WORDS)
    expect(page.locator("#words")).to_have_value("")
    page.reload()
    expect(page.locator("#log .mine")).to_have_count(1)
    assert talks.said(link) == [WORDS]


# Nothing is lost


def test_without_a_connection_the_words_stay_and_go_when_it_is_back(
    browse: Callable[..., BrowserContext], talks: Talks
) -> None:
    link, context = talks.link(), browse(PHONE)
    page = talk(context, link)
    page.locator("#words").fill(WORDS)
    before = turn(page)
    context.set_offline(True)
    page.locator("#send").tap()
    expect(page.get_by_role("alert")).to_contain_text("Your words are still in the box")
    assert page.locator("#words").input_value() == WORDS and talks.said(link) == []
    expect(page.locator("#send")).to_be_enabled()
    expect(page.locator("#log .mine")).to_have_count(0)
    context.set_offline(False)
    page.locator("#send").tap()
    went_on(page, before)
    assert talks.said(link) == [WORDS]
    expect(page.get_by_role("alert")).to_have_count(0)


def test_an_answer_that_was_lost_on_its_way_back_is_not_stored_twice(
    browse: Callable[..., BrowserContext], talks: Talks
) -> None:
    link = talks.link()
    page = talk(browse(), link)
    before = turn(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/say", lose, times=1)
    page.locator("#words").fill(WORDS)
    page.locator("#send").click()
    expect(page.get_by_role("alert")).to_contain_text("they are never stored twice")
    page.locator("#send").click()
    went_on(page, before)
    assert talks.said(link) == [WORDS]


def test_a_draft_is_kept_in_this_browser_and_gone_when_it_is_sent(
    browse: Callable[..., BrowserContext], talks: Talks
) -> None:
    link, context = talks.link(), browse()
    page = talk(context, link)
    page.locator("#words").press_sequentially("half of an ans")
    page.reload()
    expect(page.locator("#words")).to_have_value("half of an ans")
    page.close()
    page = talk(context, link)
    expect(page.locator("#words")).to_have_value("half of an ans")
    before = turn(page)
    page.locator("#words").press_sequentially("wer")
    page.locator("#send").click()
    went_on(page, before)
    page.reload()
    expect(page.locator("#words")).to_have_value("")
    assert page.evaluate("Object.keys(localStorage).filter(one => one.startsWith('draft'))") == []
    elsewhere = talk(browse(), link)
    expect(elsewhere.locator("#words")).to_have_value("")
    assert talks.said(link) == ["half of an answer"]


def test_a_wish_leaves_what_stands_in_the_box(browse: Callable[..., BrowserContext], talks: Talks) -> None:
    link = talks.link()
    page = talk(browse(), link)
    page.locator("#words").fill("I was about to say")
    for name in ("Ask for a hint", "Say it again"):
        before = turn(page)
        page.get_by_role("button", name=name).click()
        went_on(page, before)
        expect(page.locator("#words")).to_have_value("I was about to say")
    page.get_by_text("Leave for now", exact=True).first.click()
    page.get_by_role("button", name="Leave for now").click()
    expect(page.get_by_label("What you were writing")).to_have_value("I was about to say")
    assert any(isinstance(one, Paused) for one in talks.events(link)), "leaving stops the clock"
    page.get_by_role("button", name="Go on now").click()
    expect(page.locator("#words")).to_have_value("I was about to say")
    assert talks.said(link) == ["/hint", "/repeat"]


def test_too_long_an_answer_is_told_before_it_is_sent(browse: Callable[..., BrowserContext], talks: Talks) -> None:
    link = talks.link()
    page = talk(browse(), link)
    most = int(page.locator("#talk").get_attribute("data-most") or 0)
    page.locator("#words").fill("a" * (most + 1))
    expect(page.locator("#count")).to_contain_text(f"{most + 1:,} of {most:,}")
    page.locator("#send").click()
    expect(page.get_by_role("alert")).to_contain_text("Please shorten it")
    assert len(page.locator("#words").input_value()) == most + 1 and talks.said(link) == []
    page.locator("#words").fill("  ")
    page.locator("#send").click()
    expect(page.get_by_role("alert")).to_contain_text("nothing in the box")
    assert focused(page.locator("#words")) and talks.said(link) == []


def test_what_was_pasted_is_counted_and_only_that(browse: Callable[..., BrowserContext], talks: Talks) -> None:
    link, context = talks.link(), browse(permissions=["clipboard-read", "clipboard-write"])
    page = talk(context, link)
    before = turn(page)
    page.locator("#words").fill("Typed. ")
    page.evaluate("words => navigator.clipboard.writeText(words)", WORDS)
    page.locator("#words").focus()
    page.keyboard.press("End")
    page.keyboard.press("Control+V")
    expect(page.locator("#words")).to_have_value(f"Typed. {WORDS}")
    page.locator("#send").click()
    went_on(page, before)
    answer(page, "Typed by hand.")
    pasted = [one.pasted for one in talks.events(link) if isinstance(one, Said) and one.who is Who.CANDIDATE]
    assert pasted == [len(WORDS), 0]


# Time


def test_the_time_left_is_shown_counts_down_and_can_be_hidden(
    browse: Callable[..., BrowserContext], talks: Talks
) -> None:
    link, context = talks.link(), browse()
    context.clock.install()
    page = talk(context, link)
    page.clock.run_for(1000)
    expect(page.locator("#left")).to_have_text(re.compile(r"^(29|30) min left$"))
    # No sign from the server while the time runs on: the page counts by itself.
    context.set_offline(True)
    page.clock.fast_forward("20:30")
    expect(page.locator("#left")).to_have_text(re.compile(r"^(8|9) min left$"))
    expect(page.locator("#spoken")).to_have_text("10 minutes left.")
    page.clock.fast_forward("10:00")
    expect(page.locator("#left")).to_have_text("time is up; your answer still counts")
    expect(page.locator("#spoken")).to_have_text("The time is up. Your answer still counts.")
    context.set_offline(False)
    page.get_by_role("button", name="Hide time").click()
    expect(page.locator("#left")).to_be_hidden()
    page.reload()
    expect(page.locator("#left")).to_be_hidden()
    page.get_by_role("button", name="Show time").click()
    expect(page.locator("#left")).to_be_visible()


def test_a_page_that_is_closed_stops_the_clock(browse: Callable[..., BrowserContext], talks: Talks) -> None:
    link, context = talks.link(), browse()
    page = talk(context, link)
    page.close()
    waiting = context.new_page()
    for _ in range(100):
        # The browser says so by itself, while the page is gone already.
        if any(isinstance(one, Paused) for one in talks.events(link)):
            break
        waiting.wait_for_timeout(50)
    again = talk(context, link)
    expect(again.get_by_text("Welcome back. You go on where you were.")).to_be_visible()


# For everybody


def test_a_screen_reader_is_told_and_the_focus_lands_where_one_goes_on(
    browse: Callable[..., BrowserContext], talks: Talks
) -> None:
    page = talk(browse(), talks.link())
    log = page.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(page.locator("#spoken")).to_have_attribute("aria-live", "polite")
    lines = log.get_by_role("listitem").count()
    tab_to(page, page.locator("#words"))
    answer(page, WORDS)
    assert log.get_by_role("listitem").count() > lines + 1
    assert focused(page.locator("#words"))
    in_view = "one => { const box = one.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; }"
    page.wait_for_function(f"({in_view})(document.querySelector('.turn.now'))")
    expect(page.get_by_role("textbox", name="Your answer")).to_be_focused()
    # By keys alone everything else can be reached, too.
    for name in ("Leave this question out", "Leave for now", "Something broke", "End the interview"):
        tab_to(page, page.locator("summary").filter(has_text=re.compile(f"^{name}$")))
    tab_to(page, page.get_by_role("link", name="Your data"))


def test_by_keys_alone_a_question_is_left_out_and_the_interview_ended(
    browse: Callable[..., BrowserContext], talks: Talks
) -> None:
    link = talks.link()
    page = talk(browse(), link)
    for place in ("Question 1 of 2", "Question 2 of 2"):
        before = turn(page)
        press(page, page.locator("summary").filter(has_text="Leave this question out"))
        press(page, page.get_by_role("button", name="Leave it out"))
        went_on(page, before)
        # The first leads to its follow-up, and that one to the second.
        expect(page.locator("#place")).to_contain_text(place)
    expect(page.get_by_text("(You left this question out.)")).to_have_count(2)
    press(page, page.locator("summary").filter(has_text="End the interview"))
    press(page, page.get_by_role("button", name="End it now"))
    page.wait_for_url("**/done")
    expect(page.get_by_text("You ended the interview.")).to_be_visible()
    page.go_back()
    page.wait_for_url("**/done")
    assert talks.said(link) == ["/skip", "/skip", "/end"]


@pytest.mark.parametrize("width", [320, 640])
def test_the_conversation_fits_a_narrow_screen_with_long_words(
    browse: Callable[..., BrowserContext], talks: Talks, width: int
) -> None:
    page = talk(browse({"viewport": {"width": width, "height": 640}}), talks.link())
    tab_to(page, page.locator("#words"))
    answer(page, "https://example.org/" + "very" * 60 + " and GET /api/users?" + "a" * 200)
    assert page.evaluate("document.scrollingElement.scrollWidth <= document.documentElement.clientWidth")
    box = page.locator("#send").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
