"""Invitations of a position: who is invited and how far they are, more of them, and the links just made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from interviewer.core.errors import NotFound, UsageError
from interviewer.hosting.inviting import LONGEST, Inviting, Mail, last_day, link_of, links_csv, mail_for
from interviewer.hosting.links import SHOWN_FOR, Batch, Fresh
from interviewer.hosting.people import MAX_NAME, People, Person, Wrong, people_of, person, text_of
from interviewer.hosting.positions import counts, length, too_early
from interviewer.screening.invite import MAX_INVITES, VALID_FOR, Invite, Status
from interviewer.screening.position import Position
from interviewer.web.fields import Draft, Given
from interviewer.web.guard import Inviting as MayInvite
from interviewer.web.guard import Seen
from interviewer.web.house import Here, House
from interviewer.web.pages import back, render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Row:
    """An invitation in the list."""

    invite: Invite
    status: Status
    last_day: date
    """The last whole day on which the link is good."""


@dataclass(frozen=True, slots=True)
class InvitesPage:
    """All invitations of a position, and the forms for more."""

    position: Position
    rows: tuple[Row, ...]
    counts: Mapping[Status, int]
    today: date
    last: date
    too_early: date | None
    one: Draft
    several: Draft
    wrong: People | None = None
    """What is wrong with the list that was sent."""
    known: tuple[Person, ...] = ()
    """Those on it who are invited already."""
    most: int = MAX_INVITES
    longest_name: int = MAX_NAME


@router.get("/positions/{name}/invites")
def invites(request: Request, house: Here, _account: Seen, name: str) -> Response:
    """The list, and the forms for more."""
    return _page(request, house, house.office.position(name))


@router.post("/positions/{name}/invites")
def invite(request: Request, house: Here, account: MayInvite, given: Given, name: str) -> Response:
    """Invite one candidate, and show the link; or the form again."""
    position, desk = house.office.position(name), Inviting(house.program)
    values = {field: given.one(field) for field in ("name", "mail", "until")}
    draft = Draft(values, {"again": given.many("again")})
    found = person(values["name"], values["mail"])
    until = _day(values["until"])
    errors = {}
    if isinstance(found, Wrong):
        errors["mail" if "mail address" in found.what else "name"] = found.what
    elif desk.known(name, [found]) and not draft.has("again", "yes"):
        errors["known"] = f"{found.mail or found.name} has an invitation to this position already."
    if until is None:
        errors["until"] = "Please give a day."
    if errors or isinstance(found, Wrong) or until is None:
        return _page(request, house, position, single=draft.refused(errors))
    try:
        fresh = desk.invite(name, [found], until, account.name)
    except UsageError as error:
        return _page(request, house, position, single=draft.refused({"until": str(error)}))
    return _shown(house, position, fresh, account.name)


@router.post("/positions/{name}/invites/list")
def invite_all(request: Request, house: Here, account: MayInvite, given: Given, name: str) -> Response:
    """Invite everybody on a list, and show the links; or nobody, and what is wrong with it."""
    position, desk = house.office.position(name), Inviting(house.program)
    sent = given.file("file")
    text = text_of(sent) if sent else given.one("people")
    draft = Draft({"people": text if isinstance(text, str) else given.one("people"), "until": given.one("until")})
    listed = people_of(text) if isinstance(text, str) else People((), (text,))
    until = _day(draft.value("until"))
    if until is None:
        draft = draft.refused({"until": "Please give a day."})
    if listed.wrong or until is None:
        return _page(request, house, position, several=draft, wrong=listed if listed.wrong else None)
    known = desk.known(name, listed.people)
    if known and given.one("known") != "leave out":
        return _page(request, house, position, several=draft, known=known)
    people = [one for one in listed.people if one not in known]
    if not people:
        return _page(request, house, position, several=draft, known=known)
    try:
        fresh = desk.invite(name, people, until, account.name)
    except UsageError as error:
        return _page(request, house, position, several=draft.refused({"until": str(error)}))
    return _shown(house, position, fresh, account.name)


def _page(
    request: Request,
    house: House,
    position: Position,
    *,
    single: Draft | None = None,
    several: Draft | None = None,
    wrong: People | None = None,
    known: tuple[Person, ...] = (),
) -> Response:
    now = house.clock.now()
    held = house.office.invites(position.id)
    usual = {"until": (now.date() + VALID_FOR).isoformat()}
    page = InvitesPage(
        position=position,
        rows=tuple(Row(one, one.status(now), last_day(one)) for one in sorted(held, key=_order)),
        counts=counts(held, now),
        today=now.date(),
        last=now.date() + LONGEST,
        too_early=too_early(position, now.date()),
        one=single or Draft(usual),
        several=several or Draft(usual),
        wrong=wrong,
        known=known,
    )
    return render(request, "office/invites.html.j2", page, status=422 if single or several else 200)


def _order(invite: Invite) -> tuple[float, str]:
    """The latest first; those of one list by name."""
    return -invite.created_at.timestamp(), invite.name.casefold()


def _shown(house: House, position: Position, fresh: tuple[Fresh, ...], by: str) -> Response:
    key = house.desk.links.keep(position.id, by, fresh)
    said = "The link is made." if len(fresh) == 1 else f"{len(fresh)} links are made."
    return back(
        f"/positions/{position.id}/invites/links/{key}", f"{said} Now send {'it' if len(fresh) == 1 else 'them'}."
    )


def show_link(house: House, position: str, fresh: Fresh, by: str) -> Response:
    """A single link in place of an old one: kept, and shown on the page of new links."""
    key = house.desk.links.keep(position, by, [fresh])
    return back(f"/positions/{position}/invites/links/{key}", "The new link is made, and the old one has ended.")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Shown:
    """A link that was just made, with the words to send it with."""

    invite: Invite
    link: str
    mail: Mail
    last_day: date


@dataclass(frozen=True, slots=True)
class LinksPage:
    """Links that were just made; nobody can look them up later."""

    position: Position
    key: str
    links: tuple[Shown, ...]
    until: datetime
    """When the page is gone."""


@router.get("/positions/{name}/invites/links/{key}")
def links(request: Request, house: Here, account: MayInvite, name: str, key: str) -> Response:
    """The links, for a few minutes, for whoever made them."""
    position, batch = _batch(house, account.name, name, key)
    base = house.serving.public_url
    scenario = house.office.scenario(position.scenario_sha256)
    shown = []
    for fresh in batch.links:
        invite, settings = fresh.invite, position.settings
        minutes = length(scenario, settings, invite.accommodation.timing)
        shown.append(Shown(invite, link_of(fresh, base), mail_for(position, minutes, fresh, base), last_day(invite)))
    page = LinksPage(position, key, tuple(shown), batch.at + SHOWN_FOR)
    return render(request, "office/links.html.j2", page)


@router.get("/positions/{name}/invites/links/{key}/candidates.csv")
def links_file(house: Here, account: MayInvite, name: str, key: str) -> Response:
    """The links as a file for a mail merge."""
    position, batch = _batch(house, account.name, name, key)
    file = {"Content-Disposition": f'attachment; filename="links-{position.id}.csv"'}
    return Response(
        links_csv(batch.links, house.serving.public_url), media_type="text/csv; charset=utf-8", headers=file
    )


def _batch(house: House, account: str, name: str, key: str) -> tuple[Position, Batch]:
    """The position and the links; raises NotFound where they are gone, or somebody else's."""
    position, batch = house.office.position(name), house.desk.links.get(key, account)
    if batch is None or batch.position != name:
        minutes = SHOWN_FOR // timedelta(minutes=1)
        raise NotFound(
            f"These links are not shown any more: they can be seen for {minutes} minutes after they were made.",
            "Open the invitation and make a new link.",
        )
    return position, batch
