"""`/i/{token}`: the notice with the consent, and `/i/{token}/begin`: the warm-up, after which the interview begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.core.errors import ModelFileError, SettingsError, UsageError
from interviewer.core.turns import clean
from interviewer.hosting.reception import Guest
from interviewer.screening.invite import Presentation, Status
from interviewer.screening.notice import Notice
from interviewer.screening.position import Timing
from interviewer.web.candidate_frame import Frame, Invited, Words, closed, frame_of, reception_of, to
from interviewer.web.house import Here, House
from interviewer.web.pages import render

router = APIRouter()

WARM_UP: Final = "Somebody has never made a cup of tea. How would you explain to them how it is done?"
MAX_WARM_UP: Final = 4000
"""Characters of the warm-up that are shown back."""
_AGREED: Final = {Timing.MORE: "more time", Timing.UNTIMED: "no time limit"}
_LOOK_WORDS: Final = {Presentation.PLAIN: "a plainer page", Presentation.LARGE: "larger type"}


@dataclass(frozen=True, slots=True)
class NoticePage:
    """All that is said before anything starts, and the form of the consent."""

    frame: Frame
    name: str
    notice: Notice
    until: object
    agreed_with_you: tuple[str, ...]
    changed: bool
    """Whether the candidate agreed before, to other words."""
    wrong: tuple[str, ...] = ()
    """Names of the boxes that were not ticked."""


@dataclass(frozen=True, slots=True)
class BackPage:
    """An interview that is under way."""

    frame: Frame
    name: str


@dataclass(frozen=True, slots=True)
class WarmUpPage:
    """A question that counts for nothing; `said` is what the candidate tried, which is kept nowhere."""

    frame: Frame
    asks: str
    briefing: tuple[str, ...]
    untimed: bool
    said: str = ""


@dataclass(frozen=True, slots=True)
class NotReadyPage:
    """The interview cannot be held at present, through no fault of the candidate's."""

    frame: Frame


@router.get("/i/{token}")
def notice(request: Request, house: Here, token: str, guest: Invited) -> Response:
    """What there is to know, or the way back to an interview that was begun."""
    no = closed(request, guest, token)
    if no is not None:
        return no
    if guest.status is Status.DONE:
        return to(token, "/done")
    if guest.invite.interview is not None:
        return render(request, "candidate/back.html.j2", BackPage(frame_of(guest, token), guest.invite.name))
    return _notice_page(request, house, token, reception_of(house).see(guest))


def _notice_page(
    request: Request, house: House, token: str, guest: Guest, *, changed: bool = False, wrong: tuple[str, ...] = ()
) -> Response:
    try:
        told = reception_of(house).notice(guest)
    except SettingsError:
        return not_ready(request, guest, token)
    changed = changed or (guest.has_agreed and guest.invite.notice != told.version)
    page = NoticePage(
        frame=frame_of(guest, token),
        name=guest.invite.name,
        notice=told,
        until=guest.invite.expires_at,
        agreed_with_you=tuple(_agreed_words(guest)),
        changed=changed,
        wrong=wrong,
    )
    return render(request, "candidate/notice.html.j2", page, status=400 if wrong else 200)


def _agreed_words(guest: Guest) -> list[str]:
    agreed = guest.invite.accommodation
    words = [_AGREED.get(agreed.timing, "") if agreed.timing else "", _LOOK_WORDS.get(agreed.presentation, "")]
    return [one for one in words if one]


def not_ready(request: Request, guest: Guest, token: str) -> Response:
    """Something that the interview needs cannot be had at present."""
    return render(request, "candidate/not-ready.html.j2", NotReadyPage(frame_of(guest, token)), status=503)


@router.post("/i/{token}")
def agree(
    request: Request,
    house: Here,
    token: str,
    guest: Invited,
    version: Words = "",
    agree: Words = "",
    keeps_to_help: Words = "",
) -> Response:
    """The candidate agrees: both boxes, and to the words that were shown."""
    no = closed(request, guest, token)
    if no is not None:
        return no
    if guest.invite.interview is not None:
        return to(token, "/talk")
    wrong = tuple(name for name, ticked in (("agree", agree), ("keeps_to_help", keeps_to_help)) if not ticked)
    try:
        if not wrong and reception_of(house).agree(guest, version):
            return to(token, "/begin")
    except SettingsError:
        return not_ready(request, guest, token)
    return _notice_page(request, house, token, guest, changed=not wrong, wrong=wrong)


@router.get("/i/{token}/begin")
def warm_up(request: Request, house: Here, token: str, guest: Invited) -> Response:
    """How the page works, tried with a question that counts for nothing."""
    return _on_the_way(request, house, token, guest) or _warm_up_page(request, house, token, guest)


@router.post("/i/{token}/begin")
def begin(request: Request, house: Here, token: str, guest: Invited, start: Words = "", words: Words = "") -> Response:
    """Show the warm-up's words back, without keeping them; or begin."""
    elsewhere = _on_the_way(request, house, token, guest)
    if elsewhere is not None:
        return elsewhere
    if not start:
        return _warm_up_page(request, house, token, guest, clean(words[: 2 * MAX_WARM_UP])[:MAX_WARM_UP])
    try:
        reception_of(house).begin(guest)
    except (SettingsError, ModelFileError):
        return not_ready(request, guest, token)
    except UsageError:
        # Withdrawn, expired or changed at this very moment: the first page says which.
        return to(token)
    return to(token, "/talk")


def _on_the_way(request: Request, house: House, token: str, guest: Guest) -> Response | None:
    """Where a candidate belongs who is not to begin; None for one who is."""
    no = closed(request, guest, token)
    if no is not None:
        return no
    if guest.invite.interview is not None:
        return to(token, "/talk")
    try:
        return None if reception_of(house).agreed(guest) else to(token)
    except SettingsError:
        return not_ready(request, guest, token)


def _warm_up_page(request: Request, house: House, token: str, guest: Guest, said: str = "") -> Response:
    scenario = reception_of(house).scenario(guest)
    whole = guest.position.settings.questions == tuple(one.id for one in scenario.questions)
    timing = guest.invite.accommodation.timing or guest.position.settings.timing
    page = WarmUpPage(
        frame=frame_of(guest, token),
        asks=WARM_UP,
        briefing=scenario.briefing if whole else (),
        untimed=timing is Timing.UNTIMED,
        said=said,
    )
    return render(request, "candidate/warm-up.html.j2", page)
