"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

import anyio
from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from interviewer.hosting.door import Refusal
from interviewer.web import kept as keeping
from interviewer.web import sessions
from interviewer.web.guard import Checked, Seen
from interviewer.web.house import Here
from interviewer.web.not_sent import SIGN_IN_PAGE, SignInPage, not_sent, told
from interviewer.web.pages import back, render
from interviewer.web.security import local

router = APIRouter()
WRONG = "The name or the password is not right."


@router.get("/sign-in")
def form(request: Request, house: Here, next: str = "/") -> Response:
    """The form; whoever is signed in already goes on."""
    if sessions.account_of(request):
        return RedirectResponse(local(next), 303)
    return render(request, SIGN_IN_PAGE, SignInPage(local(next), first=not house.office.accounts()))


@router.post("/sign-in")
async def sign_in(
    request: Request,
    house: Here,
    _checked: Checked,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
    kept: Annotated[str, Form()] = "",
) -> Response:
    """Sign in, and go where one wanted to, or to what was typed before; or the form again, whatever was wrong."""
    begun = anyio.current_time()
    carried = await run_in_threadpool(keeping.opened, house.serving, kept) if kept else None
    found = await run_in_threadpool(house.door.enter, name, password)
    if not isinstance(found, Refusal):
        await run_in_threadpool(sessions.begin, request, found)
        if carried:
            request.state.account = found
            return not_sent(request, carried)
        return RedirectResponse(local(next), 303)
    await anyio.sleep(max(0.0, begun + house.serving.limits.refusal_seconds - anyio.current_time()))
    page = SignInPage(
        local(next),
        name=name[:40],
        error=_words(found),
        kept=kept if carried else "",
        told=told(carried) if carried else "",
    )
    return render(request, SIGN_IN_PAGE, page, status=403)


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
