"""Limits of the policy that an interview passed, seen from what was done and not from how it was decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from interviewer.core import helping, policy
from interviewer.core.events import MoveKind
from interviewer.core.findings import Intent
from interviewer.core.scenario import Question, Tier
from interviewer.core.state import Attempt, State


def limits_passed(state: State) -> Iterator[str]:
    """A line for each limit that the interview passed."""
    for attempt in state.attempts.values():
        for what, times, most in _counted(attempt, state.scenario.question(attempt.question)):
            if times > most:
                yield f"{attempt.question}: {times} {what}, and {most} is the limit"
    replies = sum(turn.move is MoveKind.REPLY for turn in state.turns)
    if replies > policy.REPLIES:
        yield f"{replies} replies to the candidate's own questions, and {policy.REPLIES} is the limit"


def _counted(attempt: Attempt, question: Question) -> Iterator[tuple[str, int, int]]:
    """What was done how often while the question was open, and how often it may be."""
    probed = Counter(move.point for move in attempt.moves if move.kind is MoveKind.PROBE and move.point)
    of_tier = Counter(question.point(point).tier for point in probed.elements())
    yield "probes for minimum points", of_tier[Tier.MINIMUM], helping.MINIMUM_PROBES
    yield "probes for core points", of_tier[Tier.CORE], helping.CORE_PROBES
    yield "probes for strong points", of_tier[Tier.STRONG], 0
    yield "probes for one point", max(probed.values(), default=0), 1
    yield "hints", attempt.count(MoveKind.HINT), helping.HINTS
    yield "turns of answering", _answers(attempt), policy.ANSWERS
    yield "turns of clarifying, repeating or straying", attempt.count(*policy.STRAYING), policy.STRAYS
    yield "turns that were given room to go on", attempt.count(MoveKind.WAIT), policy.WAITS


def _answers(attempt: Attempt) -> int:
    """Turns that tried to answer. One that broke off and was given room is no turn of its own."""
    other = (*policy.STRAYING, MoveKind.WAIT)
    return sum(move.intent in (Intent.ANSWER, Intent.STUCK) and move.kind not in other for move in attempt.moves)
