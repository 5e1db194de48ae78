"""The hall: interviews held through it, never twice, killed anywhere, timed by the clock, and bounded."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from interviewer.core.errors import IllegalEvent, ModelFileError, NotFound, StoreBusy, StoreError
from interviewer.core.events import Command, Commented, Decided, Event, Overridden, Paused, Resumed, Said, Who
from interviewer.core.findings import Outcome as Found
from interviewer.core.findings import Status
from interviewer.core.machine import Phase
from interviewer.core.ports import Utterance
from interviewer.core.scenario import Question
from interviewer.core.scoring import grade
from interviewer.core.state import Turn
from interviewer.hosting.hall import AT_WORK, Hall, Outcome
from interviewer.hosting.presence import absences
from interviewer.judging.scripted import ScriptedJudge
from interviewer.store.log import StoredLog
from interviewer.web.house import House
from tests.hosting.talking import ANSWERS, begun, hold, kinds, said, say, waits
from tests.web.conftest import SAYS, SetClock


def test_an_interview_is_held_to_its_end(house: House) -> None:
    name = begun(house)
    kept = hold(house.hall, name)
    assert kept.over
    assert [one.text for one in said(kept)] == list(ANSWERS)
    assert kinds(kept)[-1] == "ended"
    assert house.program.store.verify(name, kept.head).ok
    assert house.program.store.verify(name).length == kept.length == len(kept.events)
    assert grade(kept.state, "http").low >= 3


def test_what_is_kept_is_what_is_stored(house: House) -> None:
    name = begun(house)
    kept = hold(house.hall, name, ANSWERS[:2])
    again = Hall(house.program).read(name)
    assert (again.events, again.state, again.head) == (kept.events, kept.state, kept.head)


def test_the_interviewers_lines_are_told_when_they_are_stored(house: House) -> None:
    name = begun(house)
    told: list[str] = []

    def tell(line: Said) -> None:
        told.append(line.text)
        stored = house.program.store.open(name).events
        assert isinstance(stored[-1], Said) and stored[-1].text == line.text

    visit = house.hall.come_back(name, tell=tell)
    assert told == [one.text for one in visit.kept.state.turns]


# Never twice


def test_a_double_click_answers_once(house: House) -> None:
    name = begun(house)
    turn = waits(house.hall.come_back(name).kept)
    first = say(house.hall, name, ANSWERS[0], turn)
    again = say(house.hall, name, ANSWERS[0], turn)
    assert (first.outcome, again.outcome) == (Outcome.STORED, Outcome.REPEATED)
    assert again.kept.events == first.kept.events


def test_two_clicks_at_the_same_moment_answer_once(house: House) -> None:
    name = begun(house)
    turn = waits(house.hall.come_back(name).kept)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: say(house.hall, name, ANSWERS[0], turn), range(8)))
    outcomes = [one.outcome for one in replies]
    assert outcomes.count(Outcome.STORED) == 1
    assert outcomes.count(Outcome.REPEATED) == 7
    assert len(said(house.hall.read(name))) == 1


def test_other_words_for_a_line_that_was_answered_are_not_stored(house: House) -> None:
    name = begun(house)
    turn = waits(house.hall.come_back(name).kept)
    first = say(house.hall, name, ANSWERS[0], turn)
    other = say(house.hall, name, "Something quite different.", turn)
    assert other.outcome is Outcome.LATE
    assert other.kept.events == first.kept.events


def test_a_command_and_the_same_word_typed_are_not_the_same(house: House) -> None:
    name = begun(house)
    turn = waits(house.hall.come_back(name).kept)
    say(house.hall, name, "/hint", turn, Command.HINT)
    assert say(house.hall, name, "/hint", turn).outcome is Outcome.LATE


@pytest.mark.parametrize("turn", [-3, 0, 1, 3, 99])
def test_a_number_that_is_no_waiting_line_takes_nothing(house: House, turn: int) -> None:
    name = begun(house)
    kept = house.hall.come_back(name).kept
    assert waits(kept) == 2
    assert say(house.hall, name, ANSWERS[0], turn).outcome is Outcome.LATE
    assert house.hall.read(name).events == kept.events


def test_after_the_end_nothing_is_taken(house: House) -> None:
    name = begun(house)
    kept = hold(house.hall, name)
    for turn in (waits(kept), waits(kept) - 1):
        assert say(house.hall, name, "One more thing.", turn).outcome is Outcome.LATE
    assert house.hall.read(name).events == kept.events


# Killed anywhere


class _Killed(BaseException):
    """The process is gone."""


def _kill_before(monkeypatch: pytest.MonkeyPatch, row: int) -> None:
    real = StoredLog.append

    def append(self: StoredLog, event: Event) -> None:
        if self.length + 1 == row:
            raise _Killed
        real(self, event)

    monkeypatch.setattr(StoredLog, "append", append)


def _rows(house: House, name: str) -> list[dict[str, object]]:
    left_out = {"at", "salt"}
    return [
        {key: value for key, value in row["event"].items() if key not in left_out}
        for row in house.program.store.export(name)["events"]
    ]


def test_killed_before_any_row_the_interview_goes_on_where_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = begun(house)
    length = hold(house.hall, whole).length
    for row in range(2, length + 1):
        name, hall = begun(house), Hall(house.program)
        with monkeypatch.context() as patched:
            _kill_before(patched, row)
            try:
                hold(hall, name)
                raise AssertionError("it was not killed")
            except _Killed:
                pass
        hall = Hall(house.program)
        kept = hall.come_back(name).kept
        told = [one.text for one in said(kept)]
        assert told == list(ANSWERS[: len(told)])
        hold(hall, name, ANSWERS[len(told) :])
        assert _same_but_salt(_rows(house, name), _rows(house, whole)), f"killed before row {row}"


def _same_but_salt(one: Sequence[dict[str, object]], other: Sequence[dict[str, object]]) -> bool:
    """The salt chooses among phrases of the same meaning, so that what the interviewer says may differ in words."""

    def plain(rows: Sequence[dict[str, object]]) -> list[dict[str, object]]:
        return [
            {key: value for key, value in row.items() if not (key == "text" and row.get("who") == "interviewer")}
            for row in rows
        ]

    return plain(one) == plain(other)


def test_a_retry_after_a_kill_is_still_no_second_answer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    name = begun(house)
    turn = waits(house.hall.come_back(name).kept)
    with monkeypatch.context() as patched:
        _kill_before(patched, house.hall.read(name).length + 2)
        with pytest.raises(_Killed):
            say(house.hall, name, ANSWERS[0], turn)
    hall = Hall(house.program)
    assert say(hall, name, ANSWERS[0], turn).outcome is Outcome.REPEATED
    assert hall.come_back(name).kept.state.phase is Phase.LISTENING
    assert len(said(hall.read(name))) == 1


# When something fails


class _Failing(ScriptedJudge):
    """Cannot judge while `broken`."""

    broken = True

    def assess(self, question: Question, turns: Sequence[Turn]) -> Found:
        if self.broken:
            raise ModelFileError("A file of the judge is missing.", "Install again.")
        return super().assess(question, turns)


def test_an_answer_that_cannot_be_judged_is_stored_and_judged_later(house: House) -> None:
    judge = house.program.__dict__["judge"] = _Failing(SAYS)
    name = begun(house)
    house.hall.come_back(name)
    reply = say(house.hall, name, ANSWERS[0])
    assert reply.outcome is Outcome.STORED
    assert isinstance(reply.problem, ModelFileError)
    assert said(house.hall.read(name))[0].text == ANSWERS[0]
    with pytest.raises(ModelFileError):
        house.hall.come_back(name)
    judge.broken = False
    kept = house.hall.come_back(name).kept
    assert kept.state.phase is Phase.LISTENING
    assert len(said(kept)) == 1


def test_words_that_cannot_be_stored_are_refused_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    name = begun(house)
    turn = waits(house.hall.come_back(name).kept)
    with monkeypatch.context() as patched:

        def full(self: StoredLog, event: Event) -> None:
            raise StoreError("The disk is full.", "Make room.")

        patched.setattr(StoredLog, "append", full)
        with pytest.raises(StoreError):
            say(house.hall, name, ANSWERS[0], turn)
    assert said(house.hall.read(name)) == []
    assert say(house.hall, name, ANSWERS[0], turn).outcome is Outcome.STORED


# Time


def _answer_seconds(house: House, name: str) -> float:
    return said(house.hall.read(name))[-1].seconds


def test_only_the_time_from_the_line_being_shown_counts(house: House, clock: SetClock) -> None:
    name = begun(house)
    clock.go_on(hours=2)
    house.hall.come_back(name, "p1")
    clock.go_on(seconds=40)
    say(house.hall, name, ANSWERS[0])
    assert _answer_seconds(house, name) == 40
    clock.go_on(hours=1)
    house.hall.come_back(name, "p2")
    clock.go_on(seconds=25)
    assert house.hall.come_back(name, "p3").using == 25
    say(house.hall, name, ANSWERS[1])
    assert _answer_seconds(house, name) == 25


def test_judging_takes_no_time(house: House, clock: SetClock) -> None:
    class Slow(ScriptedJudge):
        def assess(self, question: Question, turns: Sequence[Turn]) -> Found:
            clock.go_on(seconds=30)
            return super().assess(question, turns)

    house.program.__dict__["judge"] = Slow(SAYS)
    name = begun(house)
    house.hall.come_back(name)
    clock.go_on(seconds=10)
    say(house.hall, name, ANSWERS[0])
    house.hall.come_back(name)
    clock.go_on(seconds=5)
    say(house.hall, name, ANSWERS[1])
    assert [one.seconds for one in said(house.hall.read(name))] == [10, 5]


def test_leaving_stops_the_clock_and_is_a_fact(house: House, clock: SetClock) -> None:
    name = begun(house)
    house.hall.come_back(name, "p1")
    clock.go_on(seconds=20)
    assert house.hall.leave(name)
    assert house.hall.read(name).state.phase is Phase.PAUSED
    assert not house.hall.leave(name)
    clock.go_on(hours=20)
    visit = house.hall.come_back(name, "p2")
    assert visit.came_back and visit.using == 20
    clock.go_on(seconds=15)
    say(house.hall, name, ANSWERS[0])
    assert _answer_seconds(house, name) == 35
    assert [one.seconds for one in absences(house.hall.read(name).events)] == [20 * 3600]


def test_an_answer_after_leaving_comes_back_by_itself(house: House, clock: SetClock) -> None:
    name = begun(house)
    turn = waits(house.hall.come_back(name, "p1").kept)
    clock.go_on(seconds=20)
    house.hall.leave(name)
    clock.go_on(hours=3)
    assert say(house.hall, name, ANSWERS[0], turn).outcome is Outcome.STORED
    assert _answer_seconds(house, name) == 20
    assert kinds(house.hall.read(name)).count("resumed") == 1


def test_a_page_that_beats_counts_while_it_is_open(house: House, clock: SetClock) -> None:
    name = begun(house)
    house.hall.come_back(name, "p1")
    for _ in range(60):
        assert house.hall.beat(name, "p1")
        clock.go_on(seconds=20)
    say(house.hall, name, ANSWERS[0])
    assert _answer_seconds(house, name) == 1200
    assert not list(absences(house.hall.read(name).events))


def test_a_page_that_stops_beating_was_left_with_its_last_beat(house: House, clock: SetClock) -> None:
    name = begun(house)
    house.hall.come_back(name, "p1")
    clock.go_on(seconds=20)
    house.hall.beat(name, "p1")
    left = clock.now()
    clock.go_on(minutes=50)
    assert house.hall.beat(name, "p1")
    clock.go_on(seconds=10)
    say(house.hall, name, ANSWERS[0])
    assert _answer_seconds(house, name) == 30
    events = house.hall.read(name).events
    assert [(one.left, one.seconds) for one in absences(events)] == [(left, 3000)]
    assert [one.at for one in events] == sorted(one.at for one in events)


def test_a_page_without_a_script_counts_up_to_ten_minutes_of_silence(house: House, clock: SetClock) -> None:
    name = begun(house)
    house.hall.come_back(name, "p1")
    clock.go_on(minutes=9)
    say(house.hall, name, ANSWERS[0])
    assert _answer_seconds(house, name) == 540
    house.hall.come_back(name, "p2")
    clock.go_on(hours=9)
    say(house.hall, name, ANSWERS[1])
    assert _answer_seconds(house, name) == 600
    assert [one.seconds for one in absences(house.hall.read(name).events)] == [9 * 3600 - 600]


def test_a_page_without_a_script_that_is_fetched_after_long_was_left(house: House, clock: SetClock) -> None:
    name = begun(house)
    house.hall.come_back(name, "p1")
    clock.go_on(minutes=4)
    house.hall.come_back(name, "p2")
    clock.go_on(hours=9)
    visit = house.hall.come_back(name, "p3")
    assert visit.came_back and visit.using == 240
    assert [one.seconds for one in absences(visit.kept.events)] == [9 * 3600]


def test_only_the_page_that_was_shown_last_can_be_closed(house: House, clock: SetClock) -> None:
    name = begun(house)
    house.hall.come_back(name, "p1")
    house.hall.come_back(name, "p2")
    assert not house.hall.leave(name, "p1")
    assert house.hall.read(name).state.phase is Phase.LISTENING
    assert not house.hall.beat(name, "p1")
    assert house.hall.beat(name, "p2")
    assert house.hall.leave(name, "p2")
    assert house.hall.read(name).state.phase is Phase.PAUSED


def test_a_page_that_comes_back_from_the_browsers_memory_goes_on(house: House, clock: SetClock) -> None:
    name = begun(house)
    house.hall.come_back(name, "p1")
    house.hall.leave(name, "p1")
    clock.go_on(minutes=2)
    assert house.hall.beat(name, "p1")
    assert house.hall.read(name).state.phase is Phase.LISTENING


def test_the_time_of_a_process_that_died_does_not_count(house: House, clock: SetClock) -> None:
    name = begun(house)
    turn = waits(house.hall.come_back(name, "p1").kept)
    clock.go_on(minutes=5)
    hall = Hall(house.program)
    clock.go_on(minutes=5)
    assert hall.beat(name, "p1")
    clock.go_on(seconds=30)
    say(hall, name, ANSWERS[0], turn)
    assert _answer_seconds(house, name) == 30


def test_short_absences_are_left_out(house: House, clock: SetClock) -> None:
    name = begun(house)
    house.hall.come_back(name, "p1")
    house.hall.leave(name, "p1")
    clock.go_on(seconds=2)
    house.hall.come_back(name, "p2")
    events = house.hall.read(name).events
    assert any(isinstance(one, Paused) for one in events) and any(isinstance(one, Resumed) for one in events)
    assert not list(absences(events))


def test_whoever_never_comes_back_is_away(house: House) -> None:
    name = begun(house)
    house.hall.come_back(name)
    house.hall.leave(name)
    assert [one.back for one in absences(house.hall.read(name).events)] == [None]


# What people add


def test_a_persons_word_shows_at_once(house: House) -> None:
    name = begun(house)
    before = hold(house.hall, name)
    assert grade(before.state, "http").point("tls").status is Status.ABSENT
    word = Overridden(
        at=house.clock.now(), target="http.tls", by="ada", status=Status.COVERED, reason="in the second answer"
    )
    after = house.hall.append(name, word)
    assert grade(after.state, "http").point("tls").status is Status.COVERED
    assert house.hall.read(name) == after
    assert Hall(house.program).read(name).state == after.state


def test_nothing_is_added_that_the_interview_does_not_allow(house: House) -> None:
    name = begun(house)
    kept = house.hall.come_back(name).kept
    with pytest.raises(IllegalEvent):
        house.hall.append(name, Commented(at=house.clock.now(), by="ada", text="too soon"))
    assert house.hall.read(name).events == kept.events
    assert say(house.hall, name, ANSWERS[0]).outcome is Outcome.STORED


def test_another_process_that_went_on_is_noticed(house: House) -> None:
    name = begun(house)
    hold(house.hall, name)
    other = Hall(house.program)
    other.append(name, Commented(at=house.clock.now(), by="ada", text="from elsewhere"))
    assert len(house.hall.read(name).state.comments) == 1
    house.hall.append(name, Decided(at=house.clock.now(), by="ada", decision="advance", reason="good"))
    assert [len(one.read(name).state.decisions) for one in (house.hall, other)] == [1, 1]


def test_an_append_that_was_overtaken_is_tried_once_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    name = begun(house)
    hold(house.hall, name)
    calls: list[Event] = []
    real = StoredLog.append

    def overtaken(self: StoredLog, event: Event) -> None:
        calls.append(event)
        if len(calls) == 1:
            raise StoreBusy("Another window has gone on.", "Close it.")
        real(self, event)

    monkeypatch.setattr(StoredLog, "append", overtaken)
    house.hall.append(name, Commented(at=house.clock.now(), by="ada", text="once"))
    assert len(calls) == 2
    assert len(house.hall.read(name).state.comments) == 1


def test_an_interview_that_was_deleted_is_gone(house: House) -> None:
    name = begun(house)
    hold(house.hall, name)
    house.program.store.delete(name)
    for read in (house.hall.read, house.hall.come_back):
        with pytest.raises(NotFound):
            read(name)
    house.hall.forget(name)
    assert len(house.hall) == 0


def test_reading_does_not_wait_for_a_judge(house: House) -> None:
    entered, go_on = threading.Event(), threading.Event()

    class Waits(ScriptedJudge):
        def assess(self, question: Question, turns: Sequence[Turn]) -> Found:
            entered.set()
            assert go_on.wait(10)
            return super().assess(question, turns)

    house.program.__dict__["judge"] = Waits(SAYS)
    name = begun(house)
    house.hall.come_back(name)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(say, house.hall, name, ANSWERS[0])
        assert entered.wait(10)
        assert house.hall.read(name).state.turns[-1].text == ANSWERS[0]
        go_on.set()
        assert asked.result(10).outcome is Outcome.STORED


# Bounds


def test_only_so_many_judges_work_at_once(house: House) -> None:
    lock, everybody = threading.Lock(), threading.Event()
    working: list[int] = []
    at_work = 0

    class Counts(ScriptedJudge):
        def assess(self, question: Question, turns: Sequence[Turn]) -> Found:
            nonlocal at_work
            with lock:
                at_work += 1
                working.append(at_work)
                if at_work == AT_WORK:
                    everybody.set()
            assert everybody.wait(10)
            with lock:
                at_work -= 1
            return super().assess(question, turns)

    house.program.__dict__["judge"] = Counts(SAYS)
    names = [begun(house) for _ in range(6)]
    for name in names:
        house.hall.come_back(name)
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda name: say(house.hall, name, ANSWERS[0]), names))
    assert all(one.outcome is Outcome.STORED for one in replies)
    assert max(working) == AT_WORK


def test_only_so_many_interviews_are_kept_and_none_is_lost(house: House) -> None:
    hall = Hall(house.program, most=3)
    names = [begun(house) for _ in range(8)]
    for name in names:
        hall.come_back(name)
        assert len(hall) <= 3
    for text in ANSWERS:
        for name in names:
            assert say(hall, name, text).outcome is Outcome.STORED
            assert len(hall) <= 3
    assert all(hall.read(name).over for name in names)


def test_interviews_that_are_over_make_room_before_those_that_go_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interviewer.hosting.rooms.ENDED", 2)
    hall = Hall(house.program)
    waiting = [begun(house) for _ in range(3)]
    for name in waiting:
        hall.come_back(name)
    over = [begun(house) for _ in range(5)]
    heads = [hold(hall, name).head for name in over]
    assert len(hall) == len(waiting) + 2
    assert [hall.read(name).head for name in over] == heads
    assert len(hall) == len(waiting) + 2


def test_interviews_share_their_scenario(house: House) -> None:
    one, other = (house.hall.read(begun(house)) for _ in range(2))
    assert one.scenario is other.scenario


@pytest.fixture
def _crowd(house: House) -> Iterator[list[str]]:
    yield [begun(house) for _ in range(4)]


def test_many_threads_and_few_places(house: House, _crowd: list[str]) -> None:
    hall = Hall(house.program, most=2)

    def whole(name: str) -> bool:
        return hold(hall, name).over

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(whole, _crowd))
    for name in _crowd:
        stored = house.program.store.open(name)
        texts = [one.text for one in stored.events if isinstance(one, Said) and one.who is Who.CANDIDATE]
        assert texts == list(ANSWERS)


def test_pasted_characters_are_in_the_log_and_no_judge_sees_them(house: House) -> None:
    seen: list[Turn] = []

    class Looks(ScriptedJudge):
        def assess(self, question: Question, turns: Sequence[Turn]) -> Found:
            seen.extend(turns)
            return super().assess(question, turns)

    house.program.__dict__["judge"] = Looks(SAYS)
    name = begun(house)
    turn = waits(house.hall.come_back(name).kept)
    house.hall.say(name, turn, Utterance(ANSWERS[0], pasted=57))
    assert said(house.hall.read(name))[0].pasted == 57
    assert seen and not any("57" in repr(one) for one in seen)
