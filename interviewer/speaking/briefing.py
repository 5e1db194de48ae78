"""What a model is told before it reacts to an answer, and what its reaction is held to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from interviewer.core import helping
from interviewer.core.events import CloseReason, Mode, Move, MoveKind, Who
from interviewer.core.fence import Fence
from interviewer.core.findings import Assessment, Finding, Intent, Status
from interviewer.core.ports import Judge
from interviewer.core.scenario import FollowUp, Point, Question
from interviewer.core.state import Attempt, State, Turn
from interviewer.speaking.allowed import Limits
from interviewer.speaking.leaks import leaks
from interviewer.speaking.lines import last_heard
from interviewer.speaking.vocabulary import COMMON, LITTLE, stems

FIELDS: Final = frozenset({"manner", "situation", "question", "talk", "nonce", "understood", "follows"})
"""The fields that prompts/speak.md has to have."""

TURNS: Final = 6
"""So many turns of the question, the last ones, are sent."""
TURN_CHARS: Final = 1_200
"""A longer turn is sent with its middle left out (characters)."""

_MANNERS: Final = {
    Mode.PRACTICE: "This is practice. Be warm and plain. Show that you understood, but only what is listed below.",
    Mode.SCREEN: "This is a screening interview. Be courteous and neutral. Give no verdict, not even 'good'.",
}
_SITUATIONS: Final = {
    MoveKind.PROBE: "You have listened to the answer, and now go on to the next part of the same question.",
    MoveKind.HINT: "The candidate would like some help, and you are about to give a hint.",
    MoveKind.CLOSE: "You have listened to the answer, and leave the question here.",
}
_STUCK: Final = "The candidate does not know how to go on, which is fine. Do not make much of it."
_NOTHING: Final = "(nothing in particular; do not say that anything was right)"


@dataclass(frozen=True, slots=True)
class Briefing:
    """The filled fields of the prompt, and the limits of what may come of it."""

    fields: Mapping[str, str]
    limits: Limits


def brief(state: State, move: Move, follows: str, judge: Judge) -> Briefing | None:
    """The briefing for a reaction to the candidate's last answer; None where there is nothing to react to
    (any more: of a line that was begun, the rest is the author's).

    No statement, anchor, hint or reference of a point is in it: what a model was never told, it cannot be talked into
    saying. `follows` is the author's line that comes after the reaction.
    """
    attempt = state.attempts.get(state.open) if state.open else None
    last = state.turns[-1] if state.turns else None
    if attempt is None or last is None or not last.is_answer or not _reacts(move):
        return None
    question = state.scenario.question(attempt.question)
    turns = [state.turn(number) for number in attempt.turns if state.turn(number).command is None]
    outcome = _outcome(attempt, last)
    gained = _gained(attempt, question, outcome, last)
    fence = Fence.of(state.started.salt if state.started else "", "speak", question.id)
    fields = {
        "manner": _MANNERS[state.mode],
        "situation": _STUCK if move.intent is Intent.STUCK else _SITUATIONS[move.kind],
        "question": question.asks,
        "talk": "\n".join(_told(turn, fence) for turn in turns[-TURNS:]),
        "nonce": fence.nonce,
        "understood": "\n".join(f"- {line}" for line in _understood(state, gained)) or _NOTHING,
        "follows": follows,
    }
    limits = Limits(
        mode=state.mode,
        pleased=bool(gained),
        last=last.text,
        leaks=_leaks(state, question, _covered(attempt), judge),
        **_vocabularies(state, attempt, question, turns, follows, _is_on_subject(outcome, last)),
    )
    return Briefing(fields, limits)


def _reacts(move: Move) -> bool:
    """Whether a move comes right after an answer and leaves room for a word about it."""
    if move.kind is MoveKind.CLOSE:
        return move.close in (CloseReason.SATISFIED, CloseReason.PROBED, CloseReason.LIMIT)
    return move.kind in (MoveKind.PROBE, MoveKind.HINT)


def _told(turn: Turn, fence: Fence) -> str:
    text = turn.text
    if len(text) > TURN_CHARS:
        half = TURN_CHARS // 2
        text = f"{text[:half]} [...] {text[-half:]}"
    return fence.wrap(turn.who.value, text)


def _understood(state: State, gained: Sequence[Point]) -> Iterator[str]:
    if state.mode is Mode.PRACTICE:
        yield from (point.heard for point in gained if not last_heard(point.heard, state))


def _outcome(attempt: Attempt, last: Turn) -> Assessment | None:
    """What was found after the last answer, if it could be judged."""
    made = attempt.steering
    outcome = made[-1].outcome if made and made[-1].turn == last.number else None
    return outcome if isinstance(outcome, Assessment) else None


def _gained(attempt: Attempt, question: Question, outcome: Assessment | None, last: Turn) -> list[Point]:
    """The points that the last answer made, unless anything was denied."""
    if outcome is None or any(one.status is Status.CONTRADICTED for one in outcome.points):
        return []
    gains = helping.gains(attempt)
    made = [one for one in outcome.points if one.status is Status.COVERED and _rests_on(one, last)]
    return [question.point(one.target) for one in made if one.target in gains]


def _is_on_subject(outcome: Assessment | None, last: Turn) -> bool:
    """Whether the last answer touches any point, for better or worse."""
    return outcome is not None and any(_rests_on(one, last) for one in outcome.points)


def _rests_on(finding: Finding, turn: Turn) -> bool:
    return any(span.turn == turn.number for span in finding.evidence)


def _later(state: State, question: Question) -> list[FollowUp]:
    """The follow-ups that are still to come."""
    follow_ups = state.scenario.main_of(question.id).follow_ups
    return [one for one in follow_ups if state.attempt(one.id) is None]


def _vocabularies(
    state: State, attempt: Attempt, question: Question, turns: Sequence[Turn], follows: str, on_subject: bool
) -> dict[str, frozenset[str]]:
    """The words of the limits, as stems.

    The candidate's own terms may be taken up only from an answer that is about the subject: whoever says something
    else altogether does not put words into the interviewer's mouth.
    """
    covered = _covered(attempt)
    still_open = [point for point in question.points if point.id not in covered]
    guarded = [*still_open, *chain.from_iterable(one.points for one in _later(state, question))]
    mine = stems([question.asks, question.again, follows, *_texts(turns, Who.INTERVIEWER), *_made(question, covered)])
    theirs = stems(_texts(turns, Who.CANDIDATE))
    facts = stems(fact.reply for fact in question.clarifications)
    known = mine | facts | (theirs if on_subject else frozenset())
    return {"known": known, "telling": _telling(guarded) - mine, "theirs": theirs}


def _leaks(state: State, question: Question, covered: frozenset[str], judge: Judge) -> Callable[[str], bool]:
    still_open = [point.id for point in question.points if point.id not in covered]
    guarded = [(question, still_open), *((one, [p.id for p in one.points]) for one in _later(state, question))]
    return lambda text: any(leaks(judge, one, text, points) for one, points in guarded)


def _covered(attempt: Attempt) -> frozenset[str]:
    heard = attempt.heard
    return frozenset(one.target for one in heard.points if one.status is Status.COVERED) if heard else frozenset()


def _made(question: Question, covered: frozenset[str]) -> Iterator[str]:
    """The texts of points that need no hiding any more."""
    for point in question.points:
        if point.id in covered:
            yield from (point.says, point.heard, *point.sounds_like)


def _telling(points: Sequence[Point]) -> frozenset[str]:
    """The words of points that are no everyday words, and so point to what they are about."""
    return stems(line for point in points for line in (point.says, *point.sounds_like)) - LITTLE - COMMON


def _texts(turns: Sequence[Turn], who: Who) -> Iterator[str]:
    return (turn.text for turn in turns if turn.who is who)
