"""What is to be read blind first is shown to no reviewer, on no page and in no file, until somebody has read it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from interviewer.core.events import Contested, Mode
from interviewer.hosting.reviewing import Reviewing
from interviewer.screening.invite import Invite
from interviewer.screening.position import Position, Sharing
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.factories import ABSENT, BEGIN, COVERED, PANEL, PARTIAL, Log, Mark, span, tiny_scenario
from tests.interviews import CACHING, held, screened
from tests.screening.test_veil import salt_for
from tests.web.test_results import text
from tests.web.test_review import send, shown

Make = Callable[..., tuple[Invite, str]]
SignedIn = Callable[..., TestClient]
QUEUE = "/positions/backend/queue"
HTTP = "a client sends a GET request, with TLS perhaps, and an answer comes back"
CODES = "404 is not found, and everything else is 200"
QUOTES = {"http.method": "sends a GET", "http.tls": "with TLS perhaps", "codes.all-200": "everything else is 200"}
"""What is drawn, and the words that it rests on."""
FIRST = "to be read blind first"


def interview(**more: object) -> Log:
    """A screen in which a point, a point that a criterion rests on alone, and a red flag are drawn."""
    log = Log(tiny_scenario(), mode=Mode.SCREEN, judge=PANEL, salt=salt_for(*QUOTES), **more)
    http: dict[str, Mark] = {
        **dict.fromkeys(["request", "response", "status", "headers"], (COVERED, [span(2, "an answer comes", HTTP)])),
        "method": (COVERED, [span(2, QUOTES["http.method"], HTTP)]),
        "tls": (PARTIAL, [span(2, QUOTES["http.tls"], HTTP)]),
    }
    codes: dict[str, Mark] = {
        **dict.fromkeys(["not-found", "created"], (COVERED, [span(8, "404 is not found", CODES)])),
        "all-200": (COVERED, [span(8, QUOTES["codes.all-200"], CODES)]),
    }
    return log.whole("http", http, HTTP).whole("caching", CACHING).whole("codes", codes, CODES).end()


@pytest.fixture
def drawn(house: House, position: Callable[..., Position], invite: Make) -> tuple[str, str]:
    """The interview, and the candidate's token."""
    position(sharing=Sharing.EVIDENCE)
    made, token = invite("Grace Example")
    return held(house, made, interview()), token


def read_all(house: House, name: str) -> None:
    """Read blind all that is drawn."""
    for target in QUOTES:
        assert Reviewing(house.program, house.hall, "ada").read_blind(name, target, ABSENT) is not None


def quoted(page: str) -> str:
    """All that a page shows as evidence: quotations, and marked words with those beside them."""
    pieces = re.findall(r"<q>(.*?)</q>|((?:<mark[^>]*>.*?</mark>(?:<a class=\"note-mark\".*?</a>)*)+)", page, re.DOTALL)
    return " | ".join(html.unescape(re.sub(r"<a .*?</a>|<[^>]+>", "", "".join(one))) for one in pieces)


def finding(page: str, target: str) -> str:
    """What the page of an interview shows of one finding."""
    found = re.search(rf'<li class="point [^"]*" id="p-{target}".*?</li>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_the_page_of_the_interview(house: House, drawn: tuple[str, str], signed_in: SignedIn) -> None:
    name, _ = drawn
    client = signed_in(Role.REVIEWER)
    page = client.get(f"/interviews/{name}").text
    assert not [words for words in QUOTES.values() if words in quoted(page)]
    for target in QUOTES:
        row = finding(page, target)
        assert FIRST in row and 's-masked"' in row and f'href="{QUEUE}?find={name}/{target}"' in row
        assert not [one for one in ("covered", "in part", "confirmed", "not seen", "to check", "<q>") if one in row]
        assert f'data-marks="{target}' not in page and f'{target} "' not in page
    seen = text(page)
    assert 'Rests on what is to be read blind: "Shows security", "Shows no-codes".' in seen
    assert "For a strong pass: Shows security – rests on what is to be read blind first" in seen
    assert "Against: Shows no-codes – rests on what is to be read blind first" in seen
    assert "For a strong pass: Shows depth – shown" in seen
    assert "would speak against it" not in seen and "Strong criteria met" not in seen
    read_all(house, name)
    page = client.get(f"/interviews/{name}").text
    assert FIRST not in page and "to be read blind" not in page
    assert all(words in quoted(page) for words in QUOTES.values())
    assert "covered" in finding(page, "http.method") and "covered in part" in finding(page, "http.tls")
    assert "to be confirmed by a person" in finding(page, "codes.all-200")
    assert "would speak against it" in text(page) and "Strong criteria met" in text(page)


def test_each_is_shown_as_soon_as_it_is_read_and_no_other(
    house: House, drawn: tuple[str, str], signed_in: SignedIn
) -> None:
    name, _ = drawn
    ada, bob = signed_in(Role.REVIEWER, "ada"), signed_in(Role.ADMIN, "bob")
    left = set(QUOTES)
    for target, words in QUOTES.items():
        page = ada.get(f"{QUEUE}?find={name}/{target}").text
        assert shown(page) == (name, target) and "blind reading" in page
        assert words not in quoted(page)
        send(ada, page, "absent")
        left.remove(target)
        for client in (ada, bob):
            page = client.get(f"/interviews/{name}").text
            assert {one for one in QUOTES if FIRST in finding(page, one)} == left
            assert (words in quoted(page)) and not [QUOTES[one] for one in left if QUOTES[one] in quoted(page)]


def test_the_report(house: House, drawn: tuple[str, str], signed_in: SignedIn) -> None:
    name, _ = drawn
    client = signed_in(Role.REVIEWER)
    page = client.get(f"/interviews/{name}/report").text
    assert not [words for words in QUOTES.values() if words in quoted(page)]
    assert page.count(FIRST) == 5
    for target in QUOTES:
        assert f'<a href="{QUEUE}?find={name}/{target}">Read it</a>' in page
    flag = re.search(r'<p class="flag">.*?</p>', page, re.DOTALL)
    assert flag is not None and text(flag[0]).startswith(
        "Red flag (serious), to be read blind first: States the mistake"
    )
    assert "<h2>To check" not in page and "to be checked by a person" not in page
    read_all(house, name)
    page = client.get(f"/interviews/{name}/report").text
    assert FIRST not in page and "Read it" not in page
    assert all(words in quoted(page) for words in QUOTES.values())
    assert "Red flag (serious), to be checked by a person:" in text(page) and "<h2>To check" in page


def test_side_by_side(house: House, drawn: tuple[str, str], invite: Make, signed_in: SignedIn) -> None:
    name, _ = drawn
    other = held(house, invite("B")[0], screened(salt=salt_for()))
    client = signed_in(Role.REVIEWER)
    place = f"/positions/backend/compare?interview={name}&interview={other}"
    page = client.get(place).text
    assert page.count(FIRST) == 2
    for target in ("http.method", "http.tls"):
        assert f'href="{QUEUE}?find={name}/{target}"' in page and f"find={other}/" not in page
    seen = text(page)
    assert f"such as GET or POST. core {FIRST} Read it ✓ covered" in seen
    assert f"encrypted with TLS. strong {FIRST} Read it ✓ covered" in seen
    read_all(house, name)
    seen = text(client.get(place).text)
    assert "such as GET or POST. core ✓ covered ✓ covered" in seen and FIRST not in seen
    assert "encrypted with TLS. strong ◐ in part ✓ covered" in seen


def test_the_files(house: House, drawn: tuple[str, str], signed_in: SignedIn) -> None:
    name, _ = drawn
    client = signed_in(Role.REVIEWER)
    before = client.get("/positions/backend/export.json").json()["candidates"][0]["interview"]
    assert before["to_read_blind"] == 3
    assert before["reasons"] == [
        "Pass criteria met: 2, all that a machine can judge.",
        'Rests on what is to be read blind: "Shows security", "Shows no-codes".',
    ]
    table = client.get("/positions/backend/export.csv").text
    read_all(house, name)
    after = client.get("/positions/backend/export.json").json()["candidates"][0]["interview"]
    assert after["to_read_blind"] == 0
    assert after["reasons"] == [
        "Pass criteria met: 2, all that a machine can judge.",
        "Strong criteria met: 2 of 2; a strong pass needs more than half, and at least two.",
        'To check: "Shows no-codes" would speak against it.',
    ]
    # Nothing of a single finding is in a table, read or not; what is to check now includes the flag.
    (_, one), (_, two) = (row.splitlines() for row in (table, client.get("/positions/backend/export.csv").text))
    differ = [(a, b) for a, b in zip(one.split(","), two.split(","), strict=True) if a != b]
    assert len(differ) == 1


def test_no_page_of_the_office_shows_it(house: House, drawn: tuple[str, str], signed_in: SignedIn) -> None:
    name, _ = drawn
    client = signed_in(Role.ADMIN)
    for path in _places(house, name):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert not [words for words in QUOTES.values() if words in quoted(answer.text)], path


def _places(house: House, name: str) -> Iterator[str]:
    (invite,) = house.office.invites("backend")
    yield from ("/positions", "/record", "/requests", f"/invites/{invite.id}", f"/interviews/{name}")
    yield f"/interviews/{name}/report"
    for rest in ("", "/results", "/invites", "/preview", "/scenario", "/settings", "/export.csv", "/export.json"):
        yield f"/positions/backend{rest}"
    for at in range(5):
        yield f"{QUEUE}?at={at}"
    for target in QUOTES:
        yield f"{QUEUE}?last={name}/{target}"
        yield f"{QUEUE}?read={name}/{target}"


def test_a_viewer_reads_nothing_blind_and_sees_all(house: House, drawn: tuple[str, str], signed_in: SignedIn) -> None:
    name, _ = drawn
    viewer = signed_in(Role.VIEWER)
    for path in (f"/interviews/{name}", f"/interviews/{name}/report"):
        page = viewer.get(path).text
        assert FIRST not in page and all(words in quoted(page) for words in QUOTES.values())


def test_while_the_interview_goes_on(
    house: House, position: Callable[..., Position], invite: Make, signed_in: SignedIn
) -> None:
    position()
    log = Log(tiny_scenario(), mode=Mode.SCREEN, judge=PANEL, salt=salt_for("http.method"))
    name = held(house, invite()[0], log.ask("http").answer("it sends a GET", {"method": COVERED, "request": COVERED}))
    page = signed_in(Role.REVIEWER).get(f"/interviews/{name}").text
    assert FIRST in finding(page, "http.method") and "Read it" not in page
    assert "covered" in finding(page, "http.request")
    report = signed_in(Role.REVIEWER).get(f"/interviews/{name}/report").text
    assert FIRST in report and "Read it" not in report
    page = signed_in(Role.VIEWER).get(f"/interviews/{name}").text
    assert "covered" in finding(page, "http.method")


def test_that_it_is_contested_is_not_told_before(house: House, drawn: tuple[str, str], signed_in: SignedIn) -> None:
    name, _ = drawn
    house.hall.append(name, Contested(at=BEGIN, target="http.tls", reason="I did name TLS in full"))
    client = signed_in(Role.REVIEWER)
    places = (f"/interviews/{name}", f"/interviews/{name}/report", f"{QUEUE}?find={name}/http.tls")
    for path in places:
        page = client.get(path).text
        assert "I did name TLS in full" not in page and "contest" not in text(page).lower()
    read_all(house, name)
    for path in places:
        assert "I did name TLS in full" in client.get(path).text


def test_after_a_decision_all_is_seen_and_nothing_is_read_blind_any_more(
    house: House, drawn: tuple[str, str], signed_in: SignedIn
) -> None:
    name, _ = drawn
    client = signed_in(Role.REVIEWER, "ada")
    assert client.get(f"/interviews/{name}/call-sheet").status_code == 303
    stale = client.get(f"{QUEUE}?find={name}/http.method").text
    Reviewing(house.program, house.hall, "ada").decide(name, "hold", "wait")
    assert FIRST in client.get(f"/interviews/{name}").text
    Reviewing(house.program, house.hall, "ada").decide(name, "advance", "solid")
    assert FIRST not in (page := client.get(f"/interviews/{name}").text)
    assert all(words in quoted(page) for words in QUOTES.values())
    assert QUOTES["codes.all-200"] in quoted(client.get(f"/interviews/{name}/report").text)
    assert "Nothing waits for a person." in text(client.get(QUEUE).text)
    # What the call sheet has shown is no blind reading, whatever is decided afterwards, nor what is sent late.
    assert client.get(f"/interviews/{name}/call-sheet").status_code == 200
    assert "but=read" in send(client, stale, "absent")
    Reviewing(house.program, house.hall, "ada").decide(name, "hold", "not yet")
    assert "blind" not in text(client.get(QUEUE).text)
    assert "but=read" in send(client, stale, "absent")
    assert house.office.blinds([name]) == ()


def test_an_attempt_that_was_set_aside_is_read_by_nobody(
    house: House, drawn: tuple[str, str], signed_in: SignedIn
) -> None:
    name, _ = drawn
    (made,) = house.office.invites("backend")
    held(house, made, screened(salt=salt_for()))
    client = signed_in(Role.REVIEWER)
    for path in (f"/interviews/{name}", f"/interviews/{name}/report"):
        page = client.get(path).text
        assert FIRST not in page and all(words in quoted(page) for words in QUOTES.values())


def test_candidates_see_their_own_as_ever_and_the_log_stays(
    house: House, drawn: tuple[str, str], client: TestClient, signed_in: SignedIn
) -> None:
    name, token = drawn
    before, head = client.get(f"/i/{token}/evidence").text, house.program.store.tip(name)
    assert all(words in before for words in QUOTES.values()) and "blind" not in before
    findings = client.get(f"/i/{token}/data").json()["interviews"][0]["findings"]
    known = {one["target"]: one["status"] for one in findings}
    assert (known["http.method"], known["http.tls"]) == ("covered", "partial")
    for path in _places(house, name):
        signed_in(Role.ADMIN).get(path)
    assert house.program.store.tip(name) == head
    read_all(house, name)
    assert client.get(f"/i/{token}/data").json()["interviews"][0]["findings"] == findings
    assert house.program.store.tip(name) == head
    assert client.get(f"/i/{token}/evidence").text == before
