"""When the interview is over: the receipt, the findings, and a candidate's own data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.core.errors import NotFound, UsageError
from interviewer.core.events import EndReason, Who
from interviewer.core.findings import Status as Found
from interviewer.hosting import evidence, own_data
from interviewer.hosting.evidence import Answered
from interviewer.hosting.reception import MAX_WORDS, Guest
from interviewer.hosting.rooms import Kept
from interviewer.screening.records import Request as Deletion
from interviewer.web.candidate_frame import Frame, Invited, Words, frame_of, to
from interviewer.web.house import Here, House
from interviewer.web.pages import render

router = APIRouter()

ENDED: Final = {
    EndReason.COMPLETED: "The interview is complete.",
    EndReason.CANDIDATE: "You ended the interview. What you answered until then counts.",
    EndReason.TIME: "The time was used up, and the interview closed. What you answered until then counts.",
    EndReason.INPUT_ENDED: "The interview is complete.",
}
HEARD: Final = {
    Found.COVERED: ("heard", "good"),
    Found.PARTIAL: ("heard in part", "accent"),
    Found.CONTRADICTED: ("understood the other way round", "warn"),
    Found.ABSENT: ("not heard", ""),
    Found.UNCLEAR: ("not sure", ""),
}
"""How a point's finding is told, and the look of its badge; no point is called wrong."""
SAID: Final = {Found.COVERED: ("a person agrees", "warn"), Found.UNCLEAR: ("a person still looks at this", "")}
"""The same of something that was understood to speak against an answer."""


@dataclass(frozen=True, slots=True)
class DonePage:
    """The receipt."""

    frame: Frame
    name: str
    ended: str
    ended_at: datetime
    farewell: str
    interview: str
    length: int
    head: str
    shares: bool
    until: datetime
    request: Deletion | None
    late: str
    """Words that came when it was over already."""


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """The findings; `wrong` names one whose contest was not taken, why, and what was written."""

    frame: Frame
    questions: tuple[Answered, ...]
    heard: dict[Found, tuple[str, str]]
    said: dict[Found, tuple[str, str]]
    most: int
    wrong: str = ""
    message: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ForgetPage:
    """A request to delete everything, and what became of it."""

    frame: Frame
    request: Deletion | None
    most: int
    problem: str = ""


@router.get("/i/{token}/done")
def done(request: Request, house: Here, token: str, guest: Invited) -> Response:
    """The receipt."""
    return to(token) if guest.invite.ended_at is None else done_page(request, house, guest, token)


def done_page(request: Request, house: House, guest: Guest, token: str, late: str = "") -> Response:
    """The receipt of an interview that is over; `late` came after its end."""
    name, ended_at = guest.invite.interview, guest.invite.ended_at
    if name is None or ended_at is None:
        return to(token)
    kept = house.hall.read(name)
    page = DonePage(
        frame=frame_of(guest, token),
        name=guest.invite.name,
        ended=ENDED[kept.state.ended or EndReason.COMPLETED],
        ended_at=ended_at,
        farewell=_farewell(kept),
        interview=kept.id,
        length=kept.length,
        head=kept.head,
        shares=evidence.shared(guest),
        until=ended_at + guest.position.retention,
        request=own_data.request_of(house.program, guest.invite),
        late=late,
    )
    return render(request, "candidate/done.html.j2", page, status=409 if late else 200)


def _farewell(kept: Kept) -> str:
    turns = kept.state.turns
    return turns[-1].text if turns and turns[-1].who is Who.INTERVIEWER else ""


# Findings


@router.get("/i/{token}/evidence")
def findings(request: Request, house: Here, token: str, guest: Invited) -> Response:
    """Each point, with the candidate's own words."""
    kept = evidence.see(house.program, house.hall, guest)
    return _evidence_page(request, guest, token, kept)


def _evidence_page(
    request: Request, guest: Guest, token: str, kept: Kept, wrong: str = "", message: str = "", words: str = ""
) -> Response:
    questions = evidence.findings(kept)
    page = EvidencePage(frame_of(guest, token), questions, HEARD, SAID, MAX_WORDS, wrong, message, words)
    return render(request, "candidate/evidence.html.j2", page, status=400 if message else 200)


@router.post("/i/{token}/contest")
def contest(
    request: Request, house: Here, token: str, guest: Invited, target: Words = "", reason: Words = ""
) -> Response:
    """The candidate says why a finding is wrong."""
    try:
        evidence.contest(house.program, house.hall, guest, target, reason)
    except NotFound:
        raise
    except UsageError as error:
        kept = house.hall.read(guest.invite.interview or "")
        message = f"{error.message} {error.remedy}"
        return _evidence_page(request, guest, token, kept, target, message, reason)
    return to(token, f"/evidence#f-{target}")


# Own data


@router.get("/i/{token}/data")
def data(house: Here, guest: Invited) -> Response:
    """Everything that is stored of the candidate, as a file."""
    body = json.dumps(own_data.take(house.program, house.hall, guest), indent=2, ensure_ascii=False) + "\n"
    headers = {"Content-Disposition": 'attachment; filename="my-interview-data.json"'}
    return Response(body, media_type="application/json", headers=headers)


@router.get("/i/{token}/forget")
def forget(request: Request, house: Here, token: str, guest: Invited) -> Response:
    """Ask for deletion, or see what became of it."""
    return _forget_page(request, house, guest, token)


@router.post("/i/{token}/forget")
def ask_to_forget(request: Request, house: Here, token: str, guest: Invited, reason: Words = "") -> Response:
    """The candidate asks to delete everything."""
    try:
        own_data.ask(house.program, guest, reason)
    except UsageError as error:
        return _forget_page(request, house, guest, token, f"{error.message} {error.remedy}")
    return to(token, "/forget")


def _forget_page(request: Request, house: House, guest: Guest, token: str, problem: str = "") -> Response:
    known = own_data.request_of(house.program, guest.invite)
    page = ForgetPage(frame_of(guest, token), known, MAX_WORDS, problem)
    return render(request, "candidate/forget.html.j2", page, status=409 if problem else 200)
