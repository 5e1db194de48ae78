"""The page of an interview, and what persons do there: confirm, override, comment, decide, see the name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from interviewer.core.errors import UsageError
from interviewer.core.findings import Status
from interviewer.core.hiring import summarise
from interviewer.hosting.presence import Absence, absences
from interviewer.hosting.results import Row, is_accommodated
from interviewer.hosting.reviewing import Decision, Reviewing, invite_of
from interviewer.hosting.rooms import Kept
from interviewer.reporting.build import build
from interviewer.reporting.model import CommentReport, CriterionReport, DecisionReport, Report
from interviewer.reporting.phrases import criterion_words
from interviewer.reporting.who import judge_words
from interviewer.reporting.words import END_WORDS, minutes
from interviewer.screening.accounts import Account
from interviewer.screening.blindness import hidden
from interviewer.screening.callsheet import CallSheet, Why, call_sheet
from interviewer.screening.invite import Invite, Presentation
from interviewer.screening.position import Position, Timing
from interviewer.screening.records import Trouble
from interviewer.screening.review import contested
from interviewer.screening.veil import veiled
from interviewer.store.records import Verification
from interviewer.web.guard import Reviewing as MayReview
from interviewer.web.guard import Seen
from interviewer.web.house import Here, House
from interviewer.web.interview_marks import pasted_in
from interviewer.web.interview_view import Linked, Part, linked, parts
from interviewer.web.pages import back, render

router = APIRouter()
DECISIONS: Final[dict[str, Decision]] = {"advance": "advance", "hold": "hold", "reject": "reject"}
TIMINGS: Final = {Timing.USUAL: "the usual time", Timing.MORE: "more time", Timing.UNTIMED: "no time limit"}
PRESENTATIONS: Final = {Presentation.PLAIN: "a plain page", Presentation.LARGE: "larger type"}
WHYS: Final = {
    Why.DECISIVE: "in doubt, and it decides",
    Why.CONTESTED: "contested by the candidate",
    Why.DOUBTFUL: "in doubt",
    Why.HINTED: "said with a hint",
    Why.PARTIAL: "said in part",
    Why.PROMPTED: "said when asked",
    Why.MISSED: "not said",
}


@dataclass(frozen=True, slots=True)
class InterviewPage:
    """Everything about one interview; `earlier`: it was set aside, and another one counts."""

    position: Position
    row: Row
    interview: str
    earlier: bool
    others: tuple[str, ...]
    report: Report
    parts: tuple[Part, ...]
    reasons: tuple[tuple[Linked, ...], ...]
    criteria: tuple[tuple[CriterionReport, str], ...]
    facts: tuple[tuple[str, str], ...]
    absences: tuple[Absence, ...]
    troubles: tuple[Trouble, ...]
    comments: tuple[CommentReport, ...]
    decisions: tuple[DecisionReport, ...]
    verified: Verification
    over: bool

    @property
    def decision(self) -> DecisionReport | None:
        """The decision in force."""
        return self.decisions[-1] if self.decisions else None


@dataclass(frozen=True, slots=True)
class CallSheetPage:
    """What to ask in person."""

    position: Position
    row: Row
    interview: str
    sheet: CallSheet
    whys: dict[Why, str]


@dataclass(frozen=True, slots=True)
class Found:
    """An interview with what belongs to it."""

    invite: Invite
    position: Position
    row: Row
    kept: Kept

    @property
    def earlier(self) -> bool:
        """Whether another interview of the same invitation counts."""
        return self.invite.interview != self.kept.id

    def report(self, account: Account, *, sound: bool) -> Report:
        """The report as this person may see it; an earlier attempt's findings are not among those read blind."""
        kept = self.kept
        made = build(kept.state, interview=kept.id, length=kept.length, head=kept.head, sound=sound, events=kept.events)
        return made if self.earlier else veiled(made, kept.state, hidden(account.role, self.row.unread))

    @property
    def reading(self) -> str:
        """Where its findings are read, up to a finding's name; empty where that is not possible (any more, or yet)."""
        if self.earlier or not self.kept.over:
            return ""
        return f"/positions/{self.position.id}/queue?find={self.kept.id}/"


def found(house: House, name: str, account: Account) -> Found:
    """An interview of a candidate; NotFound for any other."""
    invite = invite_of(house.program, name)
    kept = house.hall.read(name)
    position = house.office.position(invite.position)
    return Found(invite, position, house.results.row(invite, account.name), kept)


@router.get("/interviews/{name}")
def show(request: Request, house: Here, account: Seen, name: str) -> Response:
    """The interview; whoever sees it stands in the record."""
    one = found(house, name, account)
    Reviewing(house.program, house.hall, account.name).seen(name)
    return render(request, "office/interview.html.j2", _page(house, one, account))


def _page(house: House, one: Found, account: Account) -> InterviewPage:
    kept = one.kept
    verified = house.program.store.verify(kept.id)
    report = one.report(account, sound=verified.ok)
    made = parts(kept, report)
    known = {row.target for part in made for view in part.asked for row in view.findings}
    return InterviewPage(
        position=one.position,
        row=one.row,
        interview=kept.id,
        earlier=one.earlier,
        others=tuple(other for other in one.invite.interviews if other != kept.id),
        report=report,
        parts=made,
        reasons=tuple(linked(reason, known) for reason in report.reasons),
        criteria=tuple((criterion, criterion_words(criterion)) for criterion in report.criteria),
        facts=tuple(_facts(one, report)),
        absences=tuple(absences(kept.events)),
        troubles=house.office.troubles(one.invite.id),
        comments=tuple(comment for comment in report.comments if comment.target is None),
        decisions=report.decisions,
        verified=verified,
        over=kept.over,
    )


def _facts(one: Found, report: Report) -> Iterator[tuple[str, str]]:
    """Plain facts, as label and value."""
    head, invite = report.header, one.invite
    yield "Ended", END_WORDS[head.ended] if head.ended else "not yet"
    yield "Time answering", minutes(head.counted_seconds)
    yield "Questions", f"{head.assessed} of {head.planned} main questions assessed"
    if is_accommodated(invite):
        yield "Agreed with the candidate", _accommodation(invite)
    pasted = [count for count in pasted_in(one.kept.events).values() if count]
    if pasted:
        yield "Pasted", f"{sum(pasted)} characters, in {len(pasted)} of the answers"
    yield "Judged by", f"{judge_words(head.judge.name)} ({head.judge.hash[:12]})"


def _accommodation(invite: Invite) -> str:
    agreed = invite.accommodation
    timing = TIMINGS[agreed.timing] if agreed.timing else ""
    return ", ".join(filter(None, (timing, PRESENTATIONS.get(agreed.presentation, ""))))


# What persons do


@router.post("/interviews/{name}/confirm")
def confirm(house: Here, account: MayReview, name: str, target: Annotated[str, Form()]) -> Response:
    """Confirm the finding in force."""
    _own(house, name)
    _deed(house, account).confirm(name, target)
    return back(f"/interviews/{name}#p-{target}", "Confirmed.")


@router.post("/interviews/{name}/override")
def override(
    house: Here,
    account: MayReview,
    name: str,
    target: Annotated[str, Form()],
    status: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Put one's own word in place of the finding, with a reason."""
    _own(house, name)
    if status not in set(Status) or not reason.strip():
        raise UsageError("A change needs what it is, and a reason.", "Go back, choose what you find, and say why.")
    _deed(house, account).settle(name, target, Status(status), reason)
    return back(f"/interviews/{name}#p-{target}", "Changed. Levels, recommendation and the candidate's page follow.")


@router.post("/interviews/{name}/comment")
def comment(
    house: Here,
    account: MayReview,
    name: str,
    text: Annotated[str, Form()] = "",
    target: Annotated[str, Form()] = "",
) -> Response:
    """Keep a remark, on a finding or on the whole."""
    _own(house, name)
    _deed(house, account).comment(name, text, target or None)
    return back(f"/interviews/{name}#{f'p-{target}' if target else 'comments'}", "The comment is kept.")


@router.post("/interviews/{name}/decide")
def decide(
    house: Here,
    account: MayReview,
    name: str,
    decision: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Decide on the candidate, with a reason."""
    _own(house, name)
    if decision not in DECISIONS:
        raise UsageError("No decision was chosen.", "Go back, and choose one: advance, hold or reject.")
    _deed(house, account).decide(name, DECISIONS[decision], reason)
    return back(f"/interviews/{name}#decision", "The decision is kept.")


@router.post("/interviews/{name}/reveal")
def reveal(house: Here, account: MayReview, name: str) -> Response:
    """Show this person the candidate's name before a decision; it stands in the record."""
    _own(house, name)
    _deed(house, account).reveal(name)
    return back(f"/interviews/{name}", "You see the name from now on; the record says so.")


@router.get("/interviews/{name}/call-sheet")
def sheet(request: Request, house: Here, account: Seen, name: str) -> Response:
    """What to ask in person a candidate who advances."""
    one = found(house, name, account)
    decisions = one.kept.state.decisions
    if not decisions or decisions[-1].decision != "advance":
        return back(f"/interviews/{name}", error="There is a call sheet for those who advance: decide first.")
    _deed(house, account).seen(name, "call-sheet")
    made = call_sheet(summarise(one.kept.state), contested(one.kept.events))
    page = CallSheetPage(one.position, one.row, name, made, WHYS)
    return render(request, "office/call-sheet.html.j2", page)


def _own(house: House, name: str) -> None:
    """Raise NotFound unless it is a candidate's interview."""
    invite_of(house.program, name)


def _deed(house: House, account: Account) -> Reviewing:
    return Reviewing(house.program, house.hall, account.name)
