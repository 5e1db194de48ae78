"""What the interviewer did wrong in an interview, counted from its log alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from interviewer.core import policy
from interviewer.core.events import EndReason, Event, Judged, Move, Moved, MoveKind, Said, Who
from interviewer.core.findings import Assessment, Status
from interviewer.core.replay import apply
from interviewer.core.scenario import Question, Scenario
from interviewer.core.scoring import grade
from interviewer.core.state import Attempt, State
from interviewer.core.values import Strict
from interviewer.evaluation.rehearsal.limits import limits_passed
from interviewer.evaluation.rehearsal.material import Labels, merged

LeakFinder = Callable[[Question, str, Collection[str]], tuple[str, ...]]
"""Which of these open points of a question a line of the interviewer's would earn, as `speaking.leaks.leaks` says."""

IDLE_LINES: Final = policy.STRAYS + policy.WAITS + policy.STUCK_TURNS
"""So many lines of the interviewer's may follow each other without progress: what the policy's own limits add up to."""
GOOD_LEVEL: Final = 3

_EARNED: Final = (Status.COVERED, Status.PARTIAL)
_ONWARD: Final = (
    MoveKind.GREET,
    MoveKind.ASK,
    MoveKind.CLOSE,
    MoveKind.HEARD_ALREADY,
    MoveKind.REVIEW,
    MoveKind.INVITE_QUESTIONS,
    MoveKind.REPLY,
    MoveKind.FAREWELL,
)
"""Moves that bring an interview forward by themselves; `policy.REPLIES` bounds the replies."""


class Leak(Strict):
    """A line that gave away points which were still to be earned."""

    turn: int
    question: str
    points: tuple[str, ...]


class Loop(Strict):
    """Where the interviewer went round in circles, and how."""

    turn: int
    why: str


class Asked(Strict):
    """A probe for a point that the candidate's words are labelled with already."""

    turn: int
    question: str
    point: str


class Counts(Strict):
    """What was counted in one interview; turns are those of the transcript, from 1."""

    lines: int
    checked: int
    leaks: tuple[Leak, ...] = ()
    loops: tuple[Loop, ...] = ()
    repeats: tuple[int, ...] = ()
    probes: int = 0
    probes_for_said: tuple[Asked, ...] = ()
    unasked: tuple[str, ...] = ()
    limits_passed: tuple[str, ...] = ()
    turns_to_good: tuple[int, ...] = ()


def count(scenario: Scenario, events: Iterable[Event], said: Mapping[int, Labels], find_leaks: LeakFinder) -> Counts:
    """Replay a log and count; `said` are the labels of the candidate's turns, by turn.

    - leaks: lines said while a question is open that would earn a point of it which no judgement has credited so far.
    - loops: the same line twice in a row, or more than IDLE_LINES lines in a row without progress. Progress is a
      question begun or ended, a point newly credited, a first probe for a point, a new hint, a reply to the candidate.
    - repeats: lines that were heard before, word for word, in this interview. A line that the candidate asked to hear
      again is neither a repeat nor a loop.
    - probes for what was said: a probe for a point that the labels of what the candidate said so far call covered.
    - unasked: planned main questions never asked, unless the candidate or the clock ended the interview.
    - turns to a good level: for each question asked, the candidate's answers until level 3 was certain, if ever.

    Raises IllegalEvent for a log that cannot be.
    """
    counter = _Counter(scenario, said, find_leaks)
    for event in events:
        counter.take(event)
    return counter.counts()


class _Counter:
    """Walks through a log."""

    def __init__(self, scenario: Scenario, said: Mapping[int, Labels], find_leaks: LeakFinder) -> None:
        self._state = State(scenario=scenario)
        self._said = said
        self._find_leaks = find_leaks
        self._heard: list[str] = []
        self._idle = 0
        self._checked = 0
        self._probes = 0
        self._leaks: list[Leak] = []
        self._loops: list[Loop] = []
        self._repeats: list[int] = []
        self._for_said: list[Asked] = []
        self._good: dict[str, int] = {}

    def take(self, event: Event) -> None:
        before, self._state = self._state, apply(self._state, event)
        if isinstance(event, Moved):
            self._moved(before, event.move)
        elif isinstance(event, Said) and event.who is Who.INTERVIEWER:
            self._spoke(before, event)
        elif isinstance(event, Judged):
            self._judged(before, event)

    def counts(self) -> Counts:
        state = self._state
        excused = state.ended in (EndReason.CANDIDATE, EndReason.TIME)
        return Counts(
            lines=len(self._heard),
            checked=self._checked,
            leaks=tuple(self._leaks),
            loops=tuple(self._loops),
            repeats=tuple(self._repeats),
            probes=self._probes,
            probes_for_said=tuple(self._for_said),
            unasked=() if excused else tuple(name for name in state.plan if not _asked(state.attempt(name))),
            limits_passed=tuple(limits_passed(state)),
            turns_to_good=tuple(self._good.values()),
        )

    def _moved(self, before: State, move: Move) -> None:
        if move.kind in _ONWARD or _is_new(before.current, move):
            self._idle = 0
        if move.kind is not MoveKind.PROBE or move.question is None or move.point is None:
            return
        self._probes += 1
        labels = merged(labels for turn, labels in sorted(self._said.items()) if turn <= len(before.turns))
        if labels.get(move.question, {}).get(move.point) is Status.COVERED:
            turn = len(before.turns) + 1
            self._for_said.append(Asked(turn=turn, question=move.question, point=move.point))

    def _spoke(self, before: State, line: Said) -> None:
        words = folded(line.text)
        asked_for = before.move is not None and before.move.kind is MoveKind.REPEAT
        self._idle += 1
        if self._idle == IDLE_LINES + 1:
            self._loops.append(Loop(turn=line.turn, why=f"more than {IDLE_LINES} lines without progress"))
        if words in self._heard and not asked_for:
            self._repeats.append(line.turn)
            if words == self._heard[-1]:
                self._loops.append(Loop(turn=line.turn, why="the same line twice in a row"))
        self._heard.append(words)
        attempt = before.current
        if attempt is not None and attempt.closed is None:
            self._check(before, attempt, line)

    def _check(self, before: State, attempt: Attempt, line: Said) -> None:
        question = before.scenario.question(attempt.question)
        missing = [point.id for point in question.points if point.id not in _earned(attempt)]
        self._checked += 1
        points = self._find_leaks(question, line.text, missing) if missing else ()
        if points:
            self._leaks.append(Leak(turn=line.turn, question=question.id, points=points))

    def _judged(self, before: State, event: Judged) -> None:
        after = self._state.attempt(event.question, event.attempt)
        attempt = before.attempt(event.question, event.attempt)
        if after is None or attempt is None or not attempt.asked:
            return
        if _earned(after) - _earned(attempt):
            self._idle = 0
        if event.attempt == 1 and grade(self._state, event.question).low >= GOOD_LEVEL:
            self._good.setdefault(event.question, sum(self._state.turn(one).is_answer for one in after.turns))


def folded(text: str) -> str:
    """A line's words, whatever their case and the space between them."""
    return " ".join(text.casefold().split())


def _asked(attempt: Attempt | None) -> bool:
    return attempt is not None and attempt.asked


def _earned(attempt: Attempt) -> set[str]:
    """The points that any judgement so far has credited."""
    made = [one.outcome for one in attempt.judgements if isinstance(one.outcome, Assessment)]
    return {finding.target for outcome in made for finding in outcome.points if finding.status in _EARNED}


def _is_new(attempt: Attempt | None, move: Move) -> bool:
    """Whether a probe or a hint is the first of its kind."""
    made = [] if attempt is None else attempt.moves
    if move.kind is MoveKind.PROBE:
        return all(one.kind is not MoveKind.PROBE or one.point != move.point for one in made)
    return move.kind is MoveKind.HINT and all(one.hint != move.hint for one in made)
