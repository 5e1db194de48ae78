"""Who is signed in: a signed cookie that names the account, and ends with time, sign-out or a change of the account."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from fastapi import Request

from interviewer.screening.accounts import Account
from interviewer.web.cookies import drop_cookie, read_cookie, set_cookie
from interviewer.web.house import House, house_of
from interviewer.web.security import Seal

COOKIE: Final = "session"
VISIT: Final = "visit"
"""The cookie of somebody who is not signed in: what the sign-in form's token belongs to."""
FRESH: Final = 60
"""Seconds before the time of the last page is written anew."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's session; times in seconds since 1970, `key` random."""

    name: str
    epoch: int
    begun: float
    seen: float
    key: str


def begin(request: Request, account: Account) -> None:
    """Sign an account in with the answer to this request; always a new session."""
    now = house_of(request).clock.now().timestamp()
    session = Session(account.name, account.epoch, now, now, secrets.token_urlsafe(18))
    request.state.begun = session
    _keep(request, session)
    drop_cookie(request, VISIT)


def end(request: Request) -> None:
    """Sign out with the answer to this request; a copy of the cookie is worth nothing either."""
    session = read(request)
    if session:
        house_of(request).door.forget(session.key)
    drop_cookie(request, COOKIE)


def account_of(request: Request) -> Account | None:
    """The account that is signed in, as it is at this moment; its session goes on."""
    house, session = house_of(request), read(request)
    account = house.office.account(session.name) if session else None
    if session is None or account is None or account.epoch != session.epoch or house.door.forgotten(session.key):
        return None
    now = house.clock.now().timestamp()
    if now - session.seen >= FRESH:
        _keep(request, replace(session, seen=now))
    return account


def read(request: Request) -> Session | None:
    """The session that the cookie tells of, if its time is not over."""
    house, session = house_of(request), _signed(request)
    if session is None:
        return None
    now, limits = house.clock.now().timestamp(), house.serving.limits
    over = now - session.begun >= limits.session.total_seconds() or now - session.seen >= limits.idle.total_seconds()
    return None if over else session


def owner_of(request: Request, token: str) -> str:
    """Who was signed in when a form with this token was opened, be that session over by now; empty: not known."""
    session = _signed(request)
    if session is None or not Seal(house_of(request).serving, "csrf").holds(token, session.key):
        return ""
    return session.name


def csrf_token(request: Request) -> str:
    """The token that this browser's forms carry; makes a visit of it where nobody is signed in."""
    return Seal(house_of(request).serving, "csrf").token(_owner(request) or _visit(request))


def csrf_holds(request: Request, token: str) -> bool:
    """Whether a form's token is this session's, or this visit's."""
    return Seal(house_of(request).serving, "csrf").holds(token, _owner(request))


def _owner(request: Request) -> str:
    session: Session | None = getattr(request.state, "begun", None) or read(request)
    return session.key if session else getattr(request.state, "visit", "") or read_cookie(request, VISIT)


def _signed(request: Request) -> Session | None:
    """The session in the cookie, whether its time is over or not."""
    return _session(Seal(house_of(request).serving, COOKIE).opened(read_cookie(request, COOKIE)))


def _visit(request: Request) -> str:
    house: House = house_of(request)
    request.state.visit = secrets.token_urlsafe(18)
    set_cookie(request, VISIT, request.state.visit, seconds=int(house.serving.limits.session.total_seconds()))
    return str(request.state.visit)


def _keep(request: Request, session: Session) -> None:
    house: House = house_of(request)
    left = session.begun + house.serving.limits.session.total_seconds() - house.clock.now().timestamp()
    set_cookie(request, COOKIE, Seal(house.serving, COOKIE).sealed(asdict(session)), seconds=max(int(left), 0))


def _session(value: Any) -> Session | None:
    """The session in a cookie that was signed here, by this or by an earlier version."""
    try:
        return Session(**value)
    except TypeError:
        return None
