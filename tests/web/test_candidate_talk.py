"""The conversation through its page: answered without a script, streamed with one, never twice, and nothing lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from httpx import Response

from interviewer.core.errors import ModelFileError, StoreBusy, StoreError
from interviewer.core.events import MAX_TURN_CHARS, Command, Event, Said, Who
from interviewer.core.findings import Outcome as Found
from interviewer.core.findings import Status
from interviewer.core.scenario import Question
from interviewer.core.state import Turn
from interviewer.hosting.hall import Hall
from interviewer.hosting.presence import absences
from interviewer.hosting.rooms import Kept
from interviewer.judging.scripted import ScriptedJudge
from interviewer.screening.position import Position
from interviewer.screening.records import Deed
from interviewer.store.log import StoredLog
from interviewer.store.office import Office
from interviewer.web import candidate_say
from interviewer.web.house import House
from tests.factories import point, question, scenario, tiny_scenario
from tests.hosting.talking import ANSWERS
from tests.web.candidates import Candidate, Shown
from tests.web.conftest import SAYS, SetClock
from tests.web.test_candidate import Candidates, candidate

__all__ = ["candidate"]
STREAM = {"Accept": "application/x-ndjson"}


@pytest.fixture
def one(candidate: Candidates) -> Candidate:
    """A candidate at the first question."""
    made = candidate()
    made.begin()
    return made


def kept(house: House) -> Kept:
    """The only interview there is."""
    (summary,) = house.program.store.list()
    return house.hall.read(summary.id)


def said(house: House) -> list[Said]:
    """What the candidate said."""
    return [one for one in kept(house).events if isinstance(one, Said) and one.who is Who.CANDIDATE]


# An interview


def test_a_whole_interview_without_a_script(house: House, one: Candidate) -> None:
    page = one.see("/talk")
    assert "Question 1 of 2 · Main part" in page.words
    assert len(page.current) == 1 and page.current[0].endswith("Tell me about http.")
    answer = one.say(ANSWERS[0])
    assert (answer.status_code, answer.headers["location"]) == (303, f"/i/{one.token}/talk#now")
    assert "now" in one.see("/talk").ids
    one.say(ANSWERS[1])
    assert "Question 2 of 2" in one.see("/talk").words
    one.say(ANSWERS[2])
    closing = one.see("/talk")
    assert "At the end: your own questions" in closing.words
    assert not closing.offers("Ask for a hint") and closing.offers("I have no question: finish")
    one.say("", command="end")
    assert one.get("/talk").headers["location"] == f"/i/{one.token}/done"
    assert [each.text for each in said(house)] == [*ANSWERS[:3], "/end"]
    assert kept(house).over


def test_the_page_shows_no_point_no_finding_and_no_score(house: House, one: Candidate) -> None:
    one.say("the client sends a request")
    html = one.see("/talk").html
    for asked in tiny_scenario().all_questions():
        for each in (*asked.points, *asked.red_flags):
            assert each.says not in html
    for word in ("covered", "absent", "level", "score", "probability", "recommend"):
        assert word not in html.lower()
    assert "sends a request" in html


def test_the_question_at_hand_is_kept_in_view(one: Candidate) -> None:
    assert "The question, once more" not in one.see("/talk").words
    one.say("the client sends a request")
    page = one.see("/talk")
    assert "The question, once more Tell me about http." in page.words
    assert len(page.current) == 1


@pytest.mark.parametrize(
    ("button", "command", "shown"),
    [
        ("hint", Command.HINT, "(You asked for a hint.)"),
        ("repeat", Command.REPEAT, "(You asked to hear it again.)"),
        ("skip", Command.SKIP, "(You left this question out.)"),
    ],
)
def test_a_button_asks_for_something(house: House, one: Candidate, button: str, command: Command, shown: str) -> None:
    assert one.say("", command=button).status_code == 303
    assert said(house)[0].command is command
    assert shown in one.see("/talk").words


def test_a_listed_word_that_is_typed_is_the_button(house: House, one: Candidate) -> None:
    one.say(" /hint ")
    assert said(house)[0].command is Command.HINT
    one.say("/api/users")
    assert said(house)[1].command is None


def test_words_in_the_box_stay_there_while_a_button_is_pressed(house: House, one: Candidate) -> None:
    answer = one.say("I was about to say", command="hint")
    page = Shown(answer.text)
    assert answer.status_code == 200
    assert page.fields["words"] == "I was about to say"
    assert page.fields["turn"] == "4"
    assert [each.text for each in said(house)] == ["/hint"]


def test_ending_early_is_a_choice(house: House, one: Candidate) -> None:
    one.say("", command="end")
    assert "You ended the interview." in one.see("/done").words


def test_time_is_told_and_ends_the_interview_kindly(house: House, one: Candidate, clock: SetClock) -> None:
    assert "30 min left" in one.see("/talk").words
    for _ in range(4):
        clock.go_on(minutes=9)
        assert one.say("the client sends a request").status_code == 303
        one.get("/talk")
    assert "The time was used up" in one.see("/done").words
    assert [each.seconds for each in said(house)] == [540] * 4


# Never twice


def test_a_double_click_and_a_reload_answer_once(house: House, one: Candidate) -> None:
    for _ in range(3):
        assert one.say(ANSWERS[0], turn=2).headers["location"] == f"/i/{one.token}/talk#now"
    assert len(said(house)) == 1


def test_a_second_tab_loses_no_words(house: House, one: Candidate) -> None:
    one.say("the first tab's answer", turn=2)
    answer = one.say("the second tab's <answer>", turn=2)
    page = Shown(answer.text)
    assert answer.status_code == 409
    assert "was answered already" in page.words
    assert page.fields["words"] == "the second tab's <answer>"
    assert page.fields["turn"] == "4"
    assert [each.text for each in said(house)] == ["the first tab's answer"]


def test_words_that_come_after_the_end_are_shown_and_not_stored(house: House, one: Candidate) -> None:
    one.say("", command="end", turn=2)
    answer = one.say("one thing more", turn=2)
    assert answer.status_code == 409
    assert "so that it is not part of it: one thing more" in Shown(answer.text).words
    assert one.say("", command="hint", turn=2).headers["location"] == f"/i/{one.token}/done"
    assert len(said(house)) == 1


@pytest.mark.parametrize("turn", ["", "x", "-1", "2.0", "99999999999999999999", "٢", "1"])
def test_a_form_that_names_no_waiting_line_answers_none(house: House, one: Candidate, turn: str) -> None:
    answer = one.client.post(f"/i/{one.token}/say", data={"turn": turn, "words": "my words"})
    assert answer.status_code == 409
    assert Shown(answer.text).fields["words"] == "my words"
    assert said(house) == []


def test_a_restart_between_any_two_steps_changes_nothing(house: House, one: Candidate) -> None:
    for number, text in enumerate(ANSWERS):
        object.__setattr__(house, "hall", Hall(house.program))
        page = one.see("/talk")
        object.__setattr__(house, "hall", Hall(house.program))
        one.say(text, turn=page.fields["turn"])
        one.say(text, turn=page.fields["turn"])
        assert len(said(house)) == number + 1
    assert kept(house).over


# What is typed


def test_an_answer_of_the_greatest_length_is_taken_whole(house: House, one: Candidate) -> None:
    one.say("é" * MAX_TURN_CHARS)
    assert said(house)[0].text == "é" * MAX_TURN_CHARS


def test_one_that_is_longer_is_refused_kindly_with_its_words(house: House, one: Candidate) -> None:
    words = "a" * (MAX_TURN_CHARS + 1)
    answer = one.say(words)
    page = Shown(answer.text)
    assert answer.status_code == 413
    assert "20,001 characters; an answer can have 20,000" in page.words
    assert page.fields["words"] == words
    assert said(house) == []


@pytest.mark.parametrize("words", ["", "   ", "\u200b\u202e", "\x1b[0m"])
def test_nothing_is_no_answer(house: House, one: Candidate, words: str) -> None:
    answer = one.say(words)
    assert answer.status_code == 400
    assert "nothing in the box" in Shown(answer.text).words
    assert said(house) == []


def test_what_is_typed_is_cleaned_and_escaped(house: House, one: Candidate) -> None:
    one.say("<img src=x onerror=alert(1)> \x1b[31mred\x1b[0m \u202eevil\r\nline two</textarea><script>")
    stored = said(house)[0].text
    assert stored == "<img src=x onerror=alert(1)> red evil\nline two</textarea><script>"
    html = one.see("/talk").html
    assert "<img" not in html and "<script>" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_line_breaks_at_the_beginning_of_kept_words_stay(one: Candidate) -> None:
    answer = one.say("first\n\n  third line", turn=1)
    assert Shown(answer.text).fields["words"] == "first\n\n  third line"


@pytest.mark.parametrize(
    ("sent", "stored"), [("57", 57), ("", None), ("x", None), ("-5", None), ("9" * 10, 1_000_000), ("9" * 40, None)]
)
def test_pasted_characters_are_a_fact_where_the_page_can_tell(
    house: House, one: Candidate, sent: str, stored: int | None
) -> None:
    one.say("the client sends a request", pasted=sent)
    assert said(house)[0].pasted == stored


def test_names_and_scenario_texts_are_escaped(
    house: House, candidate: Candidates, position: Callable[..., Position]
) -> None:
    evil = "<script>alert(1)</script>"
    plan = scenario(question("http", point("request"), title=evil, asks=f"Asks {evil}"), title=evil)
    where = position("evil", scenario=plan, title=evil, company=evil, contact=evil, help_allowed=evil)
    made = candidate(evil, to=where)
    pages = [made.see(), made.begin(), made.see("/broke"), made.see("/forget")]
    made.say(evil)
    made.say(evil, command="end")
    pages += [made.see("/done"), made.see("/evidence")]
    for page in pages:
        assert "<script>alert" not in page.html
        assert "&lt;script&gt;alert" in page.html


# When something fails


def _disk_full(self: StoredLog, event: Event) -> None:
    raise StoreError("The disk is full.", "Make room.")


def test_an_answer_that_cannot_be_stored_comes_back_to_be_sent_again(
    house: House, one: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(StoredLog, "append", _disk_full)
        answer = one.say(ANSWERS[0], turn=2)
    page = Shown(answer.text)
    assert answer.status_code == 503
    assert "nothing of it is lost" in page.words and "The disk is full." not in page.words
    assert page.fields["words"] == ANSWERS[0]
    again = one.post("/say", **{name: value for name, value in page.fields.items() if name})
    assert again.status_code == 303
    assert [each.text for each in said(house)] == [ANSWERS[0]]


def test_even_where_the_link_cannot_be_looked_up_the_words_come_back(
    house: House, one: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(self: Office, sha256: str) -> None:
        raise StoreBusy("Another process holds the file.", "Wait.")

    with monkeypatch.context() as patched:
        patched.setattr(Office, "invite_by_token", busy)
        answer = one.say(ANSWERS[0], turn=2)
    assert answer.status_code == 503
    assert Shown(answer.text).fields["words"] == ANSWERS[0]


class _Failing(ScriptedJudge):
    """Cannot judge while `broken`."""

    broken = True

    def assess(self, question: Question, turns: Sequence[Turn]) -> Found:
        if self.broken:
            raise ModelFileError("A file of the judge is missing.", "Install again.")
        return super().assess(question, turns)


def test_an_answer_that_cannot_be_judged_is_stored_and_the_page_says_so(house: House, one: Candidate) -> None:
    judge = house.program.__dict__["judge"] = _Failing(SAYS)
    object.__setattr__(house, "hall", Hall(house.program))
    answer = one.say(ANSWERS[0], turn=2)
    page = Shown(answer.text)
    assert answer.status_code == 503
    assert "Everything that you sent is stored." in page.words and ANSWERS[0] in page.words
    assert "words" not in page.fields
    again = one.get("/talk")
    assert again.status_code == 503 and "Everything that you sent is stored." in again.text
    judge.broken = False
    assert int(one.see("/talk").fields["turn"]) > 3
    assert len(said(house)) == 1


# Leaving


def test_leaving_stops_the_clock_and_keeps_what_stood_in_the_box(house: House, one: Candidate, clock: SetClock) -> None:
    clock.go_on(seconds=30)
    page = Shown(one.post("/leave", words="half an <answer>").text)
    assert "The clock stands still." in page.words
    assert page.fields["words"] == "half an <answer>"
    clock.go_on(hours=10)
    assert "Welcome back" in one.see().words
    back = Shown(one.post("/talk", words=page.fields["words"]).text)
    assert back.fields["words"] == "half an <answer>"
    assert "You go on where you were." in back.words and "29 min left" in back.words
    clock.go_on(seconds=10)
    one.say("an answer")
    assert said(house)[0].seconds == 40
    assert [each.seconds for each in absences(kept(house).events)] == [36_000]
    deeds = [each.deed for _, each in house.office.entries()]
    assert deeds.count(Deed.LEFT) == deeds.count(Deed.CAME_BACK) == 1


def test_another_device_goes_on_where_it_was(candidate: Candidates, one: Candidate, browser: Any) -> None:
    one.say("the client sends a request")
    other = Candidate(browser(), one.token)
    assert other.see("/talk").fields["turn"] == one.see("/talk").fields["turn"] == "4"
    assert "the client sends a request" in other.see("/talk").words


def _page_id(page: Shown) -> str:
    return page.html.split('data-page="')[1].split('"')[0]


def test_a_page_with_a_script_says_that_it_is_there(house: House, one: Candidate, clock: SetClock) -> None:
    page = _page_id(one.see("/talk"))
    clock.go_on(seconds=20)
    answer = one.post("/presence", page=page, state="here").json()
    assert answer == {"here": True, "left": 1780.0}
    assert one.post("/presence", page="another", state="here").json() == {"here": False}
    one.post("/presence", page="another", state="gone")
    assert kept(house).state.phase == "listening"
    one.post("/presence", page=page, state="gone")
    assert kept(house).state.phase == "paused"


def test_presence_before_and_after_an_interview_is_nothing(candidate: Candidates) -> None:
    one = candidate()
    assert one.post("/presence", page="x").json() == {"here": False}
    one.begin()
    one.say("", command="end")
    for state in ("here", "gone"):
        assert one.post("/presence", page="x", state=state).json() == {"here": False}


def test_untimed_presence_has_no_time(candidate: Candidates, position: Callable[..., Position]) -> None:
    one = candidate(to=position("calm", timing="untimed"))
    page = _page_id(one.begin())
    assert one.post("/presence", page=page, state="here").json() == {"here": True, "left": None}


# Something broke


def test_something_broke_is_kept_and_says_what_happens_next(house: House, one: Candidate) -> None:
    answer = one.post("/broke", trouble="The page went <b>white</b>.", words="my draft")
    page = Shown(answer.text)
    assert "A person will read it" in page.words and "fresh attempt" in page.words
    assert page.fields["words"] == "my draft"
    (invite,) = house.office.invites("backend")
    (trouble,) = house.office.troubles(invite.id)
    assert (trouble.words, trouble.turn) == ("The page went <b>white</b>.", 2)


def test_something_can_break_before_the_beginning(house: House, candidate: Candidates) -> None:
    one = candidate()
    assert one.see("/broke").offers("Send")
    assert one.post("/broke", trouble="I cannot read it.").status_code == 200
    (invite,) = house.office.invites("backend")
    assert len(house.office.troubles(invite.id)) == 1


# Streamed


def _rows(answer: Response) -> list[dict[str, Any]]:
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(row) for row in answer.text.splitlines()]


def stream(one: Candidate, words: str, turn: int | str, **more: str) -> list[dict[str, Any]]:
    """Send as a page with a script does."""
    data = {"turn": str(turn), "words": words, **more}
    return _rows(one.client.post(f"/i/{one.token}/say", data=data, headers=STREAM))


def test_the_interviewers_lines_are_streamed(house: House, one: Candidate) -> None:
    rows = stream(one, "the client sends a request", 2)
    assert [row["kind"] for row in rows] == ["line", "end"]
    assert rows[0]["turn"] == 4 and "What about the part next to response?" in rows[0]["text"]
    assert rows[-1] == {"kind": "end", "fate": "done", "message": ""}
    assert one.see("/talk").current[0].endswith(rows[0]["text"])


def test_a_streamed_answer_is_never_taken_twice_either(house: House, one: Candidate) -> None:
    stream(one, "the client sends a request", 2)
    assert stream(one, "the client sends a request", 2)[-1]["fate"] == "done"
    late = stream(one, "something else", 2)[-1]
    assert late["fate"] == "late" and "was answered already" in late["message"]
    assert len(said(house)) == 1


def test_a_stream_tells_what_was_not_taken(house: House, one: Candidate) -> None:
    assert stream(one, " ", 2)[-1]["fate"] == "empty"
    assert stream(one, "x" * (MAX_TURN_CHARS + 1), 2)[-1]["fate"] == "too_long"
    assert stream(Candidate(one.client, "nonsense"), "x", 2)[-1]["fate"] == "failed"
    stream(one, "", 2, command="end")
    assert stream(one, "more", 2)[-1]["fate"] == "over"


def test_a_stream_before_the_beginning_leads_elsewhere(candidate: Candidates) -> None:
    assert stream(candidate(), "hello", 2)[-1]["fate"] == "elsewhere"


def test_a_stream_tells_that_nothing_was_stored(house: House, one: Candidate, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(StoredLog, "append", _disk_full)
        end = stream(one, ANSWERS[0], 2)[-1]
    assert (end["fate"], end["message"]) == ("failed", candidate_say.FAILED)
    assert stream(one, ANSWERS[0], 2)[-1]["fate"] == "done"


def test_a_stream_tells_that_the_judge_failed(house: House, one: Candidate) -> None:
    house.program.__dict__["judge"] = _Failing(SAYS)
    object.__setattr__(house, "hall", Hall(house.program))
    end = stream(one, ANSWERS[0], 2)[-1]
    assert end["fate"] == "stuck" and "Everything that you sent is stored." in end["message"]
    assert len(said(house)) == 1


def test_what_fails_unexpectedly_ends_the_stream_without_an_end(
    house: House, one: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(candidate_say, "send", broken)
    rows = stream(one, ANSWERS[0], 2)
    assert rows == []


def test_words_are_stored_although_the_browser_hangs_up(house: House, one: Candidate) -> None:
    form = candidate_say.Form.of("2", ANSWERS[0], "", "")

    async def hang_up() -> None:
        rows = candidate_say._streamed(house, one.token, form)
        await anext(rows)
        await rows.aclose()
        await asyncio.gather(*candidate_say._running)

    asyncio.run(hang_up())
    assert [each.text for each in said(house)] == [ANSWERS[0]]
    assert one.see("/talk").fields["turn"] != "2"
    assert any(each.status is Status.COVERED for each in _points(house))


def _points(house: House) -> tuple[Any, ...]:
    attempt = kept(house).state.attempt("http")
    assert attempt is not None and attempt.assessment is not None
    return attempt.assessment.points


def test_an_answer_from_a_page_that_was_left_is_a_coming_back(house: House, one: Candidate, clock: SetClock) -> None:
    one.post("/leave")
    clock.go_on(hours=1)
    one.say("the client sends a request", turn=2)
    assert [each.seconds for each in absences(kept(house).events)] == [3600]
    assert [each.deed for _, each in house.office.entries()][:2] == [Deed.CAME_BACK, Deed.LEFT]


def test_what_is_wrong_with_our_files_is_nothing_for_a_candidate(
    house: House, one: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(self: Office, sha256: str) -> None:
        raise StoreError("The file /srv/secret/place.db cannot be read.", "Run `interviewer restore`.")

    monkeypatch.setattr(Office, "invite_by_token", damaged)
    for answer in (one.get("/talk"), one.get("/data"), one.say("my words", turn=2)):
        assert answer.status_code >= 500
        assert "/srv/secret" not in answer.text and "restore" not in answer.text
