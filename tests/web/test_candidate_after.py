"""The receipt, the findings and a candidate's own data, through their pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from interviewer.core.events import Confirmed, Contested, Overridden
from interviewer.core.findings import Status, Unscored, UnscoredReason
from interviewer.hosting import own_data
from interviewer.judging.scripted import ScriptedJudge
from interviewer.screening.invite import Invite
from interviewer.screening.position import Position, Sharing
from interviewer.screening.records import Deed
from interviewer.web.house import House
from tests.hosting.talking import ANSWERS
from tests.web.candidates import Candidate, Shown
from tests.web.conftest import SAYS
from tests.web.test_candidate import Candidates, candidate
from tests.web.test_candidate_talk import kept

__all__ = ["candidate"]


@pytest.fixture
def done(candidate: Candidates) -> Candidate:
    """A candidate whose interview is over."""
    one = candidate()
    one.begin()
    one.hold(ANSWERS)
    return one


def the_invite(house: House) -> Invite:
    (invite,) = house.office.invites("backend")
    return invite


# The receipt


def test_the_receipt_names_the_log_and_what_happens_next(house: House, done: Candidate) -> None:
    page = done.see("/done")
    interview = kept(house)
    for words in (
        "Thank you, Grace Example",
        "The interview is complete.",
        interview.id,
        f"Rows in its log {interview.length}",
        interview.head,
        "People at A company read your interview and decide.",
        "It is kept until 4 Jul 2026, 09:00 UTC",
        "Ada Example, ada@example.org",
    ):
        assert words in page.words, words
    assert {f"/i/{done.token}/{name}" for name in ("evidence", "data", "forget")} <= set(page.links)
    assert house.program.store.verify(interview.id, interview.head).matched == interview.length


def test_a_link_that_is_done_leads_to_the_receipt(done: Candidate) -> None:
    for page in ("", "/talk"):
        assert done.get(page).headers["location"] == f"/i/{done.token}/done"
    assert done.post("/leave").headers["location"] == f"/i/{done.token}/done"


def test_no_level_and_no_recommendation_is_on_any_page(done: Candidate) -> None:
    for page in ("/done", "/evidence", "/data"):
        text = done.get(page).text.lower()
        for word in ("strong pass", "level", "insufficient", "recommendation:", "not enough evidence"):
            assert word not in text, (page, word)


# Findings


def test_each_point_stands_with_the_candidates_own_words(house: House, done: Candidate) -> None:
    page = done.see("/evidence")
    assert "The client sends a request to the server. heard Your words: sends a request" in page.words
    assert "The connection is encrypted with TLS. not heard" in page.words
    assert [words for level, words in page.headings if level == 2] == ["Http", "Caching", "Codes"]
    assert Deed.EVIDENCE_SEEN in [one.deed for _, one in house.office.entries()]


def test_findings_are_nowhere_before_the_end_and_where_they_are_not_shared(
    candidate: Candidates, position: Callable[..., Position]
) -> None:
    one = candidate()
    one.begin()
    other = candidate(to=position("closed-lipped", sharing=Sharing.NOTHING))
    other.begin()
    other.hold(ANSWERS)
    for each in (one, other):
        assert each.get("/evidence").status_code == 404
        assert each.post("/contest", target="http.tls", reason="I said it").status_code == 404
    assert f"/i/{other.token}/evidence" not in other.see("/done").links


def test_a_finding_is_contested_and_the_page_says_so(house: House, done: Candidate) -> None:
    answer = done.post("/contest", target="http.tls", reason="I meant <b>encryption</b>.")
    assert answer.headers["location"] == f"/i/{done.token}/evidence#f-http.tls"
    page = done.see("/evidence")
    assert "You contested this. A person will look at it. Your reason: I meant <b>encryption</b>." in page.words
    assert "f-http.tls" in page.ids
    (contested,) = [one for one in kept(house).events if isinstance(one, Contested)]
    assert (contested.target, contested.reason) == ("http.tls", "I meant <b>encryption</b>.")
    assert done.post("/contest", target="http.tls", reason="Really!").status_code == 400
    assert sum(isinstance(one, Contested) for one in kept(house).events) == 1


def test_a_contest_without_a_reason_comes_back(house: House, done: Candidate) -> None:
    answer = done.post("/contest", target="http.tls", reason=" \u200b ")
    assert answer.status_code == 400
    assert "Please say why." in Shown(answer.text).words
    answer = done.post("/contest", target="http.tls", reason="w" * 2001)
    assert answer.status_code == 400
    assert "w" * 2001 in answer.text
    assert not any(isinstance(one, Contested) for one in kept(house).events)


@pytest.mark.parametrize("target", ["", "http", "http.nothing", "../../x", "http.tls\r\nSet-Cookie: x=1"])
def test_what_is_no_finding_cannot_be_contested(done: Candidate, target: str) -> None:
    assert done.post("/contest", target=target, reason="why").status_code == 404


def test_a_persons_word_is_on_the_page_at_once(house: House, done: Candidate) -> None:
    done.post("/contest", target="http.tls", reason="I said so.")
    word = {"at": house.clock.now(), "by": "ada-lovelace", "target": "http.tls"}
    house.hall.append(kept(house).id, Overridden(**word, status=Status.COVERED, reason="an inner reason"))
    page = done.see("/evidence")
    assert "The connection is encrypted with TLS. heard checked by a person" in page.words
    assert "A person has looked at it since" in page.words
    assert "ada-lovelace" not in page.html and "an inner reason" not in page.html
    house.hall.append(kept(house).id, Confirmed(**word))
    assert "checked by a person" in done.see("/evidence").words


def test_a_question_left_out_and_one_not_judged_are_told_kindly(house: House, candidate: Candidates) -> None:
    unscored = Unscored(judge=house.program.judge.version, reason=UnscoredReason.OTHER_LANGUAGE)
    house.program.__dict__["judge"] = ScriptedJudge(SAYS, {"ich weiß": unscored})
    one = candidate()
    one.begin()
    one.hold(["/skip", "/skip", "Das ist so, ich weiß es genau.", "404 is not found"])
    one.say("", command="end")
    words = one.see("/evidence").words
    assert words.count("You left this question out.") == 2
    assert "The program has not judged this one. A person reads what you wrote." in words


# Own data


def test_own_data_is_a_file(house: House, done: Candidate) -> None:
    answer = done.get("/data")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="my-interview-data.json"'
    data = answer.json()
    assert data["schema"] == "interviewer.own-data/1"
    assert data["invitation"]["name"] == "Grace Example"
    assert [one["text"] for one in data["interviews"][0]["turns"] if one["who"] == "candidate"] == list(ANSWERS)
    assert Deed.OWN_DATA_TAKEN in [one.deed for _, one in house.office.entries()]


def test_deletion_is_asked_for_once_and_its_state_is_shown(house: House, done: Candidate) -> None:
    assert done.see("/forget").offers("Ask for deletion")
    assert done.post("/forget", reason="I changed my mind.").headers["location"] == f"/i/{done.token}/forget"
    page = done.see("/forget")
    assert "You asked for deletion on 5 Jan 2026" in page.words and not page.offers("Ask for deletion")
    assert done.post("/forget", reason="again").status_code == 409
    assert "You have asked for its deletion" in done.see("/done").words
    own_data.refuse(house.program, the_invite(house).id, "ada", "Kept until May by law.")
    page = done.see("/forget")
    assert "Your request was not granted" in page.words and "Kept until May by law." in page.words
    assert page.offers("Ask for deletion")


def test_after_a_deletion_the_link_opens_nothing(house: House, done: Candidate) -> None:
    done.post("/forget", reason="")
    own_data.grant(house.program, house.hall, the_invite(house).id, "ada")
    for page in ("", "/done", "/evidence", "/data", "/forget"):
        assert done.get(page).status_code == 404
    assert house.program.store.list() == ()


def test_an_open_page_of_a_deleted_interview_says_so(house: House, candidate: Candidates) -> None:
    one = candidate()
    one.begin()
    one.post("/forget", reason="")
    own_data.grant(house.program, house.hall, the_invite(house).id, "ada")
    assert one.post("/say", turn=2, words="hello").status_code == 404
    assert one.post("/presence", page="x").status_code == 404
