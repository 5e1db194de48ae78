"""Findings that come late, judges that only stand in, and lines that come in parts: what the core and a session do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from interviewer.core import events as ev
from interviewer.core.errors import IllegalEvent
from interviewer.core.events import Event, Mode, Move, MoveKind, Who
from interviewer.core.findings import Assessment, JudgeVersion, Outcome, Unscored, UnscoredReason, Usage
from interviewer.core.hiring import Recommendation, summarise
from interviewer.core.machine import Phase
from interviewer.core.ports import GoOn, Judge, Late, Leaving, Spoken
from interviewer.core.replay import apply, replay
from interviewer.core.scenario import Question, Scenario
from interviewer.core.scoring import Standing, grade
from interviewer.core.state import State, Turn
from interviewer.judging.panel import Panel
from interviewer.judging.scripted import ScriptedIntentReader, ScriptedJudge
from interviewer.session import SETTLE_SECONDS, Result, Session, Team
from interviewer.speaking.authored import AuthoredSpeaker
from tests.factories import (
    ABSENT,
    COVERED,
    MINIMUM,
    Log,
    assessment,
    finding,
    question,
    scenario,
    span,
    started,
    tiny_scenario,
)
from tests.factories import point as a_point
from tests.stage import LINES, Actor, ListLog, StillClock

OWN = JudgeVersion(name="panel:large", hash="5" * 64)
STAND_IN = JudgeVersion(name="embedded", hash="f" * 64)
PRACTICE, SCREEN = Mode.PRACTICE, Mode.SCREEN
LONG = 10.0
"""Longer than any of these tests takes: what is waited for comes at once."""


def made(judge: JudgeVersion, turn: int, said: str, *covered: str, name: str = "http") -> Assessment:
    """An assessment of a question in which these points are covered by these words."""
    marks = {one: finding(one, COVERED, [span(turn, said)]) for one in covered}
    return assessment(tiny_scenario().question(name), marks, judge=judge)


def failed(judge: JudgeVersion = OWN) -> Unscored:
    return Unscored(judge=judge, reason=UnscoredReason.JUDGE_FAILED, detail="it did not work")


def judged(outcome: Outcome, turn: int = 2, name: str = "http") -> ev.Judged:
    return ev.Judged(at=Log().now, question=name, attempt=1, turn=turn, outcome=outcome)


def log_of(mode: Mode, *outcomes: Outcome) -> Log:
    """The question is asked (turn 1) and answered (turn 2), and judged in these ways after that."""
    log = Log(judge=OWN, mode=mode).ask("http").reply("request and response")
    return log.add(*(judged(one) for one in outcomes))


LEVELS = made(STAND_IN, 2, "request and response", "request", "response")
STRICTER = made(OWN, 2, "request and response", "request")
KINDER = made(OWN, 2, "request and response", "request", "response", "method", "status")


# Who counts


def test_in_practice_a_stand_in_counts_until_the_interviews_own_judge_has_judged_that_turn() -> None:
    assert grade(log_of(PRACTICE, LEVELS).state, "http").low == 2
    assert grade(log_of(PRACTICE, LEVELS, STRICTER).state, "http").low == 1
    assert grade(log_of(PRACTICE, LEVELS, KINDER).state, "http").low == 3


def test_in_a_screen_a_stand_in_steers_the_conversation_and_scores_nothing() -> None:
    state = log_of(SCREEN, LEVELS).state
    standing = grade(state, "http")
    assert (standing.standing, standing.low, standing.high) == (Standing.UNSCORED, 1, 4)
    assert grade(state, "http", live=True).low == 2
    own = grade(log_of(SCREEN, LEVELS, KINDER).state, "http")
    assert (own.standing, own.low) == (Standing.SCORED, 3)


def test_the_order_in_which_two_judges_come_does_not_matter() -> None:
    for mode in (PRACTICE, SCREEN):
        one, two = log_of(mode, LEVELS, KINDER), log_of(mode, KINDER, LEVELS)
        assert grade(one.state, "http") == grade(two.state, "http")
        assert grade(one.state, "http", live=True) == grade(two.state, "http", live=True)


def test_a_failure_of_the_own_judge_leaves_the_stand_in_in_practice_and_nothing_in_a_screen() -> None:
    assert grade(log_of(PRACTICE, LEVELS, failed()).state, "http").low == 2
    screen = log_of(SCREEN, LEVELS, failed()).state
    assert grade(screen, "http").standing is Standing.UNSCORED
    assert grade(screen, "http", live=True).low == 2


def test_while_the_last_words_were_only_judged_by_a_stand_in_the_question_is_unscored_in_a_screen() -> None:
    log = log_of(SCREEN, KINDER).move(MoveKind.PROBE, "And?", question="http", point="headers").reply("no idea")
    log.add(judged(made(STAND_IN, 2, "request and response", "request"), turn=4))
    assert grade(log.state, "http").standing is Standing.UNSCORED
    assert grade(log.state, "http", live=True).point("method").status is ABSENT
    own = log.add(judged(made(OWN, 2, "request and response", "request", "response"), turn=4))
    assert (grade(own.state, "http").standing, grade(own.state, "http").low) == (Standing.SCORED, 2)


def whole(mode: Mode, judge: JudgeVersion) -> Log:
    """A whole interview in which everything is said, judged by this judge."""
    log = Log(judge=OWN, mode=mode)
    for turn, name in ((2, "http"), (5, "caching"), (8, "codes")):
        points = [one.id for one in log.scenario.question(name).points]
        log.ask(name).reply("all of it").add(judged(made(judge, turn, "all of it", *points, name=name), turn, name))
        log.close()
    return log.end()


def test_no_two_candidates_of_a_screening_are_recommended_by_different_judges_unknowingly() -> None:
    passes = (Recommendation.PASS, Recommendation.STRONG_PASS)
    assert summarise(whole(SCREEN, OWN).state).recommendation in passes
    assert summarise(whole(PRACTICE, STAND_IN).state).recommendation in passes
    assert summarise(whole(SCREEN, STAND_IN).state).recommendation is Recommendation.NOT_ENOUGH
    later = whole(SCREEN, STAND_IN)
    for turn, name in ((2, "http"), (5, "caching"), (8, "codes")):
        points = [one.id for one in later.scenario.question(name).points]
        later.add(judged(made(OWN, turn, "all of it", *points, name=name), turn, name))
    assert summarise(later.state).recommendation in passes


# When it may come


def at(phase: Phase) -> State:
    """A state in this phase, in which the first turn was judged by a stand-in (where there is one)."""
    log = log_of(PRACTICE, LEVELS)
    close = Move(kind=MoveKind.CLOSE, reason="the test says so", question="http", close=ev.CloseReason.PROBED)
    if phase is Phase.NEW:
        return replay(log.scenario, [])
    if phase is Phase.SPEAKING:
        log.add(ev.Moved(at=log.now, move=close))
    if phase in (Phase.LISTENING, Phase.JUDGING, Phase.PAUSED):
        log.move(MoveKind.PROBE, "And?", question="http", point="method")
    if phase is Phase.JUDGING:
        log.reply("well")
    if phase is Phase.PAUSED:
        log.add(ev.Paused(at=log.now))
    if phase is Phase.REVIEWING:
        log.close().review("http")
    if phase is Phase.ENDED:
        log.close().end()
    assert log.state.phase is phase
    return log.state


@pytest.mark.parametrize("phase", [one for one in Phase if one not in (Phase.NEW, Phase.PAUSED)])
def test_late_findings_may_join_the_log_in_any_phase_and_change_no_phase(phase: Phase) -> None:
    before = at(phase)
    after = apply(before, judged(STRICTER))
    assert after.phase is phase
    assert (after.open, after.unanswered, after.turns, after.move) == (
        before.open,
        before.unanswered,
        before.turns,
        before.move,
    )
    assert [one.own for one in after.attempts["http", 1].judgements] == [False, True]
    assert grade(after, "http").low == 1 < grade(before, "http").low


@pytest.mark.parametrize("phase", [Phase.NEW, Phase.PAUSED])
def test_before_the_beginning_and_in_a_pause_nothing_is_judged(phase: Phase) -> None:
    with pytest.raises(IllegalEvent):
        apply(at(phase), judged(STRICTER))


def test_what_the_conversation_waits_for_is_not_late() -> None:
    state = at(Phase.JUDGING)
    assert apply(state, judged(made(STAND_IN, 4, "well", "request"), turn=4)).phase is Phase.MOVING
    assert apply(state, judged(made(OWN, 4, "well", "request"), turn=4)).phase is Phase.MOVING


def test_late_findings_are_checked_like_all_others() -> None:
    state = at(Phase.LISTENING)
    with pytest.raises(IllegalEvent, match="not what the candidate said"):
        apply(state, judged(made(OWN, 2, "something else", "request")))
    with pytest.raises(IllegalEvent, match="before it was said"):
        apply(state, judged(STRICTER, turn=40))


# Lines in parts


def part(text: str, turn: int, *, more: bool, who: Who = Who.INTERVIEWER) -> ev.Said:
    return ev.Said(at=Log().now, turn=turn, who=who, text=text, more=more)


def probing() -> Log:
    """A probe was decided and is to be said as turn 3."""
    log = log_of(PRACTICE, LEVELS)
    move = Move(kind=MoveKind.PROBE, reason="the test says so", question="http", point="method")
    return log.add(ev.Moved(at=log.now, move=move))


def test_a_line_in_parts_is_one_turn_and_helps_once() -> None:
    log = probing().add(part("Right, a request.", 3, more=True))
    assert (log.state.phase, log.state.partial) == (Phase.SPEAKING, True)
    assert log.state.turns[-1].text == "Right, a request."
    log.add(part("Good.", 3, more=True), part("Which kind?", 3, more=False))
    assert (log.state.phase, log.state.partial) == (Phase.LISTENING, False)
    assert len(log.state.turns) == 3
    assert log.state.turns[-1].text == "Right, a request. Good. Which kind?"
    (attempt,) = log.state.attempts.values()
    assert attempt.turns == (1, 2, 3)
    assert [(one.turn, one.points) for one in attempt.helps] == [(3, ("method",))]


@pytest.mark.parametrize(
    "event",
    [
        part("Which kind?", 4, more=False),
        part("me first", 3, more=False, who=Who.CANDIDATE),
        part("me first", 4, more=False, who=Who.CANDIDATE),
        ev.Moved(at=Log().now, move=Move(kind=MoveKind.WAIT, reason="too soon", question="http")),
    ],
)
def test_nothing_comes_between_the_parts_of_a_line_but_late_findings_and_a_pause(event: Event) -> None:
    log = probing().add(part("Right, a request.", 3, more=True))
    with pytest.raises(IllegalEvent):
        apply(log.state, event)
    log.add(judged(STRICTER))
    assert log.state.partial
    log.add(ev.Paused(at=log.now), ev.Resumed(at=log.now))
    assert (log.state.phase, log.state.partial) == (Phase.SPEAKING, True)


def test_a_candidates_turn_is_stored_whole() -> None:
    log = Log(judge=OWN).ask("http")
    with pytest.raises(IllegalEvent, match="stored whole"):
        apply(log.state, part("well", 2, more=True, who=Who.CANDIDATE))


class Chatty:
    """Says each line in two parts; what is left of a line that was begun is its second part."""

    name = "chatty"

    def __init__(self) -> None:
        self._authored = AuthoredSpeaker(LINES)

    def say(self, state: State, move: Move) -> Iterator[Spoken]:
        line = "".join(one.text for one in self._authored.say(replace(state, partial=False), move))
        if not state.partial:
            yield Spoken("Mhm.", more=True)
        yield Spoken(line, usage=Usage(model="large", input_tokens=2, output_tokens=1))


class Full(ListLog):
    """A log that breaks off after so many events."""

    room = 1_000_000

    def append(self, event: Event) -> None:
        if len(self.events) >= self.room:
            raise KeyboardInterrupt
        super().append(event)


def run(log: ListLog, script: Sequence[str | Leaving], judge: Judge, **more: object) -> tuple[Result, Session, Actor]:
    """One process: a session over what the log holds so far, with a speaker of two parts."""
    clock = StillClock()
    session = Session(
        tiny_scenario(), log, list(log.events), Team(judge, ScriptedIntentReader(), Chatty(), clock, **more)
    )  # type: ignore[arg-type]
    actor = Actor(script, clock, choices=[GoOn()] * 9)
    return session.run(actor), session, actor


SCRIPT = {"request": ["request"], "json comes back": ["response"], "GET": ["method"], "404": ["not-found"]}
TALK = ["a request goes out", "json comes back", "with GET", "hm", "404"]


def test_an_interview_that_breaks_off_after_any_event_goes_on_and_says_only_the_rest() -> None:
    judge = ScriptedJudge(SCRIPT)
    first = started(tiny_scenario(), judge=judge.version, mode=SCREEN)
    straight = Full([first])
    run(straight, TALK, judge)
    wanted = [(one.turn, one.text) for one in straight.events if isinstance(one, ev.Said)]
    for room in range(2, len(straight.events)):
        broken = Full([first])
        broken.room = room
        with pytest.raises(KeyboardInterrupt):
            run(broken, TALK, judge)
        broken.room = Full.room
        said = sum(isinstance(one, ev.Said) and one.who is Who.CANDIDATE for one in broken.events)
        partial = replay(tiny_scenario(), broken.events).partial
        _, session, actor = run(broken, TALK[said:], judge)
        assert [(one.turn, one.text) for one in broken.events if isinstance(one, ev.Said)] == wanted
        assert not partial or actor.heard[0] == "Mhm."
        helps = [one for attempt in session.state.attempts.values() for one in attempt.helps]
        assert len({one.turn for one in helps}) == len(helps)


# A session with a panel


class Slow:
    """The interview's own judge, which answers each call when it is let go."""

    version = JudgeVersion(name="llm:large", hash="5" * 64)

    def __init__(self, answer: Callable[[Question, Sequence[Turn]], Outcome]) -> None:
        self._answer = answer
        self.go = threading.Event()

    def check(self) -> None:
        """Always ready."""

    def assess(self, question: Question, turns: Sequence[Turn]) -> Outcome:
        assert self.go.wait(LONG)
        return self._answer(question, turns)


ONE: Scenario = scenario(
    question("codes", a_point("not-found", MINIMUM), a_point("created", MINIMUM)),
)
FAST = ScriptedJudge({"404": ["not-found"]})


class Watched(Panel):
    """A panel that tells how long it was waited for."""

    waits: list[float]

    def late(self, wait: float = 0.0) -> Sequence[Late]:
        self.waits = [*getattr(self, "waits", []), wait]
        return super().late(wait)


class Talker(Actor):
    """An actor that lets something happen before it answers for the n-th time (counted from 1)."""

    before: dict[int, Callable[[], None]]
    answers = 0

    def answer(self, state: State) -> object:  # type: ignore[override]
        self.answers += 1
        self.before.get(self.answers, lambda: None)()
        return super().answer(state)


def interview(slow: Slow, mode: Mode, before: dict[int, Callable[[], None]], log: ListLog | None = None):  # type: ignore[no-untyped-def]
    clock = StillClock()
    judges = Watched(FAST, slow, merge=False, wait=0.0, clock=clock)
    log = log or ListLog([started(ONE, judge=slow.version, mode=mode)])
    team = Team(judges, ScriptedIntentReader(), AuthoredSpeaker(LINES), clock, waiting=judges)
    session = Session(ONE, log, list(log.events), team)
    talker = Talker(["404 it is", "no more", "none", "no"], clock, choices=[GoOn()])
    talker.before = before
    return session, talker, judges, log


def own(question_: Question, turns: Sequence[Turn]) -> Outcome:
    words = next(turn for turn in turns if turn.is_answer)
    marks = {one.id: finding(one.id, COVERED, [span(words.number, words.text)]) for one in question_.points}
    return assessment(question_, marks, judge=Slow.version)


def judges_of(log: ListLog) -> list[tuple[int, str, str]]:
    return [(one.turn, one.outcome.judge.name, one.outcome.kind) for one in log.events if isinstance(one, ev.Judged)]


@pytest.mark.parametrize("mode", [PRACTICE, SCREEN])
def test_late_findings_join_the_log_before_the_question_is_scored(mode: Mode) -> None:
    slow = Slow(own)
    session, talker, judges, log = interview(slow, mode, {})

    def comes() -> None:
        slow.go.set()
        assert judges._calls[0].done.wait(LONG)

    talker.before = {2: comes}
    seen: list[int] = []
    talker.hear = lambda line, state: seen.append(len(judges_of(log)))  # type: ignore[method-assign,assignment]
    session.run(talker)
    judged_ = judges_of(log)
    assert judged_[0] == (3, "scripted", "assessment")
    assert (3, "llm:large", "assessment") in judged_
    assert seen[:3] == [0, 0, 1], "the interviewer went on by what the fast judge had found"
    standing = grade(session.state, "codes")
    assert standing.standing is Standing.SCORED
    assert [one.low for one in standing.points] == [1.0, 1.0]
    if mode is PRACTICE:
        assert grade(talker.reviews[0], "codes").low == standing.low


@pytest.mark.parametrize("mode", [PRACTICE, SCREEN])
def test_a_judge_that_never_answers_stops_nothing(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interviewer.session.SETTLE_SECONDS", 0.01)
    slow = Slow(own)
    session, talker, judges, log = interview(slow, mode, {})
    session.run(talker)
    slow.go.set()
    assert session.state.phase is Phase.ENDED
    assert {name for _, name, _ in judges_of(log)} == {"scripted"}
    assert 0.01 in judges.waits and SETTLE_SECONDS not in judges.waits
    expected = Standing.SCORED if mode is PRACTICE else Standing.UNSCORED
    assert grade(session.state, "codes").standing is expected


@pytest.mark.parametrize("mode", [PRACTICE, SCREEN])
def test_a_judge_that_fails_is_in_the_log_and_the_interview_goes_on(mode: Mode) -> None:
    slow = Slow(lambda _question, _turns: failed(Slow.version))
    slow.go.set()
    session, talker, _, log = interview(slow, mode, {})
    session.run(talker)
    assert session.state.phase is Phase.ENDED
    # Of a turn that a later one has overtaken the failure is told when it comes, which may be never.
    assert any(one[1:] == ("llm:large", "unscored") for one in judges_of(log))
    standing = grade(session.state, "codes")
    if mode is PRACTICE:
        assert (standing.standing, standing.point("not-found").low) == (Standing.SCORED, 1.0)
    else:
        assert standing.standing is Standing.UNSCORED
        assert summarise(session.state).recommendation in (None, Recommendation.NOT_ENOUGH)


def test_findings_that_were_still_to_come_when_the_candidate_left_join_the_log_on_return() -> None:
    slow = Slow(own)
    session, talker, judges, log = interview(slow, PRACTICE, {})
    talker._lines = iter(["404 it is", Leaving.PAUSE])
    assert session.run(talker) is Result.PAUSED
    slow.go.set()
    judges._calls[0].done.wait(LONG)
    talker._lines = iter([Leaving.PAUSE])
    Session(ONE, log, list(log.events), session._team).run(talker)
    assert (3, "llm:large", "assessment") in judges_of(log)
