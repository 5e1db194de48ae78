"""What the interviewer does next, and why: pure, with its limits as constants (those on help: helping.py).

`due(state)` says what kind of work is next; `decide(state, reading)` chooses the move. A model
never decides either: it may only word the move that was chosen here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from interviewer.core import helping, pacing, turns
from interviewer.core.events import CloseReason, Command, EndReason, Mode, Move, MoveKind
from interviewer.core.findings import Intent, Reading, Status, Unscored, UnscoredReason
from interviewer.core.machine import Phase
from interviewer.core.scenario import AskWhen, FollowUp, Tier
from interviewer.core.scoring import grade, tier_credits
from interviewer.core.state import Attempt, State

ANSWERS: Final = 8
STRAYS: Final = 4
STUCK_TURNS: Final = 2
WAITS: Final = 2
REPLIES: Final = 4
CLOSING_LEVEL: Final = 3

STRAYING: Final = (
    MoveKind.CLARIFY,
    MoveKind.REPEAT,
    MoveKind.REDIRECT,
    MoveKind.ENGLISH_PLEASE,
    MoveKind.NO_HINT,
    MoveKind.CARRY_ON,
)
"""Moves that answer a turn which was no answer; together they are limited by STRAYS."""
COMMAND_INTENTS: Final = {
    Command.HINT: Intent.HINT_REQUEST,
    Command.REPEAT: Intent.REPEAT,
    Command.SKIP: Intent.SKIP,
    Command.END: Intent.END,
}


class Task(StrEnum):
    """The kind of work that comes next."""

    JUDGE = "judge"
    DECIDE = "decide"
    SPEAK = "speak"
    LISTEN = "listen"
    REVIEW = "review"
    RESUME = "resume"
    END = "end"
    NOTHING = "nothing"


_TASKS: Final = {
    Phase.NEW: Task.NOTHING,
    Phase.SPEAKING: Task.SPEAK,
    Phase.LISTENING: Task.LISTEN,
    Phase.JUDGING: Task.JUDGE,
    Phase.REVIEWING: Task.REVIEW,
    Phase.PAUSED: Task.RESUME,
    Phase.ENDED: Task.NOTHING,
}


def due(state: State) -> tuple[Task, str | None]:
    """What kind of work is next and, for judging, the question that it is about."""
    if state.phase is Phase.JUDGING and state.open:
        return Task.JUDGE, state.open[0]
    if state.phase is not Phase.MOVING:
        return _TASKS[state.phase], None
    if state.move and state.move.kind is MoveKind.FAREWELL:
        return Task.END, None
    follow_up = next_follow_up(state) if state.open is None and state.retrying is None else None
    if follow_up is not None and state.attempt(follow_up.id) is None and _answers(state, follow_up.id):
        return Task.JUDGE, follow_up.id
    return Task.DECIDE, None


def _answers(state: State, question: str) -> list[int]:
    return [turn.number for turn in state.judged_turns(question) if turn.is_answer]


def next_follow_up(state: State) -> FollowUp | None:
    """The follow-up whose turn it is, or None: all done, not called for, or no time for it."""
    if state.family is None:
        return None
    main = state.scenario.main_of(state.family)
    parent = state.attempt(main.id)
    if parent is None or parent.closed is None or pacing.question_over(state, main.id):
        return None
    for follow_up in main.follow_ups:
        attempt = state.attempt(follow_up.id)
        if attempt is not None and (attempt.asked or attempt.closed):
            continue
        if _called_for(state, follow_up, main.id):
            return follow_up
    return None


def _called_for(state: State, follow_up: FollowUp, parent: str) -> bool:
    if not isinstance(follow_up.ask_when, AskWhen):
        return True
    credit = {one.point.id: one.low for one in grade(state, parent, live=True).points}
    wanted = all(credit[name] for name in follow_up.ask_when.has)
    return wanted and not any(credit[name] for name in follow_up.ask_when.lacks)


def decide(state: State, reading: Reading | None = None) -> Move:
    """The next move. `reading` is how the candidate's last turn was read, if one waits for a reaction."""
    if state.retrying is not None:
        return Move(kind=MoveKind.ASK, question=state.retrying, reason="the candidate tries it again")
    if state.unanswered is None or reading is None:
        return _go_on(state)
    move = _react(state, reading) if state.open else _close_conversation(state, reading)
    return move.model_copy(update={"intent": reading.intent})


def leave(state: State) -> Move:
    """The move when input has ended after the last main question was answered."""
    question = state.open[0] if state.open else None
    reason = "the input ended after the last main question"
    return Move(kind=MoveKind.FAREWELL, question=question, reason=reason, end=EndReason.INPUT_ENDED)


def may_end(state: State) -> bool:
    """Whether the last main question was answered, so that the end of the input is the end of the interview."""
    last = state.attempt(state.plan[-1]) if state.plan else None
    return last is not None and (last.closed is not None or any(state.turn(one).is_answer for one in last.turns))


# Between questions


def _go_on(state: State) -> Move:
    if not state.turns:
        return Move(kind=MoveKind.GREET, reason="the interview begins")
    if pacing.interview_over(state):
        return _farewell(EndReason.TIME, "the time is used up")
    follow_up = next_follow_up(state)
    if follow_up is not None:
        return _follow_up(state, follow_up)
    if state.mode is Mode.PRACTICE and state.family and state.family not in state.reviewed:
        return Move(kind=MoveKind.REVIEW, question=state.family, reason="the question and its follow-ups are done")
    for name in state.plan:
        if state.attempt(name) is None:
            return Move(kind=MoveKind.ASK, question=name, reason="the next main question of the plan")
    if state.whole and (state.move is None or state.move.kind is not MoveKind.INVITE_QUESTIONS):
        return Move(kind=MoveKind.INVITE_QUESTIONS, reason="every main question was asked")
    return _farewell(EndReason.COMPLETED, "every planned question is done")


def _follow_up(state: State, follow_up: FollowUp) -> Move:
    standing = grade(state, follow_up.id, live=True)
    needed = [tier_credits(follow_up, helping.low_credits(standing), tier) for tier in (Tier.MINIMUM, Tier.CORE)]
    heard = tuple(f"{follow_up.id}.{one.point.id}" for one in standing.points if one.low)
    if heard and all(all(credits) for credits in needed):
        reason = "its minimum and core points were heard already"
        return Move(kind=MoveKind.HEARD_ALREADY, question=follow_up.id, reason=reason, because=heard)
    return Move(kind=MoveKind.ASK, question=follow_up.id, reason="a follow-up of the question before", because=heard)


def _farewell(end: EndReason, reason: str, question: str | None = None) -> Move:
    return Move(kind=MoveKind.FAREWELL, question=question, reason=reason, end=end)


def _close_conversation(state: State, reading: Reading) -> Move:
    """After the last question: the candidate's own questions, a few of them."""
    replies = sum(turn.move in (MoveKind.REPLY, MoveKind.INVITE_QUESTIONS) for turn in state.turns)
    if replies > REPLIES or reading.intent not in (Intent.CLARIFY, Intent.OFF_TOPIC, Intent.REPEAT):
        return _farewell(EndReason.COMPLETED, "the candidate has no further question")
    if reading.intent is Intent.REPEAT:
        return Move(kind=MoveKind.INVITE_QUESTIONS, reason="the candidate asked to hear it again")
    reason = "a known fact answers the question" if reading.fact is not None else "no known fact answers the question"
    return Move(kind=MoveKind.REPLY, fact=reading.fact, reason=reason)


# While a question is open


def _react(state: State, reading: Reading) -> Move:
    attempt = state.current
    assert attempt is not None and state.unanswered is not None
    turn = state.turn(state.unanswered)
    asked_to = state.move.kind if state.move else None
    end, skip = reading.intent is Intent.END, reading.intent is Intent.SKIP
    # A wish is confirmed once: whoever says "stop" when asked about skipping, or the other way round, means it.
    confirmed = turn.command is not None or asked_to in (MoveKind.CONFIRM_END, MoveKind.CONFIRM_SKIP)
    if end and confirmed:
        return _farewell(EndReason.CANDIDATE, "the candidate wants to stop", attempt.question)
    if skip and confirmed:
        return _close(attempt, CloseReason.SKIPPED, "the candidate skips it")
    if pacing.interview_over(state):
        return _farewell(EndReason.TIME, "the time is used up", attempt.question)
    if end or skip:
        kind = MoveKind.CONFIRM_END if end else MoveKind.CONFIRM_SKIP
        return Move(kind=kind, question=attempt.question, reason=f"the candidate seems to want to {reading.intent}")
    if asked_to in (MoveKind.CONFIRM_END, MoveKind.CONFIRM_SKIP) and turns.refuses(turn.text):
        return _stray(attempt, MoveKind.CARRY_ON, "the candidate wants to go on")
    return _respond(state, attempt, reading, turn.text)


def _respond(state: State, attempt: Attempt, reading: Reading, text: str) -> Move:
    """React to what was said, now that it is neither a wish to skip nor to stop."""
    gained = bool(helping.gains(attempt))
    if _other_language(attempt):
        return _stray(attempt, MoveKind.ENGLISH_PLEASE, "the answer is in another language, so it is not scored")
    if reading.intent is Intent.REPEAT:
        return _stray(attempt, MoveKind.REPEAT, "the candidate asked to hear it again")
    if reading.intent is Intent.CLARIFY:
        reason = "a known fact answers it" if reading.fact is not None else "the scenario leaves it open"
        return _stray(attempt, MoveKind.CLARIFY, reason, fact=reading.fact)
    if reading.intent is Intent.OFF_TOPIC and not gained:
        return _stray(attempt, MoveKind.REDIRECT, "the turn was about something else")
    if reading.intent is Intent.HINT_REQUEST:
        return helping.hint(state, attempt, "the candidate asked for a hint") or _no_hint(state, attempt)
    if reading.intent is Intent.STUCK and not gained:
        return _stuck(state, attempt)
    if turns.unfinished(text) and attempt.count(MoveKind.WAIT) < WAITS and not _satisfied(state, attempt):
        return Move(kind=MoveKind.WAIT, question=attempt.question, reason="the turn broke off")
    return _after_answer(state, attempt)


def _close(attempt: Attempt, why: CloseReason, reason: str, because: tuple[str, ...] = ()) -> Move:
    return Move(kind=MoveKind.CLOSE, question=attempt.question, close=why, reason=reason, because=because)


def _stray(attempt: Attempt, kind: MoveKind, reason: str, fact: int | None = None) -> Move:
    if attempt.count(*STRAYING) >= STRAYS and not attempt.count(MoveKind.ENCOURAGE):
        return Move(kind=MoveKind.ENCOURAGE, question=attempt.question, reason=f"{STRAYS} turns without an attempt")
    if attempt.count(*STRAYING) >= STRAYS:
        return _close(attempt, CloseReason.LIMIT, f"{STRAYS} turns of clarifying, repeating or straying")
    return Move(kind=kind, question=attempt.question, reason=reason, fact=fact)


def _other_language(attempt: Attempt) -> bool:
    last = attempt.steering[-1].outcome if attempt.judgements else None
    return isinstance(last, Unscored) and last.reason is UnscoredReason.OTHER_LANGUAGE


def _stuck_run(attempt: Attempt) -> int:
    """Turns of being stuck since the last gain, this one included."""
    run = 1
    for move in reversed(attempt.moves):
        if move.intent is Intent.ANSWER:
            break
        run += move.intent is Intent.STUCK
    return run


def _stuck(state: State, attempt: Attempt) -> Move:
    if _stuck_run(attempt) >= STUCK_TURNS:
        return _close(attempt, CloseReason.STUCK, f"{STUCK_TURNS} stuck turns without anything new")
    if state.mode is Mode.PRACTICE:
        hint = helping.hint(state, attempt, "the candidate is stuck")
        if hint is not None:
            return hint
    probed = state.move is not None and state.move.kind is MoveKind.PROBE
    declined = state.move.point if probed and state.move else None
    probe = (
        helping.probe(attempt, grade(state, attempt.question, attempt.number, live=True), declined) if probed else None
    )
    return probe or Move(kind=MoveKind.ENCOURAGE, question=attempt.question, reason="the candidate is stuck")


def _no_hint(state: State, attempt: Attempt) -> Move:
    if attempt.count(MoveKind.NO_HINT):
        return _after_answer(state, attempt)
    return _stray(attempt, MoveKind.NO_HINT, "no hint is left for what is missing")


def _satisfied(state: State, attempt: Attempt) -> bool:
    standing = grade(state, attempt.question, attempt.number, live=True)
    unclear = any(one.point.tier is Tier.MINIMUM and one.status is Status.UNCLEAR for one in standing.points)
    return attempt.heard is not None and standing.low >= CLOSING_LEVEL and not unclear


def _after_answer(state: State, attempt: Attempt) -> Move:
    standing = grade(state, attempt.question, attempt.number, live=True)
    have = tuple(f"{attempt.question}.{one.point.id}" for one in standing.points if one.low)
    if _satisfied(state, attempt):
        reason = f"level {standing.low} is reached, and no minimum point is in doubt"
        return _close(attempt, CloseReason.SATISFIED, reason, have)
    if attempt.heard is None and attempt.judgements:
        return _close(attempt, CloseReason.PROBED, "the answer could not be judged")
    answers = sum(state.turn(one).is_answer for one in attempt.turns) - attempt.count(*STRAYING)
    if answers >= ANSWERS:
        return _close(attempt, CloseReason.LIMIT, f"{ANSWERS} turns of answering", have)
    if pacing.question_over(state, state.scenario.main_of(attempt.question).id):
        return _close(attempt, CloseReason.TIME, "the time for this question is used up", have)
    return helping.probe(attempt, standing) or _close(attempt, CloseReason.PROBED, "nothing is left to probe", have)
