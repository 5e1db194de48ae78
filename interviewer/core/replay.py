"""From a log to a state: `replay(scenario, events)`; nothing here calls policy or a judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import singledispatch
from typing import Any

from interviewer.core import events as ev
from interviewer.core.errors import IllegalEvent
from interviewer.core.events import CloseReason, Event, Mode, Move, MoveKind, Who
from interviewer.core.findings import Aid, Assessment, Finding, Intent, Outcome, Status
from interviewer.core.fingerprint import scenario_sha256
from interviewer.core.happenings import happening
from interviewer.core.machine import advance
from interviewer.core.scenario import Question, Scenario
from interviewer.core.state import Attempt, AttemptKey, Help, Judgement, State, Turn, Word


def _changed(state: State, key: AttemptKey, **changes: Any) -> dict[AttemptKey, Attempt]:
    """The attempts with one changed (made, where it is new)."""
    before = state.attempts.get(key) or Attempt(question=key[0], number=key[1])
    return {**state.attempts, key: replace(before, **changes)}


@singledispatch
def _fold(event: Event, state: State) -> State:
    """What an event changes, its legality and the phase aside."""
    raise IllegalEvent(f"an event of the unknown kind {type(event).__name__}")


@_fold.register
def _started(event: ev.Started, state: State) -> State:
    if event.scenario_sha256 != scenario_sha256(state.scenario):
        raise IllegalEvent("the interview was started with another version of the scenario")
    known = {question.id for question in state.scenario.questions}
    for name in event.questions:
        if name not in known:
            raise IllegalEvent(f"the plan names {name!r}, which is no main question of {state.scenario.id!r}")
    return replace(state, started=event)


@_fold.register
def _said(event: ev.Said, state: State) -> State:
    if state.partial:
        return _said_on(event, state)
    if event.turn != len(state.turns) + 1:
        raise IllegalEvent(f"turn {event.turn} cannot follow turn {len(state.turns)}")
    mine = event.who is Who.INTERVIEWER
    if event.more and not mine:
        raise IllegalEvent("a candidate's turn is stored whole")
    question, number = state.open or (None, 1)
    turn = Turn(
        number=event.turn,
        who=event.who,
        text=event.text,
        channel=event.channel,
        command=event.command,
        question=question,
        attempt=number,
        seconds=event.seconds,
        move=state.move.kind if mine and state.move else None,
    )
    state = replace(state, turns=(*state.turns, turn), unanswered=None if mine else event.turn, partial=event.more)
    if state.open is None:
        return state
    attempt = state.attempts[state.open]
    if attempt.closed is not None:
        return replace(state, open=None)
    helps = (*attempt.helps, *_help(state, event.turn)) if mine else attempt.helps
    state = replace(state, attempts=_changed(state, state.open, turns=(*attempt.turns, event.turn), helps=helps))
    if mine:
        return state
    main = state.scenario.main_of(attempt.question).id
    return replace(state, spent={**state.spent, main: state.spent.get(main, 0.0) + event.seconds})


def _said_on(event: ev.Said, state: State) -> State:
    """More of the interviewer's turn, which is one line however many parts it came in."""
    if event.turn != len(state.turns) or event.who is not Who.INTERVIEWER:
        raise IllegalEvent(f"turn {len(state.turns)} is not yet said to its end")
    whole = replace(state.turns[-1], text=f"{state.turns[-1].text} {event.text}")
    return replace(state, turns=(*state.turns[:-1], whole), partial=event.more)


def _help(state: State, turn: int) -> tuple[Help, ...]:
    """The help that the interviewer's line of the last move gives."""
    move = state.move
    if move is None or move.question is None:
        return ()
    if move.kind is MoveKind.PROBE and move.point and not move.in_doubt:
        return (Help(turn, (move.point,), Aid.PROMPTED),)
    if move.kind is MoveKind.HINT and move.hint is not None:
        return (Help(turn, state.scenario.question(move.question).hints[move.hint].points, Aid.HINTED),)
    return ()


@_fold.register
def _judged(event: ev.Judged, state: State) -> State:
    try:
        question = state.scenario.question(event.question)
    except KeyError:
        raise IllegalEvent(f"the unknown question {event.question!r} was judged") from None
    if event.turn > len(state.turns):
        raise IllegalEvent(f"turn {event.turn} was judged before it was said")
    key = (event.question, event.attempt)
    _check_outcome(event.outcome, question, key, state)
    before = state.attempts.get(key)
    own = state.started is None or event.outcome.judge.name == state.started.judge.name
    judgement = Judgement(event.turn, event.outcome, own, own or state.mode is Mode.PRACTICE)
    made = (*(before.judgements if before else ()), judgement)
    return replace(state, attempts=_changed(state, key, judgements=made))


def _check_outcome(outcome: Outcome, question: Question, key: AttemptKey, state: State) -> None:
    """No quote, no credit: every span must be the candidate's own words in a turn that counts, and credit needs one."""
    if not isinstance(outcome, Assessment):
        return
    if [one.target for one in outcome.points] != [point.id for point in question.points]:
        raise IllegalEvent(f"the findings for {question.id!r} are not those of its points")
    if not {one.target for one in outcome.flags} <= {flag.id for flag in question.red_flags}:
        raise IllegalEvent(f"the findings for {question.id!r} name an unknown red flag")
    counted = {turn.number for turn in state.judged_turns(*key)}
    for finding in (*outcome.points, *outcome.flags):
        if finding.status in (Status.COVERED, Status.PARTIAL) and not finding.evidence:
            raise IllegalEvent(f"{finding.target!r} was found without the candidate's words")
        for span in finding.evidence:
            if span.turn not in counted:
                raise IllegalEvent(
                    f"the evidence for {finding.target!r} is from turn {span.turn}, which does not count"
                )
            turn = state.turn(span.turn)
            if not turn.is_answer or turn.text[span.start : span.end] != span.text or not span.text.strip():
                raise IllegalEvent(f"the evidence for {finding.target!r} is not what the candidate said")


@_fold.register
def _moved(event: ev.Moved, state: State) -> State:
    move = event.move
    if move.question is not None and all(one.id != move.question for one in state.scenario.all_questions()):
        raise IllegalEvent(f"a move names the unknown question {move.question!r}")
    if move.question is not None and not _names_hold(state.scenario.question(move.question), move):
        raise IllegalEvent(f"a move names a point or a hint that {move.question!r} does not have")
    state = _read(state, move)
    if move.kind is MoveKind.ASK and move.question:
        return _asked(state, move, move.question)
    if move.kind is MoveKind.HEARD_ALREADY and move.question:
        key = (move.question, 1)
        attempts = _changed(state, key, closed=CloseReason.SATISFIED, moves=(move,))
        return replace(state, attempts=attempts, move=move, unanswered=None)
    if move.kind is MoveKind.REVIEW and move.question:
        return replace(state, reviewed=state.reviewed | {move.question}, move=move, unanswered=None)
    if state.open is not None:
        attempt = state.attempts[state.open]
        closed = move.close or (CloseReason.ENDED if move.kind is MoveKind.FAREWELL else None)
        attempts = _changed(state, state.open, moves=(*attempt.moves, move), closed=closed)
        state = replace(state, attempts=attempts)
    return replace(state, move=move, unanswered=None)


def _names_hold(question: Question, move: Move) -> bool:
    known = {point.id for point in question.points}
    return (move.point is None or move.point in known) and (move.hint is None or 0 <= move.hint < len(question.hints))


def _read(state: State, move: Move) -> State:
    """Note what the candidate's turn meant: a probe met with "I don't know" is declined."""
    if state.open is None or state.move is None or move.intent not in (Intent.STUCK, Intent.SKIP):
        return state
    if state.move.kind not in (MoveKind.PROBE, MoveKind.HINT) or state.move.point is None:
        return state
    declined = state.attempts[state.open].declined | {state.move.point}
    return replace(state, attempts=_changed(state, state.open, declined=declined))


def _asked(state: State, move: Move, question: str) -> State:
    if state.open is not None:
        raise IllegalEvent(f"{question!r} cannot be asked while {state.open[0]!r} is open")
    number = 1
    if state.retrying == question:
        number += max(one for name, one in state.attempts if name == question)
    key = (question, number)
    before = state.attempts.get(key)
    if before and before.asked:
        raise IllegalEvent(f"{question!r} was asked before")
    attempts = _changed(state, key, asked=True, moves=(move,))
    family = state.scenario.main_of(question).id
    return replace(state, attempts=attempts, open=key, family=family, retrying=None, move=move, unanswered=None)


@_fold.register
def _retried(event: ev.Retried, state: State) -> State:
    attempt = state.attempt(event.question)
    if attempt is None or not attempt.asked:
        raise IllegalEvent(f"{event.question!r} was not asked, so it cannot be tried again")
    reviewed = state.reviewed - {state.scenario.main_of(event.question).id}
    return replace(state, retrying=event.question, reviewed=reviewed)


@_fold.register
def _rejudged(event: ev.Rejudged, state: State) -> State:
    key = (event.question, event.attempt)
    if key not in state.attempts:
        raise IllegalEvent(f"{event.question!r} has no attempt {event.attempt} to judge again")
    _check_outcome(event.outcome, state.scenario.question(event.question), key, state)
    return replace(state, attempts=_changed(state, key, rejudged=Judgement(len(state.turns), event.outcome)))


@_fold.register
def _contested(event: ev.Contested, state: State) -> State:
    _known_target(event.target, state)
    for span in event.evidence:
        if span.turn > len(state.turns) or state.turn(span.turn).text[span.start : span.end] != span.text:
            raise IllegalEvent("the marked words are not what the candidate said")
    return replace(state, contested=(*state.contested, event))


def _known_target(target: str, state: State) -> None:
    for question in state.scenario.all_questions():
        names = [point.id for point in question.points] + [flag.id for flag in question.red_flags]
        if target in {f"{question.id}.{name}" for name in names}:
            return
    raise IllegalEvent(f"{target!r} is neither a point nor a flag of {state.scenario.id!r}")


@_fold.register
def _overridden(event: ev.Overridden, state: State) -> State:
    _known_target(event.target, state)
    word = Word(event.status, event.by, event.reason)
    return replace(state, words={**state.words, event.target: word})


@_fold.register
def _confirmed(event: ev.Confirmed, state: State) -> State:
    _known_target(event.target, state)
    name, target = event.target.split(".")
    attempt = state.attempt(name)
    found = [one for one in _findings(attempt) if one.target == target]
    status = state.words[event.target].status if event.target in state.words else found[0].status if found else None
    if status is None or status is Status.UNCLEAR:
        raise IllegalEvent(f"there is no clear finding for {event.target!r} to confirm; say what you find instead")
    return replace(state, words={**state.words, event.target: Word(status, event.by)})


def _findings(attempt: Attempt | None) -> tuple[Finding, ...]:
    assessment = attempt.assessment if attempt else None
    return (*assessment.points, *assessment.flags) if assessment else ()


@_fold.register
def _commented(event: ev.Commented, state: State) -> State:
    return replace(state, comments=(*state.comments, event))


@_fold.register
def _decided(event: ev.Decided, state: State) -> State:
    return replace(state, decisions=(*state.decisions, event))


@_fold.register
def _ended(event: ev.Ended, state: State) -> State:
    return replace(state, ended=event.reason, open=None)


@_fold.register(ev.Paused)
def _paused(event: ev.Paused, state: State) -> State:
    return replace(state, left=state.phase)


@_fold.register(ev.Consented)
@_fold.register(ev.Resumed)
def _unchanged(event: ev.Consented | ev.Resumed, state: State) -> State:
    return state


def apply(state: State, event: Event) -> State:
    """The state after an event; raises IllegalEvent, and then nothing has changed."""
    phase = advance(state.phase, happening(state, event), state.left)
    return replace(_fold(event, state), phase=phase)


def replay(scenario: Scenario, events: Iterable[Event]) -> State:
    """The state that a log tells, from its first event on."""
    state = State(scenario=scenario)
    for event in events:
        state = apply(state, event)
    return state
