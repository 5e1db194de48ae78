"""What the session needs of the world, as protocols: the rooms around the core provide them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from interviewer.core.events import Channel, Command, Event, Move, MoveKind, Said
from interviewer.core.findings import Assessment, JudgeVersion, Outcome, Reading, Span, Unscored, Usage
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
class Prompt:
    """A prompt file: messages by role, with `{fields}` to fill, and the hash of its bytes."""

    messages: tuple[tuple[Literal["system", "user"], str], ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a chat model answered: its text, the object in it (None: there was none), and what it took."""

    text: str
    data: Mapping[str, Any] | None
    usage: Usage


class Streamed(Iterator[str], Protocol):
    """Text as it comes, piece by piece; raises ModelFailed where it breaks off."""

    @property
    def usage(self) -> Usage | None:
        """What it took; None until it has ended."""

    def close(self) -> None:
        """Hang up, when no more is wanted."""


class ChatModel(Protocol):
    """A chat model on any endpoint, within its time-outs and budget; safe to use from several threads."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def place(self) -> str:
        """Where words are sent: the host of the endpoint, or the import path of a model."""

    def ask(self, prompt: Prompt, fields: Mapping[str, str], schema: type[BaseModel]) -> Answer:
        """One answer to a filled prompt, by the schema where the endpoint enforces it. Raises ModelFailed."""

    def stream(self, prompt: Prompt, fields: Mapping[str, str]) -> Streamed:
        """An answer as it comes. Raises ModelFailed, at once or while it comes."""


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


@dataclass(frozen=True, slots=True)
class Late:
    """Findings that came after the conversation had gone on: for which attempt, over its turns up to which."""

    question: str
    attempt: int
    turn: int
    outcome: Outcome


class Waiting(Protocol):
    """A judge that answers in time with what it has, and later with what it then has."""

    def late(self, wait: float = 0.0) -> Sequence[Late]:
        """What has come since the last call; waits at most so many seconds for what is still to come."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A part of the interviewer's line; `more` follows, unless it is the last."""

    text: str
    more: bool = False
    usage: Usage | None = None


class Speaker(Protocol):
    """Words a move in the interviewer's voice."""

    @property
    def name(self) -> str:
        """Who speaks, as the header shows it."""

    def say(self, state: State, move: Move) -> Iterator[Spoken]:
        """The line for a move that policy has chosen; it decides nothing and gives nothing away.

        Where a part of the line was said before (`state.partial`), the rest of it.
        """


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
    pasted: int | None = None
    """Characters of it that were pasted, where the page can tell."""


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


class Audience(Protocol):
    """Whoever the interviewer's lines are shown to."""

    def hear(self, line: Said, state: State) -> None:
        """Show a line of the interviewer's, which is stored already."""

    def thinking(self) -> AbstractContextManager[object]:
        """Show that the interviewer thinks, while in the returned context."""


class Candidate(Audience, Protocol):
    """The person at the other end, who is waited for: at a terminal or through a pipe."""

    def answer(self, state: State) -> Utterance | Leaving:
        """Wait for what the candidate says."""

    def review(self, state: State) -> TryAgain | GoOn | SelfReport | Leaving:
        """In practice: show how the question that just ended went, and wait for a choice."""
