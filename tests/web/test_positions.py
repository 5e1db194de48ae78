"""Positions as pages: the list, a new one, its settings, what is due, a preview."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from interviewer.core.scenario import Scenario
from interviewer.screening.invite import Invite, token_sha256
from interviewer.screening.position import MAX_RETENTION, Place, Position, Sharing, Timing
from interviewer.screening.records import Deed
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests import factories as make
from tests.interviews import held

SignedIn = Callable[..., TestClient]
HOSTILE = "<img src=x onerror=alert(1)>\"'{{7*7}}"


def form(**more: Any) -> dict[str, Any]:
    """A settings form as a browser sends it."""
    return {
        "scenario": "junior-backend",
        "title": "Junior developer",
        "company": "A company",
        "contact": "Ada, ada@example.org",
        "help_allowed": "Your own notes.",
        "questions": ["api-call", "create-task"],
        "timing": "usual",
        "judge": "embedded",
        "sharing": "evidence",
        "retention_days": "90",
        "places": ["new_york_city"],
        **more,
    }


def deeds(house: House) -> list[tuple[str, Deed, str]]:
    ours = (Deed.SIGNED_IN,)
    return [(one.who, one.deed, one.target) for _, one in reversed(house.office.entries()) if one.deed not in ours]


def test_the_office_begins_with_the_list(signed_in: SignedIn) -> None:
    client = signed_in(Role.VIEWER)
    assert client.get("/").headers["location"] == "/positions"
    page = client.get("/positions")
    assert "There is no position yet." in page.text
    assert "/positions/new" not in page.text
    assert "/positions/new" in signed_in(Role.REVIEWER).get("/positions").text


def test_the_list_shows_every_position_with_its_numbers(
    signed_in: SignedIn, position: Callable[..., Position], invite: Callable[..., tuple[Invite, str]], house: House
) -> None:
    first = position("first", title="First position")
    position("second", title=HOSTILE, fields={"closed_at": house.clock.now()})
    position("third", title="Third", fields={"demo": True})
    invite("Grace", first)
    invite("Alan", first, interviews=("abcd-efgh",))
    text = signed_in().get("/positions").text
    assert "First position" in text
    assert "<img" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "{{7*7}}" in text
    assert ">closed<" in text
    assert "simulated candidates" in text
    assert "<dt>not opened</dt><dd>1</dd>" in text
    assert "<dt>answering</dt><dd>1</dd>" in text


def test_a_position_is_made_in_two_steps(signed_in: SignedIn, house: House) -> None:
    client = signed_in(Role.REVIEWER)
    assert "/positions/new?scenario=junior-backend" in client.get("/positions/new").text
    page = client.get("/positions/new?scenario=junior-backend").text
    assert 'name="questions" value="api-call" checked' in page
    assert "public" in page
    assert 'name="judge" value="llm" disabled' in page
    answer = client.post("/positions", data=form())
    assert answer.status_code == 303
    (made,) = house.office.positions()
    assert answer.headers["location"] == f"/positions/{made.id}"
    assert made.settings.questions == ("api-call", "create-task")
    assert made.settings.places == (Place.NEW_YORK_CITY,)
    assert (made.settings.timing, made.settings.sharing) == (Timing.USUAL, Sharing.EVIDENCE)
    assert deeds(house) == [("the-reviewer", Deed.POSITION_MADE, "")]
    shown = client.get(answer.headers["location"]).text
    assert "The position is there." in shown
    assert "All questions are public." in shown
    assert "Due before the first invitation" in shown
    assert "19 January 2026" in shown
    assert "no legal advice" in shown
    assert "Set 366 days or more" in shown
    # The next one begins with what was set last.
    assert 'value="A company"' in client.get("/positions/new?scenario=senior-backend").text


def test_a_form_with_faults_comes_back_with_every_word(signed_in: SignedIn, house: House) -> None:
    client = signed_in()
    sent = form(title=" ", company=HOSTILE, retention_days="0", places=[], questions=["pagination"], judge="panel")
    answer = client.post("/positions", data=sent)
    assert answer.status_code == 422
    text = answer.text
    assert "Not saved yet." in text
    assert text.count("Please fill this in.") == 1
    assert "At least 1." in text
    assert text.count("Please choose or write at least one.") == 2
    assert 'aria-invalid="true"' in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "<img" not in text
    assert house.office.positions() == ()


def test_a_model_that_is_not_set_is_told_beside_the_judge(signed_in: SignedIn, house: House) -> None:
    answer = signed_in().post("/positions", data=form(judge="llm"))
    assert answer.status_code == 422
    assert "No model is chosen." in answer.text
    assert house.office.positions() == ()


@pytest.mark.parametrize("scenario", ["unknown", "../../etc/passwd", "", "<b>"])
def test_a_scenario_that_is_not_there_is_no_failure_of_ours(signed_in: SignedIn, scenario: str) -> None:
    client = signed_in()
    assert client.post("/positions", data=form(scenario=scenario)).status_code == 404
    shown = client.get("/positions/new", params={"scenario": scenario})
    assert shown.status_code == (404 if scenario else 200)
    assert "<b>" not in shown.text


def test_settings_are_changed_and_questions_of_others_are_dropped(
    signed_in: SignedIn, position: Callable[..., Position], house: House
) -> None:
    held_position = position()
    client = signed_in()
    page = client.get("/positions/backend/settings").text
    assert 'value="Backend developer"' in page
    sent = form(questions=["codes", "http", "api-call"], timing="untimed", retention_days=str(MAX_RETENTION))
    assert client.post("/positions/backend/settings", data=sent).status_code == 303
    changed = house.office.position("backend").settings
    assert changed.questions == ("http", "codes")
    assert changed.timing is Timing.UNTIMED
    assert house.office.position("backend").scenario_sha256 == held_position.scenario_sha256
    assert client.post("/positions/backend/settings", data=form(retention_days="x")).status_code == 422
    assert deeds(house) == [("the-admin", Deed.POSITION_CHANGED, "settings")]


def test_a_position_is_closed_and_opened_again(
    signed_in: SignedIn, position: Callable[..., Position], house: House
) -> None:
    position()
    client = signed_in(Role.REVIEWER)
    assert client.post("/positions/backend/close").status_code == 303
    assert house.office.position("backend").closed_at
    shown = client.get("/positions/backend").text
    assert "closed" in shown
    assert "Open again" in shown
    assert client.post("/positions/backend/reopen").status_code == 303
    assert house.office.position("backend").closed_at is None


def test_a_scenario_of_ones_own_is_not_called_public(signed_in: SignedIn, position: Callable[..., Position]) -> None:
    position()
    assert "public" not in signed_in().get("/positions/backend").text


def test_scenario_texts_are_never_markup(signed_in: SignedIn, position: Callable[..., Position]) -> None:
    plan = make.tiny_scenario()
    hostile = plan.questions[0].model_copy(update={"title": HOSTILE, "asks": f"=HYPERLINK('x') {HOSTILE}"})
    plan = Scenario.model_validate(
        plan.model_copy(update={"title": HOSTILE, "questions": (hostile, *plan.questions[1:])}).model_dump(
            by_alias=True
        )
    )
    position(scenario=plan, title=HOSTILE, company=HOSTILE, contact=HOSTILE, help_allowed=HOSTILE)
    client = signed_in()
    for path in ("", "/settings", "/preview", "/scenario", "/invites"):
        text = client.get(f"/positions/backend{path}").text
        assert "<img" not in text, path
        assert "&lt;img src=x" in text, path
        assert "{{7*7}}" in text, path


def test_a_preview_leads_to_the_candidates_page_and_is_deleted_with_its_interview(
    signed_in: SignedIn, position: Callable[..., Position], house: House
) -> None:
    position()
    client = signed_in(Role.REVIEWER)
    assert "Begin a preview" in client.get("/positions/backend/preview").text
    answer = client.post("/positions/backend/preview")
    assert answer.status_code == 303
    token = answer.headers["location"].removeprefix("/i/")
    made = house.office.invite_by_token(token_sha256(token))
    assert made is not None and made.preview
    interview = held(house, made, make.full_log())
    assert [one.id for one in house.program.store.list()] == [interview]
    assert client.get(f"/invites/{made.id}").headers["location"] == "/positions/backend/preview"
    assert made.name in client.get("/positions/backend/preview").text
    assert made.name not in client.get("/positions/backend/invites").text
    gone = client.post(f"/positions/backend/preview/{made.id}/delete")
    assert gone.status_code == 303
    assert house.program.store.list() == ()
    assert house.office.invites("backend", previews=True) == ()
    assert client.post(f"/positions/backend/preview/{made.id}/delete").status_code == 404


READS = ("", "/settings", "/preview", "/scenario", "/invites")
CHANGES = ("/settings", "/close", "/reopen", "/preview", "/preview/x/delete")


@pytest.mark.parametrize("path", CHANGES)
def test_a_viewer_changes_nothing(
    signed_in: SignedIn, position: Callable[..., Position], house: House, path: str
) -> None:
    before = position()
    assert signed_in(Role.VIEWER).post(f"/positions/backend{path}", data=form()).status_code == 403
    assert house.office.position("backend") == before
    assert house.office.invites("backend", previews=True) == ()


def test_a_viewer_makes_no_position_and_sees_no_buttons_for_it(
    signed_in: SignedIn, position: Callable[..., Position], house: House
) -> None:
    position()
    client = signed_in(Role.VIEWER)
    assert client.post("/positions", data=form()).status_code == 403
    assert client.get("/positions/new").status_code == 403
    assert client.get("/positions/backend/settings").status_code == 403
    shown = client.get("/positions/backend")
    assert shown.status_code == 200
    assert "<button>Close" not in shown.text
    assert "/settings" not in shown.text
    assert len(house.office.positions()) == 1


@pytest.mark.parametrize("path", ["/positions", "/positions/new", *(f"/positions/backend{one}" for one in READS)])
def test_nobody_sees_anything_before_signing_in(
    client: TestClient, position: Callable[..., Position], path: str
) -> None:
    position()
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/positions")


@pytest.mark.parametrize("path", ["/positions", *(f"/positions/backend{one}" for one in CHANGES)])
def test_a_form_from_elsewhere_changes_nothing(
    signed_in: SignedIn, position: Callable[..., Position], house: House, path: str
) -> None:
    before = position()
    client = signed_in()
    del client.headers["X-CSRF-Token"]
    assert client.post(path, data=form()).status_code == 403
    assert client.post(path, data=form(csrf="guessed")).status_code == 403
    assert house.office.positions() == (before,)
    assert house.office.invites("backend", previews=True) == ()


@pytest.mark.parametrize("name", ["unknown", "..%2f..%2fetc", "%00", "a" * 300])
def test_a_position_that_is_not_there_is_a_page_that_says_so(signed_in: SignedIn, name: str) -> None:
    client = signed_in()
    for path in READS:
        assert client.get(f"/positions/{name}{path}").status_code == 404
