"""What a candidate is shown of the findings when the interview is over, and how one is contested.

Findings in force, each with the candidate's own words: no level, no recommendation, and nobody's name. A person's word
follows at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from interviewer.bootstrap import Program
from interviewer.core.errors import NotFound, UsageError
from interviewer.core.events import CloseReason, Confirmed, Contested, Overridden
from interviewer.core.findings import Status
from interviewer.core.scoring import Standing
from interviewer.core.turns import clean
from interviewer.hosting.hall import Hall
from interviewer.hosting.reception import MAX_WORDS, Guest
from interviewer.hosting.rooms import Kept
from interviewer.reporting.gather import question_report, seen_flags
from interviewer.reporting.model import FlagReport, FlagState, PointReport, QuestionReport
from interviewer.screening.position import Sharing
from interviewer.screening.records import CANDIDATE, Deed, Entry


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding: a point, or something said that speaks against the answer (`is_flag`)."""

    target: str
    says: str
    status: Status
    quotes: tuple[str, ...]
    by_person: bool
    is_flag: bool = False
    contested: str = ""
    """The candidate's reason, where they contested it."""
    answered: bool = False
    """Whether a person has looked at it since it was contested."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One question that was asked, with its findings; of one that a program could not judge, with none."""

    title: str
    asks: str
    is_follow_up: bool
    skipped: bool
    unscored: bool
    findings: tuple[Shown, ...]


def findings(kept: Kept) -> tuple[Answered, ...]:
    """All questions of an interview that were asked, in order."""
    mains = [kept.scenario.main_of(name) for name in kept.state.plan]
    names = [one.id for main in mains for one in (main, *main.follow_ups)]
    return tuple(_question(kept, question_report(kept.state, name)) for name in names if _met(kept, name))


def _met(kept: Kept, name: str) -> bool:
    attempt = kept.state.attempt(name)
    return attempt is not None and (attempt.asked or attempt.closed is not None)


def _question(kept: Kept, report: QuestionReport) -> Answered:
    first = report.first
    found = first.standing is Standing.SCORED
    points = [_point(kept, one) for one in first.points] if found else []
    flags = [_flag(kept, one) for one in seen_flags(first) if one.state is not FlagState.DISMISSED] if found else []
    return Answered(
        title=report.title,
        asks=report.asks,
        is_follow_up=report.parent is not None,
        skipped=first.closed is CloseReason.SKIPPED and not _answers(kept, report.id),
        unscored=not found,
        findings=(*points, *flags),
    )


def _answers(kept: Kept, name: str) -> int:
    """How often the candidate said something to a question."""
    attempt = kept.state.attempt(name)
    return sum(kept.state.turn(one).is_answer for one in attempt.turns) if attempt else 0


def _point(kept: Kept, one: PointReport) -> Shown:
    reason, answered = _contested(kept, one.id)
    quotes = tuple(dict.fromkeys(span.text for span in one.quotes))
    return Shown(one.id, one.says, one.status, quotes, one.by_person, False, reason, answered)


def _flag(kept: Kept, one: FlagReport) -> Shown:
    reason, answered = _contested(kept, one.id)
    status = Status.COVERED if one.state is FlagState.SHOWN else Status.UNCLEAR
    quotes = tuple(dict.fromkeys(span.text for span in one.quotes))
    return Shown(one.id, one.says, status, quotes, bool(one.decided_by), True, reason, answered)


def _contested(kept: Kept, target: str) -> tuple[str, bool]:
    """The candidate's reason against a finding, and whether a person has spoken of it since."""
    reason, answered = "", False
    for event in kept.events:
        if isinstance(event, Contested) and event.target == target:
            reason, answered = event.reason, False
        elif isinstance(event, Confirmed | Overridden) and event.target == target:
            answered = bool(reason)
    return reason, answered


def shared(guest: Guest) -> bool:
    """Whether this candidate sees the findings: the interview is over, and the position shares them."""
    over = guest.invite.ended_at is not None and guest.invite.interview is not None
    return over and guest.position.settings.sharing is Sharing.EVIDENCE


def see(program: Program, hall: Hall, guest: Guest) -> Kept:
    """The candidate's interview, to show its findings; raises NotFound where they are not shared."""
    if not shared(guest) or guest.invite.interview is None:
        raise NotFound("There is nothing to see here.", "Ask whoever invited you.")
    kept = hall.read(guest.invite.interview)
    _note(program, guest, Deed.EVIDENCE_SEEN)
    return kept


def contest(program: Program, hall: Hall, guest: Guest, target: str, reason: str) -> Kept:
    """The candidate says why a finding is wrong; a person will look at it. Each finding once.

    Raises NotFound where findings are not shared or there is none of this name, UsageError without a reason, with one
    that is too long, or where it was contested before.
    """
    if not shared(guest) or guest.invite.interview is None:
        raise NotFound("There is nothing to contest here.", "Ask whoever invited you.")
    kept = hall.read(guest.invite.interview)
    known = [one for question in findings(kept) for one in question.findings if one.target == target]
    if not known:
        raise NotFound("There is no such finding.", "Choose one on the page of your findings.")
    words = clean(reason)
    if known[0].contested:
        raise UsageError("You have contested this finding already.", "A person reads your reason.")
    if not words:
        raise UsageError("Please say why.", "One sentence is enough, for instance where you said it.")
    if len(words) > MAX_WORDS:
        raise UsageError(f"That is {len(words):,} characters; {MAX_WORDS:,} are possible.", "Please shorten it.")
    kept = hall.append(kept.id, Contested(at=program.clock.now(), target=target, reason=words))
    _note(program, guest, Deed.CONTESTED, target)
    return kept


def _note(program: Program, guest: Guest, deed: Deed, target: str = "") -> None:
    entry = Entry(at=program.clock.now(), who=CANDIDATE, deed=deed, subject=guest.invite.id, target=target)
    program.office.note(entry)
