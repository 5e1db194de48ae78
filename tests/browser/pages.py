"""Every page there is, by name: who opens it, where it is, and what is done to reach it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.furnished import ADMIN, OWN, VIEWER, Furnished
from tests.browser.steps import next_finding, rendering


def _nothing(page: Page) -> None:
    """The page is reached by its address."""


@dataclass(frozen=True)
class Shown:
    """A page; `who` is an account, or empty for candidates and strangers."""

    name: str
    who: str
    path: str
    reach: Callable[[Page], None] = _nothing
    part: str = "html"
    """What is looked at: of a page that something lies upon, what lies upon it."""


def pages(found: Furnished) -> Iterator[Shown]:
    """All pages of a home folder, candidates' and strangers' first."""
    yield from _candidates(found)
    yield from _positions(found)
    yield from _editing(found)
    yield from _results(found)


def _candidates(found: Furnished) -> Iterator[Shown]:
    links = {step: f"/i/{token}" for step, token in found.tokens.items()}
    yield Shown("candidate-01-notice", "", links["fresh"])
    yield Shown("candidate-02-warm-up", "", f"{links['agreed']}/begin")
    yield Shown("candidate-03-warmed-up", "", f"{links['agreed']}/begin", _warm_up)
    yield Shown("candidate-04-talk", "", f"{links['talking']}/talk")
    yield Shown("candidate-05-talk-open", "", f"{links['talking']}/talk", _open_all)
    yield Shown("candidate-06-talk-large", "", f"{links['large']}/talk")
    yield Shown("candidate-07-left", "", f"{links['left']}/talk", _leave)
    yield Shown("candidate-08-back", "", links["talking"])
    yield Shown("candidate-09-broke", "", f"{links['left']}/broke")
    yield Shown("candidate-10-broke-noted", "", f"{links['left']}/broke", _broke)
    yield Shown("candidate-11-done", "", f"{links['done']}/done")
    yield Shown("candidate-12-evidence", "", f"{links['done']}/evidence")
    yield Shown("candidate-13-evidence-open", "", f"{links['done']}/evidence", _open_all)
    yield Shown("candidate-14-data", "", f"{links['done']}/forget")
    yield Shown("candidate-15-asked", "", f"{links['asked']}/forget")
    yield Shown("candidate-16-refused", "", f"{links['refused']}/forget")
    yield Shown("candidate-17-revoked", "", links["revoked"])
    yield Shown("candidate-18-expired", "", links["expired"])
    yield Shown("candidate-19-no-such-link", "", "/i/nobodys")
    yield Shown("office-01-sign-in", "", "/sign-in")
    yield Shown("office-02-sign-in-wrong", "", "/sign-in", _wrong_password)


def _positions(found: Furnished) -> Iterator[Shown]:
    at = f"/positions/{found.position}"
    yield Shown("office-03-positions", ADMIN, "/positions")
    yield Shown("office-04-menu", ADMIN, "/positions", _menu, "header.top")
    yield Shown("office-05-new", ADMIN, "/positions/new")
    yield Shown("office-06-new-settings", ADMIN, "/positions/new?scenario=junior-backend")
    yield Shown("office-07-settings-wrong", ADMIN, f"{at}/settings", _empty_settings)
    yield Shown("office-08-position", ADMIN, at)
    yield Shown("office-09-settings", ADMIN, f"{at}/settings")
    yield Shown("office-10-preview", ADMIN, f"{at}/preview")
    yield Shown("office-11-invites", ADMIN, f"{at}/invites")
    yield Shown("office-12-invites-wrong", ADMIN, f"{at}/invites", _wrong_list)
    yield Shown("office-13-links", ADMIN, f"{at}/invites", _invite)
    yield Shown("office-14-links-of-a-list", ADMIN, f"{at}/invites", _invite_all)
    yield Shown("office-15-invite", ADMIN, f"/invites/{found.invite}")
    yield Shown("office-16-not-found", ADMIN, "/positions/nothing")
    yield Shown("office-17-not-allowed", VIEWER, "/record")


def _editing(found: Furnished) -> Iterator[Shown]:
    own = f"/positions/{OWN}/scenario"
    yield Shown("office-20-questions", ADMIN, f"/positions/{found.position}/scenario")
    yield Shown("office-21-own-questions", ADMIN, own)
    yield Shown("office-22-question", ADMIN, f"{own}/questions/{found.question}")
    yield Shown("office-23-question-open", ADMIN, f"{own}/questions/{found.question}", _open_all)
    yield Shown("office-24-new-question", ADMIN, f"{own}/new-question")
    yield Shown("office-25-new-follow-up", ADMIN, f"{own}/questions/{found.question}/new-follow-up")
    yield Shown("office-26-criterion", ADMIN, f"{own}/criteria/passing?id={found.criterion}")
    yield Shown("office-27-texts", ADMIN, f"{own}/texts")
    yield Shown("office-28-sections", ADMIN, f"{own}/sections")
    yield Shown("office-29-sections-wrong", ADMIN, f"{own}/sections", _empty_section)


def _results(found: Furnished) -> Iterator[Shown]:
    at, first = f"/positions/{found.position}", found.interviews[0]
    some = "&".join(f"interview={one}" for one in found.interviews[:3])
    yield Shown("office-30-results", ADMIN, f"{at}/results")
    yield Shown("office-31-compare", ADMIN, f"{at}/compare?{some}")
    yield Shown("office-32-queue", ADMIN, f"{at}/queue")
    yield Shown("office-32-queue-blind", ADMIN, f"{at}/queue?find={found.blind}")
    yield Shown("office-33-queue-settled", ADMIN, f"{at}/queue", _settle)
    yield Shown("office-34-queue-through", ADMIN, f"{at}/queue?at=9999")
    yield Shown("office-35-interview", ADMIN, f"/interviews/{first}")
    yield Shown("office-36-interview-open", ADMIN, f"/interviews/{first}", _open_all)
    yield Shown("office-37-interview-decided", ADMIN, f"/interviews/{found.advanced}")
    yield Shown("office-38-call-sheet", ADMIN, f"/interviews/{found.advanced}/call-sheet")
    yield Shown("office-39-report", ADMIN, f"/interviews/{first}/report")
    yield Shown("office-40-interview-seen-only", VIEWER, f"/interviews/{first}")
    yield Shown("office-41-record", ADMIN, "/record")
    yield Shown("office-42-requests", ADMIN, "/requests", _open_all)


# What is done to reach a page


def _warm_up(page: Page) -> None:
    page.get_by_label("Your answer, to try it out").fill("Boil some water, and pour it over the leaves.")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Begin the interview").wait_for()


def _open_all(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")


def _leave(page: Page) -> None:
    page.locator("#words").fill("I was about to say that")
    page.get_by_text("Leave for now", exact=True).first.click()
    page.get_by_role("button", name="Leave for now").click()
    page.get_by_role("heading", name="You have left for now").wait_for()


def _broke(page: Page) -> None:
    page.get_by_label("What happened").fill("The picture of the page was torn.")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you, it is noted").wait_for()


def _wrong_password(page: Page) -> None:
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()


def _menu(page: Page) -> None:
    page.locator("details.menu summary").click()


def _empty_section(page: Page) -> None:
    page.get_by_role("button", name="Add a section").click()
    page.get_by_text("Nothing is saved yet").wait_for()
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.locator("#faults").wait_for()


def _empty_settings(page: Page) -> None:
    page.get_by_label("Days that interviews are kept").fill("0")
    page.get_by_label("Company").fill(" ")
    while page.locator("input[name=questions]:checked").count():
        page.locator("input[name=questions]:checked").first.uncheck()
    page.get_by_role("button", name="Save the settings").click()
    page.locator("#faults").wait_for()


def _wrong_list(page: Page) -> None:
    _open_all(page)
    page.get_by_label("One candidate a line").fill("Grace Example, grace@example.org\nno name, two, three\n, ,@")
    page.get_by_role("button", name="Make the links").click()
    page.get_by_role("alert").first.wait_for()


def _invite(page: Page) -> None:
    _open_all(page)
    page.get_by_label("Name").fill("Hinemoa Example")
    page.get_by_label("Mail address", exact=True).fill(f"hinemoa.{secrets.token_hex(2)}@example.org")
    page.get_by_role("button", name="Make the link", exact=True).click()
    page.get_by_text("Copy it now.").wait_for()


def _invite_all(page: Page) -> None:
    _open_all(page)
    new = secrets.token_hex(2)
    lines = (f"{name} Example, {name.lower()}.{new}@example.org" for name in ("Jamila", "Eun-ji"))
    page.get_by_label("One candidate a line").fill("\n".join(lines))
    page.get_by_role("button", name="Make the links").click()
    page.get_by_text("Copy them now.").wait_for()


def _settle(page: Page) -> None:
    before = rendering(page)
    page.get_by_role("group", name="Your answer").get_by_role("button").first.click()
    next_finding(page, before)
