"""The queue: one finding after another; what is read blind shows nothing of the judge's until it is read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from interviewer.core.events import Contested, Overridden
from interviewer.core.hiring import summarise
from interviewer.screening.invite import Invite
from interviewer.screening.position import Position
from interviewer.screening.records import Deed
from interviewer.screening.review import sampled
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.factories import ABSENT, BEGIN, COVERED, UNCLEAR, Log
from tests.interviews import held, screened
from tests.web.test_results import text

Make = Callable[..., tuple[Invite, str]]
SignedIn = Callable[..., TestClient]
QUEUE = "/positions/backend/queue"


@pytest.fixture
def backend(position: Callable[..., Position]) -> Position:
    return position()


def salted(sample: set[str] | None, *marks: dict[str, object], **more: object) -> Log:
    """A screen of which exactly these findings are read blind, or at least these where one of them is named."""
    for number in range(6000):
        log = screened(*marks, salt=f"{number:016x}", **more)  # type: ignore[arg-type]
        chosen = set(sampled(log.state, summarise(log.state).grades))
        if chosen == (sample or set()):
            return log
    raise AssertionError("no salt does that")


def shown(page: str) -> tuple[str, str]:
    """The interview and the finding that the form on the page is about."""
    found = re.findall(r'name="(interview|target)" value="([^"]*)"', page)
    values = dict(found)
    return values.get("interview", ""), values.get("target", "")


def send(client: TestClient, page: str, answer: str, **more: str) -> str:
    """Answer the finding on a page as its form does; where it leads."""
    action = re.search(r'<form method="post" action="(/positions/backend/queue[^"]*)"', page)
    assert action is not None
    interview, target = shown(page)
    at = re.search(r'name="at" value="(\d+)"', page)
    assert at is not None
    form = {"interview": interview, "target": target, "at": at[1], "answer": answer, **more}
    done = client.post(action[1], data=form)
    assert done.status_code == 303
    place: str = done.headers["location"]
    return place


def test_the_most_consequential_is_first_and_one_key_settles_it(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    weak = held(house, invite("A")[0], salted(set(), {}, {"teapot": UNCLEAR}))
    strong = held(house, invite("B")[0], salted(set(), {"request": UNCLEAR}))
    client = signed_in(Role.REVIEWER, "ada")
    page = client.get(QUEUE).text
    assert shown(page) == (strong, "http.request")
    seen = text(page)
    assert "2 to check , about a minute" in seen
    assert "The client sends a request to the server." in seen and "Tell me about http." in seen
    assert "The recommendation: fail or strong pass" in seen and "The level: 1 or 4" in seen
    assert [*re.findall(r'data-key="(.)"', page)] == ["c", "p", "n", "u", "o"]
    place = send(client, page, "covered")
    event = house.program.store.open(strong).events[-1]
    assert isinstance(event, Overridden) and (event.status, event.by) == (COVERED, "ada")
    page = client.get(place).text
    assert shown(page) == (weak, "codes.teapot")
    assert "Settled: The client sends a request to the server. covered ." in text(page)
    place = send(client, page, "absent", reason="It is a joke about tea.")
    assert house.hall.read(weak).state.words["codes.teapot"].reason == "It is a joke about tea."
    assert "Nothing waits for a person." in text(client.get(place).text)


def test_later_puts_off_and_leads_round_again(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    held(house, invite("A")[0], salted(set(), {"request": UNCLEAR}, {"teapot": UNCLEAR}))
    client = signed_in(Role.REVIEWER)
    first = shown(client.get(QUEUE).text)
    second = shown(client.get(f"{QUEUE}?at=1").text)
    assert first != second
    assert "2 are left for later" in text(client.get(f"{QUEUE}?at=2").text)
    assert shown(client.get(f"{QUEUE}?at=-5").text) == first
    assert shown(client.get(f"{QUEUE}?find={second[0]}/{second[1]}").text) == second
    assert shown(client.get(f"{QUEUE}?find={first[0]}").text) == first
    for nonsense in ("at=99999", "find=nothing", "find=<b>", "last=x/y", "read=x/y", "read=", f"last={first[0]}/<b>"):
        answer = client.get(f"{QUEUE}?{nonsense}")
        assert answer.status_code == 200 and "<b>" not in answer.text
    assert client.get(f"{QUEUE}?at=x").status_code == 400


def test_every_finding_that_is_seen_is_recorded(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    interview = held(house, invite("A")[0], salted(set(), {"request": UNCLEAR}))
    signed_in(Role.VIEWER, "vera").get(QUEUE)
    ((_, entry),) = house.office.entries(deeds=[Deed.INTERVIEW_SEEN])
    assert (entry.who, entry.subject, entry.target) == ("vera", interview, "http.request")


def test_what_was_settled_meanwhile_stays(house: House, backend: Position, invite: Make, signed_in: SignedIn) -> None:
    interview = held(house, invite("A")[0], salted(set(), {"request": UNCLEAR}))
    ada, bob = signed_in(Role.REVIEWER, "ada"), signed_in(Role.REVIEWER, "bob")
    page = ada.get(QUEUE).text
    send(bob, page, "absent")
    place = send(ada, page, "covered")
    assert "Somebody has settled this meanwhile" in text(ada.get(place).text)
    assert house.hall.read(interview).state.words["http.request"].by == "bob"
    length = house.hall.read(interview).length
    send(bob, page, "absent")
    assert house.hall.read(interview).length == length


def test_a_viewer_sees_the_queue_and_has_no_buttons(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    interview = held(house, invite("A")[0], salted(set(), {"request": UNCLEAR}))
    viewer = signed_in(Role.VIEWER)
    page = viewer.get(QUEUE).text
    assert "The client sends a request" in page and 'name="answer"' not in page
    form = {"interview": interview, "target": "http.request", "answer": "covered"}
    for path in (QUEUE, f"{QUEUE}/blind"):
        assert viewer.post(path, data=form).status_code == 403
    client = signed_in(Role.REVIEWER)
    del client.headers["X-CSRF-Token"]
    for path in (QUEUE, f"{QUEUE}/blind"):
        assert client.post(path, data=form).status_code == 403
    assert not house.hall.read(interview).state.words


def test_an_answer_that_is_none_changes_nothing(
    house: House, backend: Position, position: Callable[..., Position], invite: Make, signed_in: SignedIn
) -> None:
    interview = held(house, invite("A")[0], salted(set(), {"request": UNCLEAR}))
    client = signed_in(Role.REVIEWER)
    form = {"interview": interview, "target": "http.request", "answer": "unclear"}
    assert client.post(QUEUE, data=form).status_code == 400
    assert client.post(QUEUE, data={"interview": interview}).status_code == 400
    position("other")
    done = client.post("/positions/other/queue", data={**form, "answer": "covered", "reason": "so"})
    assert "but=settled" in done.headers["location"]
    assert not house.hall.read(interview).state.words


def test_a_contested_finding_stands_there_with_its_reason(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    interview = held(house, invite("A")[0], salted(set(), {"request": ABSENT}))
    house.hall.append(interview, Contested(at=BEGIN, target="http.request", reason="I did <b>say</b> it"))
    page = signed_in(Role.REVIEWER).get(QUEUE).text
    assert "I did <b>say</b> it" in text(page) and "<b>say" not in page
    assert "The recommendation: fail or strong pass" in text(page)


# Blind


@pytest.fixture
def blind(house: House, backend: Position, invite: Make) -> str:
    """An interview of which `http.method` alone is read blind, and nothing else waits."""
    return held(house, invite("Grace Example")[0], salted({"http.method"}, words="a GET, I would say"))


def test_what_is_read_blind_shows_the_words_and_no_verdict(house: House, blind: str, signed_in: SignedIn) -> None:
    client = signed_in(Role.REVIEWER)
    page = client.get(QUEUE).text
    assert shown(page) == (blind, "http.method")
    seen = text(page)
    assert "blind reading" in seen and "a GET, I would say" in seen and "1 to read blind" in seen
    assert "<mark" not in page and "The judge" not in seen and "hangs on it" not in seen
    assert 'data-key="o"' not in page
    # The page of the interview does not tell it either, until it is read.
    point = re.search(r'id="p-http.method".*?</li>', client.get(f"/interviews/{blind}").text, re.DOTALL)
    assert point is not None
    assert "to be read blind first" in point[0] and "covered" not in point[0] and "<q>" not in point[0]


def test_agreeing_goes_on_and_is_counted(house: House, blind: str, signed_in: SignedIn) -> None:
    client = signed_in(Role.REVIEWER, "ada")
    place = send(client, client.get(QUEUE).text, "covered")
    assert "Nothing waits for a person." in text(client.get(place).text)
    ((reading),) = house.office.blinds([blind])
    assert (reading.status, reading.machine, reading.by) == (COVERED, COVERED, "ada")
    assert not house.hall.read(blind).state.words
    results = text(client.get("/positions/backend/results").text)
    assert "1 of 1 the same (100 %, 95 % interval 21 to 100 %)" in results
    point = re.search(r'id="p-http.method".*?</li>', client.get(f"/interviews/{blind}").text, re.DOTALL)
    assert point is not None and "covered" in point[0]


def test_a_disagreement_is_shown_afterwards_and_counts_only_with_a_reason(
    house: House, blind: str, signed_in: SignedIn
) -> None:
    client = signed_in(Role.REVIEWER, "ada")
    place = send(client, client.get(QUEUE).text, "absent")
    page = client.get(place).text
    seen = text(page)
    assert "You read: not covered" in seen and "The judge found: covered" in seen
    assert "<mark" in page
    assert not house.hall.read(blind).state.words
    send(client, page, "absent", reason="GET is named, and no method of a request.")
    word = house.hall.read(blind).state.words["http.method"]
    assert (word.status, word.by, word.reason) == (ABSENT, "ada", "GET is named, and no method of a request.")
    assert [one.status for one in house.office.blinds([blind])] == [ABSENT]


def test_a_finding_that_is_also_in_doubt_is_settled_after_it_was_read(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    interview = held(house, invite("A")[0], salted({"http.request"}, {"request": UNCLEAR}))
    client = signed_in(Role.REVIEWER, "ada")
    page = client.get(QUEUE).text
    form = {"interview": interview, "target": "http.request", "answer": "covered"}
    refused = client.post(QUEUE, data=form)
    assert "but=blind" in refused.headers["location"] and not house.hall.read(interview).state.words
    page = client.get(send(client, page, "covered")).text
    seen = text(page)
    assert "You read, before seeing this: covered" in seen and "The judge: unclear" in seen
    send(client, page, "covered")
    assert house.hall.read(interview).state.words["http.request"].status is COVERED


def test_nobody_reads_the_same_finding_twice(house: House, blind: str, signed_in: SignedIn) -> None:
    ada, bob = signed_in(Role.REVIEWER, "ada"), signed_in(Role.REVIEWER, "bob")
    page = ada.get(QUEUE).text
    send(ada, page, "absent")
    place = send(bob, page, "covered")
    assert "Somebody has read this meanwhile" in text(bob.get(place).text)
    assert [one.by for one in house.office.blinds([blind])] == ["ada"]
    # What one person has read is another's to see as any other finding; a reading that is not one's own is not shown.
    assert "You read:" not in text(bob.get(f"{QUEUE}?read={blind}/http.method").text)
