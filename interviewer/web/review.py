"""The review queue of a position: one finding after another, answered with one key each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from interviewer.core.errors import UsageError
from interviewer.core.findings import Status
from interviewer.hosting.results import Row
from interviewer.hosting.reviewing import Queue, Reviewing, Waiting, queue
from interviewer.screening.position import Position
from interviewer.screening.records import BlindReading
from interviewer.screening.review import Cause, Item, machine_finding
from interviewer.web.guard import Reviewing as MayReview
from interviewer.web.guard import Seen
from interviewer.web.house import Here, House
from interviewer.web.pages import render
from interviewer.web.review_finding import FLAG_VERDICTS, VERDICTS, FindingView, finding_view

router = APIRouter()
NOT_DONE: Final = {
    "settled": "Somebody has settled this meanwhile; this is the next one.",
    "read": "Somebody has read this meanwhile; this is the next one.",
    "blind": "Read this one before the judge’s verdict is shown.",
}
"""Why an answer was not kept; told within the part of the page that is exchanged."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was answered last, and where it can be changed."""

    interview: str
    target: str
    statement: str
    words: str


@dataclass(frozen=True, slots=True)
class Afterwards:
    """A blind reading that differs from the judge's verdict, which is shown only now."""

    view: FindingView
    reading: BlindReading
    mine: str
    judge: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """What waits, and the one at hand; `at` is its place, from 0."""

    position: Position
    queue: Queue
    at: int
    view: FindingView | None
    settled: Settled | None
    afterwards: Afterwards | None
    mine: str
    """What this person has read blind of the finding at hand."""
    problem: str

    @property
    def to_check(self) -> int:
        """How many of those that are left are not only read blind."""
        return sum(not one.item.among_sample for one in self.queue.waiting[self.at :])

    @property
    def blind(self) -> int:
        """How many of those that are left are only read blind."""
        return len(self.queue.waiting[self.at :]) - self.to_check

    def place(self, at: int) -> str:
        """Where the finding at another place is."""
        return f"/positions/{self.position.id}/queue?at={at}"


@router.get("/positions/{name}/queue")
def show(
    request: Request,
    house: Here,
    account: Seen,
    name: str,
    at: int = 0,
    find: str = "",
    last: str = "",
    read: str = "",
    but: str = "",
) -> Response:
    """The finding at this place, or that of an interview (`find`, perhaps with `/question.point`)."""
    position = house.office.position(name)
    rows = house.results.rows(position, account.name)
    found = queue(house.program, rows, account.name)
    at = _place(found.waiting, find) if find else max(0, min(at, len(found.waiting)))
    reviewing = Reviewing(house.program, house.hall, account.name)
    afterwards = _afterwards(house, rows, account.name, read)
    view, mine = None, ""
    if afterwards is None and at < len(found.waiting):
        one = found.waiting[at]
        view = finding_view(one.row, house.hall.read(one.row.interview or ""), one.item)
        mine = _mine(house, account.name, view)
        reviewing.seen(view.interview, view.target)
    settled = _settled(house, rows, last)
    page = QueuePage(position, found, at, view, settled, afterwards, mine, NOT_DONE.get(but, ""))
    return render(request, "office/queue.html.j2", page)


@router.post("/positions/{name}/queue")
def answer(
    house: Here,
    account: MayReview,
    name: str,
    interview: Annotated[str, Form()],
    target: Annotated[str, Form()],
    answer: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
    at: Annotated[int, Form()] = 0,
) -> Response:
    """Settle a finding, and go on with the next one; what has been settled meanwhile stays as it is."""
    rows = house.results.rows(house.office.position(name), account.name)
    item = _waiting(rows, interview, target)
    again = reason and any(one.interview == interview for one in rows)
    if item is None and not again:
        return RedirectResponse(_to(name, at, but="settled"), 303)
    if item is not None and item.blind:
        return RedirectResponse(_to(name, at, but="blind"), 303)
    Reviewing(house.program, house.hall, account.name).settle(interview, target, _status(answer), reason)
    return RedirectResponse(_to(name, at, last=f"{interview}/{target}"), 303)


@router.post("/positions/{name}/queue/blind")
def read_blind(
    house: Here,
    account: MayReview,
    name: str,
    interview: Annotated[str, Form()],
    target: Annotated[str, Form()],
    answer: Annotated[str, Form()],
    at: Annotated[int, Form()] = 0,
) -> Response:
    """Keep what was read before the judge's verdict was seen; where both differ, the verdict is shown next."""
    rows = house.results.rows(house.office.position(name), account.name)
    item = _waiting(rows, interview, target)
    if item is None or not item.blind:
        return RedirectResponse(_to(name, at, but="read"), 303)
    status = _status(answer)
    reading = Reviewing(house.program, house.hall, account.name).read_blind(interview, target, status)
    if reading is None:
        return RedirectResponse(_to(name, at, but="read"), 303)
    return RedirectResponse(_to(name, at, read=f"{interview}/{target}"), 303)


def _to(name: str, at: int, **more: str) -> str:
    return f"/positions/{name}/queue?{urlencode({'at': max(0, at), **more})}"


def _status(answer: str) -> Status:
    if answer not in (Status.COVERED, Status.PARTIAL, Status.ABSENT):
        raise UsageError("This is no answer to a finding.", "Go back, and press one of the buttons.")
    return Status(answer)


def _waiting(rows: Sequence[Row], interview: str, target: str) -> Item | None:
    """What waits of this name in the position, if it still does."""
    items = [item for row in rows if row.interview == interview for item in row.waiting]
    return next((item for item in items if item.target == target), None)


def _place(waiting: Sequence[Waiting], find: str) -> int:
    """The place of an interview's first finding, or of one of its findings; after all of them where nothing waits."""
    interview, _, target = find.partition("/")
    for place, one in enumerate(waiting):
        if one.row.interview == interview and target in ("", one.item.target):
            return place
    return len(waiting)


def _mine(house: House, who: str, view: FindingView) -> str:
    """What this person has read blind of a finding that is still to be settled."""
    verdicts = FLAG_VERDICTS if view.is_flag else VERDICTS
    read = [one for one in house.office.blinds([view.interview]) if (one.target, one.by) == (view.target, who)]
    return verdicts[read[0].status] if read else ""


def _settled(house: House, rows: Sequence[Row], last: str) -> Settled | None:
    """What was settled last, as it stands now; nothing for what is none of the position's."""
    interview, _, target = last.partition("/")
    if not any(row.interview == interview for row in rows):
        return None
    state = house.hall.read(interview).state
    word = state.words.get(target)
    if word is None:
        return None
    question, name = target.split(".")
    asked = state.scenario.question(question)
    flags = {one.id: one.says for one in asked.red_flags}
    says = flags.get(name) or asked.point(name).says
    verdicts = FLAG_VERDICTS if name in flags else VERDICTS
    return Settled(interview, target, says, verdicts[word.status])


def _afterwards(house: House, rows: Sequence[Row], who: str, read: str) -> Afterwards | None:
    """The reading that was just made, where the judge says otherwise and nobody has settled it."""
    interview, _, target = read.partition("/")
    row = next((row for row in rows if row.interview == interview), None)
    made = [one for one in house.office.blinds([interview]) if (one.target, one.by) == (target, who)] if row else []
    if row is None or not made or made[0].status is made[0].machine:
        return None
    kept = house.hall.read(interview)
    if target in kept.state.words or _waiting(rows, interview, target) or machine_finding(kept.state, target) is None:
        return None
    question, name = target.split(".")
    is_flag = name in {one.id for one in kept.state.scenario.question(question).red_flags}
    item = Item(target, question, is_flag, (Cause.SAMPLE,), (0, 0), (None, None))
    verdicts = FLAG_VERDICTS if is_flag else VERDICTS
    view = finding_view(row, kept, item)
    return Afterwards(view, made[0], verdicts[made[0].status], verdicts[made[0].machine])
