"""Invitations: made one by one or from a list, renewed, extended, revoked, adapted; every deed is recorded."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import quote

from interviewer.bootstrap import Program
from interviewer.core.errors import UsageError
from interviewer.hosting.links import Fresh
from interviewer.hosting.people import Person
from interviewer.screening.csv_cells import csv_text
from interviewer.screening.due import told
from interviewer.screening.invite import VALID_FOR, Accommodation, Invite, Status, token_sha256
from interviewer.screening.position import Position
from interviewer.screening.records import Deed, Entry

TOKEN_BYTES: Final = 24
"""192 random bits, in 32 characters."""
LONGEST: Final = timedelta(days=180)
"""So long a link may be good for."""
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Mail:
    """What a recruiter sends: to whom, and in which words."""

    to: str
    subject: str
    body: str

    @property
    def link(self) -> str:
        """Opens the recruiter's own mail program with it."""
        return f"mailto:{quote(self.to, safe='@')}?subject={quote(self.subject)}&body={quote(self.body)}"


class Inviting:
    """What recruiters do with invitations. Raises NotFound for an unknown id, and UsageError for what cannot be."""

    def __init__(self, program: Program) -> None:
        self._office = program.office
        self._clock = program.clock

    def known(self, position: str, people: Sequence[Person]) -> tuple[Person, ...]:
        """Those who have an invitation to the position already, revoked and expired ones aside."""
        now = self._clock.now()
        gone = (Status.REVOKED, Status.EXPIRED)
        held = [one for one in self._office.invites(position) if one.status(now) not in gone]
        mails = {one.mail.casefold() for one in held if one.mail}
        names = {one.name.casefold() for one in held}
        return tuple(
            one for one in people if (one.mail.casefold() in mails if one.mail else one.name.casefold() in names)
        )

    def invite(self, position: str, people: Sequence[Person], until: date, by: str) -> tuple[Fresh, ...]:
        """Invite some people, all or none; each gets a link of their own, good to the end of a day (UTC)."""
        held, expires, now = self._office.position(position), self._expiry(until), self._clock.now()
        if held.closed_at is not None:
            raise UsageError("This position is closed.", "Open it again to invite.")
        fresh = tuple(fresh_link(held, one, expires, now, by) for one in people)
        self._office.add_invites(one.invite for one in fresh)
        self._office.note(*(self._entry(by, Deed.INVITED, one.invite.id, held.id) for one in fresh))
        return fresh

    def renew(self, name: str, by: str) -> Fresh:
        """A new link in place of the old one, which ends; one that had expired is good for three weeks again."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock.now()

        def change(one: Invite) -> Invite:
            _alive(one, now)
            later = one.expires_at if one.expires_at > now else self._end_of(now.date() + VALID_FOR)
            return one.model_copy(update={"token_sha256": token_sha256(token), "expires_at": later})

        changed = self._office.change_invite(name, change)
        self._office.note(self._entry(by, Deed.INVITED, name, "new link"))
        return Fresh(changed, token)

    def extend(self, name: str, until: date, by: str) -> Invite:
        """The link is good to the end of another day."""
        expires, now = self._expiry(until), self._clock.now()

        def change(one: Invite) -> Invite:
            _alive(one, now)
            return one.model_copy(update={"expires_at": expires})

        changed = self._office.change_invite(name, change)
        self._office.note(self._entry(by, Deed.INVITE_EXTENDED, name))
        return changed

    def revoke(self, name: str, by: str) -> Invite:
        """The link ends, for good; what was answered stays. An interview that is over cannot be revoked."""
        now = self._clock.now()

        def change(one: Invite) -> Invite:
            if one.status(now) is Status.DONE:
                raise UsageError("This interview is over.", "There is nothing left to revoke.")
            return one.model_copy(update={"revoked_at": one.revoked_at or now})

        changed = self._office.change_invite(name, change)
        self._office.note(self._entry(by, Deed.INVITE_REVOKED, name))
        return changed

    def accommodate(self, name: str, agreed: Accommodation, by: str) -> Invite:
        """What was agreed with a candidate; another timing holds for an interview that begins after this."""
        changed = self._office.change_invite(name, lambda one: one.model_copy(update={"accommodation": agreed}))
        timing = agreed.timing.value if agreed.timing else "as set"
        self._office.note(self._entry(by, Deed.ACCOMMODATED, name, f"{timing}, {agreed.presentation.value}"))
        return changed

    def _expiry(self, until: date) -> datetime:
        today = self._clock.now().date()
        if until < today:
            raise UsageError("That day is over.", "Choose today or a later day.")
        if until > today + LONGEST:
            raise UsageError(
                f"A link is good for {LONGEST.days} days at most.", f"Choose {told(today + LONGEST)} or before."
            )
        return self._end_of(until)

    @staticmethod
    def _end_of(day: date) -> datetime:
        return datetime.combine(day + timedelta(days=1), time(0), UTC)

    def _entry(self, by: str, deed: Deed, subject: str, target: str = "") -> Entry:
        return Entry(at=self._clock.now(), who=by, deed=deed, subject=subject, target=target)


def fresh_link(position: Position, person: Person, expires: datetime, now: datetime, by: str, **more: object) -> Fresh:
    """A new invitation with its token; `more` are further fields of it. Nothing is stored."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values: dict[str, object] = {
        "id": "".join(secrets.choice(_LETTERS) for _ in range(12)),
        "position": position.id,
        "name": person.name,
        "mail": person.mail,
        "token_sha256": token_sha256(token),
        "created_at": now,
        "created_by": by,
        "expires_at": expires,
        **more,
    }
    return Fresh(Invite.model_validate(values), token)


def _alive(one: Invite, now: datetime) -> None:
    if one.revoked_at is not None:
        raise UsageError("This invitation was revoked.", "Invite the candidate again.")
    if one.status(now) is Status.DONE:
        raise UsageError("This interview is over.", "The candidate's link still opens the receipt.")


def last_day(invite: Invite) -> date:
    """The last whole day on which a link is good."""
    return (invite.expires_at - timedelta(microseconds=1)).date()


def mail_for(position: Position, minutes: float | None, fresh: Fresh, base: str) -> Mail:
    """The words that invite a candidate; `base`: the address of our pages, `minutes`: to answer in (None: no limit)."""
    settings, until = position.settings, told(last_day(fresh.invite))
    title, company = _one_line(settings.title), _one_line(settings.company)
    time_given = f"There are {minutes:.0f} minutes for your answers at most" if minutes else "There is no time limit"
    body = (
        f"Dear {_one_line(fresh.invite.name)},",
        f"{company} would like to get to know you for the position {title}, and invites you to a first interview in "
        "writing.",
        f"Your personal link; please keep it to yourself:\n{link_of(fresh, base)}",
        f"- You answer in a browser, on a computer or a phone, whenever it suits you until {until} (UTC). "
        f"{time_given}, and you can leave and come back.\n"
        "- An AI asks the questions and makes a first assessment. A person looks at your answers and decides.\n"
        "- Before anything starts, the page tells you what is assessed, which help is allowed, what is stored, and for "
        "how long.",
        f"If you need more time or another format, or have a question, please ask: {_one_line(settings.contact)}.",
        f"Kind regards\n{company}\n",
    )
    return Mail(fresh.invite.mail or "", f"Your interview for {title} at {company}", "\n\n".join(body))


def _one_line(text: str) -> str:
    """A text without line breaks, which would end a mail's subject."""
    return " ".join(text.split())


def link_of(fresh: Fresh, base: str) -> str:
    """The candidate's own address."""
    return f"{base}/i/{fresh.token}"


def links_csv(links: Sequence[Fresh], base: str) -> str:
    """Names, mail addresses and links as a CSV file, for a mail merge."""
    rows = [
        (one.invite.name, one.invite.mail or "", link_of(one, base), last_day(one.invite).isoformat()) for one in links
    ]
    return csv_text([("name", "mail", "link", "good until (UTC)"), *rows])
