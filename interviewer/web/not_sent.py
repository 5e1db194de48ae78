"""Pages for a form that was not sent: the sign-in form that carries it along, and what was typed, to be sent now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from interviewer.screening.accounts import MAX_PASSWORD
from interviewer.web.house import house_of
from interviewer.web.kept import Kept, sealed
from interviewer.web.kept_words import deed_of, label, place_of, quiet
from interviewer.web.pages import by_script, render

SIGN_IN_PAGE: Final = "sign-in.html.j2"
NOT_SENT_PAGE: Final = "office/not-sent.html.j2"
TYPED: Final = "You were signed out. What you typed is kept: sign in and look at it once more."
PRESSED: Final = "You were signed out. Nothing was done yet: sign in and look at it once more."
TOO_MUCH: Final = (
    "You were signed out. What you typed is too much to be carried along: leave this page as it is, "
    "sign in in another tab, and then load this page again."
)
WHOLE_PAGE: Final = {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}
"""Where a script asked for a part, it gets all of the page."""
LONG: Final = 80
"""Characters from which words are shown as a block of their own."""


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form; `next` is where it leads, `kept` a sealed form that it carries along."""

    next: str
    name: str = ""
    error: str = ""
    first: bool = False
    """Whether there is no account at all yet."""
    kept: str = ""
    told: str = ""
    """What happened before, where it was not asked for."""
    longest: int = MAX_PASSWORD


@dataclass(frozen=True, slots=True)
class Shown:
    """What was typed into a field, or ticked in a group of boxes."""

    label: str
    words: str

    @property
    def long(self) -> bool:
        """Whether it takes more than a line."""
        return len(self.words) > LONG or "\n" in self.words


@dataclass(frozen=True, slots=True)
class NotSentPage:
    """What was typed, where it goes, and why it was not sent."""

    kept: Kept
    what: str
    place: str
    """The page on which the form stands."""
    typed: tuple[Shown, ...]
    more: tuple[Shown, ...]
    """What the page filled in itself."""
    error: str = ""
    remedy: str = ""


async def ask(request: Request, kept: Kept, *, error: str = "", status: int = 401) -> Response:
    """The sign-in form with what was typed."""
    carried = await run_in_threadpool(sealed, house_of(request).serving, kept)
    page = SignInPage(place_of(kept.to), error=error, kept=carried, told=told(kept) if carried else TOO_MUCH)
    return render(request, SIGN_IN_PAGE, page, status=status, headers=_headers(request))


def told(kept: Kept) -> str:
    """What the sign-in form says of what it carries along."""
    return TYPED if _shown(kept.fields, of_page=False) else PRESSED


def not_sent(request: Request, kept: Kept, *, error: str = "", remedy: str = "", status: int = 200) -> Response:
    """What was typed, for whoever is signed in now, with a button that sends it."""
    deed = deed_of(kept.to)
    page = NotSentPage(
        kept=kept,
        what=deed.words if deed else "",
        place=place_of(kept.to),
        typed=_shown(kept.fields, of_page=False),
        more=_shown(kept.fields, of_page=True),
        error=error,
        remedy=remedy,
    )
    return render(request, NOT_SENT_PAGE, page, status=status, headers=_headers(request))


def _headers(request: Request) -> dict[str, str]:
    return dict(WHOLE_PAGE) if by_script(request) else {}


def _shown(fields: Iterable[tuple[str, str]], *, of_page: bool) -> tuple[Shown, ...]:
    """Fields that are not empty, those of one name together."""
    found: dict[str, list[str]] = {}
    for name, words in fields:
        if words.strip() and quiet(name) == of_page:
            found.setdefault(name, []).append(words)
    return tuple(Shown(label(name), ", ".join(words)) for name, words in found.items())
