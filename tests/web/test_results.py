"""The list of results and the comparison: what they tell, in which order, and whose name is in neither."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from interviewer.hosting.reviewing import Reviewing
from interviewer.screening.invite import Invite
from interviewer.screening.position import Position
from interviewer.screening.records import Deed
from interviewer.screening.roles import Role
from interviewer.web.house import House
from tests.factories import ABSENT, COVERED, UNCLEAR, Log, point, question, scenario, tiny_scenario
from tests.interviews import held, screened

Make = Callable[..., tuple[Invite, str]]
SignedIn = Callable[..., TestClient]
PLACE = "/positions/backend/results"


@pytest.fixture
def backend(position: Callable[..., Position]) -> Position:
    return position()


def text(page: str) -> str:
    """What a person reads of a page, its title included."""
    page = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def links(page: str) -> list[str]:
    """The interviews in the order of the list."""
    return re.findall(r'<th scope="row"><a href="/interviews/([a-z0-9-]+)">', page)


def deed(house: House, who: str = "ada") -> Reviewing:
    return Reviewing(house.program, house.hall, who)


def test_an_empty_position_says_so(backend: Position, signed_in: SignedIn) -> None:
    page = signed_in(Role.REVIEWER).get(PLACE)
    assert page.status_code == 200
    assert "Nobody is invited yet." in text(page.text)


def test_the_list_tells_what_was_found(house: House, backend: Position, invite: Make, signed_in: SignedIn) -> None:
    held(house, invite("Grace Example")[0], screened({"request": UNCLEAR}))
    invite("Alan Example")
    page = signed_in(Role.VIEWER).get(PLACE)
    seen = text(page.text)
    assert "1 of 2 candidates has finished" in seen or "1 of 2 candidates have finished" in seen
    assert "not enough evidence" in seen
    assert "Http: level 1 to 4" in seen and "Codes: level 4" in seen
    assert "1 finding to check" in seen
    assert (Deed.RESULTS_SEEN, "backend") in [(one.deed, one.subject) for _, one in house.office.entries()]


def test_a_hidden_name_is_nowhere_and_a_decision_shows_it(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    interview = held(house, invite("Grace Verysecret", mail="g@verysecret.example")[0], screened())
    client = signed_in(Role.REVIEWER)
    for path in (PLACE, "/positions/backend/queue", f"/interviews/{interview}", f"/interviews/{interview}/report"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "erysecret" not in answer.text + str(answer.headers)
    deed(house).decide(interview, "hold", "to be seen")
    for path in (PLACE, f"/interviews/{interview}", f"/interviews/{interview}/report"):
        assert "Grace Verysecret" in client.get(path).text


def test_the_list_is_sorted_and_filtered_by_its_links(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    strong = held(house, invite("A")[0], screened())
    weak = held(house, invite("B")[0], screened({"request": ABSENT}))
    doubtful = held(house, invite("C")[0], screened({"request": UNCLEAR}))
    client = signed_in(Role.VIEWER)
    assert links(client.get(f"{PLACE}?sort=recommendation").text) == [strong, doubtful, weak]
    assert links(client.get(f"{PLACE}?sort=recommendation&up=1").text) == [weak, doubtful, strong]
    assert links(client.get(f"{PLACE}?recommendation=fail").text) == [weak]
    assert "No candidate is like that." in text(client.get(f"{PLACE}?decision=advance").text)
    page = client.get(f"{PLACE}?sort=recommendation&status=done").text
    heading = re.search(r'aria-sort="descending"><a href="([^"]+)">Recommendation', page)
    assert heading is not None
    assert html.unescape(heading[1]) == f"{PLACE}?status=done&sort=recommendation&up=1"
    # What cannot be asked for changes nothing.
    for nonsense in ("sort=pasted", "sort=seconds", "status=x", "recommendation=<b>", "decision=%27"):
        answer = client.get(f"{PLACE}?{nonsense}")
        assert answer.status_code == 200 and len(links(answer.text)) == 3
        assert "<b>" not in answer.text


def test_how_a_candidate_typed_is_not_in_the_list(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    log = Log(tiny_scenario(), mode=screened().state.mode)
    log.ask("http").answer("it asks", {"request": COVERED}, pasted=7, seconds=3723.0).close().end()
    held(house, invite()[0], log)
    seen = text(signed_in(Role.VIEWER).get(PLACE).text).lower()
    assert not [word for word in ("pasted", "suspic", "seconds", "62 min", "answered in") if word in seen]


def test_candidates_that_were_asked_different_questions_are_told_apart(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    held(house, invite("A")[0], screened())
    client = signed_in(Role.VIEWER)
    assert "different versions" not in client.get(PLACE).text
    other = scenario(question("http", point("request")))
    held(house, invite("B")[0], Log(other, mode=screened().state.mode).whole("http", {"request": COVERED}).end())
    assert "Candidates were asked different versions of the questions" in text(client.get(PLACE).text)


def test_what_broke_and_what_cannot_be_read_is_said(
    house: House, backend: Position, invite: Make, signed_in: SignedIn
) -> None:
    from tests.hosting.test_results import damage

    interview = held(house, invite("A")[0], screened())
    damage(house, interview)
    seen = text(signed_in(Role.VIEWER).get(PLACE).text)
    assert "cannot be read" in seen and "damaged" in seen


def test_names_cannot_script_a_page(house: House, backend: Position, invite: Make, signed_in: SignedIn) -> None:
    evil = "<img src=x onerror=alert(1)>"
    interview = held(house, invite(evil)[0], screened(words=f"it sends {evil}"))
    deed(house).decide(interview, "advance", evil)
    deed(house).comment(interview, evil)
    client = signed_in(Role.REVIEWER)
    other = held(house, invite("B")[0], screened())
    for path in (PLACE, f"/interviews/{interview}", f"/interviews/{interview}/report",
                 f"/interviews/{interview}/call-sheet",
                 f"/positions/backend/compare?interview={interview}&interview={other}"):  # fmt: skip
        page = client.get(path)
        assert page.status_code == 200
        assert "<img" not in page.text and "&lt;img src=x" in page.text


# Side by side


def test_up_to_four_stand_side_by_side(house: House, backend: Position, invite: Make, signed_in: SignedIn) -> None:
    names = [held(house, invite(f"N{number}")[0], screened({"request": UNCLEAR})) for number in range(5)]
    client = signed_in(Role.VIEWER)
    asked = "&".join(f"interview={one}" for one in names[:4])
    page = client.get(f"/positions/backend/compare?{asked}")
    assert page.status_code == 200
    seen = text(page.text)
    assert seen.count("level 1 to 4") == 4
    assert "The client sends a request to the server. minimum ? unclear ? unclear ? unclear ? unclear" in seen
    lines = house.office.entries(deeds=[Deed.INTERVIEW_SEEN])
    assert {one.subject for _, one in lines} == set(names[:4])


@pytest.mark.parametrize("count", [0, 1, 5])
def test_fewer_than_two_or_more_than_four_go_back(
    house: House, backend: Position, invite: Make, signed_in: SignedIn, count: int
) -> None:
    names = [held(house, invite(f"N{number}")[0], screened()) for number in range(count)]
    client = signed_in(Role.VIEWER)
    answer = client.get("/positions/backend/compare", params={"interview": names})
    assert (answer.status_code, answer.headers["location"]) == (303, PLACE)
    assert "Choose two to 4 candidates" in text(client.get(PLACE).text)


def test_nobody_of_another_position_is_compared(
    house: House, backend: Position, position: Callable[..., Position], invite: Make, signed_in: SignedIn
) -> None:
    mine = held(house, invite("A")[0], screened())
    other = held(house, invite("B", to=position("other"))[0], screened())
    answer = signed_in(Role.ADMIN).get(f"/positions/backend/compare?interview={mine}&interview={other}")
    assert answer.status_code == 303
    assert not house.office.entries(deeds=[Deed.INTERVIEW_SEEN])


def test_an_unknown_position_is_not_found(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMIN)
    for path in ("results", "compare?interview=a&interview=b", "queue", "export.csv", "export.json"):
        assert client.get(f"/positions/nothing/{path}").status_code == 404
