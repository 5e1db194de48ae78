"""What persons do with an interview: look at what waits, confirm, override, read blind, comment, decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from interviewer.bootstrap import Program
from interviewer.core.errors import IllegalEvent, NotFound, UsageError
from interviewer.core.events import Commented, Confirmed, Decided, Event, Overridden
from interviewer.core.findings import Status
from interviewer.core.state import State
from interviewer.core.turns import clean
from interviewer.hosting.hall import Hall
from interviewer.hosting.results import Row
from interviewer.hosting.rooms import Kept
from interviewer.screening.invite import Invite
from interviewer.screening.records import BlindReading, Deed, Entry
from interviewer.screening.review import Item, contested, machine_finding, seconds_each

MAX_REASON: Final = 2000
"""Characters of a reason or a comment."""
TIMED: Final = (Deed.CONFIRMED, Deed.OVERRIDDEN, Deed.BLIND_READ)
"""Deeds from which the time of one finding is worked out."""
MOST_TIMED: Final = 1000
"""So many of them are looked at, the latest."""
POINT_REASONS: Final = {
    Status.COVERED: "Read in review: the words make this point.",
    Status.PARTIAL: "Read in review: the words make a part of this point.",
    Status.CONTRADICTED: "Read in review: the words say the opposite.",
    Status.ABSENT: "Read in review: the words do not make this point.",
}
"""The reason that is kept where a person gives none."""
FLAG_REASONS: Final = {
    Status.COVERED: "Read in review: the words show this.",
    Status.ABSENT: "Read in review: the words do not show this.",
}
Decision = Literal["advance", "reject", "hold"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to look at, and whose it is."""

    row: Row
    item: Item


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for a person in a position, the most consequential first; `seconds` is about what one takes."""

    waiting: tuple[Waiting, ...]
    seconds: float

    @property
    def to_check(self) -> int:
        """How many are not only read blind."""
        return sum(not one.item.among_sample for one in self.waiting)


def queue(program: Program, rows: Sequence[Row], who: str) -> Queue:
    """The queue over these candidates; findings of the same weight stay together by interview, oldest first."""
    waiting = [Waiting(row, item) for row in sorted(rows, key=_finished) for item in row.waiting]
    waiting.sort(key=lambda one: one.item.weight, reverse=True)
    interviews = [row.interview for row in rows if row.interview]
    deeds = program.office.entries(subjects=interviews, deeds=TIMED, most=MOST_TIMED) if interviews else ()
    return Queue(tuple(waiting), seconds_each(((entry.who, entry.at) for _, entry in deeds), who))


def _finished(row: Row) -> tuple[float, str]:
    ended = row.digest.ended_at if row.digest else None
    return (ended.timestamp() if ended else 0.0, row.invite)


def invite_of(program: Program, interview: str) -> Invite:
    """The invitation that an interview was held by, an earlier attempt's too.

    NotFound for what is no candidate's: one's own practice on this machine, or a look at what candidates see.
    """
    found = program.office.invite_of(interview) or _of_earlier(program, interview)
    if found is None or found.preview:
        raise NotFound("There is no such interview.", "The results of its position list all of them.")
    return found


def _of_earlier(program: Program, interview: str) -> Invite | None:
    for position in program.office.positions():
        for one in program.office.invites(position.id):
            if interview in one.interviews:
                return one
    return None


@dataclass(frozen=True, slots=True)
class Reviewing:
    """A person at work on interviews: every deed is an event of the interview, or a line of the record, or both."""

    program: Program
    hall: Hall
    who: str

    def seen(self, interview: str, target: str = "") -> None:
        """Note that the person has seen an interview, or one finding of it."""
        self._note(Deed.INTERVIEW_SEEN, interview, target)

    def reveal(self, interview: str) -> None:
        """Show this person the candidate's name from now on."""
        self._note(Deed.NAME_REVEALED, interview)

    def settle(self, interview: str, target: str, status: Status, reason: str = "") -> Kept:
        """The person's word on a finding: it confirms what is in force, where it says the same and no reason is given.

        Nothing is stored where the person's own latest word says just that (a double click). Raises NotFound where
        the interview has no such finding, and UsageError where it is not over, and for `unclear`.
        """
        kept = self.hall.read(interview)
        is_flag = _is_flag(kept.state, target)
        words = self._reason(reason)
        usual = (FLAG_REASONS if is_flag else POINT_REASONS).get(status)
        if usual is None:
            raise UsageError("This finding cannot be settled so.", "Say whether the words make the point.")
        word = kept.state.words.get(target)
        mine = word is not None and (word.status, word.by) == (status, self.who) and words in ("", word.reason)
        if mine and target not in contested(kept.events):
            return kept
        now = self.program.clock.now()
        event: Event
        if not words and _in_force(kept.state, target) is status:
            event = Confirmed(at=now, target=target, by=self.who)
        else:
            event = Overridden(at=now, target=target, by=self.who, status=status, reason=words or usual)
        kept = self._append(interview, event)
        self._note(Deed.CONFIRMED if event.kind == "confirmed" else Deed.OVERRIDDEN, interview, target)
        return kept

    def confirm(self, interview: str, target: str) -> Kept:
        """Confirm the finding in force; raises UsageError where there is no clear one."""
        _is_flag(self.hall.read(interview).state, target)
        now = self.program.clock.now()
        kept = self._append(interview, Confirmed(at=now, target=target, by=self.who))
        self._note(Deed.CONFIRMED, interview, target)
        return kept

    def read_blind(self, interview: str, target: str, status: Status) -> BlindReading | None:
        """Keep what the person found before seeing the judge's verdict; None where it was read before, by anybody.

        It is no override. Raises NotFound where the judge has found nothing that could be read.
        """
        finding = machine_finding(self.hall.read(interview).state, target)
        if finding is None:
            raise NotFound("The judge has found nothing here.", "Go on with the next one.")
        if any(one.target == target for one in self.program.office.blinds([interview])):
            return None
        now = self.program.clock.now()
        reading = BlindReading(
            interview=interview, target=target, by=self.who, at=now, status=status, machine=finding.status
        )
        if not self.program.office.add_blind(reading):
            return None
        self._note(Deed.BLIND_READ, interview, target)
        return reading

    def comment(self, interview: str, text: str, target: str | None = None) -> Kept:
        """Keep a remark, on a finding or on the whole; raises UsageError for an empty one."""
        words = self._reason(text)
        if not words:
            raise UsageError("The comment is empty.", "Write what you want to remember.")
        if target is not None:
            _is_flag(self.hall.read(interview).state, target)
        now = self.program.clock.now()
        kept = self._append(interview, Commented(at=now, by=self.who, text=words, target=target))
        self._note(Deed.COMMENTED, interview, target or "")
        return kept

    def decide(self, interview: str, decision: Decision, reason: str) -> Kept:
        """Decide on a candidate, with a reason; the same decision sent twice is stored once. Raises UsageError."""
        words = self._reason(reason)
        if not words:
            raise UsageError("A decision needs a reason.", "Write in a line or two what it rests on.")
        kept = self.hall.read(interview)
        last = kept.state.decisions[-1] if kept.state.decisions else None
        if last and (last.by, last.decision, last.reason) == (self.who, decision, words):
            return kept
        now = self.program.clock.now()
        kept = self._append(interview, Decided(at=now, by=self.who, decision=decision, reason=words))
        self._note(Deed.DECIDED, interview, decision)
        return kept

    def _append(self, interview: str, event: Event) -> Kept:
        try:
            return self.hall.append(interview, event)
        except IllegalEvent as error:
            if self.hall.read(interview).state.ended is None:
                raise UsageError("The interview is not over yet.", "Wait until the candidate has finished.") from error
            raise UsageError(f"This cannot be done: {error.message}.") from error

    def _reason(self, text: str) -> str:
        words = clean(text)
        if len(words) > MAX_REASON:
            raise UsageError(f"This is longer than {MAX_REASON} characters.", "Say it in fewer words.")
        return words

    def _note(self, deed: Deed, subject: str, target: str = "") -> None:
        now = self.program.clock.now()
        self.program.office.note(Entry(at=now, who=self.who, deed=deed, subject=subject, target=target))


def _in_force(state: State, target: str) -> Status | None:
    """What is found at present: by the latest person who spoke, else by the judge."""
    word = state.words.get(target)
    finding = machine_finding(state, target)
    return word.status if word else finding.status if finding else None


def _is_flag(state: State, target: str) -> bool:
    """Whether this names a red flag; NotFound where it names nothing of the scenario."""
    name, _, part = target.partition(".")
    for question in state.scenario.all_questions():
        if question.id == name:
            if part in {one.id for one in question.red_flags}:
                return True
            if part in {one.id for one in question.points}:
                return False
    raise NotFound("There is no such finding in this interview.", "Go back to the interview, and choose one there.")
