"""From the first account to the deletion of everything, in a real browser, with the server killed in the middle."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.conftest import PHONE
from tests.browser.furnished import scenario_file
from tests.browser.steps import (
    answer,
    focused,
    next_finding,
    over,
    press,
    read_blind,
    rendering,
    sign_in,
    tab_to,
    turn,
    went_on,
)
from tests.endpoint import LOOPBACK
from tests.factories import tiny_scenario
from tests.serving import Served
from tests.web.conftest import PASSWORD

pytestmark = [pytest.mark.slow, LOOPBACK]
NAME: Final = "Grace O'Neil <img src=x onerror=alert(1)>"
MAIL: Final = "grace.oneil@example.org"
FIRST: Final = "zanzibar-one: the client sends a request to the server, and the server sends back a response."
MORE: Final = (
    "zanzibar-two: a request has a method such as GET or POST, a response has a status code, and both sides send "
    "headers. With TLS the connection is encrypted.",
    "zanzibar-three: a header says how long the response may be kept, and an ETag tells whether the copy is good.",
    "zanzibar-four: 404 means that the resource does not exist, and 201 that a resource was created.",
    "zanzibar-five: that is all that I know about it.",
)
REASON: Final = "zanzibar-reason: my second answer says just that."
BROKE: Final = "zanzibar-broke: the page was gone for a while."
WORDS: Final = ("zanzibar", "grace.oneil", "Grace O'Neil", "O&#39;Neil")
"""What the candidate wrote and is called, of which nothing may be left in the end."""
ABOUT: Final = ((1, "about caching"), (2, "about codes"), (3, ""))
"""Which of the answers fits a line of the interviewer's that holds a word."""
MOST_TURNS: Final = 40


def command(home: Path, *arguments: str, given: str = "") -> str:
    """What a command says; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "interviewer", *arguments],
        env={"INTERVIEWER_HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=home,
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make_a_position(page: Page) -> str:
    """A position of the small scenario; its path."""
    page.get_by_role("link", name="Make the first one").click()
    page.get_by_role("link", name="Tester", exact=True).click()
    page.get_by_label("Position", exact=True).fill("Backend developer")
    page.get_by_label("Company", exact=True).fill("Example Company")
    page.get_by_label("Whom candidates ask").fill("Ada Example, ada@example.org")
    page.get_by_label("Elsewhere").check()
    page.get_by_role("button", name="Make the position").click()
    page.get_by_text("The position is there.").wait_for()
    return page.url


def invite(page: Page, place: str) -> str:
    """Invite the candidate; the link."""
    page.goto(f"{place}/invites")
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Mail address", exact=True).fill(MAIL)
    page.get_by_role("button", name="Make the link", exact=True).click()
    link = page.get_by_label("The link, for this candidate alone").input_value()
    assert link in page.get_by_label(f"Mail to {NAME}").input_value()
    return link


def agree_and_warm_up(page: Page) -> None:
    """The notice and the warm-up, by the keyboard alone, and before anything starts."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Interview: Backend developer")
    for said in ("An AI", "A person", "180 days", "Ada Example"):
        assert said.casefold() in page.locator("main").inner_text().casefold(), said
    for box in page.get_by_role("checkbox").all():
        press(page, box, "Space")
        expect(box).to_be_checked()
    press(page, page.get_by_role("button", name="Agree and go on"))
    page.wait_for_url("**/begin")
    box = page.get_by_label("Your answer, to try it out")
    tab_to(page, box)
    page.keyboard.insert_text("zanzibar-tea: with hot water.")
    press(page, page.get_by_role("button", name="Send", exact=True))
    expect(page.get_by_text("zanzibar-tea")).to_be_visible()
    press(page, page.get_by_role("button", name="Begin the interview"))
    page.wait_for_url("**/talk*")


def test_the_whole_way(browse: Callable[..., BrowserContext], empty: Path) -> None:
    scenario_file(empty, tiny_scenario())
    command(empty, "user", "add", "ada", "--role", "admin", given=f"{PASSWORD}\n")
    office, phone = browse().new_page(), browse(PHONE).new_page()
    with Served(empty) as served:
        sign_in(office, served.url, "ada")
        place = make_a_position(office)
        link = invite(office, place)
        phone.goto(link)
        agree_and_warm_up(phone)
        tab_to(phone, phone.locator("#words"))
        answer(phone, FIRST)
        assert FIRST in phone.locator("#log").inner_text()
        killed_while_sending(phone, served, MORE[0])
    with Served(empty, port=int(served.url.rsplit(":", 1)[1])) as served:
        before = turn(phone)
        phone.keyboard.press("Control+Enter")
        went_on(phone, before)
        interview = go_on(browse, link)
        contest(phone, link)
        review(office, place)
        decide(office, interview)
        agree_with_the_page(office, place, interview)
        answered(phone, link)
        told = command(empty, "interviews", "show", interview, "--why")
        assert told.count("zanzibar-two") and "\x1b" not in told
        delete(office, phone, link, served.url)
        nothing_is_left(empty)
    said = "".join(served.lines)
    assert "Traceback" not in said and "zanzibar" not in said and link.rsplit("/", 1)[1] not in said


def killed_while_sending(phone: Page, served: Served, words: str) -> None:
    """The server dies at the very moment at which an answer is on its way; the words are still there."""

    def die(request: Request) -> None:
        if request.url.endswith("/say"):
            served.kill()

    phone.on("request", die)
    assert focused(phone.locator("#words"))
    phone.keyboard.insert_text(words)
    phone.keyboard.press("Control+Enter")
    expect(phone.get_by_role("alert")).to_contain_text("Your connection failed")
    phone.remove_listener("request", die)
    assert phone.locator("#words").input_value() == words and focused(phone.locator("#words"))


def go_on(browse: Callable[..., BrowserContext], link: str) -> str:
    """Come back on another device, answer the rest by the keyboard, and read the receipt; the interview's id."""
    page = browse().new_page()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Welcome back, {NAME}")
    press(page, page.get_by_role("link", name="Go on"))
    page.wait_for_url("**/talk#now")
    log = page.locator("#log").inner_text()
    assert log.count(FIRST) == log.count(MORE[0]) == 1, "what was sent is there, once"
    tab_to(page, page.locator("#words"))
    for _ in range(MOST_TURNS):
        if over(page):
            break
        finish = page.get_by_role("button", name="I have no question: finish")
        if finish.count():
            before = turn(page)
            press(page, finish)
            went_on(page, before)
        else:
            answer(
                page, MORE[next(number for number, word in ABOUT if word in page.locator(".now").all_inner_texts()[-1])]
            )
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Thank you, {NAME}")
    facts = dict(
        zip(page.locator(".receipt dt").all_inner_texts(), page.locator(".receipt dd").all_inner_texts(), strict=True)
    )
    assert re.fullmatch("[0-9a-f]{64}", facts["Head of its log"]) and int(facts["Rows in its log"]) > 15
    assert not page.context.cookies(), "a candidate's pages need no cookie"
    return facts["Interview"]


def contest(phone: Page, link: str) -> None:
    """The candidate sees what was heard, on the phone again, and contests a finding."""
    phone.goto(link)
    phone.wait_for_url("**/done")
    phone.get_by_role("link", name="See what was heard").tap()
    finding = phone.locator("[id='f-http.request']")
    expect(finding.locator("blockquote")).to_contain_text("zanzibar")
    finding.locator("summary").tap()
    finding.get_by_role("textbox").fill(REASON)
    finding.get_by_role("button", name="Contest it").tap()
    expect(finding).to_contain_text("You contested this. A person will look at it.")


def review(office: Page, place: str) -> None:
    """The queue by keys: the contested finding first, with a reason of one's own, and then all that waits."""
    office.goto(f"{place}/results")
    assert "Grace" not in office.content(), "names are hidden until somebody decides"
    press(office, office.get_by_role("link", name="Review", exact=True).last)
    office.wait_for_url("**/queue")
    card = office.locator("#review .finding")
    read_blind(office)
    expect(card).to_contain_text("contested by the candidate")
    expect(card).to_contain_text(REASON)
    press(office, card.get_by_text("Give a reason of your own"))
    tab_to(office, card.get_by_label("Reason"))
    office.keyboard.insert_text("It is there, word for word: covered, not absent.")
    press(office, card.get_by_role("button", name="Covered", exact=False).first)
    expect(office.locator("#review .progress")).to_contain_text("Settled:")
    expect(office.locator("#finding-title")).to_be_focused()
    for number in range(MOST_TURNS):
        if office.get_by_text("Nothing waits for a person.").count():
            break
        before = rendering(office)
        differs = office.get_by_role("button", name="Let my reading count").count()
        office.keyboard.press("u" if differs else "cn"[number % 2])
        next_finding(office, before)
        expect(office.locator("#finding-title")).to_be_focused()
    expect(office.get_by_text("Nothing waits for a person.")).to_be_visible()


def decide(office: Page, interview: str) -> None:
    """An override with a reason on the interview's page, and a decision, after which the name is seen."""
    office.goto(office.url.split("/positions/")[0] + f"/interviews/{interview}")
    expect(office.get_by_role("heading", level=1)).not_to_contain_text("Grace")
    point = office.locator("[id='p-codes.created']")
    point.locator("summary").click()
    point.get_by_label("What it is").select_option("partial")
    point.get_by_label("Reason").fill("Only half of it is said.")
    point.get_by_role("button", name="Change", exact=True).click()
    expect(office.get_by_text("Changed. Levels, recommendation")).to_be_visible()
    expect(office.locator("[id='p-codes.created'] .verdict-words")).to_contain_text("covered in part")
    office.get_by_label("Advance").check()
    office.locator("#decision-reason").fill("Clear about the basics.")
    office.get_by_role("button", name="Keep the decision").click()
    expect(office.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(office.get_by_role("link", name="Call sheet")).to_be_visible()


def agree_with_the_page(office: Page, place: str, interview: str) -> None:
    """What is exported as CSV and as JSON is what the page shows."""
    office.goto(f"{place}/results")
    row = office.get_by_role("row").filter(has_text="Grace")
    shown = " ".join(row.inner_text().split())
    files = {}
    for kind in ("CSV", "JSON"):
        with office.expect_download() as taken:
            office.get_by_role("link", name=kind, exact=True).click()
        files[kind] = Path(taken.value.path()).read_text(encoding="utf-8-sig")
    [cells] = list(csv.DictReader(io.StringIO(files["CSV"], newline="")))
    [one] = json.loads(files["JSON"])["candidates"]
    found = one["interview"]
    assert cells["candidate"] == one["candidate"] == NAME and NAME in shown
    assert cells["interview"] == found["id"] == interview
    assert cells["recommendation"] == found["recommendation"] and found["recommendation"] in shown
    assert cells["decision"] == found["decision"]["decision"] == "advance" and "advances" in shown
    assert cells["decision_reason"] == found["decision"]["reason"] == "Clear about the basics."
    assert cells["log_head"] == found["log"]["head"] and int(cells["log_rows"]) == found["log"]["length"]
    levels = [one for one in found["questions"] if one["parent"] is None]
    for level, words in zip(levels, row.locator(".levels .visually-hidden").all_inner_texts(), strict=True):
        sides = (level["level"]["low"], level["level"]["high"])
        assert (int(cells[f"level_{level['id']}_low"]), int(cells[f"level_{level['id']}_high"])) == sides
        assert all(str(side) in words for side in sides)


def answered(phone: Page, link: str) -> None:
    """The candidate's page shows at once what people found."""
    phone.goto(f"{link}/evidence")
    contested = phone.locator("[id='f-http.request']")
    expect(contested).to_contain_text("checked by a person")
    expect(contested).to_contain_text("A person has looked at it since")
    changed = phone.locator("[id='f-codes.created']")
    expect(changed).to_contain_text("heard in part")
    expect(changed).to_contain_text("checked by a person")
    with phone.expect_download() as taken:
        phone.goto(f"{link}/done")
        phone.get_by_role("link", name="Download it").tap()
    own = json.loads(Path(taken.value.path()).read_text(encoding="utf-8"))
    assert [turn["text"] for turn in own["interviews"][0]["turns"]].count(MORE[0]) == 1


def delete(office: Page, phone: Page, link: str, url: str) -> None:
    """Asked for by the candidate, granted by a person."""
    phone.get_by_role("link", name="Something is not working").tap()
    phone.get_by_label("What happened").fill(BROKE)
    phone.get_by_role("button", name="Send").tap()
    phone.get_by_role("link", name="Your data").tap()
    phone.get_by_role("textbox").fill(REASON)
    phone.get_by_role("button", name="Ask for deletion").tap()
    expect(phone.get_by_text("You asked for deletion")).to_be_visible()
    office.goto(f"{url}/requests")
    expect(office.locator("blockquote")).to_have_text(REASON)
    office.get_by_role("button", name="Delete everything").click()
    expect(office.get_by_text("Everything about this candidate is deleted.")).to_be_visible()
    phone.goto(link)
    expect(phone.get_by_text("This link opens no interview.")).to_be_visible()


def nothing_is_left(home: Path) -> None:
    """Not a word of the candidate's, and not their name, in any file of the home folder."""
    files = [one for one in home.rglob("*") if one.is_file()]
    assert any(one.name.startswith("interviews.db") for one in files), files
    for one in files:
        data = one.read_bytes()
        assert not [word for word in WORDS if word.encode() in data], one
