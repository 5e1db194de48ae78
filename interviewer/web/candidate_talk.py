"""`/i/{token}/talk`: the conversation so far, the line that waits for an answer, and the box for it.

The form carries the number of the interviewer's line that it answers, so that nothing is answered twice.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.core import pacing
from interviewer.core.errors import InterviewerError, NotFound, StoreBusy
from interviewer.core.events import MAX_TURN_CHARS, Command, MoveKind, Who
from interviewer.core.state import State
from interviewer.core.turns import clean
from interviewer.hosting.hall import Visit
from interviewer.hosting.presence import BEAT_EVERY
from interviewer.hosting.reception import Guest
from interviewer.screening.invite import Status
from interviewer.web.candidate_frame import Frame, Invited, Words, closed, frame_of, reception_of, to
from interviewer.web.house import Here, House
from interviewer.web.pages import render

router = APIRouter()

NOW: Final = "/talk#now"
"""The conversation, at the line that waits for an answer."""
STUCK: Final = (
    "The interviewer cannot go on at this moment, through no fault of yours. Everything that you sent is stored. Load "
    "this page again in a minute: it goes on from there, and your time stands still."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the conversation; `now` where it is what waits for an answer."""

    number: int
    mine: bool
    text: str
    now: bool


@dataclass(frozen=True, slots=True)
class TalkPage:
    """The conversation so far, and the box for what comes next."""

    frame: Frame
    interview: str
    page: str
    beat_every: int
    lines: tuple[Line, ...]
    turn: int
    place: str
    """Where we are: "Question 2 of 5 · Networking"."""
    left: int | None
    """Seconds left of the whole; None where there is no limit."""
    left_words: str
    question: str
    """What was asked, where the line at hand is about it and does not say it again; else empty."""
    in_question: bool
    """Whether a question is open, so that it can be skipped and hints be asked for."""
    waits: bool
    """Whether an answer is waited for; else the interviewer has still to react."""
    most: int
    words: str = ""
    problem: str = ""
    came_back: bool = False


@router.get("/i/{token}/talk")
def talk(request: Request, house: Here, token: str, guest: Invited) -> Response:
    """Where the interview is."""
    return elsewhere(request, guest, token) or talk_page(request, house, guest, token)


@router.post("/i/{token}/talk")
def talk_on(request: Request, house: Here, token: str, guest: Invited, words: Words = "") -> Response:
    """Go on, with the words that stood in the box."""
    return elsewhere(request, guest, token) or talk_page(request, house, guest, token, words=clean(words))


def elsewhere(request: Request, guest: Guest, token: str) -> Response | None:
    """Where somebody belongs who is not in the middle of an interview."""
    no = closed(request, guest, token)
    if no is not None:
        return no
    if guest.status is Status.DONE:
        return to(token, "/done")
    return to(token) if guest.invite.interview is None else None


def talk_page(
    request: Request, house: House, guest: Guest, token: str, *, words: str = "", problem: str = "", status: int = 200
) -> Response:
    """The page, with words in its box where some were sent and not taken; StoreBusy and NotFound pass through."""
    page_id = secrets.token_urlsafe(8)
    reception = reception_of(house)
    try:
        visit = reception.visit(guest, page_id)
    except (StoreBusy, NotFound):
        raise
    except InterviewerError:
        # What was stored stands; the interviewer's part of the work fails at present.
        visit = None
        problem, status = problem or STUCK, status if problem else 503
    if visit is None:
        visit = Visit(house.hall.read(guest.invite.interview or ""))
    if visit.kept.over:
        return to(token, "/done")
    page = _page(frame_of(guest, token), visit, page_id, words, problem)
    return render(request, "candidate/talk.html.j2", page, status=status)


def _page(frame: Frame, visit: Visit, page_id: str, words: str, problem: str) -> TalkPage:
    state = visit.kept.state
    turns = state.turns
    mine = [turn.number for turn in turns if turn.who is Who.CANDIDATE]
    last = mine[-1] if mine else 0
    lines = tuple(
        Line(turn.number, turn.who is Who.CANDIDATE, shown(turn.text, turn.command), last < turn.number == len(turns))
        for turn in turns
    )
    seconds = left(state, visit.using)
    return TalkPage(
        frame=frame,
        interview=visit.kept.id,
        page=page_id,
        beat_every=BEAT_EVERY,
        lines=lines,
        turn=len(turns),
        place=place(state),
        left=None if seconds is None else int(seconds),
        left_words=left_words(seconds),
        question=_asked(state, last),
        in_question=state.open is not None,
        waits=len(turns) > last,
        most=MAX_TURN_CHARS,
        words=words,
        problem=problem,
        came_back=visit.came_back,
    )


def shown(text: str, command: Command | None) -> str:
    """A line as it stands in the conversation: what was asked for with a button, in words."""
    asked = {
        Command.HINT: "(You asked for a hint.)",
        Command.REPEAT: "(You asked to hear it again.)",
        Command.SKIP: "(You left this question out.)",
        Command.END: "(You ended the interview.)",
    }
    return asked[command] if command is not None else text


def place(state: State) -> str:
    """Where the interview is."""
    if state.family is None:
        return "Before the first question" if not state.attempts else "At the end"
    section = state.scenario.main_of(state.family).section
    title = next(one.title for one in state.scenario.sections if one.id == section)
    closing = state.move is not None and state.move.kind in (MoveKind.INVITE_QUESTIONS, MoveKind.REPLY)
    if closing:
        return "At the end: your own questions"
    return f"Question {state.plan.index(state.family) + 1} of {len(state.plan)} · {title}"


def left(state: State, using: float) -> float | None:
    """Seconds left of the whole interview; None where there is no limit."""
    total = pacing.budget(state)
    return None if total is None else max(0.0, total - pacing.spent(state) - using)


def left_words(seconds: float | None) -> str:
    """The time left, to the minute."""
    if seconds is None:
        return ""
    minutes = int(seconds // 60)
    if minutes:
        return f"{minutes} min left"
    return "under a minute left" if seconds else "time is up; your answer still counts"


def _asked(state: State, last: int) -> str:
    """The question at hand, where the lines that wait for an answer are about it and do not say it."""
    if state.open is None:
        return ""
    asks = state.scenario.question(state.open[0]).asks
    return "" if any(asks in turn.text for turn in state.turns[last:]) else asks
