"""The state table: what it lists leads where it says; everything else raises and changes nothing."""

from __future__ import annotations

import itertools

import pytest

from interviewer.core import events as ev
from interviewer.core.errors import IllegalEvent
from interviewer.core.events import MoveKind, Who
from interviewer.core.machine import BACK, TABLE, Happening, Phase, advance
from interviewer.core.replay import apply
from interviewer.core.state import State
from tests.factories import BEGIN, COVERED, Log, finding, full_log, span, tiny_scenario

EVERY = list(itertools.product(Phase, Happening))


@pytest.mark.parametrize(("phase", "happening"), EVERY)
def test_the_table_is_the_whole_truth(phase: Phase, happening: Happening) -> None:
    expected = TABLE[phase].get(happening)
    if expected is None:
        with pytest.raises(IllegalEvent, match=happening.value):
            advance(phase, happening)
    elif expected == BACK:
        assert advance(phase, happening, Phase.LISTENING) is Phase.LISTENING
    else:
        assert advance(phase, happening) is expected


def test_every_phase_can_be_reached_and_all_but_the_last_can_be_left() -> None:
    reached = {after for row in TABLE.values() for after in row.values() if isinstance(after, Phase)}
    assert reached | {Phase.NEW} == set(Phase)
    assert all(any(after is not phase for after in row.values()) for phase, row in TABLE.items() if phase != "ended")


def test_an_illegal_event_raises_and_changes_nothing() -> None:
    state = full_log().state
    with pytest.raises(IllegalEvent, match="cannot happen while the interview is ended"):
        apply(state, ev.Paused(at=BEGIN))
    assert state == full_log().state


def asked() -> Log:
    return Log().move(MoveKind.GREET, "Hello.").ask("http")


def rejects(log: Log, event: ev.Event, words: str) -> None:
    before = log.state
    with pytest.raises(IllegalEvent, match=words):
        apply(before, event)
    assert log.state == before


def test_a_turn_out_of_order_is_illegal() -> None:
    rejects(asked(), ev.Said(at=BEGIN, turn=9, who=Who.CANDIDATE, text="hello"), "turn 9 cannot follow turn 2")


def test_credit_without_the_candidates_words_is_illegal() -> None:
    log = asked().reply("a request goes out")
    bare = log.marks({"request": (COVERED, ())})
    rejects(log, ev.Judged(at=BEGIN, question="http", attempt=1, turn=3, outcome=bare), "without the candidate's words")


@pytest.mark.parametrize(
    "evidence",
    [
        span(3, "a response comes back"),
        span(2, "Tell me about http."),
        span(7, "a request"),
        span(3, "a", "a").model_copy(update={"start": 1, "end": 2, "text": " "}),
    ],
    ids=["words never said", "the interviewer's words", "a turn that never was", "white space"],
)
def test_a_quote_that_is_not_the_candidates_is_illegal(evidence: ev.Span) -> None:
    log = asked().reply("a request goes out")
    invented = log.marks({"request": (COVERED, (evidence,))})
    rejects(log, ev.Judged(at=BEGIN, question="http", attempt=1, turn=3, outcome=invented), "candidate|does not count")


def test_findings_must_be_those_of_the_questions_points() -> None:
    log = asked().reply("a request goes out")
    whole = log.marks({})
    short = whole.model_copy(update={"points": whole.points[1:]})
    rejects(log, ev.Judged(at=BEGIN, question="http", attempt=1, turn=3, outcome=short), "are not those of its points")
    strange = whole.model_copy(update={"points": (*whole.points, finding("other", COVERED, [span(3, "a request")]))})
    rejects(log, ev.Judged(at=BEGIN, question="http", attempt=1, turn=3, outcome=strange), "candidate|points")


def test_the_log_must_belong_to_the_scenario() -> None:
    other = tiny_scenario().model_copy(update={"title": "Changed since"})
    with pytest.raises(IllegalEvent, match="another version of the scenario"):
        apply(State(scenario=other), Log().events[0])


def test_a_question_is_asked_once_unless_it_is_tried_again() -> None:
    log = asked().answer("x").close()
    again = ev.Moved(at=BEGIN, move=ev.Move(kind=MoveKind.ASK, question="http", reason="twice"))
    rejects(log, again, "asked before")
    retried = log.review("http").retry("http").answer("a request", {"request": COVERED}).close()
    assert retried.state.attempt("http", 2) is not None


def test_a_parent_gets_no_credit_for_what_was_said_in_its_follow_up() -> None:
    log = asked().answer("hm").close().ask("caching").reply("a request goes out")
    late = log.marks({"request": (COVERED, (span(6, "a request"),))}, "http", 1)
    rejects(log, ev.Judged(at=BEGIN, question="http", attempt=1, turn=6, outcome=late), "turn 6, which does not count")


def test_an_unclear_finding_cannot_be_confirmed() -> None:
    log = full_log()
    rejects(log, ev.Confirmed(at=BEGIN, target="caching.cache-header", by="Ada"), "no clear finding")
    confirmed = log.confirm("http.request").state
    assert confirmed.words["http.request"].status is COVERED


def test_a_move_cannot_name_what_the_question_does_not_have() -> None:
    for wrong in ({"point": "nothing"}, {"hint": 9}):
        move = ev.Move(kind=MoveKind.PROBE, question="http", reason="x", **wrong)
        rejects(asked().answer("hm"), ev.Moved(at=BEGIN, move=move), "does not have")
