"""Who may see which page: rights as dependencies, and the token that every form of the office carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Request

from interviewer.screening.accounts import Account
from interviewer.screening.roles import Right, may
from interviewer.web import sessions
from interviewer.web.security import local

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD: Final = "csrf"
HEADER: Final = "X-CSRF-Token"
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


class SignInFirst(Exception):
    """Nobody is signed in; `place` is where to sign in."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class Refused(Exception):
    """Somebody may not do this; the message is for them."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class Stale(Refused):
    """A form does not carry this session's token."""


def is_form(request: Request) -> bool:
    """Whether it sends a form."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower() in _FORMS


def signed_in(request: Request) -> Account:
    """Whoever is signed in; raises SignInFirst."""
    account = sessions.account_of(request)
    if account is None:
        raise SignInFirst(sign_in_place(request))
    request.state.account = account
    return account


async def from_a_form_of_ours(request: Request) -> None:
    """Raise Stale for a request that changes something and does not come from a page that we gave to this browser."""
    if request.method in SAFE:
        return
    token = request.headers.get(HEADER, "")
    if not token and is_form(request):
        given = (await request.form()).get(FIELD)
        token = given if isinstance(given, str) else ""
    if not sessions.csrf_holds(request, token):
        raise Stale(
            "This form was opened before you signed in, or is too old.",
            "Nothing was changed. Go back, load the page again, and send it once more.",
        )


Checked = Annotated[None, Depends(from_a_form_of_ours)]
"""For forms of those who are not signed in."""


def right(needed: Right) -> Callable[..., Account]:
    """A dependency: the account that is signed in, if it has this right."""

    def allowed(account: Annotated[Account, Depends(signed_in)], _checked: Checked) -> Account:
        if not may(account.role, needed):
            raise Refused(
                f"Your role ({account.role}) does not allow this.",
                "An administrator can change it with `interviewer user role`.",
            )
        return account

    return allowed


Seen = Annotated[Account, Depends(right(Right.SEE))]
Reviewing = Annotated[Account, Depends(right(Right.REVIEW))]
Inviting = Annotated[Account, Depends(right(Right.INVITE))]
Exporting = Annotated[Account, Depends(right(Right.EXPORT))]
Administering = Annotated[Account, Depends(right(Right.ADMINISTER))]


def sign_in_place(request: Request) -> str:
    """Where to sign in, and to come back from to the page that was asked for."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wanted = local(path) if request.method in SAFE else "/"
    return "/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='/')}"
