"""What all of a candidate's pages have in common: who comes with a link, how the page looks, and pages that say no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from interviewer.core.errors import NotFound
from interviewer.hosting.reception import Guest, Reception
from interviewer.screening.invite import Presentation, Status
from interviewer.web.house import Here, House
from interviewer.web.pages import render, when

Words = Annotated[str, Form()]
"""A field of a form that may be left out; its default stands with the parameter."""
LOOKS: Final = {Presentation.USUAL: "", Presentation.PLAIN: " plain", Presentation.LARGE: " large"}
GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page of a candidate's."""

    at: str
    """The address of the invitation; all others begin with it."""
    title: str
    company: str
    contact: str
    look: str
    preview: bool
    simulated: bool


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """The link cannot be used, or not any more: why, and what to do."""

    frame: Frame
    heading: str
    lines: tuple[str, ...]
    has_data: bool
    """Whether anything is stored that could be taken away or deleted."""


def frame_of(guest: Guest, token: str) -> Frame:
    """The frame for a guest."""
    settings, invite = guest.position.settings, guest.invite
    look = LOOKS[invite.accommodation.presentation]
    at = f"/i/{token}"
    return Frame(at, settings.title, settings.company, settings.contact, look, invite.preview, invite.simulated)


def reception_of(house: House) -> Reception:
    """The services for candidates."""
    return Reception(house.program, house.hall)


def found(house: House, token: str) -> Guest:
    """Whoever has this token; raises NotFound, in the same words whatever the token is."""
    guest = reception_of(house).guest(token)
    if guest is None:
        raise NotFound(
            "This link opens no interview.",
            "It may be incomplete: compare it with the one in your invitation. If it is the same, it was withdrawn or "
            "deleted; whoever invited you can send another one.",
        )
    return guest


def guest_of(house: Here, token: str) -> Guest:
    """Whoever comes with the link in the address."""
    return found(house, token)


Invited = Annotated[Guest, Depends(guest_of)]


def to(token: str, page: str = "") -> RedirectResponse:
    """Go to another page of the same invitation."""
    return RedirectResponse(f"/i/{token}{page}", status_code=303)


def closed(request: Request, guest: Guest, token: str) -> Response | None:
    """The page for a link that cannot be used to begin or go on; None where it can."""
    contact = f"If you think that this is a mistake, or would like to have more time, ask {_whom(guest)}."
    if guest.status is Status.REVOKED:
        lines: tuple[str, ...] = ("The people who invited you have withdrawn this invitation.", contact)
        return _say_no(request, guest, token, "This invitation was withdrawn", lines)
    if guest.status is Status.EXPIRED:
        until = f"It was open until {_day(guest)}."
        return _say_no(request, guest, token, "This invitation has expired", (until, contact))
    if guest.position.closed_at is not None and not guest.may_begin and guest.invite.interview is None:
        lines = ("No further interviews are begun for this position.", contact)
        return _say_no(request, guest, token, "This position is closed", lines)
    return None


def _whom(guest: Guest) -> str:
    return guest.position.settings.contact


def _day(guest: Guest) -> str:
    return str(when(guest.invite.expires_at).striptags())


def _say_no(request: Request, guest: Guest, token: str, heading: str, lines: tuple[str, ...]) -> Response:
    page = ClosedPage(frame_of(guest, token), heading, lines, bool(guest.invite.interviews))
    return render(request, "candidate/closed.html.j2", page, status=GONE)
