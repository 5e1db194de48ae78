"""What the store hands out: values that hold no rows and no connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from interviewer.core.events import Event, Mode
from interviewer.core.scenario import Scenario
from interviewer.store.log import StoredLog


@dataclass(frozen=True, slots=True)
class StoredInterview:
    """An interview whose log was read and holds together."""

    id: str
    scenario: Scenario
    events: tuple[Event, ...]
    log: StoredLog
    length: int
    head: str


@dataclass(frozen=True, slots=True)
class Summary:
    """One interview in a list; of a damaged one, what could still be read."""

    id: str
    started_at: datetime
    last_at: datetime
    scenario_id: str = ""
    title: str = ""
    mode: Mode | None = None
    ended: bool = False
    questions: tuple[str, ...] = ()
    problem: str = ""

    @property
    def damaged(self) -> bool:
        """Whether the chain of its log does not hold."""
        return bool(self.problem)


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found.

    `length` rows hold, `head` is the hash of the last of them, `problem` names the first row that does not hold,
    and `matched` is the number of the row whose hash was given as the head.
    """

    ok: bool
    length: int
    head: str
    problem: str = ""
    matched: int | None = None
