"""Signing in and out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import anyio
from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from interviewer.hosting.door import Refusal
from interviewer.screening.accounts import MAX_PASSWORD
from interviewer.web import sessions
from interviewer.web.guard import Checked, Seen
from interviewer.web.house import Here
from interviewer.web.pages import back, render
from interviewer.web.security import local

router = APIRouter()
PAGE = "sign-in.html.j2"
WRONG = "The name or the password is not right."


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form; `next` is where it leads."""

    next: str
    name: str = ""
    error: str = ""
    first: bool = False
    """Whether there is no account at all yet."""
    longest: int = MAX_PASSWORD


@router.get("/sign-in")
def form(request: Request, house: Here, next: str = "/") -> Response:
    """The form; whoever is signed in already goes on."""
    if sessions.account_of(request):
        return RedirectResponse(local(next), 303)
    return render(request, PAGE, SignInPage(local(next), first=not house.office.accounts()))


@router.post("/sign-in")
async def sign_in(
    request: Request,
    house: Here,
    _checked: Checked,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Sign in, and go where one wanted to; or the form again, with the same words whatever was wrong."""
    begun = anyio.current_time()
    found = await run_in_threadpool(house.door.enter, name, password)
    if not isinstance(found, Refusal):
        await run_in_threadpool(sessions.begin, request, found)
        return RedirectResponse(local(next), 303)
    await anyio.sleep(max(0.0, begun + house.serving.limits.refusal_seconds - anyio.current_time()))
    page = SignInPage(local(next), name=name[:40], error=_words(found))
    return render(request, PAGE, page, status=403)


def _words(refusal: Refusal) -> str:
    if refusal.until is None:
        return WRONG
    return f"Too many wrong tries with this name. Try again after {refusal.until:%H:%M} UTC."


@router.post("/sign-out")
def sign_out(request: Request, house: Here, account: Seen) -> Response:
    """End this session."""
    house.door.leave(account.name)
    sessions.end(request)
    return back("/sign-in", "You are signed out.")


@router.post("/sign-out/everywhere")
def sign_out_everywhere(request: Request, house: Here, account: Seen) -> Response:
    """End all sessions of this account, on whatever device."""
    house.door.leave(account.name, everywhere=True)
    sessions.end(request)
    return back("/sign-in", "You are signed out everywhere.")
