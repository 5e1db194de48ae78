"""Requests of candidates to delete everything about them: a person grants or refuses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from interviewer.core.errors import NotFound
from interviewer.hosting import own_data
from interviewer.hosting.results import Row
from interviewer.screening.position import Position
from interviewer.screening.records import Request as Asked
from interviewer.web.guard import Administering
from interviewer.web.house import Here, House
from interviewer.web.pages import back, render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Shown:
    """A request, and whose it is; the name stays hidden as long as it is in the results."""

    asked: Asked
    row: Row
    position: Position


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """Requests that wait, and those that were refused; what was granted is gone."""

    waiting: tuple[Shown, ...]
    answered: tuple[Shown, ...]


@router.get("/requests")
def requests(request: Request, house: Here, account: Administering) -> Response:
    """All of them, the latest first."""
    shown = [one for asked in house.office.requests() if (one := _shown(house, asked, account.name)) is not None]
    page = RequestsPage(
        waiting=tuple(one for one in shown if one.asked.decided_at is None),
        answered=tuple(one for one in shown if one.asked.decided_at is not None),
    )
    return render(request, "office/requests.html.j2", page)


def _shown(house: House, asked: Asked, who: str) -> Shown | None:
    """A request with its candidate; None for one whose invitation was deleted meanwhile."""
    try:
        invite = house.office.invite(asked.invite)
    except NotFound:
        return None
    return Shown(asked, house.results.row(invite, who), house.office.position(invite.position))


@router.post("/requests/{invite}/grant")
def grant(house: Here, account: Administering, invite: str) -> Response:
    """Delete everything of this candidate, for good."""
    interviews = house.office.invite(invite).interviews
    own_data.grant(house.program, house.hall, invite, account.name)
    for one in interviews:
        house.results.forget(one)
    return back("/requests", "Everything about this candidate is deleted. Only the record of who did what is left.")


@router.post("/requests/{invite}/refuse")
def refuse(house: Here, account: Administering, invite: str, reason: Annotated[str, Form()] = "") -> Response:
    """Refuse, with a reason that the candidate reads."""
    own_data.refuse(house.program, invite, account.name, reason)
    return back("/requests", "The request is refused; the candidate's page says why.")
