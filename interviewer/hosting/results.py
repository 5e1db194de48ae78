"""Results of a position: its candidates as a list, with the names that may be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from interviewer.bootstrap import Program
from interviewer.core.errors import InterviewerError
from interviewer.core.hiring import Recommendation
from interviewer.hosting.digests import Digest, Digests
from interviewer.screening.agreement import Agreement, agreement
from interviewer.screening.blindness import labels
from interviewer.screening.invite import Invite, Presentation, Status
from interviewer.screening.position import Position
from interviewer.screening.records import BlindReading, Deed, Entry
from interviewer.screening.review import Item, after_reading

MOST_COMPARED: Final = 4
MOST_REVEALED: Final = 100_000
"""Lines of the record that are looked through for the names somebody revealed."""
WORTH: Final = {
    Recommendation.STRONG_PASS: 3,
    Recommendation.PASS: 2,
    Recommendation.NOT_ENOUGH: 1,
    Recommendation.FAIL: 0,
}


class Order(StrEnum):
    """What a list of results can be sorted by: nothing in it is about how a candidate typed."""

    FINISHED = "finished"
    CANDIDATE = "candidate"
    RECOMMENDATION = "recommendation"
    LEVELS = "levels"
    DOUBTS = "doubts"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate of a position; `name` is None as long as it is hidden from the person who looks.

    `unread` are the findings that are to be read blind first, and that nobody has read yet. `problem` says why nothing
    is known of an interview that cannot be read.
    """

    invite: str
    interview: str | None
    label: str
    name: str | None
    status: Status
    simulated: bool
    attempts: int
    accommodated: bool
    troubles: int
    digest: Digest | None
    waiting: tuple[Item, ...]
    unread: frozenset[str] = frozenset()
    problem: str = ""

    @property
    def shown(self) -> str:
        """What the candidate is called: the name, or the neutral label."""
        return self.label if self.name is None else self.name

    @property
    def to_check(self) -> int:
        """How many findings wait for a person, those aside that are only read blind."""
        return sum(not one.among_sample for one in self.waiting)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which candidates are shown, and in which order; an empty field leaves nobody out."""

    status: str = ""
    recommendation: str = ""
    decision: str = ""
    order: Order = Order.FINISHED
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Readings:
    """How far blind readings of a position agree with the judge, on points and on red flags."""

    points: Agreement
    flags: Agreement


class Results:
    """Answers what is asked about results; one for the whole process, because it remembers what it has worked out."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.digests: Final = Digests(program.store)

    def rows(self, position: Position, who: str) -> tuple[Row, ...]:
        """All candidates of a position as this person may see them, those who were invited last first."""
        invites = self._program.office.invites(position.id)
        beside = self._beside(invites, who)
        named = labels(one.id for one in invites)
        return tuple(self._row(one, named[one.id], beside) for one in invites)

    def row(self, invite: Invite, who: str) -> Row:
        """One candidate, as in `rows`."""
        named = labels(one.id for one in (*self._program.office.invites(invite.position), invite))
        return self._row(invite, named[invite.id], self._beside([invite], who))

    def warm(self) -> None:
        """Work out all lists, so that the first one who asks after a start does not wait; raises StoreError."""
        for position in self._program.office.positions():
            self.rows(position, "")

    def revealed(self, who: str, interviews: Sequence[str]) -> frozenset[str]:
        """The interviews whose candidates' names this person has asked to see."""
        if not interviews:
            return frozenset()
        deeds = (Deed.NAME_REVEALED,)
        found = self._program.office.entries(subjects=interviews, deeds=deeds, who=who, most=MOST_REVEALED)
        return frozenset(entry.subject for _, entry in found)

    def readings(self, rows: Iterable[Row]) -> Readings:
        """The agreement of all blind readings of these candidates' answers with the judge."""
        digests = {one.digest.interview: one.digest for one in rows if one.digest}
        return agreements(self._program.office.blinds(list(digests)), {n: one.flags for n, one in digests.items()})

    def note_seen(self, position: Position, who: str) -> None:
        """Note that somebody has seen the list."""
        self._program.office.note(
            Entry(at=self._program.clock.now(), who=who, deed=Deed.RESULTS_SEEN, subject=position.id)
        )

    def forget(self, interview: str) -> None:
        """Let go of an interview, because it was deleted."""
        self.digests.forget(interview)

    def _beside(self, invites: Sequence[Invite], who: str) -> _Beside:
        """What is asked for all candidates at once."""
        known = [one.interview for one in invites if one.interview]
        return _Beside(
            revealed=self.revealed(who, known),
            read=_by_interview(self._program.office.blinds(known)),
            troubles=self._program.office.troubled([one.id for one in invites]),
            tips=self._program.store.tips(known),
            now=self._program.clock.now(),
        )

    def _row(self, invite: Invite, label: str, beside: _Beside) -> Row:
        found, problem = self._digest(invite, beside.tips)
        decided = found is not None and found.decision is not None
        shown = decided or invite.interview in beside.revealed
        read = beside.read.get(invite.interview or "", frozenset())
        return Row(
            invite=invite.id,
            interview=invite.interview,
            label=label,
            name=invite.name if shown else None,
            status=Status.DONE if found and found.ended else invite.status(beside.now),
            simulated=invite.simulated,
            attempts=len(invite.interviews),
            accommodated=is_accommodated(invite),
            troubles=beside.troubles[invite.id],
            digest=found,
            waiting=after_reading(found.waiting, read) if found else (),
            unread=found.unread - read if found else frozenset(),
            problem=problem,
        )

    def _digest(self, invite: Invite, tips: Mapping[str, tuple[int, str]]) -> tuple[Digest | None, str]:
        """What is known of the interview in force, or why nothing is: one that is damaged hides no other."""
        if invite.interview is None:
            return None, ""
        try:
            return self.digests.of(invite.interview, tips.get(invite.interview)), ""
        except InterviewerError as error:
            return None, error.message


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is known of candidates beside their logs."""

    revealed: frozenset[str]
    read: Mapping[str, frozenset[str]]
    troubles: Counter[str]
    tips: Mapping[str, tuple[int, str]]
    now: datetime


def is_accommodated(invite: Invite) -> bool:
    """Whether another format was agreed with the candidate."""
    agreed = invite.accommodation
    return agreed.timing is not None or agreed.presentation is not Presentation.USUAL


def agreements(readings: Iterable[BlindReading], flags: dict[str, frozenset[str]]) -> Readings:
    """The agreement of readings with the judge; `flags` are the red flags of each interview's scenario."""
    made = [(one.target in flags.get(one.interview, frozenset()), (one.status, one.machine)) for one in readings]
    return Readings(
        points=agreement(pair for is_flag, pair in made if not is_flag),
        flags=agreement(pair for is_flag, pair in made if is_flag),
    )


def chosen(rows: Iterable[Row], wanted: Wanted) -> tuple[Row, ...]:
    """The rows that are wanted, in the order that is wanted; whatever a row lacks stands at the end."""
    kept = [one for one in rows if _fits(one, wanted)]
    key = _KEYS[wanted.order]
    known = [one for one in kept if key(one) is not None]
    lacking = [one for one in kept if key(one) is None]
    return (*sorted(known, key=key, reverse=wanted.descending), *lacking)


def _fits(row: Row, wanted: Wanted) -> bool:
    return (
        wanted.status in ("", row.status.value)
        and wanted.recommendation in ("", recommended(row))
        and wanted.decision in ("", decided(row))
    )


def recommended(row: Row) -> str:
    """The recommendation of a finished interview; empty where there is none."""
    found = row.digest
    return found.recommendation.value if found and found.ended and found.recommendation else ""


def decided(row: Row) -> str:
    """The decision: advance, reject or hold; `open` where there is none."""
    return row.digest.decision.decision if row.digest and row.digest.decision else "open"


def _levels(row: Row) -> Any:
    """The mean level at worst, then at best, of the questions that are scored."""
    lows = [one.low for one in row.digest.levels if one.low is not None] if row.digest else []
    highs = [one.high for one in row.digest.levels if one.high is not None] if row.digest else []
    return (sum(lows) / len(lows), sum(highs) / len(highs)) if lows else None


def _worth(row: Row) -> Any:
    known = recommended(row)
    return WORTH[Recommendation(known)] if known else None


_KEYS: Final[dict[Order, Callable[[Row], Any]]] = {
    Order.FINISHED: lambda row: row.digest.ended_at if row.digest else None,
    Order.CANDIDATE: lambda row: row.shown.casefold(),
    Order.RECOMMENDATION: _worth,
    Order.LEVELS: _levels,
    Order.DOUBTS: lambda row: row.to_check if row.digest and row.digest.ended else None,
    Order.DECISION: lambda row: row.digest.decision.decision if row.digest and row.digest.decision else None,
}


def _by_interview(readings: Iterable[BlindReading]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one in readings:
        found.setdefault(one.interview, set()).add(one.target)
    return {interview: frozenset(targets) for interview, targets in found.items()}
