"""An interview as its log tells it: what was said, judged and done so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from interviewer.core import events as ev
from interviewer.core.events import CloseReason, Command, Move, MoveKind, Who
from interviewer.core.findings import Aid, Assessment, Outcome, Status
from interviewer.core.machine import Phase
from interviewer.core.scenario import Scenario

AttemptKey = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One utterance; `question` and `attempt` say what was open."""

    number: int
    who: Who
    text: str
    channel: ev.Channel = ev.Channel.TYPED
    command: Command | None = None
    question: str | None = None
    attempt: int = 1
    seconds: float = 0.0
    move: MoveKind | None = None

    @property
    def is_answer(self) -> bool:
        """Whether it is the candidate's own words, and not a command."""
        return self.who is Who.CANDIDATE and self.command is None


@dataclass(frozen=True, slots=True)
class Help:
    """Points that the interviewer's turn `turn` helped with, and how much."""

    turn: int
    points: tuple[str, ...]
    aid: Aid


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judge's outcome after a turn.

    `own`: by the interview's judge, and not by another that only keeps the conversation going. `scores`: whether it
    may count; in a screen another judge's never does, in practice it stands in.
    """

    turn: int
    outcome: Outcome
    own: bool = True
    scores: bool = True

    @property
    def worth(self) -> tuple[bool, bool]:
        """Which of two judgements of a turn is preferred: one that found something out, then the interview's own."""
        return isinstance(self.outcome, Assessment), self.own


def _best(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """For each turn the judgement worth most, the later of two alike."""
    best: dict[int, Judgement] = {}
    for one in judgements:
        if one.turn not in best or one.worth >= best[one.turn].worth:
            best[one.turn] = one
    return tuple(best[turn] for turn in sorted(best))


def _latest(judgements: Sequence[Judgement]) -> Assessment | None:
    outcome = judgements[-1].outcome if judgements else None
    return outcome if isinstance(outcome, Assessment) else None


@dataclass(frozen=True, slots=True)
class Word:
    """A person's latest word on a point or flag of the first attempt: it stands over every judge's."""

    status: Status
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What happened with one question; a second attempt never replaces the first."""

    question: str
    number: int = 1
    asked: bool = False
    turns: tuple[int, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    rejudged: Judgement | None = None
    helps: tuple[Help, ...] = ()
    moves: tuple[Move, ...] = ()
    declined: frozenset[str] = frozenset()
    closed: CloseReason | None = None

    @property
    def scored(self) -> tuple[Judgement, ...]:
        """The judgement that counts for each turn, in the order of turns; only the adopted one, where there is one."""
        return (self.rejudged,) if self.rejudged else _best([one for one in self.judgements if one.scores])

    @property
    def steering(self) -> tuple[Judgement, ...]:
        """The judgement of each turn that the conversation goes by: also one that does not count."""
        return _best(self.judgements)

    @property
    def assessment(self) -> Assessment | None:
        """The assessment in force (persons' words aside): the adopted one, else the latest; None: unscored.

        Unscored it is too while a later turn has only been judged by one that does not count.
        """
        scored = self.scored
        if not self.rejudged and any(one.turn > scored[-1].turn for one in self.judgements if scored):
            return None
        return _latest(scored)

    @property
    def heard(self) -> Assessment | None:
        """The assessment that the conversation goes by; None: the last turn could not be judged."""
        return _latest(self.steering)

    def count(self, *kinds: MoveKind) -> int:
        """How many moves of these kinds were made while it was open."""
        return sum(move.kind in kinds for move in self.moves)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything that the log says, ready to be asked."""

    scenario: Scenario
    phase: Phase = Phase.NEW
    left: Phase | None = None
    started: ev.Started | None = None
    turns: tuple[Turn, ...] = ()
    attempts: Mapping[AttemptKey, Attempt] = field(default_factory=dict)
    open: AttemptKey | None = None
    family: str | None = None
    retrying: str | None = None
    reviewed: frozenset[str] = frozenset()
    move: Move | None = None
    unanswered: int | None = None
    partial: bool = False
    """Whether the interviewer's last turn is not yet said to its end."""
    spent: Mapping[str, float] = field(default_factory=dict)
    ended: ev.EndReason | None = None
    words: Mapping[str, Word] = field(default_factory=dict)
    contested: tuple[ev.Contested, ...] = ()
    comments: tuple[ev.Commented, ...] = ()
    decisions: tuple[ev.Decided, ...] = ()

    @property
    def plan(self) -> tuple[str, ...]:
        """The main questions of this interview, in order."""
        return self.started.questions if self.started else ()

    @property
    def mode(self) -> ev.Mode:
        """Practice or screen."""
        return self.started.mode if self.started else ev.Mode.PRACTICE

    @property
    def whole(self) -> bool:
        """Whether every main question of the scenario is in the plan."""
        return self.plan == tuple(question.id for question in self.scenario.questions)

    @property
    def current(self) -> Attempt | None:
        """The attempt that is open."""
        return self.attempts[self.open] if self.open else None

    def attempt(self, question: str, number: int = 1) -> Attempt | None:
        """An attempt at a question, or None."""
        return self.attempts.get((question, number))

    def turn(self, number: int) -> Turn:
        """The turn with this number, counted from 1."""
        return self.turns[number - 1]

    def judged_turns(self, question: str, number: int = 1) -> tuple[Turn, ...]:
        """The turns of both sides that count for a question.

        A follow-up is judged over everything said since its parent was asked; a parent only over what was said
        before its first follow-up; a second attempt over itself alone.
        """
        numbers: list[int] = []
        if number == 1:
            main = self.scenario.main_of(question)
            for one in (main, *main.follow_ups):
                attempt = self.attempt(one.id)
                numbers += attempt.turns if attempt else ()
                if one.id == question:
                    break
        else:
            attempt = self.attempt(question, number)
            numbers += attempt.turns if attempt else ()
        return tuple(self.turn(one) for one in numbers if self.turn(one).command is None)
