"""The page of an interview: all that was said, on what each finding rests, and what persons do, seen at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from interviewer.core import events as ev
from interviewer.core.events import Decided, Overridden
from interviewer.hosting.reviewing import Reviewing
from interviewer.screening.invite import Accommodation, Invite, Presentation
from interviewer.screening.position import Position, Timing
from interviewer.screening.records import Deed, Trouble
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.factories import ABSENT, BEGIN, COVERED, PANEL, PARTIAL, UNCLEAR, Log, Mark, span, tiny_scenario
from tests.interviews import CACHING, CODES, held, screened, stored
from tests.web.test_results import PLACE, text

Make = Callable[..., tuple[Invite, str]]
SignedIn = Callable[..., TestClient]
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def backend(position: Callable[..., Position]) -> Position:
    return position()


@pytest.fixture
def candidate(house: House, backend: Position, invite: Make) -> tuple[str, str]:
    """An interview with a doubt that decides, a flag and a missing point; and the candidate's token."""
    made, token = invite("Grace Example")
    return held(house, made, screened({"request": UNCLEAR, "no-server": COVERED, "tls": ABSENT})), token


def deeds(house: House, *kinds: Deed) -> list[tuple[str, str, str]]:
    return [(one.who, one.subject, one.target) for _, one in house.office.entries(deeds=kinds)]


def test_the_page_shows_everything_and_is_recorded(
    house: House, candidate: tuple[str, str], signed_in: SignedIn
) -> None:
    interview, _ = candidate
    page = signed_in(Role.VIEWER, "vera").get(f"/interviews/{interview}")
    seen = text(page.text)
    for words in ("not enough evidence", "Time answering", "the client sends a request", "Tell me about caching",
                  "Thank you for your time.", "rows, sound; head", "completed"):  # fmt: skip
        assert words in seen, words
    assert deeds(house, Deed.INTERVIEW_SEEN) == [("vera", interview, "")]
    # A viewer sees, and can do nothing.
    assert 'method="post" action="/interviews' not in page.text


def test_evidence_is_marked_where_it_stands_and_leads_there_and_back(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    said = "A client sends a GET request, and <b>JSON</b> comes back"
    marks: dict[str, Mark] = {
        "request": (COVERED, [span(2, "client sends a GET request", said)]),
        "method": (COVERED, [span(2, "GET", said)]),
        "response": (PARTIAL, [span(2, "<b>JSON</b> comes back", said)]),
    }
    log = Log(tiny_scenario(), mode=ev.Mode.SCREEN, judge=PANEL, salt="17")
    log.ask("http").answer(said, marks).close()
    interview = held(house, invite()[0], log.whole("caching", CACHING).whole("codes", CODES).end())
    Reviewing(house.program, house.hall, "ada").decide(interview, "reject", "so")
    page = signed_in(Role.VIEWER).get(f"/interviews/{interview}").text
    turn = re.search(r'id="turn-2">.*?<div class="words">(.*?)</div>', page, re.DOTALL)
    assert turn is not None
    assert "<b>" not in turn[1]
    assert re.sub(r'<a class="note-mark".*?</a>|<[^>]+>', "", turn[1]).replace("&lt;", "<").replace("&gt;", ">") == said
    found = re.findall(r'<mark data-marks="([^"]*)">([^<]*)</mark>', turn[1])
    assert found == [
        ("http.request ", "client sends a "),
        ("http.request http.method ", "GET"),
        ("http.request ", " request"),
        ("http.response ", "&lt;b&gt;JSON&lt;/b&gt; comes back"),
    ]
    for target in ("http.request", "http.method", "http.response"):
        assert f'href="#p-{target}"' in turn[1]
        point = re.search(rf'<li class="point[^>]*id="p-{target}".*?</li>', page, re.DOTALL)
        assert point is not None and 'href="#turn-2"' in point[0]


def test_an_override_is_seen_at_once_in_the_list_the_export_and_by_the_candidate(
    house: House, candidate: tuple[str, str], signed_in: SignedIn, client: TestClient
) -> None:
    interview, token = candidate
    reviewer = signed_in(Role.REVIEWER, "ada")
    assert "not enough evidence" in text(reviewer.get(PLACE).text).split("Candidate Recommendation")[1]
    form = {"target": "http.request", "status": "absent", "reason": f"It says nothing of it. {EVIL}"}
    answer = reviewer.post(f"/interviews/{interview}/override", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/interviews/{interview}#p-http.request")
    event = house.program.store.open(interview).events[-1]
    assert isinstance(event, Overridden) and (event.by, event.status) == ("ada", ABSENT)
    assert (
        reviewer.get("/positions/backend/export.json").json()["candidates"][0]["interview"]["recommendation"] == "fail"
    )
    assert '"fail"' in reviewer.get("/positions/backend/export.csv").text
    page = reviewer.get(f"/interviews/{interview}").text
    assert "<script>alert" not in page and "It says nothing of it." in page
    evidence = client.get(f"/i/{token}/evidence")
    assert evidence.status_code == 200 and "<script>alert" not in evidence.text
    assert deeds(house, Deed.OVERRIDDEN) == [("ada", interview, "http.request")]


def test_a_decision_is_seen_at_once_in_the_list_the_export_and_the_report(
    house: House, candidate: tuple[str, str], signed_in: SignedIn
) -> None:
    interview, _ = candidate
    reviewer = signed_in(Role.REVIEWER, "ada")
    form = {"decision": "advance", "reason": "=1+1 solid"}
    answer = reviewer.post(f"/interviews/{interview}/decide", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/interviews/{interview}#decision")
    assert "Grace Example" in (listed := text(reviewer.get(PLACE).text)) and "advances" in listed
    exported = reviewer.get("/positions/backend/export.json").json()["candidates"][0]
    assert (exported["candidate"], exported["interview"]["decision"]["decision"]) == ("Grace Example", "advance")
    assert '"\'=1+1 solid"' in reviewer.get("/positions/backend/export.csv").text
    assert "=1+1 solid" in reviewer.get(f"/interviews/{interview}/report").text
    assert isinstance(house.program.store.open(interview).events[-1], Decided)
    # Pressed twice, it is kept once.
    reviewer.post(f"/interviews/{interview}/decide", data=form)
    assert len(house.hall.read(interview).state.decisions) == 1


def test_confirming_and_commenting(house: House, candidate: tuple[str, str], signed_in: SignedIn) -> None:
    interview, _ = candidate
    reviewer = signed_in(Role.REVIEWER, "ada")
    assert reviewer.post(f"/interviews/{interview}/confirm", data={"target": "http.response"}).status_code == 303
    assert house.hall.read(interview).state.words["http.response"].by == "ada"
    for form in ({"text": "on the whole"}, {"text": "on a point", "target": "http.tls"}):
        assert reviewer.post(f"/interviews/{interview}/comment", data=form).status_code == 303
    seen = text(reviewer.get(f"/interviews/{interview}").text)
    assert "on the whole" in seen and "on a point" in seen and "covered by ada" in seen


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("confirm", {"target": "http.request"}, 400),
        ("confirm", {"target": "http.nothing"}, 404),
        ("confirm", {}, 400),
        ("override", {"target": "http.request", "status": "absent"}, 400),
        ("override", {"target": "http.request", "status": "unclear", "reason": "so"}, 400),
        ("override", {"target": "http.request", "status": "x", "reason": "so"}, 400),
        ("override", {"target": "../x", "status": "absent", "reason": "so"}, 404),
        ("comment", {"text": " "}, 400),
        ("comment", {"text": "x" * 2001}, 400),
        ("decide", {"decision": "advance"}, 400),
        ("decide", {"decision": "fire", "reason": "so"}, 400),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    house: House, candidate: tuple[str, str], signed_in: SignedIn, path: str, form: dict[str, str], status: int
) -> None:
    interview, _ = candidate
    before = house.hall.read(interview).head
    answer = signed_in(Role.REVIEWER).post(f"/interviews/{interview}/{path}", data=form)
    assert answer.status_code == status
    assert house.hall.read(interview).head == before


@pytest.mark.parametrize("path", ["confirm", "override", "comment", "decide", "reveal"])
def test_a_form_of_another_site_changes_nothing(
    house: House, candidate: tuple[str, str], signed_in: SignedIn, path: str
) -> None:
    interview, _ = candidate
    client = signed_in(Role.ADMIN)
    del client.headers["X-CSRF-Token"]
    form = {"target": "http.response", "status": "absent", "reason": "r", "text": "t", "decision": "reject"}
    before = house.hall.read(interview).head
    assert client.post(f"/interviews/{interview}/{path}", data=form).status_code == 403
    assert client.post(f"/interviews/{interview}/{path}", data={**form, "csrf": "x"}).status_code == 403
    assert house.hall.read(interview).head == before and not deeds(house, Deed.NAME_REVEALED)


def test_a_name_is_revealed_to_whoever_asks_and_to_nobody_else(
    house: House, candidate: tuple[str, str], signed_in: SignedIn
) -> None:
    interview, _ = candidate
    ada, bob = signed_in(Role.REVIEWER, "ada"), signed_in(Role.REVIEWER, "bob")
    assert "Grace" not in ada.get(f"/interviews/{interview}").text
    assert ada.post(f"/interviews/{interview}/reveal").status_code == 303
    assert "Grace Example" in ada.get(f"/interviews/{interview}").text
    assert "Grace Example" in ada.get(PLACE).text
    assert "Grace" not in bob.get(f"/interviews/{interview}").text + bob.get(PLACE).text
    assert deeds(house, Deed.NAME_REVEALED) == [("ada", interview, "")]


def test_facts_are_told_plainly(house: House, backend: Position, invite: Make, signed_in: SignedIn) -> None:
    agreed = Accommodation(timing=Timing.UNTIMED, presentation=Presentation.LARGE)
    made, _ = invite("Grace Example", accommodation=agreed)
    log = Log(tiny_scenario(), mode=ev.Mode.SCREEN, judge=PANEL)
    log.ask("http").answer("it asks dns", {"request": COVERED}, seconds=65.0, pasted=6).close()
    log.add(ev.Paused(at=log.now), ev.Resumed(at=log.now + timedelta(minutes=42)))
    log.whole("caching", CACHING).whole("codes", CODES).end()
    interview = held(house, made, log)
    house.office.add_trouble(Trouble(invite=made.id, at=BEGIN, turn=2, words=f"it froze {EVIL}"))
    page = signed_in(Role.VIEWER).get(f"/interviews/{interview}").text
    seen = text(page)
    for words in ("no time limit, larger type", "answered in 1 min 5 s, 6 of 11 characters pasted",
                  "6 characters, in 1 of the answers", "after turn 2: it froze", "back 5 Jan 2026, 09:4"):  # fmt: skip
        assert words in seen, words
    assert "<script>alert" not in page
    assert not [word for word in ("suspic", "cheat", "dishonest") if word in seen.lower()]


def test_what_the_candidate_contests_stands_by_the_finding(
    house: House, candidate: tuple[str, str], signed_in: SignedIn
) -> None:
    interview, _ = candidate
    event = ev.Contested(at=BEGIN, target="http.tls", reason=f"I said TLS. {EVIL}")
    house.hall.append(interview, event)
    page = signed_in(Role.REVIEWER).get(f"/interviews/{interview}").text
    point = re.search(r'id="p-http.tls".*?</li>', page, re.DOTALL)
    assert point is not None
    assert "I said TLS." in point[0] and "contested" in point[0] and "<script>alert" not in page


def test_an_interview_that_goes_on_can_only_be_looked_at(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    log = Log(tiny_scenario(), mode=ev.Mode.SCREEN).whole("http", {"request": COVERED})
    interview = held(house, invite()[0], log)
    client = signed_in(Role.REVIEWER)
    page = client.get(f"/interviews/{interview}").text
    assert "has not finished" in page and "/decide" not in page
    answer = client.post(f"/interviews/{interview}/decide", data={"decision": "reject", "reason": "slow"})
    assert answer.status_code == 400 and "not over yet" in answer.text


def test_a_damaged_log_says_that_nothing_can_be_relied_on(
    house: House, candidate: tuple[str, str], signed_in: SignedIn
) -> None:
    import sqlite3

    interview, _ = candidate
    client = signed_in(Role.REVIEWER)
    client.get(f"/interviews/{interview}")
    with sqlite3.connect(house.program.settings.database) as raw:
        raw.execute("update event set body = '{}' where interview = ? and seq = 3", (interview,))
    page = client.get(f"/interviews/{interview}")
    assert "damaged" in page.text and "row 3" in page.text


def test_interviews_of_nobody_are_not_found(house: House, backend: Position, invite: Make, signed_in: SignedIn) -> None:
    practised = stored(house, screened())
    preview = held(house, invite("me", preview=True)[0], screened())
    client = signed_in(Role.ADMIN)
    for name in (practised, preview, "nothing", "%2e%2e%2f", "x" * 200):
        for rest in ("", "/report", "/call-sheet"):
            assert client.get(f"/interviews/{name}{rest}").status_code == 404
        assert client.post(f"/interviews/{name}/reveal").status_code == 404


def test_an_earlier_attempt_is_shown_as_such(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    made, _ = invite("Grace Example")
    first = held(house, made, screened())
    second = held(house, made, screened())
    client = signed_in(Role.REVIEWER)
    assert "another one counts" in client.get(f"/interviews/{first}").text
    page = client.get(f"/interviews/{second}").text
    assert "another one counts" not in page and f'href="/interviews/{first}"' in page


# The call sheet


def test_the_call_sheet_is_for_those_who_advance(house: House, candidate: tuple[str, str], signed_in: SignedIn) -> None:
    interview, _ = candidate
    client = signed_in(Role.REVIEWER, "ada")
    assert client.get(f"/interviews/{interview}/call-sheet").status_code == 303
    Reviewing(house.program, house.hall, "ada").decide(interview, "advance", "good")
    seen = text(client.get(f"/interviews/{interview}/call-sheet").text)
    assert "What about the part next to request?" in seen and "in doubt, and it decides" in seen
    assert "Shows curiosity" in seen
    assert ("ada", interview, "call-sheet") in deeds(house, Deed.INTERVIEW_SEEN)
