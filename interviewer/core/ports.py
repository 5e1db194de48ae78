"""What the session needs of the world, as protocols: the rooms around the core provide them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from interviewer.core.events import Channel, Command, Event, Move, MoveKind, Said
from interviewer.core.findings import Assessment, JudgeVersion, Reading, Span, Unscored
from interviewer.core.scenario import Clarification, Question
from interviewer.core.state import State, Turn


class Clock(Protocol):
    """Tells the time; tests bring their own, so that none of them sleeps."""

    def now(self) -> datetime:
        """The present time, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow, for durations."""


class Judge(Protocol):
    """Says which points of a question the candidate's turns contain, with verbatim evidence."""

    @property
    def version(self) -> JudgeVersion:
        """Name and hash of all that can move a verdict, anchors aside."""

    def check(self) -> None:
        """Raise now whatever would keep it from judging; asked before an interview is stored."""

    def assess(self, question: Question, turns: Sequence[Turn]) -> Assessment | Unscored:
        """Judge all `turns` (of both sides; only the candidate's words are evidence) against the question."""


@dataclass(frozen=True, slots=True)
class IntentContext:
    """What the conversation was about when the candidate spoke."""

    question: Question | None
    after: MoveKind
    facts: tuple[Clarification, ...]


class IntentReader(Protocol):
    """Reads what a turn wants of the conversation, and which known fact answers a clarifying question."""

    def check(self) -> None:
        """Raise now whatever would keep it from reading; asked before an interview is stored."""

    def read(self, turn: Turn, context: IntentContext) -> Reading:
        """Intent of a candidate's turn; never raises for anything a person can type."""


class Speaker(Protocol):
    """Words a move in the interviewer's voice."""

    @property
    def name(self) -> str:
        """Who speaks, as the header shows it."""

    def say(self, state: State, move: Move) -> str:
        """The line for a move that policy has chosen; it decides nothing and gives nothing away."""


class EventLog(Protocol):
    """The durable log of one interview."""

    @property
    def interview(self) -> str:
        """Id of the interview."""

    def append(self, event: Event) -> None:
        """Store one event for good before returning; raises StoreError, and then nothing was stored."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the candidate said just now, already cleaned of control characters."""

    text: str
    channel: Channel = Channel.TYPED
    command: Command | None = None


class Leaving(StrEnum):
    """The candidate left without an answer."""

    PAUSE = "pause"
    INTERRUPT = "interrupt"
    END_OF_INPUT = "end_of_input"


@dataclass(frozen=True, slots=True)
class TryAgain:
    """In review: the candidate wants to answer this question once more."""

    question: str


@dataclass(frozen=True, slots=True)
class SelfReport:
    """In review: the candidate says "I said that" and marks the words; kept, and never credit."""

    target: str
    attempt: int
    evidence: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class GoOn:
    """In review: the candidate is ready for what comes next."""


class Candidate(Protocol):
    """The person at the other end, through a terminal, a pipe or a page."""

    def hear(self, line: Said, state: State) -> None:
        """Show a line of the interviewer's, which is stored already."""

    def answer(self, state: State) -> Utterance | Leaving:
        """Wait for what the candidate says."""

    def review(self, state: State) -> TryAgain | GoOn | SelfReport | Leaving:
        """In practice: show how the question that just ended went, and wait for a choice."""

    def thinking(self) -> AbstractContextManager[object]:
        """Show that the interviewer thinks, while in the returned context."""
