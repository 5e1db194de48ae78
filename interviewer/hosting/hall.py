"""The interviews that are open in this process: held with their candidates, read and added to by everybody else.

Every change is in the database before it is seen here, so that the hall can be thrown away between any two events: a
new one goes on where the old one was. All work is done in the thread that asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from threading import Semaphore
from typing import Final

from interviewer.bootstrap import Program
from interviewer.cast import Cast
from interviewer.core.errors import InterviewerError, StoreBusy
from interviewer.core.events import Event, Said, Who
from interviewer.core.machine import Phase
from interviewer.core.policy import Task, due
from interviewer.core.ports import Utterance
from interviewer.core.state import State
from interviewer.hosting.presence import Presence, Sign, sign
from interviewer.hosting.rooms import Kept, Room, Rooms

OPEN: Final = 256
"""So many interviews are kept; of more, those that were not asked for the longest are let go, and read again."""
AT_WORK: Final = 2
"""So many answers are judged at once on the processor."""

Tell = Callable[[Said], None]
"""Is told each part of the interviewer's lines as soon as it is stored; must not raise."""


def nobody(line: Said) -> None:
    """Nobody waits for the lines: the page is made when all of them are stored."""


class Outcome(StrEnum):
    """What became of something that a candidate sent."""

    STORED = "stored"
    REPEATED = "repeated"
    """The same words for the same line came before: a double click, a retry."""
    LATE = "late"
    """The line was answered before, in other words, or the interview has ended; these were not stored."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of it, and how the interview stands now; `problem` keeps the interviewer from reacting to it."""

    outcome: Outcome
    kept: Kept
    problem: InterviewerError | None = None
    came_back: bool = False
    """Whether the candidate had left before."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An interview that is shown to its candidate now."""

    kept: Kept
    using: float = 0.0
    """Seconds of the line at hand that count already."""
    came_back: bool = False
    """Whether the candidate had left before."""


class Hall:
    """All interviews that are open; safe to use from many threads.

    Every method raises NotFound where there is no such interview, DamagedLog and StoreError.
    """

    def __init__(self, program: Program, *, most: int = OPEN) -> None:
        """`most`: so many interviews are kept."""
        self._program = program
        self._rooms = Rooms(program, most)
        self._gate = Semaphore(AT_WORK)

    def __len__(self) -> int:
        return len(self._rooms)

    # For everybody

    def read(self, interview: str) -> Kept:
        """An interview as it stands, also while its candidate is being answered."""
        return self._rooms.peek(interview)

    def append(self, interview: str, event: Event) -> Kept:
        """Store a person's event after the end; it shows at once. Raises IllegalEvent where it is not allowed.

        Where another process has gone on with the interview, it is read again and the event tried once more.
        """
        try:
            return self._append(interview, event)
        except StoreBusy:
            return self._append(interview, event)

    def _append(self, interview: str, event: Event) -> Kept:
        with self._rooms.entered(interview) as room:
            return room.put(event)

    def forget(self, interview: str) -> None:
        """Let go of an interview, because it was deleted."""
        self._rooms.forget(interview)

    # For its candidate

    def come_back(self, interview: str, page: str = "", tell: Tell = nobody) -> Visit:
        """The candidate fetches the page: go on where they were, and count their time from now.

        Whatever is due is done before: an interview that was left is taken up again, and after a crash what was
        stored is judged and answered. `page` names the page that is made now.
        """
        with self._rooms.entered(interview) as room:
            if room.kept.over:
                return Visit(room.kept)
            was_away = _paused(room) or self._sign(room, Sign.FETCH)
            self._settle(room, tell)
            now = self._program.clock.now()
            presence = replace(room.presence or Presence(now), seen=now, page=page, beats=False, away=False)
            room.presence = presence
            return Visit(room.kept, presence.seconds, was_away)

    def beat(self, interview: str, page: str) -> Visit | None:
        """A page says that it is open; None where it is not the one that the candidate is at."""
        with self._rooms.entered(interview) as room:
            if room.presence is None and room.kept.state.phase is Phase.LISTENING:
                room.presence = Presence(self._program.clock.now(), page)
            if room.kept.over or room.presence is None or room.presence.page != page:
                return None
            was_away = self._sign(room, Sign.BEAT) or _paused(room)
            self._settle(room)
            return Visit(room.kept, room.presence.seconds, was_away)

    def leave(self, interview: str, page: str | None = None) -> bool:
        """The candidate leaves, and the clock stops; False where they had left already, or it is over.

        With `page`, it is a page that says so while it closes, and only the one that was shown last is believed.
        """
        with self._rooms.entered(interview) as room:
            if page is not None and (room.presence is None or room.presence.page != page):
                return False
            if room.kept.over or _paused(room):
                return False
            self._sign(room, Sign.BEAT)
            room.session.interrupt()
            if room.presence is not None:
                room.presence = replace(room.presence, away=True)
            return True

    def say(self, interview: str, turn: int, said: Utterance, tell: Tell = nobody) -> Reply:
        """What the candidate says to the interviewer's line number `turn`; never stored twice.

        Whatever it raises, nothing was stored. What goes wrong once it is stored is the reply's problem, and the next
        visit goes on from there.
        """
        arrived = self._program.clock.now()
        was_away = False
        with self._rooms.entered(interview) as room:
            known = _known(room.kept.state, turn, said)
            if known is None:
                was_away = self._sign(room, Sign.ANSWER, arrived) or _paused(room)
                self._settle(room, tell)
                known = _known(room.kept.state, turn, said)
            if known is not None:
                return Reply(known, room.kept, came_back=was_away)
            room.session.take(said, room.presence.seconds if room.presence else 0.0)
            room.presence = None
            stored = room.kept
        try:
            return Reply(Outcome.STORED, self._react(interview, tell), came_back=was_away)
        except InterviewerError as problem:
            return Reply(Outcome.STORED, stored, problem, was_away)

    def _react(self, interview: str, tell: Tell) -> Kept:
        with self._rooms.entered(interview) as room:
            self._settle(room, tell)
            return room.kept

    # Underneath

    def _settle(self, room: Room, tell: Tell = nobody) -> None:
        """Do what is due; judging by a model waits for the network, so only judges on the processor wait in line."""
        started = room.kept.state.started
        by_model = started is not None and Cast.of(started).judges_by_model
        if not room.kept.over:
            room.session.settle(_Audience(tell, nullcontext if by_model else self._at_work))

    def _sign(self, room: Room, kind: Sign, at: datetime | None = None) -> bool:
        """The candidate is there. True where it shows that they had been away: then that is stored first."""
        if room.presence is None:
            return False
        room.presence, gone = sign(room.presence, kind, at or self._program.clock.now())
        if gone is not None and not room.kept.over and not _paused(room):
            room.session.interrupt(gone)
            return True
        return False

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._gate:
            yield


@dataclass(frozen=True, slots=True)
class _Audience:
    """Passes the interviewer's lines on, and lets only so many judges work at once."""

    tell: Tell
    work: Callable[[], AbstractContextManager[None]]

    def hear(self, line: Said, state: State) -> None:
        """Pass a line on, which is stored already."""
        self.tell(line)

    def thinking(self) -> AbstractContextManager[None]:
        """Wait for one's turn at the processor."""
        return self.work()


def _paused(room: Room) -> bool:
    return room.kept.state.phase is Phase.PAUSED


def _known(state: State, turn: int, said: Utterance) -> Outcome | None:
    """Whether the line was answered already, by these words or by others; None where its answer is waited for."""
    answer = next((one for one in state.turns[max(0, turn) :] if one.who is Who.CANDIDATE), None)
    if answer is not None:
        same = answer.number == turn + 1 and (answer.text, answer.command) == (said.text, said.command)
        return Outcome.REPEATED if same else Outcome.LATE
    waits = due(state)[0] is not Task.LISTEN or len(state.turns) == turn
    return None if waits and state.ended is None else Outcome.LATE
