"""What a candidate does beside answering: leave for a while, be there, and say that something broke."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from interviewer.core.turns import clean
from interviewer.hosting.reception import MAX_WORDS
from interviewer.screening.invite import Status
from interviewer.web.candidate_frame import Frame, Invited, Words, frame_of, reception_of, to
from interviewer.web.candidate_talk import elsewhere, left
from interviewer.web.house import Here
from interviewer.web.pages import render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class AwayPage:
    """The candidate leaves for a while; `words` stood in the box."""

    frame: Frame
    words: str


@dataclass(frozen=True, slots=True)
class BrokePage:
    """Something broke: in which words, or, when it is noted, what happens next."""

    frame: Frame
    noted: bool
    under_way: bool
    most: int
    words: str = ""


@router.post("/i/{token}/leave")
def leave(request: Request, house: Here, token: str, guest: Invited, words: Words = "") -> Response:
    """The candidate leaves: the clock stops, and the way back is shown."""
    away = elsewhere(request, guest, token)
    if away is not None:
        return away
    reception_of(house).leave(guest)
    return render(request, "candidate/away.html.j2", AwayPage(frame_of(guest, token), clean(words)))


@router.post("/i/{token}/presence")
def presence(house: Here, token: str, guest: Invited, page: Words = "", state: Words = "here") -> Response:
    """A page says that it is open, and gets the time left; or that it is being closed."""
    if guest.status is not Status.STARTED:
        return JSONResponse({"here": False})
    if state == "gone":
        reception_of(house).leave(guest, page)
        return JSONResponse({"here": False})
    visit = reception_of(house).here(guest, page)
    if visit is None:
        return JSONResponse({"here": False})
    return JSONResponse({"here": True, "left": left(visit.kept.state, visit.using)})


@router.get("/i/{token}/broke")
def broken(request: Request, house: Here, token: str, guest: Invited) -> Response:
    """A form to say what broke."""
    page = BrokePage(frame_of(guest, token), False, guest.status is Status.STARTED, MAX_WORDS)
    return render(request, "candidate/broke.html.j2", page)


@router.post("/i/{token}/broke")
def broke(
    request: Request, house: Here, token: str, guest: Invited, trouble: Words = "", words: Words = ""
) -> Response:
    """Something broke: keep it for a person, and say what happens next."""
    reception_of(house).trouble(guest, trouble)
    page = BrokePage(frame_of(guest, token), True, guest.status is Status.STARTED, MAX_WORDS, clean(words))
    return render(request, "candidate/broke.html.j2", page)


@router.get("/i/{token}/leave")
def left_before(token: str) -> Response:
    """Whoever loads the page of having left again is at the way back."""
    return to(token)
