"""The link, the notice, the consent and the warm-up, through their pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient

from interviewer.core.errors import ModelFileError
from interviewer.hosting.reception import Reception
from interviewer.judging.scripted import ScriptedJudge
from interviewer.screening.invite import Accommodation, Invite, Presentation, token_sha256
from interviewer.screening.position import Position, Timing
from interviewer.web.house import House
from tests.web.candidates import Candidate, Shown
from tests.web.conftest import SAYS, SetClock

Invites = Callable[..., tuple[Invite, str]]
Candidates = Callable[..., Candidate]


@pytest.fixture
def candidate(browser: Callable[[], TestClient], invite: Invites) -> Candidates:
    """Makes candidates with a link each; `more` are fields of the invitation."""

    def make(name: str = "Grace Example", to: Position | None = None, **more: Any) -> Candidate:
        return Candidate(browser(), invite(name, to=to, **more)[1])

    return make


# The notice


def test_the_notice_says_it_all_before_anything_starts(house: House, candidate: Candidates) -> None:
    page = candidate().see()
    for words in (
        "Hello Grace Example",
        "Backend developer",
        "You write with an AI, not with a person",
        "Who decides? A person",
        "About 30 minutes of answering",
        "Main part (2 questions)",
        "Your own notes. No other person and no AI.",
        "180 days after your interview ends",
        "A person decides",
        "Ada Example, ada@example.org",
        "another format, more time",
        "Version of this notice: screening/1-",
    ):
        assert words in page.words, words
    assert house.program.store.list() == ()
    assert page.headings[0] == (1, "Interview: Backend developer")


def test_no_point_and_no_question_stands_before_the_beginning(candidate: Candidates) -> None:
    one = candidate()
    one.agree()
    for page in (one.see(), one.see("/begin")):
        assert "Tell me about http" not in page.html
        assert "The client sends a request" not in page.html


def test_both_boxes_have_to_be_ticked(house: House, candidate: Candidates) -> None:
    one = candidate()
    version = one.see().fields["version"]
    for ticked in ({}, {"agree": "yes"}, {"keeps_to_help": "yes"}):
        answer = one.post(version=version, **ticked)
        assert answer.status_code == 400
        assert "both boxes" in Shown(answer.text).words
    assert one.get("/begin").headers["location"] == f"/i/{one.token}"
    assert one.post("/begin", start="yes").headers["location"] == f"/i/{one.token}"
    assert house.program.store.list() == ()


def test_a_notice_that_changed_while_it_was_read_is_shown_again(house: House, candidate: Candidates) -> None:
    one = candidate()
    version = one.see().fields["version"]
    _keep_longer(house)
    answer = one.post(version=version, agree="yes", keeps_to_help="yes")
    page = Shown(answer.text)
    assert "has changed since you agreed" in page.words
    assert "365 days" in page.words
    assert page.fields["version"] != version
    assert one.agree().headers["location"].endswith("/begin")


def test_a_notice_that_changed_after_it_was_agreed_to_is_asked_anew(house: House, candidate: Candidates) -> None:
    one = candidate()
    one.agree()
    _keep_longer(house)
    for answer in (one.get("/begin"), one.post("/begin", start="yes")):
        assert answer.headers["location"] == f"/i/{one.token}"
    assert "has changed since you agreed" in one.see().words
    assert house.program.store.list() == ()


def _keep_longer(house: House) -> None:
    def change(one: Position) -> Position:
        return one.model_copy(update={"settings": one.settings.model_copy(update={"retention_days": 365})})

    house.office.change_position("backend", change)


def test_a_model_that_judges_is_named_and_one_that_is_missing_stops_it(
    candidate: Candidates, position: Callable[..., Position]
) -> None:
    one = candidate(to=position("with-model", judge="llm"))
    answer = one.get()
    assert answer.status_code == 503
    assert "through no fault of yours" in Shown(answer.text).words


def test_a_judge_whose_files_are_missing_keeps_it_from_beginning(house: House, candidate: Candidates) -> None:
    class Missing(ScriptedJudge):
        def check(self) -> None:
            raise ModelFileError("A file is missing.", "Install again.")

    one = candidate()
    one.agree()
    house.program.__dict__["judge"] = Missing(SAYS)
    answer = one.post("/begin", start="yes")
    assert answer.status_code == 503
    assert "through no fault of yours" in Shown(answer.text).words
    assert house.program.store.list() == ()


# Links that open nothing


BAD_TOKENS = ("x", "a" * 32, "a" * 3000, "%00", "%F0%9F%92%A9", "..%2e", "%3Cscript%3E", "%E2%80%AE", "%ff")


def test_unknown_and_malformed_links_are_told_the_same(client: TestClient, invite: Invites) -> None:
    invite()
    told = {client.get(f"/i/{token}").text for token in BAD_TOKENS}
    assert len(told) == 1
    assert "This link opens no interview." in told.pop()
    for token in BAD_TOKENS:
        for page in ("", "/begin", "/talk", "/done", "/evidence", "/data", "/forget", "/broke"):
            assert client.get(f"/i/{token}{page}").status_code == 404
        for page in ("", "/begin", "/talk", "/say", "/leave", "/presence", "/contest", "/forget", "/broke"):
            assert client.post(f"/i/{token}{page}", data={"words": "x"}).status_code == 404


def test_every_token_is_hashed_and_looked_up(
    client: TestClient, invite: Invites, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = type(house.office).invite_by_token

    def counted(self: Any, sha256: str) -> Invite | None:
        asked.append(sha256)
        return real(self, sha256)

    monkeypatch.setattr(type(house.office), "invite_by_token", counted)
    for token in ("x", "a" * 32, "a" * 3000):
        client.get(f"/i/{token}")
    assert asked == [token_sha256("x"), token_sha256("a" * 32), token_sha256("a" * 200)]


def test_an_expired_link_says_whom_to_ask(candidate: Candidates, clock: SetClock) -> None:
    one = candidate()
    one.agree()
    clock.go_on(days=22)
    for answer in (one.get(), one.get("/begin"), one.post("/begin", start="yes"), one.get("/talk")):
        assert answer.status_code == 410
        words = Shown(answer.text).words
        assert "has expired" in words and "ada@example.org" in words and "26 Jan 2026" in words


def test_a_withdrawn_link_says_whom_to_ask(house: House, candidate: Candidates, invite: Invites) -> None:
    one = candidate(revoked_at=house.clock.now())
    for answer in (one.get(), one.get("/begin"), one.get("/talk"), one.post("/say", turn=2, words="hello")):
        assert answer.status_code == 410
        assert "was withdrawn" in Shown(answer.text).words


def test_a_withdrawn_link_still_gives_ones_data(house: House, candidate: Candidates) -> None:
    one = candidate()
    one.begin()
    (invite,) = house.office.invites("backend")
    now = house.clock.now()
    house.office.change_invite(invite.id, lambda known: known.model_copy(update={"revoked_at": now}))
    page = Shown(one.get().text)
    assert f"/i/{one.token}/data" in page.links and f"/i/{one.token}/forget" in page.links
    assert one.get("/data").status_code == 200


def test_a_closed_position_begins_nothing_and_finishes_what_was_begun(
    house: House, candidate: Candidates, clock: SetClock
) -> None:
    begun, late = candidate(), candidate()
    begun.begin()
    late.agree()
    now = house.clock.now()
    house.office.change_position("backend", lambda one: one.model_copy(update={"closed_at": now}))
    assert begun.see("/talk").fields["turn"] == "2"
    for answer in (late.get(), late.post("/begin", start="yes")):
        assert answer.status_code == 410
        assert "This position is closed" in Shown(answer.text).words


def test_what_was_begun_in_time_may_be_finished_after_the_link_expired(candidate: Candidates, clock: SetClock) -> None:
    one = candidate()
    one.begin()
    clock.go_on(days=40)
    assert one.see("/talk").fields["turn"] == "2"
    assert "Welcome back" in one.see().words


def test_one_link_opens_no_other_interview(house: House, candidate: Candidates) -> None:
    one, other = candidate("One"), candidate("Other")
    one.begin()
    one.say("the client sends a request")
    assert "sends a request" not in other.see().html
    assert other.get("/talk").headers["location"] == f"/i/{other.token}"
    assert "sends a request" not in other.get("/data").text
    assert other.get("/done").status_code == 303


# The warm-up


def test_the_warm_up_is_shown_back_and_kept_nowhere(house: House, candidate: Candidates) -> None:
    one = candidate()
    one.agree()
    assert "neither stored nor judged" in one.see("/begin").words
    secret = "a kettle called Marmaduke"
    page = Shown(one.post("/begin", words=secret).text)
    assert secret in page.words and page.offers("Begin the interview")
    assert one.post("/begin", start="yes").headers["location"] == f"/i/{one.token}/talk"
    path = house.program.settings.database
    stored = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    assert b"Marmaduke" not in stored
    assert secret not in one.get("/data").text


def test_a_long_warm_up_is_cut(candidate: Candidates) -> None:
    one = candidate()
    one.agree()
    assert len(one.post("/begin", words="<b>" * 50_000).text) < 60_000


def test_beginning_twice_is_beginning_once(house: House, candidate: Candidates) -> None:
    one = candidate()
    one.begin()
    again = one.post(version="x", agree="yes", keeps_to_help="yes")
    for answer in (one.post("/begin", start="yes"), one.get("/begin"), again):
        assert answer.headers["location"] == f"/i/{one.token}/talk"
    assert len(house.program.store.list()) == 1


def test_a_fresh_attempt_is_agreed_to_and_begun_anew(house: House, candidate: Candidates) -> None:
    one = candidate()
    one.begin()
    (invite,) = house.office.invites("backend")
    Reception(house.program, house.hall).fresh_attempt(invite.id, "ada")
    assert one.get("/talk").headers["location"] == f"/i/{one.token}"
    one.begin()
    assert len(house.program.store.list()) == 2


# How it looks


@pytest.mark.parametrize(
    ("look", "css"), [("usual", "candidate"), ("plain", "candidate plain"), ("large", "candidate large")]
)
def test_what_was_agreed_shows_on_every_page(candidate: Candidates, look: str, css: str) -> None:
    one = candidate(accommodation=Accommodation(presentation=Presentation(look)))
    one.agree()
    pages = [one.see(), one.see("/begin"), one.begin(), one.see("/broke"), one.see("/forget")]
    for page in pages:
        assert f'<body class="{css}">' in page.html


def test_without_limits_there_is_no_clock(candidate: Candidates) -> None:
    untimed = candidate(accommodation=Accommodation(timing=Timing.UNTIMED))
    assert "There is no time limit." in untimed.see().words
    assert "Agreed with you: no time limit." in untimed.see().words
    assert "left" not in untimed.begin().ids
    timed = candidate()
    assert "left" in timed.begin().ids
    assert "30 min left" in timed.see("/talk").words


def test_more_time_is_said_and_given(candidate: Candidates) -> None:
    one = candidate(accommodation=Accommodation(timing=Timing.MORE))
    assert "With the extra time that was agreed with you, you have about 45 minutes" in one.see().words
    assert "45 min left" in one.begin().words


def test_a_preview_and_a_simulation_say_so(candidate: Candidates) -> None:
    assert "Preview. This is what a candidate sees." in candidate(preview=True).see().words
    assert "Simulated." in candidate(simulated=True).see().words
    assert "Preview" not in candidate().see().words


@pytest.mark.parametrize("page", ["", "/begin", "/talk", "/broke", "/forget"])
def test_headings_go_in_order_and_ids_are_unique(candidate: Candidates, page: str) -> None:
    one = candidate()
    if page == "/talk":
        one.begin()
    elif page:
        one.agree()
    shown = one.see(page)
    levels = [level for level, _ in shown.headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(shown.ids) == len(set(shown.ids))
    assert re.search(r"<title>[^<]+Backend developer, A company</title>", shown.html)


def test_pages_of_candidates_set_no_cookie(candidate: Candidates) -> None:
    one = candidate()
    one.begin()
    for page in ("", "/talk", "/forget", "/data"):
        assert "set-cookie" not in one.get(page).headers
    assert not one.client.cookies


def test_a_link_that_is_open_for_long_is_still_said_to_be(candidate: Candidates, house: House) -> None:
    one = candidate(expires_at=house.clock.now() + timedelta(days=3))
    assert "Your link is open until 8 Jan 2026, 09:00 UTC." in one.see().words
