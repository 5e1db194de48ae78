"""Interviews kept in memory: each read once, alone with its lock, shared scenarios, and a bound on how many there are.

Nothing is kept that the database does not hold, the time that runs aside. Whatever goes wrong in a room, the interview
is read again at its next use.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Final

from interviewer.bootstrap import Program
from interviewer.core.events import Event, Started
from interviewer.core.replay import apply, replay
from interviewer.core.scenario import Scenario
from interviewer.core.state import State
from interviewer.hosting.presence import Presence
from interviewer.session import Session
from interviewer.store.log import StoredLog
from interviewer.store.records import StoredInterview

ENDED: Final = 16
"""So many interviews that are over are kept, for those who read them; to read one again takes some 15 ms."""
_SCENARIOS: Final = 16


@dataclass(frozen=True, slots=True)
class Kept:
    """An interview as it stands."""

    id: str
    scenario: Scenario
    state: State
    events: tuple[Event, ...]
    length: int
    head: str

    @property
    def over(self) -> bool:
        """Whether the conversation has ended."""
        return self.state.ended is not None


class Room:
    """One interview: the log that its session writes to, which keeps what it has written."""

    def __init__(self, program: Program, kept: Kept, log: StoredLog) -> None:
        self.kept = kept
        self.presence: Presence | None = None
        self._program = program
        self._log = log
        self._session: Session | None = None

    @property
    def interview(self) -> str:
        """Id of the interview."""
        return self.kept.id

    @property
    def session(self) -> Session:
        """The live session; made when it is first needed."""
        if self._session is None:
            self._session = self._program.take_up(self.kept.scenario, self, self.kept.events).session
        return self._session

    def put(self, event: Event) -> Kept:
        """Append an event that does not come from the session, which is made anew when it is needed again."""
        self._session = None
        self.append(event)
        return self.kept

    def append(self, event: Event) -> None:
        """Check, store, and only then keep; raises IllegalEvent and StoreError."""
        kept = self.kept
        after = apply(kept.state, event)
        self._log.append(event)
        self.kept = Kept(kept.id, kept.scenario, after, (*kept.events, event), self._log.length, self._log.head)
        if self.kept.over:
            self._session = None


@dataclass(slots=True)
class _Place:
    """Where a room is, or will be when it has been read."""

    lock: RLock = field(default_factory=RLock)
    users: int = 0
    room: Room | None = None


class Rooms:
    """The rooms of this process; safe to use from many threads."""

    def __init__(self, program: Program, most: int) -> None:
        """`most`: so many are kept; of more, those that were not used for the longest are let go."""
        self._program = program
        self._most = most
        self._lock = Lock()
        self._places: OrderedDict[str, _Place] = OrderedDict()
        self._scenarios: OrderedDict[str, Scenario] = OrderedDict()

    def __len__(self) -> int:
        return len(self._places)

    def peek(self, interview: str) -> Kept:
        """An interview as it stands, also while somebody is in its room; raises NotFound, DamagedLog, StoreError."""
        tip = self._program.store.tip(interview)
        with self._lock:
            place = self._places.get(interview)
            room = place.room if place else None
        kept = room.kept if room else None
        if kept is not None and (kept.length, kept.head) == tip:
            return kept
        with self.entered(interview) as mine:
            return mine.kept

    @contextmanager
    def entered(self, interview: str) -> Iterator[Room]:
        """The interview, alone with it; read again where the database has another end of its log."""
        with self._lock:
            place = self._places.setdefault(interview, _Place())
            self._places.move_to_end(interview)
            place.users += 1
        try:
            with place.lock:
                tip = self._program.store.tip(interview)
                if place.room is None or (place.room.kept.length, place.room.kept.head) != tip:
                    place.room = self._opened(self._program.store.open(interview))
                yield place.room
        except Exception:
            place.room = None
            raise
        finally:
            self._leave(place)

    def forget(self, interview: str) -> None:
        """Let go of an interview; whoever is in its room goes on, and it is read again after."""
        with self._lock:
            place = self._places.get(interview)
            if place is not None:
                place.room = None
        if place is not None:
            self._sweep()

    def _leave(self, place: _Place) -> None:
        with self._lock:
            place.users -= 1
        self._sweep()

    def _sweep(self) -> None:
        """Drop what nobody uses: places without a room, and those beyond the bounds."""
        with self._lock:
            idle = [(name, one.room) for name, one in self._places.items() if not one.users]
            ended = [name for name, room in idle if room is not None and room.kept.over]
            spare = set(ended[:-ENDED])
            for name, room in idle:
                if room is None or name in spare or len(self._places) > self._most:
                    del self._places[name]

    def _opened(self, stored: StoredInterview) -> Room:
        scenario = self._shared(stored)
        state = replay(scenario, stored.events)
        kept = Kept(stored.id, scenario, state, stored.events, stored.length, stored.head)
        return Room(self._program, kept, stored.log)

    def _shared(self, stored: StoredInterview) -> Scenario:
        """One copy of a scenario for all interviews that have it."""
        name = next(one.scenario_sha256 for one in stored.events if isinstance(one, Started))
        with self._lock:
            shared = self._scenarios.setdefault(name, stored.scenario)
            self._scenarios.move_to_end(name)
            if len(self._scenarios) > _SCENARIOS:
                self._scenarios.popitem(last=False)
        return shared
