"""One invitation: how far it is, a new link, another day, what was agreed, a fresh attempt, its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from interviewer.core.errors import UsageError
from interviewer.hosting.inviting import LONGEST, Inviting, last_day
from interviewer.hosting.positions import length
from interviewer.hosting.reception import Reception
from interviewer.screening.invite import Accommodation, Invite, Presentation, Status
from interviewer.screening.position import Position, Timing
from interviewer.screening.records import Trouble
from interviewer.web.fields import Draft, Given
from interviewer.web.guard import Inviting as MayInvite
from interviewer.web.guard import Reviewing, Seen
from interviewer.web.house import Here, House
from interviewer.web.invites import show_link
from interviewer.web.pages import back, render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class InvitePage:
    """One invitation, and what can be done with it."""

    invite: Invite
    position: Position
    status: Status
    troubles: tuple[Trouble, ...]
    minutes: float | None
    """For the answers, with what was agreed; None: no limit."""
    last_day: date
    today: date
    latest: date
    draft: Draft

    @property
    def alive(self) -> bool:
        """Whether the candidate may still begin or go on."""
        return self.status not in (Status.DONE, Status.REVOKED)

    @property
    def begun(self) -> bool:
        """Whether an interview is in force, so that its timing stands."""
        return self.invite.interview is not None


@router.get("/invites/{name}")
def invite(request: Request, house: Here, _account: Seen, name: str) -> Response:
    """One invitation."""
    held = house.office.invite(name)
    return _page(request, house, held, Draft({"until": last_day(held).isoformat()}))


@router.post("/invites/{name}/link")
def renew(house: Here, account: MayInvite, name: str) -> Response:
    """A new link in place of the old one."""
    try:
        fresh = Inviting(house.program).renew(name, account.name)
    except UsageError as error:
        return _refused(house, name, error)
    return show_link(house, fresh.invite.position, fresh, account.name)


@router.post("/invites/{name}/extend")
def extend(request: Request, house: Here, account: MayInvite, given: Given, name: str) -> Response:
    """Good to another day."""
    draft = Draft({"until": given.one("until")})
    try:
        day = date.fromisoformat(draft.value("until").strip())
    except ValueError:
        return _page(request, house, house.office.invite(name), draft.refused({"until": "Please give a day."}))
    try:
        Inviting(house.program).extend(name, day, account.name)
    except UsageError as error:
        return _page(request, house, house.office.invite(name), draft.refused({"until": str(error)}))
    return back(f"/invites/{name}", "The link is good to that day now.")


@router.post("/invites/{name}/accommodate")
def accommodate(house: Here, account: MayInvite, given: Given, name: str) -> Response:
    """What was agreed with the candidate."""
    try:
        agreed = Accommodation.model_validate(
            {"timing": given.one("timing") or None, "presentation": given.one("presentation", Presentation.USUAL)}
        )
    except ValidationError:
        return back(f"/invites/{name}", error="Choose one of the options that are offered.")
    Inviting(house.program).accommodate(name, agreed, account.name)
    return back(f"/invites/{name}", "What was agreed is noted.")


@router.post("/invites/{name}/revoke")
def revoke(house: Here, account: MayInvite, name: str) -> Response:
    """The link ends."""
    try:
        Inviting(house.program).revoke(name, account.name)
    except UsageError as error:
        return _refused(house, name, error)
    return back(f"/invites/{name}", "The invitation is revoked: its link opens nothing any more.")


@router.post("/invites/{name}/fresh-attempt")
def fresh_attempt(house: Here, account: Reviewing, name: str) -> Response:
    """The interview in force is set aside, and the candidate may begin anew."""
    try:
        Reception(house.program, house.hall).fresh_attempt(name, by=account.name)
    except UsageError as error:
        return _refused(house, name, error)
    return back(f"/invites/{name}", "The candidate may begin anew, with the same link. Tell them.")


def _refused(house: House, name: str, error: UsageError) -> Response:
    """Back to the invitation, if there is one, with why it was not done."""
    house.office.invite(name)
    return back(f"/invites/{name}", error=str(error))


def _page(request: Request, house: House, held: Invite, draft: Draft) -> Response:
    if held.preview:
        return back(f"/positions/{held.position}/preview")
    position, now = house.office.position(held.position), house.clock.now()
    scenario = house.office.scenario(position.scenario_sha256)
    timing: Timing | None = held.accommodation.timing
    page = InvitePage(
        invite=held,
        position=position,
        status=held.status(now),
        troubles=house.office.troubles(held.id),
        minutes=length(scenario, position.settings, timing),
        last_day=last_day(held),
        today=now.date(),
        latest=now.date() + LONGEST,
        draft=draft,
    )
    return render(request, "office/invite.html.j2", page, status=422 if draft.errors else 200)
