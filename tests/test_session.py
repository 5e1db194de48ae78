"""A session over its ports: leaving, coming back, trying again, and what is kept when storing fails."""

from __future__ import annotations

import pytest

from interviewer.core import events as ev
from interviewer.core.errors import StoreError
from interviewer.core.events import Event, Mode, MoveKind, Who
from interviewer.core.findings import Intent, Reading
from interviewer.core.ports import GoOn, Leaving, SelfReport, TryAgain
from interviewer.core.scoring import grade
from interviewer.judging.scripted import ScriptedIntentReader, ScriptedJudge
from interviewer.session import Result
from tests.factories import span
from tests.stage import Actor, ListLog, StillClock, stage

JUDGE = ScriptedJudge(
    {
        "request": ["request"],
        "json comes back": ["response"],
        "GET": ["method"],
        "status code": ["status"],
        "header": ["headers"],
        "how long to keep": ["cache-header"],
        "etag": ["etag"],
        "404": ["not-found"],
        "201": ["created"],
    }
)
ALL = "a GET request goes out, json comes back with a status code and a header"


def kinds(log: ListLog) -> list[str]:
    return [event.move.kind.value if isinstance(event, ev.Moved) else event.kind for event in log.events]


def test_an_event_is_stored_before_its_effect_is_seen() -> None:
    session, log, clock = stage(judge=JUDGE)

    class Watcher(Actor):
        def hear(self, line: ev.Said, state: object) -> None:  # type: ignore[override]
            assert log.events[-1] == line

        def thinking(self) -> object:  # type: ignore[override]
            said = [event for event in log.events if isinstance(event, ev.Said)]
            assert said[-1].who is Who.CANDIDATE or isinstance(log.events[-2], ev.Moved)
            return super().thinking()

    session.run(Watcher([ALL, "how long to keep, and an etag", "404 and 201"], clock))
    assert [event.kind for event in log.events].count("judged") >= 3


def test_the_end_of_the_input_before_the_last_question_pauses_and_after_it_closes() -> None:
    session, log, clock = stage(judge=JUDGE)
    assert session.run(Actor([ALL], clock)) is Result.PAUSED
    assert log.events[-1].kind == "paused"
    session, log, clock = stage(judge=JUDGE)
    assert session.run(Actor([ALL, "etag, how long to keep", "404"], clock)) is Result.ENDED
    assert session.state.ended is ev.EndReason.INPUT_ENDED


def test_resuming_shows_the_last_line_again_and_appends_it_once() -> None:
    session, log, clock = stage(judge=JUDGE)
    session.run(Actor(["hm", Leaving.PAUSE], clock))
    said = [event for event in log.events if isinstance(event, ev.Said)]
    session, log, clock = stage(judge=JUDGE, log=log)
    actor = Actor([Leaving.INTERRUPT], clock)
    assert session.run(actor) is Result.INTERRUPTED
    assert actor.heard == [said[-1].text]
    assert [event for event in log.events if isinstance(event, ev.Said)] == said


def test_only_answering_counts_as_time() -> None:
    clock = StillClock()

    class SlowJudge(ScriptedJudge):
        def assess(self, *args: object) -> object:  # type: ignore[override]
            clock.seconds += 500
            return super().assess(*args)  # type: ignore[arg-type]

    session, _, clock = stage(judge=SlowJudge({}), clock=clock)
    session.run(Actor(["hm", "well", Leaving.PAUSE], clock, seconds=7.0))
    assert dict(session.state.spent) == {"http": 14.0}


def test_a_second_attempt_stands_beside_the_first() -> None:
    session, _, clock = stage(judge=JUDGE, questions=("codes",))
    actor = Actor(["hm", "no", "nope", "404", "201"], clock, choices=[TryAgain("codes"), GoOn()])
    session.run(actor)
    levels = [grade(session.state, "codes", number).low for number in (1, 2)]
    assert levels[0] == 1 < levels[1]


def test_i_said_that_is_kept_and_changes_no_level() -> None:
    session, _, clock = stage(judge=JUDGE, questions=("codes",))
    report = SelfReport("codes.created", 1, (span(3, "made it"),))
    before: list[int] = []

    class Marker(Actor):
        def review(self, state: object) -> object:  # type: ignore[override]
            before.append(grade(session.state, "codes").low)
            return super().review(state)  # type: ignore[arg-type]

    session.run(Marker(["made it", "hm", "hm"], clock, choices=[report, GoOn()]))
    assert session.state.contested[0].target == "codes.created"
    assert before == [grade(session.state, "codes").low] * 2


def test_words_that_could_not_be_stored_are_not_lost() -> None:
    session, log, clock = stage(judge=JUDGE)

    def full(event: Event) -> None:
        if isinstance(event, ev.Said) and event.who is Who.CANDIDATE:
            raise StoreError("The disk is full.", "Make room and go on.")
        log.events.append(event)

    log.append = full  # type: ignore[method-assign]
    with pytest.raises(StoreError, match="disk is full"):
        session.run(Actor(["my long answer"], clock))
    assert session.unstored == "my long answer"
    assert session.state.turns[-1].who is Who.INTERVIEWER


def test_screen_gives_no_verdict_and_no_review() -> None:
    session, _, clock = stage(judge=JUDGE, mode=Mode.SCREEN)
    actor = Actor([ALL, "how long to keep, etag", "hm", "404", "201"], clock)
    session.run(actor)
    assert actor.reviews == []
    assert not [line for line in actor.heard if "you said" in line or "That's it" in line or "Good" in line]


def test_candidates_questions_at_the_close_are_answered_or_noted() -> None:
    clarify = Reading(intent=Intent.CLARIFY)
    reader = ScriptedIntentReader(
        {"how big is the team?": Reading(intent=Intent.CLARIFY, fact=0), "can I bring my dog?": clarify}
    )
    session, log, clock = stage(judge=JUDGE, reader=reader, mode=Mode.SCREEN)
    script = [ALL, "how long to keep, etag", "404", "201", "how big is the team?", "can I bring my dog?", "no thanks"]
    actor = Actor(script, clock)
    assert session.run(actor) is Result.ENDED
    assert session.state.ended is ev.EndReason.COMPLETED
    assert any(line.startswith("Two people.") for line in actor.heard)
    assert kinds(log).count("reply") == 2
    assert MoveKind.FAREWELL.value in kinds(log)
