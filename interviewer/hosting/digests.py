"""What lists need of an interview: worked out from its log once, and again when the log has grown."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Final

from interviewer.core.errors import NotFound
from interviewer.core.events import Decided, EndReason, Event
from interviewer.core.findings import Assessment
from interviewer.core.hiring import Recommendation, Summary, summarise
from interviewer.core.replay import replay
from interviewer.core.scoring import Standing
from interviewer.core.state import State
from interviewer.screening.review import Item, to_review, unread
from interviewer.screening.veil import Grounds

if TYPE_CHECKING:
    from interviewer.store import Store

KEPT: Final = 4000
"""So many digests are kept; one takes a few kilobytes."""


@dataclass(frozen=True, slots=True)
class QuestionLevel:
    """The level of a question: a range where there is doubt, and None where it is not scored."""

    id: str
    title: str
    parent: str | None
    standing: Standing
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Digest:
    """An interview in short, and the end of the log that it was worked out from.

    `waiting` is all that is for a person to look at, and `unread` all whose verdict is not to be seen before it is read
    blind; what others may have read since is in both.
    """

    interview: str
    length: int
    head: str
    scenario_sha256: str
    started_at: datetime
    last_at: datetime
    ended: EndReason | None
    ended_at: datetime | None
    recommendation: Recommendation | None
    grounds: Grounds
    levels: tuple[QuestionLevel, ...]
    assessed: int
    planned: int
    doubts: int
    waiting: tuple[Item, ...]
    unread: frozenset[str]
    flags: frozenset[str]
    comments: int
    notes: tuple[str, ...]
    decision: Decided | None


def digest(interview: str, state: State, events: tuple[Event, ...], length: int, head: str) -> Digest:
    """The digest of an interview; `events` are those that the state was replayed from."""
    assert state.started is not None, "every stored log begins with its start"
    summary = summarise(state)
    to_read = frozenset(unread(state, summary.grades))
    ended = next((one.at for one in reversed(events) if one.kind == "ended"), None)
    return Digest(
        interview=interview,
        length=length,
        head=head,
        scenario_sha256=state.started.scenario_sha256,
        started_at=state.started.at,
        last_at=events[-1].at,
        ended=state.ended,
        ended_at=ended,
        recommendation=summary.recommendation,
        grounds=Grounds.of(summary, to_read),
        levels=tuple(_levels(state, summary)),
        assessed=summary.assessed,
        planned=summary.planned,
        doubts=len(summary.doubts),
        waiting=to_review(state, events, summary, to_read),
        unread=to_read,
        flags=frozenset(f"{one.id}.{flag.id}" for one in state.scenario.all_questions() for flag in one.red_flags),
        comments=len(state.comments),
        notes=tuple(_notes(state, summary)),
        decision=state.decisions[-1] if state.decisions else None,
    )


def _levels(state: State, summary: Summary) -> list[QuestionLevel]:
    made = []
    for one in summary.grades:
        main = state.scenario.main_of(one.question.id).id
        known = one.standing is Standing.SCORED
        made.append(
            QuestionLevel(
                one.question.id,
                one.question.title,
                None if main == one.question.id else main,
                one.standing,
                one.low if known else None,
                one.high if known else None,
            )
        )
    return made


def _notes(state: State, summary: Summary) -> list[str]:
    """The facts that the judge noted for a person, each once."""
    noted: dict[str, None] = {}
    for one in summary.grades:
        attempt = state.attempt(one.question.id)
        outcome = attempt.scored[-1].outcome if attempt and attempt.scored else None
        if isinstance(outcome, Assessment):
            noted.update(dict.fromkeys(outcome.notes))
    return list(noted)


class Digests:
    """Digests of stored interviews, each made anew only when its log has another end; safe for many threads.

    They are read past the hall, so that a long list lets go of no interview that a candidate is in.
    """

    def __init__(self, store: Store, *, most: int = KEPT) -> None:
        self._store = store
        self._most = most
        self._lock = Lock()
        self._made: OrderedDict[str, Digest] = OrderedDict()

    def __len__(self) -> int:
        return len(self._made)

    def of(self, interview: str, tip: tuple[int, str] | None = None) -> Digest:
        """The digest of an interview as it stands now; raises NotFound, DamagedLog and StoreError.

        `tip` is the end of its log, where that was asked for already.
        """
        try:
            tip = tip or self._store.tip(interview)
        except NotFound:
            self.forget(interview)
            raise
        with self._lock:
            known = self._made.get(interview)
            if known is not None and (known.length, known.head) == tip:
                self._made.move_to_end(interview)
                return known
        stored = self._store.open(interview)
        made = digest(stored.id, replay(stored.scenario, stored.events), stored.events, stored.length, stored.head)
        with self._lock:
            self._made[interview] = made
            self._made.move_to_end(interview)
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made

    def forget(self, interview: str) -> None:
        """Let go of an interview, because it was deleted."""
        with self._lock:
            self._made.pop(interview, None)
